//! HTTPRoute: conditions, filters and destinations of v1alpha1, and of the proposals before it.

use super::Upgrade;
use super::edit::{list, mapping, text};
use super::versions::Age;
use crate::syntax::{FieldPath, Node, Value};

/// Rules of an HTTPRoute.
pub(super) fn upgrade(spec: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    hostnames(spec, path, upgrade);
    let path = path.key("rules");
    for (index, rule) in spec.get_mut("rules").map(Node::items_mut).unwrap_or_default().iter_mut().enumerate() {
        upgrade_rule(rule, &path.index(index), upgrade);
    }
    if let Some(rules) = spec.take("rules") {
        let span = rules.span;
        let kept = rules.into_items().into_iter().filter(|rule| !takes_nothing(rule)).collect();
        spec.put("rules", list(kept, span));
    }
}

/// `*` was any host; now that is said by leaving hostnames out.
fn hostnames(spec: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    let any = spec.get("hostnames").is_some_and(|hosts| hosts.items().iter().any(|host| host.as_str() == Some("*")));
    if any {
        spec.take("hostnames");
        upgrade.changed(&path.key("hostnames"), "the hostname `*` is left out: that is every host");
    }
}

fn upgrade_rule(rule: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    if rule.rename("match", "matches") {
        upgrade.changed(&path.key("match"), "`match` is written as a list, `matches`");
        if let Some(one) = rule.take("matches") {
            let span = one.span;
            rule.put("matches", list(one.into_items(), span));
        }
    }
    conditions(rule, &path.key("matches"), upgrade);
    filters(rule, path, upgrade);
    destinations(rule, path, upgrade);
}

/// An extension narrows a condition in a way that v1 cannot say: without it the rule would take more, so the condition
/// goes with it.
fn conditions(rule: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    // An empty list is the default, every path.
    let Some(all) = rule.take("matches").filter(|all| !all.items().is_empty()) else { return };
    let span = all.span;
    let mut kept = Vec::new();
    for (index, mut one) in all.into_items().into_iter().enumerate() {
        let path = path.index(index);
        if one.get("extensionRef").is_some() {
            upgrade.lost(
                &path.key("extensionRef"),
                "conditions have no extensionRef any more: this one is left out whole",
            );
        } else {
            condition(&mut one, &path, upgrade);
            kept.push(one);
        }
    }
    rule.put("matches", list(kept, span));
}

/// Whether all conditions of a rule were left out: it must take nothing, where none at all would take everything.
fn takes_nothing(rule: &Node) -> bool {
    rule.get("matches").is_some_and(|matches| matches.items().is_empty())
}

fn condition(condition: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    if let Some(plain) = condition.text_of("path").map(str::to_owned) {
        let span = condition.get("path").map_or(condition.span, |node| node.span);
        let value = [("type", text("PathPrefix", span)), ("value", text(&plain, span))];
        condition.put("path", mapping(value, span));
        upgrade.changed(&path.key("path"), format!("the path `{plain}` is written as a PathPrefix"));
    }
    if let Some(written) = condition.get_mut("path") {
        match written.text_of("type") {
            Some("Prefix") => {
                let span = written.get("type").map_or(written.span, |node| node.span);
                written.put("type", text("PathPrefix", span));
                upgrade.changed(&path.field("path.type"), "`Prefix` is written `PathPrefix`");
            }
            // v1alpha1 let the type out for Prefix (httproute_types.go v0.3.0, HTTPPathMatch.Type).
            None if upgrade.age == Age::V1Alpha1 => {
                let span = written.span;
                written.put("type", text("PathPrefix", span));
            }
            Some("ImplementationSpecific") => {
                upgrade
                    .unclear(&path.field("path.type"), "what `ImplementationSpecific` matches depends on the gateway");
            }
            Some(_) | None => {}
        }
    }
    for field in ["headers", "queryParams"] {
        named_values(condition, field, path, upgrade);
    }
}

