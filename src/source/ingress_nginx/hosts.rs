//! From servers to virtual hosts: names in the order in which nginx asks them, aliases, redirects between names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Loaded;
use super::blocked;
use super::globals::Globals;
use super::redirects;
use super::rules::{self, Place};
use super::servers::{CATCH_ALL, Location, Server};
use super::snippet::Snippet;
use super::upstreams::{Key, Upstream};
use crate::model::{
    AccessList, Anchoring, Cause, ConnectionSetting, EntryPoint, HeaderEdit, HostPattern, Located, Matcher, ObjectRef,
    Origin, PathHandling, PathMatcher, PathRegex, Pipeline, Policies, Protocol, Routing, Rule, Shared, Tls,
    VirtualHost, WildcardDepth,
};
use crate::report::{Code, Diagnostic, Report};
use crate::source::context::Context;
use crate::syntax::{DocumentId, FieldPath};

/// What lowering reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'a> {
    /// In the controller's order.
    pub ingresses: &'a [Loaded],
    /// By key.
    pub upstreams: &'a BTreeMap<Key, Upstream>,
    /// The controller's configuration.
    pub globals: &'a Globals,
    /// Services and the rest.
    pub context: &'a Context,
}

/// The dialect's name.
pub const DIALECT: &str = "ingress-nginx";

/// An origin for what no object asked for.
#[must_use]
pub(super) fn nowhere() -> Origin {
    let object = ObjectRef {
        kind: "controller".to_owned(),
        namespace: String::new(),
        name: DIALECT.to_owned(),
        document: DocumentId(u32::MAX),
        within: FieldPath::root(),
    };
    Origin::object(&Arc::new(object))
}

/// All servers as a routing.
#[must_use]
pub(super) fn routing(
    name: &str,
    servers: &BTreeMap<String, Server>,
    inputs: &Inputs<'_>,
    report: &mut Report,
) -> Routing {
    let refused = super::refused::refusal(servers, inputs);
    if let Some(refusal) = &refused {
        let message = format!("nginx refuses this configuration: {}", refusal.reason);
        let mut diagnostic = Diagnostic::new(Code::ConfigurationRefused, message);
        if let Some(origin) = &refusal.origin {
            diagnostic = diagnostic.at(origin, "by this");
        }
        report.push(diagnostic);
    }
    let entry_points = [(80, Protocol::Http), (443, Protocol::Https)].map(|(port, protocol)| EntryPoint {
        port,
        protocol,
        hosts: virtual_hosts(servers, protocol, inputs),
        pipeline: Pipeline::Nginx,
        underscores: inputs.globals.underscores,
        implicit: inputs.globals.implicit(protocol),
        client: inputs.globals.client.clone(),
    });
    Routing {
        name: name.to_owned(),
        dialect: DIALECT,
        entry_points: entry_points.into(),
        refused,
        ..Routing::default()
    }
}

/// Exact names first, then wildcard aliases (longest first), then expressions in the order of the configuration
/// (servers sorted by host), then the catch-all (ngx_http_find_virtual_server).
fn virtual_hosts(servers: &BTreeMap<String, Server>, protocol: Protocol, inputs: &Inputs<'_>) -> Vec<VirtualHost> {
    let certified: BTreeSet<&str> =
        servers.values().filter(|s| s.certificate.is_some()).map(|s| s.host.as_str()).collect();
    let mut hosts = Vec::new();
    for server in servers.values() {
        hosts.push(virtual_host(server, host_pattern(&server.host), &server.host, protocol, &certified, inputs));
        for alias in &server.aliases {
            let host = virtual_host(server, alias_pattern(&alias.value), &alias.value, protocol, &certified, inputs);
            // An Ingress without paths can give the catch-all server an alias.
            let origin = host.origin.clone().or_else(|| Some(alias.origin.clone()));
            hosts.push(VirtualHost { origin, ..host });
        }
        hosts.extend(www_host(server, servers, protocol, inputs));
    }
    hosts.extend(own_name(servers, protocol, inputs));
    hosts.sort_by_key(|host| match &host.host {
        HostPattern::Exact(_) => (0, 0),
        HostPattern::Wildcard { depth: WildcardDepth::Many, suffix } => (1, usize::MAX - suffix.len()),
        HostPattern::Wildcard { depth: WildcardDepth::One, .. } | HostPattern::Regex(_) => (2, 0),
        HostPattern::Any => (3, 0),
    });
    hosts
}

