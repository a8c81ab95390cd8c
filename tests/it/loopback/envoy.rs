//! Written objects as the routes that Envoy Gateway configures Envoy with: internal/gatewayapi/sort.go and
//! internal/xds/translator/{listener,route}.go of envoyproxy/gateway, as far as plain HTTP on port 80 sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};

use super::echo::Services;
use super::process::{self, Running};

/// Whether all that was written is rendered here.
pub(super) fn is_known(objects: &[Json]) -> bool {
    let kinds = ["Gateway", "HTTPRoute", "ReferenceGrant"];
    let filters = ["URLRewrite", "RequestRedirect", "ResponseHeaderModifier"];
    let known = |route: &Json| {
        let rules = list(&route["spec"]["rules"]).flat_map(|rule| list(&rule["filters"]));
        rules.into_iter().all(|filter| filters.iter().any(|kind| filter["type"] == *kind))
    };
    !objects.is_empty()
        && objects.iter().all(|object| kinds.iter().any(|kind| object["kind"] == *kind) && known(object))
}

fn list(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn start(program: &Path, listeners: &[(u16, Vec<Json>)], services: &Services) -> Running {
    let folder = process::folder("envoy");
    let clusters: Vec<Json> = services
        .all()
        .map(|(name, port)| {
            let endpoint = json!({ "endpoint": { "address": address(*port) } });
            json!({
                "name": name,
                "type": "STATIC",
                "connect_timeout": "5s",
                "load_assignment": { "cluster_name": name, "endpoints": [{ "lb_endpoints": [endpoint] }] },
            })
        })
        .collect();
    let listening: Vec<Json> = listeners.iter().map(|(port, objects)| listener(*port, objects, services)).collect();
    let config = json!({ "static_resources": { "listeners": listening, "clusters": clusters } });
    std::fs::write(folder.join("envoy.json"), config.to_string()).unwrap();
    let mut command = Command::new(program);
    command.arg("--config-path").arg(folder.join("envoy.json"));
    command.args(["--disable-hot-restart", "--concurrency", "1", "--log-level", "error"]);
    let ports: Vec<u16> = listeners.iter().map(|(port, _)| *port).collect();
    process::start(&mut command, folder, &ports)
}

fn address(port: u16) -> Json {
    json!({ "socket_address": { "address": "127.0.0.1", "port_value": port } })
}

fn listener(port: u16, objects: &[Json], services: &Services) -> Json {
    let hosts: Vec<Json> = virtual_hosts(objects, services)
        .into_iter()
        .map(|(host, routes)| json!({ "name": host, "domains": [host], "routes": routes }))
        .collect();
    let router = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";
    let manager = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "loopback",
        "use_remote_address": true,
        // Envoy keeps a connection that it closes open for a second; nothing of that is asked here.
        "delayed_close_timeout": "0s",
        "normalize_path": true,
        "merge_slashes": true,
        "path_with_escaped_slashes_action": "UNESCAPE_AND_REDIRECT",
        "common_http_protocol_options": { "headers_with_underscores_action": "REJECT_REQUEST" },
        "route_config": { "name": "routes", "ignore_port_in_host_matching": true, "virtual_hosts": hosts },
        "http_filters": [{ "name": "envoy.filters.http.router", "typed_config": { "@type": router } }],
    });
    let filter = json!({ "name": "envoy.filters.network.http_connection_manager", "typed_config": manager });
    json!({ "name": format!("case-{port}"), "address": address(port), "filter_chains": [{ "filters": [filter] }] })
}

