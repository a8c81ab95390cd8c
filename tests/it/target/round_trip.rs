//! What was written is read back under the target's profile and proved to be what it was written from.

use gatelift::model::*;
use gatelift::prove::{Limits, Proof, compare_all};
use gatelift::report::{Code, Report};
use gatelift::target::{ENVOY_GATEWAY, ISTIO, Options, STANDARD, Target, Topology, expected_gateway, pairing};

use super::build::*;

/// The comparison of a routing with its output for a target.
fn proof(target: &Target, before: &Routing, options: &Options) -> Proof {
    let mut output = for_target(target, before, options);
    output.objects.extend(expected_gateway(before, target, options, &gatelift::target::Context::default()));
    let input = gatelift::read::text("output", &yaml(&output.objects), &|_, _| true);
    assert!(input.diagnostics.is_empty(), "{:?}", input.diagnostics);
    let mut report = Report::default();
    let mut after = gatelift::read_gateway_api(&input.manifests, gatelift::World::Open, target.profile, &mut report);
    // Only connections whose SNI is the request's host: the hosts that a listener has for other names are left out.
    for entry in after.iter_mut().flat_map(|routing| &mut routing.entry_points) {
        entry
            .hosts
            .retain(|host| !(host.host == HostPattern::Any && host.tls.as_ref().is_some_and(|tls| tls.sni.is_some())));
    }
    let pairs = pairing(std::slice::from_ref(before), &after, options);
    compare_all(std::slice::from_ref(before), &after, &pairs, &Limits::default())
}

/// Nothing may differ but for these reasons, and for what implementations do by default.
fn same_but_for(target: &Target, before: &Routing, options: &Options, known: &[Code]) {
    let proof = proof(target, before, options);
    let unknown: Vec<_> = proof
        .differences
        .iter()
        .filter(|d| d.codes.iter().any(|code| !known.contains(code) && *code != Code::ImplicitDefaults))
        .collect();
    let told: Vec<String> = unknown
        .iter()
        .map(|d| format!("{:?} {:?}\n  {:?}\n  {:?} -> {:?}", d.codes, d.families, d.request, d.before, d.after))
        .collect();
    assert!(unknown.is_empty(), "{}", told.join("\n"));
    assert!(proof.proved(), "{:?}", proof.unproved);
    assert!(proof.classes > 0);
}

fn field(name: &str, value: ValueMatcher) -> FieldMatch {
    FieldMatch { name: name.into(), value }
}

/// Hosts of two namespaces, redirects, a canary, wildcards beside their members, every host.
fn site() -> Routing {
    let mut canary = forward("shop/canary", "/", "shop/canary:80");
    canary.matcher.headers = vec![field("x-canary", ValueMatcher::Exact("always".into()))];
    let shop = || {
        vec![
            forward("shop/web", "=/exact", "shop/exact:80"),
            forward("shop/web", "/api", "shop/api:8080"),
            forward("shop/web", "/apidocs", "shop/docs:80"),
            canary.clone(),
            rule("shop/web", "/", Action::Forward(weighted("shop/web", &[("shop/web:80", 90), ("shop/new:80", 10)]))),
        ]
    };
    let mixed = || vec![forward("blog/web", "/blog", "blog/web:80"), forward("shop/web", "/shop", "shop/web:80")];
    let wild = || vec![forward("shop/wild", "/", "shop/wild:80")];
    let http = vec![
        host(
            "shop.example.com",
            vec![to_url("shop/web", "=/old", "https://shop.example.com/new"), to_https("shop/web", "/")],
        ),
        host("mixed.example.com", mixed()),
        host("closed.example.com", vec![]),
        host("*.example.com", wild()),
        host("*", vec![forward("infra/fallback", "/", "infra/fallback:80")]),
    ];
    let https = vec![
        secure("shop.example.com", &["shop/shop"], shop()),
        host("mixed.example.com", mixed()),
        secure("*.example.com", &["shop/wild"], wild()),
    ];
    let mut site = routing(http, https);
    for host in site.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts) {
        host.paths = PathHandling::Raw;
    }
    site
}

/// Known differences: `*.` takes more labels, the slash at the end of a redirect stays, as does the query of a fixed one,
/// and a host without rules answers 500, not 404, to CONNECT.
const KNOWN: &[Code] = &[
    Code::WildcardWider,
    Code::TrailingSlashKept,
    Code::RedirectDiffers,
    Code::RedirectKeepsQuery,
    Code::BackendError,
];

#[test]
fn every_topology_means_the_same() {
    for topology in [Topology::Shared, Topology::Namespace, Topology::ListenerSet] {
        same_but_for(&STANDARD, &site(), &Options { topology, ..Options::default() }, KNOWN);
    }
    let gateway = Some(("infra".to_owned(), "edge".to_owned()));
    same_but_for(&STANDARD, &site(), &Options { gateway, ..Options::default() }, KNOWN);
}

#[test]
fn every_target_means_the_same() {
    let mut site = site();
    for host in site.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts) {
        host.paths = PathHandling::ENVOY_GATEWAY;
    }
    same_but_for(&ENVOY_GATEWAY, &site, &Options::default(), KNOWN);
    for host in site.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts) {
        host.paths = PathHandling::RESOLVED;
    }
    same_but_for(&ISTIO, &site, &Options::default(), KNOWN);
}

#[test]
fn split_routes_mean_the_same() {
    let rules = |object: &str| -> Vec<Rule> {
        (0..60).rev().map(|n| forward(object, &format!("/p{n:02}"), &format!("shop/s{n}:80"))).collect()
    };
    let mut many = routing(vec![host("a.com", rules("shop/web"))], vec![]);
    many.entry_points[0].hosts[0].paths = PathHandling::Raw;
    same_but_for(&STANDARD, &many, &Options::default(), &[]);
}

/// The oracle notices: a route with another backend is no round trip.
#[test]
fn a_changed_output_is_noticed() {
    let before = routing(vec![host("a.com", vec![forward("shop/web", "/", "shop/web:80")])], vec![]);
    let after = routing(vec![host("a.com", vec![forward("shop/web", "/", "shop/other:80")])], vec![]);
    let pairs = Default::default();
    let proof = compare_all(std::slice::from_ref(&before), &[after], &pairs, &Limits::default());
    assert_eq!(proof.differences.len(), 1);
    let itself = std::slice::from_ref(&before);
    assert!(compare_all(itself, itself, &pairs, &Limits::default()).equivalent());
}
