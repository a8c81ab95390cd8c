//! Settings beside where requests go.

use gatelift::model::*;
use gatelift::report::{Code, Fate, Severity};
use gatelift::target::{Channel, ENVOY_GATEWAY, Feature, ISTIO, Options, STANDARD, Support, TARGETS};

use super::build::*;

fn one(change: impl FnOnce(&mut Policies)) -> Routing {
    routing(vec![host("a.com", vec![under("shop/web", "/", "shop/web:80", change)])], vec![])
}

fn cors(origins: &[&str], allow_credentials: bool) -> Cors {
    Cors {
        allow_origins: origins.iter().map(|&origin| origin.to_owned()).collect(),
        allow_methods: vec!["GET".into(), "PUT".into()],
        allow_headers: vec!["X-A".into()],
        expose_headers: vec![],
        allow_credentials,
        max_age: 600,
        preflight: Preflight::AnyOptions,
    }
}

/// competitor N21.
#[test]
fn cors_is_a_filter() {
    let routing = one(|p| p.cors = located("shop/web", "cors", cors(&["*"], true)));
    let output = written(&routing);
    let filter = output.rules()[0].filters[0].cors.clone().unwrap();
    assert_eq!((filter.allow_origins, filter.allow_credentials), (vec!["*".to_owned()], None));
    assert_eq!(output.codes(), [Code::CorsApproximated]);
    assert_eq!(output.fate("shop/web", "cors"), Some((Fate::Approximated, Some(Code::CorsApproximated))));

    let output = written(&one(|p| p.cors = located("shop/web", "cors", cors(&["https://b.com", "c.com"], true))));
    assert_eq!(output.rules()[0].filters[0].cors.as_ref().unwrap().allow_origins, ["https://b.com"]);
    assert_eq!(output.codes(), [Code::SettingNotCarried]);
}

/// design invariant 7: never wider.
#[test]
fn address_lists_are_withheld() {
    let list = AccessList::deny_then_allow(vec![], vec!["10.0.0.0/8".into()]);
    let routing = one(|p| p.access = located("shop/web", "allowlist", list));
    let output = written(&routing);
    assert!(output.rules()[0].backend_refs.is_empty());
    assert_eq!(output.codes(), [Code::ProtectionNotCarried]);
    assert_eq!(output.report.diagnostics[0].severity, Severity::Error);
    assert_eq!(output.fate("shop/web", "allowlist"), Some((Fate::Dropped, Some(Code::ProtectionNotCarried))));
    assert_eq!(output.fate("shop/web", "spec._"), Some((Fate::Dropped, Some(Code::RuleWithheld))), "the rule itself");
    let allow = [Code::ProtectionNotCarried].into();
    let allowed = with(&routing, &Options { allow, ..Options::default() });
    assert_eq!(allowed.rules()[0].backend_refs.len(), 1);
}

/// An address list is asked after redirects (ingress-nginx.md 2.8), and those reach no backend.
#[test]
fn redirects_are_not_withheld() {
    let mut redirect = to_https("shop/web", "/");
    redirect.policies.access =
        located("shop/web", "allowlist", AccessList::deny_then_allow(vec![], vec!["10.0.0.0/8".into()]));
    let output = written(&routing(vec![host("a.com", vec![redirect])], vec![]));
    assert_eq!(output.rules()[0].filters.len(), 1);
    assert!(output.codes().is_empty());
}

/// competitor N13: idle timeouts are no request timeouts.
#[test]
fn only_whole_timeouts_are_written() {
    let idle = Timeouts { connect: Some(5000), read_idle: Some(60_000), ..Timeouts::default() };
    let output = written(&one(|p| p.timeouts = located("shop/web", "timeout", idle)));
    assert_eq!(output.rules()[0].timeouts, None);
    assert_eq!(output.report.diagnostics[0].severity, Severity::Info);
    let whole = Timeouts { request: Some(90_500), backend_request: Some(0), ..Timeouts::default() };
    let output = written(&one(|p| p.timeouts = located("shop/web", "timeout", whole)));
    let timeouts = output.rules()[0].timeouts.clone().unwrap();
    assert_eq!((timeouts.request.as_deref(), timeouts.backend_request.as_deref()), (Some("1m30s500ms"), Some("0s")));
    assert!(output.codes().is_empty());
}

/// No timeout is 15 s on Envoy Gateway (eg-timeout-default).
#[test]
fn a_default_timeout_is_lifted() {
    let output = for_target(&ENVOY_GATEWAY, &one(|_| {}), &Options::default());
    assert_eq!(output.rules()[0].timeouts.as_ref().unwrap().request.as_deref(), Some("0s"));
    assert_eq!(written(&one(|_| {})).rules()[0].timeouts, None);
}

#[test]
fn losses_are_said_once_with_every_place() {
    let rules =
        |object: &str| vec![under(object, "/", "shop/web:80", |p| p.body_limit = located(object, "limit", 1 << 20))];
    let http = vec![host("a.com", rules("shop/a")), host("b.com", rules("shop/b"))];
    let output = written(&routing(http, vec![]));
    assert_eq!(output.report.diagnostics.len(), 1);
    assert_eq!(output.report.diagnostics[0].labels.len(), 2);
    assert_eq!(output.rules()[0].backend_refs.len(), 1);
}

