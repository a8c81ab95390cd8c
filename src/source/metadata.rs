//! Names under which no object can be stored.

use super::value::is_object_name;
use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::syntax::FieldPath;

/// Whether the API server can hold an object of this name and namespace (apimachinery pkg/api/validation/objectmeta.go).
/// One that it refuses is reported, and nothing below its `spec` has an effect.
pub(super) fn can_exist(manifest: &Manifest, report: &mut Report) -> bool {
    let object = &manifest.object;
    let metadata = FieldPath::root().key("metadata");
    let (field, problem) = if !is_object_name(&object.name) {
        ("name", format!("`{}` is no DNS subdomain: lower case letters, digits, `-` and `.`, 253 at most", object.name))
    } else if !is_label(&object.namespace) {
        ("namespace", format!("`{}` is no DNS label: lower case letters, digits and `-`, 63 at most", object.namespace))
    } else {
        return true;
    };
    let finding = Diagnostic::new(Code::InvalidObject, problem);
    report.push(finding.at(&Origin::field(object, metadata.key(field)), "the API server refuses it"));
    refused(manifest, Code::InvalidObject, report);
    false
}

/// Whether `namespace/name` can name an object.
pub(super) fn is_key(key: &str) -> bool {
    key.split_once('/').is_some_and(|(namespace, name)| is_label(namespace) && is_object_name(name))
}

fn is_label(text: &str) -> bool {
    const LONGEST: usize = 63;
    is_object_name(text) && !text.contains('.') && text.len() <= LONGEST
}

/// An object that is not taken does nothing, whatever its `spec` says.
pub(super) fn refused(manifest: &Manifest, code: Code, report: &mut Report) {
    let spec = Origin::field(&manifest.object, FieldPath::root().key("spec"));
    report.ledger.settle_whole(&spec, Fate::Invalid, Some(code));
}
