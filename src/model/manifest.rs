//! One object of the input, before any dialect has looked at it.

use std::sync::Arc;

use super::ObjectRef;
use crate::syntax::{Node, Value};

/// An object of the input.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Its name and place.
    pub object: Arc<ObjectRef>,
    /// `apiVersion`, as written; empty when absent.
    pub api_version: String,
    /// The whole object, with spans.
    pub node: Node,
}

impl Manifest {
    /// The API group: what stands before the `/` of apiVersion; empty for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The version: what stands after the `/` of apiVersion.
    #[must_use]
    pub fn version(&self) -> &str {
        self.api_version.split_once('/').map_or(self.api_version.as_str(), |(_, version)| version)
    }

    /// The object as JSON, the way the API server takes it in: without nulls.
    #[must_use]
    pub fn stored(&self) -> serde_json::Value {
        json(&self.node)
    }
}

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::String(text) => (**text).into(),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => {
            let present = entries.iter().filter(|entry| entry.node.value != Value::Null);
            serde_json::Value::Object(present.map(|entry| (entry.key.to_string(), json(&entry.node))).collect())
        }
    }
}
