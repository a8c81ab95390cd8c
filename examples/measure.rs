use gatelift::model::*;
use gatelift::prove::{Limits, compare};
use gatelift::syntax::{DocumentId, FieldPath};
use std::sync::Arc;
use std::time::Instant;
fn origin() -> Origin {
    Origin::object(&Arc::new(ObjectRef {
        kind: "I".into(),
        namespace: "n".into(),
        name: "w".into(),
        document: DocumentId(0),
        within: FieldPath::root(),
    }))
}
fn to(name: &str, rewrite: Option<PathRewrite>) -> Action {
    Action::Forward(Forward {
        backends: vec![Backend {
            service: ServicePort { namespace: "ns".into(), name: name.into(), port: 80, port_name: None },
            weight: 1,
            state: BackendState::Usable,
            origin: origin(),
        }],
        rewrite,
        host: None,
        request_headers: vec![],
        response_headers: vec![],
        fallback: None,
        unavailable: Unavailable { no_endpoints: 503, missing: 503 },
    })
}
fn rule(path: PathMatcher, action: Action) -> Rule {
    Rule {
        matcher: Matcher::path(path),
        action,
        policies: Policies::default(),
        cause: Cause::Declared,
        origin: origin(),
    }
}
fn host(name: String, rules: Vec<Rule>) -> VirtualHost {
    VirtualHost {
        host: HostPattern::Exact(name),
        paths: PathHandling::Raw,
        rules,
        unmatched: 404,
        tls: None,
        passthrough: false,
        origin: None,
    }
}
fn routing(hosts: Vec<VirtualHost>) -> Routing {
    let e = |port, protocol, hosts| EntryPoint {
        port,
        protocol,
        hosts,
        pipeline: Pipeline::Spec,
        implicit: Policies::default(),
    };
    Routing {
        name: "r".into(),
        dialect: "t",
        entry_points: vec![e(80, Protocol::Http, hosts.clone()), e(443, Protocol::Https, hosts)],
        refused: None,
    }
}
fn time(name: &str, b: &Routing, a: &Routing) {
    let t = Instant::now();
    let p = compare(b, a, &Limits::default());
    println!(
        "{name}: {:?} classes {} differences {} unproved {} {:?}",
        t.elapsed(),
        p.classes,
        p.differences.len(),
        p.unproved.len(),
        p.unproved.first().map(|u| u.doubt.to_string())
    );
}
fn regex(p: String, ci: bool, a: Anchoring) -> PathMatcher {
    PathMatcher::Regex(PathRegex { pattern: p, case_insensitive: ci, anchoring: a })
}
fn main() {
    let plain = |n: usize| {
        routing(
            (0..n)
                .map(|i| {
                    host(
                        format!("h{i}.example.com"),
                        vec![
                            rule(PathMatcher::Exact("/login".into()), to("a", None)),
                            rule(PathMatcher::Segment("/api/v1".into()), to("b", None)),
                            rule(PathMatcher::Segment("/static".into()), to("c", None)),
                            rule(PathMatcher::Prefix("/".into()), to("d", None)),
                        ],
                    )
                })
                .collect(),
        )
    };
    time("5000 hosts literal", &plain(5000), &plain(5000));
    let pre = |n: usize| {
        routing(
            (0..n)
                .map(|i| {
                    host(
                        format!("h{i}.example.com"),
                        vec![
                            rule(PathMatcher::Prefix("/login".into()), to("a", None)),
                            rule(PathMatcher::Segment("/api/v1".into()), to("b", None)),
                            rule(PathMatcher::Segment("/static".into()), to("c", None)),
                            rule(PathMatcher::Prefix("/".into()), to("d", None)),
                        ],
                    )
                })
                .collect(),
        )
    };
    time("5000 hosts literal differing", &plain(5000), &pre(5000));
    let big = |n: usize| {
        routing(vec![host(
            "h.example.com".into(),
            (0..n).map(|i| rule(PathMatcher::Segment(format!("/api/v1/service-{i}/x")), to("b", None))).collect(),
        )])
    };
    time("one host 2000 paths", &big(2000), &big(2000));
    time("one host 10000 paths", &big(10000), &big(10000));
    let names = ["users", "orders", "billing", "catalog", "search", "reports", "auth", "media", "stock", "mail"];
    let path = |i: usize| format!("/{}/v{}/{}", names[i % 10], i / 10, names[(i * 7) % 10]);
    let ng = |n: usize| {
        routing(vec![host(
            "h.example.com".into(),
            (0..n)
                .map(|i| {
                    let p = format!("{}(/|$)(.*)", path(i));
                    rule(
                        regex(format!("^{p}"), true, Anchoring::Search),
                        to(&format!("s{i}"), Some(PathRewrite::Nginx { pattern: p, template: "/$2".into() })),
                    )
                })
                .collect(),
        )])
    };
    let eg = |n: usize| {
        routing(vec![host(
            "h.example.com".into(),
            (0..n)
                .map(|i| {
                    let p = format!("(?i){}(/|$)(.*)", path(i));
                    rule(
                        regex(format!("{p}.*"), false, Anchoring::Full),
                        to(
                            &format!("s{i}"),
                            Some(PathRewrite::Envoy {
                                pattern: format!("(?i)^{}(/|$)(.*)", path(i)),
                                substitution: "/\\2".into(),
                            }),
                        ),
                    )
                })
                .collect(),
        )])
    };
    for n in [50, 200, 500] {
        time(&format!("one host {n} regex, x2 ports"), &ng(n), &eg(n));
    }
    let mixed = |n: usize, full: bool| {
        routing(vec![host(
            "h.example.com".into(),
            (0..n)
                .map(|i| {
                    let p = match i % 4 {
                        0 => format!("{}/[0-9]+", path(i)),
                        1 => format!("{}/[a-z0-9-]+/edit", path(i)),
                        2 => format!("{}/(foo|bar)/.*", path(i)),
                        _ => format!("{}/v[0-9]+\\.[0-9]+/(.+)", path(i)),
                    };
                    rule(
                        if full {
                            regex(format!("(?i){p}.*"), false, Anchoring::Full)
                        } else {
                            regex(format!("^{p}"), true, Anchoring::Search)
                        },
                        to(&format!("s{i}"), None),
                    )
                })
                .collect(),
        )])
    };
    time("200 mixed regex", &mixed(200, false), &mixed(200, true));
    let many = |n: usize, e: bool| {
        routing(
            (0..n)
                .map(|i| {
                    host(
                        format!("h{i}.example.com"),
                        vec![
                            if e {
                                rule(
                                    regex("(?i)/app(/|$)(.*).*".into(), false, Anchoring::Full),
                                    to(
                                        "a",
                                        Some(PathRewrite::Envoy {
                                            pattern: "(?i)^/app(/|$)(.*)".into(),
                                            substitution: "/\\2".into(),
                                        }),
                                    ),
                                )
                            } else {
                                rule(
                                    regex("^/app(/|$)(.*)".into(), true, Anchoring::Search),
                                    to(
                                        "a",
                                        Some(PathRewrite::Nginx {
                                            pattern: "/app(/|$)(.*)".into(),
                                            template: "/$2".into(),
                                        }),
                                    ),
                                )
                            },
                            rule(PathMatcher::Prefix("/".into()), to("d", None)),
                        ],
                    )
                })
                .collect(),
        )
    };
    time("5000 hosts with a regex", &many(5000, false), &many(5000, true));
}
