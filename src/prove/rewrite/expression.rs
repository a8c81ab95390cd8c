//! Rewrites by expressions, of nginx and of Envoy.

use regex_syntax::hir::{Capture, Dot, Hir, HirKind, Look};

use super::Shape;
use super::ways::branches;
use crate::model::{Anchoring, PathMatcher};
use crate::prove::language::is_path_byte;
use crate::prove::pattern;

/// A whole-path expression without the anchors and the trailing `.*` that make it whole.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::prove) struct Core {
    elements: Vec<Hir>,
    ignores_case: bool,
    template: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Group(usize),
}

impl Core {
    /// The template's texts need no escape, and leave something whatever the groups took.
    pub(super) fn is_plain(&self) -> bool {
        let texts = self.template.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text),
            Part::Group(_) => None,
        });
        let mut texts = texts.peekable();
        texts.peek().is_some() && texts.all(|text| text.bytes().all(|byte| byte == b'/' || is_path_byte(byte)))
    }
}

pub(super) fn nginx(pattern: &str, template: &str, matcher: &PathMatcher) -> Shape {
    let template = parts(template, '$');
    let Some(elements) = elements(pattern) else { return Shape::Opaque };
    let anchored = starts_anchored(&elements) || found_at_start(pattern, matcher);
    if !anchored {
        return Shape::Opaque;
    }
    branches(&elements, &template, true, false).unwrap_or_else(|| Shape::Whole(core(elements, template, true)))
}

/// A location's expression is `^` and the pattern of its rewrite: where it holds, the first place is the start — unless
/// an alternative escapes the `^`, as in `^/a|/b`.
fn found_at_start(pattern: &str, matcher: &PathMatcher) -> bool {
    let PathMatcher::Regex(location) = matcher else { return false };
    location.anchoring == Anchoring::Search
        && location.case_insensitive
        && location.pattern.strip_prefix('^') == Some(pattern)
        && pattern::parse(&location.pattern, true)
            .is_ok_and(|hir| hir.properties().look_set_prefix().contains(Look::Start))
}

pub(super) fn envoy(pattern: &str, substitution: &str) -> Shape {
    let template = parts(substitution, '\\');
    let (pattern, ignores_case) = pattern.strip_prefix("(?i)").map_or((pattern, false), |rest| (rest, true));
    match elements(pattern) {
        // Unanchored, or with more to come behind the match, it would be found again.
        Some(elements) if starts_anchored(&elements) => branches(&elements, &template, ignores_case, true)
            .unwrap_or_else(|| {
                if ends_whole(&elements) { Shape::Whole(core(elements, template, ignores_case)) } else { Shape::Opaque }
            }),
        Some(_) | None => Shape::Opaque,
    }
}

/// The parts of a pattern that follow each other, read with regard to case.
fn elements(pattern: &str) -> Option<Vec<Hir>> {
    let hir = pattern::parse(pattern, false).ok()?;
    Some(match hir.into_kind() {
        HirKind::Concat(parts) => parts,
        HirKind::Empty => Vec::new(),
        kind @ (HirKind::Literal(_)
        | HirKind::Class(_)
        | HirKind::Look(_)
        | HirKind::Repetition(_)
        | HirKind::Capture(_)
        | HirKind::Alternation(_)) => vec![rebuild(kind)],
    })
}

fn rebuild(kind: HirKind) -> Hir {
    match kind {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Repetition(repetition) => Hir::repetition(repetition),
        HirKind::Capture(capture) => Hir::capture(capture),
        HirKind::Concat(parts) => Hir::concat(parts),
        HirKind::Alternation(parts) => Hir::alternation(parts),
    }
}

fn starts_anchored(elements: &[Hir]) -> bool {
    matches!(elements.first().map(Hir::kind), Some(HirKind::Look(Look::Start)))
}

/// Whether a match reaches the end of the path.
fn ends_whole(elements: &[Hir]) -> bool {
    elements.last().is_some_and(|last| matches!(last.kind(), HirKind::Look(Look::End)) || takes_rest(last))
}

/// `.*`, bare or in a group.
pub(super) fn takes_rest(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Capture(Capture { sub, .. }) => takes_rest(sub),
        HirKind::Repetition(repetition) => {
            repetition.greedy && repetition.max.is_none() && repetition.min <= 1 && is_dot(&repetition.sub)
        }
        HirKind::Empty
        | HirKind::Literal(_)
        | HirKind::Class(_)
        | HirKind::Look(_)
        | HirKind::Concat(_)
        | HirKind::Alternation(_) => false,
    }
}

fn is_dot(hir: &Hir) -> bool {
    *hir == Hir::dot(Dot::AnyByteExceptLF) || *hir == Hir::dot(Dot::AnyByte)
}

/// Removes what only makes an expression take the whole path.
fn core(mut elements: Vec<Hir>, template: Vec<Part>, ignores_case: bool) -> Core {
    if starts_anchored(&elements) {
        elements.remove(0);
    }
    while let [.., before, last] = elements.as_slice() {
        let redundant = matches!(last.kind(), HirKind::Look(Look::End)) && takes_rest(before);
        let bare_rest = matches!(last.kind(), HirKind::Repetition(_)) && takes_rest(last);
        if !redundant && !bare_rest {
            break;
        }
        elements.pop();
    }
    Core { elements, ignores_case, template }
}

/// Text and one-digit groups, as `expand` in the model reads them.
fn parts(template: &str, marker: char) -> Vec<Part> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        match (character == marker).then(|| characters.peek().and_then(|next| next.to_digit(10))).flatten() {
            Some(digit) => {
                characters.next();
                if !text.is_empty() {
                    out.push(Part::Text(std::mem::take(&mut text)));
                }
                out.push(Part::Group(digit as usize));
            }
            None => text.push(character),
        }
    }
    if !text.is_empty() {
        out.push(Part::Text(text));
    }
    out
}
