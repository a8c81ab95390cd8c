//! Gateway and GatewayClass.

use std::collections::BTreeSet;

use super::Upgrade;
use super::edit::{list, mapping, text};
use super::versions::Age;
use crate::syntax::{FieldPath, Node, Value};

/// `controller` → `controllerName`.
pub(super) fn class(spec: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    if spec.rename("controller", "controllerName") {
        upgrade.changed(&path.key("controller"), "`controller` is written `controllerName`");
    }
    if let Some(parameters) = spec.get_mut("parametersRef")
        && parameters.take("scope").is_some()
    {
        upgrade.changed(&path.field("parametersRef.scope"), "`scope` is left out: a namespace says it");
    }
    if spec.take("allowedGatewayNamespaces").is_some() {
        upgrade.lost(&path.key("allowedGatewayNamespaces"), "every namespace may use a GatewayClass");
    }
}

/// Listeners, addresses and the places of TLS settings.
pub(super) fn gateway(spec: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    let listeners = path.key("listeners");
    let mut names: BTreeSet<String> = spec
        .get("listeners")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|listener| listener.text_of("name").map(str::to_owned))
        .collect();
    for (index, one) in spec.get_mut("listeners").map(Node::items_mut).unwrap_or_default().iter_mut().enumerate() {
        let path = listeners.index(index);
        listener(one, &path, upgrade);
        if one.text_of("name").is_none() {
            let name = unique(name_of(one), &mut names);
            let span = one.span;
            one.put("name", text(&name, span));
            upgrade.changed(&path, format!("the listener is named `{name}`"));
        }
    }
    client_validation(spec, path, upgrade);
    if spec.get("backendTLS").is_some()
        && let Some(backend) = spec.take("backendTLS")
    {
        nested(spec, "tls", "backend", backend);
        upgrade.changed(&path.key("backendTLS"), "`backendTLS` is written `tls.backend`");
    }
    for (index, address) in spec.get_mut("addresses").map(Node::items_mut).unwrap_or_default().iter_mut().enumerate() {
        if address.text_of("type") == Some("NamedAddress") {
            let path = path.key("addresses").index(index).key("type");
            upgrade.unclear(&path, "`NamedAddress` is now a type of the implementation, with its domain in front");
        }
    }
}

fn listener(listener: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    // v0.1.0-rc1: {match: Exact|Domain|Any, name}.
    if let Some(old) = listener.get("hostname").filter(|node| matches!(node.value, Value::Mapping(_))).cloned() {
        listener.take("hostname");
        let name = old.text_of("name").unwrap_or_default();
        match old.text_of("match") {
            Some("Any") => {}
            Some("Domain") => listener.put("hostname", text(&format!("*.{name}"), old.span)),
            Some(_) | None => listener.put("hostname", text(name, old.span)),
        }
        upgrade.changed(&path.key("hostname"), "`hostname` is a text");
    }
    if matches!(listener.text_of("hostname"), Some("*" | "")) {
        listener.take("hostname");
        upgrade.changed(&path.key("hostname"), "the hostname `*` is left out: that is every host");
    }
    if let Some(routes) = listener.take("routes") {
        let span = routes.span;
        let mut allowed = mapping([], span);
        if let Some(namespaces) = routes.get("namespaces") {
            allowed.put("namespaces", namespaces.clone());
        }
        if let Some(kind) = routes.get("kind") {
            allowed.put("kinds", list(vec![mapping([("kind", kind.clone())], kind.span)], kind.span));
        }
        upgrade
            .changed(&path.key("routes"), "`routes` is written `allowedRoutes`; routes name their Gateways themselves");
        if !allowed.entries().is_empty() {
            listener.put("allowedRoutes", allowed);
        }
    }
    let path = path.key("tls");
    let Some(tls) = listener.get_mut("tls") else { return };
    if let Some(certificate) = tls.take("certificateRef") {
        let span = certificate.span;
        tls.put("certificateRefs", list(vec![certificate], span));
        upgrade.changed(&path.key("certificateRef"), "`certificateRef` is written as a list, `certificateRefs`");
    }
    if let Some(over) = tls.take("routeOverride") {
        if over.text_of("certificate") == Some("Allow") {
            upgrade.unclear(&path.key("routeOverride"), "certificates of routes need listeners of their own in v1");
        } else {
            upgrade
                .changed(&path.key("routeOverride"), "`routeOverride` is left out: routes have no certificates in v1");
        }
    }
    if upgrade.age <= Age::V1Alpha1
        && tls.get("options").is_some_and(|options| options.entries().iter().any(|entry| !entry.key.contains('/')))
    {
        upgrade.unclear(&path.key("options"), "names of options need the implementation's domain in front");
    }
}

/// `listeners[].tls.frontendValidation` (v1.1–v1.3) → `tls.frontend.default`: the handshake comes before the host, so
/// there is one for all https listeners of a port.
fn client_validation(spec: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    let mut found: Vec<(FieldPath, Node)> = Vec::new();
    let mut without = false;
    for (index, one) in spec.get_mut("listeners").map(Node::items_mut).unwrap_or_default().iter_mut().enumerate() {
        let Some(tls) = one.get_mut("tls") else { continue };
        match tls.take("frontendValidation") {
            Some(validation) => {
                found.push((path.key("listeners").index(index).field("tls.frontendValidation"), validation))
            }
            None => without = true,
        }
    }
    let Some((first, validation)) = found.first().cloned() else { return };
    if without || found.iter().any(|(_, other)| other.to_json() != validation.to_json()) {
        upgrade.unclear(&first, "client certificates are asked for by port in v1, and the listeners here differ");
    }
    let span = validation.span;
    let frontend = mapping([("default", mapping([("validation", validation)], span))], span);
    nested(spec, "tls", "frontend", frontend);
    upgrade.changed(&first, "`frontendValidation` is written `tls.frontend.default.validation` of the Gateway");
}

fn nested(node: &mut Node, outer: &str, inner: &str, value: Node) {
    if node.get(outer).is_none() {
        let span = value.span;
        node.put(outer, mapping([], span));
    }
    if let Some(outer) = node.get_mut(outer) {
        outer.put(inner, value);
    }
}

/// `https-443-www-example-com`.
fn name_of(listener: &Node) -> String {
    let protocol = listener.text_of("protocol").unwrap_or("listener").to_ascii_lowercase();
    let port = listener.get("port").and_then(Node::scalar_text).map(|port| format!("-{port}")).unwrap_or_default();
    let host =
        listener.text_of("hostname").map(|host| format!("-{}", host.replace("*.", "wildcard-").replace('.', "-")));
    format!("{protocol}{port}{}", host.unwrap_or_default())
}

fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}-{number}");
        number += 1;
    }
    candidate
}
