//! parentRefs: which listeners a route attaches to.

use super::listeners::{Listener, Owner};
use super::objects::Objects;
use crate::gateway::{GROUP, ParentReference};

/// What came of one parentRef against the listeners of one Gateway.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attachment {
    /// It names another object.
    Elsewhere,
    /// It names this Gateway, or a ListenerSet of it, and no listener takes the route.
    Refused(&'static str),
    /// Indexes of the listeners that take the route.
    To(Vec<usize>),
}

/// Resolves a parentRef: the named listener or all of the object's, by port, kind and namespace. A parentRef to a
/// Gateway means the Gateway's own listeners, not those of its ListenerSets (GEP-1713).
pub(super) fn attach(
    parent: &ParentReference,
    kind: &str,
    namespace: &str,
    gateway: Owner<'_>,
    listeners: &[Listener<'_>],
    objects: &Objects,
) -> Attachment {
    let is_parent = |owner: Owner<'_>| {
        parent.group.as_deref().unwrap_or(GROUP) == GROUP
            && parent.kind.as_deref().unwrap_or("Gateway") == owner.kind
            && parent.namespace.as_deref().unwrap_or(namespace) == owner.namespace
            && parent.name == owner.name
    };
    if !is_parent(gateway) && !listeners.iter().any(|listener| is_parent(listener.owner)) {
        return Attachment::Elsewhere;
    }
    let named: Vec<_> = listeners
        .iter()
        .enumerate()
        .filter(|(_, listener)| {
            is_parent(listener.owner)
                && parent.section_name.as_ref().is_none_or(|name| *name == listener.spec.name)
                && parent.port.is_none_or(|port| port == listener.spec.port)
        })
        .collect();
    if named.is_empty() {
        return Attachment::Refused("no listener has this sectionName or port");
    }
    let allowed: Vec<_> =
        named.into_iter().filter(|(_, l)| l.allows_kind(kind) && l.allows_namespace(objects, namespace)).collect();
    if allowed.is_empty() {
        return Attachment::Refused("no listener allows routes of this kind and namespace");
    }
    Attachment::To(allowed.into_iter().filter(|(_, listener)| listener.programmed).map(|(index, _)| index).collect())
}
