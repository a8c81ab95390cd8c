//! JSON objects as manifests, for tests whose inputs are JSON.

use std::sync::Arc;

use gatelift::model::{Manifest, ObjectRef};
use gatelift::syntax::{DocumentId, Entry, FieldPath, Node, Span, Value};
use serde_json::Value as Json;

/// One manifest an object; each is a document of its own.
pub fn manifests(objects: &[Json]) -> Vec<Manifest> {
    objects.iter().zip(0..).map(|(object, document)| manifest(object, DocumentId(document))).collect()
}

fn manifest(object: &Json, document: DocumentId) -> Manifest {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned();
    let reference = ObjectRef {
        kind: text("/kind"),
        namespace: text("/metadata/namespace"),
        name: text("/metadata/name"),
        document,
        within: FieldPath::root(),
    };
    Manifest { object: Arc::new(reference), api_version: text("/apiVersion"), node: node(object) }
}

fn node(value: &Json) -> Node {
    let span = Span::default();
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap()), Value::Int),
        Json::String(text) => Value::String(text.as_str().into()),
        Json::Array(items) => Value::Sequence(items.iter().map(node).collect()),
        Json::Object(entries) => Value::Mapping(
            entries
                .iter()
                .map(|(key, value)| Entry { key: key.as_str().into(), key_span: span, node: node(value) })
                .collect(),
        ),
    };
    Node { span, value }
}
