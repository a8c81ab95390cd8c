//! ReferenceGrant: which references across namespaces are allowed.

use super::objects::{Key, Object, Objects};
use crate::gateway::ReferenceGrantSpec;

/// A reference from an object of Gateway API to another namespace.
pub(super) struct Reference<'a> {
    pub from_group: &'a str,
    pub from_kind: &'a str,
    pub from_namespace: &'a str,
    pub to_group: &'a str,
    pub to_kind: &'a str,
    pub to_namespace: &'a str,
    pub to_name: &'a str,
}

impl Objects {
    /// Whether the target's namespace grants the reference. Grants add up; one is enough (referencegrant_types.go).
    pub(super) fn granted(&self, reference: &Reference<'_>) -> bool {
        reference.from_namespace == reference.to_namespace
            || self.grants_in(reference.to_namespace).any(|grant| {
                grant.spec.from.iter().any(|from| {
                    from.group == reference.from_group
                        && from.kind == reference.from_kind
                        && from.namespace == reference.from_namespace
                }) && grant.spec.to.iter().any(|to| {
                    to.group == reference.to_group
                        && to.kind == reference.to_kind
                        && to.name.as_deref().is_none_or(|name| name.is_empty() || name == reference.to_name)
                })
            })
    }

    fn grants_in(&self, namespace: &str) -> impl Iterator<Item = &Object<ReferenceGrantSpec>> {
        let from: Key = (namespace.to_owned(), String::new());
        self.grants.range(from..).map(|(_, grant)| grant).take_while(move |grant| grant.namespace == namespace)
    }
}
