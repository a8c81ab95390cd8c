//! Conversions for Istio: real manifests, and its own objects as they are read.

use gatelift::gateway::ISTIO;
use gatelift::model::{Balance, Policies};
use gatelift::report::{Code, Report};
use gatelift::{Options, Target, World, convert, read_text};
use rayon::prelude::*;
use serde_json::Value;

use crate::oracle::{Channel, Oracle, Verdict, shared};

fn options() -> Options {
    Options { target: Target { name: "istio".to_owned(), version: None }, ..Options::default() }
}

fn manifests_of(folder: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            manifests_of(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            into.push(path);
        }
    }
}

/// A sample of real manifests: the API server takes what they become, and every change has its reason.
#[test]
fn real_manifests_go_to_istio() {
    let Some(root) = shared("corpus") else { return };
    let Some(oracle) = Oracle::load(Channel::Standard, &["istio"]) else { return };
    let mut files = Vec::new();
    manifests_of(&root, &mut files);
    let speaks_istio = |text: &str| text.contains("networking.istio.io");
    let texts = files.iter().enumerate().filter_map(|(index, file)| {
        let text = std::fs::read_to_string(file).ok()?;
        (speaks_istio(&text) || index % 20 == 0).then_some((file, text))
    });
    let sample: Vec<_> = texts.collect();
    let judged = sample.par_iter().map(|(file, text)| {
        let input = read_text(&file.display().to_string(), text);
        let conversion = convert(&input, &options());
        let mut faults = Vec::new();
        for object in &conversion.objects {
            let json: Value = serde_json::to_value(object).unwrap();
            match oracle.judge(&json) {
                Verdict::Checked(violations) if violations.is_empty() => {}
                // Services of subsets, and what else is not of these groups.
                Verdict::UnknownKind => {}
                verdict => faults.push(format!("{}: {} {verdict:?}", file.display(), json["kind"])),
            }
        }
        let bad = [Code::Unexplained, Code::InvalidOutput];
        let found = conversion.report.diagnostics.iter().filter(|found| bad.contains(&found.code));
        faults.extend(found.map(|found| format!("{}: {} {}", file.display(), found.code, found.message)));
        (conversion.objects.len(), faults)
    });
    let judged: Vec<(usize, Vec<String>)> = judged.collect();
    let objects: usize = judged.iter().map(|(objects, _)| objects).sum();
    println!("{} files, {objects} objects", sample.len());
    let faults: Vec<String> = judged.into_iter().flat_map(|(_, faults)| faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(objects > 300, "only {objects} objects");
}

/// A Gateway of Istio, a route for `/admin` and one for everything else.
const SITE: &str = "
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: shop.example.com}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: web}]
  rules:
  - matches: [{path: {type: PathPrefix, value: /admin}}]
    backendRefs: [{name: admin, port: 80}]
  - backendRefs: [{name: web, port: 80}]
";

/// The policies of the rules of the host, by path, as Istio's objects beside the routes make them.
fn policies(objects: &str) -> Vec<(String, Policies)> {
    let input = gatelift::read::text("site.yaml", &format!("{SITE}---\n{objects}"), &|_, _| true);
    let routings = gatelift::read_gateway_api(&input.manifests, World::Open, &ISTIO, &mut Report::default());
    let hosts = routings.iter().flat_map(|routing| &routing.entry_points).flat_map(|entry| &entry.hosts);
    let rules = hosts.flat_map(|host| &host.rules);
    rules.map(|rule| (rule.matcher.path.to_string(), (*rule.policies).clone())).collect()
}

/// Istio cannot translate such a rule, and leaves out its route with all others (computeRoute).
#[test]
fn a_filter_that_istio_does_not_know_takes_its_route() {
    let known = "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}]";
    let of_route = "filters: [{type: ExtensionRef, extensionRef: {group: a.b, kind: C, name: d}}]";
    let of_backend = "filters: [{type: URLRewrite, urlRewrite: {hostname: a.b}}]";
    let paths = |on_rule: &str, on_backend: &str| {
        let site = SITE.replace(
            "  - matches: [{path: {type: PathPrefix, value: /admin}}]\n",
            &format!("  - matches: [{{path: {{type: PathPrefix, value: /admin}}}}]\n    {on_rule}\n"),
        );
        let site = site.replace("name: admin, port: 80", &format!("name: admin, port: 80, {on_backend}"));
        let input = gatelift::read::text("site.yaml", &site, &|_, _| true);
        let mut report = Report::default();
        let routings = gatelift::read_gateway_api(&input.manifests, World::Open, &ISTIO, &mut report);
        let hosts = routings.iter().flat_map(|routing| &routing.entry_points).flat_map(|entry| &entry.hosts);
        let rules = hosts.map(|host| host.rules.len()).sum::<usize>();
        (rules, report.diagnostics.iter().filter(|found| found.code == Code::FilterNotRead).count())
    };
    assert_eq!(paths(known, known), (2, 0));
    assert_eq!(paths(of_route, known), (0, 1));
    assert_eq!(paths(known, of_backend), (0, 1));
}

