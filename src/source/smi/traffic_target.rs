//! TrafficTarget: who may speak to whom. Nothing of Gateway API says it.

use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};

/// Says that it is not carried. Meshes that act on TrafficTargets refuse what none of them allows, so moving to one that
/// does not know them opens every Service.
pub(super) fn report(manifest: &Manifest, report: &mut Report) {
    let origin = Origin::object(&manifest.object);
    let message = format!("{} is not carried", manifest.object.label());
    let finding = Diagnostic::new(Code::ProtectionNotCarried, message)
        .note("a mesh that acts on TrafficTargets refuses what none of them allows; without them everything is let in")
        .help("write an AuthorizationPolicy of the mesh for the same service accounts before the routes are applied");
    report.push(finding.at(&origin, ""));
    crate::source::account::settle_all(manifest, Fate::Dropped, Some(Code::ProtectionNotCarried), report);
}
