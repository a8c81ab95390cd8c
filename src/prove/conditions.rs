//! Methods, headers, query parameters and cookies: which rules win under which of them.
//!
//! The rules that share a path are walked on both sides at once. Each name on which they put conditions is a dimension
//! with finitely many representative values: one for each combination of conditions that can hold together. A cell is a
//! product of sets of representatives; where a rule holds for a part of a cell only, the cell is split along that
//! condition. What both sides decide for a whole cell is decided for all its requests.

use std::collections::BTreeSet;

use regex_syntax::hir::Hir;

use super::automaton::classes;
use super::language::Language;
use super::proof::{Doubt, Limits};
use super::{Request, pattern};
use crate::model::{FieldMatch, Matcher, Pipeline, Rule, ValueMatcher};

/// One part of a request that conditions speak of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Method,
    Header(String),
    Query(String),
    Cookie(String),
    /// The Cookie header as a whole, when conditions speak of it and of single cookies.
    CookieHeader,
}

/// A key with its representative values; the simplest first.
#[derive(Debug)]
struct Dimension {
    key: Key,
    values: Vec<Option<String>>,
}

/// A rule's condition on one dimension: whether each representative satisfies it.
#[derive(Debug)]
struct Condition {
    dimension: usize,
    holds: Vec<bool>,
}

/// The rules of one side that share a path, in order, with their conditions.
type Candidates = Vec<(usize, Vec<Condition>)>;

/// A set of requests for which both sides have decided.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    /// Index of the rule that wins before, if any does.
    pub(super) before: Option<usize>,
    /// Index of the rule that wins after.
    pub(super) after: Option<usize>,
    /// Values that lead here.
    pub(super) values: Values,
}

/// A part of a request: what conditions can ask for beside host and path.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Values {
    method: Option<String>,
    headers: Vec<(String, String)>,
    queries: Vec<(String, String)>,
}

/// The leaves of a path, and why they may not be all.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) leaves: Vec<Leaf>,
    pub(super) doubt: Option<Doubt>,
}

/// The rules of one side that share a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked<'r> {
    pub(super) rules: &'r [Rule],
    /// Indices of those whose path condition holds, ascending.
    pub(super) matching: &'r [usize],
    pub(super) pipeline: Pipeline,
}

impl<'r> Ranked<'r> {
    /// Up to the first rule that asks for nothing more: nothing behind it is reached.
    fn reachable(self) -> impl Iterator<Item = (usize, &'r Matcher)> {
        let mut closed = false;
        self.matching
            .iter()
            .filter_map(move |&index| self.rules.get(index).map(|rule| (index, &rule.matcher)))
            .take_while(move |(_, matcher)| {
                let open = !closed;
                closed = closed || matcher.only_path();
                open
            })
    }

    fn unconditional(self) -> Option<Option<usize>> {
        match self.reachable().next() {
            None => Some(None),
            Some((index, matcher)) => matcher.only_path().then_some(Some(index)),
        }
    }
}

/// Every combination of winners that requests of one path can meet.
pub(super) fn split(before: Ranked<'_>, after: Ranked<'_>, limits: &Limits) -> Split {
    if let (Some(before), Some(after)) = (before.unconditional(), after.unconditional()) {
        return Split { leaves: vec![Leaf { before, after, values: Values::default() }], doubt: None };
    }
    let (dimensions, mut doubt) = dimensions(before, after, limits);
    let walk = Walk {
        before: compile(before, &dimensions),
        after: compile(after, &dimensions),
        dimensions: &dimensions,
        most: limits.max_classes,
    };
    let mut leaves = Vec::new();
    let cell = dimensions.iter().map(|dimension| (0..dimension.values.len()).collect()).collect();
    if !walk.visit(cell, &mut leaves) {
        doubt = Some(Doubt::Conditions);
    }
    Split { leaves, doubt }
}

fn dimensions(before: Ranked<'_>, after: Ranked<'_>, limits: &Limits) -> (Vec<Dimension>, Option<Doubt>) {
    let matchers: Vec<&Matcher> = before.reachable().chain(after.reachable()).map(|(_, matcher)| matcher).collect();
    let keys = keys(&matchers);
    let mut doubt = None;
    let dimensions = keys
        .into_iter()
        .map(|key| {
            let (values, unsure) = representatives(&key, &matchers, limits);
            doubt = doubt.take().or(unsure);
            Dimension { key, values }
        })
        .collect();
    (dimensions, doubt)
}

