//! What rules do: rewrites, redirects, answers, weights, headers.

use gatelift::gateway::{HttpFilter, RequestRedirect, UrlRewrite};
use gatelift::model::*;
use gatelift::report::{Code, Fate, Severity};
use gatelift::target::{ENVOY_GATEWAY, Options};

use super::build::*;

/// The only rule of a host with this rule.
fn alone(rule: Rule) -> Output {
    written(&routing(vec![host("a.com", vec![rule])], vec![]))
}

fn filters(output: &Output) -> Vec<HttpFilter> {
    output.rules()[0].filters.clone()
}

fn rewrite_of(output: &Output) -> Option<UrlRewrite> {
    filters(output).into_iter().find_map(|filter| filter.url_rewrite.map(|rewrite| *rewrite))
}

fn redirect_of(output: &Output) -> RequestRedirect {
    *filters(output).into_iter().find_map(|filter| filter.request_redirect).unwrap()
}

fn rewritten(on: &str, rewrite: PathRewrite) -> Rule {
    forward_with("shop/web", on, "shop/web:80", |forward| forward.rewrite = Some(rewrite))
}

fn prefix(from: &str, to: &str) -> PathRewrite {
    PathRewrite::Prefix { from: from.into(), to: to.into() }
}

#[test]
fn path_rewrites() {
    let path = |on: &str, rewrite| rewrite_of(&alone(rewritten(on, rewrite))).and_then(|rewrite| rewrite.path);
    let full = path("/a", PathRewrite::Full("/x".into())).unwrap();
    assert_eq!((full.kind.as_str(), full.replace_full_path.as_deref()), ("ReplaceFullPath", Some("/x")));
    let replaced = path("/a", prefix("/a", "/")).unwrap();
    assert_eq!(replaced.replace_prefix_match.as_deref(), Some("/"));
    assert_eq!(path("/", prefix("/", "/")), None, "competitor N2: `/` for `/` is no rewrite");
}

/// competitor N1: captures must not be written as literal text.
#[test]
fn captures_are_withheld_until_allowed() {
    let nginx = PathRewrite::Nginx { pattern: "^/a(.*)".into(), template: "/b$1".into() };
    let routing = routing(vec![host("a.com", vec![rewritten("~/a.*", nginx)])], vec![]);
    let output = written(&routing);
    assert!(output.rules()[0].backend_refs.is_empty() && output.rules()[0].filters.is_empty());
    assert_eq!(output.codes(), [Code::RewriteNotExpressible]);
    assert_eq!(output.report.diagnostics[0].severity, Severity::Error);
    assert_eq!(output.fate("shop/web", "spec.~_a.*"), Some((Fate::Dropped, Some(Code::RewriteNotExpressible))));

    let allow = [Code::RewriteNotExpressible].into();
    let output = with(&routing, &Options { allow, ..Options::default() });
    assert_eq!(output.rules()[0].backend_refs.len(), 1);
    assert!(output.rules()[0].filters.is_empty());
    assert_eq!(output.report.diagnostics[0].severity, Severity::Info);
}

#[test]
fn a_rewrite_without_captures_is_the_whole_path() {
    let nginx = PathRewrite::Nginx { pattern: "/a".into(), template: "/b".into() };
    let path = rewrite_of(&alone(rewritten("~/a.*", nginx))).unwrap().path.unwrap();
    assert_eq!(path.replace_full_path.as_deref(), Some("/b"));
}

#[test]
fn a_prefix_that_the_rule_does_not_match_is_withheld() {
    let output = alone(rewritten("=/a", prefix("/a", "/b")));
    assert_eq!(output.codes(), [Code::RewriteNotExpressible]);
}

/// Measured on Envoy Gateway 1.9: `/x` would become `/v1x`.
#[test]
fn a_prefix_in_front_of_every_path() {
    let routing = routing(vec![host("a.com", vec![rewritten("/", prefix("/", "/v1"))])], vec![]);
    assert_eq!(rewrite_of(&written(&routing)).unwrap().path.unwrap().replace_prefix_match.as_deref(), Some("/v1"));
    let envoy = for_target(&ENVOY_GATEWAY, &routing, &Options::default());
    assert_eq!(envoy.codes(), [Code::RewriteNotExpressible]);
    assert!(envoy.rules()[0].backend_refs.is_empty());
}

