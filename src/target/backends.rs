//! Backends of a rule as backendRefs.

use crate::gateway::{BackendRef, Profile};
use crate::model::{Backend, BackendState, Origin, ServicePort};

/// Group and kind of backendRefs that name a host (istio/istio, "Hostname" of ServiceEntries).
pub(super) const HOSTNAME: (&str, &str) = ("networking.istio.io", "Hostname");
/// Most backendRefs of a rule.
const MOST: usize = 16;
/// Largest weight.
const HEAVIEST: u64 = 1_000_000;

/// The references of a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Refs {
    pub refs: Vec<BackendRef>,
    /// Services of other namespaces: each needs a grant.
    pub foreign: Vec<Foreign>,
}

/// A Service in another namespace than the route's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Foreign {
    pub namespace: String,
    pub name: String,
    pub origin: Origin,
}

/// Why there are no references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// A port is known by name only.
    Port(ServicePort, Origin),
    /// More Services than a rule may have.
    TooMany(usize),
    /// A host outside of the cluster.
    Outside(ServicePort, Origin),
}

/// The references of a weighted group, seen from a namespace. None when no request can reach any of them: the API
/// answers 500 for a rule without backends.
pub(super) fn refs(backends: &[Backend], namespace: &str, profile: &Profile) -> Result<Refs, Problem> {
    let mut merged: Vec<(&Backend, u64)> = Vec::new();
    for backend in backends {
        match merged.iter_mut().find(|(other, _)| other.service == backend.service) {
            Some((_, weight)) => *weight += u64::from(backend.weight),
            None => merged.push((backend, u64::from(backend.weight))),
        }
    }
    if merged.iter().all(|(_, weight)| *weight == 0) {
        return Ok(Refs::default());
    }
    if let Some((backend, _)) = merged.iter().find(|(backend, _)| backend.service.port == 0) {
        // The Service is known not to have the port (the source has said so), and nothing else is behind the rule.
        if merged.len() == 1 && backend.state == BackendState::Missing {
            return Ok(Refs::default());
        }
        return Err(Problem::Port(backend.service.clone(), backend.origin.clone()));
    }
    let by_name = profile.backend_kinds.contains(&HOSTNAME);
    if let Some((backend, _)) = merged.iter().find(|(backend, _)| backend.service.is_outside() && !by_name) {
        return Err(Problem::Outside(backend.service.clone(), backend.origin.clone()));
    }
    if merged.len() > MOST {
        return Err(Problem::TooMany(merged.len()));
    }
    let heaviest = merged.iter().map(|(_, weight)| *weight).max().unwrap_or(0);
    let alone = merged.len() == 1;
    let mut written = Refs::default();
    for (backend, weight) in merged {
        let mut reference = service_ref(&backend.service, namespace);
        reference.weight = (!alone).then(|| scaled(weight, heaviest));
        written.refs.push(reference);
        // A reference that nobody granted fails today; a grant would open it.
        let elsewhere = !super::same_namespace(&backend.service.namespace, namespace) && !backend.service.is_outside();
        if elsewhere && backend.state != BackendState::Missing {
            written.foreign.push(foreign(&backend.service, &backend.origin));
        }
    }
    Ok(written)
}

/// A reference to a Service port from a namespace.
pub(super) fn service_ref(service: &ServicePort, namespace: &str) -> BackendRef {
    if service.is_outside() {
        let (group, kind) = HOSTNAME;
        return BackendRef {
            group: Some(group.to_owned()),
            kind: Some(kind.to_owned()),
            name: service.name.clone(),
            port: Some(service.port),
            ..BackendRef::default()
        };
    }
    BackendRef {
        name: service.name.clone(),
        namespace: super::other_namespace(&service.namespace, namespace),
        port: Some(service.port),
        ..BackendRef::default()
    }
}

/// The Service as the object of a grant.
pub(super) fn foreign(service: &ServicePort, origin: &Origin) -> Foreign {
    Foreign { namespace: service.namespace.clone(), name: service.name.clone(), origin: origin.clone() }
}

/// A weight the API takes; nothing that had a share loses all of it.
fn scaled(weight: u64, heaviest: u64) -> u32 {
    let scaled = if heaviest <= HEAVIEST { weight } else { (weight * HEAVIEST / heaviest).max(weight.min(1)) };
    u32::try_from(scaled).unwrap_or(u32::MAX)
}
