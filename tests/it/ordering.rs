//! The order of rules from one end to the other: the examples of istio.md 2.4 as VirtualServices, converted for each target
//! that the table gives verdicts for, and asked the requests that tell the source's order from the target's own.

use gatelift::prove::{Outcome, Request};
use gatelift::target::Target;
use gatelift::{Options, Side, Tracer, read_text};
use serde_json::{Value as Json, json};

struct Example {
    number: usize,
    /// The list of `http`, top-down; a Service each.
    rules: &'static [(&'static str, &'static str)],
    /// Path, headers, method and the Service that Istio sends the request to.
    asked: &'static [(&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str)],
}

const EXAMPLES: &[Example] = &[
    Example {
        number: 1,
        rules: &[("{uri: {prefix: /api}}", "a"), ("{uri: {prefix: /api/v2}}", "b")],
        asked: &[("/api/v2", &[], "GET", "a"), ("/api", &[], "GET", "a")],
    },
    Example {
        number: 2,
        rules: &[("{uri: {prefix: /a}, headers: {x: {exact: '1'}}}", "a"), ("{uri: {prefix: /a/b}}", "b"), ("", "c")],
        asked: &[("/a/b", &[("x", "1")], "GET", "a"), ("/a/b", &[], "GET", "b"), ("/a", &[], "GET", "c")],
    },
    Example {
        number: 3,
        rules: &[("{uri: {prefix: /img/}}", "cdn"), ("{uri: {exact: /img/logo.png}}", "b"), ("", "c")],
        asked: &[("/img/logo.png", &[], "GET", "cdn"), ("/img", &[], "GET", "c"), ("/img/", &[], "GET", "cdn")],
    },
    Example {
        number: 4,
        rules: &[("{uri: {regex: '/api/test/[0-9a-z-]+'}}", "a"), ("{uri: {prefix: /}}", "b")],
        asked: &[("/api/test/check", &[], "GET", "a"), ("/api/test/", &[], "GET", "b")],
    },
    Example {
        number: 5,
        rules: &[("{uri: {regex: '/user/[0-9]+'}}", "a"), ("{uri: {prefix: /user}}", "b")],
        asked: &[("/user/42", &[], "GET", "a"), ("/user/x", &[], "GET", "b")],
    },
    Example {
        number: 6,
        rules: &[
            ("{uri: {regex: '/v[0-9]+/.*'}}", "a"),
            ("{uri: {regex: '/v1/users/[a-z]+/profile'}}", "b"),
            ("", "c"),
        ],
        asked: &[("/v1/users/bob/profile", &[], "GET", "a"), ("/v1", &[], "GET", "c")],
    },
    Example {
        number: 7,
        rules: &[
            ("{uri: {prefix: /a}, headers: {x: {exact: '1'}, 'y': {exact: '1'}}}", "a"),
            ("{uri: {prefix: /a}, method: {exact: GET}}", "b"),
            ("", "c"),
        ],
        asked: &[
            ("/a", &[("x", "1"), ("y", "1")], "GET", "a"),
            ("/a", &[("x", "1")], "GET", "b"),
            ("/a", &[], "POST", "c"),
        ],
    },
    Example {
        number: 8,
        rules: &[
            ("{uri: {prefix: /a}, queryParams: {q: {exact: '1'}, r: {exact: '1'}}}", "a"),
            ("{uri: {prefix: /a}, headers: {x: {exact: '1'}}}", "b"),
            ("", "c"),
        ],
        asked: &[("/a?q=1&r=1", &[("x", "1")], "GET", "a"), ("/a?q=1", &[("x", "1")], "GET", "b")],
    },
    Example {
        number: 9,
        rules: &[("{uri: {prefix: /a}, withoutHeaders: {internal: {}}}", "public"), ("{uri: {prefix: /a}}", "private")],
        asked: &[("/a", &[("internal", "1")], "GET", "private"), ("/a", &[], "GET", "public")],
    },
    Example {
        number: 10,
        rules: &[("{uri: {prefix: /foo}}", "a"), ("", "c")],
        asked: &[("/foobar", &[], "GET", "a"), ("/foo", &[], "GET", "a"), ("/fo", &[], "GET", "c")],
    },
    Example {
        number: 11,
        rules: &[("{uri: {prefix: /foo/}}", "a"), ("", "c")],
        asked: &[("/foo", &[], "GET", "c"), ("/foo/", &[], "GET", "a")],
    },
    Example {
        number: 12,
        rules: &[
            ("{uri: {prefix: /x}, headers: {beta: {exact: '1'}}}", "a"),
            ("{uri: {exact: /x/login}}, {uri: {prefix: /x/static}}", "b"),
            ("", "c"),
        ],
        asked: &[
            ("/x/login", &[("beta", "1")], "GET", "a"),
            ("/x/static/y", &[("beta", "1")], "GET", "a"),
            ("/x/login", &[], "GET", "b"),
            ("/x", &[], "GET", "c"),
        ],
    },
    Example {
        number: 13,
        rules: &[
            ("{uri: {prefix: /a}, headers: {v: {exact: '1'}}}", "a"),
            ("{uri: {prefix: /a/b}, headers: {v: {exact: '2'}}}", "b"),
            ("", "c"),
        ],
        asked: &[("/a/b", &[("v", "1")], "GET", "a"), ("/a/b", &[("v", "2")], "GET", "b")],
    },
    Example {
        number: 14,
        rules: &[("{uri: {prefix: /a}}", "a"), ("{uri: {exact: /a/b}}", "a"), ("", "c")],
        asked: &[("/a/b", &[], "GET", "a")],
    },
    Example {
        number: 15,
        rules: &[
            ("{uri: {prefix: /a}, headers: {cookie: {regex: '.*user=dev.*'}}}", "a"),
            ("{uri: {prefix: /a/b}, headers: {cookie: {regex: '.*grp=x.*'}}}", "b"),
            ("", "c"),
        ],
        asked: &[
            ("/a/b", &[("cookie", "user=dev; grp=x")], "GET", "a"),
            ("/a/b", &[("cookie", "grp=x")], "GET", "b"),
            ("/a/b", &[], "GET", "c"),
        ],
    },
    Example {
        number: 16,
        rules: &[("{uri: {prefix: /Foo}, ignoreUriCase: true}", "a"), ("", "c")],
        asked: &[("/FOO", &[], "GET", "a"), ("/fo", &[], "GET", "c")],
    },
    Example { number: 19, rules: &[("", "a"), ("{uri: {prefix: /b}}", "b")], asked: &[("/b", &[], "GET", "a")] },
    Example {
        number: 20,
        rules: &[
            ("{uri: {prefix: /a}, headers: {k: {}}}", "a"),
            ("{uri: {prefix: /a}, headers: {k: {exact: ''}}}", "b"),
        ],
        asked: &[("/a", &[("k", "")], "GET", "a"), ("/a", &[("k", "v")], "GET", "a")],
    },
];

