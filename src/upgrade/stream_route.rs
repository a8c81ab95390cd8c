//! TLSRoute, TCPRoute, UDPRoute.

use super::Upgrade;
use super::edit::list;
use super::http_route::destinations;
use crate::syntax::{FieldPath, Node};

/// Rules of a route for streams.
pub(super) fn upgrade(spec: &mut Node, kind: &str, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    let rules = path.key("rules");
    let mut names: Vec<Node> = Vec::new();
    // Without what narrowed them these rules would take more.
    let mut narrowed: Vec<usize> = Vec::new();
    for (index, rule) in spec.get_mut("rules").map(Node::items_mut).unwrap_or_default().iter_mut().enumerate() {
        let path = rules.index(index);
        if let Some(matches) = rule.take("matches") {
            for (place, condition) in matches.items().iter().enumerate() {
                let path = path.key("matches").index(place);
                names.extend(condition.get("snis").map(Node::items).unwrap_or_default().iter().cloned());
                if condition.get("extensionRef").is_some() {
                    upgrade.lost(
                        &path.key("extensionRef"),
                        "conditions have no extensionRef any more: the rule is left out",
                    );
                    narrowed.push(index);
                }
            }
        }
        destinations(rule, &path, upgrade);
    }
    if kind == "TLSRoute" && spec.get("hostnames").is_none() {
        if names.is_empty() {
            upgrade.unclear(path, "a TLSRoute of v1 names its hosts, and this one names none");
        } else {
            let span = names.first().map(|name| name.span).unwrap_or_default();
            names.retain(|name| name.as_str() != Some("*"));
            spec.put("hostnames", list(names, span));
            upgrade.changed(&rules, "the names of `snis` are the route's hostnames");
        }
    }
    if let Some(all) = spec.take("rules") {
        let span = all.span;
        let kept = all.into_items().into_iter().enumerate().filter(|(index, _)| !narrowed.contains(index));
        spec.put("rules", list(kept.map(|(_, rule)| rule).collect(), span));
    }
    let count = spec.get("rules").map_or(0, |rules| rules.items().len());
    if count > 1 {
        let message = format!("a {kind} of v1 has one rule and this one has {count}: the others are left out");
        upgrade.lost(&rules.index(1), &message);
        if let Some(all) = spec.take("rules") {
            let span = all.span;
            spec.put("rules", list(all.into_items().into_iter().take(1).collect(), span));
        }
    }
}
