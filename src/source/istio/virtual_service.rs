//! VirtualService (istio/api networking/v1alpha3/virtual_service.proto; v1 and v1beta1 have the same fields).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::proto::{Decimal, Duration, EnumName, Whole};
use super::string_match::StringMatch;

/// `spec` of a VirtualService.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct VirtualService {
    pub hosts: Vec<String>,
    pub gateways: Vec<String>,
    pub http: Vec<HttpRoute>,
    pub tls: Vec<TlsRoute>,
    pub tcp: Vec<TcpRoute>,
    #[serde(alias = "export_to")]
    pub export_to: Vec<String>,
}

/// An entry of `http`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct HttpRoute {
    pub name: String,
    #[serde(rename = "match")]
    pub matches: Vec<HttpMatch>,
    pub route: Vec<HttpDestination>,
    pub redirect: Option<Redirect>,
    #[serde(alias = "direct_response")]
    pub direct_response: Option<DirectResponse>,
    pub delegate: Option<Delegate>,
    pub rewrite: Option<Rewrite>,
    pub timeout: Option<Duration>,
    pub retries: Option<Retries>,
    pub fault: Option<Fault>,
    pub mirror: Option<Destination>,
    pub mirrors: Vec<Mirror>,
    #[serde(alias = "mirror_percent")]
    pub mirror_percent: Option<Whole>,
    #[serde(alias = "mirror_percentage")]
    pub mirror_percentage: Option<Percent>,
    #[serde(alias = "cors_policy")]
    pub cors_policy: Option<CorsPolicy>,
    pub headers: Option<Headers>,
}

/// An entry of `http[].match`. All conditions must hold.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct HttpMatch {
    pub name: String,
    pub uri: Option<StringMatch>,
    pub scheme: Option<StringMatch>,
    pub method: Option<StringMatch>,
    pub authority: Option<StringMatch>,
    pub headers: BTreeMap<String, Option<StringMatch>>,
    pub port: Option<Whole>,
    #[serde(alias = "source_labels")]
    pub source_labels: BTreeMap<String, String>,
    pub gateways: Vec<String>,
    #[serde(alias = "query_params")]
    pub query_params: BTreeMap<String, Option<StringMatch>>,
    #[serde(alias = "ignore_uri_case")]
    pub ignore_uri_case: bool,
    #[serde(alias = "without_headers")]
    pub without_headers: BTreeMap<String, Option<StringMatch>>,
    #[serde(alias = "source_namespace")]
    pub source_namespace: String,
    #[serde(alias = "stat_prefix")]
    pub stat_prefix: String,
}

/// An entry of `http[].route`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct HttpDestination {
    pub destination: Destination,
    pub weight: Option<Whole>,
    pub headers: Option<Headers>,
}

/// Where requests go.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Destination {
    pub host: String,
    pub subset: String,
    pub port: Option<PortSelector>,
}

/// A port by its number.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PortSelector {
    pub number: Whole,
}

/// Another VirtualService that goes on with the route.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Delegate {
    pub name: String,
    pub namespace: String,
}

/// `http[].redirect`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Redirect {
    pub uri: String,
    pub authority: String,
    pub port: Option<Whole>,
    #[serde(alias = "derive_port")]
    pub derive_port: Option<EnumName>,
    pub scheme: String,
    #[serde(alias = "redirect_code")]
    pub redirect_code: Option<Whole>,
    #[serde(alias = "prefix_rewrite")]
    pub prefix_rewrite: String,
}

/// `http[].directResponse`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DirectResponse {
    pub status: Whole,
    pub body: Option<Body>,
}

/// The body of a direct response.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Body {
    pub string: Option<String>,
    pub bytes: Option<String>,
}

/// `http[].rewrite`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Rewrite {
    pub uri: String,
    pub authority: String,
    #[serde(alias = "uri_regex_rewrite")]
    pub uri_regex_rewrite: Option<RegexRewrite>,
}

/// An expression whose first match in the path is replaced.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RegexRewrite {
    #[serde(rename = "match")]
    pub pattern: String,
    pub rewrite: String,
}

