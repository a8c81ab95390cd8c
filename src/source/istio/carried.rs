//! Policies that are carried as they stand, from the pods of one gateway to those of another: for Istio itself.
//!
//! Which requests they mean, tokens and their claims among them, is the same there. Only what they say of ports is not:
//! those are the pods' own.

use serde_json::Value as Json;

use crate::model::{Foreign, Located, Manifest, Origin};
use crate::syntax::{FieldPath, Node};

/// Fields that say for which pods a policy holds.
const TARGETS: &[&str] = &["selector", "targetRef", "targetRefs"];

/// Whether an AuthorizationPolicy only counts what it would refuse (authz/builder/builder.go, isDryRun: Go's ParseBool).
pub(in crate::source) fn is_dry_run(manifest: &Manifest) -> bool {
    let annotations = manifest.node.get("metadata").and_then(|metadata| metadata.get("annotations"));
    let value = annotations.and_then(|all| all.get("istio.io/dry-run")).and_then(Node::as_str);
    manifest.object.kind == "AuthorizationPolicy"
        && value.is_some_and(|value| ["1", "t", "T", "TRUE", "true", "True"].contains(&value))
}

/// What a policy says, whichever pods it is for; `None` when it cannot be taken as it stands.
pub(super) fn carried(manifest: &Manifest) -> Option<Located<Foreign>> {
    let kind = manifest.object.kind.as_str();
    if !matches!(kind, "AuthorizationPolicy" | "RequestAuthentication") {
        return None;
    }
    let spec = manifest.node.get("spec").map(Node::to_json)?;
    (!speaks_of_ports(&spec)).then(|| {
        let foreign =
            Foreign { field: kind.to_owned(), value: without_targets(spec).to_string(), protects: true, said: false };
        Located::new(foreign, Origin::field(&manifest.object, FieldPath::root().key("spec")))
    })
}

/// A spec without the pods that it is for.
pub(in crate::source) fn without_targets(mut spec: Json) -> Json {
    if let Some(fields) = spec.as_object_mut() {
        fields.retain(|key, _| !TARGETS.contains(&key.as_str()));
    }
    spec
}

/// `ports` of operations, and keys of conditions that are about the connection (`destination.port`).
fn speaks_of_ports(spec: &Json) -> bool {
    match spec {
        Json::Object(fields) => fields.iter().any(|(key, value)| {
            let of_connection = key == "key"
                && value.as_str().is_some_and(|key| key.starts_with("destination.") || key.starts_with("connection."));
            matches!(key.as_str(), "ports" | "notPorts" | "not_ports") || of_connection || speaks_of_ports(value)
        }),
        Json::Array(items) => items.iter().any(speaks_of_ports),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}
