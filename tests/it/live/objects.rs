//! What tests put into the API server, past gatelift.

use std::path::Path;

use gatelift::model::Manifest;
use http::{Method, Request};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::Value as Json;
use tokio::runtime::Runtime;

/// A client of its own, with all rights.
pub struct Store {
    runtime: Runtime,
    client: Client,
}

/// Kinds that tests store, as paths name them.
const PLURALS: &[(&str, &str)] = &[
    ("BackendTLSPolicy", "backendtlspolicies"),
    ("Gateway", "gateways"),
    ("GatewayClass", "gatewayclasses"),
    ("HTTPRoute", "httproutes"),
    ("Ingress", "ingresses"),
    ("IngressClass", "ingressclasses"),
    ("ConfigMap", "configmaps"),
    ("EndpointSlice", "endpointslices"),
    ("Endpoints", "endpoints"),
    ("Namespace", "namespaces"),
    ("ReferenceGrant", "referencegrants"),
    ("Secret", "secrets"),
    ("Service", "services"),
];

impl Store {
    pub fn open(kubeconfig: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = runtime.block_on(async {
            let kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
            let options = KubeConfigOptions { context: Some("admin".to_owned()), ..KubeConfigOptions::default() };
            Client::try_from(Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap()).unwrap()
        });
        Self { runtime, client }
    }

    fn request(method: Method, path: &str, body: Vec<u8>) -> Request<Vec<u8>> {
        let kind = if method == Method::PATCH { "application/apply-patch+yaml" } else { "application/json" };
        Request::builder().method(method).uri(path).header("Content-Type", kind).body(body).unwrap()
    }

    /// Sends a request and gives the answer.
    pub fn send(&self, method: Method, path: &str, body: Option<&Json>) -> Result<Json, String> {
        let body = body.map(|body| serde_json::to_vec(body).unwrap()).unwrap_or_default();
        let sent = self.client.request::<Json>(Self::request(method, path, body));
        self.runtime.block_on(sent).map_err(|error| error.to_string())
    }

    /// Stores an object by server-side apply, as another field manager than gatelift's.
    pub fn apply(&self, object: &Json) -> Result<Json, String> {
        let path = format!("{}?fieldManager=tester&force=true", path(object));
        self.send(Method::PATCH, &path, Some(object))
    }

    /// Stores many objects, sixteen at a time.
    pub fn apply_all(&self, objects: &[Json]) {
        for part in objects.chunks(16) {
            let sent: Vec<_> = part
                .iter()
                .map(|object| {
                    let path = format!("{}?fieldManager=tester&force=true", path(object));
                    let request = Self::request(Method::PATCH, &path, serde_json::to_vec(object).unwrap());
                    let client = self.client.clone();
                    self.runtime.spawn(async move { client.request_text(request).await.map(drop) })
                })
                .collect();
            for one in sent {
                self.runtime.block_on(one).unwrap().unwrap();
            }
        }
    }

    /// A namespace with nothing in it.
    pub fn fresh_namespace(&self, name: &str) {
        let namespace = serde_json::json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
        self.apply(&namespace).unwrap();
        let groups = [
            ("/api/v1", &["configmaps", "secrets", "services", "endpoints"][..]),
            ("/apis/networking.k8s.io/v1", &["ingresses"]),
            ("/apis/discovery.k8s.io/v1", &["endpointslices"]),
            (
                "/apis/gateway.networking.k8s.io/v1",
                &["gateways", "httproutes", "grpcroutes", "tlsroutes", "backendtlspolicies", "listenersets"],
            ),
            ("/apis/gateway.networking.k8s.io/v1beta1", &["referencegrants"]),
        ];
        for (root, plurals) in groups {
            for plural in plurals {
                self.send(Method::DELETE, &format!("{root}/namespaces/{name}/{plural}"), None).unwrap();
            }
        }
    }

    pub fn delete(&self, path: &str) {
        drop(self.send(Method::DELETE, path, None));
    }
}

/// Where an object is stored.
pub fn path(object: &Json) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
    let (version, kind) = (text("/apiVersion"), text("/kind"));
    let plural = PLURALS.iter().find(|(name, _)| *name == kind).unwrap_or_else(|| panic!("{kind}")).1;
    let root = if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") };
    let name = text("/metadata/name");
    match text("/metadata/namespace") {
        "" => format!("{root}/{plural}/{name}"),
        namespace => format!("{root}/namespaces/{namespace}/{plural}/{name}"),
    }
}

/// The manifest as an object of a namespace; objects of the cluster stay what they are.
pub fn moved(manifest: &Manifest, namespace: &str) -> Json {
    let mut object = manifest.node.to_json();
    if !manifest.object.namespace.is_empty() {
        object["metadata"]["namespace"] = namespace.into();
    }
    object
}
