//! Hosts, listeners and certificates.

use gatelift::report::Code;
use gatelift::target::Options;

use super::build::*;

#[test]
fn a_shop() {
    let http = vec![host("shop.example.com", vec![to_https("shop/web", "/api"), to_https("shop/web", "/")])];
    let https = vec![secure(
        "shop.example.com",
        &["shop/shop-tls"],
        vec![forward("shop/web", "/api", "shop/api:8080"), forward("shop/web", "/", "shop/web:80")],
    )];
    snapshot("a_shop", &written(&routing(http, https)));
}

/// competitor W1: one name for both hosts loses both.
#[test]
fn hosts_that_look_alike_stay_apart() {
    let names = ["*.example.com", "example.com", "wildcard.example.com", "a-b.example.com", "a.b.example.com"];
    let http = names.iter().map(|name| host(name, vec![forward("shop/web", "/", "shop/web:80")])).collect();
    let output = written(&routing(http, vec![]));
    assert_eq!(output.http_routes().len(), 5);
    for route in output.http_routes() {
        let section = route.spec.parent_refs[0].section_name.as_deref().unwrap();
        let gateway = output.gateways()[0];
        let listener = gateway.spec.listeners.iter().find(|l| l.name == section).unwrap();
        assert_eq!(listener.hostname, route.spec.hostnames.first().cloned());
    }
    assert!(output.names("HTTPRoute").contains(&"shop/web-example-com".to_owned()));
    assert!(!output.names("HTTPRoute").contains(&"shop/web-wildcard-example-com".to_owned()), "two hosts want it");
}

/// competitor W2, W3: every host has its own certificates.
#[test]
fn certificates_belong_to_their_host() {
    let rules = || vec![forward("shop/web", "/", "shop/web:80")];
    let https =
        vec![secure("a.com", &["shop/a"], rules()), secure("b.com", &["shop/b"], rules()), host("c.com", rules())];
    let output = written(&routing(vec![], https));
    let gateway = output.gateways()[0];
    let secrets: Vec<(&str, &str)> = gateway
        .spec
        .listeners
        .iter()
        .map(|l| (l.hostname.as_deref().unwrap(), l.tls.as_ref().unwrap().certificate_refs[0].name.as_str()))
        .collect();
    assert_eq!(secrets, [("a.com", "a"), ("b.com", "b")]);
    assert!(output.codes().is_empty(), "c.com never asked for TLS: the proof says what becomes of it");
}

/// competitor W4: an empty secret name makes an invalid listener.
#[test]
fn a_tls_section_without_a_secret_is_said() {
    let rules = || vec![forward("shop/web", "/", "shop/web:80")];
    let routing = routing(vec![host("a.com", rules())], vec![secure("a.com", &[], rules())]);
    let output = written(&routing);
    assert_eq!(output.listeners(), ["HTTP:80 a.com = http-a-com"]);
    assert_eq!(output.codes(), [Code::CertificateMissing]);

    let default_certificate = Some(("infra".to_owned(), "wild".to_owned()));
    let output = with(&routing, &Options { default_certificate, ..Options::default() });
    assert_eq!(output.listeners(), ["HTTP:80 a.com = http-a-com", "HTTPS:443 a.com = https-a-com"]);
    assert_eq!(output.names("ReferenceGrant"), ["infra/gateways-in-shop-to-secret-wild"]);
    assert!(output.codes().is_empty());
}

/// Without a listener of its own, the wildcard's rules would take the host's https requests.
#[test]
fn a_host_under_a_wildcard_borrows_its_certificate() {
    let https = vec![
        secure("*.example.com", &["shop/wild"], vec![forward("shop/web", "/", "shop/web:80")]),
        host("app.example.com", vec![forward("shop/app", "/app", "shop/app:80")]),
        host("example.com", vec![forward("shop/app", "/", "shop/app:80")]),
    ];
    let output = written(&routing(vec![], https));
    assert_eq!(
        output.listeners(),
        ["HTTPS:443 *.example.com = https-wildcard-example-com", "HTTPS:443 app.example.com = https-app-example-com"]
    );
}

