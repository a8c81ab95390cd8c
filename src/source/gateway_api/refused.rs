//! Objects that the API server refuses: the Gateways they belong to have no valid configuration.

use super::DIALECT;
use crate::gateway::GROUP;
use crate::model::{Manifest, Refusal, Routing};
use crate::syntax::Node;

/// Marks the routings of the Gateways that a refused object is, or is attached to. A refused Gateway has a routing of
/// its own, which serves nothing.
pub fn refuse(routings: &mut Vec<Routing>, manifest: &Manifest, refusal: &Refusal) {
    let object = &manifest.object;
    let own = if object.namespace.is_empty() { "default" } else { &object.namespace };
    let spec = manifest.node.get("spec");
    let names = match object.kind.as_str() {
        "Gateway" => vec![format!("{own}/{}", object.name)],
        "ListenerSet" => {
            spec.and_then(|spec| spec.get("parentRef")).map(|p| parent(p, own)).into_iter().flatten().collect()
        }
        _ => {
            let parents = spec.and_then(|spec| spec.get("parentRefs")).map_or(&[][..], Node::items);
            parents.iter().filter_map(|reference| parent(reference, own)).collect()
        }
    };
    if object.kind == "Gateway" {
        routings.extend(names.first().map(|name| Routing {
            name: name.clone(),
            dialect: DIALECT,
            ..Routing::default()
        }));
        routings.sort_by(|a, b| a.name.cmp(&b.name));
    }
    for routing in routings.iter_mut().filter(|routing| names.contains(&routing.name)) {
        routing.refused.get_or_insert_with(|| refusal.clone());
    }
}

/// `namespace/name` of the Gateway that a parentRef names.
fn parent(reference: &Node, own: &str) -> Option<String> {
    let text = |key: &str| reference.get(key).and_then(Node::as_str);
    let is_gateway = text("group").unwrap_or(GROUP) == GROUP && text("kind").unwrap_or("Gateway") == "Gateway";
    is_gateway.then(|| text("name").map(|name| format!("{}/{name}", text("namespace").unwrap_or(own)))).flatten()
}