const GATEWAY: &str = "
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}]
";

/// A VirtualService; without hosts for one that others delegate to.
fn service(name: &str, created: &str, host: Option<&str>, rules: &[(&str, &str)]) -> String {
    let hosts = host.map_or_else(String::new, |host| format!("hosts: [{host}], gateways: [edge], "));
    let rule = |(matches, to): &(&str, &str)| {
        let matches = if matches.is_empty() { String::new() } else { format!("match: [{matches}], ") };
        match to.strip_prefix("delegate ") {
            Some(name) => format!("{{{matches}delegate: {{name: {name}}}}}"),
            None => format!("{{{matches}route: [{{destination: {{host: {to}, port: {{number: 80}}}}}}]}}"),
        }
    };
    let http: Vec<String> = rules.iter().map(rule).collect();
    format!(
        "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\n\
         metadata: {{name: {name}, namespace: shop, creationTimestamp: \"{created}\"}}\n\
         spec: {{{hosts}http: [{}]}}\n",
        http.join(", ")
    )
}

/// The destination of a request on both sides.
fn destinations(tracer: &Tracer, path: &str, headers: &[(&str, &str)], method: &str) -> (Outcome, Outcome) {
    let headers: serde_json::Map<String, Json> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let request = json!({"method": method, "host": "shop.example.com", "path": path, "headers": headers});
    let request: Request = serde_json::from_value(request).unwrap();
    let traced = tracer.ask(&request);
    (traced.before.unwrap(), traced.after.unwrap())
}

fn goes_to(outcome: &Outcome, name: &str) -> bool {
    serde_json::to_value(outcome).unwrap()["forward"]["service"] == json!(format!("shop/{name}:80"))
}

/// The targets whose verdicts the table gives.
fn targets() -> impl Iterator<Item = &'static Target> {
    ["istio", "envoy-gateway"].into_iter().filter_map(Target::find)
}

fn check(number: usize, text: &str, asked: &[(&str, &[(&str, &str)], &str, &str)]) {
    assert!(targets().count() > 0);
    for target in targets() {
        let options = Options { target: target.name.parse().unwrap(), ..Options::default() };
        let tracer = Tracer::new(&read_text("input.yaml", text), &options, Side::Both);
        for (path, headers, method, wanted) in asked {
            let context = format!("example {number} on {}: {method} {path} {headers:?}", target.name);
            let (before, after) = destinations(&tracer, path, headers, method);
            assert!(goes_to(&before, wanted), "{context}: before {before}, not {wanted}");
            assert!(goes_to(&after, wanted), "{context}: after {after}, not {wanted}");
        }
    }
}

#[test]
fn requests_that_tell_two_orders_apart_go_where_they_went() {
    for Example { number, rules, asked } in EXAMPLES {
        let text = format!("{GATEWAY}{}", service("shop", "2024-01-01T00:00:00Z", Some("shop.example.com"), rules));
        check(*number, &text, asked);
    }
}

/// Istio moves a rule for everything behind the rules of younger VirtualServices.
#[test]
fn a_catch_all_of_an_older_virtual_service_goes_last() {
    let host = Some("shop.example.com");
    let older = service("all", "2022-01-01T00:00:00Z", host, &[("{uri: {prefix: /}}", "c")]);
    let younger = service("some", "2024-01-01T00:00:00Z", host, &[("{uri: {prefix: /a}}", "a")]);
    let asked: &[(&str, &[(&str, &str)], &str, &str)] = &[("/a", &[], "GET", "a"), ("/b", &[], "GET", "c")];
    check(17, &format!("{GATEWAY}{older}{younger}"), asked);
}

#[test]
fn rules_of_a_delegate_stand_under_those_of_its_root() {
    let time = "2024-01-01T00:00:00Z";
    let root = [("{uri: {prefix: /r}}", "delegate below"), ("{uri: {prefix: /}}", "root")];
    let below = [("{uri: {prefix: /r/v1/}}", "d1"), ("", "d2")];
    let text =
        [GATEWAY, &service("root", time, Some("shop.example.com"), &root), &service("below", time, None, &below)];
    let asked: &[(&str, &[(&str, &str)], &str, &str)] = &[
        ("/r/v1", &[], "GET", "d2"),
        ("/r/v1/x", &[], "GET", "d1"),
        ("/r", &[], "GET", "d2"),
        ("/x", &[], "GET", "root"),
    ];
    check(18, &text.concat(), asked);
}
