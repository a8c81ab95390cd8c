//! Servers and their locations: which Ingress owns what (controller.go, createServers and getBackendServers).

use std::collections::{BTreeMap, BTreeSet};

use super::Loaded;
use super::globals::Globals;
use super::snippet::Snippet;
use super::upstreams::{Key, Upstream, key};
use crate::model::{BackendTls, ClientCertificates, Located, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::ingress::{Ingress, IngressPath, PathType};
use crate::syntax::FieldPath;

/// The server of hosts that no Ingress names.
pub(super) const CATCH_ALL: &str = "_";

/// A server: one a host.
#[derive(Debug, Clone)]
pub(super) struct Server {
    /// Host; `_` for the catch-all.
    pub host: String,
    /// Locations in the controller's order.
    pub locations: Vec<Location>,
    /// Further names.
    pub aliases: Vec<Located<String>>,
    /// Its certificate; `None` when no Ingress of the host has a tls section.
    pub certificate: Option<Certificate>,
    /// `from-to-www-redirect` is set.
    pub www_redirect: Option<Origin>,
    /// `ssl-passthrough` is set.
    pub passthrough: Option<Origin>,
    /// All requests are answered with 403.
    pub forbidden: Option<Origin>,
    /// What is asked of clients in the handshake.
    pub client: Option<Located<ClientCertificates>>,
    /// The ciphers that clients are offered.
    pub ciphers: Option<Located<Vec<String>>>,
    /// nginx configuration of the host.
    pub snippet: Option<Located<Snippet>>,
    /// TLS towards the backends of Ingresses that do not say otherwise.
    pub backend_tls: Option<Located<BackendTls>>,
    /// The first object that named the host.
    pub origin: Option<Origin>,
    /// Some location is a regular expression, so all are (template.go, enforceRegexModifier).
    pub regex: bool,
}

/// The certificate of a server.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    /// `(namespace, secret)`; `None` for the controller's default certificate.
    pub secret: Option<(String, String)>,
    /// The tls entry.
    pub origin: Origin,
}

/// A location.
#[derive(Debug, Clone)]
pub(super) struct Location {
    /// Path as nginx compares it.
    pub path: String,
    /// Exact, or Prefix (ImplementationSpecific counts as Prefix: internal/k8s/main.go).
    pub exact: bool,
    /// The Ingress whose annotations hold; `None` for the catch-all's own `/`.
    pub owner: Option<usize>,
    /// Where it goes; `None` for the default backend.
    pub upstream: Option<Key>,
    /// The path as the Ingress wrote it, before it was split.
    pub written: String,
    /// The `/` that the controller adds to every host.
    pub synthetic: bool,
    /// A rule-less Ingress: its redirects and rewrites do not count.
    pub plain: bool,
    /// Came out of a split: this is `= /foo` beside `/foo/`.
    pub split_exact: bool,
    /// The field.
    pub origin: Option<Origin>,
}

/// All servers by host.
#[must_use]
pub(super) fn build(
    ingresses: &[Loaded],
    upstreams: &BTreeMap<Key, Upstream>,
    globals: &Globals,
    report: &mut Report,
) -> BTreeMap<String, Server> {
    let mut servers = create(ingresses, upstreams);
    configure(ingresses, globals, &mut servers, report);
    unique_aliases(&mut servers);
    add_paths(ingresses, upstreams, &mut servers, report);
    servers
}

fn server_name(host: &str) -> &str {
    if host.is_empty() { CATCH_ALL } else { host }
}

fn synthetic(owner: Option<usize>, upstream: Option<Key>, origin: Option<Origin>) -> Location {
    Location {
        path: "/".to_owned(),
        exact: false,
        owner,
        upstream,
        written: "/".to_owned(),
        synthetic: true,
        plain: false,
        split_exact: false,
        origin,
    }
}

fn new_server(host: &str, location: Location, origin: Option<Origin>) -> Server {
    Server {
        host: host.to_owned(),
        locations: vec![location],
        aliases: Vec::new(),
        certificate: None,
        www_redirect: None,
        passthrough: None,
        forbidden: None,
        client: None,
        ciphers: None,
        snippet: None,
        backend_tls: None,
        origin,
        regex: false,
    }
}

