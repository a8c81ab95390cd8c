//! `metadata` as the API server checks it for every object (apimachinery `pkg/api/validation/objectmeta.go` and
//! `pkg/util/validation/validation.go`).

use serde_json::Value as Json;

use crate::syntax::FieldPath;

/// What the API server would refuse of an object's `metadata`: the field and the reason.
#[must_use]
pub fn check(object: &Json) -> Vec<(FieldPath, String)> {
    let at = FieldPath::root().key("metadata");
    let metadata = object.get("metadata");
    let text = |key: &str| metadata.and_then(|m| m.get(key)).and_then(Json::as_str).unwrap_or_default();
    let mut found = Vec::new();
    let (name, namespace) = (text("name"), text("namespace"));
    if !is_subdomain(name) {
        found.push((at.key("name"), format!("`{name}` is no DNS subdomain")));
    }
    if !namespace.is_empty() && (namespace.len() > 63 || !is_label(namespace)) {
        found.push((at.key("namespace"), format!("`{namespace}` is no DNS label")));
    }
    for (map, is_value) in [("labels", is_label_value as fn(&str) -> bool), ("annotations", |_| true)] {
        for (key, value) in metadata.and_then(|m| m.get(map)).and_then(Json::as_object).into_iter().flatten() {
            // Keys of annotations are compared in lower case only.
            let name = if map == "annotations" { key.to_lowercase() } else { key.clone() };
            if !is_qualified_name(&name) || !value.as_str().is_some_and(is_value) {
                found.push((at.key(map).key(key), format!("`{key}: {value}` is not allowed")));
            }
        }
    }
    found
}

/// RFC 1123; the length of a single label is not limited.
fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let edge = |byte: Option<u8>| byte.is_some_and(plain);
    edge(text.bytes().next()) && edge(text.bytes().next_back()) && text.bytes().all(|b| plain(b) || b == b'-')
}

fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_name_part(text)
}

fn is_name_part(text: &str) -> bool {
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 63
        && edge(text.bytes().next())
        && edge(text.bytes().next_back())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Whether the API server takes the key of a label or annotation (apimachinery validation.IsQualifiedName).
pub(crate) fn is_qualified_name(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_name_part(name),
        None => is_name_part(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check;

    #[test]
    fn names_and_labels_are_checked() {
        let good = json!({"metadata": {"name": "a.b", "namespace": "shop", "labels": {"app.io/x": "Y_1", "tier": ""}}});
        assert!(check(&good).is_empty());
        let bad =
            json!({"metadata": {"name": "A", "namespace": "a.b", "labels": {"x": "-"}, "annotations": {"/": ""}}});
        let fields: Vec<_> = check(&bad).into_iter().map(|(path, _)| path.to_string()).collect();
        let expected = ["metadata.name", "metadata.namespace", "metadata.labels.x", "metadata.annotations[\"/\"]"];
        assert_eq!(fields, expected);
    }
}
