//! One request against routings: which rule takes it, and what becomes of it.

use std::collections::BTreeMap;

use super::location::{bare_host, location};
use super::outcome::{Outcome, Received};
use super::request::Request;
use super::wire_path::{Early, WirePath, nginx_escape, prepare};
use crate::model::{
    Action, Backend, BackendState, Cors, EntryPoint, FieldMatch, Forward, HostPattern, Matcher, PathHandling,
    PathRewrite, Pipeline, Policies, Preflight, Protocol, Routing, Rule, VirtualHost,
};

/// How a request came to its outcome.
#[derive(Debug, Clone)]
pub struct Trace<'r> {
    /// The routing that was asked.
    pub routing: Option<&'r Routing>,
    /// The virtual host that took the request.
    pub host: Option<&'r VirtualHost>,
    /// Index of the rule that won in the virtual host's list; the rules before it were tried and did not match.
    pub rule: Option<usize>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What becomes of a request.
#[must_use]
pub fn evaluate(routings: &[Routing], request: &Request) -> Outcome {
    trace(routings, request).outcome
}

/// What becomes of a request, and by which rule.
#[must_use]
pub fn trace<'r>(routings: &'r [Routing], request: &Request) -> Trace<'r> {
    let Some(routing) = choose(routings, request) else {
        return ended(None, Outcome::Connection { reason: "no listener" });
    };
    if let Some(refusal) = &routing.refused {
        return ended(Some(routing), Outcome::Reject { reason: refusal.reason.clone() });
    }
    let Some(entry) = entry_point(routing, request) else {
        return ended(Some(routing), Outcome::Connection { reason: "no listener" });
    };
    at_entry(routing, entry, request)
}

fn ended(routing: Option<&Routing>, outcome: Outcome) -> Trace<'_> {
    Trace { routing, host: None, rule: None, outcome }
}

/// The routing a request is sent to: the Gateway it names, else `default/gw` when there are several (the contract of
/// `trace`), else the first that names its host, else the first.
fn choose<'r>(routings: &'r [Routing], request: &Request) -> Option<&'r Routing> {
    if let Some(name) = &request.gateway {
        return routings.iter().find(|routing| routing.name == *name);
    }
    if routings.len() > 1
        && let Some(routing) = routings.iter().find(|routing| routing.name == "default/gw")
    {
        return Some(routing);
    }
    let host = match_host(request, Pipeline::Nginx);
    let names = |routing: &&Routing| {
        routing
            .entry_points
            .iter()
            .flat_map(|entry| &entry.hosts)
            .any(|v| v.host != HostPattern::Any && v.host.matches(&host))
    };
    routings.iter().find(names).or_else(|| routings.iter().find(|r| r.refused.is_some())).or_else(|| routings.first())
}

fn entry_point<'r>(routing: &'r Routing, request: &Request) -> Option<&'r EntryPoint> {
    let tls = request.scheme == "https";
    routing.entry_points.iter().find(|entry| {
        entry.port == request.listener_port()
            && match entry.protocol {
                Protocol::Http => !tls,
                Protocol::Https => tls,
                Protocol::Tcp => true,
                Protocol::Udp => false,
            }
    })
}

/// The host that virtual hosts are compared with. nginx leaves out one trailing dot, Envoy keeps it.
fn match_host(request: &Request, pipeline: Pipeline) -> String {
    let host = bare_host(request).to_ascii_lowercase();
    match pipeline {
        Pipeline::Nginx => host.strip_suffix('.').unwrap_or(&host).to_owned(),
        Pipeline::Spec | Pipeline::Envoy => host,
    }
}

fn at_entry<'r>(routing: &'r Routing, entry: &'r EntryPoint, request: &Request) -> Trace<'r> {
    if request.host.is_none() && entry.protocol != Protocol::Tcp {
        return ended(Some(routing), Outcome::Respond { status: 400 });
    }
    let host = match_host(request, entry.pipeline);
    let sni = request.sni.as_deref().map_or_else(|| host.clone(), str::to_ascii_lowercase);
    let passed = entry.hosts.iter().find(|v| v.host.matches(&sni)).filter(|v| v.passthrough);
    let found = passed.or_else(|| entry.hosts.iter().find(|v| !v.passthrough && v.host.matches(&host)));
    let Some(virtual_host) = found else {
        let outcome = if entry.protocol == Protocol::Https && entry.hosts.iter().all(|v| v.passthrough) {
            Outcome::Connection { reason: "tls" }
        } else {
            Outcome::Respond { status: 404 }
        };
        return ended(Some(routing), outcome);
    };
    let (rule, outcome) = in_host(virtual_host, entry, request);
    Trace { routing: Some(routing), host: Some(virtual_host), rule, outcome }
}