fn keys(matchers: &[&Matcher]) -> BTreeSet<Key> {
    let mut keys = BTreeSet::new();
    for matcher in matchers {
        keys.extend(matcher.method.as_ref().map(|_| Key::Method));
        keys.extend(matcher.headers.iter().map(|field| Key::Header(field.name.to_ascii_lowercase())));
        keys.extend(matcher.queries.iter().map(|field| Key::Query(field.name.clone())));
        keys.extend(matcher.cookies.iter().map(|field| Key::Cookie(field.name.clone())));
    }
    let has_cookies = keys.iter().any(|key| matches!(key, Key::Cookie(_)));
    if has_cookies && keys.remove(&Key::Header("cookie".to_owned())) {
        keys.retain(|key| !matches!(key, Key::Cookie(_)));
        keys.insert(Key::CookieHeader);
    }
    keys
}

/// Representative values of a dimension, absence first; with a doubt when a pattern is not understood.
fn representatives(key: &Key, matchers: &[&Matcher], limits: &Limits) -> (Vec<Option<String>>, Option<Doubt>) {
    match key {
        Key::Method => (methods(matchers), None),
        Key::Header(name) => {
            let atoms = atoms(matchers.iter().flat_map(|m| &m.headers).filter(|f| f.name.eq_ignore_ascii_case(name)));
            field_values(&atoms, Language::Header, limits)
        }
        Key::Query(name) => {
            let atoms = atoms(matchers.iter().flat_map(|m| &m.queries).filter(|f| f.name == *name));
            field_values(&atoms, Language::Query, limits)
        }
        Key::Cookie(name) => {
            let atoms = atoms(matchers.iter().flat_map(|m| &m.cookies).filter(|f| f.name == *name));
            field_values(&atoms, Language::Cookie, limits)
        }
        Key::CookieHeader => cookie_headers(matchers, limits),
    }
}

/// The methods that rules name, and one that none does (never OPTIONS, which CORS policies answer).
fn methods(matchers: &[&Matcher]) -> Vec<Option<String>> {
    let named: BTreeSet<&str> = matchers.iter().filter_map(|matcher| matcher.method.as_deref()).collect();
    let other = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OTHER"].into_iter().find(|m| !named.contains(m));
    other.into_iter().chain(named.iter().copied()).map(|method| Some(method.to_owned())).collect()
}

/// The conditions without their negations, each once.
fn atoms<'m>(fields: impl Iterator<Item = &'m FieldMatch>) -> BTreeSet<&'m ValueMatcher> {
    fields.map(|field| atom(&field.value)).collect()
}

fn atom(mut matcher: &ValueMatcher) -> &ValueMatcher {
    while let ValueMatcher::Not(inner) = matcher {
        matcher = inner;
    }
    matcher
}

fn field_values(
    atoms: &BTreeSet<&ValueMatcher>,
    language: Language,
    limits: &Limits,
) -> (Vec<Option<String>>, Option<Doubt>) {
    let literals = atoms.iter().filter_map(|atom| match atom {
        ValueMatcher::Exact(text) => Some(text.as_str()),
        ValueMatcher::Regex(_)
        | ValueMatcher::Search(_)
        | ValueMatcher::Present
        | ValueMatcher::Absent
        | ValueMatcher::Not(_) => None,
    });
    let mut values: Vec<String> = literals.filter(|text| language.contains(text)).map(str::to_owned).collect();
    let mut doubt = None;
    let has_patterns = atoms.iter().any(|atom| is_pattern(atom));
    match has_patterns.then(|| pattern_values(atoms, language, limits)) {
        Some(Ok(found)) => values = found,
        Some(Err(why)) => {
            values.push(fresh(&values));
            doubt = Some(why);
        }
        None => values.push(fresh(&values)),
    }
    values.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    (std::iter::once(None).chain(values.into_iter().map(Some)).collect(), doubt)
}

fn is_pattern(atom: &ValueMatcher) -> bool {
    match atom {
        ValueMatcher::Regex(_) | ValueMatcher::Search(_) => true,
        ValueMatcher::Exact(_) | ValueMatcher::Present | ValueMatcher::Absent => false,
        ValueMatcher::Not(inner) => is_pattern(inner),
    }
}

/// A value that is none of these.
fn fresh(values: &[String]) -> String {
    let mut fresh = "x".to_owned();
    while values.contains(&fresh) {
        fresh.push('x');
    }
    fresh
}

/// One value for each combination of conditions that can hold together.
fn pattern_values(atoms: &BTreeSet<&ValueMatcher>, language: Language, limits: &Limits) -> Result<Vec<String>, Doubt> {
    let patterns = atoms.iter().map(|atom| read(atom)).collect::<Result<Vec<Hir>, Doubt>>()?;
    let classes = classes(&patterns, language, limits.automaton_bytes).map_err(|_| Doubt::Automaton)?;
    Ok(classes.into_iter().filter_map(|class| class.members.into_iter().next()).collect())
}

