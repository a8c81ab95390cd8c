//! Every CEL rule of Gateway API's CRDs: an object that breaks it, refused by the table and by the CRD's own engines for
//! the same reasons.

use std::collections::{BTreeMap, BTreeSet};

use gatelift::read_crds;
use gatelift::validate::gateway_api::schema;
use serde_json::{Value as Json, json};

use crate::gateway_api_engines::{Engines, verdict};
use crate::gateway_api_schema::{CHANNELS, NOT_OFFLINE, shared};

/// A row of the list of all rules.
struct Row {
    kind: String,
    version: String,
    channels: String,
    path: String,
    message: String,
}

fn rows() -> Option<Vec<Row>> {
    let text = std::fs::read_to_string(shared("reference/gateway-api-cel-rules.tsv")?).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let [kind, version, channels, path, message, _] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let [kind, version, channels, path, message] = [kind, version, channels, path, message].map(str::to_owned);
        Row { kind, version, channels, path, message }
    });
    Some(rows.collect())
}

#[test]
fn every_rule_refuses_an_object_that_breaks_it() {
    let Some(rows) = rows() else { return };
    let (mut broken, mut beyond, mut by_limits) = (0, BTreeSet::new(), BTreeSet::new());
    let mut wrong = Vec::new();
    for (channel, name) in CHANNELS {
        let Some(definitions) = shared(&format!("crds/gateway-api-v1.6.1-{name}")) else { return };
        let (crds, read) = read_crds(&[definitions.to_str().unwrap().to_owned()]);
        assert!(read.report.diagnostics.is_empty() && crds.len() > 10);
        let Some(engines) = Engines::load(name) else { return };
        for row in rows.iter().filter(|row| row.channels == "both" || row.channels == name) {
            if schema(&row.kind, &row.version).is_none() || NOT_OFFLINE.contains(&row.message.as_str()) {
                beyond.insert(format!("{} {}: {}", row.kind, row.version, row.message));
                continue;
            }
            let Some(value) = breaking(&row.path, &row.message) else {
                wrong.push(format!("nothing breaks {} {}: {}", row.kind, row.path, row.message));
                continue;
            };
            let object = json!({
                "apiVersion": format!("gateway.networking.k8s.io/{}", row.version),
                "kind": row.kind,
                "metadata": { "name": "a", "namespace": "b" },
                "spec": spec(&row.kind, &row.path, value),
            });
            let (table, theirs) = (verdict(&object, channel), engines.verdict(&object, channel).unwrap());
            // Versions that are not served any more are in the table, and not in what the user gives.
            if let Some(given) = crds.judge(&object) {
                let given = given.unwrap();
                let says_it = given.refused.iter().any(|(_, reason)| *reason == row.message);
                if given.refused.is_empty() || !(says_it || table.rules.is_empty()) {
                    wrong.push(format!("{object}\n  given definitions: {given:?}"));
                }
            }
            if table != theirs {
                wrong.push(format!("{object}\n  table {table:?}\n  CRD   {theirs:?}"));
            } else if table.limits_broken && table.rules.is_empty() {
                // The schema above the rule leaves nothing for it to refuse.
                by_limits.insert(row.message.clone());
                broken += 1;
            } else if !table.rules.contains(&row.message) {
                wrong.push(format!("{object}\n  does not break {}: {}\n  {table:?}", row.path, row.message));
            } else {
                broken += 1;
            }
        }
    }
    println!(
        "{broken} objects, one a rule, kind, version and channel; refused by the schema already: {by_limits:#?}; beyond the table: {beyond:#?}"
    );
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(broken > 500, "only {broken} objects");
    assert!(beyond.iter().all(|rule| rule.starts_with('X') || rule.ends_with("Value is immutable")), "{beyond:?}");
}

/// The smallest spec of a kind that holds a value at a path.
fn spec(kind: &str, path: &str, value: Json) -> Json {
    let http = json!({ "name": "http", "port": 80, "protocol": "HTTP" });
    let backend = json!([{ "name": "a", "port": 80 }]);
    let mut spec = match kind {
        "Gateway" => json!({ "gatewayClassName": "a", "listeners": [http] }),
        "ListenerSet" => json!({ "parentRef": { "name": "a" }, "listeners": [http] }),
        "TLSRoute" => json!({ "hostnames": ["a.com"], "rules": [{ "backendRefs": backend }] }),
        "TCPRoute" | "UDPRoute" => json!({ "rules": [{ "backendRefs": backend }] }),
        "BackendTLSPolicy" => json!({
            "targetRefs": [{ "group": "", "kind": "Service", "name": "a" }],
            "validation": { "hostname": "a.com", "wellKnownCACertificates": "System" },
        }),
        "HTTPRoute" | "GRPCRoute" => json!({}),
        kind => panic!("{kind}"),
    };
    let steps: Vec<&str> = path.split('.').skip(1).collect();
    put(&mut spec, "spec", &steps, value);
    spec
}