/// A Host of `_` is the catch-all server's own name, for which the controller has its default certificate (certificate.lua
/// asks by `$host`; controller.go, createServers), so that it is redirected to https where other unknown hosts are not.
/// No manifest can name it: its rules are the controller's own.
fn own_name(servers: &BTreeMap<String, Server>, protocol: Protocol, inputs: &Inputs<'_>) -> Option<VirtualHost> {
    let server = servers.get(CATCH_ALL)?;
    let host = |certified: BTreeSet<&str>| {
        let name = HostPattern::Exact(CATCH_ALL.to_owned());
        virtual_host(server, name, CATCH_ALL, protocol, &certified, inputs)
    };
    let redirects = |host: &VirtualHost| host.rules.iter().filter(|rule| rule.cause == Cause::HttpsRedirect).count();
    let mut named = host(BTreeSet::from([CATCH_ALL]));
    if redirects(&named) == redirects(&host(BTreeSet::new())) {
        return None;
    }
    for rule in named.rules.iter_mut() {
        rule.cause = Cause::BuiltIn;
    }
    Some(named)
}

fn host_pattern(host: &str) -> HostPattern {
    match host.strip_prefix("*.") {
        _ if host == CATCH_ALL => HostPattern::Any,
        Some(suffix) => HostPattern::Wildcard { suffix: suffix.to_ascii_lowercase(), depth: WildcardDepth::One },
        None => HostPattern::Exact(host.to_ascii_lowercase()),
    }
}

/// Aliases go into `server_name` as they are: nginx's own wildcards take any number of labels.
fn alias_pattern(alias: &str) -> HostPattern {
    match (alias.strip_prefix('~'), alias.strip_prefix("*.")) {
        (Some(pattern), _) => HostPattern::Regex(pattern.to_owned()),
        (None, Some(suffix)) => {
            HostPattern::Wildcard { suffix: suffix.to_ascii_lowercase(), depth: WildcardDepth::Many }
        }
        (None, None) => HostPattern::Exact(alias.to_ascii_lowercase()),
    }
}

/// Whether the controller finds a certificate for a request host: its own server's, or a wildcard one for the parent
/// (certificate.lua). Aliases have none of their own.
fn has_certificate(host: &str, certified: &BTreeSet<&str>) -> bool {
    certified.contains(host)
        || host.split_once('.').is_some_and(|(_, parent)| certified.contains(format!("*.{parent}").as_str()))
}

fn virtual_host(
    server: &Server,
    pattern: HostPattern,
    name: &str,
    protocol: Protocol,
    certified: &BTreeSet<&str>,
    inputs: &Inputs<'_>,
) -> VirtualHost {
    let host = match &pattern {
        HostPattern::Exact(host) => Some(host.clone()),
        HostPattern::Wildcard { .. } | HostPattern::Regex(_) | HostPattern::Any => None,
    };
    let place = Place { protocol, certificate: has_certificate(name, certified), host: host.as_deref() };
    let tls = (protocol == Protocol::Https).then(|| Tls {
        secrets: certificates(server, inputs),
        origin: server.certificate.as_ref().map(|certificate| certificate.origin.clone()),
        sni: None,
        client: server.client.clone(),
    });
    let passthrough = protocol == Protocol::Https
        && inputs.globals.ssl_passthrough
        && server.passthrough.is_some()
        && name == server.host
        && !name.starts_with("*.");
    let mut rules = match passthrough {
        true => passthrough_rule(server, place, inputs),
        false => server_rules(server, place, inputs),
    };
    rules.shrink_to_fit();
    if let Some(ciphers) = server.ciphers.as_ref().filter(|_| protocol == Protocol::Https && !passthrough) {
        let setting = Located::new(ConnectionSetting::Ciphers(ciphers.value.clone()), ciphers.origin.clone());
        rules.iter_mut().for_each(|rule| rule.policies.connections.push(setting.clone()));
    }
    VirtualHost {
        host: pattern,
        paths: PathHandling::Nginx,
        rules: rules.into(),
        unmatched: 404,
        tls: tls.filter(|_| !passthrough),
        passthrough,
        origin: server.origin.clone(),
    }
}

