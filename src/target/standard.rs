//! Gateway API and nothing else: what the specification alone can carry.

use super::{Feature, Support, Target};
use crate::gateway::SPEC;

/// Any implementation of Gateway API 1.6.
pub const STANDARD: Target = Target {
    name: "standard",
    meaning: "any implementation of Gateway API 1.6: its core and extended fields only",
    versions: &["1.6"],
    profile: &SPEC,
    class: None,
    capabilities: capability,
    kinds: None,
};

/// Gateway API v1.6.1, field by field (reference: gateway-api.md 1 and 3).
pub(super) fn capability(feature: Feature) -> Support {
    match feature {
        Feature::Cors
        | Feature::VerifiedBackendTls
        | Feature::RequestTimeout
        | Feature::MirrorToService
        | Feature::RootPrefixRewrite => Support::Extended,
        Feature::CookieAffinity | Feature::Retry => Support::Experimental,
        Feature::FixedResponse => Support::Approximate("a rule without backends answers 500"),
        Feature::ClientCertificates => Support::Approximate(
            "a Gateway asks all hosts of a port alike; where they ask otherwise, rules are withheld",
        ),
        Feature::RegexRewrite => Support::Unsupported("URLRewrite has no captures"),
        Feature::FallbackBackend => Support::Unsupported("backendRefs have weights and no order of preference"),
        Feature::AccessList => Support::Unsupported("Gateway API has no client address lists"),
        Feature::UnverifiedBackendTls => Support::Unsupported("BackendTLSPolicy always checks the certificate"),
        Feature::OtherBackendProtocol => Support::Unsupported("Gateway API backends speak HTTP or gRPC"),
        Feature::IdleTimeout => Support::Unsupported("HTTPRoute timeouts limit whole requests"),
        Feature::BodyLimit => Support::Unsupported("Gateway API does not look at bodies"),
        Feature::MirrorToUrl => Support::Unsupported("RequestMirror names a Service"),
        Feature::BasicAuth => Support::Unsupported("Gateway API has no authentication"),
        Feature::DigestAuth => Support::Unsupported("Gateway API has no authentication"),
        Feature::ExternalAuth => {
            Support::Unsupported("HTTPRoute's externalAuth asks for the request's own path, not for a fixed one")
        }
        Feature::ApiKeys => Support::Unsupported("Gateway API has no authentication"),
        Feature::Tokens => Support::Unsupported("Gateway API has no authentication"),
        Feature::SatisfyAny => Support::Unsupported("Gateway API has neither"),
        Feature::RateLimits => Support::Unsupported("Gateway API counts nothing"),
        Feature::Bandwidth => Support::Unsupported("Gateway API counts nothing"),
        Feature::RequestBuffer => Support::Unsupported("Gateway API does not look at bodies"),
        Feature::LoadBalancing => Support::Unsupported("the implementation chooses endpoints"),
        Feature::CircuitBreaker => Support::Unsupported("Gateway API counts nothing"),
        Feature::OutlierDetection => Support::Unsupported("the implementation chooses endpoints"),
        Feature::ErrorPages | Feature::ErrorService => Support::Unsupported("Gateway API does not look at answers"),
        Feature::AnswerHeaders => Support::Approximate("ResponseHeaderModifier changes what backends answer"),
        Feature::AnswerRewrites => Support::Unsupported("Gateway API does not rewrite answers"),
        Feature::Compression => Support::Unsupported("Gateway API does not compress"),
        Feature::Fault => Support::Unsupported("Gateway API has no faults"),
        Feature::AccessLog => Support::Unsupported("logs are the implementation's own"),
        Feature::LogFormat => Support::Unsupported("logs are the implementation's own"),
        Feature::Tracing | Feature::Tracer => Support::Unsupported("traces are the implementation's own"),
        Feature::Connections => Support::Unsupported("what a connection may do is set on the implementation"),
    }
}
