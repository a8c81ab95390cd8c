//! Gateway API objects of old versions as objects of v1: v1alpha1 (`networking.x-k8s.io`), v1alpha2, v1beta1, and what
//! proposals and documentation showed before there were versions. Every change is told.
//!
//! Source of each step: the types and CHANGELOG of kubernetes-sigs/gateway-api at v0.1.0 to v1.6.1 (reference: istio.md,
//! section 9).

mod certificates;
mod edit;
mod gateway;
mod http_route;
mod references;
mod selection;
mod stream_route;
mod tls_policy;
mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Manifest, ObjectRef, Origin};
use crate::report::{Code, Diagnostic, Report};
use crate::syntax::{FieldPath, Node};
use edit::{number, text};
use selection::{Listener, Namespaces};
use versions::{Age, X_GROUP, is_gateway_api, successor};

/// Whether objects of a group belong to Gateway API, whatever their version.
#[must_use]
pub fn reads(group: &str) -> bool {
    is_gateway_api(group) || group == versions::EXPERIMENTAL_GROUP
}

/// Kinds that are known without an apiVersion.
#[must_use]
pub fn is_unmistakable(kind: &str) -> bool {
    versions::UNMISTAKABLE.contains(&kind)
}

/// Brings all Gateway API objects to v1. Other objects, and those of v1, stay as they are.
pub fn current(manifests: &mut [Manifest], report: &mut Report) {
    if manifests.iter().all(|manifest| age(manifest).is_none() && !has_no_successor(manifest)) {
        return;
    }
    let certificates = certificates::to_listeners(manifests, &Surroundings::of(manifests));
    let surroundings = Surroundings { certificates, ..Surroundings::of(manifests) };
    let (gateways, others): (Vec<_>, Vec<_>) = manifests.iter_mut().partition(|one| one.object.kind == "Gateway");
    // Gateways first: routes name the listeners that have got names.
    let mut names = ListenerNames::new();
    for gateway in gateways {
        upgrade(gateway, &surroundings, &names, report);
        names.extend(listener_names(gateway));
    }
    for manifest in others {
        upgrade(manifest, &surroundings, &names, report);
    }
}

/// What stands around an object.
#[derive(Debug, Default)]
struct Surroundings {
    /// Ports of Services, by namespace and name.
    ports: BTreeMap<(String, String), Vec<i64>>,
    namespaces: Namespaces,
    /// Listeners of v1alpha1.
    listeners: Vec<Listener>,
    /// What became of the certificates of routes.
    certificates: certificates::Fates,
}

impl Surroundings {
    fn of(manifests: &[Manifest]) -> Self {
        let mut found = Self::default();
        for manifest in manifests {
            let key = (manifest.object.namespace.clone(), manifest.object.name.clone());
            match (manifest.group(), manifest.object.kind.as_str()) {
                ("", "Service") => {
                    let ports = manifest.node.get("spec").and_then(|spec| spec.get("ports")).map(Node::items);
                    let numbers = ports.unwrap_or_default().iter().filter_map(|port| port.get("port")?.as_u16());
                    found.ports.insert(key, numbers.map(i64::from).collect());
                }
                ("", "Namespace") => {
                    let labels = manifest.node.get("metadata").and_then(|metadata| metadata.get("labels"));
                    found.namespaces.extend(labels.map(|labels| (key.1, labels.clone())));
                }
                (X_GROUP, "Gateway") => found.listeners.extend(selection::listeners(manifest)),
                _ => {}
            }
        }
        found
    }
}

type ListenerNames = BTreeMap<(String, String), Vec<Option<String>>>;

fn listener_names(gateway: &Manifest) -> Option<((String, String), Vec<Option<String>>)> {
    let listeners = gateway.node.get("spec")?.get("listeners")?.items();
    let names = listeners.iter().map(|listener| listener.text_of("name").map(str::to_owned)).collect();
    Some(((gateway.object.namespace.clone(), gateway.object.name.clone()), names))
}

fn age(manifest: &Manifest) -> Option<Age> {
    successor(manifest.group(), manifest.version(), &manifest.object.kind).map(|(age, ..)| age)
}

/// Kinds that were given up.
fn has_no_successor(manifest: &Manifest) -> bool {
    is_gateway_api(manifest.group()) && matches!(manifest.object.kind.as_str(), "BackendPolicy" | "BackendLBPolicy")
}

fn upgrade(manifest: &mut Manifest, around: &Surroundings, names: &ListenerNames, report: &mut Report) {
    if has_no_successor(manifest) {
        let label = manifest.object.label();
        let successor = match manifest.object.kind.as_str() {
            "BackendPolicy" => "write a BackendTLSPolicy: it also names the host that the certificate is for",
            _ => "write an XBackendTrafficPolicy, or a policy of the implementation",
        };
        let finding = Diagnostic::new(Code::UpgradeLoss, format!("{label} has no successor that says the same"));
        report.push(finding.at(&Origin::object(&manifest.object), "it is left out").help(successor));
        return;
    }
    let found = successor(manifest.group(), manifest.version(), &manifest.object.kind);
    let Some((age, api_version, kind)) = found else { return };
    let was = describe(manifest);
    let mut upgrade = Upgrade { object: Arc::clone(&manifest.object), age, around, report };
    let root = FieldPath::root();
    let message = format!("{was} is read as {api_version}");
    upgrade.changed(&root.key("apiVersion"), message);
    if manifest.object.kind != kind {
        upgrade.changed(&root.key("kind"), format!("{} is called {kind} now", manifest.object.kind));
    }
    spec(manifest, age, kind, names, &mut upgrade);
    manifest.node.take("status");
    let span = manifest.node.get("apiVersion").map_or(manifest.node.span, |node| node.span);
    let kind_span = manifest.node.get("kind").map_or(manifest.node.span, |node| node.span);
    manifest.node.put("apiVersion", text(api_version, span));
    manifest.node.put("kind", text(kind, kind_span));
    api_version.clone_into(&mut manifest.api_version);
    if manifest.object.kind != kind {
        Arc::make_mut(&mut manifest.object).kind = kind.to_owned();
    }
}

