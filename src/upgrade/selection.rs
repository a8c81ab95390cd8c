//! Which Gateways a route of v1alpha1 belongs to. There the listener chose its routes by their labels, and the route
//! said which Gateways may; now the route names its Gateways (GEP-709 turned it round).

use super::edit::{list, mapping, text};
use crate::model::Manifest;
use crate::syntax::{Node, Span};
use std::collections::BTreeMap;

/// A listener of v1alpha1, as it was before anything was changed.
#[derive(Debug, Clone)]
pub(super) struct Listener {
    pub gateway: (String, String),
    pub index: usize,
    kind: String,
    /// Labels of routes.
    selector: Option<Node>,
    from: String,
    /// Labels of namespaces.
    namespaces: Option<Node>,
    listeners: usize,
}

/// Every listener of a Gateway of v1alpha1.
pub(super) fn listeners(gateway: &Manifest) -> Vec<Listener> {
    let Some(listeners) = gateway.node.get("spec").and_then(|spec| spec.get("listeners")) else { return Vec::new() };
    let of = |(index, listener): (usize, &Node)| {
        let routes = listener.get("routes");
        let namespaces = routes.and_then(|routes| routes.get("namespaces"));
        Listener {
            gateway: (gateway.object.namespace.clone(), gateway.object.name.clone()),
            index,
            kind: routes.and_then(|routes| routes.text_of("kind")).unwrap_or("HTTPRoute").to_owned(),
            selector: routes.and_then(|routes| routes.get("selector")).cloned(),
            from: namespaces.and_then(|n| n.text_of("from")).unwrap_or("Same").to_owned(),
            namespaces: namespaces.and_then(|n| n.get("selector")).cloned(),
            listeners: listeners.items().len(),
        }
    };
    listeners.items().iter().enumerate().map(of).collect()
}

/// Labels of every namespace of the input.
pub(super) type Namespaces = BTreeMap<String, Node>;

/// The parentRefs of a route: a Gateway as a whole where all of its listeners take the route. `names` gives the name of
/// a Gateway's listener.
pub(super) fn parents(
    route: &Manifest,
    listeners: &[Listener],
    namespaces: &Namespaces,
    names: impl Fn(&(String, String), usize) -> Option<String>,
) -> Option<Node> {
    let taking: Vec<&Listener> = listeners.iter().filter(|listener| takes(listener, route, namespaces)).collect();
    let mut by_gateway: BTreeMap<&(String, String), Vec<&Listener>> = BTreeMap::new();
    for listener in taking {
        by_gateway.entry(&listener.gateway).or_default().push(listener);
    }
    let span = route.node.get("metadata").map_or(Span::default(), |node| node.span);
    let mut parents = Vec::new();
    for (gateway, taking) in by_gateway {
        let mut parent = mapping([("name", text(&gateway.1, span))], span);
        if gateway.0 != route.object.namespace {
            parent.put("namespace", text(&gateway.0, span));
        }
        if taking.first().is_some_and(|listener| listener.listeners == taking.len()) {
            parents.push(parent);
            continue;
        }
        for listener in taking {
            let mut section = parent.clone();
            if let Some(name) = names(gateway, listener.index) {
                section.put("sectionName", text(&name, span));
            }
            parents.push(section);
        }
    }
    (!parents.is_empty()).then(|| list(parents, span))
}

/// Whether a listener chooses a route.
pub(super) fn takes(listener: &Listener, route: &Manifest, namespaces: &Namespaces) -> bool {
    let labels = route.node.get("metadata").and_then(|metadata| metadata.get("labels"));
    listener.kind == route.object.kind
        && listener.selector.as_ref().is_none_or(|selector| selects(selector, labels))
        && in_namespace(listener, route, namespaces)
        && allowed(listener, route)
}

fn in_namespace(listener: &Listener, route: &Manifest, namespaces: &Namespaces) -> bool {
    match listener.from.as_str() {
        "All" => true,
        "Selector" => {
            let labels = namespaces.get(&route.object.namespace);
            listener.namespaces.as_ref().is_none_or(|selector| selects(selector, labels))
        }
        _ => listener.gateway.0 == route.object.namespace,
    }
}

/// `spec.gateways` of the route: SameNamespace unless it says otherwise.
fn allowed(listener: &Listener, route: &Manifest) -> bool {
    let gateways = route.node.get("spec").and_then(|spec| spec.get("gateways"));
    match gateways.and_then(|gateways| gateways.text_of("allow")) {
        Some("All") => true,
        Some("FromList") => gateways.and_then(|gateways| gateways.get("gatewayRefs")).is_some_and(|list| {
            list.items().iter().any(|reference| {
                reference.text_of("name") == Some(&listener.gateway.1)
                    && reference.text_of("namespace").unwrap_or(&route.object.namespace) == listener.gateway.0
            })
        }),
        Some(_) | None => listener.gateway.0 == route.object.namespace,
    }
}

/// A label selector (meta/v1): `matchLabels` and `matchExpressions`; empty selects everything.
fn selects(selector: &Node, labels: Option<&Node>) -> bool {
    let value = |key: &str| labels.and_then(|labels| labels.text_of(key));
    let pairs = selector.get("matchLabels").map(Node::entries).unwrap_or_default();
    let expressions = selector.get("matchExpressions").map(Node::items).unwrap_or_default();
    pairs.iter().all(|entry| value(&entry.key).is_some_and(|found| entry.node.as_str() == Some(found)))
        && expressions.iter().all(|expression| {
            let found = expression.text_of("key").and_then(value);
            let values = expression.get("values").map(Node::items).unwrap_or_default();
            let among = || found.is_some_and(|found| values.iter().any(|value| value.as_str() == Some(found)));
            match expression.text_of("operator") {
                Some("In") => among(),
                Some("NotIn") => !among(),
                Some("Exists") => found.is_some(),
                Some("DoesNotExist") => found.is_none(),
                Some(_) | None => false,
            }
        })
}
