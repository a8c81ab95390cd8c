//! Ingresses as the server blocks that ingress-nginx writes for them: the algorithm of controller.go, location.go and
//! template.go, and the parts of nginx.tmpl that decide where a request goes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use super::echo::Services;
use super::process::{self, Running};

pub(super) const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// Annotations that are rendered; and some that a request for plain HTTP does not meet.
const KNOWN: &[&str] = &[
    "app-root",
    "canary",
    "canary-by-header",
    "canary-by-header-value",
    "permanent-redirect",
    "permanent-redirect-code",
    "rewrite-target",
    "ssl-redirect",
    "upstream-vhost",
    "use-regex",
    "proxy-body-size",
    "proxy-read-timeout",
    "proxy-connect-timeout",
    "proxy-send-timeout",
];

/// Whether all of an input is of kinds and annotations that are rendered here.
pub(super) fn is_known(objects: &[Json]) -> bool {
    let ingresses: Vec<&Json> = objects.iter().filter(|object| object["kind"] == "Ingress").collect();
    let known = |ingress: &&Json| {
        let annotations = ingress["metadata"]["annotations"].as_object();
        let values = annotations.into_iter().flatten();
        ingress["apiVersion"] == "networking.k8s.io/v1"
            && ingress["spec"]["ingressClassName"] == "nginx"
            && ingress["spec"]["rules"].is_array()
            && ingress["spec"]["defaultBackend"].is_null()
            && values.into_iter().all(|(key, value)| {
                let name = key.strip_prefix(PREFIX).filter(|name| KNOWN.contains(name));
                name.is_some_and(|name| is_accepted(name, value.as_str().unwrap_or_default()))
            })
            && ports(ingress).all(|port| port["number"].is_u64())
    };
    let plain = objects
        .iter()
        .all(|object| ["Ingress", "Service", "Namespace", "Secret"].iter().any(|kind| object["kind"] == *kind));
    let names: BTreeSet<String> = objects
        .iter()
        .map(|object| format!("{}{}{}", object["kind"], namespace(object), object["metadata"]["name"]))
        .collect();
    let once = names.len() == objects.len();
    plain && once && !ingresses.is_empty() && ingresses.iter().all(known)
}

/// Values that the controller's validators take for sure; it leaves the annotation or the Ingress out for others.
fn is_accepted(name: &str, value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    match name {
        "canary" | "ssl-redirect" | "use-regex" => matches!(value, "true" | "false"),
        // An absolute target is a redirect, which is not rendered.
        "rewrite-target" => value.starts_with('/') && value.chars().all(|c| plain(c) || c == '$'),
        _ => value.chars().all(|c| plain(c) || c == ':'),
    }
}

fn ports(ingress: &Json) -> impl Iterator<Item = &Json> {
    paths(ingress).map(|(_, path)| &path["backend"]["service"]["port"])
}

/// Every path with its host.
fn paths(ingress: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let rules = ingress["spec"]["rules"].as_array().into_iter().flatten();
    rules.flat_map(|rule| {
        let host = rule["host"].as_str().unwrap_or("");
        rule["http"]["paths"].as_array().into_iter().flatten().map(move |path| (host, path))
    })
}

fn annotation<'i>(ingress: &'i Json, key: &str) -> Option<&'i str> {
    ingress["metadata"]["annotations"][format!("{PREFIX}{key}")].as_str()
}

fn says(ingress: &Json, key: &str) -> Option<bool> {
    annotation(ingress, key).map(|value| matches!(value, "true" | "True" | "TRUE" | "t" | "T" | "1"))
}

fn namespace(object: &Json) -> &str {
    object["metadata"]["namespace"].as_str().unwrap_or("default")
}

/// `namespace/name:port` of what a path names.
fn backend(ingress: &Json, path: &Json) -> String {
    let service = &path["backend"]["service"];
    format!("{}/{}:{}", namespace(ingress), service["name"].as_str().unwrap(), service["port"]["number"])
}

/// The Service ports that are there: those of the Services, or all that are named when there is no Service at all.
pub(super) fn services(objects: &[Json]) -> Vec<String> {
    let of_kind = |kind: &'static str| objects.iter().filter(move |object| object["kind"] == kind);
    let named = || of_kind("Ingress").flat_map(|ingress| paths(ingress).map(|(_, path)| backend(ingress, path)));
    if of_kind("Service").next().is_none() {
        return named().collect();
    }
    let there = |service: &Json| {
        let ports = service["spec"]["ports"].as_array().cloned().unwrap_or_default();
        let prefix = format!("{}/{}", namespace(service), service["metadata"]["name"].as_str().unwrap());
        ports.into_iter().map(move |port| format!("{prefix}:{}", port["port"]))
    };
    of_kind("Service").flat_map(there).collect()
}

/// A location before it is split and written.
#[derive(Clone)]
struct Location<'i> {
    path: String,
    exact: bool,
    /// The Ingress that won it.
    ingress: &'i Json,
    /// `None` for the controller's default backend.
    service: Option<String>,
}

