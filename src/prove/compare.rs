//! The comparison of routings: entry points, hosts, and then each host by itself.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::host_pairs::pairs;
use super::proof::{Difference, Limits, Proof, Unproved};
use super::region::Memo;
use super::virtual_host::{self, Pair};
use super::{Outcome, Request, whole};
use crate::model::{EntryPoint, HostPattern, Protocol, Refusal, Routing};
use crate::report::Code;

/// Compares two routings for every request with a canonical path (see `language.rs`) and a Host header in lower case.
/// What data planes make of other paths is told by one difference with [`Code::PathHandlingDiffers`].
///
/// The order of the findings depends on the routings alone: by port, then by host.
#[must_use]
pub fn compare(before: &Routing, after: &Routing, limits: &Limits) -> Proof {
    let mut proof = Proof::default();
    match (&before.refused, &after.refused) {
        // Neither serves anything.
        (Some(_), Some(_)) => return proof,
        (None, None) => {}
        // What the manifests mean without the refusal is compared as well: it is what the conversion starts from.
        (Some(refusal), None) => proof.differences.push(refused(refusal, Code::ConfigurationRefused, true)),
        (None, Some(refusal)) => {
            proof.differences.push(refused(refusal, Code::Unexplained, false));
            return proof;
        }
    }
    let mut all = Vec::new();
    for (before, after) in entry_points(before, after) {
        let (found, doubt) = pairs(before, after, limits);
        if let (Some(doubt), Some(first)) = (doubt, found.first()) {
            proof.unproved.push(Unproved {
                host: "*".to_owned(),
                port: first.port,
                doubt,
                request: None,
                before_rule: None,
                after_rule: None,
            });
        }
        all.extend(found);
    }
    let memo = Memo::default();
    let proofs: Vec<Proof> = all.par_iter().map(|pair: &Pair<'_>| virtual_host::compare(pair, &memo, limits)).collect();
    proof.differences.reserve(proofs.iter().map(|found| found.differences.len()).sum());
    proofs.into_iter().for_each(|found| proof.add(found));
    proof.differences.extend(whole::path_handling(&all));
    proof.differences.extend(whole::implicit_policies(&all));
    proof
}

/// Entry points by port and protocol; one that only one side has is paired with nothing.
fn entry_points<'r>(
    before: &'r Routing,
    after: &'r Routing,
) -> impl Iterator<Item = (Option<&'r EntryPoint>, Option<&'r EntryPoint>)> {
    let places: BTreeSet<(u16, Protocol)> =
        before.entry_points.iter().chain(&after.entry_points).map(place_of).collect();
    let at = |routing: &'r Routing, place| routing.entry_points.iter().find(|entry| place_of(entry) == place);
    places.into_iter().map(move |place| (at(before, place), at(after, place)))
}

pub(super) fn place_of(entry: &EntryPoint) -> (u16, Protocol) {
    (entry.port, entry.protocol)
}

/// One side's configuration is refused as a whole.
fn refused(refusal: &Refusal, code: Code, before: bool) -> Difference {
    let reject = Outcome::Reject { reason: refusal.reason.clone() };
    let other = Outcome::Connection { reason: "not asked" };
    let (outcome_before, outcome_after) = if before { (reject, other) } else { (other, reject) };
    Difference {
        request: Request {
            method: "GET".to_owned(),
            scheme: "http".to_owned(),
            host: Some("any".to_owned()),
            path: "/".to_owned(),
            headers: Vec::new(),
            client: None,
            port: None,
            sni: None,
            body_bytes: None,
            repeat: None,
            gateway: None,
        },
        before: outcome_before,
        after: outcome_after,
        before_rule: refusal.origin.clone().filter(|_| before),
        after_rule: refusal.origin.clone().filter(|_| !before),
        before_cause: None,
        after_cause: None,
        codes: vec![code],
        families: Vec::new(),
        port: 80,
        protocol: Protocol::Http,
        hosts: 1,
    }
}

/// Compares several routings. Those that `pairing` names (before to after) or that have the same name belong together;
/// what is left over on both sides is compared as one.
#[must_use]
pub fn compare_all(
    before: &[Routing],
    after: &[Routing],
    pairing: &BTreeMap<String, String>,
    limits: &Limits,
) -> Proof {
    let mut proof = Proof::default();
    let mut left_after: Vec<&Routing> = after.iter().collect();
    let mut left_before = Vec::new();
    for routing in before {
        let name = pairing.get(&routing.name).unwrap_or(&routing.name);
        match left_after.iter().position(|other| other.name == *name) {
            Some(at) => proof.add(compare(routing, left_after.remove(at), limits)),
            None => left_before.push(routing),
        }
    }
    match (left_before.as_slice(), left_after.as_slice()) {
        ([], []) => {}
        ([before], [after]) => proof.add(compare(before, after, limits)),
        (before, after) => proof.add(compare(&merged(before), &merged(after), limits)),
    }
    proof
}

/// Several routings as one: what a client sees that reaches all their addresses by the host's name.
fn merged(routings: &[&Routing]) -> Routing {
    let mut entries: BTreeMap<(u16, Protocol), EntryPoint> = BTreeMap::new();
    for entry in routings.iter().flat_map(|routing| &routing.entry_points) {
        match entries.entry(place_of(entry)) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(entry.clone());
            }
            std::collections::btree_map::Entry::Occupied(mut slot) => {
                slot.get_mut().hosts.extend(entry.hosts.iter().cloned());
            }
        }
    }
    let mut merged = Routing {
        name: routings.iter().map(|routing| routing.name.as_str()).collect::<Vec<_>>().join(","),
        dialect: routings.first().map_or("", |routing| routing.dialect),
        entry_points: entries.into_values().collect(),
        refused: routings.iter().find_map(|routing| routing.refused.clone()),
        class: None,
        mesh: None,
    };
    for entry in &mut merged.entry_points {
        // Each list is in order already; together the more specific pattern comes first.
        entry.hosts.sort_by_key(|host| specificity(&host.host));
    }
    merged
}

fn specificity(host: &HostPattern) -> (u8, std::cmp::Reverse<usize>) {
    match host {
        HostPattern::Exact(_) => (0, std::cmp::Reverse(0)),
        HostPattern::Wildcard { suffix, .. } => (1, std::cmp::Reverse(suffix.len())),
        HostPattern::Regex(_) => (2, std::cmp::Reverse(0)),
        HostPattern::Any => (3, std::cmp::Reverse(0)),
    }
}
