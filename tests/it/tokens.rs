//! JSON Web Tokens: what Envoy Gateway's and Istio's policies ask of a request, and conversions between them.

use gatelift::gateway::{ENVOY_GATEWAY, ISTIO, Profile};
use gatelift::model::{Policies, Routing};
use gatelift::prove::{Difference, Limits, Request, evaluate};
use gatelift::report::{Code, Report, Severity};
use gatelift::{Options, Target, World, convert, read_text};

const SITE: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: shop}
spec: {gatewayClassName: any, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: web}]
  hostnames: [a.com]
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
";

const PROVIDER: &str =
    "{name: login, issuer: \"https://login.example.com\", remoteJWKS: {uri: \"https://login.example.com/keys\"}}";

fn security_policy(spec: &str) -> String {
    format!(
        "{SITE}---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: SecurityPolicy\nmetadata: {{name: web, namespace: \
         shop}}\nspec: {{targetRefs: [{{group: gateway.networking.k8s.io, kind: HTTPRoute, name: web}}], {spec}}}\n"
    )
}

fn at_istio(kind: &str, spec: &str) -> String {
    let name = kind.to_lowercase();
    format!(
        "---\napiVersion: security.istio.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec: \
         {{targetRefs: [{{group: gateway.networking.k8s.io, kind: Gateway, name: web}}], {spec}}}\n"
    )
}

fn routings(text: &str, profile: &Profile) -> Vec<Routing> {
    let input = read_text("site.yaml", text);
    gatelift::read_gateway_api(&input.manifests, World::Open, profile, &mut Report::default())
}

