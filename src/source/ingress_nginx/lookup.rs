//! Other objects that annotations name: does it exist, and what does it hold?

use std::collections::{BTreeMap, BTreeSet};

use crate::source::context::{Context, World};

/// What is known of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// It exists.
    Yes(T),
    /// It does not exist.
    No,
    /// The input does not tell.
    Unknown,
}

/// The keys of a Secret; `None` when they are not known, because its data was taken out.
pub type SecretKeys = Option<BTreeSet<String>>;

/// Looks up objects by namespace and name.
pub trait Lookup {
    /// A Secret.
    fn secret(&self, namespace: &str, name: &str) -> Found<SecretKeys>;
    /// A ConfigMap and its `data`.
    fn config_map(&self, namespace: &str, name: &str) -> Found<BTreeMap<String, String>>;
    /// A Service.
    fn service(&self, namespace: &str, name: &str) -> Found<()>;
}

/// In an open world anything may exist. In a closed one, what is not there does not exist, unless nothing of its kind
/// is there: then the kind was left out of the input.
fn find<T, U>(
    objects: &BTreeMap<(String, String), T>,
    world: World,
    (namespace, name): (&str, &str),
    known: impl FnOnce(&T) -> U,
) -> Found<U> {
    match objects.get(&(namespace.to_owned(), name.to_owned())) {
        Some(object) => Found::Yes(known(object)),
        None if world == World::Open || objects.is_empty() => Found::Unknown,
        None => Found::No,
    }
}

impl Lookup for Context {
    fn secret(&self, namespace: &str, name: &str) -> Found<SecretKeys> {
        find(&self.secrets, self.world, (namespace, name), |data| {
            (!data.is_empty()).then(|| data.keys().cloned().collect())
        })
    }

    fn config_map(&self, namespace: &str, name: &str) -> Found<BTreeMap<String, String>> {
        find(&self.config_maps, self.world, (namespace, name), Clone::clone)
    }

    fn service(&self, namespace: &str, name: &str) -> Found<()> {
        find(&self.services, self.world, (namespace, name), |_| ())
    }
}
