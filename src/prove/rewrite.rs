//! Path rewrites in one form, so that equal ones can be seen to be equal.
//!
//! Most rewrites — a whole path, a prefix, `/p(/|$)(.*)` to `/q/$2`, `^/v1/(.*)` to `/\1` — are a list of [`Branch`]es:
//! "if the path starts with this text, the result is these texts and these slices of the path". Applied to what is known
//! of a region of paths they give [`Piece`]s, and equal pieces are equal for every path of the region. Other patterns are
//! compared as a whole ([`Core`]): the same expression, anchored at the same place, with the same template.

use regex_syntax::hir::{Capture, Class, Dot, Hir, HirKind, Look};

use super::language::is_path_byte;
use super::pattern;
use super::wire_path::nginx_escape;
use crate::model::{Anchoring, PathHandling, PathMatcher, PathRewrite};

/// A rewrite, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// The first branch that applies decides; without one the path stays.
    Branches(Vec<Branch>),
    /// An expression that takes the whole path from its start.
    Whole(Core),
    /// Neither; only samples can be compared.
    Opaque,
}

/// One way for a path to be rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    /// The path starts with this text …
    pub(super) literal: String,
    /// … whatever the case of its letters.
    pub(super) ignores_case: bool,
    rest: Rest,
    output: Vec<Piece>,
}

/// What may follow the literal of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    Any,
    NotEmpty,
}

/// A part of a result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// This text.
    Text(String),
    /// Bytes of the path: from an offset up to another, or to the end.
    Path(usize, Option<usize>),
    /// The query with its `?`, or nothing.
    Query,
    /// Host of the request without its port.
    Host,
}

/// A whole-path expression without the anchors and the trailing `.*` that make it whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Core {
    elements: Vec<Hir>,
    ignores_case: bool,
    template: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Group(usize),
}

/// What all paths of a region have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Known {
    /// They start with this text: the longest of all literals of interest that does.
    pub(super) text: String,
    /// Nothing follows: the region is one path.
    pub(super) closed: bool,
    /// Offsets at which letters may have another case than in `text`.
    pub(super) uncertain: Vec<bool>,
}

impl Known {
    fn certain(&self, at: usize) -> bool {
        !self.uncertain.get(at).copied().unwrap_or(false)
    }

    fn starts_with(&self, literal: &str, ignores_case: bool) -> bool {
        self.text.get(..literal.len()).is_some_and(|start| {
            if ignores_case {
                start.eq_ignore_ascii_case(literal)
            } else {
                start == literal && (0..literal.len()).all(|at| self.certain(at))
            }
        })
    }

    fn admits(&self, branch: &Branch) -> bool {
        let ends = self.closed && self.text.len() == branch.literal.len();
        self.starts_with(&branch.literal, branch.ignores_case)
            && match branch.rest {
                Rest::Nothing => ends,
                Rest::Any => true,
                Rest::NotEmpty => !ends,
            }
    }

    /// Slices with what is known of them filled in; neighbours merged.
    fn fill(&self, output: &[Piece]) -> Vec<Piece> {
        let mut filled = Pieces::default();
        for piece in output {
            match piece {
                Piece::Path(from, to) => {
                    let known_to = to.unwrap_or(self.text.len()).min(self.text.len());
                    for at in *from..known_to {
                        match self.text.get(at..=at) {
                            Some(byte) if self.certain(at) => filled.text(byte),
                            Some(_) | None => filled.path(at, Some(at + 1)),
                        }
                    }
                    match to {
                        Some(to) if *to <= known_to => {}
                        None if self.closed => {}
                        Some(_) | None => filled.path((*from).max(known_to), *to),
                    }
                }
                Piece::Text(text) => filled.text(text),
                Piece::Query | Piece::Host => filled.0.push(piece.clone()),
            }
        }
        filled.0
    }
}

impl Piece {
    /// The domain's own bytes need no escape, so only texts change.
    fn escape(&mut self) {
        match self {
            Self::Text(text) => *text = nginx_escape(text),
            Self::Path(..) | Self::Query | Self::Host => {}
        }
    }
}

