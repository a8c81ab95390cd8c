//! Rules of gRPC backends as rules of a GRPCRoute, where all rules of a host can be.

use super::rules::Draft;
use crate::gateway::{GrpcMatch, GrpcMethodMatch, GrpcRule, HttpMatch, HttpPathMatch, HttpRule};

/// Whether the rules of a listener fit a GRPCRoute. One host of a listener has routes of one kind only
/// (grpcroute_types.go, "Core": an implementation accepts one and refuses the other).
pub(super) fn fits(drafts: &[Draft]) -> bool {
    drafts.iter().any(|draft| draft.grpc.is_some())
        && drafts.iter().all(|draft| {
            // Withheld rules have no backends and fit both.
            (draft.grpc.is_some() || draft.body == HttpRule::default())
                && draft.extension.filter.is_none()
                && rule(draft).is_some()
        })
}

/// The rule, when a GRPCRoute has everything it needs.
pub(super) fn rule(draft: &Draft) -> Option<GrpcRule> {
    let HttpRule { backend_refs, filters, matches: _, name, retry, session_persistence, timeouts } = &draft.body;
    let http_only = filters
        .iter()
        .any(|filter| filter.cors.is_some() || filter.request_redirect.is_some() || filter.url_rewrite.is_some());
    if http_only || retry.is_some() || session_persistence.is_some() || timeouts.is_some() {
        return None;
    }
    let mut matches = draft.matches.iter().map(grpc_match).collect::<Option<Vec<_>>>()?;
    if matches == [GrpcMatch::default()] {
        // No match at all says the same.
        matches.clear();
    }
    Some(GrpcRule { backend_refs: backend_refs.clone(), filters: filters.clone(), matches, name: name.clone() })
}

fn grpc_match(http: &HttpMatch) -> Option<GrpcMatch> {
    let HttpMatch { headers, method, path, query_params } = http;
    if method.is_some() || !query_params.is_empty() {
        return None;
    }
    Some(GrpcMatch { headers: headers.clone(), method: method_match(path.as_ref()?)? })
}

/// `/package.Service/Method` is one method, `/package.Service` all of them, `/` every service.
fn method_match(path: &HttpPathMatch) -> Option<Option<GrpcMethodMatch>> {
    let value = path.value.as_deref()?.strip_prefix('/')?;
    let exact = |service: &str, method: Option<&str>| {
        Some(Some(GrpcMethodMatch {
            method: method.map(str::to_owned),
            service: Some(service.to_owned()),
            kind: Some("Exact".to_owned()),
        }))
    };
    match (path.kind.as_deref()?, value.split_once('/')) {
        ("PathPrefix", None) if value.is_empty() => Some(None),
        ("PathPrefix", None) if is_service(value) => exact(value, None),
        ("Exact", Some((service, method))) if is_service(service) && is_identifier(method) => {
            exact(service, Some(method))
        }
        _ => None,
    }
}

fn is_service(text: &str) -> bool {
    text.split('.').all(is_identifier)
}

fn is_identifier(text: &str) -> bool {
    let head = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    head && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