fn read(atom: &ValueMatcher) -> Result<Hir, Doubt> {
    pattern::value(atom).map_err(|why| Doubt::Pattern { pattern: text_of(atom).to_owned(), why })
}

fn text_of(atom: &ValueMatcher) -> &str {
    match atom {
        ValueMatcher::Exact(text) | ValueMatcher::Regex(text) | ValueMatcher::Search(text) => text,
        ValueMatcher::Present | ValueMatcher::Absent => "",
        ValueMatcher::Not(inner) => text_of(inner),
    }
}

/// Cookie headers for rules that ask for cookies by name on one side and for the whole header on the other: a condition
/// on a cookie becomes one on the header. Headers that name such a cookie twice are left out: data planes disagree on
/// which one counts.
fn cookie_headers(matchers: &[&Matcher], limits: &Limits) -> (Vec<Option<String>>, Option<Doubt>) {
    match cookie_header_values(matchers, limits) {
        Ok(values) => (std::iter::once(None).chain(values.into_iter().map(Some)).collect(), None),
        Err(doubt) => {
            let samples = matchers.iter().flat_map(|m| &m.cookies).filter_map(|field| match atom(&field.value) {
                ValueMatcher::Exact(text) => Some(Some(format!("{}={text}", field.name))),
                ValueMatcher::Regex(_)
                | ValueMatcher::Search(_)
                | ValueMatcher::Present
                | ValueMatcher::Absent
                | ValueMatcher::Not(_) => None,
            });
            (std::iter::once(None).chain(samples).collect(), Some(doubt))
        }
    }
}

fn cookie_header_values(matchers: &[&Matcher], limits: &Limits) -> Result<Vec<String>, Doubt> {
    let mut patterns = Vec::new();
    let mut twice = BTreeSet::new();
    let names: BTreeSet<&str> = matchers.iter().flat_map(|m| &m.cookies).map(|field| field.name.as_str()).collect();
    for name in names {
        let name = regex_syntax::escape(name);
        twice.insert(patterns.len());
        patterns.push(cookie_pattern(&format!("(.*; )?{name}=[^;]*; (.*; )?{name}=.*"))?);
    }
    for field in matchers.iter().flat_map(|m| &m.cookies) {
        let value = match atom(&field.value) {
            ValueMatcher::Exact(text) => regex_syntax::escape(text),
            ValueMatcher::Present | ValueMatcher::Absent => "[^;]*".to_owned(),
            pattern @ (ValueMatcher::Regex(_) | ValueMatcher::Search(_) | ValueMatcher::Not(_)) => {
                let why = "a pattern on a cookie meets a pattern on the Cookie header".to_owned();
                return Err(Doubt::Pattern { pattern: text_of(pattern).to_owned(), why });
            }
        };
        patterns.push(cookie_pattern(&format!("(.*; )?{}={value}(; .*)?", regex_syntax::escape(&field.name)))?);
    }
    for field in matchers.iter().flat_map(|m| &m.headers).filter(|field| field.name.eq_ignore_ascii_case("cookie")) {
        patterns.push(read(atom(&field.value))?);
    }
    let classes = classes(&patterns, Language::CookieHeader, limits.automaton_bytes).map_err(|_| Doubt::Automaton)?;
    let once = classes.into_iter().filter(|class| !class.patterns.iter().any(|index| twice.contains(index)));
    Ok(once.filter_map(|class| class.members.into_iter().next()).collect())
}

fn cookie_pattern(pattern: &str) -> Result<Hir, Doubt> {
    pattern::parse(pattern, false).map_err(|why| Doubt::Pattern { pattern: pattern.to_owned(), why })
}

fn compile(side: Ranked<'_>, dimensions: &[Dimension]) -> Candidates {
    side.reachable().map(|(index, matcher)| (index, rule_conditions(matcher, side.pipeline, dimensions))).collect()
}

