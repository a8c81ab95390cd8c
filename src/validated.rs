//! Given Gateway API objects, checked without an API server.

use crate::gateway::GROUP;
use crate::input::Input;
use crate::model::{Manifest, Origin};
use crate::options::Channel;
use crate::report::{Code, Diagnostic, Report};
use crate::validate::{self, gateway_api};

/// What the API server would refuse of an input's Gateway API objects, what it would drop, and how many there are.
#[must_use]
pub fn validate_objects(input: &Input, channel: Channel) -> (Report, usize) {
    let mut report = input.report.clone();
    let objects: Vec<&Manifest> = input.manifests.iter().filter(|manifest| manifest.group() == GROUP).collect();
    for manifest in &objects {
        check(manifest, channel, &mut report);
    }
    (report, objects.len())
}

fn check(manifest: &Manifest, channel: Channel, report: &mut Report) {
    let label = manifest.object.label();
    if gateway_api::schema(&manifest.object.kind, manifest.version()).is_none() {
        let message =
            format!("`{}` {} is not known, so it was not checked", manifest.api_version, manifest.object.kind);
        report.push(Diagnostic::new(Code::VersionNotRead, message).at(&Origin::object(&manifest.object), ""));
        return;
    }
    let asked = match channel {
        Channel::Standard => gateway_api::Channel::Standard,
        Channel::Experimental => gateway_api::Channel::Experimental,
    };
    let stored = manifest.stored();
    let spec = gateway_api::check(&stored, asked).into_iter().map(|violation| (violation.path, violation.message));
    for (path, reason) in validate::metadata::check(&stored).into_iter().chain(spec) {
        let diagnostic = Diagnostic::new(Code::InvalidObject, format!("{label} is invalid: {reason}"));
        report.push(diagnostic.at(&Origin::field(&manifest.object, path), "the API server refuses it"));
    }
    let in_neither = gateway_api::unknown_fields(&stored, gateway_api::Channel::Experimental);
    for path in gateway_api::unknown_fields(&stored, asked) {
        let message = match in_neither.contains(&path) {
            true => format!("unknown field `{path}`"),
            false => format!("`{path}` is not part of the standard channel"),
        };
        let diagnostic = Diagnostic::new(Code::UnknownField, message);
        report.push(diagnostic.at(&Origin::field(&manifest.object, path), "the API server drops it"));
    }
}
