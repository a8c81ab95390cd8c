//! Representative values of the parts of a request on which rules put conditions.

use std::collections::BTreeSet;

use regex_syntax::hir::Hir;

use super::automaton::classes;
use super::language::Language;
use super::pattern;
use super::proof::{Doubt, Limits};
use crate::model::{FieldMatch, Matcher, ValueMatcher};

/// One part of a request that conditions speak of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Method,
    /// The Host header, which is no free choice.
    Host,
    Header(String),
    Query(String),
    Cookie(String),
    /// The Cookie header as a whole, when conditions speak of it and of single cookies.
    CookieHeader,
}

/// A key with its representative values; the simplest first.
#[derive(Debug)]
pub(super) struct Dimension {
    pub(super) key: Key,
    pub(super) values: Vec<Option<String>>,
}

/// The Host header of the requests that are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct HostHeader<'h> {
    pub(super) text: &'h str,
    /// There is no other.
    pub(super) sole: bool,
}

impl Key {
    pub(super) fn header(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        if name == "host" { Self::Host } else { Self::Header(name) }
    }
}

/// The dimensions of these conditions, and a doubt where the values may not be all.
pub(super) fn dimensions(
    matchers: &[&Matcher],
    host: HostHeader<'_>,
    limits: &Limits,
) -> (Vec<Dimension>, Option<Doubt>) {
    let mut doubt = None;
    let dimensions = keys(matchers)
        .into_iter()
        .map(|key| {
            let (values, unsure) = representatives(&key, matchers, host, limits);
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
        keys.extend(matcher.headers.iter().map(|field| Key::header(&field.name)));
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
fn representatives(
    key: &Key,
    matchers: &[&Matcher],
    host: HostHeader<'_>,
    limits: &Limits,
) -> (Vec<Option<String>>, Option<Doubt>) {
    match key {
        Key::Host => {
            let why = "a condition on the Host header of several hosts".to_owned();
            let doubt = (!host.sole).then(|| Doubt::Pattern { pattern: host.text.to_owned(), why });
            (vec![Some(host.text.to_owned())], doubt)
        }
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

/// The value of a cookie in a well-formed Cookie header.
pub(super) fn cookie<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    header.split("; ").filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}