impl Location<'_> {
    fn rewrite(&self) -> Option<&str> {
        annotation(self.ingress, "rewrite-target").filter(|target| *target != self.path)
    }

    fn use_regex(&self) -> bool {
        says(self.ingress, "use-regex") == Some(true)
    }
}

#[derive(Default)]
struct Server<'i> {
    locations: Vec<Location<'i>>,
    tls: bool,
}

/// Everything but canaries, by host; the oldest Ingress first, and of two as old the larger name (store.go).
fn servers(objects: &[Json]) -> BTreeMap<String, Server<'_>> {
    let mut ingresses: Vec<&Json> = objects.iter().filter(|object| object["kind"] == "Ingress").collect();
    let created = |ingress: &Json| ingress["metadata"]["creationTimestamp"].as_str().unwrap_or("").to_owned();
    let name = |ingress: &Json| format!("{}/{}", namespace(ingress), ingress["metadata"]["name"].as_str().unwrap());
    ingresses.sort_by_key(|ingress| (created(ingress), std::cmp::Reverse(name(ingress))));
    ingresses.retain(|ingress| says(ingress, "canary") != Some(true));
    let mut servers: BTreeMap<String, Server<'_>> = BTreeMap::new();
    for ingress in &ingresses {
        for rule in ingress["spec"]["rules"].as_array().unwrap() {
            let host = rule["host"].as_str().unwrap_or("").to_owned();
            servers.entry(host).or_insert_with(|| Server {
                locations: vec![Location { path: "/".to_owned(), exact: false, ingress, service: None }],
                tls: false,
            });
        }
    }
    for ingress in ingresses {
        for (host, path) in paths(ingress) {
            let text = path["path"].as_str().filter(|path| !path.is_empty()).unwrap_or("/").to_owned();
            let exact = path["pathType"] == "Exact";
            let location = Location { path: text, exact, ingress, service: Some(backend(ingress, path)) };
            let server = servers.get_mut(host).unwrap();
            let same = |other: &&mut Location<'_>| other.path == location.path && other.exact == exact;
            match server.locations.iter_mut().find(same) {
                Some(made) if made.service.is_none() => *made = location,
                Some(_) => {}
                None => server.locations.push(location),
            }
        }
        if ingress["spec"]["tls"].as_array().is_some_and(|tls| !tls.is_empty()) {
            for rule in ingress["spec"]["rules"].as_array().unwrap() {
                if let Some(host) = rule["host"].as_str() {
                    servers.get_mut(host).unwrap().tls = true;
                }
            }
        }
    }
    for server in servers.values_mut() {
        server.locations.sort_by(|a, b| b.path.cmp(&a.path));
        server.locations.sort_by_key(|location| std::cmp::Reverse(location.path.len()));
        server.locations = split(&server.locations);
    }
    servers
}

/// A prefix is a location for what is below it and one for itself (location.go).
fn split<'i>(locations: &[Location<'i>]) -> Vec<Location<'i>> {
    let exact: BTreeSet<&str> = locations.iter().filter(|l| l.exact).map(|l| l.path.as_str()).collect();
    let mut all = Vec::new();
    for location in locations {
        let whole = location.exact || location.path == "/" || location.rewrite().is_some() || location.use_regex();
        if whole {
            all.push(location.clone());
            continue;
        }
        let below = if location.path.ends_with('/') { location.path.clone() } else { format!("{}/", location.path) };
        all.push(Location { path: below, ..location.clone() });
        if !exact.contains(location.path.as_str()) {
            all.push(Location { exact: true, ..location.clone() });
        }
    }
    all
}

/// The main configuration: what nginx.tmpl sets for every server, as far as routing sees it.
pub(super) fn start(program: &Path, listeners: &[(u16, &[Json])], services: &Services) -> Running {
    let folder = process::folder("nginx");
    let mut text = String::from(
        "daemon off;\nmaster_process off;\npid pid;\nerror_log stderr crit;\nevents { worker_connections 1024; }\nhttp {\n\
         access_log off;\nport_in_redirect off;\nserver_names_hash_bucket_size 256;\nvariables_hash_bucket_size 256;\n\
         proxy_set_header Host $http_host;\nproxy_http_version 1.1;\nproxy_redirect off;\nclient_max_body_size 1m;\n\
         map $request_uri $redirect_uri { default $request_uri; \"~^(?<cut>.*)/$\" $cut; }\n",
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        writeln!(text, "{kind}_temp_path {kind};").unwrap();
    }
    for (port, objects) in listeners {
        render(&mut text, *port, objects, services);
    }
    text.push_str("}\n");
    std::fs::write(folder.join("nginx.conf"), &text).unwrap();
    let mut command = Command::new(program);
    command.arg("-p").arg(&folder).args(["-e", "stderr", "-c", "nginx.conf"]);
    let ports: Vec<u16> = listeners.iter().map(|(port, _)| *port).collect();
    process::start(&mut command, folder, &ports)
}

