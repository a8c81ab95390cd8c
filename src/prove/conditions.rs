//! Methods, headers, query parameters and cookies: which rules win under which of them.
//!
//! The rules that share a path are walked on both sides at once. Each name on which they put conditions is a dimension
//! with finitely many representative values: one for each combination of conditions that can hold together. A cell is a
//! product of sets of representatives; where a rule holds for a part of a cell only, the cell is split along that
//! condition. What both sides decide for a whole cell is decided for all its requests.

use super::Request;
use super::dimensions::{Dimension, HostHeader, Key, cookie, dimensions};
use super::proof::{Doubt, Limits};
use crate::model::{Matcher, Rule, Underscores};

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
    pub(super) underscores: Underscores,
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

/// The only winners, when the first rule on each side asks for nothing but the path.
pub(super) fn unconditional(before: Ranked<'_>, after: Ranked<'_>) -> Option<Leaf> {
    Some(Leaf { before: before.unconditional()?, after: after.unconditional()?, values: Values::default() })
}

/// Every combination of winners that requests of one path can meet.
pub(super) fn split(before: Ranked<'_>, after: Ranked<'_>, host: HostHeader<'_>, limits: &Limits) -> Split {
    let matchers: Vec<&Matcher> = before.reachable().chain(after.reachable()).map(|(_, matcher)| matcher).collect();
    let (dimensions, mut doubt) = dimensions(&matchers, host, limits);
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

fn compile(side: Ranked<'_>, dimensions: &[Dimension]) -> Candidates {
    side.reachable().map(|(index, matcher)| (index, rule_conditions(matcher, side.underscores, dimensions))).collect()
}

fn rule_conditions(matcher: &Matcher, underscores: Underscores, dimensions: &[Dimension]) -> Vec<Condition> {
    let on = |key: &Key, holds: &dyn Fn(Option<&str>) -> bool| {
        let (at, dimension) = dimensions.iter().enumerate().find(|(_, dimension)| dimension.key == *key)?;
        let holds = dimension.values.iter().map(|value| holds(value.as_deref())).collect();
        Some(Condition { dimension: at, holds })
    };
    let method = matcher.method.iter().filter_map(|method| on(&Key::Method, &|value| value == Some(method)));
    let headers = matcher.headers.iter().filter_map(|field| {
        // See `as_seen` in evaluate.rs.
        let unseen = underscores == Underscores::Dropped && field.name.contains('_');
        let holds = |value: Option<&str>| field.value.matches(value.filter(|_| !unseen));
        on(&Key::header(&field.name), &holds).or_else(|| on(&Key::CookieHeader, &holds))
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
                // Every request has it.
                Key::Host => {}
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

    pub(super) fn header_names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
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
