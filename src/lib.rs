//! Move ingress traffic to Gateway API, and prove that every request still goes where it went.

pub mod gateway;
pub mod model;
pub mod pass;
pub mod prove;
pub mod report;
pub mod source;
pub mod syntax;

/// Reads Gateways with their routes under an implementation's profile.
#[must_use]
pub fn read_gateway_api(
    manifests: &[model::Manifest],
    profile: &gateway::Profile,
    report: &mut report::Report,
) -> Vec<model::Routing> {
    source::gateway_api::read(manifests, profile, report)
}
