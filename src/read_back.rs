//! Gateway API objects, of an input or just written, as routings: checked as the API server does, then read.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::gateway::{GROUP, Object, Profile};
use crate::model::{Manifest, Origin, Refusal, Routing};
use crate::report::{Code, Diagnostic, Report};
use crate::routings::World;
use crate::source::gateway_api::{self, Given};
use crate::syntax::FieldPath;
use crate::target;
use crate::validate::gateway_api::{Channel, Constraint, Violation, check_manifest, check_owned};

/// What the written objects mean for the target, among the Services, Secrets and Namespaces of the input: the same
/// reader that takes a user's Gateway API objects.
pub(crate) fn written<'o>(
    input: &'o [Manifest],
    objects: impl Iterator<Item = &'o Object>,
    profile: &Profile,
    world: World,
    report: &mut Report,
) -> Vec<Routing> {
    let is_written = |group: &str| group == GROUP || target::is_policy_group(group);
    let around = input.iter().filter(|manifest| !is_written(manifest.group()) && manifest.object.kind != "Ingress");
    let around = around.map(|manifest| Given::Manifest(Cow::Borrowed(manifest)));
    let written = objects.map(Given::written);
    let mut said = Report::default();
    let routings = read(around.chain(written).collect(), world, profile, &mut said);
    // The reader has nothing to complain about in what we wrote, but for objects that the API server would refuse.
    let refused = said.diagnostics.into_iter().filter(|diagnostic| diagnostic.code == Code::InvalidObject);
    report.diagnostics.extend(refused.map(|diagnostic| Diagnostic { code: Code::InvalidOutput, ..diagnostic }));
    routings
}

/// Reads what the API server takes; what it refuses is reported, and the Gateways that it belongs to are refused.
pub(crate) fn read(given: Vec<Given<'_>>, world: World, profile: &Profile, report: &mut Report) -> Vec<Routing> {
    let violations: Vec<Vec<Violation>> = given.par_iter().map(violations).collect();
    let judged = || given.iter().zip(&violations);
    let stored = judged().filter(|(_, violations)| violations.is_empty()).map(|(given, _)| given);
    let mut routings = gateway_api::read(stored, world, profile, report);
    for (given, violations) in judged().filter(|(_, violations)| !violations.is_empty()) {
        let manifest = given.manifest();
        let label = manifest.object.label();
        for violation in violations {
            let origin = Origin::field(&manifest.object, violation.path.clone());
            let reason = format!("{label} is invalid: {violation}");
            report.push(Diagnostic::new(Code::InvalidObject, reason.clone()).at(&origin, ""));
            let refusal = Refusal { reason, origin: Some(origin) };
            gateway_api::refuse(&mut routings, &manifest, &refusal);
        }
    }
    routings
}

/// What the API server would refuse of an object. Objects that run somewhere may use either channel; the experimental
/// one takes nearly all of both.
fn violations(given: &Given<'_>) -> Vec<Violation> {
    match given {
        Given::Manifest(manifest) => check_manifest(manifest, Channel::Experimental),
        Given::Written(_, object) => match serde_json::to_value(object) {
            Ok(json) => check_owned(json, Channel::Experimental),
            Err(error) => {
                let message = format!("cannot be written: {error}");
                vec![Violation { constraint: Constraint::Type, path: FieldPath::root(), message }]
            }
        },
    }
}
