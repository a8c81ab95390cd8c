//! What every object has.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// An object: head and spec. `status` is never written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource<S> {
    /// Group and version.
    #[serde(default)]
    pub api_version: String,
    /// Kind.
    #[serde(default)]
    pub kind: String,
    /// Name and place.
    pub metadata: Metadata,
    /// What is wanted. Whoever reads back what was written shares it.
    pub spec: Arc<S>,
}

impl<S> Resource<S> {
    pub(super) fn head(&self) -> (&str, &str, &Metadata) {
        (&self.api_version, &self.kind, &self.metadata)
    }
}

/// The part of ObjectMeta that matters here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// Annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// RFC 3339; read for the order of ties, never written.
    #[serde(skip_serializing)]
    pub creation_timestamp: Option<String>,
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Name.
    pub name: String,
    /// Namespace; empty for cluster scope or where the input names none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
}
