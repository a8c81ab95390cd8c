//! How many Gateways, and whose.

use std::collections::BTreeMap;

use gatelift::model::Routing;
use gatelift::report::Code;
use gatelift::target::{Context, Options, STANDARD, Topology, write};

use super::build::*;

fn two_teams() -> Routing {
    let http = vec![
        host("*", vec![forward("infra/fallback", "/", "infra/fallback:80")]),
        host("a.com", vec![to_https("shop/web", "/")]),
        host("b.com", vec![forward("blog/web", "/", "blog/web:80")]),
        host("c.com", vec![forward("shop/web", "/a", "shop/web:80"), forward("blog/web", "/b", "blog/web:80")]),
    ];
    let https = vec![secure("a.com", &["shop/tls"], vec![forward("shop/web", "/", "shop/web:80")])];
    routing(http, https)
}

#[test]
fn shared() {
    snapshot("shared", &written(&two_teams()));
}

#[test]
fn a_gateway_in_every_namespace() {
    let output = with(&two_teams(), &Options { topology: Topology::Namespace, ..Options::default() });
    assert_eq!(output.names("Gateway"), ["blog/nginx", "infra/nginx", "shop/nginx"]);
    assert_eq!(output.names("ReferenceGrant"), ["blog/httproutes-in-shop-to-service-web"], "c.com is shop's");
    for gateway in output.gateways() {
        for listener in &gateway.spec.listeners {
            let namespaces = listener.allowed_routes.as_ref().unwrap().namespaces.as_ref().unwrap();
            assert_eq!(namespaces.from.as_deref(), Some("Same"));
        }
    }
}

#[test]
fn listener_sets_beside_the_routes() {
    let options =
        Options { topology: Topology::ListenerSet, gateway_namespace: Some("infra".into()), ..Options::default() };
    snapshot("listener_sets", &with(&two_teams(), &options));
}

#[test]
fn a_listener_set_topology_without_host_less_rules_still_has_a_listener() {
    let routing = routing(vec![host("a.com", vec![forward("shop/web", "/", "shop/web:80")])], vec![]);
    let output = with(&routing, &Options { topology: Topology::ListenerSet, ..Options::default() });
    assert_eq!(output.listeners(), ["HTTP:80 * = http"]);
}

/// Routes of http and https must not both attach to both: that is a redirect loop (competitor A1).
#[test]
fn a_gateway_that_exists() {
    let gateway = Some(("infra".to_owned(), "edge".to_owned()));
    let output = with(&two_teams(), &Options { gateway, ..Options::default() });
    snapshot("existing_gateway", &output);
    assert!(output.gateways().is_empty());
    assert_eq!(output.codes(), [Code::ListenersNeeded]);
}

#[test]
fn one_reference_where_a_route_is_for_every_port() {
    let rules = || vec![forward("shop/web", "/", "shop/web:80")];
    let routing = routing(vec![host("a.com", rules())], vec![secure("a.com", &["shop/tls"], rules())]);
    let gateway = Some(("infra".to_owned(), "edge".to_owned()));
    let output = with(&routing, &Options { gateway, ..Options::default() });
    let parents = &output.http_routes()[0].spec.parent_refs;
    assert_eq!(parents.len(), 1);
    assert_eq!((parents[0].port, &parents[0].section_name), (None, &None));
}

#[test]
fn classes() {
    let mut routing = routing(vec![host("a.com", vec![forward("shop/web", "/", "shop/web:80")])], vec![]);
    routing.name = "Internal.nginx".into();
    let class_map = BTreeMap::from([("Internal.nginx".to_owned(), "eg".to_owned())]);
    let output = with(&routing, &Options { class_map, ..Options::default() });
    assert_eq!(output.gateways()[0].spec.gateway_class_name, "eg");
    assert!(output.gateways()[0].metadata.name.starts_with("internal-nginx-"));

    routing.name = "infra/edge".into();
    assert_eq!(written(&routing).gateways()[0].spec.gateway_class_name, "edge");
    routing.name = String::new();
    assert_eq!(written(&routing).gateways()[0].metadata.name, "default");
}

#[test]
fn a_namespace_that_is_not_in_the_input_is_said() {
    let routing = routing(vec![host("a.com", vec![forward("shop/web", "/", "shop/web:80")])], vec![]);
    let options = Options { gateway_namespace: Some("gateways".into()), ..Options::default() };
    let mut context = Context::default();
    for (known, said) in [("gateways", 0), ("shop", 1)] {
        context.namespaces = BTreeMap::from([(known.to_owned(), BTreeMap::new())]);
        let mut report = gatelift::report::Report::default();
        write(&routing, &STANDARD, &options, &context, &mut report);
        assert_eq!(report.diagnostics.len(), said);
    }
}