impl Part {
    fn plain(&self) -> bool {
        match self {
            Self::Text(text) => !text.starts_with("http") && text.bytes().all(|b| b == b'/' || is_path_byte(b)),
            Self::Group(_) => true,
        }
    }
}

/// A list of pieces in which neighbours are merged.
#[derive(Debug, Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn text(&mut self, more: &str) {
        match self.0.last_mut() {
            Some(Piece::Text(text)) => text.push_str(more),
            Some(Piece::Path(..) | Piece::Query | Piece::Host) | None if more.is_empty() => {}
            Some(Piece::Path(..) | Piece::Query | Piece::Host) | None => self.0.push(Piece::Text(more.to_owned())),
        }
    }

    fn path(&mut self, from: usize, to: Option<usize>) {
        match self.0.last_mut() {
            Some(Piece::Path(_, end)) if *end == Some(from) => *end = to,
            Some(_) | None => self.0.push(Piece::Path(from, to)),
        }
    }
}

/// Merges neighbouring texts.
pub(super) fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out = Pieces::default();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.text(&text),
            Piece::Path(from, to) => out.path(from, to),
            Piece::Query | Piece::Host => out.0.push(piece),
        }
    }
    out.0
}

/// The path that the paths of a region become.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rewritten {
    /// It is made of these pieces.
    Pieces(Vec<Piece>),
    /// It is what the expression says.
    Whole(Core),
    /// It is not known.
    Unknown,
}

impl Shape {
    /// Takes a rewrite apart. `matcher` is the condition under which it runs.
    pub(super) fn of(rewrite: Option<&PathRewrite>, matcher: &PathMatcher) -> Self {
        match rewrite {
            None => Self::Branches(Vec::new()),
            Some(PathRewrite::Full(text)) => Self::Branches(vec![Branch {
                literal: String::new(),
                ignores_case: false,
                rest: Rest::Any,
                output: vec![Piece::Text(text.clone())],
            }]),
            Some(PathRewrite::Prefix { from, to }) => Self::Branches(prefix(from, to)),
            Some(PathRewrite::Nginx { pattern, template }) => nginx(pattern, template, matcher),
            Some(PathRewrite::Envoy { pattern, substitution }) => envoy(pattern, substitution),
        }
    }

    /// The texts that tell its branches apart.
    pub(super) fn branches(&self) -> &[Branch] {
        match self {
            Self::Branches(branches) => branches,
            Self::Whole(_) | Self::Opaque => &[],
        }
    }

    /// What becomes of the paths of a region, as [`PathRewrite::apply`] says it.
    pub(super) fn apply(&self, known: &Known) -> Rewritten {
        match self {
            Self::Branches(branches) => {
                let output = branches.iter().find(|branch| known.admits(branch)).map(|branch| branch.output.as_slice());
                Rewritten::Pieces(known.fill(output.unwrap_or(&[Piece::Path(0, None)])))
            }
            Self::Whole(core) => Rewritten::Whole(core.clone()),
            Self::Opaque => Rewritten::Unknown,
        }
    }
}

/// A rewritten path as the backend receives it, with the query: see `forwarded` in evaluate.rs.
pub(super) fn received(rewritten: Rewritten, handling: PathHandling) -> Rewritten {
    match rewritten {
        Rewritten::Pieces(mut pieces) => {
            // nginx answers with a redirect when the result is a URL.
            if matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with("http")) {
                return Rewritten::Unknown;
            }
            match handling {
                PathHandling::Nginx => pieces.iter_mut().for_each(Piece::escape),
                PathHandling::Raw | PathHandling::Resolved | PathHandling::Merged | PathHandling::Envoy => {}
            }
            pieces.push(Piece::Query);
            Rewritten::Pieces(pieces)
        }
        // Where templates need an escape, or bring a scheme or a query, the data planes go different ways.
        Rewritten::Whole(core) if core.template.iter().all(Part::plain) => Rewritten::Whole(core),
        Rewritten::Whole(_) | Rewritten::Unknown => Rewritten::Unknown,
    }
}

/// Whether the text of a rewritten path holds a `?`.
pub(super) fn brings_query(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('?')))
}

