//! Old Gateway API versions: what is written is of v1, and means what the old object meant.

use gatelift::report::Code;
use gatelift::{Input, Options, convert, read_text, upgraded, verify};
use serde_json::{Value as Json, json};

use crate::oracle::{Channel, Oracle, Verdict, shared};

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

fn codes(input: &Input) -> Vec<Code> {
    upgraded(input).report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

/// A host's certificate stands at a listener of the host; the other hosts keep theirs.
#[test]
fn certificates_of_routes_are_those_of_listeners() {
    let before = case("v1alpha1-certificates-of-routes");
    let after = |certificate: &str| {
        read_text(
            "after.yaml",
            &format!(
                r#"
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: edge, namespace: shop}}
spec:
  gatewayClassName: acme
  listeners:
  - {{name: all, protocol: HTTPS, port: 443, hostname: "*.example.com", tls: {{certificateRefs: [{{name: wildcard}}]}}}}
  - {{name: shop, protocol: HTTPS, port: 443, hostname: shop.example.com, tls: {{certificateRefs: [{{name: {certificate}}}]}}}}
  - {{name: internal, protocol: HTTPS, port: 8443, tls: {{certificateRefs: [{{name: internal}}]}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: shop, namespace: shop}}
spec:
  parentRefs: [{{name: edge}}]
  hostnames: [shop.example.com]
  rules: [{{backendRefs: [{{name: shop, port: 80}}]}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: blog, namespace: shop}}
spec:
  parentRefs: [{{name: edge}}]
  hostnames: [blog.example.com]
  rules: [{{backendRefs: [{{name: blog, port: 80}}]}}]
"#
            ),
        )
    };
    assert!(codes(&before).iter().all(|code| *code == Code::Upgraded), "{:?}", codes(&before));
    let found = verify(&before, &after("shop"), &Options::default());
    assert!(found.equivalent && found.proved, "{:?}", found.differences);
    assert!(!verify(&before, &after("wildcard"), &Options::default()).equivalent);
}

#[test]
fn certificates_without_a_place_say_what_to_do() {
    let done = upgraded(&case("v1alpha1-certificates-without-a-place"));
    let lost: Vec<&str> = done
        .report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == Code::UpgradeLoss)
        .map(|diagnostic| diagnostic.help.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(lost.len(), 2, "{lost:?}");
    assert!(lost[0].contains("ReferenceGrant") && lost[1].contains("names no hosts"), "{lost:?}");
}

/// The published examples: each is written as v1, is taken by the API server, and means what its v1 form means.
#[test]
fn the_published_examples_are_of_v1() {
    let Some(folder) = shared("cases") else { return };
    let Some(oracle) = Oracle::load(Channel::Standard, &[]) else { return };
    let seed = |name: &str| std::fs::read_to_string(folder.join("seed").join(name)).unwrap();
    let mut names: Vec<_> = std::fs::read_dir(folder.join("seed"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let known = [
        "cross-namespace-prerelease.yaml",
        "gateway-httproute-v1alpha2.yaml",
        "ingress-istio.yaml",
        "retry-policy.yaml",
    ];
    assert_eq!(names, known, "an example that is not looked at");
    let service =
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: bar, namespace: bar}\nspec: {ports: [{port: 8080}]}\n";
    let gateway = "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: foo}\n\
                   spec: {gatewayClassName: acme, listeners: [{name: http, port: 80, protocol: HTTP}]}\n";

    // A destination of another namespace, with a port that its Service leaves no choice about.
    let parent = seed(known[0]).replacen("spec:\n  rules:", "spec:\n  parentRefs: [{name: edge}]\n  rules:", 1);
    let before = read_text("before.yaml", &format!("{parent}{service}{gateway}"));
    let after = read_text(
        "after.yaml",
        &format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: foo, namespace: foo}}\n\
             spec: {{parentRefs: [{{name: edge}}], rules: [{{matches: [{{path: {{type: PathPrefix, value: /bar}}}}], \
             backendRefs: [{{name: bar, namespace: bar, port: 8080}}]}}]}}\n---\n\
             apiVersion: gateway.networking.k8s.io/v1\nkind: ReferenceGrant\nmetadata: {{name: bar, namespace: bar}}\n\
             spec: {{from: [{{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: foo}}], \
             to: [{{group: \"\", kind: Service}}]}}\n{service}{gateway}"
        ),
    );
    same(&before, &after, &oracle);
    // Alone it says that the port is missing, and the route is not yet one of v1.
    assert!(codes(&read_text("seed.yaml", &seed(known[0]))).contains(&Code::UpgradeUnclear));

    let before = read_text("before.yaml", &seed(known[1]));
    let after = read_text("after.yaml", &seed(known[1]).replace("/v1alpha2", "/v1"));
    same(&before, &after, &oracle);

    let ingress = read_text("ingress.yaml", &seed(known[2]));
    let done = convert(&ingress, &Options::default());
    let written: Vec<String> = done.objects.iter().map(|object| serde_json::to_string(object).unwrap()).collect();
    let found = verify(&ingress, &read_text("written.yaml", &written.join("\n---\n")), &Options::default());
    let left: Vec<Code> = found.differences.iter().flat_map(|difference| difference.codes.clone()).collect();
    let defaults = [Code::PathHandlingDiffers, Code::ImplicitDefaults];
    assert!(left.iter().all(|code| defaults.contains(code)), "{left:?}");
    judge(&done.objects.iter().map(|object| serde_json::to_value(object).unwrap()).collect::<Vec<_>>(), &oracle);

    // A policy is no object of Gateway API: it stays as it is, and what it comes to is for `effective` and `convert`.
    assert!(upgraded(&read_text("retry.yaml", &seed(known[3]))).objects.is_empty());
}

fn judge(objects: &[Json], oracle: &Oracle) {
    assert!(!objects.is_empty());
    for object in objects {
        let verdict = oracle.judge(object);
        assert!(matches!(&verdict, Verdict::Checked(found) if found.is_empty()), "{object}: {verdict:?}");
    }
}

fn same(before: &Input, after: &Input, oracle: &Oracle) {
    let found = verify(before, after, &Options::default());
    assert!(found.equivalent && found.proved && found.classes > 0, "{:?}", found.differences);
    let objects: Vec<Json> =
        upgraded(before).objects.iter().map(|object| serde_json::to_value(object).unwrap()).collect();
    judge(&objects, oracle);
}
