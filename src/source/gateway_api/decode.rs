//! Nodes of the input as typed objects.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::model::Manifest;
use crate::syntax::{Node, Value};

/// Reads a whole object. Fields that the type does not know are left out.
///
/// # Errors
/// A value of the wrong type, or a required field that is not there.
pub(super) fn decode<T: DeserializeOwned>(manifest: &Manifest) -> Result<T, serde_json::Error> {
    serde_json::from_value(json(&manifest.node))
}

/// Nulls go, as the API server drops them for fields that are not nullable before it validates.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::from(*value),
        Value::Float(value) => Json::from(*value),
        Value::String(text) => Json::String(text.to_string()),
        Value::Sequence(items) => Json::Array(items.iter().map(json).collect()),
        Value::Mapping(entries) => {
            let present = entries.iter().filter(|entry| entry.node.value != Value::Null);
            Json::Object(present.map(|entry| (entry.key.to_string(), json(&entry.node))).collect::<Map<_, _>>())
        }
    }
}
