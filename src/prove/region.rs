//! Regions of paths: sets of canonical paths for which the same path conditions hold on both sides.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::automaton::{Class, classes};
use super::language::Language;
use super::proof::{Doubt, Limits};
use super::rewrite::{Branch, Known, Shape};
use super::side::Side;
use super::{literal_regions, pattern};
use crate::model::{PathMatcher, Rule};

/// A set of paths for which the same path conditions hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Region {
    /// Indices of the rules before whose path condition holds, ascending.
    pub(super) before: Vec<usize>,
    /// The same after.
    pub(super) after: Vec<usize>,
    /// What the members have in common, for rewrites.
    pub(super) known: Known,
    pub(super) members: Members,
}

/// Paths of a region.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Members {
    /// The known text, followed by this byte and more unless it is closed.
    Literal(char),
    /// These, the shortest first.
    Listed(Vec<String>),
}

impl Region {
    /// A shortest member.
    pub(super) fn shortest(&self) -> String {
        match &self.members {
            Members::Literal(_) if self.known.closed => self.known.text.clone(),
            Members::Literal(fresh) => format!("{}{fresh}", self.known.text),
            Members::Listed(members) => members.first().cloned().unwrap_or_default(),
        }
    }

    /// Some members, the shortest first.
    pub(super) fn members(&self) -> Vec<String> {
        match &self.members {
            Members::Literal(fresh) if !self.known.closed => {
                let shortest = self.shortest();
                ["", "/", &format!("/{fresh}")].map(|end| format!("{shortest}{end}")).into()
            }
            Members::Literal(_) => vec![self.shortest()],
            Members::Listed(members) => members.clone(),
        }
    }
}

/// What is to be told apart: both sides at one host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) before: Side<'q>,
    pub(super) after: Side<'q>,
    pub(super) before_shapes: &'q [Shape],
    pub(super) after_shapes: &'q [Shape],
}

impl<'q> Question<'q> {
    pub(super) fn rules(self) -> impl Iterator<Item = &'q Rule> {
        self.before.rules().iter().chain(self.after.rules())
    }

    pub(super) fn branches(self) -> impl Iterator<Item = &'q Branch> {
        self.before_shapes.iter().chain(self.after_shapes).flat_map(Shape::branches)
    }
}

/// The regions of a host. With a doubt they are samples: single paths, not all of them.
pub(super) fn regions(question: Question<'_>, memo: &Memo, limits: &Limits) -> (Vec<Region>, Option<Doubt>) {
    if let Some(regions) = literal_regions::regions(question) {
        return (regions, None);
    }
    let patterns = Patterns::new(question);
    match &*memo.classes(&patterns, limits) {
        Ok(classes) => (classes.iter().map(|class| patterns.region(class)).collect(), None),
        Err(doubt) => (samples(&patterns, limits), Some(doubt.clone())),
    }
}

/// Classes by patterns: many hosts have the same ones.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<BTreeMap<Key, Arc<Result<Vec<Class>, Doubt>>>>);

type Key = (Vec<PathMatcher>, Vec<Knot>);

impl Memo {
    fn classes(&self, patterns: &Patterns<'_>, limits: &Limits) -> Arc<Result<Vec<Class>, Doubt>> {
        let key = (patterns.matchers.iter().map(|matcher| (*matcher).clone()).collect(), patterns.knots.clone());
        let entries = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = entries().get(&key) {
            return Arc::clone(found);
        }
        // Without the lock: the same may be computed twice, with the same result.
        let found = Arc::new(patterns.classes(limits));
        Arc::clone(entries().entry(key).or_insert(found))
    }
}

/// A text at which rewrites go different ways.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Knot {
    text: String,
    ignores_case: bool,
}

/// The patterns of a question, each once.
struct Patterns<'q> {
    matchers: Vec<&'q PathMatcher>,
    /// For each matcher the rules that have it, ascending.
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
    knots: Vec<Knot>,
}

impl<'q> Patterns<'q> {
    fn new(question: Question<'q>) -> Self {
        let mut matchers: Vec<&PathMatcher> = question.rules().map(|rule| &rule.matcher.path).collect();
        matchers.sort_unstable();
        matchers.dedup();
        let users = |rules: &[Rule]| {
            let mut users = vec![Vec::new(); matchers.len()];
            for (index, rule) in rules.iter().enumerate() {
                let slot = matchers.binary_search(&&rule.matcher.path).ok().and_then(|at| users.get_mut(at));
                if let Some(slot) = slot {
                    slot.push(index);
                }
            }
            users
        };
        let (before, after) = (users(question.before.rules()), users(question.after.rules()));
        Self { before, after, knots: knots(question), matchers }
    }

    /// Each knot adds two patterns behind those of the matchers: its text and more, and its very text.
    fn automaton(&self) -> Result<Vec<regex_syntax::hir::Hir>, Doubt> {
        let mut patterns = Vec::with_capacity(self.matchers.len() + 2 * self.knots.len());
        for matcher in &self.matchers {
            let read = pattern::path(matcher);
            patterns.push(read.map_err(|why| Doubt::Pattern { pattern: text_of(matcher).to_owned(), why })?);
        }
        for knot in &self.knots {
            let text = if knot.ignores_case {
                pattern::literal_ignoring_case(&knot.text)
            } else {
                regex_syntax::hir::Hir::literal(knot.text.as_bytes())
            };
            patterns.push(regex_syntax::hir::Hir::concat(vec![text.clone(), pattern::anything()]));
            patterns.push(text);
        }
        Ok(patterns)
    }

