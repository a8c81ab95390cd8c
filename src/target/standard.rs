//! Gateway API and nothing else: what the specification alone can carry.

use super::{Feature, Support, Target};
use crate::gateway::SPEC;

/// Any implementation of Gateway API 1.6.
pub const STANDARD: Target = Target {
    name: "standard",
    meaning: "any implementation of Gateway API 1.6: its core and extended fields only",
    versions: &["1.6"],
    profile: &SPEC,
    capabilities: capability,
};

/// Gateway API v1.6.1, field by field (reference: gateway-api.md 1 and 3).
pub(super) fn capability(feature: Feature) -> Support {
    match feature {
        Feature::Cors
        | Feature::VerifiedBackendTls
        | Feature::RequestTimeout
        | Feature::MirrorToService
        | Feature::RootPrefixRewrite => Support::Extended,
        Feature::CookieAffinity => Support::Experimental,
        Feature::FixedResponse => Support::Approximate("a rule without backends answers 500"),
        Feature::RegexRewrite => Support::Unsupported("URLRewrite has no captures"),
        Feature::FallbackBackend => Support::Unsupported("backendRefs have weights and no order of preference"),
        Feature::AccessList => Support::Unsupported("Gateway API has no client address lists"),
        Feature::UnverifiedBackendTls => Support::Unsupported("BackendTLSPolicy always checks the certificate"),
        Feature::OtherBackendProtocol => Support::Unsupported("Gateway API backends speak HTTP or gRPC"),
        Feature::IdleTimeout => Support::Unsupported("HTTPRoute timeouts limit whole requests"),
        Feature::BodyLimit => Support::Unsupported("Gateway API does not look at bodies"),
        Feature::MirrorToUrl => Support::Unsupported("RequestMirror names a Service"),
    }
}
