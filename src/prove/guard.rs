//! What ends a request before its rule's action: a body over the limit, a preflight, a client that is not let in.

use super::credentials;
use super::request::Request;
use crate::model::{
    CertificateDemand, ClientAddress, Cors, EntryPoint, Pipeline, Policies, Preflight, VirtualHost, block_contains,
};

/// Answers that come before redirects: an over-long body (Content-Length), a preflight.
pub(super) fn before_action(policies: &Policies, implicit: &Policies, request: &Request) -> Option<u16> {
    if let Some(limit) = policies.body_limit.as_ref().or(implicit.body_limit.as_ref())
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
        Preflight::Fetch => {
            origin.is_some_and(|origin| origin_allowed(&cors.allow_origins, origin))
                && request.header("access-control-request-method").is_some()
        }
    }
}

/// `*`, an origin, or an origin whose star stands for any text (envoyproxy/gateway filters.go, wildcard2regex). Case
/// counts (measured: eg-cors-hosts).
fn origin_allowed(origins: &[String], origin: &str) -> bool {
    origins.iter().any(|allowed| match allowed.split_once('*') {
        None => allowed == origin,
        Some((before, after)) => {
            origin.len() >= before.len() + after.len() && origin.starts_with(before) && origin.ends_with(after)
        }
    })
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

/// A client that is not let in: by its address, or without a password. A service that is asked about the request is
/// taken to admit it.
pub(super) fn access_refused(policies: &Policies, entry: &EntryPoint, request: &Request) -> Option<u16> {
    let list = policies.access.as_ref().or(entry.implicit.access.as_ref()).map(|located| &located.value);
    let address = client_address(&entry.client, request);
    let password = policies.basic_auth.as_ref().map(|auth| credentials::pass(&auth.value, request));
    if policies.satisfy_any.is_some() {
        let listed = list.is_some_and(|list| list.names_as_admitted(address));
        let admitted = listed || password == Some(true) || policies.external_auth.is_some();
        return (!admitted).then_some(if password.is_some() { 401 } else { 403 });
    }
    if list.is_some_and(|list| !list.admits(address)) {
        return Some(403);
    }
    (password == Some(false)).then_some(401)
}

/// What a handshake without a certificate comes to, where the host asks for one. nginx answers over HTTP; others close
/// the connection. A request of a trace has no certificate.
pub(super) fn without_certificate(host: &VirtualHost, pipeline: Pipeline) -> Option<Uncertified<'_>> {
    let asked = &host.tls.as_ref()?.client.as_ref()?.value;
    match (asked.demand, pipeline) {
        (CertificateDemand::Required, Pipeline::Nginx) => Some(match asked.error_page.as_deref() {
            Some(page) if page.starts_with("http://") || page.starts_with("https://") => Uncertified::Redirect(page),
            Some(page) if page.starts_with('/') => Uncertified::Inside(page),
            Some(_) | None => Uncertified::Answer(400),
        }),
        (CertificateDemand::Required, Pipeline::Spec | Pipeline::Envoy) => Some(Uncertified::Closed),
        // `if ($ssl_client_s_dn !~ …)` holds for nobody without a certificate (nginx.tmpl:915).
        (CertificateDemand::Optional | CertificateDemand::Unchecked, Pipeline::Nginx)
            if asked.common_name.is_some() =>
        {
            Some(Uncertified::Answer(403))
        }
        (CertificateDemand::Optional | CertificateDemand::Unchecked, _) => None,
    }
}

/// What becomes of a request without a certificate.
pub(super) enum Uncertified<'h> {
    /// The connection is closed.
    Closed,
    /// This status.
    Answer(u16),
    /// A redirect (302) to this URL.
    Redirect(&'h str),
    /// The answer of the host's own rules for this path.
    Inside(&'h str),
}

/// How many of many requests at once a limit lets through, and the status of the others: the burst and one more
/// (ngx_http_limit_req_module with `nodelay`; measured: nginx-a-rps-mult).
pub(super) fn admitted_at_once(policies: &Policies, entry: &EntryPoint, request: &Request) -> Option<(u64, u16)> {
    let limits = &policies.rate_limits.as_ref().or(entry.implicit.rate_limits.as_ref())?.value;
    let address = client_address(&entry.client, request);
    let exempt = limits.exempt.iter().any(|block| block_contains(block, address));
    let least = limits.requests.iter().map(|limit| limit.burst.saturating_add(1)).min()?;
    (!exempt && entry.pipeline == Pipeline::Nginx).then_some((least, limits.status))
}

/// The address that lists are asked about.
fn client_address<'r>(source: &ClientAddress, request: &'r Request) -> &'r str {
    let peer = request.client.as_deref().unwrap_or("127.0.0.1");
    let mut line = request.header("x-forwarded-for").into_iter().flat_map(|line| line.split(',')).map(str::trim);
    match source {
        ClientAddress::Peer | ClientAddress::ProxyProtocol => peer,
        ClientAddress::ForwardedFirst => line.next().unwrap_or(peer),
        ClientAddress::TrustedHops(hops) => line.rev().nth((*hops as usize).saturating_sub(1)).unwrap_or(peer),
        ClientAddress::TrustedProxies(proxies) => {
            let trusted = |address: &str| proxies.iter().any(|block| block_contains(block, address));
            line.rev().find(|address| !trusted(address)).filter(|_| trusted(peer)).unwrap_or(peer)
        }
        ClientAddress::Header { name, required: _ } => request.header(name).unwrap_or(peer),
    }
}
