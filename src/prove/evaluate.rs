//! One request against routings: which rule takes it, and what becomes of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::envoy;
use super::guard::{Uncertified, access_refused, admitted_at_once, before_action, without_certificate};
use super::location::{bare_host, location};
use super::outcome::{Outcome, Received};
use super::request::Request;
use super::tried::miss;
use super::wire_path::{Early, WirePath, nginx_escape, prepare};
use crate::model::{
    Action, Backend, BackendState, ClientAddress, EntryPoint, Forward, HostPattern, MeshService, PathHandling,
    PathRewrite, Pipeline, Policies, Protocol, Routing, Rule, Underscores, VirtualHost,
};

/// How a request came to its outcome.
#[derive(Debug, Clone)]
pub struct Trace<'r> {
    /// The routing that was asked.
    pub routing: Option<&'r Routing>,
    /// The port that took the request.
    pub entry: Option<&'r EntryPoint>,
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
        return ended(None, None, Outcome::Connection { reason: "no listener" });
    };
    if let Some(refusal) = &routing.refused {
        return ended(Some(routing), None, Outcome::Reject { reason: refusal.reason.clone() });
    }
    let Some(entry) = entry_point(routing, request) else {
        return ended(Some(routing), None, Outcome::Connection { reason: "no listener" });
    };
    at_entry(routing, entry, &as_seen(request, entry))
}

/// A request in origin form: the authority of an absolute target takes the place of the Host header (RFC 9112, 3.2.2).
pub(super) fn origin_form(request: &Request) -> Cow<'_, Request> {
    let absolute = ["http://", "https://"].into_iter().find_map(|scheme| request.path.strip_prefix(scheme));
    let Some(absolute) = absolute else { return Cow::Borrowed(request) };
    let (authority, path) = absolute.split_at(absolute.find('/').unwrap_or(absolute.len()));
    let path = if path.is_empty() { "/" } else { path };
    Cow::Owned(Request { host: Some(authority.to_owned()), path: path.to_owned(), ..request.clone() })
}

/// The request as rules see it: in origin form, and without the headers that the data plane leaves out.
pub(super) fn as_seen<'r>(request: &'r Request, entry: &EntryPoint) -> Cow<'r, Request> {
    let mut request = origin_form(request);
    if entry.underscores == Underscores::Dropped && has_underscore(&request) {
        request.to_mut().headers.retain(|(name, _)| !name.contains('_'));
    }
    request
}

fn has_underscore(request: &Request) -> bool {
    request.headers.iter().any(|(name, _)| name.contains('_'))
}

fn ended<'r>(routing: Option<&'r Routing>, entry: Option<&'r EntryPoint>, outcome: Outcome) -> Trace<'r> {
    Trace { routing, entry, host: None, rule: None, outcome }
}

/// The routing a request is sent to: the Gateway it names, else `default/gw` when there are several (the contract of
/// `trace`), else the first that names its host, else the first.
fn choose<'r>(routings: &'r [Routing], request: &Request) -> Option<&'r Routing> {
    if let Some(name) = &request.gateway {
        return routings.iter().find(|routing| routing.name == *name);
    }
    // A client inside of the mesh names one of its services.
    let named = bare_host(request).to_ascii_lowercase();
    let serves = |routing: &&Routing| routing.mesh.as_ref().is_some_and(|mesh| mesh.is_named(&named));
    let outside = routings.iter().any(|routing| routing.mesh.is_none() && has_host(routing, &named));
    if let Some(routing) = routings.iter().filter(serves).min_by_key(|r| r.mesh.as_ref().map(|m| m.clients.clone()))
        && !outside
    {
        return Some(routing);
    }
    if routings.len() > 1
        && let Some(routing) = routings.iter().find(|routing| routing.name == "default/gw")
    {
        return Some(routing);
    }
    let host = match_host(request, Pipeline::Nginx);
    let from_outside = || routings.iter().filter(|routing| routing.mesh.is_none());
    let names = |routing: &&Routing| has_host(routing, &host);
    let refused = |routing: &&Routing| routing.refused.is_some();
    let found = from_outside().find(names).or_else(|| from_outside().find(refused)).or_else(|| from_outside().next());
    found.or_else(|| routings.first())
}

/// Whether one of its virtual hosts names the host.
fn has_host(routing: &Routing, host: &str) -> bool {
    let hosts = routing.entry_points.iter().flat_map(|entry| &entry.hosts);
    hosts.into_iter().any(|v| v.host != HostPattern::Any && v.host.matches(host))
}

