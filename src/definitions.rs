//! The output of a conversion by the CustomResourceDefinitions of the cluster that it is for.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::applied::Applied;
use crate::convert::Conversion;
use crate::emit;
use crate::input::Input;
use crate::live::{Cluster, Failure, Served, apply};
use crate::report::Diagnostic;
use crate::validate::crds::Crds;
use crate::validated::crds_forbidden;

/// What the API server would refuse of the output, by the schemas and CEL rules that it serves. Nothing is sent.
///
/// # Errors
/// When the API server does not answer.
pub fn check_for_cluster(
    cluster: &Cluster,
    served: &[Served],
    conversion: &Conversion,
    input: &Input,
) -> Result<Vec<Diagnostic>, Failure> {
    let objects: Vec<Json> = conversion.objects.iter().map(emit::value).collect();
    let kinds: BTreeSet<&Served> = objects.iter().filter_map(|object| apply::find(served, object)).collect();
    let definitions = cluster.definitions(kinds.iter().filter(|kind| !kind.group.is_empty()).copied())?;
    let mut said = Vec::new();
    if definitions.is_none() {
        said.push(crds_forbidden());
    }
    let crds = Crds::new(&definitions.unwrap_or_default());
    for (object, origins) in objects.iter().zip(&conversion.origins) {
        let applied = Applied { object, origins, input };
        match (apply::find(served, object), crds.judge(object)) {
            (None, _) => said.push(applied.unserved()),
            // Without its definition, or with one that cannot be used, the API server has the last word.
            (Some(_), None | Some(Err(_))) => {}
            (Some(_), Some(Ok(verdict))) => {
                said.extend(verdict.refused.iter().map(|(path, reason)| applied.against_definition(path, reason)));
                let unknown = "the field is unknown there";
                said.extend(verdict.dropped.iter().map(|path| applied.against_definition(path, unknown)));
            }
        }
    }
    Ok(said)
}
