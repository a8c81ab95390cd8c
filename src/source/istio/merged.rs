//! DestinationRules of one host as Istio merges them: subsets of all of them, each as it is first defined, and the traffic
//! policy of the oldest that has one (istio/istio pilot/pkg/model/destination_rule.go, mergeDestinationRule). Rules that are
//! exported to others, or chosen for some pods only, stay apart.

use std::collections::{BTreeMap, BTreeSet};

use super::companions::is_written;
use super::destination_rule::DestinationRule;
use super::host;
use super::objects::Object;
use crate::model::Origin;
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::syntax::FieldPath;

/// A rule of the input.
type Rule<'a> = &'a Object<'a, DestinationRule>;

/// The namespace whose rules hold where no other does (MeshConfig `rootNamespace`).
pub(in crate::source) const ROOT: &str = "istio-system";

/// Which rules of a namespace are looked at (istio/istio pilot/pkg/model/push_context.go, setDestinationRules).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen<'c> {
    /// By clients of the namespace itself.
    Inside,
    /// By clients of another; `None` for any.
    Outside(Option<&'c str>),
    /// Of the root namespace, those that are for it alone.
    OfRoot,
}

/// What Istio makes of some rules.
#[derive(Debug, Clone)]
pub(super) struct Merged<'a> {
    exports: BTreeSet<&'a str>,
    first: Rule<'a>,
    others: Vec<Rule<'a>>,
}

impl<'a> Merged<'a> {
    /// Whether it holds for some pods only.
    pub(super) fn is_chosen(&self) -> bool {
        self.first.spec.workload_selector.is_some()
    }

    /// The rules, the oldest first.
    fn rules(&self) -> impl Iterator<Item = Rule<'a>> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// The rule whose traffic policy counts; the oldest where none has one.
    pub(super) fn top(&self) -> Rule<'a> {
        self.rules().find(|rule| rule.spec.traffic_policy.is_some()).unwrap_or(self.first)
    }

    /// The rule that defines a subset, and its place there.
    pub(super) fn subset(&self, name: &str) -> Option<(Rule<'a>, usize)> {
        self.rules().find_map(|rule| Some((rule, rule.spec.subsets.iter().position(|subset| subset.name == name)?)))
    }

    /// Whether clients of every namespace see it.
    pub(super) fn is_public(&self) -> bool {
        self.exports.is_empty() || self.exports.contains("*")
    }
}

/// Namespaces to which a rule is exported, in the words of the rule.
fn exports(rule: Rule<'_>) -> BTreeSet<&str> {
    match rule.spec.workload_selector {
        Some(_) => BTreeSet::from(["."]),
        None => rule.spec.export_to.iter().map(String::as_str).collect(),
    }
}

/// The rules of a namespace for a host, merged; the one that clients take first comes first.
pub(super) fn merged<'a>(
    rules: impl Iterator<Item = Rule<'a>>,
    host: &str,
    namespace: &str,
    seen: Seen<'_>,
) -> Vec<Merged<'a>> {
    let mut rules: Vec<Rule<'a>> = rules
        .filter(|rule| home(rule) == namespace && host::full(&rule.spec.host, namespace) == host)
        .filter(|rule| is_seen(&exports(rule), namespace, seen))
        .collect();
    // What gatelift wrote is the youngest (push_context.go, sortConfigBySelectorAndCreationTime).
    rules.sort_by_key(|rule| {
        let chosen = rule.spec.workload_selector.is_some();
        (!chosen, is_written(rule.manifest), rule.created(), rule.name())
    });
    let mut merged: Vec<Merged<'a>> = Vec::new();
    for rule in rules {
        add(rule, &mut merged);
    }
    if let Seen::Outside(Some(clients)) = seen {
        merged.retain(|one| one.is_public() || one.exports.contains(clients));
    }
    // Of those without a selector that a client sees the last counts, and no other
    // (istio/istio pilot/pkg/model/sidecar.go, DestinationRule).
    merged.reverse();
    let mut is_hidden = false;
    merged.retain(|one| {
        let counts = one.is_chosen() || !is_hidden;
        is_hidden |= !one.is_chosen() && (seen != Seen::Outside(None) || one.is_public());
        counts
    });
    merged.sort_by_key(|one| (one.is_chosen(), !one.is_public()));
    merged
}

