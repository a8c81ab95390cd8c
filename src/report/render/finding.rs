//! Diagnostics with their places looked up, sorted and grouped.

use std::collections::BTreeMap;

use super::{Place, Places};
use crate::model::Origin;
use crate::report::{Diagnostic, Report};

/// Where something is said.
#[derive(Debug, Clone)]
pub(super) enum Location<'a> {
    /// In a text, and which field that is when it is one.
    Text(Place<'a>, Option<&'a Origin>),
    /// In an object without text.
    Object(&'a Origin),
}

impl Location<'_> {
    /// `file:line`, or `Ingress shop/web, spec.rules[0]`.
    pub(super) fn short(&self) -> String {
        match self {
            Self::Text(place, _) => format!("{}:{}", place.file, place.line),
            Self::Object(origin) => named(origin),
        }
    }

    /// The file; empty for an object without text.
    pub(super) fn file(&self) -> &str {
        match self {
            Self::Text(place, _) => place.file,
            Self::Object(_) => "",
        }
    }

    fn key(&self) -> (&str, usize, usize, Option<&Origin>) {
        match self {
            Self::Text(place, origin) => (place.file, place.line, place.column, *origin),
            Self::Object(origin) => ("", 0, 0, Some(origin)),
        }
    }
}

/// `Ingress shop/web, spec.rules[0]`.
pub(super) fn named(origin: &Origin) -> String {
    let object = origin.object.label();
    if origin.path.steps().is_empty() { object } else { format!("{object}, {}", origin.path) }
}

/// A diagnostic with its places; the first is the place itself.
#[derive(Debug, Clone)]
pub(super) struct Finding<'a> {
    pub(super) diagnostic: &'a Diagnostic,
    pub(super) marks: Vec<(Location<'a>, &'a str)>,
}

impl<'a> Finding<'a> {
    fn new(diagnostic: &'a Diagnostic, places: &'a dyn Places) -> Self {
        let in_text = diagnostic.text.as_ref().and_then(|position| places.position(position));
        let labels = diagnostic.labels.iter().map(|label| {
            let location = match places.locate(&label.origin) {
                Some(place) => Location::Text(place, Some(&label.origin)),
                None => Location::Object(&label.origin),
            };
            (location, label.text.as_str())
        });
        Self {
            diagnostic,
            marks: in_text.map(|place| (Location::Text(place, None), "")).into_iter().chain(labels).collect(),
        }
    }

    pub(super) fn place(&self) -> Option<&Location<'a>> {
        self.marks.first().map(|(location, _)| location)
    }
}

/// Every finding, by place: first those without text, then by file, line and column.
pub(super) fn findings<'a>(report: &'a Report, places: &'a dyn Places) -> Vec<Finding<'a>> {
    let mut findings: Vec<_> = report.diagnostics.iter().map(|diagnostic| Finding::new(diagnostic, places)).collect();
    findings.sort_by(|a, b| {
        let key = |finding: &Finding<'a>| (finding.diagnostic.code, finding.diagnostic.message.as_str());
        let place = a.place().map(Location::key).cmp(&b.place().map(Location::key));
        place.then_with(|| key(a).cmp(&key(b))).then_with(|| a.diagnostic.notes.cmp(&b.diagnostic.notes))
    });
    findings
}

/// The same said of several places.
pub(super) struct Group<'a> {
    pub(super) first: Finding<'a>,
    pub(super) more: Vec<Location<'a>>,
}

/// Groups findings that say the same: code, severity, message, label and help. Notes may differ, since they name what
/// is affected; the first finding's stand for all.
pub(super) fn groups(findings: Vec<Finding<'_>>) -> Vec<Group<'_>> {
    let mut known = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in findings {
        let Diagnostic { code, severity, message, labels, notes: _, help, text: _ } = finding.diagnostic;
        let said = (*code, *severity, message, labels.first().map(|label| &label.text), help);
        match (known.get(&said).and_then(|index: &usize| groups.get_mut(*index)), finding.place()) {
            (Some(group), Some(place)) => group.more.push(place.clone()),
            (Some(_), None) => {}
            (None, _) => {
                known.insert(said, groups.len());
                groups.push(Group { first: finding, more: Vec::new() });
            }
        }
    }
    groups
}
