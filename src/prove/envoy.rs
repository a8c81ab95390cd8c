//! The filters of Envoy before the router, in the order in which Envoy Gateway puts them: fault, CORS, external
//! authentication, keys, passwords, tokens, addresses, limits (internal/xds/translator/httpfilters.go; measured: eg-p-sp-auth-order,
//! eg-p-btp-fault-before-auth, eg-p-btp-redirect-fault, eg-p-sp-basic-redirect).

use std::collections::BTreeMap;

use super::guard::{access_refused, preflight};
use super::outcome::{Outcome, Received};
use super::request::Request;
use super::tokens;
use super::tried::{cookie_value, query_value};
use super::wire_path::WirePath;
use crate::model::{ApiKeys, EntryPoint, ErrorAnswer, KeyPlace, Policies, Rule};

/// A share of all, in hundredths of a percent.
const ALL: u32 = 10_000;

/// The status with which a filter ends a request.
pub(super) fn refused(policies: &Policies, entry: &EntryPoint, request: &Request, path: &WirePath) -> Option<u16> {
    let aborted = policies.fault.as_ref().and_then(|fault| fault.value.abort).filter(|(_, share)| *share >= ALL);
    if let Some((status, _)) = aborted {
        return Some(status);
    }
    // Any preflight is answered; an origin that is not allowed gets no headers (measured: eg-p-sp-cors).
    if policies.cors.is_some() && preflight(request) {
        return Some(200);
    }
    // A service that is asked about the request is taken to admit it.
    let keys = policies.api_keys.as_ref().filter(|keys| !shows_key(&keys.value, request, path)).map(|_| 401);
    let asked = policies.tokens.as_ref().map(|tokens| &tokens.value);
    keys.or_else(|| asked.and_then(|asked| tokens::missing(asked, request, path)))
        .or_else(|| too_large(policies, &entry.implicit, request))
        .or_else(|| access_refused(policies, entry, request))
        .or_else(|| asked.and_then(|asked| tokens::unsaid(asked, request, path)))
}

/// Whether the first key that is found is a client's.
fn shows_key(keys: &ApiKeys, request: &Request, path: &WirePath) -> bool {
    let shown = keys.places.iter().find_map(|place| match place {
        KeyPlace::Header(name) => request.header(name).map(str::to_owned),
        KeyPlace::Query(name) => query_value(&path.query, name),
        KeyPlace::Cookie(name) => cookie_value(request, name),
    });
    shown.is_some_and(|shown| keys.keys.as_ref().is_none_or(|known| known.contains(&shown)))
}

/// A body over what is read whole before the backend gets it.
fn too_large(policies: &Policies, implicit: &Policies, request: &Request) -> Option<u16> {
    let limits = [&policies.request_buffer, &policies.body_limit, &implicit.body_limit];
    let least = limits.into_iter().flatten().map(|limit| limit.value).filter(|limit| *limit > 0).min()?;
    request.body_bytes.is_some_and(|bytes| bytes > least).then_some(413)
}

/// What a rule's policies make of the router's outcome: shares of aborted and limited requests, answers replaced by
/// status (measured: eg-p-btp-override-local).
pub(super) fn answered(rule: &Rule, outcome: Outcome, request: &Request) -> Outcome {
    let outcome = match outcome {
        Outcome::Respond { status } => Outcome::Respond { status: replaced(&rule.policies, status) },
        outcome @ (Outcome::Forward { .. }
        | Outcome::Split { .. }
        | Outcome::Redirect { .. }
        | Outcome::Connection { .. }
        | Outcome::Reject { .. }) => outcome,
    };
    let abort = rule.policies.fault.as_ref().and_then(|fault| fault.value.abort);
    let outcome = match abort.filter(|(_, share)| *share > 0 && *share < ALL) {
        Some((status, share)) => mixed(outcome, u64::from(ALL - share), status, u64::from(share)),
        None => outcome,
    };
    limited(&rule.policies, outcome, request)
}

fn replaced(policies: &Policies, status: u16) -> u16 {
    let page = policies
        .error_pages
        .iter()
        .map(|page| &page.value)
        .find(|page| page.statuses.iter().any(|(from, to)| (*from..=*to).contains(&status)));
    match page.map(|page| &page.instead) {
        Some(ErrorAnswer::Text { status: Some(other), .. }) => *other,
        Some(ErrorAnswer::Text { status: None, .. } | ErrorAnswer::Backend(_) | ErrorAnswer::Redirect(_)) | None => {
            status
        }
    }
}

/// Requests sent at once beyond a limit without selectors are refused.
fn limited(policies: &Policies, outcome: Outcome, request: &Request) -> Outcome {
    let Some(limits) = policies.rate_limits.as_ref().map(|limits| &limits.value) else { return outcome };
    let least = limits.requests.iter().map(|limit| limit.requests.saturating_add(limit.burst)).min();
    match (least, request.repeat) {
        (Some(least), Some(times)) if least < times => mixed(outcome, least, limits.status, times - least),
        (Some(_) | None, _) => outcome,
    }
}

/// Shares of an outcome and of an answer.
fn mixed(outcome: Outcome, kept: u64, status: u16, answered: u64) -> Outcome {
    let answer = format!("respond:{status}");
    let (mut shares, received): (BTreeMap<String, u64>, Received) = match outcome {
        Outcome::Forward { service, received } => (BTreeMap::from([(service, kept)]), received),
        Outcome::Split { shares, received } => {
            let total: u64 = shares.values().sum();
            let scaled = shares.into_iter().map(|(to, share)| (to, share.saturating_mul(kept)));
            let shares = scaled.chain([(answer.clone(), 0)]).collect();
            return Outcome::Split { shares: with(shares, answer, answered.saturating_mul(total)), received };
        }
        Outcome::Redirect { .. } | Outcome::Respond { .. } | Outcome::Connection { .. } | Outcome::Reject { .. } => {
            return outcome;
        }
    };
    shares = with(shares, answer, answered);
    Outcome::Split { shares, received }
}

fn with(mut shares: BTreeMap<String, u64>, name: String, share: u64) -> BTreeMap<String, u64> {
    *shares.entry(name).or_insert(0) += share;
    shares
}
