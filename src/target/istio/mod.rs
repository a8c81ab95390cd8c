//! Istio: the standard objects, ranked as Istio ranks them, DestinationRules for the Services behind them, and policies of
//! whole Gateways. An EnvoyFilter is never written: it patches what Istio makes of all this, and breaks with its releases.

mod authorization_policy;
mod client_certificates;
mod destination_rule;
mod listeners;
mod policies;
mod rule;
mod telemetry;
mod version;

use super::extension::Kinds;
use super::{Feature, Support, Target, standard};
use crate::gateway;

pub use destination_rule::one_for_each_host;
pub(super) use policies::are_carried;

/// Istio 1.30.
pub const ISTIO: Target = Target {
    name: "istio",
    meaning: "Istio 1.30: standard objects in the order in which it ranks them, DestinationRules, and policies of Gateways",
    versions: version::VERSIONS,
    profile: &gateway::ISTIO,
    class: Some("istio"),
    capabilities: capability,
    kinds: Some(Kinds {
        group: destination_rule::GROUP,
        version: "v1",
        passed_through: false,
        of_service: destination_rule::sections,
        unguarded: authorization_policy::unguarded,
        write: rule::write,
        listeners: listeners::write,
        proxy: |_, _, _| None,
        refused: client_certificates::refused,
        listener_options: client_certificates::options,
        late_headers: |_, _| Vec::new(),
    }),
};

/// Fields of istio/api `b8f8791d`, and what istio/istio reads of Gateway API (reference: istio.md 1, targets.tsv).
fn capability(feature: Feature) -> Support {
    match feature {
        Feature::VerifiedBackendTls
        | Feature::UnverifiedBackendTls
        | Feature::IdleTimeout
        | Feature::CookieAffinity
        | Feature::LoadBalancing
        | Feature::CircuitBreaker
        | Feature::OutlierDetection => Support::Policy(destination_rule::KIND),
        // As a text, where the path is the root (`target::url_rewrite`).
        Feature::RootPrefixRewrite => {
            Support::Unsupported("Istio puts a text in front of a path only for the path `/`")
        }
        Feature::RegexRewrite => Support::Unsupported("rewrites with captures need an EnvoyFilter in Istio"),
        Feature::AccessList => Support::Policy(authorization_policy::KIND),
        Feature::Tokens => Support::Policy("RequestAuthentication"),
        Feature::ExternalAuth => Support::Unsupported(
            "an AuthorizationPolicy with action CUSTOM names a provider of the mesh configuration, which no object holds",
        ),
        Feature::BasicAuth | Feature::DigestAuth | Feature::ApiKeys => {
            Support::Unsupported("Istio authenticates by JSON Web Tokens and client certificates only")
        }
        Feature::SatisfyAny => Support::Unsupported("an AuthorizationPolicy looks at addresses, not at passwords"),
        Feature::ClientCertificates => Support::Policy("Gateway"),
        Feature::FallbackBackend => standard::capability(feature),
        Feature::BodyLimit | Feature::RequestBuffer => {
            Support::Unsupported("a limit on bodies needs an EnvoyFilter in Istio")
        }
        Feature::RateLimits => Support::Unsupported("rate limits need an EnvoyFilter in Istio"),
        Feature::Bandwidth => Support::Unsupported("bandwidth limits need an EnvoyFilter in Istio"),
        Feature::ErrorPages | Feature::ErrorService | Feature::AnswerRewrites => {
            Support::Unsupported("changes to answers beyond their headers need an EnvoyFilter in Istio")
        }
        Feature::Compression => Support::Unsupported("compression needs an EnvoyFilter in Istio"),
        Feature::Fault => Support::Unsupported("Istio injects faults by VirtualServices, not by routes of Gateway API"),
        Feature::Connections => Support::Unsupported("what a client's connection may do needs an EnvoyFilter in Istio"),
        Feature::LogFormat => Support::Unsupported("what is logged is set in Istio's mesh configuration"),
        Feature::Tracer => Support::Unsupported("where traces go is set in Istio's mesh configuration"),
        Feature::AccessLog | Feature::Tracing => Support::Policy(telemetry::KIND),
        Feature::FixedResponse
        | Feature::Cors
        | Feature::OtherBackendProtocol
        | Feature::RequestTimeout
        | Feature::MirrorToService
        | Feature::MirrorToUrl
        | Feature::Retry
        | Feature::AnswerHeaders => standard::capability(feature),
    }
}
