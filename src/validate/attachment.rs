//! Policies and what they are attached to, among the objects of one output: the rules of Envoy Gateway, which are the
//! strictest among implementations.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// What is wrong with the policies of an output, one sentence each: two of a kind for one target, a target or a part of
/// it that is not there.
#[must_use]
pub fn check(objects: &[Json]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut taken: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for policy in objects {
        let kind = text(policy, "/kind");
        let Some(targets) = policy.pointer("/spec/targetRefs").and_then(Json::as_array) else { continue };
        let (namespace, name) = (text(policy, "/metadata/namespace"), text(policy, "/metadata/name"));
        for target in targets.iter().filter(|target| text(target, "/group") == "gateway.networking.k8s.io") {
            let section = text(target, "/sectionName");
            let label = format!("{} {namespace}/{} {section}", text(target, "/kind"), text(target, "/name"));
            // Istio asks every AuthorizationPolicy of a target (istio/api security/v1, authorization_policy.proto).
            let adds_up = kind == "AuthorizationPolicy";
            if let Some(other) = taken.insert((kind, label.clone()), name).filter(|_| !adds_up) {
                wrong.push(format!("{kind} `{other}` and `{name}` are both for {label}"));
            }
            let found = objects.iter().find(|object| {
                text(object, "/kind") == text(target, "/kind")
                    && text(object, "/metadata/name") == text(target, "/name")
                    && text(object, "/metadata/namespace") == namespace
            });
            match found {
                None => wrong.push(format!("{kind} `{name}` is for {label}, which is not in its namespace")),
                Some(object) if !section.is_empty() && !has_section(object, section) => {
                    wrong.push(format!("{kind} `{name}` is for {label}, which has no such part"));
                }
                Some(_) => {}
            }
        }
    }
    wrong
}

fn has_section(object: &Json, section: &str) -> bool {
    let parts = ["/spec/rules", "/spec/listeners"].into_iter().filter_map(|path| object.pointer(path)?.as_array());
    parts.flatten().any(|part| text(part, "/name") == section)
}

fn text<'j>(object: &'j Json, path: &str) -> &'j str {
    object.pointer(path).and_then(Json::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check;

    #[test]
    fn targets_have_to_be_there_and_have_one_policy_of_a_kind() {
        let route = json!({
            "kind": "HTTPRoute",
            "metadata": { "namespace": "shop", "name": "web" },
            "spec": { "rules": [{ "name": "api" }] },
        });
        let policy = |name: &str, namespace: &str, section: Option<&str>| {
            let mut target = json!({ "group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "web" });
            if let Some(section) = section {
                target["sectionName"] = section.into();
            }
            json!({
                "kind": "SecurityPolicy",
                "metadata": { "namespace": namespace, "name": name },
                "spec": { "targetRefs": [target] },
            })
        };
        let of = |policies: &[serde_json::Value]| {
            check(&policies.iter().cloned().chain([route.clone()]).collect::<Vec<_>>()).len()
        };
        assert_eq!(of(&[policy("a", "shop", None), policy("b", "shop", Some("api"))]), 0);
        assert_eq!(of(&[policy("a", "shop", None), policy("b", "shop", None)]), 1);
        assert_eq!(of(&[policy("a", "ops", None)]), 1);
        assert_eq!(of(&[policy("a", "shop", Some("other"))]), 1);
    }
}
