//! The user's own rules for annotations.

use crate::model::{Manifest, Origin};
use crate::options::{AnnotationLevel, AnnotationRule};
use crate::report::{Code, Diagnostic, Report, Severity};
use crate::syntax::{FieldPath, wildcard};

/// The names of the rules, and whether nothing is a finding about annotations that fit them.
pub(crate) fn accepted(rules: &[AnnotationRule]) -> Vec<(String, bool)> {
    rules.iter().map(|rule| (rule.name.clone(), rule.level == AnnotationLevel::Allow)).collect()
}

/// Says what the rules say of the annotations of Ingresses, and gives them the fates that the rules name. The first rule
/// that fits an annotation counts.
pub(crate) fn apply(rules: &[AnnotationRule], manifests: &[Manifest], report: &mut Report) {
    if rules.is_empty() {
        return;
    }
    for manifest in manifests.iter().filter(|manifest| manifest.object.kind == "Ingress") {
        let annotations = manifest.node.get("metadata").and_then(|metadata| metadata.get("annotations"));
        for entry in annotations.map(|annotations| annotations.entries()).unwrap_or_default() {
            if let Some(rule) = rules.iter().find(|rule| wildcard(&rule.name, &entry.key)) {
                one(rule, &Origin::field(&manifest.object, FieldPath::annotation(&entry.key)), &entry.key, report);
            }
        }
    }
}

fn one(rule: &AnnotationRule, origin: &Origin, key: &str, report: &mut Report) {
    let severity = match rule.level {
        AnnotationLevel::Allow => None,
        AnnotationLevel::Warn => Some(Severity::Warning),
        AnnotationLevel::Deny => Some(Severity::Error),
    };
    if let Some(fate) = rule.fate {
        report.ledger.settle_whole(origin, fate, severity.map(|_| Code::AnnotationRule));
    }
    if let Some(severity) = severity {
        let mut diagnostic = Diagnostic::new(Code::AnnotationRule, format!("`{key}`: {}", rule.reason));
        diagnostic.severity = severity;
        report.push(diagnostic.at(origin, "").help(Code::AnnotationRule.entry().fix));
    }
}
