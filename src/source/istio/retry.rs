//! Retries of a route.

use std::collections::BTreeSet;

use super::entries::Entry;
use super::proto::Duration;
use super::settings::lose;
use super::virtual_service::Retries;
use crate::model::{Retry, RetryOn};
use crate::report::Report;

/// What is tried again where nothing is named (istio/istio pilot/pkg/networking/core/route/retry/retry.go,
/// DefaultPolicy).
const USUAL: &str = "connect-failure,refused-stream,unavailable,cancelled";

/// The retries of an entry. Envoy tries every method again.
pub(super) fn retry(written: &Retries, entry: &Entry<'_>, report: &mut Report) -> Retry {
    let named = if written.retry_on.trim().is_empty() { USUAL } else { written.retry_on.as_str() };
    let mut on = BTreeSet::new();
    for word in named.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match failures(word) {
            Some(failures) => on.extend(failures),
            None => lose(&entry.at("retries.retryOn"), &format!("retries on `{word}` are not carried"), report),
        }
    }
    let set = |set: Option<bool>| set == Some(true);
    for (field, set) in [
        ("retries.retryRemoteLocalities", set(written.retry_remote_localities)),
        ("retries.retryIgnorePreviousHosts", set(written.retry_ignore_previous_hosts)),
    ] {
        if set {
            lose(&entry.at(field), "the choice of endpoints for retries is not carried", report);
        }
    }
    Retry {
        retries: written.attempts.0,
        on,
        per_try: written.per_try_timeout.map(|Duration(limit)| limit).filter(|limit| *limit > 0),
        within: None,
        backoff: written.backoff.map(|Duration(wait)| wait),
        non_idempotent: true,
    }
}

/// A word of Envoy's retry_on. `5xx` is written as the statuses that proxies and overloaded backends give.
fn failures(word: &str) -> Option<Vec<RetryOn>> {
    use RetryOn::{Connect, Grpc, Reset, Status};
    Some(match word {
        "connect-failure" | "refused-stream" => vec![Connect],
        "reset" | "reset-before-request" => vec![Reset],
        "5xx" => vec![Connect, Reset, Status(500), Status(502), Status(503), Status(504)],
        "gateway-error" => vec![Status(502), Status(503), Status(504)],
        "retriable-4xx" => vec![Status(409)],
        "retriable-status-codes" => Vec::new(),
        "cancelled" => vec![Grpc(1)],
        "deadline-exceeded" => vec![Grpc(4)],
        "resource-exhausted" => vec![Grpc(8)],
        "internal" => vec![Grpc(13)],
        "unavailable" => vec![Grpc(14)],
        number => vec![Status(number.parse().ok()?)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_envoy_are_failures() {
        assert_eq!(failures("503"), Some(vec![RetryOn::Status(503)]));
        assert_eq!(failures("gateway-error").map(|found| found.len()), Some(3));
        assert_eq!(failures("envoy-ratelimited"), None);
    }
}
