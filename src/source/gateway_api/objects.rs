//! The objects of the input by kind: Gateway API's own, and what they refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Given, envoy_gateway, istio};
use crate::gateway::{
    self, BackendTlsPolicySpec, GROUP, GatewaySpec, GrpcRouteSpec, HttpRouteSpec, ListenerSetSpec, Metadata,
    ReferenceGrantSpec, Resource, StreamRouteSpec, TlsRouteSpec,
};
use crate::model::{Manifest, ObjectRef, Origin};
use crate::report::{Code, Diagnostic, Report};
use crate::source::context::World;
use crate::syntax::{FieldPath, Node, decode_base64};

/// Namespace and name.
pub(super) type Key = (String, String);

/// The namespace of objects that name none, as kubectl applies them.
const DEFAULT_NAMESPACE: &str = "default";

/// Everything that is read, each kind by namespace and name. Of two objects with one name the last counts.
#[derive(Debug, Default)]
pub(super) struct Objects {
    /// Whether what is not in the input counts as not there.
    pub world: World,
    pub gateways: BTreeMap<Key, Object<GatewaySpec>>,
    pub listener_sets: BTreeMap<Key, Object<ListenerSetSpec>>,
    pub http_routes: BTreeMap<Key, Object<HttpRouteSpec>>,
    pub grpc_routes: BTreeMap<Key, Object<GrpcRouteSpec>>,
    pub tls_routes: BTreeMap<Key, Object<TlsRouteSpec>>,
    pub tcp_routes: BTreeMap<Key, Object<StreamRouteSpec>>,
    pub udp_routes: BTreeMap<Key, Object<StreamRouteSpec>>,
    pub grants: BTreeMap<Key, Object<ReferenceGrantSpec>>,
    pub backend_tls: BTreeMap<Key, Object<BackendTlsPolicySpec>>,
    /// Labels of the namespaces in the input.
    pub namespaces: BTreeMap<String, BTreeMap<String, String>>,
    pub services: BTreeMap<Key, Arc<ServiceSpec>>,
    /// Services of which the input shows the endpoints, and whether one is ready.
    pub endpoints: BTreeMap<Key, bool>,
    /// Types of the Secrets in the input.
    pub secrets: BTreeMap<Key, String>,
    /// Data of the Secrets, decoded, where the input has it.
    pub secret_data: BTreeMap<Key, BTreeMap<String, String>>,
    /// Data of the ConfigMaps.
    pub config_maps: BTreeMap<Key, BTreeMap<String, String>>,
    /// Specs of the GatewayClasses, by name.
    pub gateway_classes: BTreeMap<String, Arc<serde_json::Value>>,
    /// Objects of Envoy Gateway, by kind.
    pub extensions: BTreeMap<String, BTreeMap<Key, Object<serde_json::Value>>>,
    /// Policies of Istio.
    pub istio: Vec<Manifest>,
    /// Objects of other groups, which filters and backendRefs of an implementation may name: group, kind, key.
    pub others: BTreeSet<(String, String, Key)>,
    /// Hosts of ServiceEntries, in lower case.
    entry_hosts: BTreeSet<String>,
}

/// One object with its place.
#[derive(Debug)]
pub(super) struct Object<S> {
    pub source: Arc<ObjectRef>,
    pub namespace: String,
    pub metadata: Metadata,
    /// Shared with the object that was written, where it was.
    pub spec: Arc<S>,
}

/// What matters of a Service.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ServiceSpec {
    #[serde(default)]
    pub ports: Vec<ServicePortSpec>,
}

/// A port of a Service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServicePortSpec {
    pub port: u16,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub protocol: Option<String>,
    #[serde(default)]
    pub app_protocol: Option<String>,
}

impl<S> Object<S> {
    /// A field of the object.
    pub(super) fn field(&self, path: FieldPath) -> Origin {
        Origin::field(&self.source, path)
    }

    /// The order of age: oldest first, then by `namespace/name` (httproute_types.go, HTTPRouteRule). An object without
    /// a timestamp counts as oldest, like Go's zero time.
    pub(super) fn age(&self) -> (Option<&str>, &str, &str) {
        (self.metadata.creation_timestamp.as_deref(), &self.namespace, &self.metadata.name)
    }
}

/// Objects by age.
pub(super) fn by_age<S>(objects: &BTreeMap<Key, Object<S>>) -> Vec<&Object<S>> {
    let mut sorted: Vec<_> = objects.values().collect();
    sorted.sort_by(|a, b| a.age().cmp(&b.age()));
    sorted
}