/// The routes of every host on port 80, in the order in which Envoy tries them.
fn virtual_hosts(objects: &[Json], services: &Services) -> BTreeMap<String, Vec<Json>> {
    let mut found: BTreeMap<String, Vec<(Rank, Json)>> = BTreeMap::new();
    for route in objects.iter().filter(|object| object["kind"] == "HTTPRoute") {
        for host in hosts(route, objects) {
            let routes = found.entry(host).or_default();
            for rule in list(&route["spec"]["rules"]) {
                for one in list(&rule["matches"]) {
                    routes.push((rank(one), xds(route, rule, one, services)));
                }
            }
        }
    }
    let sorted = |mut routes: Vec<(Rank, Json)>| {
        routes.sort_by_key(|(rank, _)| *rank);
        routes.into_iter().map(|(_, route)| route).collect()
    };
    found.into_iter().map(|(host, routes)| (host, sorted(routes))).collect()
}

/// The hosts of a route on the listeners for port 80 that it names.
fn hosts(route: &Json, objects: &[Json]) -> BTreeSet<String> {
    let mut hosts = BTreeSet::new();
    let names: Vec<&str> = list(&route["spec"]["hostnames"]).map(text).collect();
    for parent in list(&route["spec"]["parentRefs"]) {
        let namespace = parent["namespace"].as_str().unwrap_or(text(&route["metadata"]["namespace"]));
        let gateways = objects.iter().filter(|object| {
            object["kind"] == "Gateway"
                && object["metadata"]["name"] == parent["name"]
                && text(&object["metadata"]["namespace"]) == namespace
        });
        let listeners = gateways.flat_map(|gateway| list(&gateway["spec"]["listeners"]));
        for listener in listeners.filter(|listener| listener["port"] == 80) {
            if parent["sectionName"].is_string() && parent["sectionName"] != listener["name"] {
                continue;
            }
            match listener["hostname"].as_str() {
                _ if !names.is_empty() => hosts.extend(names.iter().map(|name| (*name).to_owned())),
                Some(host) => drop(hosts.insert(host.to_owned())),
                None => drop(hosts.insert("*".to_owned())),
            }
        }
    }
    hosts
}

/// Exact, expression, prefix; then the longer text, more headers (the method is one), more query parameters.
type Rank = (u8, std::cmp::Reverse<usize>, std::cmp::Reverse<usize>, std::cmp::Reverse<usize>);

fn rank(one: &Json) -> Rank {
    let kind = match one["path"]["type"].as_str() {
        Some("Exact") => 0,
        Some("RegularExpression") => 1,
        Some(_) | None => 2,
    };
    let headers = list(&one["headers"]).count() + usize::from(one["method"].is_string());
    let queries = list(&one["queryParams"]).count();
    let length = one["path"]["value"].as_str().unwrap_or("/").len();
    (kind, std::cmp::Reverse(length), std::cmp::Reverse(headers), std::cmp::Reverse(queries))
}

fn string_match(field: &Json) -> Json {
    match field["type"].as_str() {
        Some("RegularExpression") => json!({ "safe_regex": { "regex": field["value"] } }),
        Some(_) | None => json!({ "exact": field["value"] }),
    }
}

fn xds(route: &Json, rule: &Json, one: &Json, services: &Services) -> Json {
    let path = one["path"]["value"].as_str().unwrap_or("/");
    let is_prefix = !matches!(one["path"]["type"].as_str(), Some("Exact" | "RegularExpression"));
    let mut matched = match one["path"]["type"].as_str() {
        Some("Exact") => json!({ "path": path }),
        Some("RegularExpression") => json!({ "safe_regex": { "regex": path } }),
        Some(_) | None if path == "/" => json!({ "prefix": "/" }),
        Some(_) | None => json!({ "path_separated_prefix": path.strip_suffix('/').unwrap_or(path) }),
    };
    let headers =
        list(&one["headers"]).map(|field| json!({ "name": field["name"], "string_match": string_match(field) }));
    let method = one["method"].as_str().map(|method| json!({ "name": ":method", "string_match": { "exact": method } }));
    matched["headers"] = headers.chain(method).collect();
    let queries = list(&one["queryParams"]);
    matched["query_parameters"] =
        queries.map(|field| json!({ "name": field["name"], "string_match": string_match(field) })).collect();
    let filter = |kind: &str| list(&rule["filters"]).find(|filter| filter["type"] == kind);
    let prefix = is_prefix.then_some(path);
    if let Some(filter) = filter("RequestRedirect") {
        return json!({ "match": matched, "redirect": redirect(&filter["requestRedirect"], prefix) });
    }
    match action(route, rule, filter("URLRewrite").map(|filter| &filter["urlRewrite"]), prefix, services) {
        Some(action) => json!({ "match": matched, "route": action }),
        None => json!({ "match": matched, "direct_response": { "status": 500 } }),
    }
}