/// competitor N11: Host belongs into the rewrite.
#[test]
fn the_host_header_is_a_rewrite() {
    let to =
        |name: &str| alone(forward_with("shop/web", "/", "shop/web:80", |forward| forward.host = Some(name.into())));
    assert_eq!(rewrite_of(&to("internal.shop")).unwrap().hostname.as_deref(), Some("internal.shop"));
    for odd in ["internal.shop:8080", "Internal.shop", "10.0.0.1"] {
        let output = to(odd);
        assert_eq!((rewrite_of(&output), output.codes()), (None, vec![Code::SettingNotCarried]), "{odd}");
    }
    let header = alone(forward_with("shop/web", "/", "shop/web:80", |forward| {
        forward.request_headers = vec![HeaderEdit::Set("Host".into(), "x.shop".into())];
    }));
    assert_eq!(rewrite_of(&header).unwrap().hostname.as_deref(), Some("x.shop"));
    assert_eq!(filters(&header).len(), 1);
}

/// competitor N8: one modifier, whatever asks for headers.
#[test]
fn headers_make_one_modifier_each() {
    let output = alone(forward_with("shop/web", "/", "shop/web:80", |forward| {
        forward.host = Some("x.shop".into());
        forward.rewrite = Some(PathRewrite::Full("/".into()));
        forward.request_headers = vec![
            HeaderEdit::Set("X-Forwarded-Prefix".into(), "/a".into()),
            HeaderEdit::Set("X-B".into(), "1".into()),
            HeaderEdit::Set("Connection".into(), "close".into()),
        ];
        forward.response_headers = vec![HeaderEdit::Remove("Server".into())];
    }));
    let kinds: Vec<String> = filters(&output).into_iter().map(|filter| filter.kind).collect();
    assert_eq!(kinds, ["URLRewrite", "RequestHeaderModifier", "ResponseHeaderModifier"]);
    assert_eq!(output.codes(), [Code::SettingNotCarried], "Connection");
}

#[test]
fn redirects() {
    let https = redirect_of(&alone(to_https("shop/web", "/")));
    assert_eq!((https.scheme.as_deref(), https.status_code, https.port), (Some("https"), Some(308), None));
    let url = redirect_of(&alone(to_url("shop/web", "/", "https://new.example.com:8443")));
    assert_eq!((url.hostname.as_deref(), url.port), (Some("new.example.com"), Some(8443)));
    assert_eq!(url.path.unwrap().replace_full_path.as_deref(), Some("/"));
    let slash = RedirectParts { append: "/".into(), ..RedirectParts::default() };
    let slash = redirect_of(&alone(redirect("shop/web", "=/foo", 301, slash)));
    assert_eq!(slash.path.unwrap().replace_full_path.as_deref(), Some("/foo/"));
}

/// competitor N10: never a hostname with variables, never a lost query.
#[test]
fn redirects_that_no_filter_holds_are_withheld() {
    for url in ["https://new.example.com$request_uri", "https://a.com/?x=1", "https://a.com/#top"] {
        let output = alone(to_url("shop/web", "/", url));
        assert_eq!(output.codes(), [Code::RedirectNotExpressible], "{url}");
        assert!(output.rules()[0].filters.is_empty() && output.rules()[0].backend_refs.is_empty());
    }
}

#[test]
fn answers() {
    let rules = vec![
        answer("shop/web", "=/gone", 404),
        forward("shop/web", "/a", "shop/web:80"),
        answer("shop/web", "/b", 404),
        answer("shop/web", "/", 404),
    ];
    let output = written(&routing(vec![host("a.com", rules)], vec![]));
    let paths: Vec<&str> =
        output.rules().iter().map(|rule| rule.matches[0].path.as_ref().unwrap().value.as_deref().unwrap()).collect();
    assert_eq!(paths, ["/gone", "/a"], "404s at the end need no rule");
    assert!(output.rules()[0].backend_refs.is_empty());
    assert_eq!(output.codes(), [Code::BackendError]);
}

