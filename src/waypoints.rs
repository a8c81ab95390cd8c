//! Waypoints for routes of Services: in Istio's ambient mode nothing else acts on them.
//!
//! A waypoint stands in the namespace of the Services, which have to say that they use it: they are the user's own, so that
//! is told (istio.io, "Configure waypoint proxies"; istio/istio istioctl/pkg/waypoint/waypoint.go).

use std::collections::{BTreeMap, BTreeSet};

use crate::gateway::{GROUP, GatewaySpec, Listener, Metadata, Object, ParentReference, Resource};
use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Report};
use crate::syntax::{FieldPath, Node};
use crate::target::Emitted;

/// The class of waypoints, and where they listen.
const CLASS: &str = "istio-waypoint";
const PORT: u16 = 15008;
const PROTOCOL: &str = "HBONE";

/// The label of a Service or Namespace, and its value for no waypoint at all.
const LABEL: &str = "istio.io/use-waypoint";
const NONE: &str = "none";

/// Services of a namespace that have routes, with what the routes come from.
type Routed = BTreeMap<String, BTreeMap<String, Vec<Origin>>>;

/// A waypoint for every namespace whose Services need one of this name, and what their labels lack.
pub(crate) fn written(emitted: &[Emitted], manifests: &[Manifest], name: &str, report: &mut Report) -> Vec<Emitted> {
    let mut waypoints = Vec::new();
    for (namespace, services) in routed(emitted) {
        let existing = existing(manifests, &namespace);
        let used = existing.unwrap_or(name);
        let uses = |service: &str| label(manifests, &namespace, service).filter(|value| *value != NONE);
        // Who names another one has it.
        let waiting: Vec<&String> =
            services.keys().filter(|service| uses(service).is_none_or(|own| own == name)).collect();
        let unlabelled: Vec<&str> =
            services.keys().filter(|service| uses(service).is_none()).map(String::as_str).collect();
        if !unlabelled.is_empty() {
            let origins = unlabelled.iter().filter_map(|service| services.get(*service)?.first());
            report.push(unused(&namespace, &unlabelled, used, origins));
        }
        if existing.is_none() && !waiting.is_empty() {
            let origins: BTreeSet<&Origin> =
                waiting.iter().filter_map(|service| services.get(*service)).flatten().collect();
            let origins = origins.into_iter().cloned().collect();
            waypoints.push(Emitted { object: waypoint(&namespace, name), origins });
        }
    }
    waypoints
}

fn routed(emitted: &[Emitted]) -> Routed {
    let mut routed = Routed::new();
    for one in emitted {
        let own = &one.object.metadata().namespace;
        let services = parents(&one.object).iter().filter(|parent| parent.kind.as_deref() == Some("Service"));
        for service in services {
            let namespace = service.namespace.as_ref().unwrap_or(own);
            let services = routed.entry(namespace.clone()).or_default();
            services.entry(service.name.clone()).or_default().extend(one.origins.iter().cloned());
        }
    }
    routed
}

fn parents(object: &Object) -> &[ParentReference] {
    match object {
        Object::HttpRoute(route) => &route.spec.parent_refs,
        Object::GrpcRoute(route) => &route.spec.parent_refs,
        Object::TlsRoute(route) => &route.spec.parent_refs,
        Object::TcpRoute(route) | Object::UdpRoute(route) => &route.spec.parent_refs,
        Object::Gateway(_)
        | Object::ListenerSet(_)
        | Object::ReferenceGrant(_)
        | Object::BackendTlsPolicy(_)
        | Object::Policy(_) => &[],
    }
}

/// The waypoint that a namespace of the input has.
fn existing<'m>(manifests: &'m [Manifest], namespace: &str) -> Option<&'m str> {
    let class = FieldPath::root().field("spec.gatewayClassName");
    let is_waypoint = |one: &&Manifest| {
        one.object.kind == "Gateway"
            && one.group() == GROUP
            && one.object.namespace == namespace
            && one.node.at(&class).and_then(Node::as_str) == Some(CLASS)
    };
    manifests.iter().filter(is_waypoint).map(|one| one.object.name.as_str()).min()
}

/// What a Service says, or else its Namespace.
fn label<'m>(manifests: &'m [Manifest], namespace: &str, service: &str) -> Option<&'m str> {
    let path = FieldPath::root().field("metadata.labels").key(LABEL);
    let of = |kind: &str, namespace: &str, name: &str| {
        let mut all = manifests.iter().filter(|one| one.group().is_empty() && one.object.kind == kind);
        let object = all.find(|one| one.object.namespace == namespace && one.object.name == name)?;
        object.node.at(&path).and_then(Node::as_str)
    };
    of("Service", namespace, service).or_else(|| of("Namespace", "", namespace))
}

/// The routes have no effect in ambient mode until somebody sets the label.
fn unused<'o>(
    namespace: &str,
    services: &[&str],
    waypoint: &str,
    origins: impl Iterator<Item = &'o Origin>,
) -> Diagnostic {
    let code = Code::WaypointLabelNeeded;
    let label = format!("{LABEL}={waypoint}");
    let message = format!("Services of namespace `{namespace}` do not use its waypoint `{waypoint}` yet");
    let finding = Diagnostic::new(code, message)
        .note(format!("without the label `{LABEL}: {waypoint}` their routes have no effect in ambient mode"))
        .help(format!(
            "kubectl label --overwrite service -n {namespace} {} {label}, or for all of its Services kubectl label namespace {namespace} {label}",
            services.join(" ")
        ));
    origins.fold(finding, |finding, origin| finding.at(origin, ""))
}

fn waypoint(namespace: &str, name: &str) -> Object {
    Object::Gateway(Resource {
        api_version: format!("{GROUP}/v1"),
        kind: "Gateway".to_owned(),
        metadata: Metadata {
            labels: BTreeMap::from([("app.kubernetes.io/managed-by".to_owned(), "gatelift".to_owned())]),
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            ..Metadata::default()
        },
        spec: GatewaySpec {
            gateway_class_name: CLASS.to_owned(),
            listeners: vec![Listener {
                name: "mesh".to_owned(),
                port: PORT,
                protocol: PROTOCOL.to_owned(),
                ..Listener::default()
            }],
            ..GatewaySpec::default()
        }
        .into(),
    })
}
