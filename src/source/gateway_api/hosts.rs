//! Listeners with their routes as virtual hosts: which host is asked first, and what it shares with others.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::envoy_gateway::ListenerSettings;
use super::hostname::{covers, intersection, specificity};
use super::listeners::{Family, Listener, ListenerProtocol};
use super::rank::{self, Candidate};
use crate::gateway::{AfterPath, HttpListeners, Profile};
use crate::model::{
    Action, Cause, EntryPoint, Foreign, HostPattern, Located, Matcher, Origin, PathHandling, PathMatcher, Policies,
    Protocol, Refusal, Respond, Rule, Shared, Tls, VirtualHost,
};

/// Status when no rule of a host takes a request (gateway_types.go, Listener; httproute_types.go).
const NOT_FOUND: u16 = 404;

/// A listener with what attached to it.
pub(super) struct Bound<'l, 'o> {
    pub listener: &'l Listener<'o>,
    pub hosts: BTreeMap<HostPattern, Vec<Candidate>>,
}

/// The hosts that a route takes on a listener: what its hostnames have in common with the listener's. Without hostnames
/// it takes all of the listener's. Where a gateway has one table for a port, a hostname that another listener of the
/// port has is left to that one (envoyproxy/gateway internal/gatewayapi/helpers.go, computeHosts).
pub(super) fn hosts_of(
    hostnames: &[HostPattern],
    listener: &Listener<'_>,
    all: &[Listener<'_>],
    profile: &Profile,
) -> Vec<HostPattern> {
    if hostnames.is_empty() {
        return vec![listener.host.clone()];
    }
    let others = || all.iter().filter(|other| other.spec.port == listener.spec.port);
    let claimed = |host: &HostPattern| match profile.http_listeners {
        HttpListeners::OneTable => *host != listener.host && others().any(|other| other.host == *host),
        // istio/istio pilot/pkg/config/kube/gateway/conversion.go, hostnameAllowedByIsolation.
        HttpListeners::MergedBySpecificity => others().any(|other| {
            let narrower = specificity(&other.host) > specificity(&listener.host);
            narrower && other.spec.protocol == listener.spec.protocol && covers(&other.host, host)
        }),
        HttpListeners::Isolated | HttpListeners::Merged => false,
    };
    let mut hosts: Vec<_> =
        hostnames.iter().filter_map(|host| intersection(&listener.host, host)).filter(|host| !claimed(host)).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Entry points by port.
pub(super) fn entry_points(bounds: &[Bound<'_, '_>], profile: &Profile) -> (Vec<EntryPoint>, Option<Refusal>) {
    let mut ports: BTreeMap<(u16, Family), Vec<&Bound<'_, '_>>> = BTreeMap::new();
    for bound in bounds {
        ports.entry((bound.listener.spec.port, bound.listener.family())).or_default().push(bound);
    }
    let mut refused = None;
    let mut entries = Vec::new();
    for ((port, family), bounds) in ports {
        let (protocol, hosts) = match family {
            Family::Http => {
                refused = refused.or_else(|| duplicate_host(&bounds, profile));
                (Protocol::Http, http_hosts(&bounds, profile, false))
            }
            Family::Tls => (Protocol::Https, tls_hosts(&bounds, profile)),
            Family::Tcp => (Protocol::Tcp, stream_hosts(&bounds)),
            Family::Udp => (Protocol::Udp, stream_hosts(&bounds)),
        };
        // Where the listeners of a port differ, the first speaks for the port, and each for its own rules.
        let settings = bounds.first().map_or_else(|| ListenerSettings::of(profile), |b| b.listener.settings.clone());
        let implicit = if settings.own {
            defaults(profile, protocol, &hosts)
        } else {
            let ListenerSettings { answer_headers, connections, telemetry, foreign, .. } = settings.clone();
            let mut implicit = Policies { answer_headers, connections, foreign, ..defaults(profile, protocol, &hosts) };
            telemetry.hold(&mut implicit);
            implicit
        };
        entries.push(EntryPoint {
            port,
            protocol,
            hosts,
            pipeline: profile.pipeline,
            underscores: settings.underscores,
            implicit,
            client: settings.client,
        });
    }
    (entries, refused)
}

/// What holds where no route says anything; nothing for streams.
pub(in crate::source) fn defaults(profile: &Profile, protocol: Protocol, hosts: &[VirtualHost]) -> Policies {
    let requests = matches!(protocol, Protocol::Http | Protocol::Https) && hosts.iter().any(|host| !host.passthrough);
    if requests { super::retry::defaults(profile) } else { Policies::default() }
}

/// A host that two plain listeners of a port give is refused by Envoy (measured: eg-late3-dup-domain).
fn duplicate_host(bounds: &[&Bound<'_, '_>], profile: &Profile) -> Option<Refusal> {
    if profile.http_listeners != HttpListeners::OneTable {
        return None;
    }
    let mut seen: BTreeMap<&HostPattern, &Bound<'_, '_>> = BTreeMap::new();
    for bound in bounds {
        for host in bound.hosts.keys() {
            if seen.insert(host, bound).is_some() {
                let reason = format!("Only unique values for domains are permitted. Duplicate entry of domain {host}");
                return Some(Refusal { reason, origin: Some(bound.listener.origin.clone()) });
            }
        }
    }
    None
}

fn http_hosts(bounds: &[&Bound<'_, '_>], profile: &Profile, tls: bool) -> Vec<VirtualHost> {
    match profile.http_listeners {
        HttpListeners::Isolated => {
            most_specific_first(bounds).into_iter().flat_map(|bound| isolated(bound, profile, None)).collect()
        }
        HttpListeners::OneTable | HttpListeners::Merged | HttpListeners::MergedBySpecificity => {
            merged(bounds, profile, tls)
        }
    }
}

fn most_specific_first<'b, 'l, 'o>(bounds: &[&'b Bound<'l, 'o>]) -> Vec<&'b Bound<'l, 'o>> {
    let mut sorted = bounds.to_vec();
    sorted.sort_by_key(|bound| Reverse(specificity(&bound.listener.host)));
    sorted
}

