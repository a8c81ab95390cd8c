//! One object of the input, before any dialect has looked at it.

use std::sync::Arc;

use super::ObjectRef;
use crate::syntax::Node;

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
}
