//! Which policies differ, family by family.

use std::collections::{BTreeMap, BTreeSet};

use super::action::{Effect, Ruling, answer};
use super::addresses::lists_differ;
use super::proof::Family;
use super::{telemetry, tokens};
use crate::model::{
    Action, AuthPath, AuthService, BackendProtocol, Balance, BasicAuth, ConnectionSetting, Cors, ExternalAuth, Foreign,
    Forward, HeaderEdit, Located, PasswordScheme, Pipeline, Policies, RateLimits, Respond, Rule, ServicePort, Timeouts,
    User, VirtualHost,
};

/// Settings of one side: a rule's own, and what holds where it says nothing.
#[derive(Clone, Copy)]
pub(super) struct Settings<'r> {
    pub(super) own: &'r Policies,
    pub(super) implicit: &'r Policies,
}

impl<'r> Settings<'r> {
    /// What a rule says, else what holds where none does.
    pub(super) fn get<T>(self, part: fn(&Policies) -> &Option<Located<T>>) -> Option<&'r T> {
        value(part(self.own)).or_else(|| value(part(self.implicit)))
    }
}

/// What is compared, by what is done: a redirect speaks to no backend (see `run` in evaluate.rs).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Answers,
    Backends,
}

/// The families that differ for the requests of a class. What holds on both sides only because no rule speaks of it is
/// left to [`implicit`].
pub(super) fn differing(before: Effect<'_>, after: Effect<'_>) -> Vec<Family> {
    let nothing = Policies::default();
    let (b, a) = (settings(before, &nothing), settings(after, &nothing));
    let (before_forward, after_forward) = (forward(before), forward(after));
    let reach = if before_forward.is_some() && after_forward.is_some() { Reach::Backends } else { Reach::Answers };
    // A side that never asks its protections has none.
    let none = Settings { own: &nothing, implicit: &nothing };
    let guards = (if guarded(before) { b } else { none }, if guarded(after) { a } else { none });
    let mut families = compare(b, a, guards, reach);
    let mut differ = |family, differ: bool| families.extend(differ.then_some(family));
    differ(Family::Body, body(before) != body(after));
    if let (Some(before), Some(after)) = (before_forward, after_forward) {
        differ(Family::RequestHeaders, edits(&before.request_headers) != edits(&after.request_headers));
        differ(Family::ResponseHeaders, edits(&before.response_headers) != edits(&after.response_headers));
        let fallback = |forward: &Forward| forward.fallback.as_ref().map(|backend| backend.service.clone());
        differ(Family::Fallback, fallback(before) != fallback(after));
    }
    families
}

/// The families that differ wherever no rule speaks of them.
pub(super) fn implicit(before: &Policies, after: &Policies) -> Vec<Family> {
    let nothing = Policies::default();
    let settings = |own| Settings { own, implicit: &nothing };
    let both = (settings(before), settings(after));
    compare(both.0, both.1, both, Reach::Backends)
}

