//! What the cluster decides where no flag does.

use serde_json::json;

use super::live;

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
    live.store.delete("/apis/gateway.networking.k8s.io/v1/gatewayclasses/live-eg");

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
