//! Conditions of a rule.

use std::borrow::Cow;

use super::PathMatcher;

/// All conditions of a rule; every one of them must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Matcher {
    /// Condition on the path.
    pub path: PathMatcher,
    /// Condition on the method; `None` takes every method.
    pub method: Option<String>,
    /// Conditions on headers (names in lower case).
    pub headers: Vec<FieldMatch>,
    /// Conditions on query parameters (names are case-sensitive).
    pub queries: Vec<FieldMatch>,
    /// Conditions on cookies (names are case-sensitive).
    pub cookies: Vec<FieldMatch>,
}

/// A condition on one named value of the request: a header, a query parameter, a cookie.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldMatch {
    /// Name of the header, parameter or cookie. A header whose name begins with `@` or `:` is none: it stands for what no
    /// condition of Gateway API asks for (`@source.labels[app]`, `@request.auth.claims.group`, `:path`).
    pub name: String,
    /// What its value has to be.
    pub value: ValueMatcher,
}

/// A condition on a value that may be absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueMatcher {
    /// Present and equal, byte for byte.
    Exact(String),
    /// Present and wholly matched by the expression (RE2 rules, case-sensitive).
    Regex(String),
    /// Present and the expression is found in it (PCRE rules, case-sensitive).
    Search(String),
    /// Present, whatever the value.
    Present,
    /// Not present.
    Absent,
    /// Absent, or present with another value: the hole that `withoutHeaders` cuts.
    Not(Box<ValueMatcher>),
}

impl FieldMatch {
    /// Whether it asks for something that is no header, parameter or cookie of the request.
    #[must_use]
    pub fn is_beyond_request(&self) -> bool {
        self.name.starts_with(['@', ':'])
    }
}

impl Matcher {
    /// A rule that asks for nothing but a path.
    #[must_use]
    pub fn path(path: PathMatcher) -> Self {
        Self { path, method: None, headers: Vec::new(), queries: Vec::new(), cookies: Vec::new() }
    }

    /// Whether the path is the only condition.
    #[must_use]
    pub fn only_path(&self) -> bool {
        self.method.is_none() && self.headers.is_empty() && self.queries.is_empty() && self.cookies.is_empty()
    }

    /// The path, where every request for it is taken; without an expression that says no more than a prefix.
    #[must_use]
    pub fn whole_path(&self) -> Option<Cow<'_, PathMatcher>> {
        self.only_path().then(|| self.path.plain())
    }

    /// Conditions on what is no part of the request.
    pub fn beyond_request(&self) -> impl Iterator<Item = &FieldMatch> {
        self.headers.iter().filter(|condition| condition.is_beyond_request())
    }
}

impl ValueMatcher {
    /// Whether a value (or its absence) satisfies the condition. A pattern that does not compile holds for nothing.
    #[must_use]
    pub fn matches(&self, value: Option<&str>) -> bool {
        match self {
            Self::Exact(exact) => value == Some(exact.as_str()),
            Self::Regex(pattern) => value.is_some_and(|v| {
                super::search_regex(&format!(r"\A(?:{pattern})\z"), false)
                    .is_some_and(|r| r.is_match(v).unwrap_or(false))
            }),
            Self::Search(pattern) => value
                .is_some_and(|v| super::search_regex(pattern, false).is_some_and(|r| r.is_match(v).unwrap_or(false))),
            Self::Present => value.is_some(),
            Self::Absent => value.is_none(),
            Self::Not(inner) => !inner.matches(value),
        }
    }
}
