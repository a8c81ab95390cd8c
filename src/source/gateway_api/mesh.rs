//! Routes whose parent is a Service: what a mesh tells the clients of that Service (GAMMA, GEP-1294).

use std::collections::{BTreeMap, BTreeSet};

use super::DIALECT;
use super::envoy_gateway::ListenerSettings;
use super::hosts::virtual_host;
use super::istio::Istio;
use super::rank::Candidate;
use super::route::Route;
use crate::gateway::{GROUP, ParentReference, Profile};
use crate::model::{ClientAddress, EntryPoint, HostPattern, MeshKind, MeshService, Protocol, Routing, VirtualHost};

/// Whether a route has parents, and all of them belong to a mesh.
pub(super) fn is_only(parents: &[ParentReference]) -> bool {
    !parents.is_empty() && parents.iter().all(|parent| kind(parent).is_some())
}

/// What a parent is in a mesh. `core` is how the website wrote the empty group.
fn kind(parent: &ParentReference) -> Option<MeshKind> {
    match (parent.group.as_deref().unwrap_or(GROUP), parent.kind.as_deref().unwrap_or("Gateway")) {
        ("" | "core", "Service") => Some(MeshKind::Service),
        ("networking.istio.io", "ServiceEntry") => Some(MeshKind::ServiceEntry),
        _ => None,
    }
}

/// The candidates of one port of a service, in the order of the routes.
type Ports = BTreeMap<(u16, Protocol), Vec<Candidate>>;

/// One routing for each service and each namespace of clients with routes of its own. A route that names no port is
/// one for every port.
pub(super) fn routings(routes: &[Route<'_>], profile: &Profile, istio: Option<&Istio<'_>>) -> Vec<Routing> {
    let mut services: BTreeMap<MeshService, Ports> = BTreeMap::new();
    for route in routes {
        let protocol = match route.at.kind {
            "HTTPRoute" | "GRPCRoute" => Protocol::Http,
            "TCPRoute" => Protocol::Tcp,
            _ => continue,
        };
        let mut seen = BTreeSet::new();
        for parent in route.parents {
            let Some(kind) = kind(parent) else { continue };
            let namespace = parent.namespace.as_deref().unwrap_or(route.at.namespace).to_owned();
            let clients = (namespace != route.at.namespace).then(|| route.at.namespace.to_owned());
            let service = MeshService { kind, namespace, name: parent.name.clone(), clients };
            let port = parent.port.unwrap_or(MeshService::EVERY_PORT);
            if seen.insert((service.clone(), port)) {
                let ports = services.entry(service).or_default();
                ports.entry((port, protocol)).or_default().extend(route.candidates.iter().cloned());
            }
        }
    }
    let mut routings: Vec<Routing> =
        services.into_iter().map(|(service, ports)| routing(service, ports, profile)).collect();
    for routing in &mut routings {
        if let (Some(istio), Some(service)) = (istio, &routing.mesh) {
            istio.mesh(service, &mut routing.entry_points);
        }
    }
    routings
}

fn routing(service: MeshService, mut ports: Ports, profile: &Profile) -> Routing {
    // Routes for every port hold for the ports that have routes of their own, too.
    let every = ports.get(&(MeshService::EVERY_PORT, Protocol::Http)).cloned().unwrap_or_default();
    for ((port, protocol), candidates) in &mut ports {
        if *port != MeshService::EVERY_PORT && *protocol == Protocol::Http {
            candidates.extend(every.iter().cloned());
        }
    }
    let host = HostPattern::Exact(service.host());
    let entry_points = ports.into_iter().map(|((port, protocol), candidates)| {
        let hosts: Vec<VirtualHost> = host_of(&host, protocol, candidates, profile).into_iter().collect();
        EntryPoint {
            port,
            protocol,
            implicit: super::hosts::defaults(profile, protocol, &hosts),
            hosts,
            pipeline: profile.pipeline,
            client: ClientAddress::Peer,
            underscores: profile.underscores,
        }
    });
    Routing {
        name: service.routing_name(),
        dialect: DIALECT,
        entry_points: entry_points.collect(),
        mesh: Some(service),
        ..Routing::default()
    }
}

fn host_of(
    host: &HostPattern,
    protocol: Protocol,
    mut candidates: Vec<Candidate>,
    profile: &Profile,
) -> Option<VirtualHost> {
    let origin = candidates.first()?.rule.origin.clone();
    let host = if protocol == Protocol::Tcp { &HostPattern::Any } else { host };
    if protocol == Protocol::Tcp {
        candidates.truncate(1);
    }
    Some(virtual_host(host, candidates, (&origin, &ListenerSettings::of(profile)), profile))
}