/// Every host gets a server with a `/` that carries the annotations of the first Ingress naming it.
fn create(ingresses: &[Loaded], upstreams: &BTreeMap<Key, Upstream>) -> BTreeMap<String, Server> {
    let mut servers = BTreeMap::new();
    servers.insert(CATCH_ALL.to_owned(), new_server(CATCH_ALL, synthetic(None, None, None), None));
    for (index, Loaded { ingress, effective, .. }) in ingresses.iter().enumerate() {
        if effective.canary.is_some() {
            continue;
        }
        let default = ingress.default_backend.as_ref().and_then(|b| Some((key(ingress, b)?, ingress.origin(&b.field))));
        let default = default.filter(|(key, _)| upstreams.contains_key(key));
        if let (Some((key, origin)), true, Some(catch_all)) =
            (&default, ingress.rules.is_empty(), servers.get_mut(CATCH_ALL))
            && let Some(location) = catch_all.locations.first_mut().filter(|location| location.synthetic)
        {
            *location = Location {
                synthetic: false,
                plain: true,
                ..synthetic(Some(index), Some(key.clone()), Some(origin.clone()))
            };
        }
        for rule in &ingress.rules {
            let host = server_name(&rule.host);
            if !servers.contains_key(host) {
                let origin = default.as_ref().map_or_else(|| ingress.origin(&rule.field), |(_, origin)| origin.clone());
                let location = synthetic(Some(index), default.as_ref().map(|(key, _)| key.clone()), Some(origin));
                servers.insert(host.to_owned(), new_server(host, location, Some(ingress.origin(&rule.field))));
            }
        }
    }
    servers
}

/// Aliases and certificates: the oldest Ingress of the host that has some.
fn configure(ingresses: &[Loaded], globals: &Globals, servers: &mut BTreeMap<String, Server>, report: &mut Report) {
    for Loaded { ingress, effective, .. } in ingresses {
        if effective.canary.is_some() {
            continue;
        }
        for rule in &ingress.rules {
            let Some(server) = servers.get_mut(server_name(&rule.host)) else { continue };
            if server.aliases.is_empty() {
                server.aliases.clone_from(&effective.aliases);
            }
            if server.ciphers.is_none() {
                server.ciphers.clone_from(&effective.ciphers);
            }
            if server.snippet.is_none() {
                server.snippet.clone_from(&effective.server_snippet);
            }
            match &effective.ssl_passthrough {
                Some(origin) if server.host == CATCH_ALL || server.host.starts_with("*.") => {
                    report.push(never_passed_through(server, origin));
                }
                Some(origin) if !globals.ssl_passthrough => {
                    report.push(passthrough_is_off(origin));
                    report.ledger.record(origin, Fate::Ignored, Some(Code::AnnotationInert));
                }
                Some(origin) if server.passthrough.is_none() => server.passthrough = Some(origin.clone()),
                Some(_) | None => {}
            }
            if server.certificate.is_none() && server.host != CATCH_ALL && !ingress.tls.is_empty() {
                server.certificate = Some(certificate(ingress, &rule.host));
            }
        }
    }
}

fn passthrough_is_off(origin: &Origin) -> Diagnostic {
    Diagnostic::new(Code::AnnotationInert, "`ssl-passthrough` has no effect")
        .at(origin, "the controller runs without --enable-ssl-passthrough")
}

/// The server name of a connection is compared with the host as text (tcpproxy/tcp.go, Get).
fn never_passed_through(server: &Server, origin: &Origin) -> Diagnostic {
    let hosts = if server.host == CATCH_ALL { "a rule without host" } else { server.host.as_str() };
    let message = format!("`ssl-passthrough` has no effect on {hosts}");
    Diagnostic::new(Code::AnnotationInert, message)
        .at(origin, "the controller compares server names with the host as it is written")
}

/// The secret whose tls entry lists the host; else one whose certificate covers it, for which the hosts that the entry
/// lists (or an entry without hosts) stand in; else the default certificate (controller.go, extractTLSSecretName).
fn certificate(ingress: &Ingress, host: &str) -> Certificate {
    let listed = ingress.tls.iter().find(|tls| tls.hosts.iter().any(|h| h == host));
    let covers = |pattern: &String| {
        pattern
            .strip_prefix("*.")
            .is_some_and(|suffix| host.split_once('.').is_some_and(|(_, parent)| parent == suffix))
    };
    let found = listed.or_else(|| {
        ingress
            .tls
            .iter()
            .filter(|tls| tls.secret.is_some())
            .find(|tls| tls.hosts.is_empty() || tls.hosts.iter().any(covers))
    });
    let field = found.or(ingress.tls.first()).map_or_else(FieldPath::root, |tls| tls.field.clone());
    let secret = found.and_then(|tls| tls.secret.clone()).map(|secret| (ingress.object.namespace.clone(), secret));
    Certificate { secret, origin: ingress.origin(&field) }
}

