//! TrafficSplit: requests to a Service are spread over others of its namespace.

use std::collections::BTreeSet;

use super::quantity::{thousandths, weights};
use super::route_group::RouteGroups;
use crate::model::{
    Action, Backend, BackendState, Cause, ClientAddress, EntryPoint, Forward, HostPattern, Manifest, Matcher, MeshKind,
    MeshService, Origin, PathHandling, PathMatcher, Pipeline, Policies, Protocol, Routing, Rule, ServicePort, Shared,
    Unavailable, Underscores, VirtualHost,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::{Context, Port};
use crate::source::metadata;
use crate::source::value::is_service_name;
use crate::syntax::{FieldPath, Node};

/// A TrafficSplit as it is read.
struct Split<'a> {
    manifest: &'a Manifest,
    spec: &'a Node,
    service: &'a str,
    context: &'a Context,
}

/// The routing of the Service; `None` when nothing can be said.
pub(super) fn routing(
    manifest: &Manifest,
    groups: &RouteGroups,
    context: &Context,
    used: &mut BTreeSet<(String, String)>,
    report: &mut Report,
) -> Option<Routing> {
    let spec = manifest.node.get("spec")?;
    if !metadata::can_exist(manifest, report) {
        return None;
    }
    let Some(service) = spec.get("service").and_then(Node::as_str).map(bare).filter(|name| is_service_name(name))
    else {
        let message = format!("{} names no `spec.service`", manifest.object.label());
        report.push(Diagnostic::new(Code::SplitNotExpressible, message).at(&Origin::object(&manifest.object), ""));
        metadata::refused(manifest, Code::SplitNotExpressible, report);
        return None;
    };
    if let Some(index) = spec.get("backends").map(Node::items).unwrap_or_default().iter().position(nameless) {
        let origin = Origin::field(&manifest.object, FieldPath::root().field("spec.backends").index(index));
        let finding = Diagnostic::new(Code::SplitNotExpressible, "a backend names no Service, so nothing is split");
        report
            .push(finding.at(&origin, "no Service can have this name").help("name a Service, or take the backend out"));
        metadata::refused(manifest, Code::SplitNotExpressible, report);
        return None;
    }
    let split = Split { manifest, spec, service, context };
    let namespace = manifest.object.namespace.clone();
    let mesh = MeshService { kind: MeshKind::Service, namespace, name: service.to_owned(), clients: None };
    let conditions = split.conditions(groups, used, report)?;
    let entry_points = split.ports(report).iter().map(|port| split.entry(&mesh, port, &conditions, report)).collect();
    Some(Routing {
        name: mesh.routing_name(),
        dialect: super::DIALECT,
        entry_points,
        mesh: Some(mesh),
        ..Routing::default()
    })
}

