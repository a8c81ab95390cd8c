//! Whether the paths of a policy are those of a rule. A path of a policy is one path, or all that start with what stands
//! before a `*`.

use crate::model::{PathMatcher, Rule};

/// How much of a rule's requests a policy takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cover {
    Nothing,
    Part,
    Whole,
}

impl Cover {
    /// What two conditions take together.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::Part, _) | (_, Self::Part) => Self::Part,
            (Self::Whole, Self::Whole) => Self::Whole,
        }
    }
}

/// How much of the requests that come to a rule past earlier ones has one of `paths` (any where there are none) and none
/// of `but`.
pub(super) fn cover(paths: &[String], but: &[String], earlier: &[Rule], rule: &Rule) -> Cover {
    let path = &*rule.matcher.path.plain();
    let left = |pattern: &&String| overlaps(pattern, path) && !taken(pattern, earlier);
    let within = if paths.is_empty() || holds(paths, path) {
        Cover::Whole
    } else if paths.iter().any(|pattern| left(&pattern)) {
        Cover::Part
    } else {
        Cover::Nothing
    };
    let outside = if holds(but, path) {
        Cover::Nothing
    } else if but.iter().any(|pattern| left(&pattern)) {
        Cover::Part
    } else {
        Cover::Whole
    };
    within.and(outside)
}

/// The text before a `*` at the end.
fn prefix(pattern: &str) -> Option<&str> {
    pattern.strip_suffix('*')
}

/// Whether every path of a rule has one of the patterns.
fn holds(patterns: &[String], path: &PathMatcher) -> bool {
    let starts =
        |text: &str| patterns.iter().filter_map(|pattern| prefix(pattern)).any(|start| text.starts_with(start));
    let is = |text: &str| patterns.iter().any(|pattern| pattern == text) || starts(text);
    match path {
        PathMatcher::Any | PathMatcher::Regex(_) => starts("/"),
        PathMatcher::Exact(exact) => is(exact),
        PathMatcher::Segment(below) => is(below) && starts(&format!("{}/", below.trim_end_matches('/'))),
        PathMatcher::Prefix(start) => starts(start),
    }
}

/// Whether a rule may take a path with the pattern. Expressions may take any.
fn overlaps(pattern: &str, path: &PathMatcher) -> bool {
    let Some(start) = prefix(pattern) else { return path.matches(pattern) };
    match path {
        PathMatcher::Any | PathMatcher::Regex(_) => true,
        PathMatcher::Exact(exact) => exact.starts_with(start),
        PathMatcher::Segment(below) => below.starts_with(start) || path.matches(start),
        PathMatcher::Prefix(text) => text.starts_with(start) || start.starts_with(text.as_str()),
    }
}

/// Whether an earlier rule takes every path with the pattern.
fn taken(pattern: &str, earlier: &[Rule]) -> bool {
    earlier.iter().filter_map(|rule| rule.matcher.whole_path()).any(|path| match (prefix(pattern), &*path) {
        (_, PathMatcher::Any) => true,
        (None, path) => path.matches(pattern),
        (Some(start), PathMatcher::Segment(below)) => start.starts_with(&format!("{}/", below.trim_end_matches('/'))),
        (Some(start), PathMatcher::Prefix(text)) => start.starts_with(text.as_str()),
        (Some(_), PathMatcher::Exact(_) | PathMatcher::Regex(_)) => false,
    })
}
