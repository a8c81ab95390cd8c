//! Which rules were tried for a request, and what each of them missed.

use super::evaluate::{Trace, as_seen};
use super::request::Request;
use super::wire_path::{WirePath, prepare};
use crate::model::{FieldMatch, Matcher, Pipeline, Rule, ValueMatcher};

/// A rule that was asked.
#[derive(Debug, Clone)]
pub struct Tried<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// The first condition that does not hold; `None` for the rule that took the request.
    pub miss: Option<Miss<'r>>,
}

/// The condition of a rule that a request does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss<'m> {
    /// The path is another one.
    Path,
    /// The method is another one.
    Method,
    /// A header, with the value that the request has.
    Header(&'m FieldMatch, Option<String>),
    /// A query parameter, with the value that the request has.
    Query(&'m FieldMatch, Option<String>),
    /// A cookie, with the value that the request has.
    Cookie(&'m FieldMatch, Option<String>),
}

/// The rules that were tried for a request, in order, the one that took it last. None where the request ended before the
/// rules were asked.
#[must_use]
pub fn tried<'r>(trace: &Trace<'r>, request: &Request) -> Vec<Tried<'r>> {
    let (Some(entry), Some(host)) = (trace.entry, trace.host) else { return Vec::new() };
    let request = as_seen(request, entry);
    let Ok(path) = prepare(&request.path, host.paths) else { return Vec::new() };
    let count = trace.rule.map_or(host.rules.len(), |winner| winner + 1);
    let asked = host.rules.iter().take(count);
    asked.map(|rule| Tried { rule, miss: miss(&rule.matcher, &request, &path, entry.pipeline) }).collect()
}

/// The first condition that does not hold.
pub(super) fn miss<'m>(
    matcher: &'m Matcher,
    request: &Request,
    path: &WirePath,
    pipeline: Pipeline,
) -> Option<Miss<'m>> {
    if !matcher.path.matches(&path.matched) {
        return Some(Miss::Path);
    }
    if matcher.method.as_ref().is_some_and(|method| *method != request.method) {
        return Some(Miss::Method);
    }
    if let Some(header) = matcher.headers.iter().find(|condition| !header_holds(condition, request, pipeline)) {
        return Some(Miss::Header(header, header_values(header, request).first().map(ToString::to_string)));
    }
    let missed = |conditions: &'m [FieldMatch], value: &dyn Fn(&str) -> Option<String>| {
        let values = conditions.iter().map(|condition| (condition, value(&condition.name)));
        values.into_iter().find(|(condition, value)| !condition.value.matches(value.as_deref()))
    };
    if let Some((condition, value)) = missed(&matcher.queries, &|name| query_value(&path.query, name)) {
        return Some(Miss::Query(condition, value));
    }
    missed(&matcher.cookies, &|name| cookie_value(request, name))
        .map(|(condition, value)| Miss::Cookie(condition, value))
}

/// nginx sees the first value of a header; Envoy tries repeated lines one by one
/// (measured: eg-header-repeated), and `Host` is its `:authority` (eg-header-host-match).
fn header_holds(condition: &FieldMatch, request: &Request, pipeline: Pipeline) -> bool {
    let values = header_values(condition, request);
    match pipeline {
        Pipeline::Nginx => condition.value.matches(values.first().copied()),
        Pipeline::Spec | Pipeline::Envoy => any_value(&condition.value, &values),
    }
}

fn header_values<'r>(condition: &FieldMatch, request: &'r Request) -> Vec<&'r str> {
    if condition.name.eq_ignore_ascii_case("host") {
        return request.host.as_deref().into_iter().collect();
    }
    request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(&condition.name))
        .map(|(_, value)| value.as_str())
        .collect()
}

fn any_value(condition: &ValueMatcher, values: &[&str]) -> bool {
    match condition {
        ValueMatcher::Not(inner) => !any_value(inner, values),
        _ if values.is_empty() => condition.matches(None),
        _ => values.iter().any(|value| condition.matches(Some(value))),
    }
}

pub(super) fn query_value(query: &str, name: &str) -> Option<String> {
    let pairs = query.strip_prefix('?')?;
    pairs
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

pub(super) fn cookie_value(request: &Request, name: &str) -> Option<String> {
    request
        .headers
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case("cookie"))
        .flat_map(|(_, line)| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