fn answer(routings: &[Routing], more: &str) -> String {
    let line = format!(r#"{{"host": "a.com", "path": "/"{more}}}"#);
    let request: Request = serde_json::from_str(&line).unwrap();
    evaluate(routings, &request).to_string().split(" as ").next().unwrap().to_owned()
}

fn policies(routings: &[Routing]) -> Policies {
    (*routings[0].entry_points[0].hosts[0].rules[0].policies).clone()
}

const BEARER: &str = r#", "headers": {"authorization": "Bearer TOKEN"}"#;
const THERE: &str = "forward to shop/web:80";

#[test]
fn a_request_without_a_token_is_refused_where_one_is_asked_for() {
    let asked = |spec: &str| {
        let routings = routings(&security_policy(spec), &ENVOY_GATEWAY);
        [answer(&routings, ""), answer(&routings, BEARER)]
    };
    assert_eq!(asked(&format!("jwt: {{providers: [{PROVIDER}]}}")), ["respond 401", THERE]);
    assert_eq!(asked(&format!("jwt: {{optional: true, providers: [{PROVIDER}]}}")), [THERE, THERE]);
    let claims = "principal: {jwt: {provider: login, claims: [{name: role, values: [admin]}]}}";
    let rules = format!("authorization: {{rules: [{{action: Allow, {claims}}}]}}");
    assert_eq!(asked(&format!("jwt: {{optional: true, providers: [{PROVIDER}]}}, {rules}")), ["respond 403", THERE]);
    let elsewhere = PROVIDER.replace("name: login", "name: login, extractFrom: {params: [t], cookies: [c]}");
    let routings = routings(&security_policy(&format!("jwt: {{providers: [{elsewhere}]}}")), &ENVOY_GATEWAY);
    assert_eq!(answer(&routings, BEARER), "respond 401");
    let with_parameter: Request = serde_json::from_str(r#"{"host": "a.com", "path": "/?t=TOKEN"}"#).unwrap();
    assert_eq!(evaluate(&routings, &with_parameter).to_string().split(" as ").next(), Some(THERE));
    assert_eq!(answer(&routings, r#", "headers": {"cookie": "c=TOKEN"}"#), THERE);
}

#[test]
fn addresses_and_tokens_of_one_policy_are_told_apart() {
    let claims = "jwt: {provider: login, claims: [{name: role, values: [admin]}]}";
    let of = |rules: &str| {
        let spec = format!("jwt: {{optional: true, providers: [{PROVIDER}]}}, authorization: {{rules: [{rules}]}}");
        let policies = policies(&routings(&security_policy(&spec), &ENVOY_GATEWAY));
        let list = policies.access.as_ref().map(|list| list.value.clone());
        (list, policies.tokens.as_ref().map(|tokens| tokens.value.demands.len()), policies.foreign.len())
    };
    let both = of(&format!("{{action: Allow, principal: {{clientCIDRs: [10.0.0.0/8], {claims}}}}}"));
    let list = both.0.unwrap();
    assert!(list.admits("10.1.1.1") && !list.admits("192.0.2.1") && (both.1, both.2) == (Some(1), 0));
    let refused = of(&format!(
        "{{action: Deny, principal: {{clientCIDRs: [10.0.0.7/32]}}}}, {{action: Allow, principal: {{{claims}}}}}"
    ));
    let list = refused.0.unwrap();
    assert!(list.admits("192.0.2.1") && !list.admits("10.0.0.7") && (refused.1, refused.2) == (Some(1), 0));
    // One of the two is enough, or who has a token is refused: known by its text, and so are the tokens.
    for rules in [
        format!(
            "{{action: Allow, principal: {{clientCIDRs: [10.0.0.0/8]}}}}, {{action: Allow, principal: {{{claims}}}}}"
        ),
        format!("{{action: Deny, principal: {{{claims}}}}}"),
        format!("{{action: Allow, principal: {{{claims}}}, operation: {{methods: [GET]}}}}"),
        format!("{{action: Allow, principal: {{{claims}}}, cel: \"request.path == '/x'\"}}"),
    ] {
        assert_eq!(of(&rules), (None, None, 2), "{rules}");
    }
}

#[test]
fn what_envoy_gateway_says_of_tokens_otherwise_is_known_by_its_text() {
    for jwt in [
        format!("{{failOpen: true, providers: [{PROVIDER}]}}"),
        format!("{{providers: [{}]}}", PROVIDER.replace("issuer: \"https://login.example.com\", ", "")),
        format!("{{providers: [{}]}}", PROVIDER.replace("name: login", "name: login, recomputeRoute: true")),
        "{providers: [{name: a, issuer: a, localJWKS: {type: ValueRef, valueRef: {group: '', kind: ConfigMap, name: k}}}]}"
            .to_owned(),
    ] {
        let policies = policies(&routings(&security_policy(&format!("jwt: {jwt}")), &ENVOY_GATEWAY));
        assert!(policies.tokens.is_none() && policies.foreign.len() == 1, "{jwt}");
    }
}

/// Codes and families of what differs between two inputs for Envoy Gateway.
fn differences(before: &str, after: &str) -> Vec<(Vec<Code>, Vec<&'static str>)> {
    let (before, after) = (routings(before, &ENVOY_GATEWAY), routings(after, &ENVOY_GATEWAY));
    let found = gatelift::prove::compare(&before[0], &after[0], &Limits::default());
    let told = |one: &Difference| (one.codes.clone(), one.families.iter().map(|family| family.name()).collect());
    found.differences.iter().map(told).collect()
}

#[test]
fn policies_that_let_in_others_are_found() {
    let jwt = |provider: &str, more: &str| {
        security_policy(&format!("jwt: {{optional: true, providers: [{provider}]}}{more}"))
    };
    let rules = |claims: &str| {
        format!(
            ", authorization: {{rules: [{{action: Allow, principal: {{jwt: {{provider: login, claims: [{claims}]}}}}}}]}}"
        )
    };
    let admin = "{name: role, values: [admin]}";
    let before = jwt(PROVIDER, &rules(admin));
    assert_eq!(differences(&before, &before), []);
    let let_in = vec![(vec![Code::LetIn], vec!["JSON Web Tokens"])];
    let audience = PROVIDER.replace("name: login", "name: login, audiences: [shop]");
    assert_eq!(differences(&jwt(&audience, &rules(admin)), &before), let_in);
    assert_eq!(differences(&before, &jwt(PROVIDER, "")), let_in);
    assert_eq!(differences(&before, &jwt(PROVIDER, &rules("{name: role, values: [guest]}"))), let_in);
    assert_eq!(differences(&before, SITE)[0].0, [Code::LetIn]);
    let keys = PROVIDER.replace("/keys", "/other");
    assert_eq!(differences(&before, &jwt(&keys, &rules(admin))), let_in);
    // The order of rules that let in, and what providers are called, is nothing that a request sees.
    let renamed = before.replace("name: login,", "name: other,").replace("provider: login", "provider: other");
    assert_eq!(differences(&before, &renamed), []);
    let told = PROVIDER.replace("name: login", "name: login, claimToHeaders: [{claim: sub, header: x-user}]");
    let headers = vec![(vec![Code::PolicyDiffers], vec!["what backends get of JSON Web Tokens"])];
    assert_eq!(differences(&before, &jwt(&told, &rules(admin))), headers);
}

const RULES: &str = "jwtRules: [{issuer: \"https://login.example.com\", jwksUri: \"https://login.example.com/keys\"}]";

#[test]
fn policies_of_a_gateway_of_istio_are_read() {
    let of = |authorization: &str| {
        let authentication = at_istio("RequestAuthentication", RULES);
        let authorization = (!authorization.is_empty()).then(|| at_istio("AuthorizationPolicy", authorization));
        routings(&format!("{SITE}{authentication}{}", authorization.unwrap_or_default()), &ISTIO)
    };
    assert_eq!(answer(&of(""), ""), THERE);
    let needed = of("action: DENY, rules: [{from: [{source: {notRequestPrincipals: [\"*\"]}}]}]");
    assert_eq!([answer(&needed, ""), answer(&needed, BEARER)], ["respond 403", THERE]);
    let nobody = of("rules: [{from: [{source: {requestPrincipals: [\"https://other.example.com/*\"]}}]}]");
    assert_eq!([answer(&nobody, ""), answer(&nobody, BEARER)], ["respond 403", "respond 403"]);
    let unread = policies(&of("rules: [{from: [{source: {principals: [\"*\"]}}]}]"));
    assert!(unread.tokens.is_none() && unread.foreign.len() == 2);
    // A policy that only counts refuses nobody.
    let counted = SITE.to_owned()
        + &at_istio("RequestAuthentication", RULES)
        + &at_istio("AuthorizationPolicy", "action: DENY, rules: [{}]")
            .replace("namespace: shop}\nspec", "namespace: shop, annotations: {istio.io/dry-run: \"true\"}}\nspec");
    assert_eq!(answer(&routings(&counted, &ISTIO), ""), THERE);
}

const ISTIO_SITE: &str = "\
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: istio-system}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a.com, b.com]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: istio-system}
spec:
  hosts: [a.com]
  gateways: [edge]
  http:
  - match: [{uri: {exact: /admin}}, {uri: {prefix: /admin/}}]
    route: [{destination: {host: web, port: {number: 80}}}]
  - route: [{destination: {host: web, port: {number: 80}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: some, namespace: istio-system}
spec:
  hosts: [b.com]
  gateways: [edge]
  http:
  - match: [{uri: {prefix: /b/}}]
    route: [{destination: {host: web, port: {number: 80}}}]
";

/// A policy at the gateway's pods.
fn at_pods(number: usize, kind: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: security.istio.io/v1\nkind: {kind}\nmetadata: {{name: p{number}, namespace: istio-system}}\nspec: \
         {{selector: {{matchLabels: {{istio: ingressgateway}}}}, {spec}}}\n"
    )
}

/// Policies that ask for tokens, addresses, both, or something else.
pub fn every_policy() -> Vec<String> {
    let admin = "to: [{operation: {paths: [/admin, /admin/*]}}]";
    let clauses = [
        "from: [{source: {requestPrincipals: [\"*\"]}}]".to_owned(),
        "from: [{source: {notRequestPrincipals: [\"*\"]}}]".to_owned(),
        "from: [{source: {notRequestPrincipals: [\"https://login.example.com/*\", \"p/ann\"]}}]".to_owned(),
        "from: [{source: {ipBlocks: [10.0.0.0/8]}}]".to_owned(),
        "from: [{source: {notRemoteIpBlocks: [10.0.0.0/8], requestPrincipals: [\"p/*\"]}}]".to_owned(),
        format!("from: [{{source: {{notRequestPrincipals: [\"*\"]}}}}], {admin}"),
        format!("when: [{{key: \"request.auth.claims[role]\", values: [admin]}}], {admin}"),
        "when: [{key: \"request.auth.claims[role]\", notValues: [admin]}], to: [{operation: {hosts: [b.com]}}]"
            .to_owned(),
        "when: [{key: request.auth.audiences, values: [shop, web]}]".to_owned(),
        "to: [{operation: {paths: [/admin/x]}}]".to_owned(),
        "{}".to_owned(),
    ];
    let of_actions = clauses.iter().flat_map(|clause| {
        let rule = if clause == "{}" { clause.clone() } else { format!("{{{clause}}}") };
        ["ALLOW", "DENY"].map(|action| format!("action: {action}, rules: [{rule}]"))
    });
    of_actions.collect()
}

/// Rules under these policies, and tokens of two issuers.
pub fn guarded(policies: &[&str]) -> String {
    let rules = "jwtRules: [{issuer: \"https://login.example.com\", jwksUri: \"https://login.example.com/keys\", \
                 forwardOriginalToken: true}, {issuer: p, jwks: \"{}\", forwardOriginalToken: true}]";
    let written = policies.iter().enumerate().map(|(index, spec)| at_pods(index + 1, "AuthorizationPolicy", spec));
    let authentication = at_pods(0, "RequestAuthentication", rules);
    [ISTIO_SITE.to_owned(), authentication].into_iter().chain(written).collect()
}

/// Any two policies beside tokens: what is written for Envoy Gateway and Istio treats requests as before, or the rules are
/// withheld.
#[test]
fn pairs_of_policies_keep_their_meaning_or_are_withheld() {
    let policies = every_policy();
    let (mut written, mut withheld) = (0, 0);
    for target in ["envoy-gateway", "istio"] {
        let options = Options { target: Target { name: target.to_owned(), version: None }, ..Options::default() };
        for (index, one) in policies.iter().enumerate() {
            for other in policies.iter().skip(index) {
                let conversion = convert(&read_text("input.yaml", &guarded(&[one, other])), &options);
                let found = &conversion.report.diagnostics;
                let lost = found.iter().any(|one| one.code == Code::ProtectionNotCarried);
                // Answers of errors, paths that are written otherwise, retries by default, and what nobody is let in to see.
                let known = [
                    Code::BackendError,
                    Code::PathHandlingDiffers,
                    Code::ImplicitDefaults,
                    Code::SettingApproximated,
                    Code::Unproved,
                ];
                let strange: Vec<_> = found
                    .iter()
                    .filter(|one| !(known.contains(&one.code) || lost && one.severity == Severity::Error))
                    .map(|one| format!("{} {} {:?}", one.code, one.message, one.notes))
                    .collect();
                assert!(strange.is_empty(), "{target}: {one} and {other}: {strange:#?}");
                *(if lost { &mut withheld } else { &mut written }) += 1;
            }
        }
    }
    assert!(written > 250 && withheld > 50, "{written} {withheld}");
}
