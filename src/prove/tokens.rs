//! JSON Web Tokens, as far as a request shows them: what a token says is not looked at.

use std::collections::BTreeSet;

use super::request::Request;
use super::tried::{cookie_value, query_value};
use super::wire_path::WirePath;
use crate::model::{TokenIssuer, TokenPlace, Tokens};

/// The status for a request without a token that has to have one. What a token says is asked later ([`unsaid`]).
pub(super) fn missing(tokens: &Tokens, request: &Request, path: &WirePath) -> Option<u16> {
    (tokens.required && !is_shown(tokens, request, path)).then_some(401)
}

/// The status for a request that cannot say what is asked of its token. A token that is there is taken to be valid, and
/// to say it.
pub(super) fn unsaid(tokens: &Tokens, request: &Request, path: &WirePath) -> Option<u16> {
    let demands = tokens.demands_of_issuers()?;
    (demands.is_empty() || !is_shown(tokens, request, path)).then_some(403)
}

fn is_shown(tokens: &Tokens, request: &Request, path: &WirePath) -> bool {
    tokens.issuers.iter().flat_map(|issuer| &issuer.places).any(|place| match place {
        TokenPlace::Header { name, prefix } => {
            request.header(name).is_some_and(|value| value.starts_with(prefix.as_str()))
        }
        TokenPlace::Query(name) => query_value(&path.query, name).is_some(),
        TokenPlace::Cookie(name) => cookie_value(request, name).is_some(),
    })
}

/// Which requests get through.
pub(super) fn asked(tokens: &Tokens) -> impl PartialEq + use<'_> {
    (tokens.required, valid(tokens), tokens.demands_of_issuers())
}

/// Whether both let in the same tokens, whatever becomes of requests without any.
pub(super) fn admit_the_same(before: &Tokens, after: &Tokens) -> bool {
    valid(before) == valid(after) && before.demands_of_issuers() == after.demands_of_issuers()
}

fn valid(tokens: &Tokens) -> impl PartialEq + use<'_> {
    let of_issuer = |issuer: &'_ TokenIssuer| {
        let TokenIssuer { issuer: name, audiences, keys, places, .. } = issuer.clone();
        (name, audiences.into_iter().collect::<BTreeSet<_>>(), keys, places)
    };
    tokens.issuers.iter().map(of_issuer).collect::<Vec<_>>()
}

/// What the backend gets of a token.
pub(super) fn told(tokens: &Tokens) -> impl PartialEq + use<'_> {
    let of_issuer = |issuer: &'_ TokenIssuer| {
        let TokenIssuer { issuer: name, forwarded, claim_headers, payload_header, .. } = issuer.clone();
        (name, forwarded, claim_headers.into_iter().collect::<BTreeSet<_>>(), payload_header)
    };
    tokens.issuers.iter().map(of_issuer).collect::<Vec<_>>()
}
