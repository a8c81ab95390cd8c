//! Hosts and references across namespaces.

use gatelift::model::{Action, BackendState};
use gatelift::report::Code;
use gatelift::target::Options;

use super::build::*;

/// competitor W15: namespaces share a Gateway, each with its own routes.
#[test]
fn a_host_of_two_namespaces() {
    let http = vec![host(
        "a.com",
        vec![forward("blog/web", "/blog", "blog/web:80"), forward("shop/web", "/shop", "shop/web:80")],
    )];
    let output = written(&routing(http, vec![]));
    snapshot("two_namespaces", &output);
}

/// Ties between routes go to the older one, so rules that can tie stay in one route.
#[test]
fn rules_that_can_tie_stay_together() {
    let mut canary = forward("blog/canary", "/", "blog/canary:80");
    canary.matcher.method = Some("GET".into());
    let same_path = vec![canary, forward("shop/web", "/", "shop/web:80")];
    let expression = vec![forward("blog/web", "~/b.*", "blog/web:80"), forward("shop/web", "/", "shop/web:80")];
    for rules in [same_path, expression] {
        let output = written(&routing(vec![host("a.com", rules)], vec![]));
        assert_eq!(output.http_routes().len(), 1);
        assert_eq!(output.http_routes()[0].metadata.namespace, "blog");
        assert_eq!(output.names("ReferenceGrant"), ["shop/httproutes-in-blog-to-service-web"]);
    }
}

/// competitor I4: grants where references cross, none where routes attach.
#[test]
fn certificates_of_other_namespaces_are_granted() {
    let https = vec![
        secure("a.com", &["blog/a"], vec![forward("blog/web", "/", "blog/web:80")]),
        secure("b.com", &["shop/b.c"], vec![forward("shop/web", "/", "shop/web:80")]),
    ];
    let output =
        with(&routing(vec![], https), &Options { gateway_namespace: Some("infra".into()), ..Options::default() });
    assert_eq!(output.names("Gateway"), ["infra/nginx"]);
    let grants = output.names("ReferenceGrant");
    assert_eq!(grants[0], "blog/gateways-in-infra-to-secret-a");
    assert!(grants[1].starts_with("shop/gateways-in-infra-to-secret-b-c-"), "a dot is no dash: {}", grants[1]);
    assert!(output.codes().is_empty(), "the namespace was named");
}

/// A grant for a reference that nobody granted would open it.
#[test]
fn missing_services_are_not_granted() {
    let mut rule = forward("shop/web", "/", "blog/missing:80");
    if let Action::Forward(forward) = &mut rule.action {
        forward.backends[0].state = BackendState::Missing;
    }
    let output = written(&routing(vec![host("a.com", vec![rule])], vec![]));
    assert!(output.names("ReferenceGrant").is_empty());
    assert_eq!(output.rules()[0].backend_refs.len(), 1);
}

#[test]
fn the_gateways_namespace_is_said_when_chosen() {
    let http = vec![
        host("a.com", vec![forward("shop/web", "/", "shop/web:80")]),
        host("b.com", vec![forward("blog/web", "/", "blog/web:80")]),
    ];
    let output = written(&routing(http, vec![]));
    assert_eq!(output.names("Gateway"), ["blog/nginx"]);
    assert_eq!(output.codes(), [Code::GatewayNamespace]);
}

/// Manifests without a namespace go where kubectl puts them; so do the objects.
#[test]
fn no_namespace_is_no_namespace() {
    let https = vec![secure("a.com", &["/cert"], vec![forward("/web", "/", "/web:80")])];
    let output = written(&routing(vec![], https));
    assert_eq!(output.names("Gateway"), ["/nginx"]);
    assert_eq!(output.names("HTTPRoute"), ["/web-a-com"]);
    assert!(output.names("ReferenceGrant").is_empty());
}

/// A rule of no namespace (a controller's flag) goes with its host.
#[test]
fn rules_of_no_namespace_follow_the_host() {
    let rules = vec![forward("shop/web", "/a", "shop/web:80"), forward("/controller", "/", "infra/fallback:80")];
    let output = written(&routing(vec![host("a.com", rules)], vec![]));
    assert_eq!(output.names("HTTPRoute"), ["shop/web-a-com"]);
    assert_eq!(output.names("ReferenceGrant"), ["infra/httproutes-in-shop-to-service-fallback"]);
}