/// A Service is named as its clients name it, perhaps as a host: the first label is its name.
fn bare(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// Whether a backend names nothing that can be a Service.
fn nameless(backend: &Node) -> bool {
    !backend.get("service").and_then(Node::as_str).map(bare).is_some_and(is_service_name)
}

/// The matcher of each rule with its place; one that takes everything when the split has no conditions.
type Conditions = Vec<(Matcher, Option<Origin>)>;

impl Split<'_> {
    fn at(&self, path: FieldPath) -> Origin {
        Origin::field(&self.manifest.object, path)
    }

    fn namespace(&self) -> &str {
        &self.manifest.object.namespace
    }

    /// `matches` name HTTPRouteGroups. One that is not in the input cannot be left out: everything would be split.
    fn conditions(
        &self,
        groups: &RouteGroups,
        used: &mut BTreeSet<(String, String)>,
        report: &mut Report,
    ) -> Option<Conditions> {
        let named = self.spec.get("matches").map(Node::items).unwrap_or_default();
        if named.is_empty() {
            return Some(vec![(Matcher::path(PathMatcher::Any), None)]);
        }
        let mut conditions = Vec::new();
        for (index, one) in named.iter().enumerate() {
            let name = one.get("name").and_then(Node::as_str).unwrap_or_default();
            let origin = self.at(FieldPath::root().field("spec.matches").index(index));
            let Some(group) = groups.get(self.namespace(), name) else {
                let message = format!("HTTPRouteGroup `{}/{name}` is not in the input", self.namespace());
                let finding = Diagnostic::new(Code::SplitNotExpressible, message);
                report.push(finding.at(&origin, "which requests are split is not known").help("add it to the input"));
                let path = FieldPath::root().key("spec");
                report.ledger.record(&self.at(path), Fate::Dropped, Some(Code::SplitNotExpressible));
                return None;
            };
            used.insert((self.namespace().to_owned(), name.to_owned()));
            conditions.extend(group.iter().map(|one| (one.matcher.clone(), Some(one.origin.clone()))));
        }
        Some(conditions)
    }

    /// Every port of the Service; a nameless one where it is not in the input.
    fn ports(&self, report: &mut Report) -> Vec<Port> {
        match self.context.service(self.namespace(), self.service) {
            Some(service) => service.ports.clone(),
            None => {
                let origin = self.at(FieldPath::root().field("spec.service"));
                let message = format!("Service `{}/{}` is not in the input", self.namespace(), self.service);
                let finding = Diagnostic::new(Code::ServiceNotFound, message);
                report.push(finding.at(&origin, "its ports are not known").help("add the Service to the input"));
                vec![Port::default()]
            }
        }
    }

    fn entry(&self, mesh: &MeshService, port: &Port, conditions: &Conditions, report: &mut Report) -> EntryPoint {
        let protocol = protocol(port);
        let origin = self.at(FieldPath::root().field("spec.service"));
        let backends = self.backends(port, report);
        let place = self.at(FieldPath::root().field("spec.backends"));
        let mut rules = Vec::new();
        if protocol == Protocol::Http {
            for (matcher, at) in conditions {
                rules.push(rule(matcher.clone(), backends.clone(), at.as_ref().unwrap_or(&place)));
            }
            // What no condition takes goes on to the Service itself; a route without it would answer 404.
            if conditions.iter().all(|(_, at)| at.is_some()) {
                let root = vec![self.backend(self.service, port, 1, &origin)];
                rules.push(rule(Matcher::path(PathMatcher::Any), root, &origin));
            }
        } else if conditions.iter().any(|(_, at)| at.is_some()) {
            // No connection is a request that a group asks for.
            let root = vec![self.backend(self.service, port, 1, &origin)];
            rules.push(rule(Matcher::path(PathMatcher::Any), root, &origin));
        } else {
            rules.push(rule(Matcher::path(PathMatcher::Any), backends, &place));
        }
        entry_point(mesh, port.number, protocol, rules, origin)
    }

    /// Services that have the port, too; the others take no part (traffic-split.md, "Ports").
    fn backends(&self, port: &Port, report: &mut Report) -> Vec<Backend> {
        let written = self.spec.get("backends").map(Node::items).unwrap_or_default();
        let path = FieldPath::root().field("spec.backends");
        let mut found = Vec::new();
        for (index, one) in written.iter().enumerate() {
            let origin = self.at(path.index(index));
            let name = one.get("service").and_then(Node::as_str).map(bare).unwrap_or_default();
            let Some(weight) = one.get("weight").map_or(Some(0), thousandths) else {
                let message = format!("the weight of `{name}` is no quantity");
                report.push(Diagnostic::new(Code::SplitNotExpressible, message).at(&origin, "it counts as 0"));
                continue;
            };
            let known = self.context.service(self.namespace(), name);
            if known.is_some_and(|known| known.ports.iter().all(|other| other.number != port.number)) {
                let message = format!("Service `{name}` has no port {}, so it takes no part in it", port.number);
                report.push(Diagnostic::new(Code::PortNotFound, message).at(&origin, ""));
                continue;
            }
            found.push((self.backend(name, port, 0, &origin), weight));
        }
        let whole: Vec<u64> = found.iter().map(|(_, weight)| *weight).collect();
        let shares = weights(&whole);
        found.into_iter().zip(shares).map(|((backend, _), weight)| Backend { weight, ..backend }).collect()
    }

    fn backend(&self, name: &str, port: &Port, weight: u32, origin: &Origin) -> Backend {
        let service = ServicePort {
            namespace: self.namespace().to_owned(),
            name: name.to_owned(),
            port: port.number,
            port_name: None,
        };
        let state = self.context.state(&service, true);
        let state = if port.number == 0 { BackendState::Usable } else { state };
        Backend { service, weight, state, origin: origin.clone() }
    }
}

/// A port that is not HTTP by its appProtocol or its name.
fn protocol(port: &Port) -> Protocol {
    let said = port.app_protocol.as_deref().or_else(|| port.name.split('-').next()).unwrap_or_default();
    match said.to_ascii_lowercase().as_str() {
        "tcp" | "tls" | "mongo" | "mysql" | "redis" | "postgres" | "postgresql" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        _ => Protocol::Http,
    }
}

fn rule(matcher: Matcher, backends: Vec<Backend>, origin: &Origin) -> Rule {
    let forward = Forward {
        backends,
        rewrite: None,
        host: None,
        request_headers: Vec::new(),
        response_headers: Vec::new(),
        fallback: None,
        unavailable: Unavailable { no_endpoints: 503, missing: 503 },
    };
    Rule {
        matcher,
        action: Action::Forward(forward),
        policies: Shared::default(),
        cause: Cause::Declared,
        origin: origin.clone(),
    }
}

fn entry_point(mesh: &MeshService, port: u16, protocol: Protocol, rules: Vec<Rule>, origin: Origin) -> EntryPoint {
    let host = if protocol == Protocol::Http { HostPattern::Exact(mesh.host()) } else { HostPattern::Any };
    let host = VirtualHost {
        host,
        paths: PathHandling::RESOLVED,
        rules: rules.into(),
        unmatched: 404,
        tls: None,
        passthrough: false,
        origin: Some(origin),
    };
    EntryPoint {
        port,
        protocol,
        hosts: vec![host],
        pipeline: Pipeline::Envoy,
        implicit: Policies::default(),
        client: ClientAddress::Peer,
        underscores: Underscores::Kept,
    }
}
