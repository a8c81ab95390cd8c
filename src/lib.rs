//! Move ingress traffic to Gateway API, and prove that every request still goes where it went.

pub mod gateway;
pub mod model;
pub mod prove;
pub mod report;
pub mod source;
pub mod syntax;
pub mod validate;

/// Reads Gateways with their routes under an implementation's profile. What the API server would refuse is reported and
/// left out, and the Gateways that it belongs to are refused.
#[must_use]
pub fn read_gateway_api(
    manifests: &[model::Manifest],
    profile: &gateway::Profile,
    report: &mut report::Report,
) -> Vec<model::Routing> {
    use validate::gateway_api::{Channel, check_manifest};
    let mut refused = Vec::new();
    let mut stored = Vec::with_capacity(manifests.len());
    for manifest in manifests {
        // Objects that run somewhere may use either channel; the experimental one takes nearly all of both.
        let violations = check_manifest(manifest, Channel::Experimental);
        if violations.is_empty() {
            stored.push(manifest.clone());
        } else {
            refused.push((manifest, violations));
        }
    }
    let mut routings = source::gateway_api::read(&stored, profile, report);
    for (manifest, violations) in refused {
        let label = manifest.object.label();
        for violation in violations {
            let origin = model::Origin::field(&manifest.object, violation.path.clone());
            let reason = format!("{label} is invalid: {violation}");
            let diagnostic = report::Diagnostic::new(report::Code::InvalidObject, reason.clone());
            report.push(diagnostic.at(&origin, ""));
            let refusal = model::Refusal { reason, origin: Some(origin) };
            source::gateway_api::refuse(&mut routings, manifest, &refusal);
        }
    }
    routings
}
