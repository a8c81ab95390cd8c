//! Objects of the input that need no conversion: those of Gateway API, and policies of implementations.

use serde_json::Value as Json;

use crate::gateway::GROUP;
use crate::model::{Manifest, Origin};
use crate::options::Channel;
use crate::report::{Code, Diagnostic, Report};
use crate::syntax::Step;
use crate::target::{self, Emitted};
use crate::upgraded;
use crate::validate;
use crate::validate::gateway_api;

/// Gateway API objects of the input are part of the output as they are, but for those that the API server would refuse.
pub(crate) fn emitted(manifests: &[Manifest], channel: Channel, report: &mut Report) -> Vec<Emitted> {
    let is_ours = |manifest: &&Manifest| match manifest.group() {
        GROUP => manifest.object.kind != "GatewayClass",
        group => target::is_policy_group(group),
    };
    let ours: Vec<&Manifest> =
        manifests.iter().filter(is_ours).filter(|manifest| is_accepted(manifest, channel, report)).collect();
    ours.into_iter()
        .filter_map(|manifest| {
            let mut json = manifest.node.to_json();
            if manifest.group() == GROUP {
                prune(manifest, &mut json, channel, report);
            }
            upgraded::resource(manifest, &json)
        })
        .collect()
}

/// Whether the API server takes the object. The reader has reported what neither channel takes, and versions that are
/// not read.
fn is_accepted(manifest: &Manifest, channel: Channel, report: &mut Report) -> bool {
    if manifest.group() != GROUP {
        return true;
    }
    if gateway_api::schema(&manifest.object.kind, manifest.version()).is_none()
        || !gateway_api::check_manifest(manifest, gateway_api::Channel::Experimental).is_empty()
    {
        return false;
    }
    let mut found = validate::metadata::check(&manifest.stored());
    if channel == Channel::Standard {
        let violations = gateway_api::check_manifest(manifest, gateway_api::Channel::Standard);
        found.extend(violations.into_iter().map(|violation| (violation.path, violation.message)));
    }
    for (path, reason) in &found {
        let message = format!("{} is left out: {reason}", manifest.object.label());
        let origin = Origin::field(&manifest.object, path.clone());
        report.push(Diagnostic::new(Code::InvalidObject, message).at(&origin, "the API server refuses it"));
    }
    found.is_empty()
}

/// Takes out the fields that the channel's CRDs do not have: the API server drops them, and `kubectl apply` refuses them.
fn prune(manifest: &Manifest, json: &mut Json, channel: Channel, report: &mut Report) {
    let asked = match channel {
        Channel::Standard => gateway_api::Channel::Standard,
        Channel::Experimental => gateway_api::Channel::Experimental,
    };
    let in_neither = gateway_api::unknown_fields(json, gateway_api::Channel::Experimental);
    for path in gateway_api::unknown_fields(json, asked) {
        let diagnostic = if in_neither.contains(&path) {
            Diagnostic::new(Code::UnknownField, format!("unknown field `{path}` is left out"))
        } else {
            let message = format!("`{path}` is left out: the standard channel does not have it");
            Diagnostic::new(Code::UnknownField, message).help("pass --channel experimental to keep it")
        };
        report.push(diagnostic.at(&Origin::field(&manifest.object, path.clone()), "the API server drops it"));
        remove(json, path.steps());
    }
}

fn remove(value: &mut Json, steps: &[Step]) {
    match (steps, value) {
        ([Step::Key(key)], Json::Object(fields)) => drop(fields.remove(&**key)),
        ([Step::Key(key), rest @ ..], Json::Object(fields)) => {
            fields.get_mut(&**key).into_iter().for_each(|value| remove(value, rest));
        }
        ([Step::Index(index), rest @ ..], Json::Array(items)) => {
            items.get_mut(*index as usize).into_iter().for_each(|value| remove(value, rest));
        }
        _ => {}
    }
}