fn rule_conditions(matcher: &Matcher, pipeline: Pipeline, dimensions: &[Dimension]) -> Vec<Condition> {
    let on = |key: &Key, holds: &dyn Fn(Option<&str>) -> bool| {
        let (at, dimension) = dimensions.iter().enumerate().find(|(_, dimension)| dimension.key == *key)?;
        let holds = dimension.values.iter().map(|value| holds(value.as_deref())).collect();
        Some(Condition { dimension: at, holds })
    };
    let method = matcher.method.iter().filter_map(|method| on(&Key::Method, &|value| value == Some(method)));
    let headers = matcher.headers.iter().filter_map(|field| {
        // nginx drops headers with an underscore in their name, see `header_holds` in evaluate.rs.
        let unseen = pipeline == Pipeline::Nginx && field.name.contains('_');
        let holds = |value: Option<&str>| field.value.matches(value.filter(|_| !unseen));
        on(&Key::Header(field.name.to_ascii_lowercase()), &holds).or_else(|| on(&Key::CookieHeader, &holds))
    });
    let queries =
        matcher.queries.iter().filter_map(|f| on(&Key::Query(f.name.clone()), &|value| f.value.matches(value)));
    let cookies = matcher.cookies.iter().filter_map(|field| {
        let in_header = |header: Option<&str>| field.value.matches(header.and_then(|h| cookie(h, &field.name)));
        on(&Key::Cookie(field.name.clone()), &|value| field.value.matches(value))
            .or_else(|| on(&Key::CookieHeader, &in_header))
    });
    method.chain(headers).chain(queries).chain(cookies).collect()
}

/// The value of a cookie in a well-formed Cookie header.
fn cookie<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    header.split("; ").filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// What is left of each dimension: indices of representatives.
type Cell = Vec<Vec<usize>>;

struct Walk<'d> {
    before: Candidates,
    after: Candidates,
    dimensions: &'d [Dimension],
    most: usize,
}

enum Decision {
    Winner(Option<usize>),
    /// Split along this condition first.
    Open(usize, Vec<bool>),
}

impl Walk<'_> {
    /// Collects the leaves of a cell; false when there are too many.
    fn visit(&self, cell: Cell, leaves: &mut Vec<Leaf>) -> bool {
        let (dimension, holds) = match (decide(&self.before, &cell), decide(&self.after, &cell)) {
            (Decision::Winner(before), Decision::Winner(after)) => {
                leaves.push(Leaf { before, after, values: self.values(&cell) });
                return leaves.len() <= self.most;
            }
            (Decision::Open(dimension, holds), _) | (Decision::Winner(_), Decision::Open(dimension, holds)) => {
                (dimension, holds)
            }
        };
        // The part where the condition fails comes first: its values are the simpler ones.
        [false, true].into_iter().all(|wanted| {
            let mut part = cell.clone();
            if let Some(left) = part.get_mut(dimension) {
                left.retain(|&value| holds.get(value) == Some(&wanted));
            }
            self.visit(part, leaves)
        })
    }

    fn values(&self, cell: &Cell) -> Values {
        let mut values = Values::default();
        let mut cookies: Vec<String> = Vec::new();
        for (dimension, left) in self.dimensions.iter().zip(cell) {
            let Some(value) = left.first().and_then(|&index| dimension.values.get(index)).cloned().flatten() else {
                continue;
            };
            match &dimension.key {
                Key::Method => values.method = Some(value),
                Key::Header(name) => values.headers.push((name.clone(), value)),
                Key::Query(name) => values.queries.push((name.clone(), value)),
                Key::Cookie(name) => cookies.push(format!("{name}={value}")),
                Key::CookieHeader => cookies.push(value),
            }
        }
        if !cookies.is_empty() {
            values.headers.push(("cookie".to_owned(), cookies.join("; ")));
        }
        values
    }
}

/// The first rule that takes the whole cell, unless a rule before it takes a part.
fn decide(candidates: &Candidates, cell: &Cell) -> Decision {
    for (index, conditions) in candidates {
        let mut open = None;
        let mut fails = false;
        for condition in conditions {
            let left = cell.get(condition.dimension).map_or(&[][..], Vec::as_slice);
            let held = left.iter().filter(|&&value| condition.holds.get(value) == Some(&true)).count();
            fails = fails || held == 0;
            if held < left.len() && open.is_none() {
                open = Some(condition);
            }
        }
        match open {
            _ if fails => {}
            Some(condition) => return Decision::Open(condition.dimension, condition.holds.clone()),
            None => return Decision::Winner(Some(*index)),
        }
    }
    Decision::Winner(None)
}

impl Values {
    /// Whether the method is one that a condition chose.
    pub(super) fn names_method(&self) -> bool {
        self.method.is_some()
    }

    /// Writes the values into a request.
    pub(super) fn fill(&self, request: &mut Request) {
        if let Some(method) = &self.method {
            request.method.clone_from(method);
        }
        request.headers.extend(self.headers.iter().cloned());
        for (name, value) in &self.queries {
            request.path.push(if request.path.contains('?') { '&' } else { '?' });
            request.path.push_str(&format!("{name}={value}"));
        }
    }
}