fn entry_point<'r>(routing: &'r Routing, request: &Request) -> Option<&'r EntryPoint> {
    // A service of a mesh may have one entry for every port; without a port in the request the only one is meant.
    let every = |entry: &EntryPoint| routing.mesh.is_some() && entry.port == MeshService::EVERY_PORT;
    let own = routing.entry_points.iter().any(|entry| entry.port == request.listener_port());
    let only = routing.mesh.is_some() && request.port.is_none() && routing.entry_points.len() == 1;
    routing.entry_points.iter().find(|entry| {
        (entry.port == request.listener_port() || !own && every(entry) || only) && is_spoken(entry.protocol, request)
    })
}

/// Whether a request speaks a protocol.
fn is_spoken(protocol: Protocol, request: &Request) -> bool {
    let tls = request.scheme == "https";
    match protocol {
        Protocol::Http => !tls,
        Protocol::Https => tls,
        Protocol::Tcp => true,
        Protocol::Udp => false,
    }
}

/// The host that virtual hosts are compared with. nginx leaves out one trailing dot, Envoy keeps it.
fn match_host(request: &Request, pipeline: Pipeline) -> String {
    let host = bare_host(request).to_ascii_lowercase();
    match pipeline {
        Pipeline::Nginx => host.strip_suffix('.').unwrap_or(&host).to_owned(),
        Pipeline::Spec | Pipeline::Envoy => host,
    }
}

/// Which rule takes a request that came to a virtual host.
#[derive(Debug, Clone, Copy)]
pub(super) enum Taken {
    /// The first one whose conditions hold.
    ByFirst,
    /// This one, or none: that has been found out.
    By(Option<usize>),
}

/// What becomes of a request that is sent to a virtual host of an entry point: [`trace`] without looking for them.
pub(super) fn sent_to(
    virtual_host: &VirtualHost,
    entry: &EntryPoint,
    taken: Taken,
    request: &Request,
) -> (Option<usize>, Outcome) {
    if entry.port != request.listener_port() || !is_spoken(entry.protocol, request) {
        return (None, Outcome::Connection { reason: "no listener" });
    }
    let request = as_seen(request, entry);
    match at_door(entry, &request) {
        Some(outcome) => (None, outcome),
        None => at_host(virtual_host, entry, taken, &request),
    }
}

fn at_entry<'r>(routing: &'r Routing, entry: &'r EntryPoint, request: &Request) -> Trace<'r> {
    if let Some(outcome) = at_door(entry, request) {
        return ended(Some(routing), Some(entry), outcome);
    }
    let Some(virtual_host) = virtual_host(entry, routing.mesh.as_ref(), request) else {
        let outcome = if entry.protocol == Protocol::Https && !tls_accepted(entry, request) {
            Outcome::Connection { reason: "tls" }
        } else {
            Outcome::Respond { status: 404 }
        };
        return ended(Some(routing), Some(entry), local_reply(outcome, entry.pipeline, request));
    };
    let (rule, outcome) = at_host(virtual_host, entry, Taken::ByFirst, request);
    Trace { routing: Some(routing), entry: Some(entry), host: Some(virtual_host), rule, outcome }
}

/// The answer to a request that is refused before its host is looked for.
fn at_door(entry: &EntryPoint, request: &Request) -> Option<Outcome> {
    if let ClientAddress::Header { name, required: true } = &entry.client
        && entry.protocol != Protocol::Tcp
        && request.header(name).is_none()
    {
        return Some(local_reply(Outcome::Respond { status: 403 }, entry.pipeline, request));
    }
    let malformed = entry.protocol != Protocol::Tcp
        && (request.host.is_none() || entry.underscores == Underscores::Refused && has_underscore(request));
    malformed.then_some(Outcome::Respond { status: 400 })
}

