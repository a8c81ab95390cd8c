//! Operations of an AuthorizationPolicy (`to`): whether they are about all requests of a rule, about some, or about none.

use serde::Deserialize;

use crate::model::{HostPattern, Matcher, PathMatcher};

/// An item of `to`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub(super) struct To {
    operation: Operation,
}

/// What is asked of a request. Ports are those of the pods, which the input does not show: they are not read.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Operation {
    hosts: Vec<String>,
    #[serde(alias = "not_hosts")]
    not_hosts: Vec<String>,
    methods: Vec<String>,
    #[serde(alias = "not_methods")]
    not_methods: Vec<String>,
    paths: Vec<String>,
    #[serde(alias = "not_paths")]
    not_paths: Vec<String>,
}

/// How many requests of a rule are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    All,
    Some,
    None,
}

/// The rule that is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'r> {
    pub host: &'r HostPattern,
    pub matcher: &'r Matcher,
    /// Paths that rules before it take.
    pub earlier: &'r [&'r PathMatcher],
}

/// How many requests of a rule a list of operations is about; without any it is about all.
pub(super) fn part(to: &[To], rule: Asked<'_>) -> Part {
    if to.is_empty() { Part::All } else { any(to.iter().map(|to| operation(&to.operation, rule))) }
}

fn any(parts: impl Iterator<Item = Part>) -> Part {
    parts.fold(Part::None, |all, part| match (all, part) {
        (Part::All, _) | (_, Part::All) => Part::All,
        (Part::None, Part::None) => Part::None,
        (Part::Some, _) | (_, Part::Some) => Part::Some,
    })
}

fn not(part: Part) -> Part {
    match part {
        Part::All => Part::None,
        Part::Some => Part::Some,
        Part::None => Part::All,
    }
}

/// All that an operation asks for has to hold.
fn operation(operation: &Operation, Asked { host, matcher, earlier }: Asked<'_>) -> Part {
    let Operation { hosts, not_hosts, methods, not_methods, paths, not_paths } = operation;
    let of_hosts = |texts: &[String]| any(texts.iter().map(|text| of_host(text, host)));
    let of_methods = |texts: &[String]| any(texts.iter().map(|text| of_method(text, matcher.method.as_deref())));
    let path = matcher.path.plain();
    let of_paths = |texts: &[String]| of_paths(texts, &path, earlier);
    let asked = |texts: &[String], part: &dyn Fn(&[String]) -> Part| (!texts.is_empty()).then(|| part(texts));
    let parts = [
        asked(hosts, &of_hosts),
        asked(methods, &of_methods),
        asked(paths, &of_paths),
        asked(not_hosts, &of_hosts).map(not),
        asked(not_methods, &of_methods).map(not),
        asked(not_paths, &of_paths).map(not),
    ];
    // All of them hold unless one of them does not.
    not(any(parts.into_iter().flatten().map(not)))
}

/// A text with a star at one end.
#[derive(Debug, Clone, Copy)]
enum Text<'t> {
    Any,
    Prefix(&'t str),
    Suffix(&'t str),
    Exact(&'t str),
}

impl<'t> Text<'t> {
    fn of(written: &'t str) -> Self {
        match (written.strip_suffix('*'), written.strip_prefix('*')) {
            _ if written == "*" => Self::Any,
            (Some(prefix), _) => Self::Prefix(prefix),
            (None, Some(suffix)) => Self::Suffix(suffix),
            (None, None) => Self::Exact(written),
        }
    }
}

fn of_text(text: Text<'_>, value: &str) -> Part {
    let holds = match text {
        Text::Any => true,
        Text::Prefix(prefix) => value.starts_with(prefix),
        Text::Suffix(suffix) => value.ends_with(suffix),
        Text::Exact(exact) => value == exact,
    };
    if holds { Part::All } else { Part::None }
}

/// A host that is written with a port is asked of some requests of that host only.
fn of_host(written: &str, host: &HostPattern) -> Part {
    let written = written.to_ascii_lowercase();
    let text = Text::of(&written);
    match (host, text) {
        (_, Text::Any) => Part::All,
        (HostPattern::Exact(host), Text::Exact(named) | Text::Prefix(named))
            if named.split_once(':').is_some_and(|(name, _)| name != host) =>
        {
            Part::None
        }
        _ if written.contains(':') => Part::Some,
        (HostPattern::Exact(host), _) => of_text(text, host),
        (HostPattern::Wildcard { suffix, .. }, Text::Suffix(wanted)) if format!(".{suffix}").ends_with(wanted) => {
            Part::All
        }
        (HostPattern::Wildcard { .. } | HostPattern::Regex(_) | HostPattern::Any, _) => Part::Some,
    }
}

fn of_method(written: &str, method: Option<&str>) -> Part {
    match (Text::of(written), method) {
        (Text::Any, _) => Part::All,
        (text, Some(method)) => of_text(text, method),
        (Text::Prefix(_) | Text::Suffix(_) | Text::Exact(_), None) => Part::Some,
    }
}

fn of_paths(texts: &[String], path: &PathMatcher, earlier: &[&PathMatcher]) -> Part {
    // `/admin` and `/admin/*` together are everything under `/admin`.
    if let PathMatcher::Segment(under) = path
        && texts.contains(under)
        && texts.iter().any(|text| text.strip_suffix("/*") == Some(under))
    {
        return Part::All;
    }
    let taken = |text: &&String| !earlier.iter().any(|earlier| of_path_within(text, earlier));
    any(texts.iter().filter(taken).map(|text| of_path(text, path)))
}

/// Whether an earlier rule takes every request for such a path.
fn of_path_within(written: &str, earlier: &PathMatcher) -> bool {
    match (earlier, Text::of(written)) {
        _ if written.contains('{') => false,
        (PathMatcher::Any, _) => true,
        (_, Text::Exact(path)) => earlier.matches(path),
        (PathMatcher::Prefix(prefix), Text::Prefix(text)) => text.starts_with(prefix.as_str()),
        (PathMatcher::Segment(under), Text::Prefix(text)) => text.starts_with(&format!("{under}/")),
        (PathMatcher::Exact(_) | PathMatcher::Regex(_), Text::Prefix(_)) | (_, Text::Any | Text::Suffix(_)) => false,
    }
}

fn of_path(written: &str, path: &PathMatcher) -> Part {
    let text = Text::of(written);
    // `{*}` and `{**}` stand for parts of a path.
    if written.contains('{') {
        return Part::Some;
    }
    match (path, text) {
        (_, Text::Any | Text::Prefix("/" | "")) => Part::All,
        (PathMatcher::Exact(path), _) => of_text(text, path),
        (PathMatcher::Segment(path) | PathMatcher::Prefix(path), Text::Prefix(prefix)) => {
            match (path.starts_with(prefix), prefix.starts_with(path.as_str())) {
                (true, _) => Part::All,
                (false, true) => Part::Some,
                (false, false) => Part::None,
            }
        }
        (PathMatcher::Segment(_) | PathMatcher::Prefix(_), Text::Exact(exact)) if !path.matches(exact) => Part::None,
        (PathMatcher::Segment(_) | PathMatcher::Prefix(_), Text::Exact(_) | Text::Suffix(_)) => Part::Some,
        (PathMatcher::Any | PathMatcher::Regex(_), _) => Part::Some,
    }
}