/// `headers: {type, values: {name: value}}` → a list.
fn named_values(condition: &mut Node, field: &str, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    let Some(old) = condition.get(field).filter(|node| node.get("values").is_some()).cloned() else { return };
    let kind = old.text_of("type").unwrap_or("Exact").to_owned();
    if kind == "ImplementationSpecific" {
        let path = path.key(field).key("type");
        upgrade.unclear(&path, "what `ImplementationSpecific` matches depends on the gateway");
    }
    let mut items: Vec<Node> = Vec::new();
    for entry in old.get("values").map(Node::entries).unwrap_or_default() {
        let of = [
            ("type", text(&kind, entry.key_span)),
            ("name", text(&entry.key, entry.key_span)),
            ("value", entry.node.clone()),
        ];
        items.push(mapping(of, entry.key_span));
    }
    items.sort_by(|a, b| a.text_of("name").cmp(&b.text_of("name")));
    condition.put(field, list(items, old.span));
    upgrade.changed(&path.key(field), format!("`{field}` is written as a list"));
}

fn filters(holder: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    let path = path.key("filters");
    for (index, filter) in holder.get_mut("filters").map(Node::items_mut).unwrap_or_default().iter_mut().enumerate() {
        let path = path.index(index);
        if filter.text_of("type") == Some("RequestHeader") {
            let span = filter.span;
            filter.put("type", text("RequestHeaderModifier", span));
            filter.rename("requestHeader", "requestHeaderModifier");
            upgrade.changed(&path.key("type"), "`RequestHeader` is written `RequestHeaderModifier`");
        }
        if let Some(modifier) = filter.get_mut("requestHeaderModifier") {
            for field in ["set", "add"] {
                header_map(modifier, field, &path.key("requestHeaderModifier"), upgrade);
            }
        }
        if let Some(mirror) = filter.get_mut("requestMirror")
            && mirror.get("serviceName").is_some()
        {
            let span = mirror.span;
            let mut backend = mapping([], span);
            mirror.take("backendRef");
            if let Some(name) = mirror.take("serviceName") {
                backend.put("name", name);
            }
            if let Some(port) = mirror.take("port") {
                backend.put("port", port);
            }
            mirror.put("backendRef", backend);
            upgrade.changed(&path.key("requestMirror"), "`serviceName` is written `backendRef`");
        }
    }
}

/// `set: {name: value}` → a list.
fn header_map(modifier: &mut Node, field: &str, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    let Some(old) = modifier.get(field).filter(|node| matches!(node.value, Value::Mapping(_))).cloned() else { return };
    let item = |entry: &crate::syntax::Entry| {
        mapping([("name", text(&entry.key, entry.key_span)), ("value", entry.node.clone())], entry.key_span)
    };
    modifier.put(field, list(old.entries().iter().map(item).collect(), old.span));
    upgrade.changed(&path.key(field), format!("`{field}` is written as a list"));
}

/// `forwardTo` in its three forms → `backendRefs`.
pub(super) fn destinations(rule: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    // Before v0.1.0 the destinations stood under an action.
    if let Some(action) = rule.take("action")
        && let Some(forward) = action.get("forwardTo").or_else(|| action.get("forward"))
    {
        rule.put("forwardTo", forward.clone());
        upgrade.changed(&path.key("action"), "`action.forwardTo` is written `backendRefs`");
    }
    let Some(old) = rule.take("forwardTo") else {
        if rule.get("backendRefs").is_none() && rule.get("filters").is_none() && upgrade.age == Age::V1Alpha1 {
            let message = "a rule without destinations answered 503, and answers 500 in v1";
            upgrade.changed(path, message);
        }
        return;
    };
    let span = old.span;
    let items = match old.get("backend") {
        Some(backend) => backend.clone().into_items(),
        None => old.into_items(),
    };
    let path = path.key("forwardTo");
    let items = items.into_iter().enumerate().map(|(index, item)| destination(item, &path.index(index), upgrade));
    let items: Vec<Node> = items.collect();
    upgrade.changed(&path, "`forwardTo` is written `backendRefs`");
    rule.put("backendRefs", list(items, span));
}

/// serviceName wins over backendRef (httproute_types.go v0.3.0, HTTPRouteForwardTo).
fn destination(mut item: Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) -> Node {
    let reference = item.take("backendRef").or_else(|| item.take("targetRef"));
    if let Some(name) = item.take("serviceName").or_else(|| item.take("backendName")) {
        item.put("name", name);
    } else if let Some(reference) = reference {
        for field in ["group", "kind", "name", "namespace"] {
            if let Some(value) = reference.get(field) {
                item.put(field, value.clone());
            }
        }
    }
    filters(&mut item, path, upgrade);
    let service = item.text_of("kind").is_none_or(|kind| kind == "Service");
    if service && item.get("port").is_none() {
        upgrade.fill_port(path, &mut item);
    }
    item
}