fn is_seen(exports: &BTreeSet<&str>, own: &str, seen: Seen<'_>) -> bool {
    let is_private = exports.len() == 1 && (exports.contains(".") || exports.contains(own));
    match seen {
        Seen::Inside => exports.is_empty() || ["*", ".", own].iter().any(|word| exports.contains(word)),
        Seen::Outside(_) => !is_private,
        Seen::OfRoot => is_private,
    }
}

/// Merges a rule into those before it.
fn add<'a>(rule: Rule<'a>, merged: &mut Vec<Merged<'a>>) {
    let exports = exports(rule);
    let mut apart = true;
    for one in merged.iter_mut() {
        let wider = !one.exports.is_empty() && exports.is_superset(&one.exports);
        apart = exports != one.exports;
        if apart && !wider {
            continue;
        }
        let (own, other) = (&rule.spec.workload_selector, &one.first.spec.workload_selector);
        match (own, other) {
            (Some(own), Some(other)) if own != other => {
                apart = true;
                continue;
            }
            (Some(_), Some(_)) | (None, None) => apart = false,
            (Some(_), None) | (None, Some(_)) => {}
        }
        one.others.push(rule);
    }
    if apart {
        merged.push(Merged { exports, first: rule, others: Vec::new() });
    }
}

/// The namespace of a rule.
fn home<'a>(rule: &'a Object<'_, DestinationRule>) -> &'a str {
    if rule.namespace().is_empty() { "default" } else { rule.namespace() }
}

/// Parts of rules that no proxy takes, because an older rule for the host goes before them: with the place of its own.
pub(super) fn outranked(rules: &[Object<'_, DestinationRule>]) -> Vec<(Origin, Origin)> {
    let mut hosts: BTreeMap<(String, &str), Vec<Rule<'_>>> = BTreeMap::new();
    for rule in rules {
        hosts.entry((host::full(&rule.spec.host, home(rule)), home(rule))).or_default().push(rule);
    }
    hosts.retain(|_, rules| rules.len() > 1);
    let mut found = Vec::new();
    for ((host, namespace), rules) in &hosts {
        let seen = [Seen::Inside, Seen::Outside(None)];
        let all: Vec<Merged<'_>> =
            seen.into_iter().flat_map(|seen| merged(rules.iter().copied(), host, namespace, seen)).collect();
        for rule in rules {
            let own: Vec<&Merged<'_>> = all.iter().filter(|one| one.rules().any(|other| is(other, rule))).collect();
            let before = own.first().copied().or(all.first());
            let policy = |rule: Rule<'_>| rule.spec_at("trafficPolicy");
            if rule.spec.traffic_policy.is_some() && own.iter().all(|one| !is(one.top(), rule)) {
                found.extend(before.map(|one| (policy(rule), one.top().spec_at("host"))));
            }
            let place = |rule: Rule<'_>, index| rule.at(&FieldPath::root().field("spec.subsets").index(index));
            for (index, subset) in rule.spec.subsets.iter().enumerate() {
                let mut defined = own.iter().filter_map(|one| one.subset(&subset.name));
                if !defined.any(|(other, at)| is(other, rule) && at == index) {
                    let other = before.map(|one| match one.subset(&subset.name) {
                        Some((other, at)) => place(other, at),
                        None => one.first.spec_at("host"),
                    });
                    found.extend(other.map(|other| (place(rule, index), other)));
                }
            }
        }
    }
    found
}

fn is(one: Rule<'_>, other: Rule<'_>) -> bool {
    std::ptr::eq(one.manifest, other.manifest)
}

/// Says which parts those are.
pub(super) fn report(rules: &[Object<'_, DestinationRule>], report: &mut Report) {
    for (origin, first) in outranked(rules) {
        let code = Code::DestinationRuleOutranked;
        let what = if origin.path.to_string().ends_with("olicy") { "traffic policy" } else { "subset" };
        let message = format!("a {what} of {} has no effect", origin.object.label());
        let finding = Diagnostic::new(code, message).at(&origin, "").at(&first, "this one counts");
        report.push(finding.help(code.entry().fix));
        report.ledger.record(&origin, Fate::Invalid, Some(code));
    }
}
