//! Envoy Gateway: the standard objects, ranked as Envoy Gateway ranks them, and its own kinds for what they cannot hold.

mod backend;
mod backend_traffic_policy;
mod client_traffic_policy;
mod connections;
mod envoy_proxy;
mod external_auth;
mod guards;
mod http_route_filter;
mod limits;
mod pages;
mod protection;
mod rule;
mod security_policy;
mod telemetry;
mod tokens;
mod upstream;
mod version;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::extension::Kinds;
use super::{Feature, Support, Target, standard, written};
use crate::gateway;

/// API group of its kinds.
const GROUP: &str = "gateway.envoyproxy.io";
/// `apiVersion` of its kinds.
pub(super) const API_VERSION: &str = "gateway.envoyproxy.io/v1alpha1";

/// Envoy Gateway 1.9.
pub const ENVOY_GATEWAY: Target = Target {
    name: "envoy-gateway",
    meaning: "Envoy Gateway 1.9: standard objects in the order in which it ranks them, and its own kinds for the rest",
    versions: version::VERSIONS,
    profile: &gateway::ENVOY_GATEWAY,
    class: None,
    capabilities: capability,
    kinds: Some(Kinds {
        group: GROUP,
        version: "v1alpha1",
        passed_through: true,
        of_service: |_, _| Vec::new(),
        unguarded: |_, _, _| BTreeMap::new(),
        write: rule::write,
        listeners: client_traffic_policy::write,
        proxy: envoy_proxy::write,
        refused: |asked, run, _| client_traffic_policy::refused(asked, run),
        listener_options: |_, _| std::collections::BTreeMap::new(),
        late_headers: client_traffic_policy::late_headers,
    }),
};

fn capability(feature: Feature) -> Support {
    match feature {
        // Envoy replaces the bytes of the prefix `/`: with `/v1`, and with `/v1/` as well, `/x` becomes `/v1x`.
        // Measured on 1.9.0: eg-rewrite-root-to-prefix, eg-rewrite-root-to-prefix-slash.
        Feature::RootPrefixRewrite => Support::Unsupported("Envoy Gateway turns `/x` into `/v1x`"),
        Feature::RegexRewrite | Feature::FixedResponse => Support::Policy(http_route_filter::KIND),
        Feature::AccessList | Feature::BasicAuth | Feature::ExternalAuth | Feature::ApiKeys | Feature::Tokens => {
            Support::Policy(security_policy::KIND)
        }
        Feature::UnverifiedBackendTls | Feature::MirrorToUrl => Support::Policy(backend::KIND),
        Feature::IdleTimeout
        | Feature::BodyLimit
        | Feature::CookieAffinity
        | Feature::RateLimits
        | Feature::Retry
        | Feature::RequestBuffer
        | Feature::LoadBalancing
        | Feature::CircuitBreaker
        | Feature::OutlierDetection
        | Feature::ErrorPages
        | Feature::Compression
        | Feature::Fault
        | Feature::Tracing => Support::Policy(backend_traffic_policy::KIND),
        Feature::ClientCertificates | Feature::Connections => Support::Policy(client_traffic_policy::KIND),
        Feature::AccessLog | Feature::LogFormat | Feature::Tracer => Support::Policy(envoy_proxy::KIND),
        Feature::DigestAuth => Support::Unsupported("Envoy Gateway has no digest authentication"),
        Feature::SatisfyAny => {
            Support::Unsupported("a client without a password gets 401 before any rule looks at its address")
        }
        Feature::Bandwidth => {
            Support::Unsupported("Envoy Gateway's limit is shared by all requests of a rule, not each request's own")
        }
        // internal/gatewayapi/route.go, processDestination: a Service without ready endpoints gives no destination at all.
        Feature::FallbackBackend => {
            Support::Unsupported("a fallback takes over from unhealthy endpoints, not from a Service that has none")
        }
        Feature::ErrorService => Support::Unsupported(
            "Envoy Gateway answers with fixed texts and redirects, and asks no Service for an error page",
        ),
        Feature::AnswerRewrites => Support::Unsupported("Envoy Gateway does not rewrite answers"),
        Feature::Cors
        | Feature::VerifiedBackendTls
        | Feature::OtherBackendProtocol
        | Feature::RequestTimeout
        | Feature::MirrorToService
        | Feature::AnswerHeaders => standard::capability(feature),
    }
}

/// `spec` of a BackendTrafficPolicy, without targets, that says how often a request is sent again and leaves the rest to
/// Envoy Gateway.
pub(super) fn retries(retries: u32) -> Json {
    let retry = backend_traffic_policy::Retry { num_retries: retries, ..Default::default() };
    json(&backend_traffic_policy::Spec { retry: Some(retry), ..Default::default() })
}

/// The spec as it is written; these structs always have a form.
fn json(spec: &impl Serialize) -> Json {
    without_fraction(serde_json::to_value(spec).unwrap_or_default())
}

/// Numbers as Kubernetes writes them: a float without a fraction is an integer.
fn without_fraction(json: Json) -> Json {
    match json {
        Json::Array(items) => items.into_iter().map(without_fraction).collect(),
        Json::Object(fields) => {
            Json::Object(fields.into_iter().map(|(key, value)| (key, without_fraction(value))).collect())
        }
        number @ Json::Number(_) => crate::syntax::Node::from_json(&number).to_json(),
        Json::Null | Json::Bool(_) | Json::String(_) => json,
    }
}