/// An empty or `/` replacement is an expression, so that no slash is doubled (prefix2RegexRewrite).
fn emptied(prefix: &str) -> Json {
    json!({ "pattern": { "regex": format!("^{prefix}\\/*") }, "substitution": "/" })
}

fn redirect(filter: &Json, prefix: Option<&str>) -> Json {
    let code = match filter["statusCode"].as_u64() {
        Some(302) => "FOUND",
        Some(303) => "SEE_OTHER",
        Some(307) => "TEMPORARY_REDIRECT",
        Some(308) => "PERMANENT_REDIRECT",
        Some(_) | None => "MOVED_PERMANENTLY",
    };
    let mut redirect = json!({ "response_code": code });
    let fields = [("scheme", "scheme_redirect"), ("hostname", "host_redirect")];
    for (from, to) in fields.iter().filter(|(from, _)| filter[*from].is_string()) {
        redirect[*to] = filter[*from].clone();
    }
    if let Some(port) = filter["port"].as_u64().filter(|port| ![80, 443].contains(port)) {
        redirect["port_redirect"] = port.into();
    }
    match (filter["path"]["replaceFullPath"].as_str(), filter["path"]["replacePrefixMatch"].as_str(), prefix) {
        (Some(full), _, _) => redirect["path_redirect"] = full.into(),
        (None, Some("" | "/"), Some(prefix)) => redirect["regex_rewrite"] = emptied(prefix),
        (None, Some(to), _) => redirect["prefix_rewrite"] = to.into(),
        (None, None, _) => {}
    }
    redirect
}

/// `None` when no backend is there: the route answers 500.
fn action(
    route: &Json,
    rule: &Json,
    rewrite: Option<&Json>,
    prefix: Option<&str>,
    services: &Services,
) -> Option<Json> {
    let name = |backend: &Json| {
        let namespace = backend["namespace"].as_str().unwrap_or(text(&route["metadata"]["namespace"]));
        format!("{namespace}/{}:{}", text(&backend["name"]), backend["port"])
    };
    let clusters: Vec<Json> = list(&rule["backendRefs"])
        .map(|backend| json!({ "name": name(backend), "weight": backend["weight"].as_u64().unwrap_or(1) }))
        .filter(|cluster| cluster["weight"] != 0)
        .collect();
    if !clusters.iter().any(|cluster| services.port(text(&cluster["name"])).is_some()) {
        return None;
    }
    let mut action = json!({
        "weighted_clusters": { "clusters": clusters },
        "cluster_not_found_response_code": "INTERNAL_SERVER_ERROR",
    });
    let Some(rewrite) = rewrite else { return Some(action) };
    if rewrite["hostname"].is_string() {
        action["host_rewrite_literal"] = rewrite["hostname"].clone();
    }
    match (rewrite["path"]["replaceFullPath"].as_str(), rewrite["path"]["replacePrefixMatch"].as_str(), prefix) {
        (Some(full), _, _) => {
            action["regex_rewrite"] = json!({ "pattern": { "regex": "^/.*$" }, "substitution": full });
        }
        (None, Some("" | "/"), Some(prefix)) => action["regex_rewrite"] = emptied(prefix),
        (None, Some(to), _) => action["prefix_rewrite"] = to.strip_suffix('/').unwrap_or(to).into(),
        (None, None, _) => {}
    }
    Some(action)
}