#[test]
fn the_controllers_own_endpoints_are_left_out() {
    let mut health = answer("ingress-nginx/controller", "=/healthz", 200);
    health.cause = Cause::BuiltIn;
    let rules = vec![health, forward("shop/web", "/", "shop/web:80")];
    let output = written(&routing(vec![host("*", rules)], vec![]));
    assert_eq!(output.rules().len(), 1);
    assert!(output.codes().is_empty());
}

/// competitor I1: a single backend has no weight of 0.
#[test]
fn weights() {
    let split = |to: &[(&str, u32)]| alone(rule("shop/web", "/", Action::Forward(weighted("shop/web", to))));
    let weights = |output: &Output| -> Vec<(String, Option<u32>)> {
        output.rules()[0].backend_refs.iter().map(|b| (b.name.clone(), b.weight)).collect()
    };
    assert_eq!(weights(&split(&[("shop/a:80", 7)])), [("a".into(), None)]);
    assert_eq!(
        weights(&split(&[("shop/a:80", 80), ("shop/b:80", 20)])),
        [("a".into(), Some(80)), ("b".into(), Some(20))]
    );
    let merged = split(&[("shop/a:80", 50), ("shop/b:80", 20), ("shop/a:80", 30)]);
    assert_eq!(weights(&merged), [("a".into(), Some(80)), ("b".into(), Some(20))]);
    assert_eq!(weights(&split(&[("shop/a:80", 0), ("shop/b:80", 0)])), [], "nobody gets anything: 500");
    let heavy = split(&[("shop/a:80", 4_000_000), ("shop/b:80", 1)]);
    assert_eq!(weights(&heavy), [("a".into(), Some(1_000_000)), ("b".into(), Some(1))]);
    assert_eq!(weights(&split(&[("shop/a:80", 1), ("shop/a:81", 1)])).len(), 2, "ports are not merged");
    let names: Vec<String> = (0..17).map(|n| format!("shop/s{n}:80")).collect();
    let many: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    assert_eq!(split(&many).codes(), [Code::RuleWithheld]);
}

/// competitor W13: one unknown port is one withheld rule, not the end of the run.
#[test]
fn a_port_by_name_withholds_its_rule() {
    let rules = vec![forward("shop/web", "/a", "shop/a:http"), forward("shop/web", "/", "shop/web:80")];
    let output = written(&routing(vec![host("a.com", rules)], vec![]));
    assert_eq!(output.codes(), [Code::PortUnresolved]);
    let backends: Vec<usize> = output.rules().iter().map(|rule| rule.backend_refs.len()).collect();
    assert_eq!(backends, [0, 1]);
}

#[test]
fn conditions() {
    let mut canary = forward("shop/canary", "/", "shop/canary:80");
    let field = |name: &str, value| FieldMatch { name: name.into(), value };
    canary.matcher.method = Some("GET".into());
    canary.matcher.headers = vec![field("x-canary", ValueMatcher::Exact("always".into()))];
    canary.matcher.queries = vec![field("v", ValueMatcher::Present)];
    canary.matcher.cookies = vec![field("canary", ValueMatcher::Exact("always".into()))];
    let rules = vec![canary, forward("shop/web", "/", "shop/web:80")];
    snapshot("conditions", &written(&routing(vec![host("a.com", rules)], vec![])));
}

/// A rule that cannot be written leaves its requests to the next one.
#[test]
fn after_a_rule_that_cannot_be_written_the_host_is_closed() {
    let rules = vec![
        forward("shop/web", "/a", "shop/a:80"),
        forward("shop/web", "~/b(?!c).*", "shop/b:80"),
        to_https("shop/web", "/c"),
        forward("shop/web", "/", "shop/web:80"),
    ];
    let routing = routing(vec![host("a.com", rules)], vec![]);
    let output = written(&routing);
    assert_eq!(output.codes(), [Code::RuleWithheld, Code::RegexNotExpressible]);
    let reached: Vec<usize> = output.rules().iter().map(|rule| rule.backend_refs.len()).collect();
    assert_eq!(reached, [1, 0, 0]);
    assert_eq!(output.rules()[1].filters.len(), 1, "redirects reach no backend");

    let allow = [Code::RegexNotExpressible].into();
    let output = with(&routing, &Options { allow, ..Options::default() });
    assert_eq!(output.rules().iter().map(|rule| rule.backend_refs.len()).collect::<Vec<_>>(), [1, 0, 1]);
}
