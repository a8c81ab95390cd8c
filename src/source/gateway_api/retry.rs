//! Further attempts of routes: those that a rule asks for, and those of an implementation where none does.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::envoy_gateway;
use crate::gateway::{Profile, milliseconds};
use crate::model::{Located, Origin, Policies, Retry, RetryOn};

/// `retry` of an HTTPRoute rule (GEP-1731, experimental channel): connections that fail count too.
pub(super) fn of_rule(written: &Json, profile: &Profile) -> Retry {
    let number = |key: &str| written.get(key).and_then(Json::as_u64).and_then(|number| u32::try_from(number).ok());
    let statuses = written.get("codes").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let statuses = statuses.iter().filter_map(|status| u16::try_from(status.as_u64()?).ok());
    Retry {
        retries: number("attempts").unwrap_or(profile.default_retries.unwrap_or(1)),
        on: statuses.map(RetryOn::Status).chain(failures(profile)).collect(),
        backoff: written.get("backoff").and_then(Json::as_str).and_then(milliseconds),
        non_idempotent: true,
        ..Retry::default()
    }
}

/// What counts as failed beside statuses. Istio: conversion.go, convertHTTPRoute, and retry.go, DefaultPolicy.
fn failures(profile: &Profile) -> BTreeSet<RetryOn> {
    let istio = [RetryOn::Connect, RetryOn::Grpc(1), RetryOn::Grpc(14)];
    if profile.istio_objects { istio.into() } else { [RetryOn::Connect, RetryOn::Reset].into() }
}

/// So many attempts after whatever the implementation takes for a failure.
#[must_use]
pub fn retries_by_default(profile: &Profile, retries: u32) -> Retry {
    if profile.envoy_gateway_objects {
        return envoy_gateway::retries_by_default(retries);
    }
    Retry { retries, on: failures(profile), non_idempotent: true, ..Retry::default() }
}

/// What an implementation does for requests where no route says anything.
pub(super) fn defaults(profile: &Profile) -> Policies {
    let retry = profile
        .default_retries
        .map(|retries| Located::new(retries_by_default(profile, retries), Origin::default_of(profile.name)));
    Policies { retry, ..Policies::default() }
}