/// The hosts of one listener, closed: what none of them takes ends here and goes to no other listener.
fn isolated(bound: &Bound<'_, '_>, profile: &Profile, tls: Option<&Tls>) -> Vec<VirtualHost> {
    // Behind TLS the listener was chosen by SNI, so every other Host header ends here too.
    let end = if tls.is_some() { HostPattern::Any } else { bound.listener.host.clone() };
    let mut hosts: Vec<VirtualHost> = sorted_hosts(&bound.hosts)
        .into_iter()
        .map(|(host, candidates)| virtual_host(host, candidates.to_vec(), said(bound.listener), profile))
        .collect();
    if !bound.hosts.contains_key(&end) {
        hosts.push(virtual_host(&end, Vec::new(), said(bound.listener), profile));
    }
    for host in &mut hosts {
        host.tls = tls.cloned();
    }
    hosts
}

fn sorted_hosts<V>(hosts: &BTreeMap<HostPattern, V>) -> Vec<(&HostPattern, &V)> {
    let mut sorted: Vec<_> = hosts.iter().collect();
    sorted.sort_by_key(|(host, _)| Reverse(specificity(host)));
    sorted
}

/// One table for all listeners of a port.
fn merged(bounds: &[&Bound<'_, '_>], profile: &Profile, tls: bool) -> Vec<VirtualHost> {
    let mut table: BTreeMap<HostPattern, (&Listener<'_>, Vec<Candidate>)> = BTreeMap::new();
    for bound in most_specific_first(bounds) {
        for (host, candidates) in &bound.hosts {
            table.entry(host.clone()).or_insert((bound.listener, Vec::new())).1.extend(candidates.iter().cloned());
        }
    }
    let sorted = sorted_hosts(&table);
    sorted
        .iter()
        .map(|(host, (listener, candidates))| {
            let candidates =
                if profile.host_fall_through { with_wider_hosts(host, &sorted) } else { candidates.clone() };
            let mut virtual_host = virtual_host(host, candidates, said(listener), profile);
            virtual_host.tls = tls.then(|| certificates(listener, None));
            virtual_host
        })
        .collect()
}

/// The candidates of a host and of every wider one, for implementations that go on to less specific hosts.
fn with_wider_hosts(host: &HostPattern, table: &[(&HostPattern, &(&Listener<'_>, Vec<Candidate>))]) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (_, (_, candidates)) in table.iter().filter(|(wider, _)| covers(wider, host)) {
        let mut candidates = candidates.clone();
        rank::sort(&mut candidates);
        all.extend(candidates);
    }
    all
}

/// TLS listeners in the order of their SNI: listeners that end TLS with the hosts behind them, and hosts that are
/// handed on unopened.
fn tls_hosts(bounds: &[&Bound<'_, '_>], profile: &Profile) -> Vec<VirtualHost> {
    let mut blocks: Vec<((u8, usize), Vec<VirtualHost>)> = Vec::new();
    let mut unsplit = Vec::new();
    for bound in most_specific_first(bounds) {
        match bound.listener.protocol {
            ListenerProtocol::TlsPassthrough => {
                for (host, candidates) in &bound.hosts {
                    blocks.push((specificity(host), vec![stream_host(host, candidates, bound, true)]));
                }
            }
            ListenerProtocol::TlsTerminate => {
                for (host, candidates) in &bound.hosts {
                    blocks.push((specificity(host), vec![stream_host(host, candidates, bound, false)]));
                }
            }
            ListenerProtocol::Https if profile.sni_selects_listener => {
                let sni = bound.listener.host.clone();
                let tls = certificates(bound.listener, Some(sni.clone()));
                blocks.push((specificity(&sni), isolated(bound, profile, Some(&tls))));
            }
            ListenerProtocol::Https | ListenerProtocol::Http | ListenerProtocol::Tcp | ListenerProtocol::Udp => {
                unsplit.push(bound)
            }
        }
    }
    for host in http_hosts(&unsplit, profile, true) {
        blocks.push((specificity(&host.host), vec![host]));
    }
    blocks.sort_by_key(|(sni, _)| Reverse(*sni));
    blocks.into_iter().flat_map(|(_, hosts)| hosts).collect()
}

fn certificates(listener: &Listener<'_>, sni: Option<HostPattern>) -> Tls {
    Tls {
        secrets: listener.secrets.clone(),
        sni,
        client: listener.settings.certificates.clone(),
        origin: Some(listener.origin.clone()),
    }
}

/// The oldest route of a listener takes every connection (conformance tcproute-multiple-routes-attachment.go).
fn stream_hosts(bounds: &[&Bound<'_, '_>]) -> Vec<VirtualHost> {
    let hosts = bounds.iter().flat_map(|bound| bound.hosts.iter().map(move |(host, rules)| (bound, host, rules)));
    hosts.take(1).map(|(bound, host, candidates)| stream_host(host, candidates, bound, false)).collect()
}

fn stream_host(host: &HostPattern, candidates: &[Candidate], bound: &Bound<'_, '_>, passthrough: bool) -> VirtualHost {
    let ends_tls = bound.listener.protocol == ListenerProtocol::TlsTerminate;
    VirtualHost {
        // Behind an opened TLS stream the Host header is not looked at.
        host: if ends_tls { HostPattern::Any } else { host.clone() },
        paths: PathHandling::Raw,
        rules: candidates.first().map(|candidate| Rule::clone(&candidate.rule)).into_iter().collect(),
        unmatched: NOT_FOUND,
        tls: ends_tls.then(|| certificates(bound.listener, Some(host.clone()))),
        passthrough,
        origin: Some(bound.listener.origin.clone()),
    }
}

/// Where a listener stands, and what holds for it.
fn said<'l>(listener: &'l Listener<'_>) -> (&'l Origin, &'l ListenerSettings) {
    (&listener.origin, &listener.settings)
}

pub(super) fn virtual_host(
    host: &HostPattern,
    mut candidates: Vec<Candidate>,
    (origin, settings): (&Origin, &ListenerSettings),
    profile: &Profile,
) -> VirtualHost {
    // Rules of wider hosts stand behind, already in order, unless one sum ranks them all.
    if !profile.host_fall_through || profile.after_path == AfterPath::Sum {
        rank::sort(&mut candidates);
    }
    let origin = candidates.first().map_or(origin, |candidate| &candidate.rule.origin).clone();
    let mut rules: Vec<Rule> = candidates.into_iter().map(|candidate| candidate.rule.into_inner()).collect();
    if profile.path_alone_chooses {
        rules = closed_paths(rules);
    }
    of_listener(&mut rules, settings);
    if profile.stops_at_catch_all
        && let Some(end) = rules.iter().position(takes_everything)
    {
        rules.truncate(end + 1);
    }
    VirtualHost {
        host: host.clone(),
        paths: settings.paths,
        rules: rules.into(),
        unmatched: NOT_FOUND,
        tls: None,
        passthrough: false,
        origin: Some(origin),
    }
}

/// Gives rules what their listener says, where the other listeners of the port say otherwise, and puts the path of its
/// health check in front of them.
fn of_listener(rules: &mut Vec<Rule>, settings: &ListenerSettings) {
    let ListenerSettings {
        client,
        paths: _,
        underscores,
        certificates: _,
        answer_headers,
        connections,
        telemetry,
        foreign,
        health,
        own,
        own_clients,
    } = settings;
    if *own {
        for rule in rules.iter_mut() {
            rule.policies.answer_headers.extend(answer_headers.iter().cloned());
            rule.policies.connections.extend(connections.iter().cloned());
            telemetry.hold(&mut rule.policies);
            rule.policies.foreign.extend(foreign.iter().cloned());
            let setting = |field: &str, value: String| {
                let foreign =
                    Foreign { field: format!("ClientTrafficPolicy.{field}"), value, protects: true, said: false };
                Located::new(foreign, rule.origin.clone())
            };
            let settings = [
                setting("clientIPDetection", format!("{client:?}")),
                setting("headers.withUnderscoresAction", format!("{underscores:?}")),
            ];
            rule.policies.foreign.extend(settings.into_iter().filter(|_| *own_clients));
        }
    }
    if let Some(path) = health {
        let answer = Rule {
            matcher: Matcher::path(PathMatcher::Exact(path.value.clone())),
            action: Action::Respond(Respond { status: 200, guarded: false, body: None }),
            policies: Shared::default(),
            cause: Cause::BuiltIn,
            origin: path.origin.clone(),
        };
        rules.insert(0, answer);
    }
}

/// Puts an answer behind the rules of each path, for requests that none of them takes: the path has chosen
/// (nginx-gateway-fabric httpmatches.js).
fn closed_paths(rules: Vec<Rule>) -> Vec<Rule> {
    let mut closed: Vec<Rule> = Vec::with_capacity(rules.len());
    let mut rules = rules.into_iter().peekable();
    while let Some(rule) = rules.next() {
        let last = rules.peek().is_none_or(|next| next.matcher.path != rule.matcher.path);
        let end = (last && !rule.matcher.only_path()).then(|| Rule {
            matcher: Matcher::path(rule.matcher.path.clone()),
            action: Action::Respond(Respond { status: NOT_FOUND, guarded: false, body: None }),
            policies: Shared::default(),
            cause: Cause::BuiltIn,
            origin: rule.origin.clone(),
        });
        closed.push(rule);
        closed.extend(end);
    }
    closed
}

/// istio/istio pilot/pkg/networking/core/route/route.go, IsCatchAllRoute.
fn takes_everything(rule: &Rule) -> bool {
    rule.matcher.only_path()
        && match &rule.matcher.path {
            PathMatcher::Any => true,
            PathMatcher::Segment(prefix) | PathMatcher::Prefix(prefix) => prefix == "/",
            PathMatcher::Regex(regex) => regex.pattern == ".*",
            PathMatcher::Exact(_) => false,
        }
}