/// `guards` are the settings as far as they are asked for what keeps requests away.
fn compare(b: Settings<'_>, a: Settings<'_>, guards: (Settings<'_>, Settings<'_>), reach: Reach) -> Vec<Family> {
    /// Whether a setting differs that a rule on either side makes.
    fn differs<'r, T: 'r, N: PartialEq>(
        (b, a): (Settings<'r>, Settings<'r>),
        part: fn(&Policies) -> &Option<Located<T>>,
        normal: impl Fn(Option<&'r T>) -> N,
    ) -> bool {
        (part(b.own).is_some() || part(a.own).is_some()) && normal(b.get(part)) != normal(a.get(part))
    }
    let both = (b, a);
    let preflight = |cors: Option<&Cors>| cors.map(|cors| cors.preflight);
    let cors_differs = differs(both, |p| &p.cors, |setting| setting.map(cors));
    let both_cors = b.get(|p| &p.cors).is_some() && a.get(|p| &p.cors).is_some();
    let both_tokens = guards.0.get(|p| &p.tokens).is_some() && guards.1.get(|p| &p.tokens).is_some();
    let backends = reach >= Reach::Backends;
    let table = [
        (Family::Cors, cors_differs),
        (Family::Preflight, both_cors && !cors_differs && differs(both, |p| &p.cors, preflight)),
        (
            Family::BodyLimit,
            (differs(both, |p| &p.body_limit, |limit| limit) || differs(both, |p| &p.request_buffer, |limit| limit))
                && body_limit(b) != body_limit(a),
        ),
        (
            Family::Access,
            differs(guards, |p| &p.access, |list| list)
                && lists_differ(guards.0.get(|p| &p.access), guards.1.get(|p| &p.access)),
        ),
        (Family::BasicAuth, differs(guards, |p| &p.basic_auth, |auth| auth.map(users))),
        (Family::ExternalAuth, differs(guards, |p| &p.external_auth, |auth| auth.map(asked_service))),
        (Family::ApiKeys, differs(guards, |p| &p.api_keys, |keys| keys.map(|keys| (&keys.secrets, &keys.places)))),
        (Family::Tokens, differs(guards, |p| &p.tokens, |asked| asked.map(tokens::asked))),
        (
            Family::TokenHeaders,
            backends && both_tokens && differs(guards, |p| &p.tokens, |asked| asked.map(tokens::told)),
        ),
        (Family::SatisfyAny, differs(guards, |p| &p.satisfy_any, |any| any)),
        (Family::RateLimits, differs(guards, |p| &p.rate_limits, |limits| limits.map(rate_limits))),
        (Family::Bandwidth, backends && differs(both, |p| &p.bandwidth, |limit| limit.filter(|limit| limit.rate > 0))),
        (Family::Unmodelled, unmodelled(guards.0) != unmodelled(guards.1)),
        (Family::BackendProtocol, backends && differs(both, |p| &p.backend_protocol, protocol)),
        (Family::BackendTls, backends && differs(both, |p| &p.backend_tls, |tls| tls.cloned().unwrap_or_default())),
        (Family::Timeouts, backends && timeouts_differ(both)),
        (Family::Retry, backends && differs(both, |p| &p.retry, |retry| retry.filter(|retry| retry.retries > 0))),
        (
            Family::RequestBuffer,
            // Where the limits are the same, that the body is read whole is not seen.
            backends && differs(both, |p| &p.request_buffer, |bytes| bytes) && body_limit(b) != body_limit(a),
        ),
        (Family::Mirror, backends && differs(both, |p| &p.mirror, |mirror| mirror.filter(|m| m.percent > 0))),
        (Family::Affinity, backends && differs(both, |p| &p.affinity, |affinity| affinity)),
        (
            Family::Balance,
            backends && differs(both, |p| &p.balance, |balance| balance.cloned().unwrap_or(Balance::RoundRobin)),
        ),
        (
            Family::CircuitBreaker,
            backends && differs(both, |p| &p.circuit_breaker, |bounds| bounds.cloned().unwrap_or_default()),
        ),
        (Family::OutlierDetection, backends && differs(both, |p| &p.outlier_detection, |outliers| outliers)),
        (Family::ErrorPages, backends && values(&b.own.error_pages) != values(&a.own.error_pages)),
        (Family::AnswerHeaders, answer_headers_differ(b, a)),
        (Family::AnswerRewrites, backends && values(&b.own.answer_rewrites) != values(&a.own.answer_rewrites)),
        (Family::Compression, backends && differs(both, |p| &p.compression, |codings| codings)),
        (Family::Fault, differs(both, |p| &p.fault, |fault| fault)),
        (Family::AccessLog, differs(both, |p| &p.access_log, |log| log) || telemetry::log_lines_differ(b, a)),
        (Family::Tracing, telemetry::tracing_differs(b, a)),
        (Family::Connections, connections_differ(b, a)),
        (Family::Protection, foreign(guards.0, true) != foreign(guards.1, true)),
        (Family::Foreign, foreign(b, false) != foreign(a, false)),
    ];
    complete(b.own);
    table.into_iter().filter_map(|(family, differs)| differs.then_some(family)).collect()
}

/// Does not compile when a family is added, so that it is compared above.
fn complete(policies: &Policies) {
    let Policies {
        cors: _,
        access: _,
        basic_auth: _,
        external_auth: _,
        api_keys: _,
        tokens: _,
        satisfy_any: _,
        rate_limits: _,
        bandwidth: _,
        backend_protocol: _,
        backend_tls: _,
        timeouts: _,
        retry: _,
        body_limit: _,
        request_buffer: _,
        mirror: _,
        affinity: _,
        balance: _,
        circuit_breaker: _,
        outlier_detection: _,
        error_pages: _,
        answer_headers: _,
        // Reported where they are read.
        nginx_headers: _,
        answer_rewrites: _,
        compression: _,
        fault: _,
        access_log: _,
        log_format: _,
        tracing: _,
        sampling: _,
        tracer: _,
        connections: _,
        unmodelled: _,
        foreign: _,
    } = policies;
}

/// Whether a host's certificate differs. A host of the controller's own default certificate may show any other.
pub(super) fn certificate_differs(before: &VirtualHost, after: &VirtualHost) -> bool {
    let secrets = |host: &VirtualHost| -> BTreeSet<(String, String)> {
        host.tls.iter().flat_map(|tls| tls.secrets.iter().cloned()).collect()
    };
    let before = secrets(before);
    !before.is_empty() && before != secrets(after)
}

pub(super) fn settings<'r>(effect: Effect<'r>, nothing: &'r Policies) -> Settings<'r> {
    match effect {
        Effect::Rule(ruling) => Settings { own: &ruling.rule.policies, implicit: ruling.implicit },
        Effect::Unmatched(_) | Effect::Closed(_) => Settings { own: nothing, implicit: nothing },
    }
}

fn forward(effect: Effect<'_>) -> Option<&Forward> {
    match effect {
        Effect::Rule(ruling) if answer(effect).is_none() => match &ruling.rule.action {
            Action::Forward(forward) => Some(forward),
            Action::Redirect(_) | Action::Respond(_) => None,
        },
        Effect::Rule(_) | Effect::Unmatched(_) | Effect::Closed(_) => None,
    }
}

fn respond(effect: Effect<'_>) -> Option<&Respond> {
    match effect {
        Effect::Rule(ruling) => match &ruling.rule.action {
            Action::Respond(respond) => Some(respond),
            Action::Forward(_) | Action::Redirect(_) => None,
        },
        Effect::Unmatched(_) | Effect::Closed(_) => None,
    }
}

/// Whether protections are asked before what is done: in Envoy always, in nginx after redirects and answers of the
/// rewrite phase.
fn guarded(effect: Effect<'_>) -> bool {
    match effect {
        Effect::Rule(Ruling { pipeline: Pipeline::Envoy, .. }) => true,
        Effect::Rule(_) => forward(effect).is_some() || respond(effect).is_some_and(|respond| respond.guarded),
        Effect::Unmatched(_) | Effect::Closed(_) => false,
    }
}

/// The largest body that gets through.
pub(super) fn body_limit(settings: Settings<'_>) -> Option<u64> {
    let limits = [settings.get(|p| &p.body_limit), settings.get(|p| &p.request_buffer)];
    limits.into_iter().flatten().copied().filter(|limit| *limit > 0).min()
}

/// Headers of every answer, those of the entry point too.
fn answer_headers_differ<'r>(b: Settings<'r>, a: Settings<'r>) -> bool {
    let all = |settings: Settings<'r>| {
        let all = settings.implicit.answer_headers.iter().chain(&settings.own.answer_headers);
        edits(all.map(|located| &located.value))
    };
    let said = |settings: Settings<'_>| !settings.own.answer_headers.is_empty();
    (said(b) || said(a)) && all(b) != all(a)
}

