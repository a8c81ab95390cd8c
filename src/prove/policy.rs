//! Which policies differ, family by family, and requests that show it.

use std::collections::{BTreeMap, BTreeSet};

use super::Request;
use super::action::{Effect, answer};
use super::proof::Family;
use crate::model::{
    AccessList, Action, BackendProtocol, BackendTls, Cors, Forward, HeaderEdit, Located, Mirror, Policies, Respond,
    Timeouts, VirtualHost,
};

/// The families that differ for the requests of a class. Only those that have an effect on what is done (see `run` in
/// evaluate.rs): a redirect comes before access rules, and no backend is spoken to.
pub(super) fn differing(before: Effect<'_>, after: Effect<'_>) -> Vec<Family> {
    let nothing = Policies::default();
    let (b, a) = (policies(before).unwrap_or(&nothing), policies(after).unwrap_or(&nothing));
    let mut families = Vec::new();
    let mut differ = |family, differ: bool| {
        if differ {
            families.push(family);
        }
    };
    let (before_cors, after_cors) = (value(&b.cors), value(&a.cors));
    differ(Family::Cors, before_cors.map(cors) != after_cors.map(cors));
    differ(
        Family::Preflight,
        matches!((before_cors, after_cors), (Some(b), Some(a)) if cors(b) == cors(a) && b.preflight != a.preflight),
    );
    differ(Family::BodyLimit, limit(b) != limit(a));
    if guarded(before) || guarded(after) {
        differ(Family::Access, access(value(&b.access)) != access(value(&a.access)));
    }
    differ(Family::Body, body(before) != body(after));
    if let (Some(before), Some(after)) = (forward(before), forward(after)) {
        differ(Family::BackendProtocol, protocol(b) != protocol(a));
        differ(Family::BackendTls, backend_tls(b) != backend_tls(a));
        differ(Family::Timeouts, timeouts(b) != timeouts(a));
        differ(Family::Mirror, mirror(b) != mirror(a));
        differ(Family::Affinity, value(&b.affinity) != value(&a.affinity));
        differ(Family::RequestHeaders, edits(&before.request_headers) != edits(&after.request_headers));
        differ(Family::ResponseHeaders, edits(&before.response_headers) != edits(&after.response_headers));
        let fallback = |forward: &Forward| forward.fallback.as_ref().map(|backend| backend.service.clone());
        differ(Family::Fallback, fallback(before) != fallback(after));
    }
    families
}

/// Whether a host's certificate differs. A host of the controller's own default certificate may show any other.
pub(super) fn certificate_differs(before: &VirtualHost, after: &VirtualHost) -> bool {
    let secrets = |host: &VirtualHost| -> BTreeSet<(String, String)> {
        host.tls.iter().flat_map(|tls| tls.secrets.iter().cloned()).collect()
    };
    let before = secrets(before);
    !before.is_empty() && before != secrets(after)
}

fn policies(effect: Effect<'_>) -> Option<&Policies> {
    match effect {
        Effect::Rule(rule, ..) => Some(&rule.policies),
        Effect::Unmatched(_) | Effect::Unserved => None,
    }
}

fn forward(effect: Effect<'_>) -> Option<&Forward> {
    match effect {
        Effect::Rule(rule, ..) if answer(effect).is_none() => match &rule.action {
            Action::Forward(forward) => Some(forward),
            Action::Redirect(_) | Action::Respond(_) => None,
        },
        Effect::Rule(..) | Effect::Unmatched(_) | Effect::Unserved => None,
    }
}

fn respond(effect: Effect<'_>) -> Option<&Respond> {
    match effect {
        Effect::Rule(rule, ..) => match &rule.action {
            Action::Respond(respond) => Some(respond),
            Action::Forward(_) | Action::Redirect(_) => None,
        },
        Effect::Unmatched(_) | Effect::Unserved => None,
    }
}

