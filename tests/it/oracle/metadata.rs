//! `ObjectMeta` as the API server checks it for custom resources
//! (apimachinery `pkg/api/validation/objectmeta.go`, `pkg/util/validation/validation.go`).

use serde_json::Value;

use super::Violation;

/// All annotations of an object together (`TotalAnnotationSizeLimitB`).
const ANNOTATIONS_BYTES: usize = 256 * 1024;

/// What is wrong with `metadata`.
pub fn violations(object: &Value, namespaced: bool) -> Vec<Violation> {
    let metadata = &object["metadata"];
    let mut found = Vec::new();
    let mut report = |field: String, reason: &str| found.push(Violation { field, reason: reason.to_owned() });

    match metadata["name"].as_str() {
        None | Some("") => report("metadata.name".to_owned(), "a name is required"),
        Some(name) if !is_subdomain(name) => report("metadata.name".to_owned(), "no DNS-1123 subdomain of at most 253"),
        Some(_) => {}
    }
    match &metadata["namespace"] {
        Value::Null => {}
        Value::String(namespace) if namespaced && is_dns_label(namespace) => {}
        Value::String(_) if namespaced => report("metadata.namespace".to_owned(), "no DNS label"),
        _ => report("metadata.namespace".to_owned(), "not allowed here"),
    }
    for (map, is_value) in [("labels", is_label_value as fn(&str) -> bool), ("annotations", |_| true)] {
        let Some(entries) = metadata[map].as_object() else {
            if !metadata[map].is_null() {
                report(format!("metadata.{map}"), "not a mapping");
            }
            continue;
        };
        for (key, value) in entries {
            // The API server compares annotation keys in lower case only.
            let key_to_check = if map == "annotations" { key.to_lowercase() } else { key.clone() };
            if !is_qualified_name(&key_to_check) {
                report(format!("metadata.{map}"), &format!("`{key}` is no qualified name"));
            }
            if !value.as_str().is_some_and(is_value) {
                report(format!("metadata.{map}[{key}]"), "no string of the allowed form");
            }
        }
        let bytes: usize = entries.iter().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
        if bytes > ANNOTATIONS_BYTES {
            report(format!("metadata.{map}"), "too long");
        }
    }
    found
}

fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| inner(byte) || byte == b'-')
        && text.bytes().next().is_some_and(inner)
        && text.bytes().next_back().is_some_and(inner)
}

/// A subdomain's labels may be longer than 63; only the whole is limited.
fn is_subdomain(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 253
        && text.split('.').all(|label| {
            label.bytes().all(|byte| inner(byte) || byte == b'-')
                && label.bytes().next().is_some_and(inner)
                && label.bytes().next_back().is_some_and(inner)
        })
}

fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_name_part(text)
}

fn is_name_part(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().next_back().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

fn is_qualified_name(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_name_part(name),
        None => is_name_part(text),
    }
}