/// Connections of clients, with what holds for the entry point.
fn connections_differ(b: Settings<'_>, a: Settings<'_>) -> bool {
    fn all(settings: Settings<'_>) -> BTreeSet<ConnectionSetting> {
        let own = || settings.own.connections.iter().map(|setting| &setting.value);
        let kind = std::mem::discriminant::<ConnectionSetting>;
        let all = settings.implicit.connections.iter().map(|setting| &setting.value);
        // A host's own setting takes the place of the one for all.
        all.filter(|setting| own().all(|other| kind(other) != kind(setting))).chain(own()).cloned().collect()
    }
    (!b.own.connections.is_empty() || !a.own.connections.is_empty()) && all(b) != all(a)
}

/// Families of an entry point, whether answers without a backend have them too, and whether a rule speaks of them.
const SPOKEN: &[(Family, Reach, fn(&Policies) -> bool)] = &[
    (Family::BodyLimit, Reach::Backends, |p| p.body_limit.is_some() || p.request_buffer.is_some()),
    (Family::RequestBuffer, Reach::Backends, |p| p.body_limit.is_some() || p.request_buffer.is_some()),
    (Family::Timeouts, Reach::Backends, |p| p.timeouts.is_some()),
    (Family::Retry, Reach::Backends, |p| p.retry.is_some()),
    (Family::Balance, Reach::Backends, |p| p.balance.is_some()),
    (Family::Bandwidth, Reach::Backends, |p| p.bandwidth.is_some()),
    (Family::Compression, Reach::Backends, |p| p.compression.is_some()),
    (Family::Tracing, Reach::Answers, |p| p.tracing.is_some()),
    (Family::AccessLog, Reach::Answers, |p| p.access_log.is_some()),
    (Family::AnswerHeaders, Reach::Answers, |p| !p.answer_headers.is_empty()),
    (Family::Connections, Reach::Answers, |p| !p.connections.is_empty()),
];

