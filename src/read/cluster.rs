//! Objects of an API server to manifests. No text stands behind them, so their origins have no place in any.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::model::{Manifest, ObjectRef};
use crate::syntax::{DocumentId, FieldPath, Node};

/// What the API server adds to what the user wrote.
const KEPT_BY_THE_SERVER: &[&str] =
    &["managedFields", "uid", "resourceVersion", "generation", "selfLink", "ownerReferences", "finalizers"];
/// What `kubectl apply` adds: the whole object once more.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// An object as a manifest that could have been applied: without status and what the server keeps about it. `None` for
/// JSON that is no object.
#[must_use]
pub fn manifest(mut object: Json) -> Option<Manifest> {
    let fields = object.as_object_mut()?;
    fields.remove("status");
    let api_version = fields.get("apiVersion")?.as_str()?.to_owned();
    let kind = fields.get("kind")?.as_str()?.to_owned();
    let metadata = fields.get_mut("metadata")?.as_object_mut()?;
    for field in KEPT_BY_THE_SERVER {
        metadata.remove(*field);
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Json::as_object_mut) {
        annotations.remove(LAST_APPLIED);
    }
    let name = metadata.get("name")?.as_str()?.to_owned();
    let namespace = metadata.get("namespace").and_then(Json::as_str).unwrap_or_default().to_owned();
    let document = DocumentId(u32::MAX);
    let reference = ObjectRef { kind, namespace, name, document, within: FieldPath::root() };
    Some(Manifest { object: Arc::new(reference), api_version, node: Node::from_json(&object) })
}

/// Namespace and name of everything that annotations may refer to: values that read as `name` or `namespace/name`. A
/// ConfigMap or Secret is read only when something names it.
#[must_use]
pub fn named_by_annotations(manifests: &[Manifest]) -> BTreeSet<(String, String)> {
    let mut names = BTreeSet::new();
    for manifest in manifests {
        let annotations = manifest.node.get("metadata").and_then(|metadata| metadata.get("annotations"));
        for value in annotations.into_iter().flat_map(Node::entries).filter_map(|entry| entry.node.as_str()) {
            let (namespace, name) = value.split_once('/').unwrap_or((&manifest.object.namespace, value));
            if is_name(namespace) && is_name(name) {
                names.insert((namespace.to_owned(), name.to_owned()));
            }
        }
    }
    names
}

/// A DNS-1123 subdomain.
fn is_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    !text.is_empty() && text.len() <= 253 && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ingress(annotations: Json) -> Manifest {
        let metadata = json!({ "name": "web", "namespace": "shop", "uid": "1", "managedFields": [{}], "resourceVersion": "7",
            "creationTimestamp": "2026-01-01T00:00:00Z", "annotations": annotations });
        let object = json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata,
            "spec": {}, "status": { "loadBalancer": {} } });
        manifest(object).unwrap()
    }

    #[test]
    fn what_the_server_adds_is_taken_out() {
        let read = ingress(json!({ LAST_APPLIED: "{}", "a": "b" }));
        assert_eq!(
            read.node.to_json(),
            json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": {}, "metadata": {
                "name": "web", "namespace": "shop", "creationTimestamp": "2026-01-01T00:00:00Z",
                "annotations": { "a": "b" } } })
        );
        assert!(manifest(json!({ "kind": "Ingress" })).is_none() && manifest(json!([])).is_none());
    }

    #[test]
    fn annotations_name_objects_of_their_own_and_of_other_namespaces() {
        let read = ingress(json!({ "a": "ops/ca", "b": "headers", "c": "/$2", "d": "Some text", "e": "x/y/z" }));
        let names = [("ops", "ca"), ("shop", "headers")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(named_by_annotations(&[read]), BTreeSet::from(names));
    }
}