fn at_host(
    virtual_host: &VirtualHost,
    entry: &EntryPoint,
    taken: Taken,
    request: &Request,
) -> (Option<usize>, Outcome) {
    let (rule, outcome) = match without_certificate(virtual_host, entry.pipeline) {
        None => taken_in_host(virtual_host, entry, taken, request),
        Some(Uncertified::Closed) => (None, Outcome::Connection { reason: "tls" }),
        Some(Uncertified::Answer(status)) => (None, Outcome::Respond { status }),
        Some(Uncertified::Redirect(to)) => (None, Outcome::Redirect { status: 302, location: to.to_owned() }),
        Some(Uncertified::Inside(page)) => {
            taken_in_host(virtual_host, entry, taken, &Request { path: page.to_owned(), ..request.clone() })
        }
    };
    let limited = rule.and_then(|index| virtual_host.rules.get(index)).map(|rule| (&rule.policies, &outcome));
    if let Some((policies, Outcome::Forward { service, received })) = limited
        && let Some(limited) = limited_share(policies, entry, request, service)
    {
        return (rule, Outcome::Split { shares: limited, received: received.clone() });
    }
    let outcome = match outcome {
        // Nothing can be answered inside TLS that is handed on unopened.
        Outcome::Respond { .. } if virtual_host.passthrough => Outcome::Connection { reason: "tls" },
        outcome => local_reply(outcome, entry.pipeline, request),
    };
    (rule, repeated(outcome, request))
}

/// The shares of a request that is sent more often than a limit allows.
fn limited_share(
    policies: &Policies,
    entry: &EntryPoint,
    request: &Request,
    service: &str,
) -> Option<BTreeMap<String, u64>> {
    let times = request.repeat?;
    let (admitted, status) = admitted_at_once(policies, entry, request).filter(|(admitted, _)| *admitted < times)?;
    Some(BTreeMap::from([(service.to_owned(), admitted), (format!("respond:{status}"), times - admitted)]))
}

/// A request sent many times is answered with shares, failures and redirects among them.
fn repeated(outcome: Outcome, request: &Request) -> Outcome {
    let Some(times) = request.repeat.filter(|times| *times > 1) else { return outcome };
    let received = Received { path: request.path.clone(), host: request.host.clone().unwrap_or_default() };
    match outcome {
        Outcome::Respond { status } => {
            Outcome::Split { shares: BTreeMap::from([(format!("respond:{status}"), times)]), received }
        }
        Outcome::Redirect { status, .. } => {
            Outcome::Split { shares: BTreeMap::from([(format!("redirect:{status}"), times)]), received }
        }
        Outcome::Forward { .. } | Outcome::Split { .. } | Outcome::Connection { .. } | Outcome::Reject { .. } => {
            outcome
        }
    }
}

/// The virtual host of a request: by SNI for what is handed on unopened and for listeners that SNI chooses, then by the
/// Host header.
fn virtual_host<'r>(entry: &'r EntryPoint, mesh: Option<&MeshService>, request: &Request) -> Option<&'r VirtualHost> {
    let host = mesh.map_or_else(|| match_host(request, entry.pipeline), MeshService::host);
    let sni = server_name(entry, request);
    let passed = entry.hosts.iter().find(|v| named_by(v).matches(&sni)).filter(|v| v.passthrough);
    passed.or_else(|| {
        entry.hosts.iter().find(|v| !v.passthrough && v.host.matches(&host) && chosen_by_sni(v).matches(&sni))
    })
}

/// The server name of a TLS request; the Host header's unless the request says otherwise.
fn server_name(entry: &EntryPoint, request: &Request) -> String {
    request.sni.as_deref().map_or_else(|| match_host(request, entry.pipeline), str::to_ascii_lowercase)
}

/// Whether the handshake gets through: some host that ends TLS is open for the server name.
pub(super) fn tls_accepted(entry: &EntryPoint, request: &Request) -> bool {
    let sni = server_name(entry, request);
    entry.hosts.iter().any(|v| !v.passthrough && chosen_by_sni(v).matches(&sni))
}

/// The server names for which a virtual host is asked.
fn chosen_by_sni(virtual_host: &VirtualHost) -> &HostPattern {
    virtual_host.tls.as_ref().and_then(|tls| tls.sni.as_ref()).unwrap_or(&HostPattern::Any)
}

/// The server names that lead to a virtual host: those it asks for, else its hosts.
fn named_by(virtual_host: &VirtualHost) -> &HostPattern {
    virtual_host.tls.as_ref().and_then(|tls| tls.sni.as_ref()).unwrap_or(&virtual_host.host)
}