/// ReplacePrefixMatch, as `join_prefix` in the model has it.
fn prefix(from: &str, to: &str) -> Vec<Branch> {
    let from = from.strip_suffix('/').unwrap_or(from);
    let rooted = |text: &str| if text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
    let bare = to.strip_suffix('/').unwrap_or(to);
    let branch = |literal: String, rest, text: String, tail: Option<usize>| Branch {
        literal,
        ignores_case: false,
        rest,
        output: std::iter::once(Piece::Text(text)).chain(tail.map(|from| Piece::Path(from, None))).collect(),
    };
    let below = format!("{from}/");
    let below_text = if bare.is_empty() { "/".to_owned() } else { rooted(&format!("{bare}/")) };
    let tail = below.len();
    vec![
        branch(below, Rest::Any, below_text, Some(tail)),
        branch(from.to_owned(), Rest::Nothing, rooted(to), None),
        branch(from.to_owned(), Rest::Any, rooted(to), Some(from.len())),
    ]
}

fn nginx(pattern: &str, template: &str, matcher: &PathMatcher) -> Shape {
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

fn envoy(pattern: &str, substitution: &str) -> Shape {
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
fn takes_rest(hir: &Hir) -> bool {
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

fn branches(elements: &[Hir], template: &[Part], ignores_case: bool, keeps_rest: bool) -> Option<Shape> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PathRegex;

    fn location(pattern: &str) -> PathMatcher {
        PathMatcher::Regex(PathRegex {
            pattern: format!("^{pattern}"),
            case_insensitive: true,
            anchoring: Anchoring::Search,
        })
    }

    fn nginx_shape(pattern: &str, template: &str) -> Shape {
        let rewrite = PathRewrite::Nginx { pattern: pattern.to_owned(), template: template.to_owned() };
        Shape::of(Some(&rewrite), &location(pattern))
    }

    fn envoy_shape(pattern: &str, substitution: &str) -> Shape {
        let rewrite = PathRewrite::Envoy { pattern: pattern.to_owned(), substitution: substitution.to_owned() };
        Shape::of(Some(&rewrite), &PathMatcher::Any)
    }

    fn below(text: &str) -> Known {
        Known { text: text.to_owned(), closed: false, uncertain: Vec::new() }
    }

    fn exactly(text: &str) -> Known {
        Known { text: text.to_owned(), closed: true, uncertain: Vec::new() }
    }

    fn render(rewritten: &Rewritten, path: &str) -> Option<String> {
        let Rewritten::Pieces(pieces) = rewritten else { return None };
        let spell = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Path(from, to) => path[*from..to.unwrap_or(path.len())].to_owned(),
            Piece::Query | Piece::Host => unreachable!(),
        };
        Some(pieces.iter().map(spell).collect())
    }

    /// Whatever is known of a path, the pieces spell what the model makes of it.
    #[test]
    fn pieces_spell_what_the_model_says() {
        let prefix = |from: &str, to: &str| PathRewrite::Prefix { from: from.to_owned(), to: to.to_owned() };
        let nginx =
            |pattern: &str, to: &str| PathRewrite::Nginx { pattern: pattern.to_owned(), template: to.to_owned() };
        let envoy =
            |pattern: &str, to: &str| PathRewrite::Envoy { pattern: pattern.to_owned(), substitution: to.to_owned() };
        let rewrites = [
            PathRewrite::Full("/full".to_owned()),
            prefix("/p", "/q"),
            prefix("/p/", "/q/"),
            prefix("/p", ""),
            prefix("/p", "/"),
            prefix("/", "/v1"),
            prefix("/p", "q"),
            nginx("^/p(/|$)(.*)", "/q/$2"),
            nginx("^/p(/|$)(.*)", "/$2"),
            nginx("^/p/?(.*)", "/$1"),
            nginx("^/p(/(.*))?", "/q/$2$1"),
            nginx("^/(p|pq)/(.+)$", "/$2/$1/$0"),
            nginx("^/[pq](.*)", "$1"),
            nginx("^/p", "/fixed"),
            envoy("^/p", "/q"),
            envoy("^/p/(.*)$", r"/\1"),
            envoy("(?i)^/p(/|$)(.*)", r"/q/\2"),
        ];
        let paths = ["/", "/p", "/P", "/p/", "/p/x", "/P/x/", "/px", "/p/x/y", "/pq/x", "/pq/", "/q", "/q/p", "/x"];
        for rewrite in &rewrites {
            let shape = Shape::of(Some(rewrite), &PathMatcher::Any);
            assert!(matches!(shape, Shape::Branches(_)), "{rewrite:?}");
            for path in paths {
                let wanted = rewrite.apply(path).unwrap_or_else(|| path.to_owned());
                assert_eq!(render(&shape.apply(&exactly(path)), path), Some(wanted.clone()), "{rewrite:?} {path}");
                // The same from less knowledge: only the longest text of interest that the path starts with.
                let literals = shape.branches().iter().flat_map(|b| [b.literal.clone(), format!("{}/", b.literal)]);
                if literals.clone().any(|literal| path.eq_ignore_ascii_case(&literal)) {
                    continue;
                }
                let fits = |literal: &String| {
                    path.len() > literal.len() && path[..literal.len()].eq_ignore_ascii_case(literal)
                };
                let Some(known) = literals.filter(fits).max_by_key(String::len) else { continue };
                let known = Known {
                    uncertain: known.bytes().map(|byte| byte.is_ascii_alphabetic()).collect(),
                    ..below(&known)
                };
                if shape.branches().iter().all(|branch| branch.ignores_case) {
                    assert_eq!(render(&shape.apply(&known), path), Some(wanted), "{rewrite:?} {path} {known:?}");
                }
            }
        }
    }

    #[test]
    fn the_usual_rewrite_is_a_prefix_replacement_below_the_prefix() {
        let gateway = Shape::of(
            Some(&PathRewrite::Prefix { from: "/p".to_owned(), to: "/q".to_owned() }),
            &PathMatcher::Segment("/p".to_owned()),
        );
        let nginx = nginx_shape("/p(/|$)(.*)", "/q/$2");
        assert_eq!(gateway.apply(&below("/p/")), nginx.apply(&below("/p/")));
        assert_ne!(gateway.apply(&exactly("/p")), nginx.apply(&exactly("/p")), "/q is not /q/");
        let root = nginx_shape("/p(/|$)(.*)", "/$2");
        let gateway = Shape::of(
            Some(&PathRewrite::Prefix { from: "/p".to_owned(), to: "/".to_owned() }),
            &PathMatcher::Segment("/p".to_owned()),
        );
        assert_eq!(gateway.apply(&exactly("/p")), root.apply(&exactly("/p")));
    }

    #[test]
    fn without_groups_the_whole_path_is_replaced() {
        let full = Shape::of(Some(&PathRewrite::Full("/x".to_owned())), &PathMatcher::Any);
        assert_eq!(nginx_shape("/a", "/x").apply(&below("/a")), full.apply(&below("/a")));
        assert_ne!(envoy_shape("^/a", "/x").apply(&below("/a")), full.apply(&below("/a")), "Envoy keeps the rest");
    }

    #[test]
    fn whole_expressions_are_compared_as_written() {
        let nginx = nginx_shape("/v([0-9]+)/(.*)", "/$2/$1");
        let same = envoy_shape("(?i)^/v([0-9]+)/(.*)$", r"/\2/\1");
        assert!(matches!(nginx, Shape::Whole(_)));
        assert_eq!(nginx, same);
        assert_ne!(nginx, envoy_shape("^/v([0-9]+)/(.*)", r"/\2/\1"), "case matters");
        assert_ne!(nginx, envoy_shape("(?i)^/v([0-9]+)/(.*)", r"/\1/\2"));
        assert_eq!(nginx_shape("/v([0-9]+)", "/$1"), envoy_shape("(?i)^/v([0-9]+).*", r"/\1"));
        assert_eq!(envoy_shape("(?i)^/v([0-9]+)", r"/\1"), Shape::Opaque, "Envoy keeps what follows the match");
        assert_eq!(envoy_shape("/v([0-9]+).*", r"/\1"), Shape::Opaque, "found anywhere");
        assert_eq!(nginx_shape("/a(?=b)(.*)", "/$1"), Shape::Opaque);
        assert_eq!(nginx_shape("/a|/b", "/c"), Shape::Opaque, "/x/b is found further on");
    }
}
