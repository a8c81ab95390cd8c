//! Gateway API as a source: Gateways, their listeners and routes, read the way one implementation ranks and matches.
//!
//! Each Gateway becomes one routing. Its listeners (and those of its ListenerSets) are the entry points; routes attach
//! to them, each match of each rule becomes one rule of the routing, and the implementation's ranking is spent in the
//! order of the lists. Objects are taken as the API server would store them; what it refuses is for
//! [`refuse`] to say.

mod attach;
mod backend;
mod envoy_gateway;
mod filters;
mod frontend;
mod given;
mod grants;
mod grpc;
mod header_value;
pub(in crate::source) mod hostname;
mod hosts;
mod http;
mod istio;
mod listeners;
mod matches;
mod mesh;
mod objects;
mod rank;
mod refused;
mod regex;
mod retry;
mod rewrite;
mod route;
mod selector;
mod stream;

use std::collections::{BTreeMap, BTreeSet};

pub use given::Given;
pub(in crate::source) use hosts::defaults;
pub(in crate::source) use istio::unmatched;
pub use refused::refuse;
pub use retry::retries_by_default;

use attach::{Attachment, attach};
use envoy_gateway::EnvoyGateway;
use hosts::{Bound, entry_points, hosts_of};
use istio::Istio;
use listeners::{Listener, Owner, listeners};
use objects::{Object, Objects, by_age};
use rank::{Candidate, Rank};
use route::{Lowering, Route};

use crate::gateway::{AfterPath, GROUP, GatewaySpec, ParentReference, Profile};
use crate::model::{HostPattern, Refusal, Routing};
use crate::report::{Code, Diagnostic, Report};
use crate::source::context::World;
use crate::syntax::FieldPath;

/// The name of the dialect in routings.
pub const DIALECT: &str = "gateway-api";

/// Reads every Gateway of the input with its routes, under an implementation's profile: one routing a Gateway, by
/// `namespace/name`.
#[must_use]
pub fn read<'a>(
    given: impl IntoIterator<Item = &'a Given<'a>>,
    world: World,
    profile: &Profile,
    report: &mut Report,
) -> Vec<Routing> {
    let objects = Objects::read(given, world, report);
    let routes = lower(&objects, profile, report);
    let children = Children::of(&routes);
    let istio = Istio::of(&objects, profile);
    let extensions = EnvoyGateway::of(&objects, profile);
    let around = Around { objects: &objects, profile, children, extensions, istio: istio.as_ref() };
    let mut parents = Parents::default();
    let routings = objects.gateways.values().map(|gateway| routing(gateway, &routes, &around, &mut parents, report));
    let mut routings: Vec<Routing> = routings.collect();
    routings.extend(mesh::routings(&routes, profile, istio.as_ref()));
    parents.report(&routes, report);
    routings
}

/// All routes, oldest first within a kind: ties are decided in this order. HTTPRoutes go before GRPCRoutes
/// (envoyproxy/gateway internal/gatewayapi/translator.go).
fn lower<'o>(objects: &'o Objects, profile: &Profile, report: &mut Report) -> Vec<Route<'o>> {
    let mut lowering = Lowering { objects, profile, report, mesh: false };
    let mut routes = Vec::new();
    routes.extend(by_age(&objects.http_routes).into_iter().map(|route| {
        lowering.mesh = mesh::is_only(&route.spec.parent_refs);
        lowering.http_route(route)
    }));
    lowering.mesh = false;
    routes.extend(by_age(&objects.grpc_routes).into_iter().map(|route| lowering.grpc_route(route)));
    routes.extend(by_age(&objects.tls_routes).into_iter().map(|route| lowering.tls_route(route)));
    routes.extend(by_age(&objects.tcp_routes).into_iter().map(|route| {
        lowering.mesh = mesh::is_only(&route.spec.parent_refs);
        lowering.tcp_route(route)
    }));
    lowering.mesh = false;
    routes.extend(by_age(&objects.udp_routes).into_iter().map(|route| lowering.udp_route(route)));
    routes
}

/// What a Gateway and its routes are read among.
struct Around<'o> {
    objects: &'o Objects,
    profile: &'o Profile,
    /// Routes by what they name.
    children: Children<'o>,
    /// Policies of Envoy Gateway, where they count.
    extensions: Option<EnvoyGateway<'o>>,
    /// Policies of Istio, where they count.
    istio: Option<&'o Istio<'o>>,
}