/// competitor W7: host-less rules never reach named hosts.
#[test]
fn host_less_rules_stay_on_their_listener() {
    let http = vec![
        host("a.com", vec![forward("shop/web", "/foo", "shop/web:80")]),
        host("*", vec![forward("shop/fallback", "/", "shop/fallback:80")]),
    ];
    let output = written(&routing(http, vec![]));
    assert_eq!(output.listeners(), ["HTTP:80 * = http", "HTTP:80 a.com = http-a-com"]);
    let sections: Vec<(&[String], &str)> = output
        .http_routes()
        .iter()
        .map(|r| (r.spec.hostnames.as_slice(), r.spec.parent_refs[0].section_name.as_deref().unwrap()))
        .collect();
    assert_eq!(sections, [(&[][..], "http"), (&["a.com".to_owned()][..], "http-a-com")]);
}

/// Envoy Gateway gives the requests of a route-less listener to the next host (eg-late2-isolation-leak-any).
#[test]
fn a_host_without_rules_is_kept_from_wider_hosts() {
    let empty = host("closed.com", vec![answer("shop/web", "/", 404)]);
    let alone = written(&routing(vec![empty.clone()], vec![]));
    assert_eq!(alone.listeners(), ["HTTP:80 closed.com = http-closed-com"]);
    assert!(alone.http_routes().is_empty());

    let wide = host("*", vec![forward("shop/fallback", "/", "shop/fallback:80")]);
    let output = written(&routing(vec![empty, wide], vec![]));
    let route = output.http_routes().into_iter().find(|r| r.spec.hostnames == ["closed.com"]).unwrap();
    let rule = &route.spec.rules.as_ref().unwrap()[0];
    assert!(rule.backend_refs.is_empty());
    assert_eq!(rule.matches[0].method.as_deref(), Some("CONNECT"));
}

/// competitor W12: no rules for a host is no rule, not a default rule.
#[test]
fn nothing_to_serve_is_nothing_written() {
    assert!(written(&routing(vec![host("*", vec![answer("shop/web", "/", 404)])], vec![])).objects.is_empty());
    assert!(written(&routing(vec![], vec![])).objects.is_empty());
}

#[test]
fn hosts_that_are_no_hostnames_are_said() {
    let rules = || vec![forward("shop/web", "/", "shop/web:80")];
    let http = vec![host("~^www\\d+\\.a\\.com$", rules()), host("a_b.com", rules()), host("10.0.0.1", rules())];
    let output = written(&routing(http, vec![]));
    assert!(output.objects.is_empty());
    assert_eq!(output.codes(), [Code::HostNotExpressible; 3]);
}

/// The redirect of one host differs from its https rules; the other host has the same rules on both ports.
#[test]
fn equal_rules_share_a_route() {
    let http =
        vec![host("a.com", vec![to_https("shop/a", "/")]), host("b.com", vec![forward("shop/b", "/", "shop/b:80")])];
    let https = vec![
        secure("a.com", &["shop/a"], vec![forward("shop/a", "/", "shop/a:80")]),
        secure("b.com", &["shop/b"], vec![forward("shop/b", "/", "shop/b:80")]),
    ];
    let output = written(&routing(http, https));
    assert_eq!(output.names("HTTPRoute"), ["shop/a-a-com", "shop/a-a-com-redirect", "shop/b-b-com"]);
    let parents: Vec<usize> = output.http_routes().iter().map(|route| route.spec.parent_refs.len()).collect();
    assert_eq!(parents, [1, 1, 2]);
}

#[test]
fn other_ports_have_their_number_in_names() {
    let mut routing = routing(vec![host("a.com", vec![forward("shop/a", "/", "shop/a:80")])], vec![]);
    let other = host("a.com", vec![forward("shop/a", "/", "shop/admin:80")]);
    routing.entry_points.push(entry(8080, gatelift::model::Protocol::Http, vec![other]));
    let output = written(&routing);
    assert_eq!(output.listeners(), ["HTTP:80 a.com = http-a-com", "HTTP:8080 a.com = http-8080-a-com"]);
    assert_eq!(output.names("HTTPRoute"), ["shop/a-a-com", "shop/a-a-com-http-8080"]);
}