/// The Secret of the host's own certificate; else that of `--default-ssl-certificate`, which every host without one has.
fn certificates(server: &Server, inputs: &Inputs<'_>) -> Vec<(String, String)> {
    let own = server.certificate.as_ref().and_then(|certificate| certificate.secret.as_ref());
    own.or(inputs.globals.default_certificate.as_ref()).cloned().into_iter().collect()
}

/// TLS goes to the backend of `/` (controller.go:666).
fn passthrough_rule(server: &Server, place: Place<'_>, inputs: &Inputs<'_>) -> Vec<Rule> {
    let root =
        server.locations.iter().find(|location| location.path == "/" && !location.exact && location.upstream.is_some());
    let mut rules =
        root.map(|location| rules::rules(location, &PathMatcher::Any, server, place, inputs)).unwrap_or_default();
    rules.retain(|rule| rule.matcher.only_path());
    for rule in &mut rules {
        rule.policies = Shared::default();
    }
    rules
}

fn www_host(
    server: &Server,
    servers: &BTreeMap<String, Server>,
    protocol: Protocol,
    inputs: &Inputs<'_>,
) -> Option<VirtualHost> {
    let origin = server.www_redirect.as_ref()?;
    let from = server.host.strip_prefix("www.").map_or_else(|| format!("www.{}", server.host), str::to_owned);
    if servers.contains_key(&from) || server.host == CATCH_ALL {
        return None;
    }
    let tls = Tls {
        secrets: certificates(server, inputs),
        origin: server.certificate.as_ref().map(|certificate| certificate.origin.clone()),
        sni: None,
        client: None,
    };
    Some(VirtualHost {
        host: host_pattern(&from),
        paths: PathHandling::Nginx,
        rules: vec![redirects::www_redirect(&server.host, inputs.globals, protocol, origin)].into(),
        unmatched: 404,
        tls: (protocol == Protocol::Https).then_some(tls),
        passthrough: false,
        origin: Some(origin.clone()),
    })
}

fn server_rules(server: &Server, place: Place<'_>, inputs: &Inputs<'_>) -> Vec<Rule> {
    let mut out = blocked::rules(inputs.globals);
    if let Some(forbidden) = &server.forbidden {
        out.push(Rule { origin: forbidden.clone(), ..denied(403) });
        return out;
    }
    // `if ($ssl_client_s_dn !~ …) { return 403; }`: without TLS there is no certificate (nginx.tmpl:915).
    if let Some(named) = server.client.as_ref().filter(|client| client.value.common_name.is_some())
        && place.protocol == Protocol::Http
    {
        out.push(Rule { origin: named.origin.clone(), ..denied(403) });
        return out;
    }
    let rules = located_rules(server, place, inputs);
    out.extend(match &server.snippet {
        Some(snippet) => with_snippet(snippet, inputs.globals.blocked.as_ref(), place, rules),
        None => rules,
    });
    out
}

/// A host's snippet runs before locations are looked at (nginx.tmpl:976); what it says of answers holds for all of them.
fn with_snippet(
    snippet: &Located<Snippet>,
    blocked: Option<&Located<AccessList>>,
    place: Place<'_>,
    mut rules: Vec<Rule>,
) -> Vec<Rule> {
    let located = |edit: &HeaderEdit| Located::new(edit.clone(), snippet.origin.clone());
    let closed = !snippet.value.access.admits_all();
    for rule in &mut rules {
        rule.policies.answer_headers.extend(snippet.value.answer_headers.iter().map(located));
        // A location with addresses of its own inherits none (ngx_http_access_module).
        let own = rule.policies.access.as_ref();
        let inherits = own.is_none_or(|list| Some(&list.origin) == blocked.map(|list| &list.origin));
        if closed && inherits {
            rule.policies.access = Some(Located::new(snippet.value.access.clone(), snippet.origin.clone()));
        }
    }
    if snippet.value.protects() {
        rules = super::snippet::unmodelled("server-snippet", &snippet.origin, rules);
    }
    let ended = |matcher, action| Rule { matcher, action, origin: snippet.origin.clone(), ..denied(403) };
    for step in snippet.value.steps.iter().rev() {
        rules = super::steps::before(step, &PathMatcher::Any, place, ended, rules)
            .unwrap_or_else(|rules| super::snippet::unmodelled("server-snippet", &snippet.origin, rules));
    }
    rules
}

