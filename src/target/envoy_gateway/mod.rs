//! Envoy Gateway: the standard objects, ranked as Envoy Gateway ranks them.

use super::{Feature, Support, Target, standard};
use crate::gateway;

/// Envoy Gateway 1.9.
pub const ENVOY_GATEWAY: Target = Target {
    name: "envoy-gateway",
    meaning: "Envoy Gateway 1.9: standard objects, in the order in which it ranks them; no policies of its own yet",
    versions: &["1.9"],
    profile: &gateway::ENVOY_GATEWAY,
    capabilities: capability,
};

fn capability(feature: Feature) -> Support {
    match feature {
        // Envoy replaces the bytes of the prefix `/`: with `/v1`, and with `/v1/` as well, `/x` becomes `/v1x`.
        // Measured on 1.9.0: eg-rewrite-root-to-prefix, eg-rewrite-root-to-prefix-slash.
        Feature::RootPrefixRewrite => Support::Unsupported("Envoy Gateway turns `/x` into `/v1x`"),
        Feature::RegexRewrite
        | Feature::FixedResponse
        | Feature::FallbackBackend
        | Feature::Cors
        | Feature::AccessList
        | Feature::VerifiedBackendTls
        | Feature::UnverifiedBackendTls
        | Feature::OtherBackendProtocol
        | Feature::RequestTimeout
        | Feature::IdleTimeout
        | Feature::BodyLimit
        | Feature::MirrorToService
        | Feature::MirrorToUrl
        | Feature::CookieAffinity
        | Feature::BasicAuth
        | Feature::DigestAuth
        | Feature::ExternalAuth
        | Feature::ApiKeys
        | Feature::SatisfyAny
        | Feature::ClientCertificates
        | Feature::RateLimits
        | Feature::Bandwidth
        | Feature::Retry
        | Feature::RequestBuffer
        | Feature::LoadBalancing
        | Feature::CircuitBreaker
        | Feature::OutlierDetection
        | Feature::ErrorPages
        | Feature::AnswerHeaders
        | Feature::AnswerRewrites
        | Feature::Compression
        | Feature::Fault
        | Feature::AccessLog
        | Feature::Tracing => standard::capability(feature),
    }
}
