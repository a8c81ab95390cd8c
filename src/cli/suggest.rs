//! Values that are checked against a table, with a suggestion when they are not in it.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};

use crate::options::Target;
use crate::reference::{self, Named};
use crate::report::{CODES, Code};

/// What `--deny` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deny {
    /// Every warning.
    Warnings,
    /// One code.
    Code(Code),
}

/// A parser that also tells shells which values there are, and what they mean.
#[derive(Clone)]
pub(super) struct FromTable<T> {
    parse: fn(&str) -> Result<T, String>,
    values: fn() -> Vec<PossibleValue>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for FromTable<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        self.parse.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.values)().into_iter()))
    }
}

/// For `--allow`.
pub(super) fn codes() -> FromTable<Code> {
    FromTable { parse: code, values: code_names }
}

/// For `--deny`.
pub(super) fn denials() -> FromTable<Deny> {
    let values = || std::iter::once(PossibleValue::new("warnings").help("Every warning")).chain(code_names()).collect();
    FromTable { parse: deny, values }
}

/// For `--source`.
pub(super) fn sources() -> FromTable<String> {
    FromTable { parse: source, values: || names(&reference::DIALECTS) }
}

/// For `--target`.
pub(super) fn targets() -> FromTable<Target> {
    FromTable { parse: target, values: || names(&reference::TARGET_NAMES) }
}

/// For `explain`: any text, so that its own message can say what it did not find.
pub(super) fn explained() -> FromTable<String> {
    fn values() -> Vec<PossibleValue> {
        let annotations = reference::annotations().iter();
        let annotations = annotations.map(|entry| PossibleValue::new(entry.key.as_str()).help(entry.meaning.as_str()));
        code_names().into_iter().chain(annotations).collect()
    }
    FromTable { parse: |text| Ok(text.to_owned()), values }
}

fn code_names() -> Vec<PossibleValue> {
    CODES.iter().map(|entry| PossibleValue::new(entry.name).help(entry.what)).collect()
}

fn names(table: &'static [Named]) -> Vec<PossibleValue> {
    table.iter().map(|entry| PossibleValue::new(entry.name).help(entry.what)).collect()
}

/// `G2L203`, `203` or `wildcard-matches-more-labels`.
fn code(text: &str) -> Result<Code, String> {
    Code::find(text).ok_or_else(|| {
        let names = CODES.iter().map(|entry| entry.name.to_owned());
        unknown("diagnostic", text, names, "see `gatelift list diagnostics`")
    })
}

/// A code, or `warnings`.
pub(super) fn deny(text: &str) -> Result<Deny, String> {
    if text == "warnings" { Ok(Deny::Warnings) } else { code(text).map(Deny::Code) }
}

/// The name of a dialect.
pub(super) fn source(text: &str) -> Result<String, String> {
    named("source", text, &reference::DIALECTS).map(|()| text.to_owned())
}

/// `NAME` or `NAME@VERSION` of a target.
pub(super) fn target(text: &str) -> Result<Target, String> {
    let target: Target = text.parse()?;
    named("target", &target.name, &reference::TARGET_NAMES).map(|()| target)
}

/// `KEY=VALUE`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => Ok((key.to_owned(), value.to_owned())),
        Some(_) | None => Err("expected INGRESSCLASS=GATEWAYCLASS".to_owned()),
    }
}

fn named(what: &str, text: &str, table: &[Named]) -> Result<(), String> {
    if table.iter().any(|entry| entry.name == text) {
        return Ok(());
    }
    let find_them = format!("see `gatelift list {what}s`");
    Err(unknown(what, text, table.iter().map(|entry| entry.name.to_owned()), &find_them))
}

/// `no such target; did you mean …?`, or else where to find the names.
pub(super) fn unknown(what: &str, text: &str, known: impl Iterator<Item = String>, find_them: &str) -> String {
    match closest(text, known) {
        Some(name) => format!("no such {what}; did you mean `{name}`?"),
        None => format!("no such {what}; {find_them}"),
    }
}

/// The most similar name, when it is similar enough to be meant.
fn closest(text: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let text = text.to_lowercase();
    known
        .map(|name| (strsim::jaro_winkler(&text, &name.to_lowercase()), name))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_by_number_and_name() {
        assert_eq!(code("G2L203"), Ok(Code::WildcardWider));
        assert_eq!(code("wildcard-matches-more-labels"), Ok(Code::WildcardWider));
        assert_eq!(deny("warnings"), Ok(Deny::Warnings));
        assert_eq!(deny("203"), Ok(Deny::Code(Code::WildcardWider)));
    }

    #[test]
    fn suggestions() {
        let message = code("wildcard-matches-more-label").unwrap_err();
        assert!(message.contains("`wildcard-matches-more-labels`"), "{message}");
        assert!(code("G2L999").unwrap_err().contains("list diagnostics"), "another number is not what was meant");
        assert!(target("envoy").unwrap_err().contains("`envoy-gateway`"));
        assert!(target("zzz").unwrap_err().contains("list targets"));
        assert!(source("nginx").is_err());
    }
}
