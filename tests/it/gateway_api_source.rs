//! Gateway API objects as routings: what the implementations rank differently, and what listeners take.

use gatelift::World;
use gatelift::gateway::{
    CILIUM, CONTOUR, ENVOY_GATEWAY, ISTIO, KGATEWAY, NGINX_GATEWAY_FABRIC, PROFILES, Profile, SPEC, TRAEFIK,
};
use gatelift::model::Routing;
use gatelift::prove::{Outcome, Request, evaluate};
use gatelift::report::{Code, Report};
use serde_json::{Value as Json, json};

use crate::json_manifests::manifests;

fn read(objects: &[Json], profile: &Profile) -> (Vec<Routing>, Report) {
    let mut report = Report::default();
    let routings = gatelift::read_gateway_api(&manifests(objects), World::Closed, profile, &mut report);
    (routings, report)
}

fn codes(report: &Report) -> Vec<Code> {
    report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

fn object(kind: &str, name: &str, spec: Json) -> Json {
    let version = if matches!(kind, "TCPRoute" | "UDPRoute") { "v1alpha2" } else { "v1" };
    json!({
        "apiVersion": format!("gateway.networking.k8s.io/{version}"),
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop"},
        "spec": spec,
    })
}

fn gateway(listeners: Json) -> Json {
    object("Gateway", "edge", json!({"gatewayClassName": "any", "listeners": listeners}))
}

fn one_listener() -> Json {
    gateway(json!([{"name": "http", "port": 80, "protocol": "HTTP"}]))
}

/// An HTTPRoute of rules that each forward one match to a Service.
fn route(name: &str, hosts: Json, rules: &[(Json, &str)]) -> Json {
    let rules: Vec<Json> = rules
        .iter()
        .map(|(matches, service)| json!({"matches": [matches], "backendRefs": [{"name": service, "port": 80}]}))
        .collect();
    object("HTTPRoute", name, json!({"parentRefs": [{"name": "edge"}], "hostnames": hosts, "rules": rules}))
}

fn path(kind: &str, value: &str) -> Json {
    json!({"path": {"type": kind, "value": value}})
}

/// The answer to a request: the name of a Service or a status.
fn answer(routings: &[Routing], host: &str, path: &str, more: Json) -> String {
    let mut request = json!({"method": "GET", "scheme": "http", "host": host, "path": path});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let request: Request = serde_json::from_value(request).unwrap();
    match evaluate(routings, &request) {
        Outcome::Forward { service, .. } => service.split(['/', ':']).nth(1).unwrap_or_default().to_owned(),
        Outcome::Respond { status } => status.to_string(),
        Outcome::Split { .. } => "split".to_owned(),
        Outcome::Redirect { location, .. } => location,
        Outcome::Connection { reason } => reason.to_owned(),
        Outcome::Reject { reason } => reason,
    }
}

fn get(objects: &[Json], profile: &Profile, path: &str) -> String {
    answer(&read(objects, profile).0, "a.example", path, json!({}))
}

#[test]
fn regexes_rank_above_below_or_among_prefixes() {
    let objects = [
        one_listener(),
        route(
            "r",
            json!([]),
            &[(path("PathPrefix", "/shop/cart"), "prefix"), (path("RegularExpression", "/sh.*"), "regex")],
        ),
    ];
    for profile in [SPEC, ENVOY_GATEWAY, KGATEWAY, CILIUM, CONTOUR] {
        assert_eq!(get(&objects, &profile, "/shop/cart"), "regex", "{}", profile.name);
    }
    // Traefik adds up lengths; Istio puts expressions behind prefixes.
    for profile in [ISTIO, TRAEFIK] {
        assert_eq!(get(&objects, &profile, "/shop/cart"), "prefix", "{}", profile.name);
    }
}

#[test]
fn expressions_are_anchored_as_each_implementation_does() {
    let objects = [one_listener(), route("r", json!([]), &[(path("RegularExpression", "/a"), "regex")])];
    let takes = |profile: &Profile, path: &str| get(&objects, profile, path) != "404";
    for profile in PROFILES {
        assert!(takes(profile, "/a"), "{}", profile.name);
    }
    for profile in [SPEC, ENVOY_GATEWAY, ISTIO, KGATEWAY, CILIUM, CONTOUR] {
        assert!(!takes(&profile, "/ab") && !takes(&profile, "/b/a"), "{}", profile.name);
    }
    assert!(takes(&NGINX_GATEWAY_FABRIC, "/ab") && !takes(&NGINX_GATEWAY_FABRIC, "/b/a"));
    assert!(takes(&TRAEFIK, "/ab") && takes(&TRAEFIK, "/b/a"));
}

#[test]
fn a_path_that_has_chosen_is_left_by_conditions_but_in_nginx() {
    let with_header = json!({"path": {"type": "Exact", "value": "/a"}, "headers": [{"name": "x", "value": "1"}]});
    let objects =
        [one_listener(), route("r", json!([]), &[(with_header, "header"), (path("PathPrefix", "/"), "rest")])];
    assert_eq!(get(&objects, &SPEC, "/a"), "rest");
    assert_eq!(get(&objects, &NGINX_GATEWAY_FABRIC, "/a"), "404");
    assert_eq!(get(&objects, &NGINX_GATEWAY_FABRIC, "/b"), "rest");
}

#[test]
fn istio_reads_nothing_behind_a_rule_for_everything() {
    let objects = [
        one_listener(),
        route("r", json!([]), &[(path("PathPrefix", "/"), "all"), (path("RegularExpression", "/x.*"), "regex")]),
    ];
    assert_eq!(get(&objects, &ISTIO, "/x1"), "all");
    assert_eq!(get(&objects, &SPEC, "/x1"), "regex");
}

#[test]
fn only_traefik_goes_on_to_a_wider_host() {
    let objects = [
        one_listener(),
        route("exact", json!(["a.example"]), &[(path("PathPrefix", "/only"), "exact")]),
        route("wide", json!(["*.example"]), &[(path("PathPrefix", "/"), "wide")]),
    ];
    for profile in PROFILES {
        let other = get(&objects, profile, "/other");
        if profile.name == "traefik" {
            assert_eq!(other, "wide");
        } else {
            assert_eq!(other, "404", "{}", profile.name);
        }
        assert_eq!(get(&objects, profile, "/only"), "exact", "{}", profile.name);
    }
}

#[test]
fn methods_rank_as_conditions_of_their_own_or_as_headers_or_not_at_all() {
    let two = json!({"path": {"value": "/"}, "headers": [{"name": "x", "value": "1"}, {"name": "y", "value": "1"}]});
    let method = json!({"path": {"value": "/"}, "method": "GET"});
    let objects = [one_listener(), route("r", json!([]), &[(method, "method"), (two, "headers")])];
    let asked = |profile: &Profile| {
        let headers = json!({"headers": {"x": "1", "y": "1"}});
        answer(&read(&objects, profile).0, "a.example", "/", headers)
    };
    assert_eq!(asked(&SPEC), "method");
    assert_eq!(asked(&ENVOY_GATEWAY), "headers");
    assert_eq!(asked(&CONTOUR), "headers");
    assert_eq!(asked(&TRAEFIK), "method");
}

#[test]
fn a_closed_listener_keeps_its_hosts_under_isolation() {
    let objects = [
        gateway(json!([
            {"name": "all", "port": 80, "protocol": "HTTP"},
            {"name": "one", "port": 80, "protocol": "HTTP", "hostname": "a.example"},
        ])),
        object(
            "HTTPRoute",
            "all",
            json!({
                "parentRefs": [{"name": "edge", "sectionName": "all"}],
                "rules": [{"backendRefs": [{"name": "all", "port": 80}]}],
            }),
        ),
    ];
    assert_eq!(get(&objects, &SPEC, "/"), "404");
    assert_eq!(get(&objects, &ENVOY_GATEWAY, "/"), "all");
    assert_eq!(get(&objects, &TRAEFIK, "/"), "all");
}

#[test]
fn listener_sets_add_listeners_where_the_gateway_allows_them() {
    let set = object(
        "ListenerSet",
        "more",
        json!({
            "parentRef": {"name": "edge"},
            "listeners": [{"name": "extra", "port": 8080, "protocol": "HTTP"}],
        }),
    );
    let attached = object(
        "HTTPRoute",
        "r",
        json!({
            "parentRefs": [{"kind": "ListenerSet", "name": "more"}],
            "rules": [{"backendRefs": [{"name": "web", "port": 80}]}],
        }),
    );
    let mut edge = one_listener();
    let asked = |edge: &Json| {
        let (routings, report) = read(&[edge.clone(), set.clone(), attached.clone()], &SPEC);
        (answer(&routings, "a.example", "/", json!({"port": 8080})), codes(&report))
    };
    let (refused, said) = asked(&edge);
    assert_ne!(refused, "web");
    assert_eq!(said, [Code::ListenerNotProgrammed, Code::RouteNotAttached]);
    edge["spec"]["allowedListeners"] = json!({"namespaces": {"from": "Same"}});
    let (taken, said) = asked(&edge);
    assert_eq!(taken, "web");
    assert_eq!(said, []);
}

#[test]
fn of_two_listeners_in_conflict_none_or_the_first_is_programmed() {
    let edge = gateway(json!([
        {"name": "plain", "port": 80, "protocol": "HTTP"},
        {"name": "stream", "port": 80, "protocol": "TCP"},
    ]));
    let (_, report) = read(&[edge], &SPEC);
    assert!(codes(&report).contains(&Code::ListenerNotProgrammed), "{:?}", codes(&report));
}

#[test]
fn routes_of_other_namespaces_need_the_listener_to_select_them() {
    let allowed = |namespaces: Json| {
        let listener =
            json!({"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": namespaces}});
        let mut other = object(
            "HTTPRoute",
            "r",
            json!({
                "parentRefs": [{"name": "edge", "namespace": "shop"}],
                "rules": [{"backendRefs": [{"name": "web", "port": 80}]}],
            }),
        );
        other["metadata"]["namespace"] = json!("team");
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team", "labels": {"tier": "front"}},
        });
        let (routings, report) = read(&[gateway(json!([listener])), other, namespace], &SPEC);
        (answer(&routings, "a.example", "/", json!({})) == "404", codes(&report))
    };
    let selector = |expression: Json| json!({"from": "Selector", "selector": {"matchExpressions": [expression]}});
    let refused = (true, vec![Code::RouteNotAttached]);
    let taken = (false, vec![]);
    assert_eq!(allowed(json!({"from": "Same"})), refused);
    assert_eq!(allowed(json!({"from": "All"})), taken);
    assert_eq!(allowed(selector(json!({"key": "tier", "operator": "In", "values": ["front"]}))), taken);
    assert_eq!(allowed(selector(json!({"key": "tier", "operator": "NotIn", "values": ["front"]}))), refused);
    assert_eq!(allowed(selector(json!({"key": "tier", "operator": "DoesNotExist"}))), refused);
    assert_eq!(allowed(selector(json!({"key": "other", "operator": "DoesNotExist"}))), taken);
}

