//! Rules, matches, names and listeners beyond what one object holds.

use gatelift::gateway::HttpRule;
use gatelift::report::Code;
use gatelift::target::{Options, Topology};

use super::build::*;

fn first_path(rule: &HttpRule) -> &str {
    rule.matches[0].path.as_ref().unwrap().value.as_deref().unwrap()
}

/// competitor W10: more than 16 rules.
#[test]
fn many_rules_are_several_routes_in_order() {
    let rules = (0..40).map(|n| forward("shop/web", &format!("/p{n:02}"), &format!("shop/s{n}:80"))).collect();
    let output = written(&routing(vec![host("a.com", rules)], vec![]));
    assert_eq!(output.names("HTTPRoute"), ["shop/web-a-com-000", "shop/web-a-com-001", "shop/web-a-com-002"]);
    let expected: Vec<String> = (0..40).map(|n| format!("/p{n:02}")).collect();
    assert_eq!(output.rules().into_iter().map(first_path).collect::<Vec<_>>(), expected);
}

#[test]
fn neighbours_that_do_the_same_are_one_rule() {
    let rules = vec![
        forward("shop/web", "/a", "shop/web:80"),
        forward("shop/web", "/b", "shop/web:80"),
        forward("shop/web", "/c", "shop/api:80"),
        forward("shop/web", "/d", "shop/web:80"),
    ];
    let output = written(&routing(vec![host("a.com", rules)], vec![]));
    assert_eq!(output.rules().iter().map(|rule| rule.matches.len()).collect::<Vec<_>>(), [2, 1, 1]);
}

#[test]
fn a_prefix_rewrite_keeps_its_only_match() {
    let to_root = |path: &str| {
        forward_with("shop/web", path, "shop/web:80", |forward| {
            forward.rewrite = Some(gatelift::model::PathRewrite::Prefix { from: path.to_owned(), to: "/".to_owned() });
        })
    };
    let output = written(&routing(vec![host("a.com", vec![to_root("/a"), to_root("/b")])], vec![]));
    assert_eq!(output.rules().iter().map(|rule| rule.matches.len()).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn many_matches_are_several_rules_and_routes() {
    let rules = (0..300).map(|n| forward("shop/web", &format!("/p{n:03}"), "shop/web:80")).collect();
    let output = written(&routing(vec![host("a.com", rules)], vec![]));
    assert_eq!(output.rules().iter().map(|rule| rule.matches.len()).collect::<Vec<_>>(), [64, 64, 64, 64, 44]);
    assert_eq!(output.http_routes().len(), 3);
}

#[test]
fn long_names_are_cut() {
    let object = format!("shop/{}", "w".repeat(200));
    let rules = |n: usize| (0..n).map(|p| forward(&object, &format!("/p{p:02}"), &format!("shop/s{p}:80"))).collect();
    let long = format!("{}.example.com", "h".repeat(60));
    let output = written(&routing(vec![host(&long, rules(20)), host("a.com", rules(1))], vec![]));
    assert_eq!(output.http_routes().len(), 3);
    assert!(output.http_routes().iter().all(|route| route.metadata.name.len() <= 63));
}

fn many_hosts(count: usize) -> gatelift::model::Routing {
    let name = |n: usize| format!("h{n:03}.example.com");
    let http = (0..count).map(|n| host(&name(n), vec![to_https("shop/web", "/")])).collect();
    let https =
        (0..count).map(|n| secure(&name(n), &["shop/tls"], vec![forward("shop/web", "/", "shop/web:80")])).collect();
    routing(http, https)
}

#[test]
fn many_hosts_need_several_gateways() {
    let output = written(&many_hosts(33));
    assert_eq!(output.names("Gateway"), ["shop/nginx", "shop/nginx-2"]);
    assert_eq!(output.gateways().iter().map(|gateway| gateway.spec.listeners.len()).collect::<Vec<_>>(), [64, 2]);
    assert_eq!(output.codes(), [Code::ListenerLimit]);
    assert!(written(&many_hosts(32)).codes().is_empty());
}

#[test]
fn or_several_listener_sets() {
    let output = with(&many_hosts(33), &Options { topology: Topology::ListenerSet, ..Options::default() });
    assert_eq!(output.names("Gateway"), ["shop/nginx"]);
    assert_eq!(output.names("ListenerSet"), ["shop/nginx", "shop/nginx-2"]);
    assert!(output.codes().is_empty());
}