fn policy(spec: &str) -> String {
    format!(
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {{name: web, namespace: shop}}\nspec:\n  \
         targetRefs: [{{group: gateway.networking.k8s.io, kind: Gateway, name: web}}]\n  {spec}"
    )
}

#[test]
fn a_policy_of_a_gateway_is_a_list_of_the_rules_that_it_covers() {
    let hosts = "hosts: [shop.example.com, \"shop.example.com:*\"]";
    let from = "from: [{source: {notRemoteIpBlocks: [10.0.0.0/8]}}]";
    let told = |operation: &str| policies(&policy(&format!("action: DENY\n  rules: [{{{from}, to: [{operation}]}}]")));

    let admin = told(&format!("{{operation: {{{hosts}, paths: [/admin, /admin/*]}}}}"));
    let lists: Vec<_> = admin.iter().map(|(path, policies)| (path.as_str(), policies.access.is_some())).collect();
    assert_eq!(lists, [("path under /admin", true), ("path under /", false)]);
    assert!(admin[0].1.access.as_ref().unwrap().value.otherwise_refused);
    assert!(admin.iter().all(|(_, policies)| policies.foreign.is_empty()));

    let others = told(&format!("{{operation: {{{hosts}, paths: [/*], notPaths: [/admin, /admin/*]}}}}"));
    let lists: Vec<_> = others.iter().map(|(_, policies)| policies.access.is_some()).collect();
    assert_eq!(lists, [false, true]);

    // `/admin/x` alone, a host without its ports, another host, another port.
    let part = told(&format!("{{operation: {{{hosts}, paths: [/admin/x]}}}}"));
    assert_eq!((part[0].1.foreign.len(), part[0].1.access.is_some(), part[1].1.foreign.len()), (1, false, 0));
    let bare = told("{operation: {hosts: [shop.example.com]}}");
    assert!(bare.iter().all(|(_, policies)| policies.foreign.len() == 1 && policies.access.is_none()));
    for operation in ["{operation: {hosts: [a.com, \"a.com:*\"]}}", "{operation: {ports: [\"443\"]}}"] {
        let nothing = told(operation);
        assert!(nothing.iter().all(|(_, policies)| policies.is_empty()), "{operation}");
    }
}

/// Policies are asked before routes are looked for: 403, and not 404, for who is refused.
#[test]
fn a_policy_refuses_what_no_rule_takes() {
    let site = SITE.replace("  - backendRefs: [{name: web, port: 80}]\n", "");
    let deny = policy(
        "action: DENY\n  rules: [{from: [{source: {notRemoteIpBlocks: [10.0.0.0/8]}}], \
         to: [{operation: {hosts: [shop.example.com, \"shop.example.com:*\"], paths: [/admin, /admin/*, /debug*]}}]}]",
    );
    let input = gatelift::read::text("site.yaml", &format!("{site}---\n{deny}"), &|_, _| true);
    let routings = gatelift::read_gateway_api(&input.manifests, World::Open, &ISTIO, &mut Report::default());
    let answer = |path: &str, client: &str| {
        let line = format!(r#"{{"host": "shop.example.com", "path": "{path}", "client": "{client}"}}"#);
        let request: gatelift::prove::Request = serde_json::from_str(&line).unwrap();
        gatelift::prove::evaluate(&routings, &request).to_string()
    };
    assert_eq!(answer("/debug/pprof", "192.0.2.1"), "respond 403");
    assert_eq!(answer("/debug/pprof", "10.1.1.1"), "respond 404");
    assert_eq!(answer("/other", "192.0.2.1"), "respond 404");
    assert_eq!(answer("/admin/x", "192.0.2.1"), "respond 403");
}

#[test]
fn what_is_no_refusal_of_addresses_is_known_by_its_text() {
    for spec in [
        "action: ALLOW\n  rules: [{from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]}]",
        "action: DENY\n  rules: [{from: [{source: {principals: [a]}}]}]",
        "action: CUSTOM\n  provider: {name: sso}\n  rules: [{}]",
    ] {
        let told = policies(&policy(spec));
        assert!(
            told.iter().all(|(_, policies)| policies.foreign.iter().any(|foreign| foreign.value.protects)),
            "{spec}"
        );
    }
    let audit = policies(&policy("action: AUDIT\n  rules: [{}]"));
    assert!(audit.iter().all(|(_, policies)| policies.foreign.iter().all(|foreign| !foreign.value.protects)));
}

/// The client's namespace goes before the Service's, and what is exported to nobody says nothing elsewhere.
#[test]
fn the_nearest_destination_rule_counts() {
    let rule = |namespace: &str, export: &str, balancer: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: web, namespace: {namespace}}}\n\
             spec:\n  host: web.shop.svc.cluster.local\n  exportTo: [\"{export}\"]\n  trafficPolicy: {{loadBalancer: \
             {{simple: {balancer}}}}}\n---\n"
        )
    };
    let balance = |objects: String| policies(&objects)[1].1.balance.as_ref().map(|balance| balance.value.clone());
    let root = rule("istio-system", "*", "ROUND_ROBIN");
    assert_eq!(balance(root.clone()), Some(Balance::RoundRobin));
    assert_eq!(balance(root.clone() + &rule("shop", ".", "RANDOM")), Some(Balance::Random));
    assert_eq!(balance(rule("other", "*", "RANDOM")), None);
    assert_eq!(balance(rule("istio-system", ".", "RANDOM")), None);
}