/// Whether every rule that a family concerns has a setting of its own, so that none is left to the entry point.
pub(super) fn all_speak(rules: &[Rule], family: Family) -> bool {
    let Some((_, reach, speaks)) = SPOKEN.iter().find(|(known, ..)| *known == family) else { return false };
    let concerned = |rule: &&Rule| *reach == Reach::Answers || matches!(rule.action, Action::Forward(_));
    rules.iter().filter(concerned).all(|rule| speaks(&rule.policies))
}

/// A Service by its name in the cluster is the same as the Service.
fn asked_service(auth: &ExternalAuth) -> ExternalAuth {
    let AuthService::Url(url) = &auth.to else { return auth.clone() };
    let Some((service, path)) = in_cluster(url) else { return auth.clone() };
    let path = if auth.path == AuthPath::OfUrl { AuthPath::Fixed(path) } else { auth.path.clone() };
    ExternalAuth { to: AuthService::Service(service), path, ..auth.clone() }
}

/// `http://name.namespace.svc.cluster.local:8080/path`.
fn in_cluster(url: &str) -> Option<(ServicePort, String)> {
    let rest = url.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let host = host.strip_suffix(".cluster.local").unwrap_or(host).strip_suffix(".svc")?;
    let (name, namespace) = host.split_once('.').filter(|(_, namespace)| !namespace.contains('.'))?;
    let (namespace, name) = (namespace.to_owned(), name.to_owned());
    let path = if path.is_empty() { "/" } else { path };
    Some((ServicePort { namespace, name, port: port.parse().ok()?, port_name: None }, path.to_owned()))
}

/// Limits and exempted clients as sets.
fn rate_limits(limits: &RateLimits) -> impl PartialEq + use<'_> {
    let RateLimits { requests, connections, exempt, status, of } = limits;
    (requests.iter().collect::<BTreeSet<_>>(), connections, exempt.iter().collect::<BTreeSet<_>>(), status, of)
}