fn render(text: &mut String, port: u16, objects: &[Json], services: &Services) {
    let present: BTreeSet<String> = self::services(objects).into_iter().collect();
    let mut servers = servers(objects);
    let catch_all = servers.remove("").unwrap_or_default();
    let mut maps = String::new();
    let mut blocks = String::new();
    let mut all: Vec<(String, &Server<'_>)> =
        vec![(format!("listen 127.0.0.1:{port} default_server; server_name _;"), &catch_all)];
    // Servers are sorted by host; a wildcard is an expression for one label (template.go, buildServerName).
    for (host, server) in &servers {
        let name = match host.strip_prefix("*.") {
            Some(rest) => format!("\"~^(?<subdomain>[\\w-]+)\\.{}$\"", rest.replace('.', "\\.")),
            None => host.clone(),
        };
        all.push((format!("listen 127.0.0.1:{port}; server_name {name};"), server));
    }
    for (names, server) in all {
        writeln!(blocks, "server {{\n{names}").unwrap();
        let regex = server.locations.iter().any(|location| location.use_regex() || location.rewrite().is_some());
        let root = server.locations.iter().find_map(|location| annotation(location.ingress, "app-root"));
        if let Some(root) = root {
            writeln!(blocks, "if ($uri = /) {{ return 302 $scheme://$http_host{root}; }}").unwrap();
        }
        for location in &server.locations {
            let path = &location.path;
            let head = match (regex, location.exact) {
                (true, _) => format!("~* \"^{path}\""),
                (false, true) => format!("= \"{path}\""),
                (false, false) => format!("\"{path}\""),
            };
            let upstream = upstream(&mut maps, port, objects, location, &present, services);
            writeln!(blocks, "location {head} {{\n{}}}", body(location, server.tls, &upstream)).unwrap();
        }
        if server.locations.is_empty() {
            blocks.push_str("location / { return 404; }\n");
        }
        blocks.push_str("}\n");
    }
    text.push_str(&maps);
    text.push_str(&blocks);
}

/// What a location does, in the order of nginx's phases.
fn body(location: &Location<'_>, tls: bool, upstream: &Upstream) -> String {
    let mut text = String::new();
    if let Some(url) = annotation(location.ingress, "permanent-redirect") {
        let code = annotation(location.ingress, "permanent-redirect-code").unwrap_or("301");
        writeln!(text, "return {code} {url};").unwrap();
    }
    if tls && says(location.ingress, "ssl-redirect") != Some(false) {
        text.push_str("return 308 https://$host$redirect_uri;\n");
    }
    match upstream {
        Upstream::Default => text.push_str("return 404;\n"),
        Upstream::Missing => text.push_str("return 503;\nproxy_pass http://127.0.0.1:1;\n"),
        Upstream::At(address) => {
            if let Some(target) = location.rewrite() {
                writeln!(text, "rewrite \"(?i){}\" {target} break;", location.path).unwrap();
            }
            if let Some(host) = annotation(location.ingress, "upstream-vhost") {
                writeln!(text, "proxy_set_header Host {host};").unwrap();
            }
            writeln!(text, "proxy_pass http://{address};").unwrap();
        }
    }
    text
}

enum Upstream {
    Default,
    Missing,
    At(String),
}

/// The upstream of a location, chosen by a header where a canary stands beside it (balancer.lua).
fn upstream(
    maps: &mut String,
    port: u16,
    objects: &[Json],
    location: &Location<'_>,
    present: &BTreeSet<String>,
    services: &Services,
) -> Upstream {
    let Some(service) = &location.service else { return Upstream::Default };
    let at = |service: &String| {
        let address = services.port(service).filter(|_| present.contains(service));
        address.map(|port| format!("127.0.0.1:{port}"))
    };
    let Some(main) = at(service) else { return Upstream::Missing };
    let canary = objects
        .iter()
        .filter(|object| object["kind"] == "Ingress" && says(object, "canary") == Some(true))
        .find_map(|canary| {
            let header = annotation(canary, "canary-by-header")?;
            // The canary stands beside the Service that the main Ingress names for one of its paths.
            let beside =
                objects.iter().filter(|other| other["kind"] == "Ingress" && says(other, "canary") != Some(true));
            let mut mains =
                beside.flat_map(|main| paths(main).map(move |(host, path)| (host, path, backend(main, path))));
            let (_, path) = paths(canary).find(|(host, path)| {
                mains.any(|(other, main, name)| {
                    other == *host
                        && main["path"] == path["path"]
                        && main["pathType"] == path["pathType"]
                        && name == *service
                })
            })?;
            let value = annotation(canary, "canary-by-header-value").unwrap_or("always");
            Some((header.to_lowercase().replace('-', "_"), value, at(&backend(canary, path))?))
        });
    let Some((header, value, other)) = canary else { return Upstream::At(main) };
    let name = format!("$upstream_{port}_{}", maps.lines().count());
    writeln!(maps, "map $http_{header} {name} {{ default {main}; \"{value}\" {other}; }}").unwrap();
    Upstream::At(name)
}
