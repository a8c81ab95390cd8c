//! The CustomResourceDefinitions behind the kinds that are served.

use serde_json::Value as Json;

use super::cluster::Call;
use super::{Cluster, Failure, Served};

impl Cluster {
    /// The definitions of kinds, each with all of its versions; kinds that have none pass by. `None` when the user may not
    /// read them.
    ///
    /// # Errors
    /// When the API server does not answer, or fails.
    pub fn definitions<'k>(&self, kinds: impl Iterator<Item = &'k Served>) -> Result<Option<Vec<Json>>, Failure> {
        let mut found = Vec::new();
        for kind in kinds {
            let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}", kind.resource());
            match self.call(&Call::get(path)) {
                Ok(answer) => found.push(answer.json()?),
                Err(failure) => match failure.refusal() {
                    Some(refusal) if refusal.is_forbidden() => return Ok(None),
                    // Built in, or served by another API server.
                    Some(refusal) if refusal.is_not_found() => {}
                    Some(_) | None => return Err(failure),
                },
            }
        }
        Ok(Some(found))
    }
}
