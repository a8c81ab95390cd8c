//! Messages as rustc draws them: the source line, what follows from it, what to do.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin as Unseen, Renderer, Snippet};

use super::finding::{self, Location, first, groups, named};
use super::{Place, Places, printable};
use crate::model::Origin;
use crate::report::{Code, Diagnostic, Report, Severity};
use crate::syntax::FieldPath;

/// How much is said about infos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Infos {
    /// Those of one code together in a line.
    #[default]
    Counted,
    /// Each as a block.
    Each,
}

/// Every error and warning as a block, blocks separated by an empty line; what is said of several places is said once.
/// Infos follow, as asked.
#[must_use]
pub fn text(report: &Report, places: &dyn Places, color: bool, infos: Infos) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut by_code: BTreeMap<Code, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Info) {
        by_code.entry(diagnostic.code).or_default().push(diagnostic);
    }
    by_code.retain(|_, members| infos == Infos::Counted && members.len() > 1);
    let is_counted =
        |diagnostic: &Diagnostic| diagnostic.severity == Severity::Info && by_code.contains_key(&diagnostic.code);
    let told = report.diagnostics.iter().filter(|diagnostic| !is_counted(diagnostic));
    let blocks = groups(told, places);
    let blocks = blocks.iter().map(|group| format!("{}\n\n", block(group, places, &renderer)));
    let lines = by_code.values().map(|members| format!("{}\n", counted(members, places, &renderer)));
    let hint = (!by_code.is_empty()).then(|| "  = help: --verbose shows every info with its place\n\n".to_owned());
    blocks.chain(lines).chain(hint).collect()
}

/// `info[G2L217]: the first of them (a.yaml:3:5), and 19 more`.
fn counted(members: &[&Diagnostic], places: &dyn Places, renderer: &Renderer) -> String {
    let Some(finding) = first(members, places) else { return String::new() };
    let place = finding.place().map(|place| format!(" ({})", place.exact())).unwrap_or_default();
    let message = format!("{}{place}, and {} more", finding.diagnostic.message, members.len() - 1);
    let title = Level::INFO.primary_title(printable(&message)).id(finding.diagnostic.code.to_string());
    renderer.render(&[Group::with_title(title)])
}

fn block(group: &finding::Group<'_>, places: &dyn Places, renderer: &Renderer) -> String {
    let diagnostic = group.first.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.code.to_string());
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(printable(note)));
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(printable(help)));
    let more = more_places(group).map(|text| Level::NOTE.message(printable(&text)));
    let messages = notes.chain(more).chain(help).map(Element::from);
    renderer.render(&[title.elements(snippets(&group.first.marks, places)).elements(messages)])
}

/// Places that are listed when the same is said of several.
const LISTED: usize = 5;

/// `and 7 more places: a.yaml:3, b.yaml:9, …`.
fn more_places(finding::Group { listed, more, .. }: &finding::Group<'_>) -> Option<String> {
    let names: Vec<_> = listed.iter().take(LISTED).map(Location::short).collect();
    let dots = if *more > names.len() { ", …" } else { "" };
    let places = if *more == 1 { "place" } else { "places" };
    // What has no place says so by its own words.
    (*more > 0 && !names.is_empty()).then(|| format!("and {more} more {places}: {}{dots}", names.join(", ")))
}

/// Lines between two marks that are drawn together.
const NEAR: usize = 200;

/// One snippet a file and part of it, in the order of the labels. A label without text is a line that names the field.
fn snippets<'a>(marks: &[(Location<'a>, &'a str)], places: &'a dyn Places) -> Vec<Element<'a>> {
    let mut drawn: Vec<Drawn<'a>> = Vec::new();
    let mut elements = Vec::new();
    for (index, (location, label)) in marks.iter().enumerate() {
        match location {
            Location::Text(place, origin) => {
                let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                let index_of = |drawn: &Vec<Drawn<'a>>| drawn.iter().position(|drawn| drawn.is_near(place));
                if index_of(&drawn).is_none() {
                    drawn.push(Drawn { file: place.file, text: place.text, marks: Vec::new() });
                }
                let at = index_of(&drawn).unwrap_or(drawn.len().saturating_sub(1));
                let Some(file) = drawn.get_mut(at) else { continue };
                file.add(place, kind, (*label).to_owned());
                if let Some((object, label)) =
                    origin.filter(|_| index == 0).and_then(|origin| object_name(origin, places))
                {
                    file.add(&object, AnnotationKind::Context, label);
                }
            }
            Location::Object(origin) => {
                elements.push(Element::from(Unseen::path(printable(&named(origin)))));
                if !label.is_empty() {
                    elements.push(Level::NOTE.message(printable(label)).into());
                }
            }
        }
    }
    drawn.into_iter().map(Drawn::snippet).chain(elements).collect()
}

/// The line `name: web` of the object that a field belongs to.
fn object_name<'a>(origin: &Origin, places: &'a dyn Places) -> Option<(Place<'a>, String)> {
    let name = FieldPath::root().field("metadata.name");
    let inside = !origin.path.steps().is_empty() && origin.path != name;
    let place = places.locate(&Origin::field(&origin.object, name)).filter(|_| inside)?;
    Some((place, format!("on {}", origin.object.label())))
}

/// The part of a file that a message shows.
struct Drawn<'a> {
    file: &'a str,
    text: &'a str,
    marks: Vec<Mark>,
}

struct Mark {
    line: usize,
    span: Range<usize>,
    kind: AnnotationKind,
    label: String,
}

impl<'a> Drawn<'a> {
    fn is_near(&self, place: &Place<'_>) -> bool {
        self.file == place.file && self.marks.iter().any(|mark| mark.line.abs_diff(place.line) <= NEAR)
    }

    /// Adds a mark, cut to its first line: what is said holds for the field, not for each of its lines. A place in
    /// another document of the same file, or one that the text does not have, is left out.
    fn add(&mut self, place: &Place<'_>, kind: AnnotationKind, label: String) {
        let covered = self.text.get(place.span.clone()).unwrap_or_default();
        let first = covered.lines().next().unwrap_or_default().trim_end();
        if !self.text.is_char_boundary(place.span.start)
            || self.marks.iter().any(|mark| mark.span.start == place.span.start)
        {
            return;
        }
        let span = place.span.start..place.span.start + first.len();
        self.marks.push(Mark { line: place.line, span, kind, label: printable(&label) });
    }

    /// Cuts the file to the lines between the first and the last mark, so that drawing does not depend on its size.
    fn snippet(self) -> Element<'a> {
        let first_line = self.marks.iter().map(|mark| mark.line).min().unwrap_or(1);
        let first = self.marks.iter().map(|mark| mark.span.start).min().unwrap_or(0);
        let last = self.marks.iter().map(|mark| mark.span.end).max().unwrap_or(0);
        let start = self.text.get(..first).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let end = self.text.get(last..).and_then(|after| after.find('\n')).map_or(self.text.len(), |at| last + at);
        let annotations = self.marks.into_iter().map(|mark| -> Annotation<'a> {
            let span = mark.span.start.saturating_sub(start)..mark.span.end.saturating_sub(start);
            let annotation = mark.kind.span(span);
            if mark.label.is_empty() { annotation } else { annotation.label(mark.label) }
        });
        Snippet::source(self.text.get(start..end).unwrap_or_default())
            .path(printable(self.file))
            .line_start(first_line)
            .annotations(annotations)
            .into()
    }
}