/// An alias that is the host itself, another host, or repeated counts for nothing (controller.go:1506).
fn unique_aliases(servers: &mut BTreeMap<String, Server>) {
    let hosts: BTreeSet<String> = servers.keys().cloned().collect();
    for server in servers.values_mut() {
        let mut seen = BTreeSet::new();
        let host = server.host.clone();
        server
            .aliases
            .retain(|alias| alias.value != host && !hosts.contains(&alias.value) && seen.insert(alias.value.clone()));
        server.aliases.sort_by(|a, b| a.value.cmp(&b.value));
    }
}

fn add_paths(
    ingresses: &[Loaded],
    upstreams: &BTreeMap<Key, Upstream>,
    servers: &mut BTreeMap<String, Server>,
    report: &mut Report,
) {
    for (index, loaded) in ingresses.iter().enumerate() {
        for rule in &loaded.ingress.rules {
            let host = server_name(&rule.host);
            let host = if servers.contains_key(host) { host } else { CATCH_ALL };
            let Some(server) = servers.get_mut(host) else { continue };
            if rule.paths.is_none() && host != CATCH_ALL {
                continue;
            }
            if server.forbidden.is_none() {
                server.forbidden.clone_from(&loaded.effective.forbidden);
            }
            // The first Ingress with a readable authority, for the whole host (controller.go:762).
            if server.client.is_none() {
                server.client.clone_from(&loaded.effective.client_certificates);
            }
            if server.backend_tls.is_none() {
                server.backend_tls.clone_from(&loaded.effective.policies.backend_tls);
            }
            for path in rule.paths.iter().flatten() {
                add_path(server, index, loaded, path, upstreams, report);
            }
        }
    }
}

fn add_path(
    server: &mut Server,
    index: usize,
    loaded: &Loaded,
    path: &IngressPath,
    upstreams: &BTreeMap<Key, Upstream>,
    report: &mut Report,
) {
    let origin = loaded.ingress.origin(&path.field);
    let Some(key) = key(&loaded.ingress, &path.backend) else {
        report.ledger.record(&origin, Fate::Invalid, Some(Code::ResourceBackend));
        report.push(
            Diagnostic::new(Code::ResourceBackend, "a path with a resource backend is skipped")
                .at(&origin, "ingress-nginx skips it"),
        );
        return;
    };
    if upstreams.get(&key).is_none_or(|upstream| upstream.canary_only) {
        if loaded.effective.canary.is_none() {
            let message = format!(
                "the Service of `{}` was first named by a canary Ingress, so this path gets no location",
                path.path
            );
            report.ledger.record(&origin, Fate::Invalid, Some(Code::CanaryInert));
            report.push(Diagnostic::new(Code::CanaryInert, message).at(&origin, "never gets a request"));
        }
        return;
    }
    let exact = path.path_type == PathType::Exact;
    let nginx_path = nginx_text(&path.path);
    // The search stops at the first entry of the same path, whatever its type (controller.go:822).
    let same = server.locations.iter_mut().find(|location| location.path == nginx_path);
    match same {
        Some(location) if location.exact == exact && !location.synthetic => {
            let winner = location.origin.clone();
            duplicate(report, path, &origin, winner.as_ref());
            return;
        }
        Some(location) if location.exact == exact => {
            *location = Location { synthetic: false, ..synthetic(Some(index), Some(key), Some(origin)) };
        }
        Some(_) | None => {
            let location = Location {
                written: nginx_path.clone(),
                path: nginx_path,
                exact,
                synthetic: false,
                ..synthetic(Some(index), Some(key), Some(origin))
            };
            server.locations.push(location);
        }
    }
    if server.www_redirect.is_none() {
        server.www_redirect.clone_from(&loaded.effective.www_redirect);
    }
}

fn duplicate(report: &mut Report, path: &IngressPath, origin: &Origin, winner: Option<&Origin>) {
    report.ledger.record(origin, Fate::Invalid, Some(Code::DuplicatePath));
    let mut diagnostic =
        Diagnostic::new(Code::DuplicatePath, format!("path `{}` is already taken on this host", path.path))
            .at(origin, "never gets a request");
    if let Some(winner) = winner {
        diagnostic = diagnostic.at(winner, "served by this one");
    }
    report.push(diagnostic);
}

/// Text of an Ingress as nginx sees it: bytes, one character each.
#[must_use]
pub(super) fn nginx_text(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.bytes().map(char::from).collect() }
}
