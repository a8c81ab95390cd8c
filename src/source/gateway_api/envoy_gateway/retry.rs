//! Retries: when a request is sent again.

use std::collections::BTreeSet;

use super::fields::Fields;
use crate::model::{Located, Policies, Retry, RetryOn};

/// What Envoy Gateway retries on where the policy does not say (internal/xds/translator/route.go, buildRetryPolicy).
const DEFAULT_TRIGGERS: &[&str] =
    &["connect-failure", "refused-stream", "unavailable", "cancelled", "retriable-status-codes"];
const DEFAULT_STATUSES: &[u16] = &[503];
const DEFAULT_RETRIES: u64 = 2;

pub(super) fn read(fields: &mut Fields, policies: &mut Policies) {
    if fields.peek("retry").is_none() {
        return;
    }
    let origin = fields.origin("retry");
    let triggers = fields.texts("retry.retryOn.triggers");
    let statuses = fields.take("retry.retryOn.httpStatusCodes", |value| {
        value.as_array()?.iter().map(|status| u16::try_from(status.as_u64()?).ok()).collect::<Option<Vec<_>>>()
    });
    let nothing_said = triggers.is_none() && statuses.is_none();
    let triggers = triggers.unwrap_or_else(|| DEFAULT_TRIGGERS.iter().map(|text| (*text).to_owned()).collect());
    let statuses = statuses.unwrap_or_else(|| if nothing_said { DEFAULT_STATUSES.to_vec() } else { Vec::new() });
    let retries = fields.number("retry.numRetries").unwrap_or(DEFAULT_RETRIES);
    let retry = Retry {
        retries: u32::try_from(retries).unwrap_or(u32::MAX),
        on: triggers.iter().flat_map(|trigger| causes(trigger, &statuses)).collect::<BTreeSet<_>>(),
        per_try: fields.duration("retry.perRetry.timeout"),
        within: None,
        backoff: fields.duration("retry.perRetry.backOff.baseInterval"),
        // Envoy looks at no method.
        non_idempotent: true,
    };
    fields.ignore("retry.perRetry.backOff.maxInterval");
    fields.take("retry", |value| value.as_object().is_some_and(serde_json::Map::is_empty).then_some(()));
    policies.retry = Some(Located::new(retry, origin));
}

/// What a trigger stands for (Envoy `x-envoy-retry-on`).
fn causes(trigger: &str, statuses: &[u16]) -> Vec<RetryOn> {
    match trigger {
        "5xx" => {
            let mut causes = vec![RetryOn::Connect, RetryOn::Reset];
            causes.extend((500..600).map(RetryOn::Status));
            causes
        }
        "gateway-error" => [502, 503, 504].map(RetryOn::Status).to_vec(),
        "reset" | "reset-before-request" | "refused-stream" => vec![RetryOn::Reset],
        "connect-failure" => vec![RetryOn::Connect],
        "retriable-4xx" => vec![RetryOn::Status(409)],
        "retriable-status-codes" => statuses.iter().copied().map(RetryOn::Status).collect(),
        "cancelled" => vec![RetryOn::Grpc(1)],
        "deadline-exceeded" => vec![RetryOn::Grpc(4)],
        "resource-exhausted" => vec![RetryOn::Grpc(8)],
        "internal" => vec![RetryOn::Grpc(13)],
        "unavailable" => vec![RetryOn::Grpc(14)],
        _ => Vec::new(),
    }
}

/// So many attempts after what Envoy Gateway takes for a failure.
pub(in crate::source::gateway_api) fn by_default(retries: u32) -> Retry {
    let on = DEFAULT_TRIGGERS.iter().flat_map(|trigger| causes(trigger, DEFAULT_STATUSES)).collect();
    Retry { retries, on, non_idempotent: true, ..Retry::default() }
}
