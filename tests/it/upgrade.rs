//! Old Gateway API versions: what is written is of v1, and means what the old object meant.

use gatelift::report::Code;
use gatelift::{Input, Options, read_text, upgraded, verify};
use serde_json::{Value as Json, json};

fn objects(text: &str) -> (Vec<Json>, Vec<Code>) {
    let done = upgraded(&read_text("old.yaml", text));
    let codes = done.report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    (done.objects.iter().map(|object| serde_json::to_value(object).unwrap()).collect(), codes)
}

fn case(name: &str) -> Input {
    let file = format!("{}/testdata/upgrade/{name}/input.yaml", env!("CARGO_MANIFEST_DIR"));
    read_text("input.yaml", &std::fs::read_to_string(file).unwrap())
}

#[test]
fn everything_is_of_v1_afterwards() {
    let folder = format!("{}/testdata/upgrade", env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let done = upgraded(&case(entry.unwrap().file_name().to_str().unwrap()));
        for object in &done.objects {
            assert_eq!(object.api_version(), "gateway.networking.k8s.io/v1", "{}", object.metadata().name);
            seen += 1;
        }
        // Reading what was written changes nothing more.
        let again = done.objects.iter().map(|object| serde_json::to_string(object).unwrap()).collect::<Vec<_>>();
        let second = upgraded(&read_text("new.yaml", &again.join("\n---\n")));
        assert_eq!(second.objects, done.objects);
        assert!(second.report.diagnostics.is_empty(), "{:?}", second.report.diagnostics);
    }
    assert!(seen > 10, "only {seen} objects");
}

/// What the listeners of v1alpha1 chose, is served where they stood.
#[test]
fn listeners_that_chose_routes_are_their_parents() {
    let after = read_text(
        "after.yaml",
        r"
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: acme
  listeners:
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
  - name: https
    port: 443
    protocol: HTTPS
    hostname: shop.example.com
    tls: {certificateRefs: [{name: shop-cert}]}
    allowedRoutes: {namespaces: {from: All}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: both, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: infra}]
  rules: [{backendRefs: [{name: web, port: 8080}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: only-http, namespace: other}
spec:
  parentRefs: [{name: edge, namespace: infra, sectionName: http}]
  rules:
  - matches: [{path: {type: PathPrefix, value: /other}}]
    backendRefs: [{name: other, port: 80}]
",
    );
    let before = case("v1alpha1-listeners-choose-routes");
    let found = verify(&before, &after, &Options::default());
    assert!(found.equivalent && found.proved, "{:?}", found.differences);
    // The comparison is about something: one more destination is seen.
    let text = r"
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: acme
  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
";
    assert!(!verify(&before, &read_text("other.yaml", text), &Options::default()).equivalent);
}

#[test]
fn kinds_of_other_groups_need_their_version() {
    let input = read_text("x.yaml", "kind: Ingress\nmetadata: {name: a}\n");
    assert_eq!(input.report.diagnostics[0].code, Code::NotAManifest);
    let (found, codes) = objects("kind: HTTPRoute\nmetadata: {name: a}\nspec: {}\n");
    assert_eq!(found[0]["apiVersion"], json!("gateway.networking.k8s.io/v1"));
    assert_eq!(codes, [Code::Upgraded]);
}

#[test]
fn a_service_name_wins_over_a_reference() {
    let (found, _) = objects(
        r"
apiVersion: networking.x-k8s.io/v1alpha1
kind: HTTPRoute
metadata: {name: a}
spec:
  rules:
  - forwardTo:
    - {serviceName: web, port: 80, backendRef: {group: acme.io, kind: Bucket, name: b}}
",
    );
    let rule = &found[0]["spec"]["rules"][0];
    assert_eq!(rule["backendRefs"], json!([{"name": "web", "port": 80}]));
}

#[test]
fn a_certificate_of_a_route_is_not_lost_in_silence() {
    let (_, codes) = objects(
        "apiVersion: networking.x-k8s.io/v1alpha1\nkind: HTTPRoute\nmetadata: {name: a}\nspec: {tls: {certificateRef: {name: c}}}\n",
    );
    assert!(codes.contains(&Code::UpgradeLoss), "{codes:?}");
}

#[test]
fn current_objects_stay_as_they_are() {
    let (found, codes) = objects(
        r"
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: a}
spec: {rules: [{matches: [{path: {type: PathPrefix, value: /}}]}]}
",
    );
    assert_eq!(found[0]["spec"]["rules"][0]["matches"][0]["path"]["type"], json!("PathPrefix"));
    assert!(codes.is_empty());
}