#[test]
fn references_across_namespaces_need_a_grant_and_say_where_they_stand() {
    let mut across = route("r", json!([]), &[(path("PathPrefix", "/"), "web")]);
    across["spec"]["rules"][0]["backendRefs"][0]["namespace"] = json!("team");
    let (routings, report) = read(&[one_listener(), across.clone()], &SPEC);
    assert_eq!(answer(&routings, "a.example", "/", json!({})), "500");
    let [refused] = report.diagnostics.as_slice() else { panic!("{:?}", codes(&report)) };
    assert_eq!(refused.code, Code::ReferenceRefused);
    assert!(format!("{refused:?}").contains("backendRefs"), "{refused:?}");
    let grant = json!({
        "apiVersion": "gateway.networking.k8s.io/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "g", "namespace": "team"},
        "spec": {
            "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "shop"}],
            "to": [{"group": "", "kind": "Service", "name": "web"}],
        },
    });
    let (routings, report) = read(&[one_listener(), across, grant], &SPEC);
    assert_eq!(answer(&routings, "a.example", "/", json!({})), "web");
    assert_eq!(codes(&report), []);
}

#[test]
fn only_a_closed_world_misses_a_service() {
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "other", "namespace": "shop"},
        "spec": {"ports": [{"port": 80}]},
    });
    let objects = manifests(&[one_listener(), route("r", json!([]), &[(path("PathPrefix", "/"), "web")]), service]);
    let asked = |world| {
        let routings = gatelift::read_gateway_api(&objects, world, &SPEC, &mut Report::default());
        answer(&routings, "a.example", "/", json!({}))
    };
    assert_eq!(asked(World::Closed), "500");
    assert_eq!(asked(World::Open), "web");
}

#[test]
fn the_order_of_the_input_changes_nothing() {
    let mut objects = vec![
        one_listener(),
        route("b", json!(["a.example"]), &[(path("PathPrefix", "/"), "b")]),
        route("a", json!(["a.example"]), &[(path("PathPrefix", "/"), "a")]),
        object("GRPCRoute", "g", json!({"parentRefs": [{"name": "edge"}], "rules": [{}]})),
    ];
    let meaning = |objects: &[Json]| {
        let (routings, _) = read(objects, &ENVOY_GATEWAY);
        ["/", "/x"].map(|path| answer(&routings, "a.example", path, json!({})))
    };
    let first = meaning(&objects);
    objects.reverse();
    assert_eq!(meaning(&objects), first);
    assert_eq!(first, ["a", "a"]);
}
