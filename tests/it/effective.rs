//! Effective policies: which level wins, field by field or whole, and what is told of each value.

use gatelift::effective::{Effective, effective};
use gatelift::read_all_kinds_except;
use gatelift::report::{Code, Report};
use serde_json::json;

use crate::binary::run;

fn read(name: &str, text: &str) -> (Vec<Effective>, Report) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("effective");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}.yaml"));
    std::fs::write(&file, text).unwrap();
    let input = read_all_kinds_except(&[file.display().to_string()], false, &|_| false);
    let mut report = input.report.clone();
    let found = effective(&input.manifests, &mut report);
    (found, report)
}

const ROUTE: &str = "
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec: {gatewayClassName: acme, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: infra}]
  rules: [{name: admin, backendRefs: [{name: web, port: 80}]}]
---
";

/// One policy a level: kind and name of the target, then the rest of its spec.
fn policy(name: &str, kind: &str, target: &str, rest: &str) -> String {
    format!(
        "apiVersion: acme.io/v1\nkind: ColorPolicy\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec:\n  targetRef: {{group: gateway.networking.k8s.io, kind: {kind}, {target}}}\n{rest}---\n"
    )
}

fn of<'e>(found: &'e [Effective], subject: &str) -> &'e Effective {
    found.iter().find(|one| one.subject == subject).unwrap_or_else(|| panic!("{subject} is not among {found:#?}"))
}

/// `A.override > B.override > C.override > C.default > B.default > A.default`.
#[test]
fn overrides_win_from_the_top_and_defaults_from_the_bottom() {
    let stanza = |over: &str, default: &str| format!("  override: {over}\n  default: {default}\n");
    let text = [
        ROUTE.to_owned(),
        policy("class", "GatewayClass", "name: acme", &stanza("{a: 1}", "{a: 2, b: 2, c: 2, d: 2, e: 2, f: 2}")),
        policy("gateway", "Gateway", "name: edge, namespace: infra", &stanza("{a: 3, b: 3}", "{c: 4, d: 4, e: 4}")),
        policy("route", "HTTPRoute", "name: web", &stanza("{b: 5, c: 5}", "{d: 6}")),
    ];
    let (found, _) = read("levels", &text.concat());
    let web = of(&found, "HTTPRoute shop/web");
    assert_eq!(web.value, json!({"a": 1, "b": 3, "c": 5, "d": 6, "e": 4, "f": 2}));
    let from: Vec<_> =
        web.fields.iter().map(|field| (field.origin.object.name.as_str(), field.stanza.name())).collect();
    let expected = [
        ("class", "override"),
        ("gateway", "override"),
        ("route", "override"),
        ("route", "default"),
        ("gateway", "default"),
        ("class", "default"),
    ];
    assert_eq!(from, expected);
    assert_eq!(web.fields[0].beaten.len(), 2, "{:?}", web.fields[0].beaten);
    assert_eq!(web.levels, ["GatewayClass acme", "Gateway infra/edge", "Namespace shop", "HTTPRoute shop/web"]);
}

#[test]
fn a_bare_policy_replaces_the_one_above_as_a_whole() {
    let text = [
        ROUTE.to_owned(),
        policy("gateway", "Gateway", "name: edge, namespace: infra", "  color: red\n  size: 1\n"),
        policy("route", "HTTPRoute", "name: web", "  color: blue\n"),
    ];
    let (found, _) = read("atomic", &text.concat());
    assert_eq!(of(&found, "HTTPRoute shop/web").value, json!({"color": "blue"}));
    assert_eq!(of(&found, "Gateway infra/edge").value, json!({"color": "red", "size": 1}));
}

#[test]
fn what_is_established_says_whether_it_is_merged() {
    for (strategy, expected) in [("merge", json!({"color": "blue", "size": 1})), ("atomic", json!({"color": "blue"}))] {
        let text = [
            ROUTE.to_owned(),
            policy(
                "gateway",
                "Gateway",
                "name: edge, namespace: infra",
                &format!("  defaults: {{strategy: {strategy}, color: red, size: 1}}\n"),
            ),
            policy("route", "HTTPRoute", "name: web", "  defaults: {color: blue}\n"),
        ];
        let (found, _) = read(&format!("strategy-{strategy}"), &text.concat());
        assert_eq!(of(&found, "HTTPRoute shop/web").value, expected, "{strategy}");
    }
    let text = [
        ROUTE.to_owned(),
        policy("gateway", "Gateway", "name: edge, namespace: infra", "  overrides: {color: red}\n"),
        policy("route", "HTTPRoute", "name: web", "  defaults: {color: blue, size: 2}\n"),
    ];
    let (found, _) = read("override", &text.concat());
    assert_eq!(of(&found, "HTTPRoute shop/web").value["color"], json!("red"));
}