/// Whether access rules are asked before the answer.
fn guarded(effect: Effect<'_>) -> bool {
    forward(effect).is_some() || respond(effect).is_some_and(|respond| respond.guarded)
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

fn access(list: Option<&AccessList>) -> (BTreeSet<&str>, BTreeSet<&str>) {
    list.map_or_else(Default::default, |list| {
        (list.allow.iter().map(String::as_str).collect(), list.deny.iter().map(String::as_str).collect())
    })
}

/// 0 lifts the limit, which is what its absence means here.
fn limit(policies: &Policies) -> Option<u64> {
    value(&policies.body_limit).copied().filter(|limit| *limit > 0)
}

fn protocol(policies: &Policies) -> BackendProtocol {
    value(&policies.backend_protocol).copied().unwrap_or(BackendProtocol::Http)
}

fn backend_tls(policies: &Policies) -> BackendTls {
    value(&policies.backend_tls).cloned().unwrap_or_default()
}

fn timeouts(policies: &Policies) -> Timeouts {
    let mut timeouts = value(&policies.timeouts).cloned().unwrap_or_default();
    timeouts.request = timeouts.request.filter(|limit| *limit > 0);
    timeouts.backend_request = timeouts.backend_request.filter(|limit| *limit > 0);
    timeouts
}

fn mirror(policies: &Policies) -> Option<&Mirror> {
    value(&policies.mirror).filter(|mirror| mirror.percent > 0)
}

/// What is done to each header, in order; names without regard to case, what a later step undoes left out.
fn edits(edits: &[HeaderEdit]) -> BTreeMap<String, Vec<(u8, &str)>> {
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

/// Variants of a request that show a difference in a family, the likeliest first. `methods` tells whether the method
/// may be chosen freely.
pub(super) fn telling(
    family: Family,
    request: &Request,
    before: Effect<'_>,
    after: Effect<'_>,
    methods: bool,
) -> Vec<Request> {
    let both = [policies(before), policies(after)];
    let settings = both.into_iter().flatten();
    match family {
        Family::Cors | Family::Preflight if methods => {
            let origins = settings.filter_map(|p| value(&p.cors)).flat_map(|cors| &cors.allow_origins);
            origins.take(4).flat_map(|origin| preflights(request, origin)).collect()
        }
        Family::BodyLimit => {
            settings.filter_map(limit).map(|limit| with_body(request, limit.saturating_add(1))).collect()
        }
        Family::Access => {
            let lists = settings.filter_map(|p| value(&p.access)).flat_map(|list| list.allow.iter().chain(&list.deny));
            let networks = lists.map(|cidr| cidr.split('/').next().unwrap_or_default().to_owned());
            let clients = networks.chain(["192.0.2.1".to_owned(), "2001:db8::1".to_owned()]);
            clients.map(|client| Request { client: Some(client), ..request.clone() }).collect()
        }
        Family::Cors
        | Family::Preflight
        | Family::BackendProtocol
        | Family::BackendTls
        | Family::Timeouts
        | Family::Mirror
        | Family::Affinity
        | Family::RequestHeaders
        | Family::ResponseHeaders
        | Family::Fallback
        | Family::Body
        | Family::Certificate
        | Family::Passthrough => Vec::new(),
    }
}

fn with_body(request: &Request, bytes: u64) -> Request {
    Request { body_bytes: Some(bytes), ..request.clone() }
}

/// OPTIONS with an allowed origin: as tools send it, and as browsers do.
fn preflights(request: &Request, allowed: &str) -> [Request; 2] {
    let origin = if allowed == "*" { "https://example.com".to_owned() } else { allowed.replace("*.", "a.") };
    let mut plain = Request { method: "OPTIONS".to_owned(), ..request.clone() };
    plain.headers.push(("origin".to_owned(), origin));
    let mut browser = plain.clone();
    browser.headers.push(("access-control-request-method".to_owned(), "GET".to_owned()));
    [plain, browser]
}
