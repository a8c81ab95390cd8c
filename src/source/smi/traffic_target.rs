//! TrafficTarget: who may speak to whom. Nothing of Gateway API says it.
//!
//! It names service accounts, and which Services their pods are behind is not in the input. Meshes that act on
//! TrafficTargets refuse what none of them allows (traffic-access-control.md: "deny by default"), so that one of them
//! says of all Services that they are protected: their routes are withheld until the loss is accepted.

use crate::model::{Located, Manifest, Origin, Routing};
use crate::report::{Code, Diagnostic, Fate, Report};

/// What protects every Service, where the input has a TrafficTarget.
pub(super) fn guard(manifests: &[Manifest]) -> Option<Located<&'static str>> {
    let target = super::of(manifests, super::ACCESS, "TrafficTarget").next()?;
    Some(Located::new("the access control of TrafficTargets", Origin::object(&target.object)))
}

/// The routes of a Service are not written without it.
pub(super) fn protect(routing: &mut Routing, guard: Option<&Located<&'static str>>) {
    let hosts = routing.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts);
    for rule in hosts.flat_map(|host| host.rules.iter_mut()) {
        rule.policies.unmodelled.extend(guard.cloned());
    }
}

/// Says that it is not carried.
pub(super) fn report(manifest: &Manifest, report: &mut Report) {
    let origin = Origin::object(&manifest.object);
    let message = format!("{} is not carried", manifest.object.label());
    let finding = Diagnostic::new(Code::ProtectionNotCarried, message)
        .note("a mesh that acts on TrafficTargets refuses what none of them allows; without them everything is let in")
        .help("write an AuthorizationPolicy of the mesh for the same service accounts before the routes are applied");
    report.push(finding.at(&origin, ""));
    crate::source::account::settle_all(manifest, Fate::Dropped, Some(Code::ProtectionNotCarried), report);
}
