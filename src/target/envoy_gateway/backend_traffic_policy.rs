//! BackendTrafficPolicy: how backends are chosen, tried and waited for, and how much is let through to them.

use std::collections::BTreeMap;

use serde::Serialize;

/// Kind.
pub(super) const KIND: &str = "BackendTrafficPolicy";

/// `spec` without its targets.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<CircuitBreaker>,
    /// Until 1.5.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compression: Vec<Compressor>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compressor: Vec<Compressor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault_injection: Option<FaultInjection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_balancer: Option<LoadBalancer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_buffer: Option<RequestBuffer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_override: Vec<ResponseOverride>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telemetry: Option<Telemetry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Timeout>,
}

/// Bounds on what is in flight.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CircuitBreaker {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_requests: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_retries: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_pending_requests: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_requests_per_connection: Option<u64>,
}

/// One encoding.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Compressor {
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Failures on purpose.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct FaultInjection {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abort: Option<Abort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
}

/// An answer in place of the backend's.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Abort {
    pub http_status: u16,
    pub percentage: f64,
}

/// A pause.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delay {
    pub fixed_delay: String,
    pub percentage: f64,
}

/// Endpoints that are left out.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct HealthCheck {
    pub passive: Passive,
}

/// Endpoints that fail are left out.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Passive {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_ejection_time: Option<String>,
    #[serde(rename = "consecutive5XxErrors", skip_serializing_if = "Option::is_none")]
    pub consecutive_errors: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consecutive_gateway_errors: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ejection_percent: Option<u32>,
}

/// How an endpoint is chosen.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoadBalancer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consistent_hash: Option<ConsistentHash>,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// What is hashed.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConsistentHash {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie: Option<HashCookie>,
    /// Until 1.5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub query_params: Vec<Named>,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A header or a parameter.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Named {
    pub name: String,
}

/// A cookie that Envoy sets where the client has none.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct HashCookie {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<&'static str, String>,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
}

/// How many requests are let through.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct RateLimit {
    pub local: LocalRateLimit,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Counted by each instance of Envoy.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct LocalRateLimit {
    pub rules: Vec<RateLimitRule>,
}

/// A bucket for whoever the selectors say.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RateLimitRule {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub client_selectors: Vec<ClientSelector>,
    pub limit: RateLimitValue,
}

/// Clients by address.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct ClientSelector {
    #[serde(rename = "sourceCIDR")]
    pub source: SourceMatch,
}

/// `Distinct`: each address has a bucket of its own.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct SourceMatch {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub value: &'static str,
}

/// So many in a unit of time.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct RateLimitValue {
    pub requests: u64,
    pub unit: &'static str,
}

/// Requests that are read whole first.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct RequestBuffer {
    /// A quantity: bytes.
    pub limit: String,
}

/// An answer in place of another.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct ResponseOverride {
    #[serde(rename = "match")]
    pub matched: OverrideMatch,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<OverrideRedirect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<OverrideResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
}

/// Which answers.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OverrideMatch {
    pub status_codes: Vec<StatusMatch>,
}

/// A status or a range of them.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct StatusMatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<StatusRange>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<u16>,
}

/// Both ends belong to it.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct StatusRange {
    pub end: u16,
    pub start: u16,
}

/// A redirect in place of an answer.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OverrideRedirect {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<OverridePath>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    pub status_code: u16,
}

/// The path of a redirect.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OverridePath {
    pub replace_full_path: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A fixed answer.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OverrideResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<OverrideBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
}

/// A body.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct OverrideBody {
    pub inline: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Further attempts.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Retry {
    pub num_retries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_retry: Option<PerRetry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_on: Option<RetryOn>,
}

/// One attempt.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PerRetry {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_off: Option<BackOff>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
}

/// The pause before an attempt.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BackOff {
    pub base_interval: String,
}

/// What counts as failed.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RetryOn {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub http_status_codes: Vec<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<&'static str>,
}

/// What is recorded of requests.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Telemetry {
    pub tracing: Tracing,
}

/// Which requests are traced.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tracing {
    pub sampling_fraction: Fraction,
}

/// A share; in percent without a denominator.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Fraction {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<u32>,
    pub numerator: u32,
}

/// How long something may take.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Timeout {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpTimeout>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp: Option<TcpTimeout>,
}

/// Of requests.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HttpTimeout {
    pub stream_idle_timeout: String,
}

/// Of connections.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TcpTimeout {
    pub connect_timeout: String,
}
