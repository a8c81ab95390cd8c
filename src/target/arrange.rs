//! The objects of several routings as one output.

use std::collections::BTreeMap;

use super::{Emitted, Options, names, rank};
use crate::gateway::Object;
use crate::model::Routing;

/// Sorts the objects of all routings. Grants of one name (two classes with routes in one namespace) become one.
#[must_use]
pub fn arranged(emitted: Vec<Emitted>) -> Vec<Emitted> {
    let mut arranged: BTreeMap<(u8, String, String), Emitted> = BTreeMap::new();
    for one in emitted {
        let metadata = one.object.metadata();
        let key = (rank(&one.object), metadata.namespace.clone(), metadata.name.clone());
        match arranged.get_mut(&key) {
            Some(other) => merge(other, one),
            None => {
                arranged.insert(key, one);
            }
        }
    }
    arranged.into_values().collect()
}

fn merge(first: &mut Emitted, second: Emitted) {
    if let (Object::ReferenceGrant(grant), Object::ReferenceGrant(other)) = (&mut first.object, second.object) {
        grant.spec.from.extend(other.spec.from);
        grant.spec.to.extend(other.spec.to);
        grant.spec.from.sort();
        grant.spec.from.dedup();
        grant.spec.to.sort();
        grant.spec.to.dedup();
    }
    first.origins.extend(second.origins);
    first.origins.sort();
    first.origins.dedup();
}

/// Which Gateway a routing became, by the routings' names; empty where it became several.
#[must_use]
pub fn pairing(before: &[Routing], after: &[Routing], options: &Options) -> BTreeMap<String, String> {
    if options.gateway.is_some() {
        return BTreeMap::new();
    }
    let gateways_of = |class: &str| {
        let name = names::of_words(class, names::LABEL);
        after.iter().filter(move |routing| routing.name.rsplit('/').next() == Some(name.as_str())).collect::<Vec<_>>()
    };
    before
        .iter()
        .filter_map(|routing| match gateways_of(&routing.name).as_slice() {
            [only] => Some((routing.name.clone(), only.name.clone())),
            _ => None,
        })
        .collect()
}
