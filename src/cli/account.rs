//! How one side came to its outcome, as lines: who took the request, the rules that were tried, the one that won.

use crate::model::{Cause, EntryPoint, FieldMatch, Matcher, Origin, Protocol, Rule, ValueMatcher};
use crate::prove::{Miss, Request, Trace, Tried, tried};
use crate::report::render::Places;
use crate::source::gateway_api;

/// Of a longer row of rules with other paths, how many of the first are shown; and the last.
const FIRST: usize = 2;

/// A line of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What the line is about; empty when it goes on with the line before.
    pub(super) label: &'static str,
    /// What it says.
    pub(super) text: String,
    pub(super) tone: Tone,
}

/// How loud a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    /// What did not match.
    Quiet,
    /// What won, and what comes of it.
    Strong,
}

fn line(label: &'static str, text: impl Into<String>, tone: Tone) -> Line {
    Line { label, text: text.into(), tone }
}

/// The account of one side.
pub(super) fn account(trace: &Trace<'_>, request: &Request, target: &str, places: &dyn Places) -> Vec<Line> {
    let mut lines = vec![line("in", reader(trace, target), Tone::Plain)];
    if let (Some(entry), Some(host)) = (trace.entry, trace.host) {
        lines.push(line("host", format!("{} {}", host.host, port(entry)), Tone::Plain));
        lines.extend(rules(&tried(trace, request), host.rules.len(), places));
    } else if let Some(entry) = trace.entry {
        lines.push(line("host", format!("none {} takes it", port(entry)), Tone::Plain));
    }
    lines.push(line("so", trace.outcome.to_string(), Tone::Strong));
    lines
}

/// Who reads the manifests.
fn reader(trace: &Trace<'_>, target: &str) -> String {
    match trace.routing {
        None => "nothing that takes requests".to_owned(),
        Some(routing) if routing.dialect == gateway_api::DIALECT => {
            format!("Gateway {}, as {target} reads it", routing.name)
        }
        Some(routing) if routing.name.is_empty() => routing.dialect.to_owned(),
        Some(routing) => format!("{}, class {}", routing.dialect, routing.name),
    }
}

fn port(entry: &EntryPoint) -> String {
    let protocol = match entry.protocol {
        Protocol::Http => "http",
        Protocol::Https => "https",
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
    };
    format!("on port {} ({protocol})", entry.port)
}

/// A file and line; for what was written, the object and field.
fn place(origin: &Origin, places: &dyn Places) -> String {
    let named = if origin.path.steps().is_empty() {
        origin.object.label()
    } else {
        format!("{} {}", origin.object.label(), origin.path)
    };
    match places.locate(origin) {
        Some(place) => format!("{}:{}", place.file, place.line),
        None => named,
    }
}

fn rules(tried: &[Tried<'_>], all: usize, places: &dyn Places) -> Vec<Line> {
    let (missed, winner) = match tried.split_last() {
        Some((last, before)) if last.miss.is_none() => (before, Some(last)),
        Some(_) | None => (tried, None),
    };
    let mut lines = shortened(missed);
    match winner {
        Some(Tried { rule, .. }) => {
            let cause = because(rule.cause).map(|why| format!(" ({why})")).unwrap_or_default();
            lines.push(line("takes", format!("{}{cause}", conditions(&rule.matcher)), Tone::Strong));
            lines.push(line(
                "",
                format!("{}, rule {} of {all}", place(&rule.origin, places), missed.len() + 1),
                Tone::Plain,
            ));
        }
        None if tried.is_empty() && all > 0 => {
            lines.push(line("takes", "no rule was asked: the path itself is answered", Tone::Strong));
        }
        None => lines.push(line("takes", "no rule", Tone::Strong)),
    }
    lines
}

/// The rules that did not match, each with its reason; of a long row with other paths the first and the last.
fn shortened(missed: &[Tried<'_>]) -> Vec<Line> {
    let mut lines = Vec::new();
    let by_path = |tried: &Tried<'_>| tried.miss == Some(Miss::Path);
    for row in missed.chunk_by(|one, next| by_path(one) && by_path(next)) {
        let left_out = if row.len() > FIRST + 2 { row.len() - FIRST - 1 } else { 0 };
        for (index, tried) in row.iter().enumerate() {
            if index == FIRST && left_out > 0 {
                lines.push(line("", format!("… {left_out} more with another path"), Tone::Quiet));
            }
            if left_out == 0 || index < FIRST || index >= FIRST + left_out {
                lines.extend(tried.miss.as_ref().map(|miss| missed_line(tried.rule, miss)));
            }
        }
    }
    if let Some(first) = lines.first_mut() {
        first.label = "tried";
    }
    lines
}

fn missed_line(rule: &Rule, miss: &Miss<'_>) -> Line {
    let found = |kind: &str, condition: &FieldMatch, value: &Option<String>| match value {
        Some(value) => format!("{kind} {} is `{value}`", condition.name),
        None => format!("no {kind} {}", condition.name),
    };
    let why = match miss {
        Miss::Path => "another path".to_owned(),
        Miss::Method => "another method".to_owned(),
        Miss::Header(condition, value) => found("header", condition, value),
        Miss::Query(condition, value) => found("query parameter", condition, value),
        Miss::Cookie(condition, value) => found("cookie", condition, value),
    };
    line("", format!("{}: {why}", conditions(&rule.matcher)), Tone::Quiet)
}

/// What a rule asks for.
fn conditions(matcher: &Matcher) -> String {
    let mut text = matcher.path.to_string();
    let fields = [("header", &matcher.headers), ("query", &matcher.queries), ("cookie", &matcher.cookies)];
    text.extend(matcher.method.iter().map(|method| format!(", {method}")));
    for (kind, conditions) in fields {
        text.extend(conditions.iter().map(|field| format!(", {kind} {}{}", field.name, value(&field.value))));
    }
    text
}

fn value(matcher: &ValueMatcher) -> String {
    match matcher {
        ValueMatcher::Exact(text) => format!(" = {text}"),
        ValueMatcher::Regex(pattern) | ValueMatcher::Search(pattern) => format!(" ~ {pattern}"),
        ValueMatcher::Present => " present".to_owned(),
        ValueMatcher::Absent => " absent".to_owned(),
        ValueMatcher::Not(inner) => format!(" not{}", value(inner)),
    }
}

/// Why a rule is there that no manifest wrote as such.
fn because(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::Declared | Cause::Redirect => None,
        Cause::SlashRedirect => Some("adds the slash"),
        Cause::HttpsRedirect => Some("redirects to https"),
        Cause::AppRoot => Some("app-root"),
        Cause::WwwRedirect => Some("from-to-www-redirect"),
        Cause::Canary => Some("canary"),
        Cause::DefaultBackend => Some("default backend"),
        Cause::BuiltIn => Some("the controller's own"),
        Cause::Denied => Some("denied, because an annotation is broken"),
        Cause::Unmatched => Some("policies are asked before rules are looked for"),
        Cause::Carved => Some("keeps the order of rules"),
        Cause::Withheld => Some("stands in for a rule that is withheld"),
    }
}
