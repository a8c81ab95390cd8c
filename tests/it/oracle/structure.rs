//! What JSON Schema does not say about a structural schema: unknown fields and `x-kubernetes-list-type`.

use serde_json::{Map, Value};

use super::Violation;

/// The object without unknown fields, each of which is reported, and without nulls, which the API server drops for
/// fields that are not nullable.
pub fn prune(schema: &Value, object: &Value, found: &mut Vec<Violation>) -> Value {
    let mut pruned = prune_node(schema, object, "", found);
    // ObjectMeta is `type: object` in a CRD, and the API server keeps and checks it by itself.
    if let (Some(fields), Some(metadata)) = (pruned.as_object_mut(), object.get("metadata")) {
        fields.insert("metadata".to_owned(), metadata.clone());
    }
    pruned
}

fn prune_node(schema: &Value, value: &Value, field: &str, found: &mut Vec<Violation>) -> Value {
    match value {
        Value::Object(fields) => Value::Object(prune_fields(schema, fields, field, found)),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| prune_node(&schema["items"], item, &format!("{field}[{index}]"), found))
                .collect(),
        ),
        scalar => scalar.clone(),
    }
}

fn prune_fields(
    schema: &Value,
    fields: &Map<String, Value>,
    field: &str,
    found: &mut Vec<Violation>,
) -> Map<String, Value> {
    let keeps_unknown = schema["x-kubernetes-preserve-unknown-fields"] == true;
    let mut kept = Map::new();
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        let path = child(field, key);
        if field.is_empty() && matches!(key.as_str(), "apiVersion" | "kind" | "metadata") {
            kept.insert(key.clone(), value.clone());
            continue;
        }
        let declared = schema["properties"].get(key).or_else(|| match &schema["additionalProperties"] {
            Value::Null | Value::Bool(false) => None,
            of_all => Some(of_all),
        });
        match declared {
            Some(declared) => {
                kept.insert(key.clone(), prune_node(declared, value, &path, found));
            }
            None if keeps_unknown => {
                kept.insert(key.clone(), value.clone());
            }
            None => found.push(Violation { field: path, reason: "unknown field".to_owned() }),
        }
    }
    kept
}

/// Reports items of a list that may not stand in it twice: equal keys in a `map`, equal items in a `set`.
pub fn list_uniqueness(schema: &Value, value: &Value, field: &str, found: &mut Vec<Violation>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let declared = schema["properties"].get(key).unwrap_or(&schema["additionalProperties"]);
                list_uniqueness(declared, value, &child(field, key), found);
            }
        }
        Value::Array(items) => {
            let keys: Vec<Value> = items.iter().map(|item| list_key(schema, item)).collect();
            if matches!(schema["x-kubernetes-list-type"].as_str(), Some("map" | "set")) {
                for (index, key) in keys.iter().enumerate().filter(|(index, key)| keys[..*index].contains(key)) {
                    let reason = format!("duplicate value: {key}");
                    found.push(Violation { field: format!("{field}[{index}]"), reason });
                }
            }
            for (index, item) in items.iter().enumerate() {
                list_uniqueness(&schema["items"], item, &format!("{field}[{index}]"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What has to differ between items: the values of the map keys, or the item itself in a set.
fn list_key(schema: &Value, item: &Value) -> Value {
    match schema["x-kubernetes-list-map-keys"].as_array() {
        Some(keys) => keys.iter().map(|key| key.as_str().map_or(Value::Null, |key| item[key].clone())).collect(),
        None => item.clone(),
    }
}

fn child(field: &str, key: &str) -> String {
    if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") }
}

/// `/spec/rules/0/name` as `spec.rules[0].name`.
pub fn dotted(pointer: &str) -> String {
    pointer.split('/').skip(1).fold(String::new(), |path, step| match step.parse::<usize>() {
        Ok(index) => format!("{path}[{index}]"),
        Err(_) => child(&path, &step.replace("~1", "/").replace("~0", "~")),
    })
}