/// Envoy's own answers to a gRPC request are 200 with the error in `grpc-status` (measured: eg-grpc-method-only).
fn local_reply(outcome: Outcome, pipeline: Pipeline, request: &Request) -> Outcome {
    let grpc = request
        .header("content-type")
        .and_then(|value| value.strip_prefix("application/grpc"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('+'));
    match (outcome, pipeline) {
        (Outcome::Respond { .. }, Pipeline::Envoy) if grpc => Outcome::Respond { status: 200 },
        (outcome, _) => outcome,
    }
}

/// What becomes of a request that a virtual host took.
#[must_use]
pub fn in_host(virtual_host: &VirtualHost, entry: &EntryPoint, request: &Request) -> (Option<usize>, Outcome) {
    taken_in_host(virtual_host, entry, Taken::ByFirst, request)
}

fn taken_in_host(
    virtual_host: &VirtualHost,
    entry: &EntryPoint,
    taken: Taken,
    request: &Request,
) -> (Option<usize>, Outcome) {
    let path = match prepare(&request.path, virtual_host.paths) {
        Ok(path) => path,
        Err(Early::BadRequest) => return (None, Outcome::Respond { status: 400 }),
        Err(Early::Unescape(to)) => return (None, Outcome::Redirect { status: 307, location: to }),
    };
    let takes = |rule: &Rule| miss(&rule.matcher, request, &path, entry.pipeline).is_none();
    let found = match taken {
        Taken::ByFirst => virtual_host.rules.iter().position(takes),
        Taken::By(known) => known,
    };
    match found.and_then(|index| virtual_host.rules.get(index)) {
        Some(rule) => (found, run(rule, virtual_host, entry, request, &path)),
        None => (None, Outcome::Respond { status: virtual_host.unmatched }),
    }
}

/// Runs a rule in the order of the data plane's visible steps.
fn run(rule: &Rule, virtual_host: &VirtualHost, entry: &EntryPoint, request: &Request, path: &WirePath) -> Outcome {
    match entry.pipeline {
        Pipeline::Spec | Pipeline::Nginx => run_nginx(rule, virtual_host, entry, request, path),
        Pipeline::Envoy => {
            let refused = envoy::refused(&rule.policies, entry, request, path);
            let outcome = match (refused, &rule.action) {
                (Some(status), _) => Outcome::Respond { status },
                (None, Action::Redirect(redirect)) => {
                    Outcome::Redirect { status: redirect.status, location: location(redirect, request, path) }
                }
                (None, Action::Respond(respond)) => Outcome::Respond { status: respond.status },
                (None, Action::Forward(forward)) => forwarded(forward, &shares(forward), virtual_host, request, path),
            };
            envoy::answered(rule, outcome, request)
        }
    }
}

fn run_nginx(
    rule: &Rule,
    virtual_host: &VirtualHost,
    entry: &EntryPoint,
    request: &Request,
    path: &WirePath,
) -> Outcome {
    let pipeline = entry.pipeline;
    if let Some(status) = before_action(&rule.policies, &entry.implicit, request) {
        return Outcome::Respond { status };
    }
    match &rule.action {
        Action::Redirect(redirect) => {
            Outcome::Redirect { status: redirect.status, location: location(redirect, request, path) }
        }
        Action::Respond(respond) => {
            let refused = respond.guarded.then(|| access_refused(&rule.policies, entry, request)).flatten();
            Outcome::Respond { status: refused.unwrap_or(respond.status) }
        }
        Action::Forward(forward) => {
            let shares = shares(forward);
            // nginx answers 503 in the rewrite phase, before access rules; Envoy's filters come first.
            let failed = only_failures(&shares).filter(|_| pipeline == Pipeline::Nginx);
            let status = failed.or_else(|| access_refused(&rule.policies, entry, request));
            status.map_or_else(
                || forwarded(forward, &shares, virtual_host, request, path),
                |status| Outcome::Respond { status },
            )
        }
    }
}

/// The Host header that a backend receives. Envoy Gateway can take it from another header, written as Envoy's
/// substitution formatter has it: `%REQ(name)%`.
fn sent_host(forward: &Forward, request: &Request) -> String {
    let own = || request.host.clone().unwrap_or_default();
    let Some(host) = &forward.host else { return own() };
    match host.strip_prefix("%REQ(").and_then(|rest| rest.strip_suffix(")%")) {
        Some(name) => request.header(name).map_or_else(own, str::to_owned),
        None => host.clone(),
    }
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
        // "the rewritten URI has a zero length"
        Some((PathRewrite::Nginx { .. }, to)) if to.is_empty() => return Outcome::Respond { status: 500 },
        Some((_, to)) if host.paths == PathHandling::Nginx => format!("{}{}", nginx_escape(&to), path.query),
        // Envoy appends the query even to a replacement that brings its own (measured: eg-rewrite-full-query).
        Some((_, to)) => format!("{to}{}", path.query),
        None => format!("{}{}", path.forwarded, path.query),
    };
    let received = Received { path: sent, host: sent_host(forward, request) };
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
