//! Policy objects of any kind: what they are attached to and what they say (GEP-713, in its first form and today's).

use serde_json::Value as Json;

use super::subject::Reference;
use super::tree::{Stanza, Tree};
use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Report};
use crate::syntax::{FieldPath, Node};

/// How what a policy says meets what others say of the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strategy {
    /// Field by field.
    Patch,
    /// As a whole.
    Atomic,
}

/// A policy.
#[derive(Debug, Clone)]
pub(super) struct Policy<'a> {
    pub manifest: &'a Manifest,
    pub targets: Vec<Reference>,
    pub defaults: Tree,
    pub overrides: Tree,
    pub strategy: Strategy,
    /// The challenger wants to be merged, whatever the established policy says (Envoy Gateway's `mergeType`).
    pub merges: bool,
    /// Where each stanza stands.
    stanzas: Stanzas,
    created: String,
}

#[derive(Debug, Clone)]
struct Stanzas {
    defaults: FieldPath,
    overrides: FieldPath,
}

impl<'a> Policy<'a> {
    /// Reads an object that names a target; `None` for all others.
    pub(super) fn read(manifest: &'a Manifest, index: usize, report: &mut Report) -> Option<Self> {
        let spec = manifest.node.get("spec")?;
        let targets = targets(manifest, spec, report);
        if targets.is_empty() {
            return None;
        }
        let path = FieldPath::root().key("spec");
        let stanza =
            |names: [&str; 2]| names.into_iter().find_map(|name| Some((path.key(name), spec.get(name)?.to_json())));
        let (defaults, overrides) = (stanza(["default", "defaults"]), stanza(["override", "overrides"]));
        let bare = defaults.is_none() && overrides.is_none();
        let said = |stanza: &Option<(FieldPath, Json)>, kind| {
            stanza.as_ref().map_or_else(Tree::empty, |(_, value)| Tree::of(&without_strategy(value), index, kind))
        };
        let created = manifest.node.get("metadata").and_then(|node| node.get("creationTimestamp"));
        Some(Self {
            manifest,
            targets,
            defaults: if bare {
                Tree::of(&own(spec), index, Stanza::Default)
            } else {
                said(&defaults, Stanza::Default)
            },
            overrides: said(&overrides, Stanza::Override),
            strategy: strategy(spec, bare),
            merges: spec.get("mergeType").is_some(),
            stanzas: Stanzas {
                defaults: defaults.map_or_else(|| path.clone(), |(path, _)| path),
                overrides: overrides.map_or(path, |(path, _)| path),
            },
            // An object without a time is asked for after all that have one.
            created: created.and_then(Node::as_str).unwrap_or("~").to_owned(),
        })
    }

    /// `RetryPolicy` of group `networking.acme.io`: policies of one kind meet, others do not.
    pub(super) fn kind(&self) -> (String, String) {
        (self.manifest.group().to_owned(), self.manifest.object.kind.clone())
    }

    /// The order on one level: the oldest first, then by `namespace/name`.
    pub(super) fn age(&self) -> (&str, &str, &str) {
        (&self.created, &self.manifest.object.namespace, &self.manifest.object.name)
    }

    /// The field that gave a value.
    pub(super) fn origin(&self, stanza: Stanza, path: &[String]) -> Origin {
        let base = match stanza {
            Stanza::Default => &self.stanzas.defaults,
            Stanza::Override => &self.stanzas.overrides,
        };
        Origin::field(&self.manifest.object, path.iter().fold(base.clone(), |path, key| path.key(key)))
    }
}

/// Fields that say where a policy belongs and how it merges, not what it wants.
const ATTACHMENT: &[&str] = &["targetRef", "targetRefs", "targetSelectors", "mergeType", "strategy"];

fn own(spec: &Node) -> Json {
    without(&spec.to_json(), ATTACHMENT)
}

/// Kuadrant writes the strategy into the stanza.
fn without_strategy(stanza: &Json) -> Json {
    without(stanza, &["strategy"])
}

fn without(value: &Json, keys: &[&str]) -> Json {
    match value {
        Json::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
            kept.map(|(key, value)| (key.clone(), value.clone())).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => value.clone(),
    }
}

/// `default` and `override` in the singular are of GEP-713's first form, which merges field by field; the plural ones
/// are atomic unless `strategy` says otherwise (Kuadrant); a bare spec is atomic.
fn strategy(spec: &Node, bare: bool) -> Strategy {
    let stanzas = ["default", "override", "defaults", "overrides"];
    let written = stanzas.iter().find_map(|name| spec.get(name)?.get("strategy")?.as_str().map(str::to_owned));
    let written = written.or_else(|| spec.get("strategy").and_then(Node::as_str).map(str::to_owned));
    match written.as_deref() {
        Some("merge" | "patch" | "Patch" | "Merge") => Strategy::Patch,
        Some(_) => Strategy::Atomic,
        None if !bare && (spec.get("default").is_some() || spec.get("override").is_some()) => Strategy::Patch,
        None => Strategy::Atomic,
    }
}

fn targets(manifest: &Manifest, spec: &Node, report: &mut Report) -> Vec<Reference> {
    let path = FieldPath::root().key("spec");
    let one = spec.get("targetRef").map(|node| (path.key("targetRef"), node));
    let many = spec.get("targetRefs").map(Node::items).unwrap_or_default();
    let many = many.iter().enumerate().map(|(index, node)| (path.key("targetRefs").index(index), node));
    one.into_iter().chain(many).filter_map(|(path, node)| target(manifest, &path, node, report)).collect()
}

fn target(manifest: &Manifest, path: &FieldPath, node: &Node, report: &mut Report) -> Option<Reference> {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    let written = text("group").unwrap_or_default();
    let (group, version) = written.split_once('/').map_or((written, None), |(group, version)| (group, Some(version)));
    if let Some(version) = version {
        let message = format!("a group has no version: `{written}` is read as `{group}`");
        let finding = Diagnostic::new(Code::PolicyTargetCorrected, message);
        let origin = Origin::field(&manifest.object, path.key("group"));
        report.push(finding.at(&origin, format!("`/{version}` does not belong here")));
    }
    let kind = text("kind")?;
    Reference::new(kind, text("namespace").unwrap_or(&manifest.object.namespace), text("name")?, text("sectionName"))
}
