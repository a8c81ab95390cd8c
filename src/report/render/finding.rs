//! Diagnostics with their places looked up, sorted and grouped.

use std::cmp::Ordering;
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

    /// `file:line:column`, or `Ingress shop/web, spec.rules[0]`.
    pub(super) fn exact(&self) -> String {
        match self {
            Self::Text(place, _) => format!("{}:{}:{}", place.file, place.line, place.column),
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
    /// With so many of its labels.
    fn new(diagnostic: &'a Diagnostic, shown: usize, places: &'a dyn Places) -> Self {
        let in_text = diagnostic.text.as_ref().and_then(|position| places.position(position));
        let labels = diagnostic.labels.iter().take(shown).map(|label| {
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

/// All findings by place, with so many of their labels.
pub(super) fn complete<'a>(report: &'a Report, shown: usize, places: &'a dyn Places) -> Vec<Finding<'a>> {
    sorted(&report.diagnostics, shown, places)
}

/// Findings by place, with as many places as are shown to people.
fn findings<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, places: &'a dyn Places) -> Vec<Finding<'a>> {
    sorted(diagnostics, DRAWN + LISTED, places)
}

/// By place: first those without text, then by file, line and column.
fn sorted<'a>(
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
    shown: usize,
    places: &'a dyn Places,
) -> Vec<Finding<'a>> {
    // Fields are looked up document by document, since each has to be read again for it.
    let mut diagnostics: Vec<_> = diagnostics.into_iter().collect();
    diagnostics.sort_by_key(|diagnostic| document(diagnostic, places));
    let mut findings: Vec<_> =
        diagnostics.into_iter().map(|diagnostic| Finding::new(diagnostic, shown, places)).collect();
    findings.sort_by(order);
    findings
}

fn order(a: &Finding<'_>, b: &Finding<'_>) -> Ordering {
    let said = |diagnostic: &Diagnostic| (diagnostic.code, diagnostic.message.clone(), diagnostic.notes.clone());
    let places = a.place().map(Location::key).cmp(&b.place().map(Location::key));
    places.then_with(|| said(a.diagnostic).cmp(&said(b.diagnostic)))
}

/// The first of some findings, without looking for the places of all.
pub(super) fn first<'a>(diagnostics: &[&'a Diagnostic], places: &'a dyn Places) -> Option<Finding<'a>> {
    let document = |diagnostic: &&Diagnostic| document(diagnostic, places);
    let earliest = diagnostics.iter().copied().map(|diagnostic| document(&diagnostic)).min()?;
    findings(diagnostics.iter().copied().filter(|diagnostic| document(diagnostic) == earliest), places)
        .into_iter()
        .next()
}

/// The document that a diagnostic is about.
fn document<'a>(diagnostic: &Diagnostic, places: &'a dyn Places) -> Option<(&'a str, usize)> {
    diagnostic.labels.first().and_then(|label| places.document(label.origin.object.document))
}

/// Places of one finding that are drawn; more are listed.
const DRAWN: usize = 8;
/// Places that are listed when the same is said of several.
const LISTED: usize = 10;

/// The same said of several places.
pub(super) struct Group<'a> {
    pub(super) first: Finding<'a>,
    /// Some further places.
    pub(super) listed: Vec<Location<'a>>,
    /// How many further places there are.
    pub(super) more: usize,
}

/// Groups diagnostics that say the same: code, severity, message, label and help. Notes may differ, since they name what
/// is affected; the first one's stand for all. The groups are in the order of their first places.
pub(super) fn groups<'a>(
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
    places: &'a dyn Places,
) -> Vec<Group<'a>> {
    let mut same: BTreeMap<_, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let Diagnostic { code, severity, message, labels, notes: _, help, text: _ } = diagnostic;
        let said = (*code, *severity, message, labels.first().map(|label| &label.text), help);
        same.entry(said).or_default().push(diagnostic);
    }
    let mut groups: Vec<_> = same.into_values().filter_map(|members| group(members, places)).collect();
    groups.sort_by(|a, b| order(&a.first, &b.first));
    groups
}

fn group<'a>(mut members: Vec<&'a Diagnostic>, places: &'a dyn Places) -> Option<Group<'a>> {
    // Only what is shown is looked up: fields are found by reading their documents again.
    members.sort_by_key(|diagnostic| document(diagnostic, places));
    let last = members.get(LISTED).map(|diagnostic| document(diagnostic, places));
    let earliest = members.iter().take_while(|member| last.is_none_or(|last| document(member, places) <= last));
    let mut earliest = findings(earliest.copied(), places).into_iter();
    let mut first = earliest.next()?;
    let unseen = first.diagnostic.labels.len().saturating_sub(first.marks.len());
    let further = first.marks.split_off(first.marks.len().min(DRAWN));
    let more = unseen + further.len() + members.len() - 1;
    let others = earliest.filter_map(|finding| finding.place().cloned());
    let listed = further.into_iter().map(|(place, _)| place).chain(others).take(LISTED).collect();
    Some(Group { first, listed, more })
}
