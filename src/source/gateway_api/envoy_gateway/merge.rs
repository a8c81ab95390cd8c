//! `mergeType`: a route's policy over the one of its Gateway.

use serde_json::{Map, Value};

/// Lists whose members are merged by their name; all others are replaced (envoyproxy/gateway api/v1alpha1,
/// `patchMergeKey` of AuthorizationRule).
const BY_NAME: &[&str] = &["authorization.rules"];

/// What a policy and its parent's come to. `StrategicMerge` goes into lists that have a key, `JSONMerge` (RFC 7386) does
/// not.
pub(super) fn merged(parent: &Value, own: &Value, strategic: bool) -> Value {
    merge(parent, own, strategic, "")
}

fn merge(parent: &Value, own: &Value, strategic: bool, path: &str) -> Value {
    match (parent, own) {
        (Value::Object(parent), Value::Object(own)) => Value::Object(objects(parent, own, strategic, path)),
        (Value::Array(parent), Value::Array(own)) if strategic && BY_NAME.contains(&path) => {
            Value::Array(by_name(parent, own, strategic, path))
        }
        (_, own) => own.clone(),
    }
}

fn objects(parent: &Map<String, Value>, own: &Map<String, Value>, strategic: bool, path: &str) -> Map<String, Value> {
    let mut merged = parent.clone();
    for (key, value) in own {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let value = parent.get(key).map_or_else(|| value.clone(), |inner| merge(inner, value, strategic, &path));
        merged.insert(key.clone(), value);
    }
    merged
}

/// The members of the own list, over those of the parent's with the same name; the rest of the parent's follows.
fn by_name(parent: &[Value], own: &[Value], strategic: bool, path: &str) -> Vec<Value> {
    let named = |value: &Value, list: &[Value]| {
        let name = value.get("name")?;
        list.iter().find(|other| other.get("name") == Some(name)).cloned()
    };
    let mut members: Vec<Value> = own
        .iter()
        .map(|value| named(value, parent).map_or_else(|| value.clone(), |over| merge(&over, value, strategic, path)))
        .collect();
    members.extend(parent.iter().filter(|value| named(value, own).is_none()).cloned());
    members
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::merged;

    #[test]
    fn objects_merge_and_lists_are_replaced_unless_they_have_a_key() {
        let parent =
            json!({"cors": {"allowOrigins": ["a"], "maxAge": "1s"}, "authorization": {"rules": [{"name": "x"}]}});
        let own = json!({"cors": {"allowOrigins": ["b"]}, "authorization": {"rules": [{"name": "y"}]}});
        let strategic = merged(&parent, &own, true);
        assert_eq!(strategic["cors"], json!({"allowOrigins": ["b"], "maxAge": "1s"}));
        assert_eq!(strategic["authorization"]["rules"], json!([{"name": "y"}, {"name": "x"}]));
        assert_eq!(merged(&parent, &own, false)["authorization"]["rules"], json!([{"name": "y"}]));
    }
}
