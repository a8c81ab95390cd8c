//! The oracle itself, on valid and broken Gateway API objects whose verdict is known.

use serde_json::{Value, json};

use crate::oracle::{Channel, Oracle, Verdict, shared};
use crate::yaml;

/// Objects called `neg-` that a channel takes, with the reason.
const TAKEN_BY_BOTH: &[(&str, &str)] =
    &[("neg-30-hostname-ip?", "the hostname pattern takes IPv4 addresses; only TLSRoute has a rule with isIP")];
const TAKEN_BY_STANDARD: &[(&str, &str)] = &[
    ("neg-22-rule-name-dup(std:accept,exp:reject)", "the standard CRD has no rule that rule names differ"),
    ("neg-23-header-value(std:accept,exp:reject)", "the pattern of header values is experimental"),
];
const TAKEN_BY_EXPERIMENTAL: &[(&str, &str)] = &[
    ("neg-01-parentrefs-dup-port-only(std:reject,exp:accept)", "experimental parentRefs may differ by port alone"),
    ("neg-24-retry(std:UNKNOWN,exp:accept)", "`retry` is an experimental field"),
];

/// Judges every object and returns how many were taken, refused and of unknown kind.
fn agree(channel: Channel, exceptions: &[(&str, &str)]) -> Option<[usize; 3]> {
    let oracle = Oracle::load(channel, &[])?;
    let text = std::fs::read_to_string(shared("cases/gateway-api-objects/objects.yaml")?).unwrap();
    let mut counts = [0; 3];
    let mut wrong = Vec::new();
    for mut object in yaml::documents(&text).unwrap() {
        // The names say what the case shows and are no names that the API server takes.
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        object["metadata"]["name"] = json!("object");
        let taken_by_name = name.starts_with("pos-") || exceptions.iter().any(|(exception, _)| *exception == name);
        match oracle.judge(&object) {
            Verdict::UnknownKind => counts[2] += 1,
            Verdict::Checked(violations) => {
                counts[usize::from(!violations.is_empty())] += 1;
                if violations.is_empty() != taken_by_name {
                    wrong.push(format!("{name}: {violations:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{channel:?}:\n{}", wrong.join("\n"));
    Some(counts)
}

#[test]
fn the_oracle_agrees_with_known_verdicts_on_the_standard_channel() {
    let exceptions = [TAKEN_BY_BOTH, TAKEN_BY_STANDARD].concat();
    if let Some(counts) = agree(Channel::Standard, &exceptions) {
        assert_eq!(counts, [14, 37, 2], "taken, refused, kind not in the channel");
    }
}

#[test]
fn the_oracle_agrees_with_known_verdicts_on_the_experimental_channel() {
    let exceptions = [TAKEN_BY_BOTH, TAKEN_BY_EXPERIMENTAL].concat();
    if let Some(counts) = agree(Channel::Experimental, &exceptions) {
        assert_eq!(counts, [14, 39, 0], "taken, refused, kind not in the channel");
    }
}

fn reasons(oracle: &Oracle, object: &Value) -> Vec<String> {
    match oracle.judge(object) {
        Verdict::Checked(violations) => violations.iter().map(ToString::to_string).collect(),
        Verdict::UnknownKind => panic!("unknown kind: {object}"),
    }
}

#[test]
fn the_oracle_names_the_field_and_the_reason() {
    let Some(oracle) = Oracle::load(Channel::Standard, &[]) else { return };
    let route = |spec: Value, name: &str| json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": name}, "spec": spec});
    let header = json!([{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]);
    let found = reasons(&oracle, &route(json!({"rules": [{"matches": [{"headers": header}]}], "rule": []}), "Web"));
    assert_eq!(
        found,
        [
            "metadata.name: no DNS-1123 subdomain of at most 253",
            "spec.rule: unknown field",
            "spec.rules[0].matches[0].headers[1]: duplicate value: [\"a\"]",
        ]
    );
    let nulls = json!({"hostnames": null, "rules": [{"name": null, "backendRefs": [{"name": "a", "port": 80}]}]});
    assert_eq!(reasons(&oracle, &route(nulls, "web")), Vec::<String>::new());
    let hostnames: Vec<_> = (0..17).map(|host| format!("h{host}.example.com")).collect();
    assert_eq!(reasons(&oracle, &route(json!({"hostnames": hostnames}), "web")).len(), 1);
}

#[test]
fn the_oracle_knows_the_policies_of_other_folders() {
    let Some(oracle) = Oracle::load(Channel::Standard, &["envoy-gateway", "istio"]) else { return };
    let policy = |spec: Value| {
        json!({"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "BackendTrafficPolicy",
               "metadata": {"name": "web", "namespace": "shop"}, "spec": spec})
    };
    let target = json!([{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "web"}]);
    assert_eq!(reasons(&oracle, &policy(json!({"targetRefs": target}))), Vec::<String>::new());
    assert!(!reasons(&oracle, &policy(json!({}))).is_empty(), "a policy has to have a target");
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}});
    assert_eq!(oracle.judge(&pod), Verdict::UnknownKind);
}

/// Upstream's examples and conformance manifests are all taken, but for a placeholder and a field of an old version:
/// the oracle does not cry wolf.
#[test]
fn the_oracle_takes_upstream_s_own_manifests() {
    let Some(oracle) = Oracle::load(Channel::Experimental, &[]) else { return };
    let Some(folder) = shared("corpus/kubernetes-sigs_gateway-api") else { return };
    let mut taken = 0;
    let mut refused = Vec::new();
    for file in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let documents = yaml::documents(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for object in documents.into_iter().flat_map(yaml::items) {
            match oracle.judge(&object) {
                Verdict::Checked(violations) if violations.is_empty() => taken += 1,
                Verdict::Checked(violations) => refused.push(violations[0].field.clone()),
                Verdict::UnknownKind => {}
            }
        }
    }
    refused.sort();
    assert_eq!(refused, ["spec.addresses[1]", "spec.infrastructure.routability"]);
    assert!(taken > 200, "only {taken} objects");
}

/// Every folder that a target's output may need: each CRD has to be readable and its rules have to compile.
#[test]
fn every_crd_of_the_targets_loads() {
    let folders = [
        "agentgateway",
        "aws",
        "contour",
        "envoy-gateway",
        "gke",
        "istio",
        "kgateway",
        "kong",
        "nginx-gateway-fabric",
        "traefik",
    ];
    let Some(oracle) = Oracle::load(Channel::Experimental, &folders) else { return };
    let unreadable = oracle.unreadable_rules();
    // `self.?jwt` is syntax of the CEL optionals, which the library does not have.
    assert_eq!(unreadable.keys().collect::<Vec<_>>(), ["gateway.kgateway.dev/v1alpha1 GatewayExtension"]);
}