#[test]
fn on_one_level_the_oldest_wins() {
    let dated = |name: &str, year: u32, color: &str| {
        policy(name, "HTTPRoute", "name: web", &format!("  default: {{color: {color}}}\n"))
            .replace("namespace: shop}", &format!("namespace: shop, creationTimestamp: \"{year}-01-01T00:00:00Z\"}}"))
    };
    let (found, _) = read("ages", &[ROUTE.to_owned(), dated("a", 2024, "red"), dated("b", 2022, "blue")].concat());
    assert_eq!(of(&found, "HTTPRoute shop/web").value, json!({"color": "blue"}));
}

#[test]
fn rules_and_services_have_policies_of_their_own() {
    let text = [
        ROUTE.to_owned(),
        policy("route", "HTTPRoute", "name: web", "  default: {color: red, size: 1}\n"),
        policy("rule", "HTTPRoute", "name: web, sectionName: admin", "  default: {color: blue}\n"),
        policy("service", "Service", "name: web", "  default: {size: 3}\n"),
    ];
    let (found, _) = read("sections", &text.concat());
    assert_eq!(of(&found, "HTTPRoute shop/web").value, json!({"color": "red", "size": 1}));
    assert_eq!(of(&found, "HTTPRoute shop/web, rule admin").value, json!({"color": "blue", "size": 1}));
    assert_eq!(of(&found, "Service shop/web").value, json!({"color": "blue", "size": 3}));
}

/// The example of GEP-713's first text, with the version in its group.
#[test]
fn an_override_of_ten_beats_a_default_of_five() {
    let text = "
apiVersion: networking.acme.io/v1alpha1
kind: RetryPolicy
metadata: {name: foo}
spec:
  override: {maxRetries: 10}
  default: {maxRetries: 5}
  targetRef: {group: gateway.networking.k8s.io/v1alpha2, kind: HTTPRoute, name: foo}
";
    let (found, report) = read("retry", text);
    assert_eq!(of(&found, "HTTPRoute default/foo").value, json!({"maxRetries": 10}));
    let codes: Vec<Code> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [Code::PolicyTargetCorrected, Code::PolicyTargetMissing]);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("effective");
    let printed = run(&folder, &["effective", "-f", "retry.yaml"]);
    assert_eq!(printed.code, Some(0));
    assert_eq!(
        printed.stdout,
        "HTTPRoute default/foo\n  below Namespace default\n  RetryPolicy (networking.acme.io)\n    maxRetries: 10    override \
         of RetryPolicy default/foo, retry.yaml:6:14\n      not 5    default of RetryPolicy default/foo, retry.yaml:7:13\n"
    );
}

/// Upper override > lower override > lower default > upper default, one policy gone after the other.
#[test]
fn what_is_above_overrides_and_what_is_below_sets_the_default() {
    let policies = [
        policy("upper", "Gateway", "name: edge, namespace: infra", "  override: {maxRetries: 1}\n"),
        policy("lower", "HTTPRoute", "name: web", "  override: {maxRetries: 2}\n"),
        policy("own", "HTTPRoute", "name: web", "  default: {maxRetries: 3}\n"),
        policy("above", "Gateway", "name: edge, namespace: infra", "  default: {maxRetries: 4}\n"),
    ];
    for first in 0..policies.len() {
        let text = [&[ROUTE.to_owned()], &policies[first..]].concat().concat();
        let (found, _) = read(&format!("order-{first}"), &text);
        assert_eq!(of(&found, "HTTPRoute shop/web").value, json!({"maxRetries": first + 1}));
    }
}

/// GEP-713's merge strategies between a Gateway and a route: whose word counts, and whether the other's fields stay.
#[test]
fn merge_strategies_are_those_of_what_is_established() {
    let both = |upper: &str, lower: &str| {
        let text = [
            ROUTE.to_owned(),
            policy("upper", "Gateway", "name: edge, namespace: infra", upper),
            policy("lower", "HTTPRoute", "name: web", lower),
        ];
        let name = format!("strategies-{}", upper.bytes().chain(lower.bytes()).map(usize::from).sum::<usize>());
        let (found, _) = read(&name, &text.concat());
        of(&found, "HTTPRoute shop/web").value.clone()
    };
    let lower = "  defaults: {color: blue}\n";
    for (upper, expected) in [
        // Atomic defaults, patch defaults, atomic overrides, patch overrides.
        ("  defaults: {strategy: atomic, color: red, size: 1}\n", json!({"color": "blue"})),
        ("  defaults: {strategy: merge, color: red, size: 1}\n", json!({"color": "blue", "size": 1})),
        ("  overrides: {strategy: atomic, size: 1}\n", json!({"size": 1})),
        ("  overrides: {strategy: merge, color: red}\n", json!({"color": "red"})),
    ] {
        assert_eq!(both(upper, lower), expected, "{upper}");
    }
    let lower = "  defaults: {color: blue, size: 2}\n";
    assert_eq!(both("  overrides: {strategy: merge, color: red}\n", lower), json!({"color": "red", "size": 2}));
}
