//! Requests that show that a policy differs.

use super::Request;
use super::action::Effect;
use super::addresses::edges;
use super::policy::{body_limit, settings};
use super::proof::Family;
use crate::model::{KeyPlace, Policies, RequestLimit, TokenPlace};

/// Variants of a request that show a difference in a family, the likeliest first. `methods` tells whether the method
/// may be chosen freely.
pub(super) fn telling(
    family: Family,
    request: &Request,
    before: Effect<'_>,
    after: Effect<'_>,
    methods: bool,
) -> Vec<Request> {
    let nothing = Policies::default();
    let both = [settings(before, &nothing), settings(after, &nothing)];
    match family {
        Family::Cors | Family::Preflight if methods => {
            let origins = both.iter().filter_map(|s| s.get(|p| &p.cors)).flat_map(|cors| &cors.allow_origins);
            origins.take(4).flat_map(|origin| preflights(request, origin)).collect()
        }
        Family::BodyLimit | Family::RequestBuffer => {
            let limits = both.iter().filter_map(|s| body_limit(*s));
            limits.map(|limit| with_body(request, limit.saturating_add(1))).collect()
        }
        Family::ApiKeys => {
            let keys = both.iter().filter_map(|s| s.get(|p| &p.api_keys));
            keys.flat_map(|keys| {
                let known = keys.keys.iter().flatten().next().map_or("any", String::as_str);
                keys.places.iter().map(|place| with_key(request, place, known))
            })
            .collect()
        }
        Family::Tokens | Family::TokenHeaders => {
            let issuers = both.iter().filter_map(|s| s.get(|p| &p.tokens)).flat_map(|tokens| &tokens.issuers);
            issuers.flat_map(|issuer| &issuer.places).map(|place| with_token(request, place)).collect()
        }
        Family::RateLimits => {
            let limits = both.iter().filter_map(|s| s.get(|p| &p.rate_limits)).flat_map(|limits| &limits.requests);
            let most = |limit: &RequestLimit| limit.requests.saturating_add(limit.burst).saturating_add(1);
            limits.map(|limit| Request { repeat: Some(most(limit)), ..request.clone() }).collect()
        }
        Family::Access | Family::SatisfyAny => {
            let lists = both.iter().filter_map(|s| s.get(|p| &p.access));
            let addresses = lists.flat_map(|list| list.blocks()).flat_map(edges);
            let clients = addresses.chain(["192.0.2.1".to_owned(), "2001:db8::1".to_owned()]);
            clients.flat_map(|client| from_client(request, &client)).collect()
        }
        Family::Cors
        | Family::Preflight
        | Family::BackendProtocol
        | Family::BackendTls
        | Family::Timeouts
        | Family::Mirror
        | Family::Affinity
        | Family::Unmodelled
        | Family::Protection
        | Family::Foreign
        | Family::RequestHeaders
        | Family::ResponseHeaders
        | Family::Fallback
        | Family::Body
        | Family::Certificate
        | Family::Passthrough
        | Family::BasicAuth
        | Family::ExternalAuth
        | Family::Bandwidth
        | Family::Retry
        | Family::Balance
        | Family::CircuitBreaker
        | Family::OutlierDetection
        | Family::ErrorPages
        | Family::AnswerHeaders
        | Family::AnswerRewrites
        | Family::Compression
        | Family::Fault
        | Family::AccessLog
        | Family::Tracing
        | Family::Connections
        | Family::ClientCertificates => Vec::new(),
    }
}

/// With a token where it is looked for.
fn with_token(request: &Request, place: &TokenPlace) -> Request {
    let text = "TOKEN";
    match place {
        TokenPlace::Header { name, prefix } => {
            let mut request = request.clone();
            request.headers.push((name.to_ascii_lowercase(), format!("{prefix}{text}")));
            request
        }
        TokenPlace::Query(name) => with_key(request, &KeyPlace::Query(name.clone()), text),
        TokenPlace::Cookie(name) => with_key(request, &KeyPlace::Cookie(name.clone()), text),
    }
}

/// With a key where it is looked for.
fn with_key(request: &Request, place: &KeyPlace, key: &str) -> Request {
    let mut request = request.clone();
    match place {
        KeyPlace::Header(name) => request.headers.push((name.clone(), key.to_owned())),
        KeyPlace::Query(name) => {
            let mark = if request.path.contains('?') { '&' } else { '?' };
            request.path = format!("{}{mark}{name}={key}", request.path);
        }
        KeyPlace::Cookie(name) => request.headers.push(("cookie".to_owned(), format!("{name}={key}"))),
    }
    request
}

/// From this address, and through a proxy that names it.
fn from_client(request: &Request, client: &str) -> [Request; 2] {
    let direct = Request { client: Some(client.to_owned()), ..request.clone() };
    let mut proxied = request.clone();
    proxied.headers.push(("x-forwarded-for".to_owned(), client.to_owned()));
    [direct, proxied]
}

/// With a body of this length.
pub(super) fn with_body(request: &Request, bytes: u64) -> Request {
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
