//! Expressions that are a few literals, each with an optional rest: the ways through them.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::expression::{Part, takes_rest};
use super::{Branch, Piece, Rest, Shape};

/// The ways through an expression, in the order in which a backtracking engine tries them.
#[derive(Debug, Clone, Default)]
struct Way {
    literal: String,
    /// Slices of the path that groups took.
    groups: Vec<(usize, usize, Option<usize>)>,
    /// `.*` or `.+` from here to the end.
    tail: Option<Rest>,
    /// `$` was passed.
    ended: bool,
}

/// More ways than this are left to samples.
const MOST_WAYS: usize = 64;

pub(super) fn branches(elements: &[Hir], template: &[Part], ignores_case: bool, keeps_rest: bool) -> Option<Shape> {
    let mut ways = vec![Way::default()];
    for element in elements {
        ways = walk(element, ways)?;
    }
    let branch = |way: Way| {
        let length = way.literal.len();
        let rest = match way.tail {
            Some(rest) => rest,
            None if way.ended => Rest::Nothing,
            None => Rest::Any,
        };
        let mut output: Vec<Piece> = template.iter().map(|part| way.part(part)).collect();
        // Envoy replaces the match and keeps what follows; nginx replaces the whole path.
        if keeps_rest && way.tail.is_none() && !way.ended {
            output.push(Piece::Path(length, None));
        }
        Branch { literal: way.literal, ignores_case, rest, output }
    };
    Some(Shape::Branches(ways.into_iter().map(branch).collect()))
}

impl Way {
    fn part(&self, part: &Part) -> Piece {
        match part {
            Part::Text(text) => Piece::Text(text.clone()),
            Part::Group(0) if self.tail.is_some() => Piece::Path(0, None),
            Part::Group(0) => Piece::Path(0, Some(self.literal.len())),
            Part::Group(number) => {
                // The last iteration of a repeated group counts.
                let slice = self.groups.iter().rev().find(|(group, ..)| group == number);
                slice.map_or_else(|| Piece::Text(String::new()), |(_, from, to)| Piece::Path(*from, *to))
            }
        }
    }

    /// Goes on with text; `None` when it cannot, because the text would stand after the end.
    fn then(mut self, text: &str) -> Option<Self> {
        if self.ended && !text.is_empty() {
            return None;
        }
        self.literal.push_str(text);
        Some(self)
    }
}

/// Goes on through one expression. `None`: the expression is not of this simple kind.
fn walk(hir: &Hir, ways: Vec<Way>) -> Option<Vec<Way>> {
    if ways.len() > MOST_WAYS {
        return None;
    }
    match hir.kind() {
        HirKind::Empty => Some(ways),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            no_tail(&ways)?;
            Some(ways.into_iter().filter_map(|way| way.then(text)).collect())
        }
        HirKind::Class(class) => {
            no_tail(&ways)?;
            let texts = few(class)?;
            let each = |way: Way| texts.iter().filter_map(|text| way.clone().then(text)).collect::<Vec<_>>();
            Some(ways.into_iter().flat_map(each).collect())
        }
        HirKind::Look(Look::Start) => {
            ways.iter().all(|way| way.literal.is_empty() && way.tail.is_none()).then_some(ways)
        }
        HirKind::Look(Look::End) => Some(ways.into_iter().map(|way| Way { ended: true, ..way }).collect()),
        HirKind::Look(_) => None,
        HirKind::Repetition(repetition) if takes_rest(hir) => {
            no_tail(&ways)?;
            let rest = if repetition.min == 0 { Rest::Any } else { Rest::NotEmpty };
            // Behind `$` only nothing is left to take.
            let go = |way: Way| match (way.ended, rest) {
                (false, _) => Some(Way { tail: Some(rest), ..way }),
                (true, Rest::Any | Rest::Nothing) => Some(way),
                (true, Rest::NotEmpty) => None,
            };
            Some(ways.into_iter().filter_map(go).collect())
        }
        HirKind::Repetition(repetition) if repetition.min == 0 && repetition.max == Some(1) => each(ways, |way| {
            let mut taken = walk(&repetition.sub, vec![way.clone()])?;
            if repetition.greedy {
                taken.push(way)
            } else {
                taken.insert(0, way)
            }
            Some(taken)
        }),
        HirKind::Repetition(_) => None,
        HirKind::Capture(capture) => each(ways, |way| {
            let from = way.literal.len();
            let had_tail = way.tail.is_some();
            let mut inner = walk(&capture.sub, vec![way])?;
            for way in &mut inner {
                let to = (way.tail.is_none() || had_tail).then_some(way.literal.len());
                way.groups.push((capture.index as usize, from, to));
            }
            Some(inner)
        }),
        HirKind::Concat(parts) => parts.iter().try_fold(ways, |ways, part| walk(part, ways)),
        HirKind::Alternation(parts) => each(ways, |way| {
            let inner: Option<Vec<Vec<Way>>> = parts.iter().map(|part| walk(part, vec![way.clone()])).collect();
            Some(inner?.into_iter().flatten().collect())
        }),
    }
}

/// Goes on from each way by itself, so that the order of preference stays.
fn each(ways: Vec<Way>, go: impl Fn(Way) -> Option<Vec<Way>>) -> Option<Vec<Way>> {
    let mut out = Vec::new();
    for way in ways {
        out.extend(go(way)?);
    }
    (out.len() <= MOST_WAYS).then_some(out)
}

/// Text after `.*` makes an engine step back; such expressions are not of the simple kind.
fn no_tail(ways: &[Way]) -> Option<()> {
    ways.iter().all(|way| way.tail.is_none()).then_some(())
}

/// The texts of a class of a few bytes.
fn few(class: &Class) -> Option<Vec<String>> {
    let Class::Bytes(class) = class else { return None };
    let bytes: Vec<u8> = class.iter().flat_map(|range| range.start()..=range.end()).take(5).collect();
    (bytes.len() <= 4 && bytes.iter().all(u8::is_ascii))
        .then(|| bytes.into_iter().map(|byte| char::from(byte).to_string()).collect())
}