fn routing(
    gateway: &Object<GatewaySpec>,
    routes: &[Route<'_>],
    around: &Around<'_>,
    parents: &mut Parents,
    report: &mut Report,
) -> Routing {
    let Around { objects, profile, children, extensions, istio } = around;
    let mut listeners = listeners(gateway, objects, profile, report);
    if let Some(extensions) = extensions {
        extensions.listeners(gateway, &mut listeners);
    }
    let owner = Owner { kind: "Gateway", namespace: &gateway.namespace, name: &gateway.metadata.name };
    let mut bounds: Vec<Bound<'_, '_>> =
        listeners.iter().map(|listener| Bound { listener, hosts: BTreeMap::new() }).collect();
    let mut refused = extensions.as_ref().and_then(|extensions| extensions.refused(gateway));
    let owners = listeners.iter().map(|listener| listener.owner).chain([owner]);
    for index in children.of_any(owners) {
        let Some(route) = routes.get(index) else { continue };
        let taken = bind(index, route, gateway, &listeners, around, &mut bounds, parents, report);
        if taken.any {
            refused = refused.or_else(|| route.refused.clone()).or(taken.refused);
        }
    }
    bounds.retain(|bound| bound.listener.programmed);
    let (mut entry_points, refused_hosts) = entry_points(&bounds, profile);
    if let Some(istio) = istio {
        istio.gateway(owner, &mut entry_points);
    }
    Routing {
        name: format!("{}/{}", owner.namespace, owner.name),
        dialect: DIALECT,
        entry_points,
        refused: refused.or(refused_hosts),
        ..Routing::default()
    }
}

/// What came of binding a route.
struct Taken {
    /// A listener takes it.
    any: bool,
    /// The data plane refuses the whole configuration because of a policy of the route.
    refused: Option<Refusal>,
}

/// Binds a route to the listeners that take it.
#[expect(clippy::too_many_arguments, reason = "the lists that are filled stand beside what is read")]
fn bind(
    index: usize,
    route: &Route<'_>,
    gateway: &Object<GatewaySpec>,
    listeners: &[Listener<'_>],
    around: &Around<'_>,
    bounds: &mut [Bound<'_, '_>],
    parents: &mut Parents,
    report: &mut Report,
) -> Taken {
    let Around { objects, profile, children: _, extensions, istio: _ } = around;
    let owner = Owner { kind: "Gateway", namespace: &gateway.namespace, name: &gateway.metadata.name };
    let as_written = extensions.as_ref().is_some_and(|extensions| extensions.keeps_order(gateway));
    let mut taken = Vec::new();
    let mut refused = None;
    for (position, parent) in route.parents.iter().enumerate() {
        let at = &route.at;
        let outcome = match attach(parent, at.kind, at.namespace, owner, listeners, objects) {
            Attachment::Elsewhere => continue,
            Attachment::Refused(reason) => Some(reason),
            Attachment::To(found) => {
                let mut none = !found.is_empty();
                for listener in found {
                    let Some(bound) = bounds.get_mut(listener) else { continue };
                    let hosts = hosts_of(&route.hostnames, bound.listener, listeners, profile);
                    none &= hosts.is_empty();
                    // Two parentRefs may name one listener; the route counts once.
                    if !hosts.is_empty() && !taken.contains(&listener) {
                        taken.push(listener);
                        let mut candidates = ranked(&route.candidates, &hosts, profile);
                        for candidate in &mut candidates {
                            if as_written {
                                candidate.rank = Rank::as_written();
                            }
                            let refusal = extensions
                                .as_ref()
                                .and_then(|extensions| extensions.rule(candidate, at, bound.listener, gateway, report));
                            refused = refused.or(refusal);
                        }
                        for host in hosts {
                            bound.hosts.entry(host).or_default().extend(candidates.iter().cloned());
                        }
                    }
                }
                none.then_some("none of its hostnames is one of a listener")
            }
        };
        parents.found(index, position, outcome);
    }
    Taken { any: !taken.is_empty(), refused }
}

/// The candidates with what their hosts add to the rank.
fn ranked(candidates: &[Candidate], hosts: &[HostPattern], profile: &Profile) -> Vec<Candidate> {
    let mut candidates = candidates.to_vec();
    if profile.after_path == AfterPath::Sum {
        for candidate in &mut candidates {
            candidate.rank = candidate.rank.with_traefik(hosts, candidate.from_end);
        }
    }
    candidates
}

/// Indexes of routes by the namespace and name that a parentRef of theirs has: few routes name any one Gateway.
struct Children<'r>(BTreeMap<(&'r str, &'r str), Vec<usize>>);

impl<'r> Children<'r> {
    fn of(routes: &'r [Route<'_>]) -> Self {
        let mut children: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, route) in routes.iter().enumerate() {
            for parent in route.parents {
                let namespace = parent.namespace.as_deref().unwrap_or(route.at.namespace);
                children.entry((namespace, parent.name.as_str())).or_default().push(index);
            }
        }
        Self(children)
    }

    /// The routes that may attach to one of the objects, in order.
    fn of_any<'o>(&self, owners: impl Iterator<Item = Owner<'o>>) -> BTreeSet<usize> {
        let names: BTreeSet<_> = owners.map(|owner| (owner.namespace, owner.name)).collect();
        names.into_iter().filter_map(|name| self.0.get(&name)).flatten().copied().collect()
    }
}

/// What became of the parentRefs of all routes: `None` for attached.
#[derive(Default)]
struct Parents(BTreeMap<(usize, usize), Option<&'static str>>);

impl Parents {
    fn found(&mut self, route: usize, parent: usize, problem: Option<&'static str>) {
        self.0.insert((route, parent), problem);
    }

    /// Reports each parentRef that attaches the route to nothing.
    fn report(&self, routes: &[Route<'_>], report: &mut Report) {
        for (index, route) in routes.iter().enumerate() {
            for (position, parent) in route.parents.iter().enumerate() {
                let problem = match self.0.get(&(index, position)) {
                    Some(None) => continue,
                    Some(Some(problem)) => *problem,
                    None if is_gateway(parent) => "its parent is not in the input",
                    None => continue,
                };
                let path = FieldPath::root().field("spec.parentRefs").index(position);
                let message = format!("{} is not attached to `{}`: {problem}", route.at.source.label(), parent.name);
                report.push(Diagnostic::new(Code::RouteNotAttached, message).at(&route.at.field(&path), ""));
            }
        }
    }
}

/// A parent that is no Service of a mesh.
fn is_gateway(parent: &ParentReference) -> bool {
    parent.group.as_deref().unwrap_or(GROUP) == GROUP
}
