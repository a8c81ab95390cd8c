//! Findings that are accepted where they are: by a comment beside the field, or for an annotation by its name.

use std::collections::BTreeSet;

use super::{Code, Diagnostic, Label, Report};
use crate::model::Origin;
use crate::syntax::{DocumentId, FieldPath, Step, TextPosition, wildcard};

/// What is accepted, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allows {
    /// By comments, in the order of the input.
    pub comments: Vec<Allow>,
    /// Annotations by name (`*` stands for any text), and whether nothing about them is a finding. The first name that
    /// fits counts.
    pub annotations: Vec<(String, bool)>,
}

/// A comment `# gatelift: allow(CODE)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// What is accepted.
    pub codes: BTreeSet<Code>,
    /// The document that holds the comment.
    pub document: DocumentId,
    /// The field it stands at, from the top of the document; all below it is covered too.
    pub field: FieldPath,
    /// The comment.
    pub comment: TextPosition,
}

impl Allows {
    /// Whether a finding at a field is accepted there.
    #[must_use]
    pub fn covers(&self, code: Code, origin: &Origin) -> bool {
        self.accepts_annotation(origin) || self.comments_for(code, origin).next().is_some()
    }

    fn accepts_annotation(&self, origin: &Origin) -> bool {
        match origin.path.steps() {
            [Step::Key(metadata), Step::Key(annotations), Step::Key(name)] => {
                &**metadata == "metadata"
                    && &**annotations == "annotations"
                    && self.annotations.iter().find(|(pattern, _)| wildcard(pattern, name)).is_some_and(|(_, yes)| *yes)
            }
            _ => false,
        }
    }

    fn comments_for(&self, code: Code, origin: &Origin) -> impl Iterator<Item = usize> {
        let here = self.comments.iter().enumerate().filter(move |(_, allow)| {
            allow.document == origin.object.document
                && allow.codes.contains(&code)
                && allow.field.covers(&origin.document_path())
        });
        here.map(|(index, _)| index)
    }
}

/// Takes accepted findings out of a report, and remembers which comments were needed for that.
#[derive(Debug)]
pub struct Acceptance<'a> {
    allows: &'a Allows,
    used: BTreeSet<(usize, Code)>,
}

impl<'a> Acceptance<'a> {
    /// Of these.
    #[must_use]
    pub fn new(allows: &'a Allows) -> Self {
        Self { allows, used: BTreeSet::new() }
    }

    /// Whether a finding at a field is accepted there; every comment that says so is needed.
    pub fn covers(&mut self, code: Code, origin: &Origin) -> bool {
        let comments: Vec<usize> = self.allows.comments_for(code, origin).collect();
        self.used.extend(comments.iter().map(|index| (*index, code)));
        !comments.is_empty() || self.allows.accepts_annotation(origin)
    }

    /// Takes out the accepted places of findings, and findings without a place that is left.
    pub fn take_out(&mut self, report: &mut Report) {
        if *self.allows != Allows::default() {
            report.retain_places(|code, origin| !self.covers(code, origin));
        }
    }

    /// A warning for each code that a comment accepts in vain. Without a proof the codes of changed traffic are not
    /// told: nobody looked for them.
    #[must_use]
    pub fn unused(&self, proved: bool) -> Vec<Diagnostic> {
        let comments = self.allows.comments.iter().enumerate();
        let codes = comments.flat_map(|(index, allow)| allow.codes.iter().map(move |code| (index, allow, *code)));
        codes
            .filter(|(index, _, code)| !self.used.contains(&(*index, *code)))
            .filter(|(_, _, code)| proved || code.entry().number / 100 != 2)
            .map(|(_, allow, code)| {
                let message = format!("{code} ({}) is allowed here and not found", code.entry().name);
                let diagnostic = Diagnostic::new(Code::UnusedAllow, message).in_text(allow.comment.clone());
                diagnostic.help(Code::UnusedAllow.entry().fix)
            })
            .collect()
    }
}

