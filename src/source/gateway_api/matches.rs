//! Matches of HTTPRoute rules as matchers of the model.

use super::rank::WrittenPath;
use super::regex::{Dialect, accepted};
use crate::gateway::{HttpMatch, HttpPathMatch, NamedMatch, Profile};
use crate::model::{Anchoring, FieldMatch, Matcher, PathMatcher, PathRegex, ValueMatcher};

/// A matcher with the path as the route writes it, which ranks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ranked {
    pub matcher: Matcher,
    pub path: WrittenPath,
}

/// A pattern that the implementation cannot compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidPattern(pub String);

/// One `matches` entry. Its conditions must all hold.
pub(super) fn http(written: &HttpMatch, profile: &Profile) -> Result<Ranked, InvalidPattern> {
    let (matched, path) = path(written.path.as_ref(), profile)?;
    let matcher = Matcher {
        path: matched,
        method: written.method.clone(),
        headers: fields(&written.headers, true, profile)?,
        queries: fields(&written.query_params, false, profile)?,
        cookies: Vec::new(),
    };
    Ok(Ranked { matcher, path })
}

fn path(written: Option<&HttpPathMatch>, profile: &Profile) -> Result<(PathMatcher, WrittenPath), InvalidPattern> {
    let value = written.and_then(|path| path.value.as_deref()).unwrap_or("/");
    match written.and_then(|path| path.kind.as_deref()).unwrap_or("PathPrefix") {
        "Exact" => Ok((PathMatcher::Exact(value.to_owned()), WrittenPath::Exact(value.len()))),
        "RegularExpression" => Ok((PathMatcher::Regex(path_regex(value, profile)?), WrittenPath::Regex(value.len()))),
        _ => {
            let element = prefix(value);
            let length = if profile.prefix_slash_counts { value.len() } else { element.len() };
            Ok((PathMatcher::Segment(element.to_owned()), WrittenPath::Prefix(length)))
        }
    }
}

/// A prefix without its trailing slash, which has no meaning for matching (httproute_types.go, PathMatchPathPrefix).
pub(super) fn prefix(value: &str) -> &str {
    match value.strip_suffix('/') {
        Some("") | None => value,
        Some(element) => element,
    }
}

/// A path expression as the implementation compiles it.
pub(super) fn path_regex(value: &str, profile: &Profile) -> Result<PathRegex, InvalidPattern> {
    Ok(PathRegex {
        pattern: format!("{}{}", profile.regex_prefix, checked(value, profile)?),
        case_insensitive: false,
        anchoring: profile.regex_anchoring,
    })
}

/// Conditions on headers (names in lower case) or query parameters.
pub(super) fn fields(
    written: &[NamedMatch],
    headers: bool,
    profile: &Profile,
) -> Result<Vec<FieldMatch>, InvalidPattern> {
    written
        .iter()
        .map(|field| {
            let name = if headers { field.name.to_ascii_lowercase() } else { field.name.clone() };
            let value = match field.kind.as_deref() {
                Some("RegularExpression") => {
                    let pattern = checked(&field.value, profile)?;
                    match profile.value_anchoring {
                        Anchoring::Full => ValueMatcher::Regex(pattern),
                        Anchoring::Search => ValueMatcher::Search(pattern),
                    }
                }
                _ => ValueMatcher::Exact(field.value.clone()),
            };
            Ok(FieldMatch { name, value })
        })
        .collect()
}

fn checked(pattern: &str, profile: &Profile) -> Result<String, InvalidPattern> {
    let dialect = if profile.regex_pcre { Dialect::Pcre } else { Dialect::Re2 };
    accepted(pattern, dialect).ok_or_else(|| InvalidPattern(pattern.to_owned()))
}
