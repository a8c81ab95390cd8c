//! Routes of a service in a mesh: they belong to the Service, not to a listener (GAMMA, GEP-1294).

use std::collections::BTreeSet;

use super::extension::Route;
use super::routes::{Content, Kind, Plan};
use super::rules::Pen;
use super::sites::{self, Listening, Site};
use super::{Emitted, extension, grpc, names, objects, other_namespace, route_names, split, streams};
use crate::gateway::{HttpFilter, HttpRule, MESHES, Mesh, ParentReference, RulePart};
use crate::model::{EntryPoint, MeshKind, MeshService, Protocol};
use crate::report::{Code, Diagnostic};

/// The routes of every port. A route in the service's own namespace is for all clients, one in another for the clients
/// there.
pub(super) fn write(pen: &mut Pen<'_, '_>, service: &MeshService) -> Vec<Emitted> {
    let namespace = service.clients.clone().unwrap_or_else(|| service.namespace.clone());
    let entries = &pen.run.routing.entry_points;
    let mut emitted = Vec::new();
    for entry in entries {
        for host in &entry.hosts {
            emitted.extend(routes(pen, service, &namespace, entry, sites::listening(entry, host)));
        }
    }
    portability(pen, service, &emitted);
    emitted
}

fn routes<'a>(
    pen: &mut Pen<'_, 'a>,
    service: &MeshService,
    namespace: &str,
    entry: &EntryPoint,
    listening: Listening<'a>,
) -> Vec<Emitted> {
    let origin = listening.origin;
    let Some(content) = content(pen, namespace, entry, &listening) else { return Vec::new() };
    let site = Site { host: None, listenings: vec![listening] };
    let name = name(service, entry, content.kind);
    let mut plan = Plan { site: 0, listenings: vec![0], namespace: namespace.to_owned(), name, content, origin };
    let count = plan.content.parts.len();
    let parents = vec![parent(service, namespace, entry.port)];
    let mut emitted = Vec::new();
    for (index, mut drafts) in std::mem::take(&mut plan.content.parts).into_iter().enumerate() {
        let name = format!("{}{}", plan.name, route_names::part(index, count));
        if let Some(kinds) = &pen.run.target.kinds {
            let route = Route { kind: plan.content.kind.name(), namespace, name: &name };
            emitted.extend(extension::attach(kinds, route, &mut drafts));
        }
        emitted.push(Emitted {
            object: objects::object(pen.run, &plan, &name, &site, parents.clone(), &drafts),
            origins: objects::origins(&plan, &drafts),
        });
    }
    emitted
}

fn content<'a>(
    pen: &mut Pen<'_, 'a>,
    namespace: &str,
    entry: &EntryPoint,
    listening: &Listening<'a>,
) -> Option<Content<'a>> {
    match entry.protocol {
        Protocol::Http | Protocol::Https => {
            let drafts = pen.drafts(&listening.rules, listening, namespace);
            let kind = if grpc::fits(&drafts) { Kind::Grpc } else { Kind::Http };
            (!drafts.is_empty()).then(|| Content { kind, parts: split::chunks(split::merge(drafts)) })
        }
        Protocol::Tcp | Protocol::Udp => streams::of_listening(pen, namespace, listening),
    }
}

/// The Service, or its port. The group has to be written: without one a Gateway is meant.
fn parent(service: &MeshService, namespace: &str, port: u16) -> ParentReference {
    let (group, kind) = match service.kind {
        MeshKind::Service => ("", "Service"),
        MeshKind::ServiceEntry => ("networking.istio.io", "ServiceEntry"),
    };
    ParentReference {
        group: Some(group.to_owned()),
        kind: Some(kind.to_owned()),
        name: service.name.clone(),
        namespace: other_namespace(&service.namespace, namespace),
        port: (port != MeshService::EVERY_PORT).then_some(port),
        section_name: None,
    }
}

/// `reviews-mesh`, `reviews-mesh-9080`; never that of a route for a gateway.
fn name(service: &MeshService, entry: &EntryPoint, kind: Kind) -> String {
    let mut words = vec![service.name.clone(), "mesh".to_owned()];
    if !kind.is_http() {
        words.push("tcp".to_owned());
    }
    if entry.port != MeshService::EVERY_PORT {
        words.push(entry.port.to_string());
    }
    let name = words.join("-");
    // Two services of one name can have routes in a namespace of clients.
    let key = format!("{}/{name}", service.namespace);
    // Room for the numbers of its parts.
    let limit = names::LABEL - 4;
    if service.clients.is_some() { names::marked(&name, &key, limit) } else { names::fit(&name, &key, limit) }
}

/// Says which meshes do not act on the routes as they are written.
fn portability(pen: &mut Pen<'_, '_>, service: &MeshService, emitted: &[Emitted]) {
    let rules: Vec<HttpRule> = emitted
        .iter()
        .filter_map(|one| match &one.object {
            crate::gateway::Object::HttpRoute(route) => route.spec.rules.clone(),
            _ => None,
        })
        .flatten()
        .collect();
    let known = Mesh::find(pen.run.target.profile.name);
    let problems: Vec<String> = MESHES
        .iter()
        .filter(|mesh| known.is_none_or(|known| known.name == mesh.name))
        .flat_map(|mesh| problems(mesh, service, &rules))
        .collect();
    if problems.is_empty() {
        return;
    }
    let message = format!("not every mesh acts on the routes of `{}` as they are written", service.host());
    let finding = Diagnostic::new(Code::MeshPortability, message).help(Code::MeshPortability.entry().fix);
    let origin = emitted.first().and_then(|one| one.origins.first());
    pen.findings.say(problems.into_iter().fold(finding, Diagnostic::note), origin);
}

/// What one mesh does not do, a line each.
fn problems(mesh: &Mesh, service: &MeshService, rules: &[HttpRule]) -> Vec<String> {
    let mut found = Vec::new();
    if service.clients.is_some() && !mesh.consumer_routes {
        found.push(format!("{}: a route of another namespace than its Service's has no effect", mesh.name));
    }
    let parent = ("networking.istio.io", "ServiceEntry");
    if service.kind == MeshKind::ServiceEntry && !mesh.parents.contains(&parent) {
        found.push(format!("{}: a ServiceEntry is no parent of a route", mesh.name));
    }
    let filters: BTreeSet<&str> =
        rules.iter().flat_map(|rule| &rule.filters).map(|filter: &HttpFilter| filter.kind.as_str()).collect();
    let refused: Vec<&str> = mesh.refused_filters.iter().copied().filter(|kind| filters.contains(kind)).collect();
    if !refused.is_empty() {
        found.push(format!("{}: refuses routes with {}", mesh.name, refused.join(", ")));
    }
    let uses = |part: &RulePart| match part {
        RulePart::Timeouts => rules.iter().any(|rule| rule.timeouts.is_some()),
        RulePart::Cors => filters.contains("CORS"),
        RulePart::BackendFilters => {
            rules.iter().flat_map(|rule| &rule.backend_refs).any(|backend| !backend.filters.is_empty())
        }
    };
    let ignored: Vec<&str> = mesh.ignored.iter().filter(|part| uses(part)).map(|part| part.name()).collect();
    if !ignored.is_empty() {
        found.push(format!("{}: passes over {}", mesh.name, ignored.join(", ")));
    }
    found
}
