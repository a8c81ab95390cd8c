//! The effective policy of a route: what all policies of a kind above, at and below it come to.
//!
//! GEP-713 in its first form: `A.override > B.override > C.override > C.default > B.default > A.default` for levels from
//! the top (GatewayClass, Gateway, listener, Namespace, route, rule, Service), field by field. In its present form what is
//! established above decides whether the level below replaces it whole or field by field. On one level the oldest wins,
//! then the first by `namespace/name`.

mod policy;
mod subject;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Report};
use policy::{Policy, Strategy};
use subject::{Hierarchy, Reference};
pub use tree::Stanza;
use tree::Tree;

/// What holds for a subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    /// `HTTPRoute shop/web`, `HTTPRoute shop/web, rule admin`, `Service shop/web`.
    pub subject: String,
    /// Kind and `namespace/name` of the subject, for looking it up.
    pub key: (String, String, String),
    /// The rule of a route, the listener of a Gateway, or the port of a Service that it is about.
    pub section: Option<String>,
    /// The levels from the top: GatewayClass, Gateway, …
    pub levels: Vec<String>,
    /// Group of the policy.
    pub group: String,
    /// Kind of the policy.
    pub kind: String,
    /// What holds.
    pub value: Json,
    /// Each field with where it came from.
    pub fields: Vec<Field>,
}

/// A field of an effective policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// From the top of the policy.
    pub path: Vec<String>,
    /// What holds.
    pub value: Json,
    /// What said it.
    pub origin: Origin,
    /// How it was said.
    pub stanza: Stanza,
    /// What others said, that does not hold.
    pub beaten: Vec<Beaten>,
}

/// A value that does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Beaten {
    /// What was said.
    pub value: Json,
    /// What said it.
    pub origin: Origin,
    /// How it was said.
    pub stanza: Stanza,
}

/// The effective policies of every route, and of every other object that a policy is attached to.
#[must_use]
pub fn effective(manifests: &[Manifest], report: &mut Report) -> Vec<Effective> {
    let mut policies: Vec<Policy<'_>> = Vec::new();
    for manifest in manifests {
        // A value names its policy by the place in this list.
        policies.extend(Policy::read(manifest, policies.len(), report));
    }
    let hierarchy = Hierarchy::of(manifests);
    missing_targets(&policies, &hierarchy, report);
    let targets = policies.iter().flat_map(|policy| policy.targets.iter().cloned());
    let subjects: BTreeSet<Reference> = targets.chain(hierarchy.routes().cloned()).collect();
    let kinds: BTreeSet<(String, String)> = policies.iter().map(Policy::kind).collect();
    let mut found = Vec::new();
    for subject in &subjects {
        for path in hierarchy.paths(subject) {
            for kind in &kinds {
                found.extend(at(subject, &path, kind, &policies));
            }
        }
    }
    found.dedup();
    found
}

fn missing_targets(policies: &[Policy<'_>], hierarchy: &Hierarchy, report: &mut Report) {
    for policy in policies {
        for target in policy.targets.iter().filter(|target| !hierarchy.holds(target)) {
            let message = format!("{} is not in the input", target.label());
            let origin = Origin::object(&policy.manifest.object);
            let finding = Diagnostic::new(Code::PolicyTargetMissing, message);
            report.push(finding.at(&origin, "the policy is attached to it"));
        }
    }
}

fn at(subject: &Reference, path: &[Reference], kind: &(String, String), policies: &[Policy<'_>]) -> Option<Effective> {
    let levels: Vec<Vec<&Policy<'_>>> = path.iter().map(|level| attached(level, kind, policies)).collect();
    let tree = overridden(defaults(&levels), &levels);
    if tree.is_empty() {
        return None;
    }
    let said: Vec<&Policy<'_>> = levels.iter().flatten().copied().collect();
    let field = |(path, value, policy, stanza): (Vec<String>, &Json, usize, Stanza)| {
        let origin = policies.get(policy)?.origin(stanza, &path);
        let beaten = beaten(&path, &origin, &said);
        Some(Field { value: value.clone(), origin, stanza, beaten, path })
    };
    Some(Effective {
        subject: subject.label(),
        key: (subject.kind.clone(), subject.namespace.clone(), subject.name.clone()),
        section: subject.section.clone(),
        levels: path.iter().map(Reference::label).collect(),
        group: kind.0.clone(),
        kind: kind.1.clone(),
        value: tree.value(),
        fields: tree.leaves().into_iter().filter_map(field).collect(),
    })
}

/// Policies of a kind on one level, the winner last.
fn attached<'p, 'a>(level: &Reference, kind: &(String, String), policies: &'p [Policy<'a>]) -> Vec<&'p Policy<'a>> {
    let mut found: Vec<&Policy<'a>> =
        policies.iter().filter(|policy| policy.kind() == *kind && policy.targets.contains(level)).collect();
    found.sort_by(|a, b| b.age().cmp(&a.age()));
    found
}

/// From the top down: what is below wins, whole or field by field as the established one says.
fn defaults(levels: &[Vec<&Policy<'_>>]) -> Tree {
    let mut out = Tree::empty();
    let mut established = Strategy::Patch;
    for level in levels {
        for policy in level.iter().filter(|policy| !policy.defaults.is_empty()) {
            out = match established {
                Strategy::Atomic if !policy.merges => policy.defaults.clone(),
                Strategy::Atomic | Strategy::Patch => out.patch(policy.defaults.clone()),
            };
            established = policy.strategy;
        }
    }
    out
}

/// From the bottom up: what is above wins, over fields or over all that is below.
fn overridden(mut out: Tree, levels: &[Vec<&Policy<'_>>]) -> Tree {
    for level in levels.iter().rev() {
        for policy in level.iter().filter(|policy| !policy.overrides.is_empty()) {
            out = match policy.strategy {
                Strategy::Atomic => policy.overrides.clone(),
                Strategy::Patch => out.patch(policy.overrides.clone()),
            };
        }
    }
    out
}

/// What other policies said of a field.
fn beaten(path: &[String], winner: &Origin, policies: &[&Policy<'_>]) -> Vec<Beaten> {
    let mut all = BTreeMap::new();
    for policy in policies {
        for (tree, stanza) in [(&policy.overrides, Stanza::Override), (&policy.defaults, Stanza::Default)] {
            for (other, value, _, _) in tree.leaves() {
                let origin = policy.origin(stanza, &other);
                if other == path && origin != *winner {
                    all.insert(origin.clone(), Beaten { value: value.clone(), origin, stanza });
                }
            }
        }
    }
    all.into_values().collect()
}