/// What becomes of a request that a virtual host took.
#[must_use]
pub fn in_host(virtual_host: &VirtualHost, entry: &EntryPoint, request: &Request) -> (Option<usize>, Outcome) {
    let path = match prepare(&request.path, virtual_host.paths) {
        Ok(path) => path,
        Err(Early::BadRequest) => return (None, Outcome::Respond { status: 400 }),
        Err(Early::Unescape(to)) => return (None, Outcome::Redirect { status: 307, location: to }),
    };
    let found = virtual_host.rules.iter().position(|rule| takes(&rule.matcher, request, &path, entry.pipeline));
    match found.and_then(|index| virtual_host.rules.get(index)) {
        Some(rule) => (found, run(rule, virtual_host, entry.pipeline, request, &path)),
        None => (None, Outcome::Respond { status: virtual_host.unmatched }),
    }
}

/// Whether every condition holds.
fn takes(matcher: &Matcher, request: &Request, path: &WirePath, pipeline: Pipeline) -> bool {
    matcher.path.matches(&path.matched)
        && matcher.method.as_ref().is_none_or(|method| *method == request.method)
        && matcher.headers.iter().all(|condition| header_holds(condition, request, pipeline))
        && matcher
            .queries
            .iter()
            .all(|condition| condition.value.matches(query_value(&path.query, &condition.name).as_deref()))
        && matcher
            .cookies
            .iter()
            .all(|condition| condition.value.matches(cookie_value(request, &condition.name).as_deref()))
}

/// nginx sees one value a header and none whose name holds an underscore; Envoy joins repeated lines with a comma.
fn header_holds(condition: &FieldMatch, request: &Request, pipeline: Pipeline) -> bool {
    let values: Vec<&str> = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(&condition.name))
        .filter(|(name, _)| pipeline != Pipeline::Nginx || !name.contains('_'))
        .map(|(_, value)| value.as_str())
        .collect();
    match pipeline {
        Pipeline::Nginx => condition.value.matches(values.first().copied()),
        Pipeline::Spec | Pipeline::Envoy if values.is_empty() => condition.value.matches(None),
        Pipeline::Spec | Pipeline::Envoy => condition.value.matches(Some(&values.join(","))),
    }
}