fn describe(manifest: &Manifest) -> String {
    let label = manifest.object.label();
    if manifest.api_version.is_empty() {
        format!("{label} without apiVersion")
    } else {
        format!("{label} of {}", manifest.api_version)
    }
}

fn spec(manifest: &mut Manifest, age: Age, kind: &str, names: &ListenerNames, upgrade: &mut Upgrade<'_>) {
    let parents = (age == Age::V1Alpha1 && kind.ends_with("Route")).then(|| {
        let name = |gateway: &(String, String), index: usize| names.get(gateway)?.get(index)?.clone();
        selection::parents(manifest, &upgrade.around.listeners, &upgrade.around.namespaces, name)
    });
    let path = FieldPath::root().key("spec");
    let Some(spec) = manifest.node.get_mut("spec") else { return };
    references::groups(spec, &path, upgrade);
    match kind {
        "GatewayClass" => gateway::class(spec, &path, upgrade),
        "Gateway" | "ListenerSet" => gateway::gateway(spec, &path, upgrade),
        "HTTPRoute" => http_route::upgrade(spec, &path, upgrade),
        "TLSRoute" | "TCPRoute" | "UDPRoute" => stream_route::upgrade(spec, kind, &path, upgrade),
        "BackendTLSPolicy" => tls_policy::upgrade(spec, &path, upgrade),
        _ => {}
    }
    if spec.take("gateways").is_some() && parents.is_none() {
        upgrade.changed(&path.key("gateways"), "`gateways` is left out: a route names its Gateways in parentRefs");
    }
    if kind == "HTTPRoute" && spec.take("tls").is_some() {
        certificate(&path.key("tls"), upgrade);
    }
    match parents {
        Some(Some(parents)) if spec.get("parentRefs").is_none() => {
            spec.put("parentRefs", parents);
            upgrade.changed(&path.key("gateways"), "the Gateways whose listeners chose the route are its parentRefs");
        }
        Some(None) if spec.get("parentRefs").is_none() => {
            upgrade.unclear(&path, "no listener of the input chooses this route, so it is attached to no Gateway");
        }
        Some(_) | None => {}
    }
}

/// `tls` of an HTTPRoute.
fn certificate(path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    let route = (upgrade.object.namespace.clone(), upgrade.object.name.clone());
    match upgrade.around.certificates.get(&route) {
        Some(certificates::Fate::Moved) => {
            upgrade.changed(path, "the certificate stands at listeners for the route's hosts");
        }
        Some(certificates::Fate::WithoutEffect) => {
            upgrade.changed(path, "`tls` is left out: no listener let the route bring a certificate");
        }
        Some(certificates::Fate::Lost(help)) => {
            upgrade.lost_with(path, "routes have no certificates in v1", help);
        }
        None => upgrade.lost_with(path, "routes have no certificates in v1", "give the listener a certificate"),
    }
}

/// What an object's steps share.
struct Upgrade<'a> {
    object: Arc<ObjectRef>,
    age: Age,
    around: &'a Surroundings,
    report: &'a mut Report,
}

impl Upgrade<'_> {
    /// Written otherwise, meaning the same.
    fn changed(&mut self, path: &FieldPath, message: impl Into<String>) {
        self.tell(Code::Upgraded, path, message.into(), None);
    }

    /// Nothing of v1 says it.
    fn lost(&mut self, path: &FieldPath, message: &str) {
        self.tell(Code::UpgradeLoss, path, message.to_owned(), None);
    }

    fn lost_with(&mut self, path: &FieldPath, message: &str, help: &str) {
        self.tell(Code::UpgradeLoss, path, message.to_owned(), Some(help));
    }

    /// What it means has to be said by somebody.
    fn unclear(&mut self, path: &FieldPath, message: &str) {
        self.tell(Code::UpgradeUnclear, path, message.to_owned(), None);
    }

    fn tell(&mut self, code: Code, path: &FieldPath, message: String, help: Option<&str>) {
        let mut diagnostic = Diagnostic::new(code, message).at(&Origin::field(&self.object, path.clone()), "");
        diagnostic.help = help.map(str::to_owned);
        self.report.push(diagnostic);
    }

    /// v1alpha1 let the port out for the port of the request; v1 demands one. A Service with one port leaves no choice.
    fn fill_port(&mut self, path: &FieldPath, destination: &mut Node) {
        let namespace = destination.text_of("namespace").unwrap_or(&self.object.namespace).to_owned();
        let name = destination.text_of("name").unwrap_or_default().to_owned();
        match self.around.ports.get(&(namespace, name.clone())).map(Vec::as_slice) {
            Some([port]) => {
                let span = destination.span;
                destination.put("port", number(*port, span));
                self.changed(path, format!("port {port} is the only one of Service `{name}`"));
            }
            Some(_) | None => {
                let message = format!("the port of Service `{name}` has to be named in v1");
                self.unclear(path, &message);
            }
        }
    }
}