#[test]
fn an_attempt_without_retries_is_the_whole_exchange() {
    let route = SITE.replace("  - backendRefs:", "  - timeouts: {request: 10s, backendRequest: 2s}\n    backendRefs:");
    let input = gatelift::read::text("site.yaml", &route, &|_, _| true);
    let routings = gatelift::read_gateway_api(&input.manifests, World::Open, &ISTIO, &mut Report::default());
    let rule = &routings[0].entry_points[0].hosts[0].rules[1];
    let limits = &rule.policies.timeouts.as_ref().unwrap().value;
    assert_eq!((limits.request, limits.backend_request), (Some(2000), None));
}

/// What a VirtualService of the mesh meets of a host's DestinationRules: the Service that is reached, and how an endpoint is
/// chosen.
fn met(subset: &str, rules: &str) -> (String, Option<Balance>) {
    let text = format!(
        "
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: web, namespace: shop}}
spec: {{hosts: [web], http: [{{route: [{{destination: {{host: web, port: {{number: 80}}, subset: '{subset}'}}}}]}}]}}
{rules}"
    );
    let mut report = Report::default();
    let input = read_text("input.yaml", &text);
    let routings = gatelift::routings(&input.manifests, &options(), World::Open, &ISTIO, &mut report);
    let rule = &routings[0].entry_points[0].hosts[0].rules[0];
    let gatelift::model::Action::Forward(forward) = &rule.action else { panic!("{rule:?}") };
    let missing = forward.backends[0].state == gatelift::model::BackendState::Missing;
    let service = if missing { "none".to_owned() } else { forward.backends[0].service.name.clone() };
    (service, rule.policies.balance.as_ref().map(|balance| balance.value.clone()))
}

/// A DestinationRule of `shop` for `web`.
fn rule(name: &str, year: u16, spec: &str) -> String {
    format!(
        "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: {name}, namespace: shop, creationTimestamp: '{year}-01-01T00:00:00Z'}}\nspec: {{host: web, {spec}}}\n"
    )
}

/// pilot/pkg/model/destination_rule.go, mergeDestinationRule; sidecar.go, DestinationRule.
#[test]
fn rules_of_one_host_are_merged_as_istio_merges_them() {
    const RANDOM: &str = "trafficPolicy: {loadBalancer: {simple: RANDOM}}";
    const LEAST: &str = "trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}";
    const SUBSET: &str = "subsets: [{name: a, labels: {v: a}}]";
    let both = |one: &str, other: &str| rule("one", 2020, one) + &rule("other", 2021, other);
    let own = "subsets: [{name: a, labels: {v: a}, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}}]";
    let a = || "web-a".to_owned();
    let cases = [
        (
            "the younger one's subset, the older one's policy",
            "a",
            both(RANDOM, &format!("{LEAST}, {SUBSET}")),
            (a(), Some(Balance::Random)),
        ),
        ("the older one has no policy", "a", both(SUBSET, LEAST), (a(), Some(Balance::LeastRequest))),
        (
            "the first definition of a subset",
            "a",
            both(&format!("{RANDOM}, {SUBSET}"), own),
            (a(), Some(Balance::Random)),
        ),
        ("what a subset says itself", "a", both(RANDOM, own), (a(), Some(Balance::RoundRobin))),
        (
            "the order of age, not of the text",
            "",
            both(RANDOM, "x: y").replace("2020", "2022") + &rule("old", 2019, LEAST),
            ("web".to_owned(), Some(Balance::LeastRequest)),
        ),
        (
            "one for the namespace alone stays apart",
            "",
            both(&format!("exportTo: ['.'], {LEAST}"), RANDOM),
            ("web".to_owned(), Some(Balance::Random)),
        ),
        (
            "one for some pods says nothing of others",
            "",
            rule("one", 2020, &format!("workloadSelector: {{matchLabels: {{v: a}}}}, {RANDOM}")),
            ("web".to_owned(), None),
        ),
        ("a subset of nobody", "b", both(SUBSET, RANDOM), ("none".to_owned(), Some(Balance::Random))),
    ];
    for (what, subset, rules, expected) in cases {
        assert_eq!(met(subset, &rules), expected, "{what}");
    }
}
