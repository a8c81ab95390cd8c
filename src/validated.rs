//! Given Gateway API objects, checked without an API server.

use crate::gateway::GROUP;
use crate::input::Input;
use crate::model::{Manifest, Origin};
use crate::options::Channel;
use crate::report::{Code, Diagnostic, Report};
#[cfg(feature = "crds")]
use crate::syntax::FieldPath;
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

/// The CustomResourceDefinitions below paths, and what could not be read.
#[cfg(feature = "crds")]
#[must_use]
pub fn read_crds(paths: &[String]) -> (validate::crds::Crds, Input) {
    let is_definition =
        |group: Option<&str>, kind: &str| group == Some("apiextensions.k8s.io") && kind == "CustomResourceDefinition";
    let read = crate::read::files(paths, true, &is_definition);
    let definitions: Vec<serde_json::Value> = read.manifests.iter().map(Manifest::stored).collect();
    let report = Report { diagnostics: read.diagnostics, ..Report::default() };
    (validate::crds::Crds::new(&definitions), Input { sources: read.sources, report, ..Input::default() })
}

/// The objects below paths whose kinds the definitions have.
#[cfg(feature = "crds")]
#[must_use]
pub fn read_objects(
    paths: &[String],
    recursive: bool,
    skip: &dyn Fn(&std::path::Path) -> bool,
    crds: &validate::crds::Crds,
) -> Input {
    let read = crate::read::files_except(paths, recursive, skip, &|group, kind| {
        group.is_some_and(|group| crds.know(group, kind))
    });
    let report = Report { diagnostics: read.diagnostics, ..Report::default() };
    Input { manifests: read.manifests, sources: read.sources, report, allows: read.allows }
}

/// The definitions of a cluster may not be read.
#[cfg(feature = "crds")]
pub(crate) fn crds_forbidden() -> Diagnostic {
    let entry = Code::CrdsForbidden.entry();
    Diagnostic::new(entry.code, "the CRDs of the cluster may not be read").note(entry.why).help(entry.fix)
}

/// As [`validate_objects`], by the definitions instead of what is built in.
#[cfg(feature = "crds")]
#[must_use]
pub fn validate_by(input: &Input, crds: &validate::crds::Crds) -> (Report, usize) {
    let mut report = input.report.clone();
    for manifest in &input.manifests {
        let at = |path| Origin::field(&manifest.object, path);
        let label = manifest.object.label();
        // Nulls are told from absent fields by nobody but defaults, which fill in neither.
        let object = manifest.stored();
        let verdict = match crds.judge(&object) {
            Some(Ok(verdict)) => verdict,
            Some(Err(wrong)) => {
                let message = format!("the definition of {label} cannot be used: {wrong}");
                report.push(Diagnostic::new(Code::VersionNotRead, message).at(&at(FieldPath::root()), ""));
                continue;
            }
            None => {
                let message = format!("no definition serves `{}` {}", manifest.api_version, manifest.object.kind);
                report.push(Diagnostic::new(Code::VersionNotRead, message).at(&at(FieldPath::root()), ""));
                continue;
            }
        };
        for (path, reason) in validate::metadata::check(&object).into_iter().chain(verdict.refused) {
            let diagnostic = Diagnostic::new(Code::InvalidObject, format!("{label} is invalid: {reason}"));
            report.push(diagnostic.at(&at(path), "the API server refuses it"));
        }
        for path in verdict.dropped {
            let diagnostic = Diagnostic::new(Code::UnknownField, format!("unknown field `{path}`"));
            report.push(diagnostic.at(&at(path), "the API server drops it"));
        }
    }
    (report, input.manifests.len())
}
