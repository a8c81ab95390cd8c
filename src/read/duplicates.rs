//! One object of each kind, namespace and name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::DEFAULT_NAMESPACE;
use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic};

/// Keeps the last of those that would be the same object in a cluster, as one `kubectl apply` after the other does.
pub(super) fn keep_last(manifests: Vec<Manifest>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let mut last = BTreeMap::new();
    let mut keep = vec![true; manifests.len()];
    for (at, manifest) in manifests.iter().enumerate() {
        let Some(before) = last.insert(identity(manifest), at) else { continue };
        if let (Some(kept), Some(earlier)) = (keep.get_mut(before), manifests.get(before)) {
            *kept = false;
            diagnostics.push(
                Diagnostic::new(Code::DuplicateObject, format!("`{}` is in the input twice", manifest.object.label()))
                    .at(&Origin::object(&Arc::clone(&manifest.object)), "this one counts")
                    .at(&Origin::object(&Arc::clone(&earlier.object)), "this one is left out"),
            );
        }
    }
    drop(last);
    let mut keep = keep.into_iter();
    manifests.into_iter().filter(|_| keep.next().unwrap_or(true)).collect()
}

fn identity(manifest: &Manifest) -> (&str, &str, &str, &str) {
    let object = &manifest.object;
    let group = match (manifest.group(), object.kind.as_str()) {
        // One resource under two groups until Kubernetes 1.22.
        ("extensions", "Ingress") => "networking.k8s.io",
        (group, _) => group,
    };
    let namespace = if object.namespace.is_empty() { DEFAULT_NAMESPACE } else { &object.namespace };
    (group, &object.kind, namespace, &object.name)
}
