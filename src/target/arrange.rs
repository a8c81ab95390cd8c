//! The objects of several routings as one output.

use std::collections::{BTreeMap, BTreeSet};

use super::gateways::class_of;
use super::{Emitted, Options, names};
use crate::gateway::Object;
use crate::model::{Origin, Routing};

/// Sorts objects, puts equal ones together and gives different ones that want one name two.
///
/// Routings are written one by one, so two of them may need the same grant, and two classes may want one name.
#[must_use]
pub fn arranged(objects: Vec<Emitted>) -> Vec<Emitted> {
    let mut kept: BTreeMap<(Key, usize), Emitted> = BTreeMap::new();
    for mut one in objects {
        match kept.get_mut(&(key(&one.object), 0)) {
            Some(other) if other.object == one.object => {
                let known: BTreeSet<&Origin> = other.origins.iter().collect();
                one.origins.retain(|origin| !known.contains(origin));
                other.origins.append(&mut one.origins);
            }
            Some(_) => {
                rename(&mut one.object);
                kept.insert((key(&one.object), kept.len()), one);
            }
            None => {
                kept.insert((key(&one.object), 0), one);
            }
        }
    }
    kept.into_values().collect()
}

/// Which routing of the output belongs to which of the input, by their names. A class that has no Gateway of its own, or
/// several, is not here: it is to be compared together with what else is left.
#[must_use]
pub fn pairing(before: &[Routing], after: &[Routing], options: &Options) -> BTreeMap<String, String> {
    if options.gateway.is_some() {
        return BTreeMap::new();
    }
    let only_gateway = |class: &str| -> Option<String> {
        let base = names::of_words(class_of(class), names::LABEL);
        let mut own = after.iter().filter(|gateway| is_numbered(&gateway.name, &base));
        own.next().filter(|_| own.next().is_none()).map(|gateway| gateway.name.clone())
    };
    before.iter().filter_map(|routing| Some((routing.name.clone(), only_gateway(&routing.name)?))).collect()
}

/// `ns/base`, `ns/base-2`, …
fn is_numbered(gateway: &str, base: &str) -> bool {
    let name = gateway.rsplit_once('/').map_or(gateway, |(_, name)| name);
    name.strip_prefix(base).is_some_and(|rest| {
        rest.is_empty() || rest.strip_prefix('-').is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
    })
}

type Key = (usize, String, String, String);

/// Kinds in the order in which they are applied: what others refer to comes first, and so does what protects them.
const ORDER: &[&str] = &[
    "Service",
    "EnvoyProxy",
    "ClientTrafficPolicy",
    "Gateway",
    "ListenerSet",
    "ReferenceGrant",
    "BackendTLSPolicy",
    "Backend",
    "HTTPRouteFilter",
    "SecurityPolicy",
    "BackendTrafficPolicy",
    "DestinationRule",
    "AuthorizationPolicy",
    "Telemetry",
    "EnvoyExtensionPolicy",
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "TCPRoute",
    "UDPRoute",
];

/// By kind, then by namespace and name.
fn key(object: &Object) -> Key {
    let rank = ORDER.iter().position(|kind| *kind == object.kind()).unwrap_or(ORDER.len());
    let metadata = object.metadata();
    (rank, object.kind().to_owned(), metadata.namespace.clone(), metadata.name.clone())
}

/// Marks the name with a hash of the content. Gateways and ListenerSets keep theirs, because routes name them.
fn rename(object: &mut Object) {
    let named_by_others = matches!(object, Object::Gateway(_) | Object::ListenerSet(_));
    if !named_by_others && let Ok(content) = serde_json::to_string(object) {
        let name = names::marked(&object.metadata().name, &content, names::LABEL);
        object.metadata_mut().name = name;
    }
}
