//! Cookie conditions as conditions on the Cookie header: Gateway API has no field for cookies.
//!
//! Targets write the pattern, sources read it back, so that a cookie stays a cookie.

use crate::model::ValueMatcher;

const HEAD: &str = r"^(.*;\s*)?";
const TAIL: &str = r"(;.*)?$";
/// Any value of a cookie.
const ANY: &str = "[^;]*";

/// A regular expression that a Cookie header with such a cookie matches as a whole; `None` for conditions that no
/// expression without look-around can hold (absence, negation).
#[must_use]
pub fn cookie_pattern(name: &str, value: &ValueMatcher) -> Option<String> {
    let value = match value {
        ValueMatcher::Exact(text) => regex_syntax::escape(text),
        ValueMatcher::Regex(pattern) => format!("({pattern})"),
        ValueMatcher::Search(pattern) => format!("{ANY}({pattern}){ANY}"),
        ValueMatcher::Present => ANY.to_owned(),
        ValueMatcher::Absent | ValueMatcher::Not(_) => return None,
    };
    Some(format!("{HEAD}{}={value}{TAIL}", regex_syntax::escape(name)))
}

/// The cookie that a pattern of [`cookie_pattern`] asks for, where it asks for a value or for presence.
#[must_use]
pub fn cookie_condition(pattern: &str) -> Option<(String, ValueMatcher)> {
    let (name, value) = pattern.strip_prefix(HEAD)?.strip_suffix(TAIL)?.split_once('=')?;
    let value = if value == ANY { ValueMatcher::Present } else { ValueMatcher::Exact(unescape(value)?) };
    Some((unescape(name)?, value))
}

/// Undoes `regex_syntax::escape`; `None` when the text is more than an escaped literal.
fn unescape(pattern: &str) -> Option<String> {
    let mut plain = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next()? } else { c });
    }
    (regex_syntax::escape(&plain) == pattern).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for value in [ValueMatcher::Exact("always".into()), ValueMatcher::Exact("a.b|c".into()), ValueMatcher::Present]
        {
            let pattern = cookie_pattern("x-canary", &value).unwrap();
            assert_eq!(cookie_condition(&pattern), Some(("x-canary".to_owned(), value)), "{pattern}");
        }
    }

    #[test]
    fn takes_the_cookie_wherever_it_stands() {
        let pattern = cookie_pattern("c", &ValueMatcher::Exact("1".into())).unwrap();
        let regex = crate::model::search_regex(&pattern, false).unwrap();
        for (header, taken) in [("c=1", true), ("a=2; c=1", true), ("c=1; d=3", true), ("cc=1", false), ("c=12", false)]
        {
            assert_eq!(regex.is_match(header).unwrap(), taken, "{header}");
        }
    }

    #[test]
    fn other_header_patterns_stay_headers() {
        for pattern in ["a=b", "^(.*;\\s*)?c=(a|b)(;.*)?$", "^(.*;\\s*)?c.d=1(;.*)?$"] {
            assert_eq!(cookie_condition(pattern), None, "{pattern}");
        }
    }
}