/// competitor N12.
#[test]
fn a_lifted_body_limit_is_no_loss() {
    assert!(written(&one(|p| p.body_limit = located("shop/web", "limit", 0))).codes().is_empty());
}

#[test]
fn mirrors() {
    let mirror = |to, percent| {
        written(&one(|p| p.mirror = located("shop/web", "mirror", Mirror { to, percent, host: None, bodies: true })))
    };
    let output = mirror(MirrorTarget::Service(service("audit/copy:80")), 25);
    let written = output.rules()[0].filters[0].request_mirror.clone().unwrap();
    assert_eq!((written.backend_ref.namespace.as_deref(), written.percent), (Some("audit"), Some(25)));
    assert_eq!(output.names("ReferenceGrant"), ["audit/httproutes-in-shop-to-service-copy"]);
    let output = mirror(MirrorTarget::Url("https://x.example.com$request_uri".into()), 100);
    assert_eq!(output.codes(), [Code::SettingNotCarried]);
    assert!(output.rules()[0].filters.is_empty());
}

#[test]
fn affinity_is_experimental() {
    let affinity = Affinity { cookie: "route".into(), max_age: Some(3600), ..Affinity::default() };
    let routing = one(|p| p.affinity = located("shop/web", "affinity", affinity));
    let output = written(&routing);
    assert_eq!((output.codes(), &output.rules()[0].session_persistence), (vec![Code::SettingNotCarried], &None));
    let output = with(&routing, &Options { channel: Channel::Experimental, ..Options::default() });
    let expected = serde_json::json!({
        "sessionName": "route", "type": "Cookie", "absoluteTimeout": "1h",
        "cookieConfig": { "lifetimeType": "Permanent" }
    });
    assert_eq!(output.rules()[0].session_persistence, Some(expected));
    assert!(output.codes().is_empty());
}

#[test]
fn a_fallback_backend_is_said() {
    let fallback = backend("shop/web", "shop/sorry:80", 1);
    let rule = forward_with("shop/web", "/", "shop/web:80", |forward| forward.fallback = Some(Box::new(fallback)));
    let output = written(&routing(vec![host("a.com", vec![rule])], vec![]));
    assert_eq!(output.codes(), [Code::SettingNotCarried]);
    assert_eq!(output.rules()[0].backend_refs.len(), 1);
}

#[test]
fn every_target_answers_for_every_feature() {
    for target in TARGETS {
        let supported = Feature::ALL.iter().filter(|f| !matches!(target.support(**f), Support::Unsupported(_))).count();
        assert!(supported > 5, "{}", target.name);
    }
    assert_eq!(STANDARD.support(Feature::Cors), Support::Extended);
}

/// A DestinationRule holds for a Service: what rules ask of it in two ways is not written, and what some ask for is said.
#[test]
fn rules_that_ask_different_things_of_a_service() {
    let asks = |object: &str, path: &str, balance: Option<Balance>| {
        under(object, path, "shop/web:80", |p| {
            p.balance = balance.and_then(|balance| located(object, "balance", balance))
        })
    };
    let output = |first: Option<Balance>, second: Option<Balance>| {
        let rules = vec![asks("shop/a", "/a", first), asks("shop/b", "/b", second)];
        for_target(&ISTIO, &routing(vec![host("a.com", rules)], vec![]), &Options::default())
    };
    let (random, hash) = (Some(Balance::Random), Some(Balance::Hash(HashKey::ClientAddress)));
    let same = output(random.clone(), random.clone());
    assert_eq!((same.names("DestinationRule").len(), same.codes().len()), (1, 0));
    let some = output(random.clone(), None);
    assert_eq!((some.names("DestinationRule").len(), some.codes()), (1, vec![Code::SettingApproximated]));
    let differ = output(random, hash);
    assert_eq!((differ.names("DestinationRule").len(), differ.codes()), (0, vec![Code::SettingNotCarried]));
}

/// An attempt's time without retries would be that of the whole exchange; `sessionPersistence` is read by nobody.
#[test]
fn istio_reads_less_of_a_rule() {
    let whole = Timeouts { request: Some(9000), backend_request: Some(2000), ..Timeouts::default() };
    let routing = one(|p| p.timeouts = located("shop/web", "timeout", whole));
    let output = for_target(&ISTIO, &routing, &Options::default());
    let timeouts = output.rules()[0].timeouts.clone().unwrap();
    assert_eq!((timeouts.request.as_deref(), timeouts.backend_request), (Some("9s"), None));
    assert_eq!(output.codes(), [Code::SettingNotCarried]);
    let affinity = Affinity { cookie: "route".into(), ..Affinity::default() };
    let routing = one(|p| p.affinity = located("shop/web", "affinity", affinity));
    let output = for_target(&ISTIO, &routing, &Options { channel: Channel::Experimental, ..Options::default() });
    assert_eq!((output.names("DestinationRule").len(), &output.rules()[0].session_persistence), (1, &None));
}