/// Puts a value below a node, with what has to stand around it.
fn put(node: &mut Json, name: &str, steps: &[&str], value: Json) {
    let [step, rest @ ..] = steps else {
        *node = value;
        return;
    };
    let around = match name.trim_end_matches("[]") {
        "backendRefs" => json!({ "name": "a", "port": 80 }),
        "filters" => {
            let kind: String = step[..1].to_uppercase() + &step[1..];
            json!({ "type": if *step == "cors" { "CORS".to_owned() } else { kind } })
        }
        "requestMirror" => json!({ "backendRef": { "name": "m", "port": 80 } }),
        "externalAuth" => json!({ "protocol": "GRPC", "grpc": {} }),
        "listeners" => json!({ "name": "https", "port": 443, "protocol": "HTTPS" }),
        "frontend" => json!({ "default": {} }),
        _ => json!({}),
    };
    for (key, default) in around.as_object().unwrap() {
        node.as_object_mut().unwrap().entry(key).or_insert_with(|| default.clone());
    }
    let key = step.trim_end_matches("[]");
    let mut below = if step.ends_with("[]") { json!({}) } else { node.get(key).cloned().unwrap_or_else(|| json!({})) };
    put(&mut below, step, rest, value);
    node[key] = if step.ends_with("[]") { json!([below]) } else { below };
}

