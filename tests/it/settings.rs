//! Compares the settings of Ingresses and Istio objects (annotations and leaf fields of `spec`) with the ledger of a
//! report.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::report::{self, LedgerEntry};
use crate::yaml;

/// Settings without a fate, and with more than one.
#[derive(Debug, Default)]
pub struct Coverage {
    /// How many Ingresses were looked at.
    pub ingresses: usize,
    /// How many settings they have.
    pub settings: usize,
    pub silent: Vec<String>,
    pub doubled: Vec<String>,
    /// How many Ingresses could not be read at all; an error says so.
    pub unread: usize,
}

/// Errors that leave out an object before anything looks at its settings: duplicate keys, templates, annotations that
/// are no text, no name.
const UNREAD: [&str; 5] = ["G2L002", "G2L004", "G2L005", "G2L006", "G2L011"];

/// Looks at every Ingress of the documents, also inside a `List`.
pub fn coverage(documents: &[Value], report: &Value) -> Coverage {
    let mut by_object: BTreeMap<String, Vec<LedgerEntry>> = BTreeMap::new();
    for entry in report::ledger(report) {
        by_object.entry(entry.object.clone()).or_default().push(entry);
    }
    let objects = documents.iter().cloned().flat_map(yaml::items);
    let ingresses: Vec<_> = objects.filter(is_converted).collect();
    let labels: Vec<_> = ingresses.iter().map(label).collect();
    let mut coverage = Coverage::default();
    for (ingress, label) in ingresses.iter().zip(&labels) {
        // Entries of two objects with one name cannot be told apart here.
        let is_alone = labels.iter().filter(|other| *other == label).count() == 1;
        let entries = by_object.get(label).map_or(&[][..], Vec::as_slice);
        coverage.ingresses += 1;
        if entries.is_empty() && report::has_error(report, &UNREAD) {
            coverage.unread += 1;
            continue;
        }
        for setting in settings(ingress) {
            coverage.settings += 1;
            match entries.iter().filter(|entry| covers(&entry.field, &setting)).count() {
                0 => coverage.silent.push(format!("{label} {setting}")),
                1 => {}
                _ if !is_alone => {}
                _ => coverage.doubled.push(format!("{label} {setting}")),
            }
        }
    }
    coverage
}

/// Objects of a dialect. Other groups have kinds of the same names.
fn is_converted(object: &Value) -> bool {
    let group = object["apiVersion"].as_str().and_then(|version| version.split_once('/')).map(|(group, _)| group);
    match group {
        Some("networking.k8s.io" | "extensions") => object["kind"] == "Ingress",
        Some("split.smi-spec.io" | "specs.smi-spec.io" | "access.smi-spec.io") => true,
        Some("networking.istio.io") => {
            let kinds = ["VirtualService", "Gateway", "DestinationRule", "ServiceEntry", "EnvoyFilter"];
            kinds.iter().any(|kind| object["kind"] == *kind)
        }
        Some("security.istio.io") => object["kind"] != "PeerAuthentication",
        Some("extensions.istio.io") => object["kind"] == "WasmPlugin",
        Some(_) | None => false,
    }
}

/// `Ingress shop/web`, as the product names it.
fn label(object: &Value) -> String {
    let metadata = &object["metadata"];
    let kind = object["kind"].as_str().unwrap_or_default();
    let namespace = metadata["namespace"].as_str().unwrap_or("default");
    format!("{kind} {namespace}/{}", metadata["name"].as_str().unwrap_or_default())
}

/// Field paths of every annotation and every leaf of `spec`, written as the product writes them.
fn settings(ingress: &Value) -> Vec<String> {
    let mut found = Vec::new();
    leaves(&ingress["metadata"]["annotations"], "metadata.annotations", &mut found);
    leaves(&ingress["spec"], "spec", &mut found);
    // The first versions of SMI have no `spec`.
    if ingress["apiVersion"].as_str().is_some_and(|version| version.contains(".smi-spec.io/")) {
        for (key, value) in ingress.as_object().into_iter().flatten() {
            if !["apiVersion", "kind", "metadata", "spec", "status"].contains(&key.as_str()) {
                leaves(value, key, &mut found);
            }
        }
    }
    found
}

fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let quoted = key.contains(['.', '/', '[', ' ']);
                let path = if quoted { format!("{path}[{key:?}]") } else { format!("{path}.{key}") };
                leaves(value, &path, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[{index}]"), found);
            }
        }
        // A null field is an absent one; an absent field has no fate. An annotation without a value is one.
        Value::Null if path.starts_with("spec") || path == "metadata.annotations" => {}
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push(path.to_owned()),
    }
}

/// Whether a fate for one field speaks for another: it is the field itself or one above it.
fn covers(entry: &str, setting: &str) -> bool {
    setting.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::coverage;

    #[test]
    fn silent_and_doubled_settings_are_found() {
        let ingress = json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "web", "namespace": "shop", "annotations": {"a.io/b": "1", "plain": "2"}},
            "spec": {"rules": [{"host": "a"}, {"host": "b"}], "tls": [{"hosts": ["a"]}], "defaultBackend": null},
        });
        let entry = |field: &str| json!({"object": "Ingress shop/web", "field": field, "fate": "carried"});
        let report = json!({"ledger": {"entries": [
            entry("metadata.annotations[\"a.io/b\"]"),
            entry("spec.rules[0]"),
            entry("spec.rules[0].host"),
            entry("spec.tls"),
            entry("spec.rul"),
        ]}});
        let found = coverage(&[json!({"kind": "List", "items": [ingress]})], &report);
        assert_eq!((found.ingresses, found.settings), (1, 5));
        assert_eq!(
            found.silent,
            ["Ingress shop/web metadata.annotations.plain", "Ingress shop/web spec.rules[1].host"]
        );
        assert_eq!(found.doubled, ["Ingress shop/web spec.rules[0].host"]);
    }
}