impl Objects {
    /// Whether a ServiceEntry or a Service of the cluster has this very host.
    pub(super) fn has_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let service = host.strip_suffix(".svc.cluster.local").and_then(|host| host.split_once('.'));
        let is_service = service
            .is_some_and(|(name, namespace)| self.services.contains_key(&(namespace.to_owned(), name.to_owned())));
        is_service || self.entry_hosts.contains(&host)
    }

    /// Sorts the input by kind. What is no object of interest passes by in silence.
    pub(super) fn read<'a>(given: impl IntoIterator<Item = &'a Given<'a>>, world: World, report: &mut Report) -> Self {
        let mut objects = Self { world, ..Self::default() };
        for given in given {
            match given {
                Given::Manifest(manifest) => objects.take(manifest, report),
                Given::Written(source, object) => objects.take_written(source, object),
            }
        }
        objects
    }

    /// Objects of ours are of the versions that are read.
    fn take_written(&mut self, source: &Arc<ObjectRef>, object: &gateway::Object) {
        use gateway::Object as Written;
        match object {
            Written::Gateway(resource) => insert(&mut self.gateways, Some(written(source, resource)), |o| o),
            Written::ListenerSet(resource) => insert(&mut self.listener_sets, Some(written(source, resource)), |o| o),
            Written::HttpRoute(resource) => insert(&mut self.http_routes, Some(written(source, resource)), |o| o),
            Written::GrpcRoute(resource) => insert(&mut self.grpc_routes, Some(written(source, resource)), |o| o),
            Written::TlsRoute(resource) => insert(&mut self.tls_routes, Some(written(source, resource)), |o| o),
            Written::TcpRoute(resource) => insert(&mut self.tcp_routes, Some(written(source, resource)), |o| o),
            Written::UdpRoute(resource) => insert(&mut self.udp_routes, Some(written(source, resource)), |o| o),
            Written::ReferenceGrant(resource) => insert(&mut self.grants, Some(written(source, resource)), |o| o),
            Written::BackendTlsPolicy(resource) => {
                insert(&mut self.backend_tls, Some(written(source, resource)), |o| o)
            }
            // Given as manifests.
            Written::Policy(_) => {}
        }
    }

    fn take(&mut self, manifest: &Manifest, report: &mut Report) {
        match (manifest.group(), manifest.object.kind.as_str()) {
            (GROUP, _) | ("gateway.networking.x-k8s.io", "XListenerSet") => self.take_gateway_api(manifest, report),
            ("", "Namespace") => {
                if let Some(resource) = typed::<NoSpec>(manifest, report) {
                    self.namespaces.insert(resource.metadata.name, resource.metadata.labels);
                }
            }
            ("", "Service") => insert(&mut self.services, typed(manifest, report), |object| object.spec),
            ("", "Secret") => {
                let kind = manifest.node.get("type").and_then(|node| node.as_str()).unwrap_or("Opaque").to_owned();
                insert(&mut self.secrets, typed::<NoSpec>(manifest, report), |_| kind);
                let data = secret_data(&manifest.node);
                self.secret_data.extend((!data.is_empty()).then(|| (key(manifest), data)));
            }
            ("", "ConfigMap") => drop(self.config_maps.insert(key(manifest), texts(&manifest.node, "data"))),
            (envoy_gateway::GROUP, kind) => {
                self.others.insert((envoy_gateway::GROUP.to_owned(), kind.to_owned(), key(manifest)));
                insert(self.extensions.entry(kind.to_owned()).or_default(), typed(manifest, report), |object| object);
            }
            (group, kind) if istio::is_policy(group, kind) => self.istio.push(manifest.clone()),
            ("", "Endpoints") => self.take_endpoints(manifest),
            ("discovery.k8s.io", "EndpointSlice") => self.take_endpoint_slice(manifest),
            (group, kind) if !group.is_empty() => {
                if (group, kind) == ("networking.istio.io", "ServiceEntry") {
                    self.entry_hosts.extend(listed_hosts(&manifest.node));
                }
                self.others.insert((group.to_owned(), kind.to_owned(), key(manifest)));
            }
            _ => {}
        }
    }

    fn take_gateway_api(&mut self, manifest: &Manifest, report: &mut Report) {
        if !version_is_read(&manifest.object.kind, manifest.version()) {
            let message = format!("`{}` of {} is not read", manifest.api_version, manifest.object.label());
            report.push(Diagnostic::new(Code::VersionNotRead, message).at(&Origin::object(&manifest.object), ""));
            return;
        }
        match manifest.object.kind.as_str() {
            "Gateway" => insert(&mut self.gateways, typed(manifest, report), |object| object),
            "ListenerSet" | "XListenerSet" => {
                insert(&mut self.listener_sets, typed(manifest, report), |object| object);
            }
            "HTTPRoute" => insert(&mut self.http_routes, typed(manifest, report), |object| object),
            "GRPCRoute" => insert(&mut self.grpc_routes, typed(manifest, report), |object| object),
            "TLSRoute" => insert(&mut self.tls_routes, typed(manifest, report), |object| object),
            "TCPRoute" => insert(&mut self.tcp_routes, typed(manifest, report), |object| object),
            "UDPRoute" => insert(&mut self.udp_routes, typed(manifest, report), |object| object),
            "ReferenceGrant" => insert(&mut self.grants, typed(manifest, report), |object| object),
            "GatewayClass" => {
                let spec = typed(manifest, report).map(|object| object.spec);
                self.gateway_classes.extend(spec.map(|spec| (manifest.object.name.clone(), spec)));
            }
            "BackendTLSPolicy" => insert(&mut self.backend_tls, typed(manifest, report), |object| object),
            _ => {}
        }
    }

    fn take_endpoints(&mut self, manifest: &Manifest) {
        let ready = manifest.node.get("subsets").is_some_and(|subsets| {
            subsets.items().iter().any(|s| s.get("addresses").is_some_and(|a| !a.items().is_empty()))
        });
        *self.endpoints.entry(key(manifest)).or_default() |= ready;
    }

    fn take_endpoint_slice(&mut self, manifest: &Manifest) {
        let labels = manifest.node.get("metadata").and_then(|metadata| metadata.get("labels"));
        let Some(service) =
            labels.and_then(|labels| labels.get("kubernetes.io/service-name")).and_then(|node| node.as_str())
        else {
            return;
        };
        // An endpoint without the condition counts as ready (discovery/v1 EndpointConditions).
        let ready = manifest.node.get("endpoints").is_some_and(|endpoints| {
            endpoints.items().iter().any(|endpoint| {
                endpoint
                    .get("conditions")
                    .and_then(|c| c.get("ready"))
                    .is_none_or(|ready| ready.value != crate::syntax::Value::Bool(false))
            })
        });
        let (namespace, _) = key(manifest);
        *self.endpoints.entry((namespace, service.to_owned())).or_default() |= ready;
    }
}