fn located_rules(server: &Server, place: Place<'_>, inputs: &Inputs<'_>) -> Vec<Rule> {
    let mut out = Vec::new();
    let owner =
        |location: &&Location| location.owner.and_then(|index| inputs.ingresses.get(index)).filter(|_| !location.plain);
    let root = server.locations.iter().find_map(|location| owner(&location)?.effective.app_root.as_ref());
    out.extend(root.map(redirects::app_root));
    if server.regex {
        for location in &server.locations {
            out.extend(rules::rules(location, &regex_path(location), server, place, inputs));
        }
    } else {
        plain_rules(server, place, inputs, &mut out);
    }
    out
}

/// Every request gets this status.
pub(super) fn denied(status: u16) -> Rule {
    Rule {
        matcher: Matcher::path(PathMatcher::Any),
        action: rules::respond(status, false),
        policies: Shared::default(),
        cause: Cause::Denied,
        origin: nowhere(),
    }
}

/// `location ~* "^<path>"` (template.go, buildLocation).
fn regex_path(location: &Location) -> PathMatcher {
    PathMatcher::Regex(PathRegex {
        pattern: format!("^{}", location.path),
        case_insensitive: true,
        anchoring: Anchoring::Search,
    })
}

/// Exact locations, nginx's redirects to them, then prefixes with the longest first (ngx_http_core_find_static_location).
fn plain_rules(server: &Server, place: Place<'_>, inputs: &Inputs<'_>, out: &mut Vec<Rule>) {
    let named: BTreeSet<&str> = server.locations.iter().map(|location| location.path.as_str()).collect();
    let split_twins: BTreeSet<&str> =
        server.locations.iter().filter(|l| l.split_exact).map(|l| l.path.as_str()).collect();
    // The twin of a split prefix is folded into the prefix below.
    for location in server.locations.iter().filter(|location| location.exact && !location.split_exact) {
        out.extend(rules::rules(location, &PathMatcher::Exact(location.path.clone()), server, place, inputs));
    }
    for location in &server.locations {
        let bare = location.path.strip_suffix('/').filter(|path| !path.is_empty());
        if bare.is_some_and(|bare| !named.contains(bare)) && !(location.exact && location.split_exact) {
            out.extend(rules::slash_redirect(location, server, inputs));
        }
    }
    let mut prefixes: Vec<&Location> = server.locations.iter().filter(|location| !location.exact).collect();
    prefixes.sort_by_key(|location| std::cmp::Reverse(location.path.len()));
    let mut built_in = if server.host == CATCH_ALL { built_in(inputs.globals) } else { Vec::new() };
    for location in prefixes {
        built_in.retain(|(path, rule)| {
            let first = path.len() > location.path.len();
            if first {
                out.push(rule.clone());
            }
            !first
        });
        out.extend(rules::rules(location, &prefix_path(location, &split_twins), server, place, inputs));
    }
}

/// `/foo/` with its twin `= /foo` is the element-wise prefix `/foo`.
fn prefix_path(location: &Location, split_twins: &BTreeSet<&str>) -> PathMatcher {
    if location.path == "/" {
        return PathMatcher::Any;
    }
    match location.path.strip_suffix('/') {
        Some(bare) if split_twins.contains(bare) => PathMatcher::Segment(bare.to_owned()),
        Some(_) | None => PathMatcher::Prefix(location.path.clone()),
    }
}

/// The catch-all server's own locations (nginx.tmpl: `--health-check-path`, /nginx_status), as raw prefixes; the longest
/// first.
fn built_in(globals: &Globals) -> Vec<(String, Rule)> {
    let rule = |path: &str, access: Option<AccessList>| Rule {
        matcher: Matcher::path(PathMatcher::Prefix(path.to_owned())),
        action: rules::respond(200, access.is_some()),
        policies: Policies { access: access.map(|list| Located::new(list, nowhere())), ..Policies::default() }.shared(),
        cause: Cause::BuiltIn,
        origin: nowhere(),
    };
    let local = AccessList::deny_then_allow(Vec::new(), vec!["127.0.0.1".to_owned(), "::1".to_owned()]);
    let own = [("/nginx_status", Some(local)), (globals.health_check_path.as_str(), None)];
    let mut own: Vec<_> = own.map(|(path, access)| (path.to_owned(), rule(path, access))).into();
    own.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    own
}