fn query_value(query: &str, name: &str) -> Option<String> {
    let pairs = query.strip_prefix('?')?;
    pairs
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

fn cookie_value(request: &Request, name: &str) -> Option<String> {
    request
        .headers
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case("cookie"))
        .flat_map(|(_, line)| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Runs a rule in the order of the data plane's visible steps.
fn run(rule: &Rule, virtual_host: &VirtualHost, pipeline: Pipeline, request: &Request, path: &WirePath) -> Outcome {
    if let Some(status) = before_action(&rule.policies, request) {
        return Outcome::Respond { status };
    }
    match &rule.action {
        Action::Redirect(redirect) => {
            Outcome::Redirect { status: redirect.status, location: location(redirect, request, path) }
        }
        Action::Respond(respond) => {
            let refused = respond.guarded.then(|| access_refused(&rule.policies, request)).flatten();
            Outcome::Respond { status: refused.unwrap_or(respond.status) }
        }
        Action::Forward(forward) => {
            let shares = shares(forward);
            // nginx answers 503 in the rewrite phase, before access rules; Envoy's filters come first.
            let failed = only_failures(&shares).filter(|_| pipeline == Pipeline::Nginx);
            let status = failed.or_else(|| access_refused(&rule.policies, request));
            status.map_or_else(
                || forwarded(forward, &shares, virtual_host, request, path),
                |status| Outcome::Respond { status },
            )
        }
    }
}

/// Answers that come before redirects: an over-long body (Content-Length), a preflight.
fn before_action(policies: &Policies, request: &Request) -> Option<u16> {
    if let Some(limit) = &policies.body_limit
        && limit.value > 0
        && request.body_bytes.is_some_and(|bytes| bytes > limit.value)
    {
        return Some(413);
    }
    let cors = &policies.cors.as_ref()?.value;
    preflight_answered(cors, request).then_some(match cors.preflight {
        Preflight::AnyOptions => 204,
        Preflight::Fetch => 200,
    })
}

fn preflight_answered(cors: &Cors, request: &Request) -> bool {
    if request.method != "OPTIONS" {
        return false;
    }
    let origin = request.header("origin");
    match cors.preflight {
        Preflight::AnyOptions if cors.allow_origins.iter().any(|o| o == "*") => true,
        Preflight::AnyOptions => origin.is_some_and(|origin| nginx_origin_allowed(&cors.allow_origins, origin)),
        Preflight::Fetch => origin.is_some() && request.header("access-control-request-method").is_some(),
    }
}

/// `if ($http_origin ~* ((https://a\.com)|(…))$ )`: anchored at the end only, without regard to case; `*.` is one label
/// (template.go, buildCorsOriginRegex).
#[must_use]
pub fn nginx_origin_allowed(origins: &[String], origin: &str) -> bool {
    let origin = origin.to_ascii_lowercase();
    origins.iter().any(|allowed| {
        let allowed = allowed.to_ascii_lowercase();
        match allowed.split_once("*.") {
            None => origin.ends_with(&allowed),
            Some((before, after)) => origin.strip_suffix(&format!(".{after}")).is_some_and(|head| {
                head.rfind(before).is_some_and(|at| {
                    let label = &head[at + before.len()..];
                    !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                })
            }),
        }
    })
}

fn access_refused(policies: &Policies, request: &Request) -> Option<u16> {
    let list = &policies.access.as_ref()?.value;
    let client = request.client.as_deref().unwrap_or("127.0.0.1");
    (!list.admits(client)).then_some(403)
}

/// Shares of a group: destinations and failures.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    To(String),
    Fails(u16),
}

fn shares(forward: &Forward) -> BTreeMap<Share, u64> {
    let mut shares = BTreeMap::new();
    for backend in forward.backends.iter().filter(|backend| backend.weight > 0) {
        let share = match backend.state {
            BackendState::Usable => Share::To(backend.service.to_string()),
            BackendState::NoEndpoints | BackendState::Missing => unusable(forward, backend),
        };
        *shares.entry(share).or_insert(0) += u64::from(backend.weight);
    }
    if shares.is_empty() {
        shares.insert(Share::Fails(forward.unavailable.missing), 1);
    }
    shares
}

fn unusable(forward: &Forward, backend: &Backend) -> Share {
    if let Some(fallback) = forward.fallback.as_deref().filter(|fallback| fallback.state == BackendState::Usable) {
        return Share::To(fallback.service.to_string());
    }
    Share::Fails(match backend.state {
        BackendState::NoEndpoints => forward.unavailable.no_endpoints,
        BackendState::Missing | BackendState::Usable => forward.unavailable.missing,
    })
}

/// The status when nothing of the group can be reached.
fn only_failures(shares: &BTreeMap<Share, u64>) -> Option<u16> {
    match shares.keys().next() {
        Some(Share::Fails(status)) if shares.len() == 1 => Some(*status),
        Some(Share::Fails(_) | Share::To(_)) | None => None,
    }
}

fn forwarded(
    forward: &Forward,
    shares: &BTreeMap<Share, u64>,
    host: &VirtualHost,
    request: &Request,
    path: &WirePath,
) -> Outcome {
    if let Some(status) = only_failures(shares) {
        return Outcome::Respond { status };
    }
    let rewritten = forward.rewrite.as_ref().and_then(|rewrite| rewrite.apply(&path.matched).map(|to| (rewrite, to)));
    let sent = match rewritten {
        // An absolute target makes `rewrite` answer with a redirect (ngx_http_rewrite, measured W06).
        Some((PathRewrite::Nginx { .. }, to)) if to.starts_with("http://") || to.starts_with("https://") => {
            return Outcome::Redirect { status: 302, location: format!("{to}{}", path.query) };
        }
        Some((_, to)) if host.paths == PathHandling::Nginx => format!("{}{}", nginx_escape(&to), path.query),
        Some((_, to)) if to.contains('?') => to,
        Some((_, to)) => format!("{to}{}", path.query),
        None => format!("{}{}", path.forwarded, path.query),
    };
    let received =
        Received { path: sent, host: forward.host.clone().unwrap_or_else(|| request.host.clone().unwrap_or_default()) };
    let named: BTreeMap<String, u64> = shares
        .iter()
        .map(|(share, weight)| match share {
            Share::To(service) => (service.clone(), *weight),
            Share::Fails(status) => (format!("respond:{status}"), *weight),
        })
        .collect();
    match named.first_key_value() {
        Some((service, _)) if named.len() == 1 => Outcome::Forward { service: service.clone(), received },
        Some(_) | None => Outcome::Split { shares: named, received },
    }
}
