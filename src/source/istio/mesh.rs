//! What stays inside the mesh: VirtualServices bound to `mesh`, as routings of the services that they name.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::Proxy;
use super::destination::Registry;
use super::entries::{Entry, entries};
use super::http::Lowering;
use super::matches::Asked;
use super::objects::Object;
use super::virtual_service::VirtualService;
use super::{DIALECT, host, stream};
use crate::model::{
    ClientAddress, EntryPoint, HostPattern, MeshKind, MeshService, Origin, PathHandling, Pipeline, Protocol, Routing,
    Rule, Underscores, VirtualHost,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::syntax::FieldPath;

/// Every service of the mesh that a VirtualService routes to.
pub(super) fn routings(registry: Registry<'_>, bound: &mut BTreeSet<String>, report: &mut Report) -> Vec<Routing> {
    let mut routings: BTreeMap<String, (Routing, Origin)> = BTreeMap::new();
    for service in registry.objects.virtual_services.iter().filter(|service| is_bound(service)) {
        let entries = entries(service, registry.objects, report);
        for (index, written) in service.spec.hosts.iter().enumerate() {
            let place = service.at(&FieldPath::root().field("spec.hosts").index(index));
            let Some((kind, namespace, name)) = parent(registry, written, service) else {
                unattached(written, service, &place, bound, report);
                continue;
            };
            bound.insert(service.key());
            for clients in clients(service, &namespace, &place, report) {
                let mesh = MeshService { kind, namespace: namespace.clone(), name: name.clone(), clients };
                let key = mesh.routing_name();
                if let Some((_, first)) = routings.get(&key) {
                    // A sidecar takes one VirtualService a host (istio.io, analysis message IST0109).
                    let message = format!("another VirtualService already routes `{written}` in the mesh");
                    let finding = Diagnostic::new(Code::VirtualServiceUnbound, message).at(&place, "without effect");
                    report.push(finding.at(first, "this one counts"));
                    report.ledger.record(&place, Fate::Invalid, Some(Code::VirtualServiceUnbound));
                    continue;
                }
                let routing = routing(mesh, service, &entries, registry, report);
                routings.insert(key, (routing, place.clone()));
            }
        }
    }
    routings.into_values().map(|(routing, _)| routing).filter(|routing| !routing.entry_points.is_empty()).collect()
}

/// Without gateways a VirtualService is for the mesh.
fn is_bound(service: &Object<'_, VirtualService>) -> bool {
    let in_matches = service.spec.http.iter().flat_map(|route| &route.matches).flat_map(|one| &one.gateways);
    service.spec.gateways.is_empty() || service.spec.gateways.iter().chain(in_matches).any(|name| name == "mesh")
}

/// What stands for a host in Gateway API: its Service, or a ServiceEntry.
fn parent(
    registry: Registry<'_>,
    written: &str,
    service: &Object<'_, VirtualService>,
) -> Option<(MeshKind, String, String)> {
    let full = host::full(written, service.namespace());
    if let Some((namespace, name)) = host::service(&full) {
        return Some((MeshKind::Service, namespace, name));
    }
    let entries = &registry.objects.service_entries;
    let entry =
        entries.iter().find(|entry| entry.spec.hosts.iter().any(|listed| listed.eq_ignore_ascii_case(&full)))?;
    Some((MeshKind::ServiceEntry, entry.namespace().to_owned(), entry.name().to_owned()))
}

/// A host of the mesh that is nothing a route can be attached to. One that is for gateways as well is served there.
fn unattached(
    written: &str,
    service: &Object<'_, VirtualService>,
    place: &Origin,
    bound: &mut BTreeSet<String>,
    report: &mut Report,
) {
    let elsewhere = service.spec.gateways.iter().any(|name| name != "mesh");
    bound.insert(service.key());
    let message = format!("`{written}` is no Service of the mesh that a route could be attached to");
    let mut finding = Diagnostic::new(Code::MeshHostNotExpressible, message).at(place, "");
    if elsewhere {
        finding.severity = crate::report::Severity::Warning;
        report.ledger.record(place, Fate::Approximated, Some(Code::MeshHostNotExpressible));
    } else {
        report.ledger.record(place, Fate::Dropped, Some(Code::MeshHostNotExpressible));
    }
    report.push(finding.help(Code::MeshHostNotExpressible.entry().fix));
}

/// Whose requests the VirtualService routes: those of all clients, or of the namespaces that it is exported to, and
/// those of namespaces that its conditions name.
fn clients(
    service: &Object<'_, VirtualService>,
    namespace: &str,
    place: &Origin,
    report: &mut Report,
) -> Vec<Option<String>> {
    let own = service.namespace();
    let mut found: BTreeSet<Option<String>> = BTreeSet::new();
    for word in &service.spec.export_to {
        match host::Namespaces::of(word, own) {
            host::Namespaces::All => drop(found.insert(None)),
            host::Namespaces::None => {}
            host::Namespaces::One(one) if one == namespace => {
                // A route in the Service's own namespace is for every client.
                let message = format!("a route of namespace `{namespace}` holds for clients of every namespace");
                report.push(Diagnostic::new(Code::ExportNotExpressible, message).at(place, ""));
                let export = service.spec_at("exportTo");
                report.ledger.record(&export, Fate::Approximated, Some(Code::ExportNotExpressible));
                found.insert(None);
            }
            host::Namespaces::One(one) => drop(found.insert(Some(one))),
        }
    }
    if service.spec.export_to.is_empty() {
        found.insert(None);
    }
    let matches = service.spec.http.iter().flat_map(|route| &route.matches);
    let named = matches.filter(|one| one.gateways.is_empty() && !one.source_namespace.is_empty());
    found.extend(named.map(|one| Some(one.source_namespace.clone())));
    found.into_iter().collect()
}

fn routing(
    mesh: MeshService,
    service: &Object<'_, VirtualService>,
    entries: &[Entry<'_>],
    registry: Registry<'_>,
    report: &mut Report,
) -> Routing {
    let proxy = Proxy::Mesh(mesh.clients.as_deref());
    let mut lowering = Lowering { registry, proxy, report, guards: Vec::new() };
    let host = HostPattern::Exact(mesh.host());
    let bound = service.spec.gateways.is_empty() || service.spec.gateways.iter().any(|name| name == "mesh");
    let mut entry_points = Vec::new();
    for port in ports(service, entries, &mesh, registry) {
        let asked = Asked { host: &host, port, scheme: "http", by_elements: false };
        let rules = lowering.rules(entries, bound, asked);
        if !rules.is_empty() {
            entry_points.push(entry_point(port, Protocol::Http, &host, rules));
        }
    }
    let streams: BTreeSet<u16> =
        service.spec.tcp.iter().flat_map(|route| &route.matches).filter_map(|one| one.port?.port()).collect();
    let every = service
        .spec
        .tcp
        .iter()
        .any(|route| route.matches.is_empty() || route.matches.iter().any(|one| one.port.is_none()));
    for port in streams.into_iter().chain(every.then_some(MeshService::EVERY_PORT)) {
        let rules = stream::by_port(service, port, bound, &mut lowering);
        if !rules.is_empty() {
            entry_points.push(entry_point(port, Protocol::Tcp, &HostPattern::Any, rules));
        }
    }
    if !service.spec.tls.is_empty() {
        let place = service.spec_at("tls");
        lowering.report.ledger.record(&place, Fate::Dropped, Some(Code::MeshHostNotExpressible));
        let message = "routes of TLS connections inside the mesh are not written";
        lowering.report.push(Diagnostic::new(Code::MeshHostNotExpressible, message).at(&place, ""));
    }
    Routing { name: mesh.routing_name(), dialect: DIALECT, entry_points, mesh: Some(mesh), ..Routing::default() }
}

/// The ports that have rules of their own, and one entry for all others.
fn ports(
    service: &Object<'_, VirtualService>,
    entries: &[Entry<'_>],
    mesh: &MeshService,
    registry: Registry<'_>,
) -> Vec<u16> {
    let matches = || entries.iter().flat_map(|entry| &entry.matches);
    let mut ports: BTreeSet<u16> = matches().filter_map(|one| one.condition.port?.port()).collect();
    let rest =
        entries.iter().any(|entry| entry.matches.is_empty()) || matches().any(|one| one.condition.port.is_none());
    if ports.is_empty() {
        return if service.spec.http.is_empty() { Vec::new() } else { vec![MeshService::EVERY_PORT] };
    }
    if rest {
        match registry.context.service(&mesh.namespace, &mesh.name) {
            Some(known) => ports.extend(known.ports.iter().map(|port| port.number)),
            None => drop(ports.insert(MeshService::EVERY_PORT)),
        }
    }
    ports.into_iter().collect()
}

fn entry_point(port: u16, protocol: Protocol, host: &HostPattern, rules: Vec<Rule>) -> EntryPoint {
    let origin = rules.first().map(|rule| rule.origin.clone());
    let virtual_host = VirtualHost {
        host: host.clone(),
        paths: PathHandling::RESOLVED,
        rules: rules.into(),
        unmatched: 404,
        tls: None,
        passthrough: false,
        origin,
    };
    let hosts = vec![virtual_host];
    EntryPoint {
        port,
        protocol,
        implicit: super::defaults(protocol, &hosts),
        hosts,
        pipeline: Pipeline::Envoy,
        client: ClientAddress::Peer,
        underscores: Underscores::Kept,
    }
}
