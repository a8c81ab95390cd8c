//! What is in Secrets is never shown, only whether it changes.

use serde_json::Value as Json;

/// Both sides with the values of a Secret replaced, in kubectl's words (kubectl `pkg/cmd/diff/diff.go`, `Masker`).
#[must_use]
pub fn masked(mut before: Option<Json>, mut after: Option<Json>) -> (Option<Json>, Option<Json>) {
    for field in ["data", "stringData"] {
        let values =
            |side: &Option<Json>| side.as_ref().filter(|object| is_secret(object))?.get(field)?.as_object().cloned();
        let (old, new) = (values(&before).unwrap_or_default(), values(&after).unwrap_or_default());
        for (side, own, other, mark) in
            [(&mut before, &old, &new, "*** (before)"), (&mut after, &new, &old, "*** (after)")]
        {
            let Some(fields) = side.as_mut().and_then(|object| object.get_mut(field)).and_then(Json::as_object_mut)
            else {
                continue;
            };
            for (key, value) in own {
                let is_changed = other.get(key).is_some_and(|other| other != value);
                fields.insert(key.clone(), if is_changed { mark } else { "***" }.into());
            }
        }
    }
    (before, after)
}

fn is_secret(object: &Json) -> bool {
    object.get("kind") == Some(&Json::from("Secret")) && object.get("apiVersion") == Some(&Json::from("v1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_hidden_and_changes_are_seen() {
        let secret = |data: Json| Some(json!({ "apiVersion": "v1", "kind": "Secret", "data": data }));
        let (before, after) = masked(
            secret(json!({ "same": "YQ==", "new": "Yg==", "gone": "Yw==" })),
            secret(json!({ "same": "YQ==", "new": "ZA==" })),
        );
        assert_eq!(before, secret(json!({ "same": "***", "new": "*** (before)", "gone": "***" })));
        assert_eq!(after, secret(json!({ "same": "***", "new": "*** (after)" })));
        let other = Some(json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "a": "b" } }));
        assert_eq!(masked(other.clone(), None), (other, None));
    }
}