    fn classes(&self, limits: &Limits) -> Result<Vec<Class>, Doubt> {
        classes(&self.automaton()?, Language::Path, limits.automaton_bytes).map_err(|_| Doubt::Automaton)
    }

    fn region(&self, class: &Class) -> Region {
        let users = |users: &[Vec<usize>]| {
            let holding = class.patterns.iter().filter_map(|&pattern| users.get(pattern));
            let mut rules: Vec<usize> = holding.flatten().copied().collect();
            rules.sort_unstable();
            rules
        };
        Region {
            before: users(&self.before),
            after: users(&self.after),
            known: self.known(class),
            members: Members::Listed(class.members.clone()),
        }
    }

    fn known(&self, class: &Class) -> Known {
        let mut known = Known::default();
        let mut certain = "";
        for &pattern in &class.patterns {
            if let Some(PathMatcher::Exact(text)) = self.matchers.get(pattern) {
                return Known { text: (*text).clone(), closed: true, uncertain: Vec::new() };
            }
            let Some(at) = pattern.checked_sub(self.matchers.len()) else { continue };
            let Some(knot) = self.knots.get(at / 2) else { continue };
            known.closed = known.closed || at % 2 == 1;
            if knot.text.len() > known.text.len() {
                known.text.clone_from(&knot.text);
            }
            if !knot.ignores_case && knot.text.len() > certain.len() {
                certain = &knot.text;
            }
        }
        known.text.replace_range(..certain.len(), certain);
        let doubtful = |(at, byte): (usize, u8)| at >= certain.len() && byte.is_ascii_alphabetic();
        known.uncertain = known.text.bytes().enumerate().map(doubtful).collect();
        known
    }
}

/// Where a branch begins, and one slash further: Gateway API's prefixes go by elements.
fn knots(question: Question<'_>) -> Vec<Knot> {
    let mut knots = Vec::new();
    for branch in question.branches().filter(|branch| !branch.literal.is_empty()) {
        let ignores_case = branch.ignores_case && branch.literal.bytes().any(|byte| byte.is_ascii_alphabetic());
        if !branch.literal.ends_with('/') {
            knots.push(Knot { text: format!("{}/", branch.literal), ignores_case });
        }
        knots.push(Knot { text: branch.literal.clone(), ignores_case });
    }
    knots.sort_unstable();
    knots.dedup();
    knots
}

pub(super) fn text_of(matcher: &PathMatcher) -> &str {
    match matcher {
        PathMatcher::Any => "",
        PathMatcher::Exact(text) | PathMatcher::Segment(text) | PathMatcher::Prefix(text) => text,
        PathMatcher::Regex(regex) => &regex.pattern,
    }
}

/// Most paths to sample in one host.
const MOST_SAMPLES: usize = 64;

/// Single paths near every pattern, with the rules that take them.
fn samples(patterns: &Patterns<'_>, limits: &Limits) -> Vec<Region> {
    let mut paths: Vec<String> = patterns.matchers.iter().flat_map(|matcher| sample_paths(matcher, limits)).collect();
    paths.push("/".to_owned());
    paths.retain(|path| Language::Path.contains(path));
    paths.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    paths.dedup();
    // Evenly from all of them: long paths are as interesting as short ones.
    let step = paths.len().div_ceil(MOST_SAMPLES).max(1);
    let takes: Vec<Box<dyn Fn(&str) -> bool>> = patterns.matchers.iter().map(|matcher| compiled(matcher)).collect();
    let region = |path: String| {
        let holding: Vec<usize> =
            (0..takes.len()).filter(|&at| takes.get(at).is_some_and(|takes| takes(&path))).collect();
        let known = Known { text: path.clone(), closed: true, uncertain: Vec::new() };
        let mut region = patterns.region(&Class { patterns: holding, members: vec![path] });
        region.known = known;
        region
    };
    paths.into_iter().step_by(step).map(region).collect()
}

fn compiled(matcher: &PathMatcher) -> Box<dyn Fn(&str) -> bool + '_> {
    match matcher {
        PathMatcher::Regex(regex) => {
            let compiled = regex.compile();
            Box::new(move |path| compiled.as_ref().is_some_and(|regex| regex.is_match(path).unwrap_or(false)))
        }
        PathMatcher::Any | PathMatcher::Exact(_) | PathMatcher::Segment(_) | PathMatcher::Prefix(_) => {
            Box::new(move |path| matcher.matches(path))
        }
    }
}

fn sample_paths(matcher: &PathMatcher, limits: &Limits) -> Vec<String> {
    let readable = pattern::path(matcher).ok();
    let found = readable.and_then(|hir| classes(&[hir], Language::Path, limits.automaton_bytes / 8).ok());
    match found {
        Some(classes) => classes.into_iter().flat_map(|class| class.members).collect(),
        None => near(text_of(matcher)),
    }
}

/// Paths that the plain text of an unreadable pattern suggests.
fn near(pattern: &str) -> Vec<String> {
    let plain = |c: char| c == '/' || c == '-' || c == '_' || c.is_ascii_alphanumeric();
    let start: String = pattern.trim_start_matches('^').chars().take_while(|&c| plain(c)).collect();
    let all: String = pattern.chars().filter(|&c| plain(c)).collect();
    [start.as_str(), start.trim_end_matches('/'), all.as_str()]
        .into_iter()
        .flat_map(|text| ["", "/", "a", "/a", "1", "/1", "/a/b"].map(|end| format!("{text}{end}")))
        .collect()
}