/// The value of the node that a rule stands on, breaking the rule and nothing of the schema.
fn breaking(path: &str, message: &str) -> Option<Json> {
    let parent = |more: Json| {
        let mut parent = json!({ "group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "gw" });
        parent.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        parent
    };
    let tls = json!({ "certificateRefs": [{ "name": "c" }] });
    Some(match (path.rsplit('.').next()?, message) {
        ("filters[]", _) => return filter(message),
        ("filters", _) => return filters(message),
        ("path", _) if path.contains("matches") => return path_match(message),
        ("path", "replaceFullPath must be specified when type is set to 'ReplaceFullPath'") => {
            json!({ "type": "ReplaceFullPath" })
        }
        ("path", "replacePrefixMatch must be specified when type is set to 'ReplacePrefixMatch'") => {
            json!({ "type": "ReplacePrefixMatch" })
        }
        ("path", "type must be 'ReplaceFullPath' when replaceFullPath is set") => {
            json!({ "type": "ReplacePrefixMatch", "replacePrefixMatch": "/", "replaceFullPath": "/" })
        }
        ("path", "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set") => {
            json!({ "type": "ReplaceFullPath", "replacePrefixMatch": "/", "replaceFullPath": "/" })
        }
        ("addresses", "IPAddress values must be unique") => {
            json!([{ "type": "IPAddress", "value": "10.0.0.1" }, { "type": "IPAddress", "value": "10.0.0.1" }])
        }
        ("addresses", "Hostname values must be unique") => {
            json!([{ "type": "Hostname", "value": "a.com" }, { "type": "Hostname", "value": "a.com" }])
        }
        ("addresses[]", _) => json!({ "type": "Hostname", "value": "a_b" }),
        ("allowHeaders", _) => json!(["*", "x-a"]),
        ("allowMethods", _) => json!(["*", "GET"]),
        ("allowOrigins", _) => json!(["*", "https://a.com"]),
        ("annotations" | "labels", text) if text.contains("253") => json!({ format!("{}/a", "a".repeat(253)): "x" }),
        ("annotations" | "labels", _) => json!({ "-a": "x" }),
        ("backendRef", _) => json!({ "name": "a" }),
        ("backendRefs[]", _) => json!({ "name": "a" }),
        ("externalAuth", "grpc must be specified when protocol is set to 'GRPC'") => {
            json!({ "protocol": "GRPC", "backendRef": { "name": "a", "port": 80 } })
        }
        ("externalAuth", "http must be specified when protocol is set to 'HTTP'") => {
            json!({ "protocol": "HTTP", "backendRef": { "name": "a", "port": 80 } })
        }
        ("externalAuth", "protocol must be 'GRPC' when grpc is set") => {
            json!({ "protocol": "HTTP", "http": {}, "grpc": {}, "backendRef": { "name": "a", "port": 80 } })
        }
        ("externalAuth", "protocol must be 'HTTP' when http is set") => {
            json!({ "protocol": "GRPC", "http": {}, "grpc": {}, "backendRef": { "name": "a", "port": 80 } })
        }
        ("fraction", _) => json!({ "numerator": 3, "denominator": 2 }),
        ("requestMirror", _) => {
            json!({ "backendRef": { "name": "m", "port": 80 }, "percent": 5, "fraction": { "numerator": 1 } })
        }
        ("hostnames", "Hostnames cannot contain an IP") => json!(["10.0.0.1"]),
        // The pattern of the schema takes neither, but where it does not stand.
        ("hostnames", text) if text.starts_with("Wildcards") => json!(["a.*.com"]),
        ("hostnames", _) => json!(["A.com"]),
        ("listeners", "Combination of port, protocol and hostname must be unique for each listener") => json!([
            { "name": "a", "port": 80, "protocol": "HTTP", "hostname": "a.com" },
            { "name": "b", "port": 80, "protocol": "HTTP", "hostname": "a.com" },
        ]),
        ("listeners", "Listener name must be unique within the Gateway") => {
            json!([{ "name": "a", "port": 80, "protocol": "HTTP" }, { "name": "a", "port": 81, "protocol": "HTTP" }])
        }
        ("listeners", "hostname must not be specified for protocols ['TCP', 'UDP']") => {
            json!([{ "name": "a", "port": 80, "protocol": "TCP", "hostname": "a.com" }])
        }
        ("listeners", "tls mode must be Terminate for protocol HTTPS") => {
            json!([{ "name": "a", "port": 443, "protocol": "HTTPS", "tls": { "mode": "Passthrough" } }])
        }
        ("listeners", "tls mode must be set for protocol TLS") => {
            json!([{ "name": "a", "port": 443, "protocol": "TLS" }])
        }
        ("listeners", "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']") => {
            json!([{ "name": "a", "port": 80, "protocol": "HTTP", "tls": tls }])
        }
        ("tls", "certificateRefs or options must be specified when mode is Terminate") => {
            json!({ "mode": "Terminate" })
        }
        ("perPort", _) => json!([{ "port": 443, "tls": {} }, { "port": 443, "tls": {} }]),
        ("method", "One or both of 'service' or 'method' must be specified") => json!({ "type": "Exact" }),
        ("method", text) if text.starts_with("method ") => json!({ "type": "Exact", "method": "a-b" }),
        ("method", text) if text.starts_with("service ") => json!({ "type": "Exact", "service": "a-b" }),
        ("parentRefs", text) if text.contains("must be specified") => {
            json!([parent(json!({})), parent(json!({ "sectionName": "a", "port": 80 }))])
        }
        ("parentRefs", _) => json!([parent(json!({ "sectionName": "a" })), parent(json!({ "sectionName": "a" }))]),
        ("targetRefs", text) => {
            let target = |section: Option<&str>| {
                let mut target = json!({ "group": "", "kind": "Service", "name": "a" });
                if let Some(section) = section {
                    target["sectionName"] = section.into();
                }
                target
            };
            match text.contains("must be specified") {
                true => json!([target(None), target(Some("a"))]),
                false => json!([target(Some("a")), target(Some("a"))]),
            }
        }
        ("rules", "Rule name must be unique within the route") => {
            let rule = json!({ "name": "a", "backendRefs": [{ "name": "a", "port": 80 }] });
            json!([rule, rule])
        }
        ("rules", _) => {
            let matches: Vec<Json> =
                (0..64).map(|n| json!({ "headers": [{ "name": "x", "value": n.to_string() }] })).collect();
            json!([{ "matches": matches }, { "matches": matches }, { "matches": [matches[0]] }])
        }
        ("rules[]", _) => return rule(message),
        ("sessionPersistence", "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent") => {
            json!({ "type": "Cookie", "cookieConfig": { "lifetimeType": "Permanent" } })
        }
        ("sessionPersistence", _) => json!({ "type": "Header", "cookieConfig": { "lifetimeType": "Session" } }),
        ("timeouts", _) => json!({ "request": "1s", "backendRequest": "2s" }),
        ("subjectAltNames[]", text) => match text {
            "SubjectAltName element must contain Hostname, if Type is set to Hostname" => json!({ "type": "Hostname" }),
            "SubjectAltName element must contain URI, if Type is set to URI" => json!({ "type": "URI" }),
            "SubjectAltName element must not contain Hostname, if Type is not set to Hostname" => {
                json!({ "type": "URI", "uri": "spiffe://a/b", "hostname": "a.com" })
            }
            "SubjectAltName element must not contain URI, if Type is not set to URI" => {
                json!({ "type": "Hostname", "hostname": "a.com", "uri": "spiffe://a/b" })
            }
            _ => return None,
        },
        ("validation", "must not contain both CACertificateRefs and WellKnownCACertificates") => json!({
            "hostname": "a.com",
            "wellKnownCACertificates": "System",
            "caCertificateRefs": [{ "group": "", "kind": "ConfigMap", "name": "a" }],
        }),
        ("validation", _) => json!({ "hostname": "a.com" }),
        (_, _) => return None,
    })
}

/// The body of every filter type, by its field.
fn bodies() -> BTreeMap<&'static str, Json> {
    BTreeMap::from([
        ("cors", json!({ "allowOrigins": ["https://a.com"] })),
        ("extensionRef", json!({ "group": "a.com", "kind": "X", "name": "a" })),
        ("externalAuth", json!({ "protocol": "GRPC", "grpc": {}, "backendRef": { "name": "a", "port": 80 } })),
        ("requestHeaderModifier", json!({ "remove": ["x"] })),
        ("requestMirror", json!({ "backendRef": { "name": "m", "port": 80 } })),
        ("requestRedirect", json!({ "scheme": "https" })),
        ("responseHeaderModifier", json!({ "remove": ["x"] })),
        ("urlRewrite", json!({ "hostname": "a.com" })),
    ])
}

/// `filter.cors must be nil if …` and `filter.cors must be specified for …`.
fn filter(message: &str) -> Option<Json> {
    let (field, rest) = message.strip_prefix("filter.")?.split_once(' ')?;
    let bodies = bodies();
    let type_of = |field: &str| match field {
        "cors" => "CORS".to_owned(),
        field => field[..1].to_uppercase() + &field[1..],
    };
    if rest.starts_with("must be specified") {
        return Some(json!({ "type": type_of(field) }));
    }
    // Another filter that is what it says, with this one's body beside its own.
    let other = if field == "requestHeaderModifier" { "responseHeaderModifier" } else { "requestHeaderModifier" };
    Some(json!({ "type": type_of(other), other: bodies[other], field: bodies[field] }))
}

fn filters(message: &str) -> Option<Json> {
    let bodies = bodies();
    if message.starts_with("May specify either") {
        return Some(json!([
            { "type": "RequestRedirect", "requestRedirect": bodies["requestRedirect"] },
            { "type": "URLRewrite", "urlRewrite": bodies["urlRewrite"] },
        ]));
    }
    let kind = message.strip_suffix(" filter cannot be repeated")?;
    let field = match kind {
        "CORS" => "cors".to_owned(),
        "URLRewrite" => "urlRewrite".to_owned(),
        kind => kind[..1].to_lowercase() + &kind[1..],
    };
    let one = json!({ "type": kind, &field: bodies[field.as_str()] });
    Some(json!([one, one]))
}

fn path_match(message: &str) -> Option<Json> {
    let value = match message {
        text if text.starts_with("type must be one of") => return Some(json!({ "type": "Glob", "value": "/" })),
        text if text.starts_with("value must be an absolute path") => "a",
        text if text.starts_with("must only contain valid characters") => "/a b",
        text if text.starts_with("must not end with") => {
            return Some(json!({ "type": "Exact", "value": format!("/a{}", quoted(text)) }));
        }
        text => return Some(json!({ "type": "PathPrefix", "value": format!("/a{}b", quoted(text)) })),
    };
    Some(json!({ "type": "PathPrefix", "value": value }))
}

/// The text in the first quotes.
fn quoted(message: &str) -> &str {
    message.split('\'').nth(1).unwrap()
}

fn rule(message: &str) -> Option<Json> {
    let filter = |message: &str| match message.contains("URLRewrite") {
        true => {
            json!({ "type": "URLRewrite", "urlRewrite": { "path": { "type": "ReplacePrefixMatch", "replacePrefixMatch": "/" } } })
        }
        false => json!({
            "type": "RequestRedirect",
            "requestRedirect": { "path": { "type": "ReplacePrefixMatch", "replacePrefixMatch": "/" } },
        }),
    };
    let exact = json!([{ "path": { "type": "Exact", "value": "/a" } }]);
    Some(match message {
        "RequestRedirect filter must not be used together with backendRefs" => json!({
            "filters": [{ "type": "RequestRedirect", "requestRedirect": { "scheme": "https" } }],
            "backendRefs": [{ "name": "a", "port": 80 }],
        }),
        text if text.starts_with("Within backendRefs") => {
            json!({ "matches": exact, "backendRefs": [{ "name": "a", "port": 80, "filters": [filter(text)] }] })
        }
        text if text.starts_with("When using") => json!({ "matches": exact, "filters": [filter(text)] }),
        _ => return None,
    })
}
