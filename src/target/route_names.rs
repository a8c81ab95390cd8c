//! Names of routes.

use std::collections::BTreeMap;

use super::names::{self, Wanted};
use super::routes::{Kind, Plan};
use super::rules::Draft;
use super::sites::{Site, Speaks};

/// Names every route after the first object with a rule in it and the host.
pub(super) fn give(plans: &mut [Plan], sites: &[Site]) {
    let roles: Vec<Option<String>> = (0..plans.len()).map(|index| role(plans, index, sites)).collect();
    let mut by_namespace: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, plan) in plans.iter().enumerate() {
        by_namespace.entry(plan.namespace.clone()).or_default().push(index);
    }
    for indexes in by_namespace.into_values() {
        let wanted: Vec<Wanted> = indexes
            .iter()
            .filter_map(|&index| Some((plans.get(index)?, roles.get(index)?.as_deref())))
            .map(|(plan, role)| want(plan, role, sites))
            .collect();
        for (index, name) in indexes.into_iter().zip(names::unique(&wanted)) {
            if let Some(plan) = plans.get_mut(index) {
                plan.name = name;
            }
        }
    }
}

fn want(plan: &Plan, role: Option<&str>, sites: &[Site]) -> Wanted {
    let site = sites.get(plan.site);
    let first = plan.content.drafts().flat_map(Draft::origins).next();
    let object = first.map(|origin| origin.object.name.as_str()).or_else(|| site.and_then(Site::first_object));
    let host = site.and_then(|site| site.host.as_deref()).map(names::host_part);
    let words: Vec<&str> = [object, host.as_deref(), role].into_iter().flatten().collect();
    // Room for the numbers of its parts.
    let limit = names::LABEL - part(0, plan.content.parts.len()).len();
    Wanted { key: words.join("|"), name: words.join("-"), limit }
}

/// What the name of a part ends in. Ties between routes of one age go to the first name (httproute_types.go), so the
/// names sort as the rules stand.
pub(super) fn part(index: usize, parts: usize) -> String {
    let digits = parts.saturating_sub(1).to_string().len().max(3);
    if parts > 1 { format!("-{index:0digits$}") } else { String::new() }
}

/// What tells a route from the others of its host and namespace; the one for https needs nothing.
fn role(plans: &[Plan], index: usize, sites: &[Site]) -> Option<String> {
    let plan = plans.get(index)?;
    let (port, secure) = first_listening(plan, sites)?;
    match plan.content.kind {
        Kind::Tls => return Some("tls".to_owned()),
        Kind::Tcp => return Some(format!("tcp-{port}")),
        Kind::Udp => return Some(format!("udp-{port}")),
        Kind::Http | Kind::Grpc => {}
    }
    // The plans of a site stand together.
    let of_site =
        plans.partition_point(|other| other.site < plan.site)..plans.partition_point(|other| other.site <= plan.site);
    let is_sibling = |other: &Plan| other.content.kind.is_http() && other.namespace == plan.namespace;
    let siblings: Vec<usize> = of_site.filter(|&other| plans.get(other).is_some_and(is_sibling)).collect();
    let is_secure = |other: &usize| plans.get(*other).is_some_and(|other| serves_https(other, sites));
    if siblings.iter().find(|other| is_secure(other)).or(siblings.first()) == Some(&index) {
        return None;
    }
    let word = match (plan.content.drafts().all(Draft::redirects), secure) {
        (true, _) => "redirect",
        (false, true) => "https",
        (false, false) => "http",
    };
    Some(if [80, 443].contains(&port) { word.to_owned() } else { format!("{word}-{port}") })
}

fn first_listening(plan: &Plan, sites: &[Site]) -> Option<(u16, bool)> {
    let listening = sites.get(plan.site)?.listenings.get(*plan.listenings.first()?)?;
    Some((listening.port, matches!(listening.speaks, Speaks::Https(_))))
}

fn serves_https(plan: &Plan, sites: &[Site]) -> bool {
    let listenings = sites.get(plan.site).map(|site| site.listenings.as_slice()).unwrap_or_default();
    plan.listenings
        .iter()
        .filter_map(|&index| listenings.get(index))
        .any(|listening| matches!(listening.speaks, Speaks::Https(_)))
}