/// Versions with the fields of v1 (reference gateway-api.md, section 1).
fn version_is_read(kind: &str, version: &str) -> bool {
    match kind {
        "BackendTLSPolicy" => matches!(version, "v1" | "v1alpha3"),
        "TLSRoute" => matches!(version, "v1" | "v1alpha3" | "v1alpha2"),
        "TCPRoute" | "UDPRoute" | "GRPCRoute" => matches!(version, "v1" | "v1alpha2"),
        "XListenerSet" => version == "v1alpha1",
        "ListenerSet" => version == "v1",
        _ => matches!(version, "v1" | "v1beta1" | "v1alpha2"),
    }
}

/// A kind of which only the metadata matters.
#[derive(Debug, Default, Deserialize)]
struct NoSpec {}

/// The two parts of an object that are read; kinds without a spec have an empty one.
#[derive(Deserialize)]
struct Parts<S> {
    metadata: Metadata,
    spec: Option<S>,
}

fn typed<S: DeserializeOwned + Default>(manifest: &Manifest, report: &mut Report) -> Option<Object<S>> {
    match serde_json::from_value::<Parts<S>>(manifest.stored()) {
        Ok(Parts { metadata, spec }) => Some(Object {
            source: Arc::clone(&manifest.object),
            namespace: namespace_of(&manifest.object.namespace),
            metadata,
            spec: spec.unwrap_or_default().into(),
        }),
        Err(error) => {
            let message = format!("{} cannot be read: {error}", manifest.object.label());
            report.push(Diagnostic::new(Code::WrongType, message).at(&Origin::object(&manifest.object), ""));
            None
        }
    }
}

fn written<S>(source: &Arc<ObjectRef>, resource: &Resource<S>) -> Object<S> {
    Object {
        source: Arc::clone(source),
        namespace: namespace_of(&resource.metadata.namespace),
        metadata: resource.metadata.clone(),
        spec: Arc::clone(&resource.spec),
    }
}

fn insert<S, T>(into: &mut BTreeMap<Key, T>, object: Option<Object<S>>, value: impl FnOnce(Object<S>) -> T) {
    if let Some(object) = object {
        into.insert((object.namespace.clone(), object.metadata.name.clone()), value(object));
    }
}

/// `stringData` wins over `data`, as in the API server. A value that is no base64 counts as empty.
fn secret_data(node: &Node) -> BTreeMap<String, String> {
    let decoded = |text: String| {
        let bytes = decode_base64(&text).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let data = texts(node, "data").into_iter().map(|(key, text)| (key, decoded(text)));
    data.chain(texts(node, "stringData")).collect()
}

/// `spec.hosts` of a ServiceEntry.
fn listed_hosts(entry: &Node) -> impl Iterator<Item = String> {
    let hosts = entry.at(&FieldPath::root().field("spec.hosts")).map(Node::items).unwrap_or_default();
    hosts.iter().filter_map(|host| Some(host.as_str()?.to_ascii_lowercase()))
}

fn texts(node: &Node, field: &str) -> BTreeMap<String, String> {
    let entries = node.get(field).map(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.key.to_string(), entry.node.scalar_text()?))).collect()
}

fn key(manifest: &Manifest) -> Key {
    (namespace_of(&manifest.object.namespace), manifest.object.name.clone())
}

fn namespace_of(written: &str) -> String {
    if written.is_empty() { DEFAULT_NAMESPACE.to_owned() } else { written.to_owned() }
}
