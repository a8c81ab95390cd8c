//! What the cluster decides where no flag does.

use std::fs;

use http::Method;
use serde_json::json;

use super::{Live, live};
use crate::emit::Scratch;

#[test]
fn a_gateway_class_decides_target_and_class() {
    let Some(live) = live("a_gateway_class_decides_target_and_class") else { return };
    let namespace = "live-choose";
    live.store.fresh_namespace(namespace);
    let backend = json!({ "service": { "name": "web", "port": { "number": 80 } } });
    let ingress = json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": { "name": "web", "namespace": namespace },
        "spec": { "ingressClassName": "nginx", "rules": [{ "host": "web.example.com", "http": { "paths": [
            { "path": "/", "pathType": "Prefix", "backend": backend }] } }] } });
    let class = json!({ "apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass",
        "metadata": { "name": "live-eg" }, "spec": { "controllerName": "gateway.envoyproxy.io/gatewayclass-controller" } });
    live.store.apply(&ingress).unwrap();
    live.store.apply(&class).unwrap();
    let convert = ["convert", "-n", namespace, "--source", "ingress", "--message-format", "concise"];
    let ran = live.run(&convert);
    let given = live
        .run(&[&convert[..], &["--target", "standard", "--channel", "standard", "--class-map", "nginx=x"]].concat());
    // Files that are compared with the cluster, and who reads its Gateways, are decided likewise.
    let scratch = Scratch::new("live-choose");
    let file = scratch.0.join("in.json");
    fs::write(&file, ingress.to_string()).unwrap();
    let diff = live.run(&["diff", "-f", file.to_str().unwrap(), "--source", "ingress", "--message-format", "concise"]);
    let verify = live.run(&["verify", "-n", namespace, "--before", "cluster", "--after", "cluster"]);
    live.store.delete("/apis/gateway.networking.k8s.io/v1/gatewayclasses/live-eg");
    assert!(diff.status == 1 && diff.out.contains("gatewayClassName: live-eg\n"), "{diff:?}");
    for ran in [diff, verify] {
        assert!(ran.err.contains("chosen: target `envoy-gateway`"), "{ran:?}");
    }

    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.out.contains("gatewayClassName: live-eg\n"), "{}", ran.out);
    for chosen in [
        "target `envoy-gateway`, which runs GatewayClass `live-eg`",
        "the experimental channel",
        "GatewayClass `live-eg` for",
    ] {
        assert!(ran.err.contains(&format!("info[G2L504] chosen: {chosen}")), "{}", ran.err);
    }
    assert!(given.out.contains("gatewayClassName: x\n") && !given.err.contains("G2L504"), "{given:?}");
}

/// An Ingress of ingress-nginx with cross-origin requests and a redirect to https.
fn store_ingress(live: &Live, namespace: &str) {
    live.store.fresh_namespace(namespace);
    let backend = json!({ "service": { "name": "web", "port": { "number": 80 } } });
    live.store.apply_all(&[json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": { "name": "web", "namespace": namespace, "annotations": {
            "nginx.ingress.kubernetes.io/enable-cors": "true",
            "nginx.ingress.kubernetes.io/force-ssl-redirect": "true" } },
        "spec": { "ingressClassName": "nginx", "rules": [{ "host": "web.example.com", "http": { "paths": [
            { "path": "/", "pathType": "Prefix", "backend": backend }] } }] } })]);
}

#[test]
fn the_features_of_the_class_decide() {
    let Some(live) = live("the_features_of_the_class_decide") else { return };
    let namespace = "live-features";
    store_ingress(&live, namespace);
    let class = json!({ "apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass",
        "metadata": { "name": namespace }, "spec": { "controllerName": "example.com/features" } });
    let path = format!("/apis/gateway.networking.k8s.io/v1/gatewayclasses/{namespace}");
    live.store.delete(&path);
    let convert = ["convert", "-n", namespace, "--target", "standard", "--channel", "standard", "--class-map"];
    let run = |more: &[&str]| {
        live.run(&[&convert[..], &["nginx=live-features", "--message-format", "concise"], more].concat())
    };
    live.store.apply(&class).unwrap();
    let silent = run(&[]);
    let mut stored = live.store.send(Method::GET, &path, None).unwrap();
    stored["status"] = json!({ "supportedFeatures": [{ "name": "Gateway" }, { "name": "HTTPRoute" }] });
    live.store.send(Method::PUT, &format!("{path}/status"), Some(&stored)).unwrap();
    let (said, allowed) = (run(&[]), run(&["--allow", "class-lacks-feature"]));
    live.store.delete(&path);

    assert!(silent.status == 0 && silent.out.contains("type: CORS"), "{silent:?}");
    assert!(!silent.err.contains("G2L506"), "{silent:?}");
    assert!(said.status == 0 && !said.out.contains("type: CORS"), "{said:?}");
    let place = format!("Ingress {namespace}/web, metadata.annotations[\"nginx.ingress.kubernetes.io/");
    assert!(said.err.contains(&format!("{place}enable-cors\"]: warning[G2L303] CORS: not carried")), "{said:?}");
    assert!(
        said.err.contains("warning[G2L506] GatewayClass `live-features` does not list HTTPRouteSchemeRedirect"),
        "{said:?}"
    );
    assert!(allowed.status == 0 && allowed.out == silent.out, "{allowed:?}");
}

#[test]
fn the_definitions_of_the_cluster_judge() {
    let Some(live) = live("the_definitions_of_the_cluster_judge") else { return };
    let (namespace, scratch) = ("live-definitions", Scratch::new("live-definitions"));
    store_ingress(&live, namespace);
    let chosen = ["-n", namespace, "--channel", "standard", "--class-map", "nginx=nginx", "--target", "standard"];
    let concise = ["--message-format", "concise"];
    let converted = live.run(&[&["convert", "-v"], &chosen[..], &concise].concat());
    assert!(converted.status == 0 && !converted.err.contains("G2L507"), "{converted:?}");
    let asked =
        "GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/httproutes.gateway.networking.k8s.io → 200";
    assert!(converted.err.contains(asked), "{converted:?}");

    // What is stored, and a policy of an implementation whose rules are known from the cluster alone.
    assert_eq!(live.run(&[&["apply"], &chosen[..]].concat()).status, 0);
    let stored = live.run(&[&["validate", "-n", namespace], &concise[..]].concat());
    assert!(stored.status == 0 && stored.err.contains(" objects checked: 0 errors"), "{stored:?}");
    let file = scratch.0.join("policy.yaml");
    let policy = "apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: a, namespace: b}\n\
        spec:\n  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: a}]\n  cors: {allowOrigins: [7]}\n";
    fs::write(&file, policy).unwrap();
    let validate =
        |more: &[&str]| live.run(&[&["validate", "-f", file.to_str().unwrap()], more, &concise[..]].concat());
    let refused = validate(&["--crds", "cluster"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(
        refused.out.contains("policy.yaml:6:") && refused.out.contains("SecurityPolicy b/a is invalid"),
        "{refused:?}"
    );
    let unknown = validate(&["--crds", "cluster", "--context", "nobody"]);
    assert_eq!(unknown.status, 0, "{unknown:?}");
    assert!(unknown.out.contains("info[G2L508] the CRDs of the cluster may not be read"), "{unknown:?}");
}