impl Report {
    /// Keeps the places of findings that are asked for, and drops findings that had places and have none left. A place
    /// is the first label and every label without a text; a label with a text of its own says more about the first.
    pub fn retain_places(&mut self, mut keep: impl FnMut(Code, &Origin) -> bool) {
        self.diagnostics.retain_mut(|diagnostic| {
            if diagnostic.text.is_some() || diagnostic.labels.is_empty() {
                return true;
            }
            let code = diagnostic.code;
            let labels = std::mem::take(&mut diagnostic.labels).into_iter().enumerate();
            let (places, context): (Vec<_>, Vec<_>) =
                labels.partition(|(index, label)| *index == 0 || label.text.is_empty());
            let text = places.first().map(|(_, label)| label.text.clone()).unwrap_or_default();
            let mut kept: Vec<Label> =
                places.into_iter().map(|(_, label)| label).filter(|label| keep(code, &label.origin)).collect();
            let Some(first) = kept.first_mut() else { return false };
            first.text = text;
            diagnostic.labels = kept.into_iter().chain(context.into_iter().map(|(_, label)| label)).collect();
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::ObjectRef;

    fn origin(document: u32, path: FieldPath) -> Origin {
        let object = ObjectRef {
            kind: "Ingress".to_owned(),
            namespace: "shop".to_owned(),
            name: "web".to_owned(),
            document: DocumentId(document),
            within: FieldPath::root(),
        };
        Origin::field(&Arc::new(object), path)
    }

    fn rule(index: usize) -> FieldPath {
        FieldPath::root().field("spec.rules").index(index)
    }

    #[test]
    fn a_comment_covers_its_field_and_all_below() {
        let allow = Allow {
            codes: BTreeSet::from([Code::WildcardWider, Code::RuleWithheld]),
            document: DocumentId(0),
            field: rule(1),
            comment: TextPosition { file: 0, span: (0, 1) },
        };
        let allows = Allows { comments: vec![allow], ..Allows::default() };
        assert!(allows.covers(Code::WildcardWider, &origin(0, rule(1).key("host"))));
        assert!(!allows.covers(Code::WildcardWider, &origin(0, rule(0).key("host"))));
        assert!(!allows.covers(Code::WildcardWider, &origin(1, rule(1))));
        assert!(!allows.covers(Code::OrderDiffers, &origin(0, rule(1))));

        let mut report = Report::default();
        let finding = Diagnostic::new(Code::WildcardWider, "x").at(&origin(0, rule(1)), "here");
        report.push(finding.clone().at(&origin(0, rule(0)), "").at(&origin(0, rule(2)), "because of this"));
        report.push(finding.at(&origin(0, rule(2)), "because of this"));
        let mut acceptance = Acceptance::new(&allows);
        acceptance.take_out(&mut report);
        let [left] = report.diagnostics.as_slice() else { panic!("{:?}", report.diagnostics) };
        let labels: Vec<_> = left.labels.iter().map(|label| (&label.origin.path, label.text.as_str())).collect();
        assert_eq!(labels, [(&rule(0), "here"), (&rule(2), "because of this")]);
        let unused = acceptance.unused(true);
        assert_eq!(unused.len(), 1);
        assert!(unused[0].message.contains("rule-withheld"));
        assert!(acceptance.unused(false).is_empty());
    }

    #[test]
    fn annotations_by_pattern() {
        let allows = Allows {
            annotations: vec![("a.io/auth-url".to_owned(), false), ("a.io/auth-*".to_owned(), true)],
            ..Allows::default()
        };
        assert!(allows.covers(Code::ProtectionNotCarried, &origin(0, FieldPath::annotation("a.io/auth-type"))));
        for name in ["a.io/satisfy", "a.io/auth-url"] {
            assert!(!allows.covers(Code::ProtectionNotCarried, &origin(0, FieldPath::annotation(name))));
        }
    }
}
