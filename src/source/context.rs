//! Objects that give an Ingress its context: Services, endpoints, classes, Secrets, ConfigMaps, Namespaces.

use std::collections::BTreeMap;

use crate::model::{BackendState, Manifest, ServicePort};
use crate::syntax::{Node, decode_base64};

/// How complete the input is taken to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum World {
    /// What is not in the input may well exist: a conversion carries every backend.
    #[default]
    Open,
    /// The input is the cluster: where it holds Services, one that it does not hold does not exist. Traces are answered so.
    Closed,
}

/// A Service of the input.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// Its ports in order.
    pub ports: Vec<Port>,
    /// `spec.type: ExternalName`.
    pub external: bool,
    /// `spec.selector`.
    pub selector: BTreeMap<String, String>,
    /// `spec.clusterIP: None`.
    pub headless: bool,
}

/// A port of a Service.
#[derive(Debug, Clone, Default)]
pub struct Port {
    /// Name; empty when it has none.
    pub name: String,
    /// Number.
    pub number: u16,
    /// `targetPort` as text; the number itself when absent.
    pub target: String,
    /// `appProtocol`.
    pub app_protocol: Option<String>,
}

/// An IngressClass of the input.
#[derive(Debug, Clone, Default)]
pub struct IngressClass {
    /// `spec.controller`.
    pub controller: String,
    /// Marked as the cluster's default.
    pub default: bool,
}

/// Everything an Ingress refers to.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// How complete it is.
    pub world: World,
    /// By namespace and name.
    pub services: BTreeMap<(String, String), Service>,
    /// Ready endpoints by namespace and Service, where the input has slices.
    pub endpoints: BTreeMap<(String, String), usize>,
    /// By name.
    pub classes: BTreeMap<String, IngressClass>,
    /// Data of Secrets, decoded; empty where it was taken out.
    pub secrets: BTreeMap<(String, String), BTreeMap<String, String>>,
    /// Data of ConfigMaps.
    pub config_maps: BTreeMap<(String, String), BTreeMap<String, String>>,
    /// Labels of Namespaces.
    pub namespaces: BTreeMap<String, BTreeMap<String, String>>,
}

/// The namespace of objects that name none, as kubectl applies them.
pub const DEFAULT_NAMESPACE: &str = "default";

impl Context {
    /// Collects the context objects among the manifests.
    #[must_use]
    pub fn read(manifests: &[Manifest], world: World) -> Self {
        let mut context = Self { world, ..Self::default() };
        for manifest in manifests {
            context.add(manifest);
        }
        context
    }

    fn add(&mut self, manifest: &Manifest) {
        let namespace =
            if manifest.object.namespace.is_empty() { DEFAULT_NAMESPACE } else { &manifest.object.namespace };
        let key = (namespace.to_owned(), manifest.object.name.clone());
        let node = &manifest.node;
        match (manifest.group(), manifest.object.kind.as_str()) {
            ("", "Service") => drop(self.services.insert(key, service(node))),
            ("", "Secret") => drop(self.secrets.insert(key, secret_data(node))),
            ("", "ConfigMap") => drop(self.config_maps.insert(key, text_map(node.get("data")))),
            ("", "Namespace") => {
                let labels = text_map(node.get("metadata").and_then(|m| m.get("labels")));
                self.namespaces.insert(manifest.object.name.clone(), labels);
            }
            ("", "Endpoints") => {
                let ready = node
                    .get("subsets")
                    .map_or(0, |s| s.items().iter().map(|s| s.get("addresses").map_or(0, |a| a.items().len())).sum());
                *self.endpoints.entry(key).or_default() += ready;
            }
            ("discovery.k8s.io", "EndpointSlice") => self.add_slice(node, namespace),
            ("networking.k8s.io" | "extensions", "IngressClass") => {
                drop(self.classes.insert(manifest.object.name.clone(), ingress_class(node)));
            }
            _ => {}
        }
    }

    fn add_slice(&mut self, node: &Node, namespace: &str) {
        let labels = text_map(node.get("metadata").and_then(|m| m.get("labels")));
        let Some(service) = labels.get("kubernetes.io/service-name") else { return };
        let ready = node.get("endpoints").map_or(0, |endpoints| {
            endpoints
                .items()
                .iter()
                .filter(|e| {
                    e.get("conditions")
                        .and_then(|c| c.get("ready"))
                        .is_none_or(|r| r.value != crate::syntax::Value::Bool(false))
                })
                .count()
        });
        *self.endpoints.entry((namespace.to_owned(), service.clone())).or_default() += ready;
    }

    /// A Service.
    #[must_use]
    pub fn service(&self, namespace: &str, name: &str) -> Option<&Service> {
        self.services.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// What can be said about a Service port: [`BackendState::Usable`] in an open world.
    #[must_use]
    pub fn state(&self, port: &ServicePort, port_found: bool) -> BackendState {
        if self.world == World::Open || self.services.is_empty() {
            return BackendState::Usable;
        }
        let key = (port.namespace.clone(), port.name.clone());
        match self.services.get(&key) {
            None => BackendState::Missing,
            Some(_) if !port_found => BackendState::NoEndpoints,
            Some(_) if self.endpoints.get(&key) == Some(&0) => BackendState::NoEndpoints,
            Some(_) => BackendState::Usable,
        }
    }
}

fn service(node: &Node) -> Service {
    let Some(spec) = node.get("spec") else { return Service::default() };
    let ports = spec.get("ports").map(Node::items).unwrap_or_default().iter().map(port).collect();
    Service {
        ports,
        external: spec.get("type").and_then(Node::as_str) == Some("ExternalName"),
        selector: text_map(spec.get("selector")),
        headless: spec.get("clusterIP").and_then(Node::as_str) == Some("None"),
    }
}

fn port(node: &Node) -> Port {
    let number = node.get("port").and_then(Node::as_u16).unwrap_or_default();
    let target = node.get("targetPort").and_then(Node::scalar_text).unwrap_or_else(|| number.to_string());
    let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    Port { name: text("name").unwrap_or_default(), number, target, app_protocol: text("appProtocol") }
}

/// `stringData` wins over `data`, as in the API server. A value that is no base64 counts as empty.
fn secret_data(node: &Node) -> BTreeMap<String, String> {
    let decoded = |text: String| {
        let bytes = decode_base64(&text).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let data = text_map(node.get("data")).into_iter().map(|(key, text)| (key, decoded(text)));
    data.chain(text_map(node.get("stringData"))).collect()
}

pub(super) fn text_map(node: Option<&Node>) -> BTreeMap<String, String> {
    node.map(Node::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| Some((entry.key.to_string(), entry.node.scalar_text()?)))
        .collect()
}

fn ingress_class(node: &Node) -> IngressClass {
    let controller =
        node.get("spec").and_then(|s| s.get("controller")).and_then(Node::as_str).unwrap_or_default().to_owned();
    let annotations = text_map(node.get("metadata").and_then(|m| m.get("annotations")));
    let default = ["ingressclass.kubernetes.io/is-default-class", "ingressclass.beta.kubernetes.io/is-default-class"]
        .iter()
        .any(|key| annotations.get(*key).is_some_and(|v| v == "true"));
    IngressClass { controller, default }
}