/// `http[].retries`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Retries {
    pub attempts: Whole,
    #[serde(alias = "per_try_timeout")]
    pub per_try_timeout: Option<Duration>,
    #[serde(alias = "retry_on")]
    pub retry_on: String,
    #[serde(alias = "retry_remote_localities")]
    pub retry_remote_localities: Option<bool>,
    #[serde(alias = "retry_ignore_previous_hosts")]
    pub retry_ignore_previous_hosts: Option<bool>,
    pub backoff: Option<Duration>,
}

/// `http[].fault`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Fault {
    pub delay: Option<Delay>,
    pub abort: Option<Abort>,
}

/// Requests that are held back.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Delay {
    pub percent: Option<Whole>,
    pub percentage: Option<Percent>,
    #[serde(alias = "fixed_delay")]
    pub fixed_delay: Option<Duration>,
    #[serde(alias = "exponential_delay")]
    pub exponential_delay: Option<Duration>,
}

/// Requests that are answered with an error.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Abort {
    #[serde(alias = "http_status")]
    pub http_status: Option<Whole>,
    #[serde(alias = "grpc_status")]
    pub grpc_status: Option<String>,
    #[serde(alias = "http2_error")]
    pub http2_error: Option<String>,
    pub percentage: Option<Percent>,
}

/// 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(default)]
pub(super) struct Percent {
    pub value: Decimal,
}

/// An entry of `http[].mirrors`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Mirror {
    pub destination: Destination,
    pub percentage: Option<Percent>,
}

/// `http[].corsPolicy`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CorsPolicy {
    /// The old list of exact origins.
    #[serde(alias = "allow_origin")]
    pub allow_origin: Vec<String>,
    #[serde(alias = "allow_origins")]
    pub allow_origins: Vec<StringMatch>,
    #[serde(alias = "allow_methods")]
    pub allow_methods: Vec<String>,
    #[serde(alias = "allow_headers")]
    pub allow_headers: Vec<String>,
    #[serde(alias = "expose_headers")]
    pub expose_headers: Vec<String>,
    #[serde(alias = "max_age")]
    pub max_age: Option<Duration>,
    #[serde(alias = "allow_credentials")]
    pub allow_credentials: Option<bool>,
    #[serde(alias = "unmatched_preflights")]
    pub unmatched_preflights: Option<EnumName>,
}

/// Changes to headers.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Headers {
    pub request: Option<HeaderOperations>,
    pub response: Option<HeaderOperations>,
}

/// Changes to the headers of one direction.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct HeaderOperations {
    pub set: BTreeMap<String, String>,
    pub add: BTreeMap<String, String>,
    pub remove: Vec<String>,
}

/// An entry of `tls`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TlsRoute {
    #[serde(rename = "match")]
    pub matches: Vec<TlsMatch>,
    pub route: Vec<StreamDestination>,
}

/// An entry of `tls[].match`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TlsMatch {
    #[serde(alias = "sni_hosts")]
    pub sni_hosts: Vec<String>,
    #[serde(alias = "destination_subnets")]
    pub destination_subnets: Vec<String>,
    pub port: Option<Whole>,
    #[serde(alias = "source_labels")]
    pub source_labels: BTreeMap<String, String>,
    pub gateways: Vec<String>,
    #[serde(alias = "source_namespace")]
    pub source_namespace: String,
}

/// An entry of `tcp`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TcpRoute {
    #[serde(rename = "match")]
    pub matches: Vec<TcpMatch>,
    pub route: Vec<StreamDestination>,
}

/// An entry of `tcp[].match`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TcpMatch {
    #[serde(alias = "destination_subnets")]
    pub destination_subnets: Vec<String>,
    pub port: Option<Whole>,
    #[serde(alias = "source_subnet")]
    pub source_subnet: String,
    #[serde(alias = "source_labels")]
    pub source_labels: BTreeMap<String, String>,
    pub gateways: Vec<String>,
    #[serde(alias = "source_namespace")]
    pub source_namespace: String,
}

/// An entry of `tls[].route` or `tcp[].route`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct StreamDestination {
    pub destination: Destination,
    pub weight: Option<Whole>,
}