fn body(effect: Effect<'_>) -> Option<&str> {
    respond(effect).and_then(|respond| respond.body.as_deref())
}

fn value<T>(setting: &Option<Located<T>>) -> Option<&T> {
    setting.as_ref().map(|located| &located.value)
}

fn lower_set(texts: &[String]) -> BTreeSet<String> {
    texts.iter().map(|text| text.to_ascii_lowercase()).collect()
}

/// All but the preflight, lists as sets.
fn cors(cors: &Cors) -> impl PartialEq + use<> {
    (
        lower_set(&cors.allow_origins),
        cors.allow_methods.iter().cloned().collect::<BTreeSet<_>>(),
        lower_set(&cors.allow_headers),
        lower_set(&cors.expose_headers),
        cors.allow_credentials,
        cors.max_age,
    )
}

/// Who has access, however the Secret holds it: the users where they are known, else the Secret.
fn users(auth: &BasicAuth) -> (PasswordScheme, Result<BTreeSet<&User>, &(String, String)>) {
    (auth.scheme, auth.users.as_ref().map(|users| users.iter().collect()).ok_or(&auth.secret))
}

fn values<T>(settings: &[Located<T>]) -> Vec<&T> {
    settings.iter().map(|located| &located.value).collect()
}

fn unmodelled(settings: Settings<'_>) -> BTreeSet<&'static str> {
    settings.own.unmodelled.iter().map(|protection| protection.value).collect()
}

/// Settings in the implementation's own words, those of the entry point too. What other policies say is compared there.
fn foreign(settings: Settings<'_>, protects: bool) -> BTreeSet<&Foreign> {
    let all = settings.own.foreign.iter().chain(&settings.implicit.foreign).map(|located| &located.value);
    all.filter(|foreign| foreign.protects == protects && !foreign.said).collect()
}

fn protocol(protocol: Option<&BackendProtocol>) -> BackendProtocol {
    protocol.copied().unwrap_or(BackendProtocol::Http)
}

/// 0 is none, which is what absence means as well.
/// A rule that only says that the whole may last for ever (`timeouts.request: 0s`) says nothing of the other times: those
/// are told where defaults are.
fn timeouts_differ((b, a): (Settings<'_>, Settings<'_>)) -> bool {
    let of = |settings: Settings<'_>| timeouts(settings.get(|p| &p.timeouts));
    let whole = |settings: Settings<'_>| (of(settings).request, of(settings).backend_request);
    let own = [b.own, a.own].into_iter().filter_map(|own| own.timeouts.as_ref());
    let says_more = |own: &Located<Timeouts>| timeouts(Some(&own.value)) != Timeouts::default();
    own.clone().any(says_more) && of(b) != of(a) || own.count() > 0 && whole(b) != whole(a)
}

fn timeouts(timeouts: Option<&Timeouts>) -> Timeouts {
    let mut timeouts = timeouts.cloned().unwrap_or_default();
    timeouts.request = timeouts.request.filter(|limit| *limit > 0);
    timeouts.backend_request = timeouts.backend_request.filter(|limit| *limit > 0);
    timeouts
}

/// What is done to each header, in order; names without regard to case, what a later step undoes left out.
fn edits<'e>(edits: impl IntoIterator<Item = &'e HeaderEdit>) -> BTreeMap<String, Vec<(u8, &'e str)>> {
    let mut by_name: BTreeMap<String, Vec<(u8, &str)>> = BTreeMap::new();
    for edit in edits {
        let (name, step) = match edit {
            HeaderEdit::Remove(name) => (name, (0, "")),
            HeaderEdit::Set(name, value) => (name, (1, value.as_str())),
            HeaderEdit::Add(name, value) => (name, (2, value.as_str())),
        };
        let steps = by_name.entry(name.to_ascii_lowercase()).or_default();
        match edit {
            HeaderEdit::Remove(_) | HeaderEdit::Set(..) => steps.clear(),
            HeaderEdit::Add(..) => {}
        }
        steps.push(step);
    }
    by_name
}
