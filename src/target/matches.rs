//! Conditions of a rule as a match.

use std::collections::BTreeSet;

use crate::gateway::{HttpMatch, HttpPathMatch, NamedMatch, cookie_pattern};
use crate::model::{Anchoring, FieldMatch, Matcher, PathHandling, PathMatcher, PathRegex, ValueMatcher};
use crate::report::Code;

/// Longest path value (httproute_types.go, HTTPPathMatch).
const LONGEST_PATH: usize = 1024;
/// Most header or query conditions of one match.
const MOST_FIELDS: usize = 16;
/// HTTPMethod.
pub(super) const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// Why a match cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unwritable {
    pub code: Code,
    pub message: String,
}

fn unwritable<T>(code: Code, message: impl Into<String>) -> Result<T, Unwritable> {
    Err(Unwritable { code, message: message.into() })
}

/// The match of a matcher, or why there is none.
pub(super) fn write(matcher: &Matcher, paths: PathHandling) -> Result<HttpMatch, Unwritable> {
    let Matcher { path, method, headers, queries, cookies } = matcher;
    if let Some(method) = method.as_deref().filter(|method| !METHODS.contains(method)) {
        return unwritable(Code::OrderNotExpressible, format!("no match has the method `{method}`"));
    }
    let mut headers = headers.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    headers.extend(cookies.iter().map(cookie).collect::<Result<Vec<_>, _>>()?);
    let queries = queries.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    Ok(HttpMatch {
        headers: distinct(headers)?,
        method: method.clone(),
        path: Some(path_match(path, paths)?),
        query_params: distinct(queries)?,
    })
}

fn path_match(path: &PathMatcher, paths: PathHandling) -> Result<HttpPathMatch, Unwritable> {
    let (kind, value) = match path {
        PathMatcher::Any => ("PathPrefix", "/".to_owned()),
        PathMatcher::Segment(prefix) => literal("PathPrefix", prefix, paths),
        PathMatcher::Exact(exact) => literal("Exact", exact, paths),
        PathMatcher::Prefix(prefix) => ("RegularExpression", format!("{}.*", regex_syntax::escape(prefix))),
        PathMatcher::Regex(regex) => ("RegularExpression", expression(regex)?),
    };
    if value.len() > LONGEST_PATH {
        let head: String = value.chars().take(40).collect();
        return unwritable(
            Code::RegexNotExpressible,
            format!("the path `{head}…` is longer than {LONGEST_PATH} bytes"),
        );
    }
    Ok(HttpPathMatch { kind: Some(kind.to_owned()), value: Some(value) })
}

/// A literal path; as an expression where the API takes no such literal.
fn literal(kind: &'static str, path: &str, paths: PathHandling) -> (&'static str, String) {
    let encoded = encode(path, paths);
    if is_plain(&encoded) {
        return (kind, encoded);
    }
    let escaped = regex_syntax::escape(&encoded);
    ("RegularExpression", if kind == "Exact" { escaped } else { format!("{escaped}(/.*)?") })
}

/// Percent-encodes what cannot stand in a path. Paths that nginx matches are decoded; all others are as sent.
fn encode(path: &str, paths: PathHandling) -> String {
    let decoded = match paths {
        PathHandling::Nginx => true,
        PathHandling::Raw | PathHandling::Envoy { .. } => false,
    };
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-/._~!$&'()*+,;=:@".contains(&byte) || (byte == b'%' && !decoded) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The CEL rules for Exact and PathPrefix values.
fn is_plain(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let escapes = path.split('%').skip(1).all(|rest| {
        let mut digits = rest.bytes();
        matches!((digits.next(), digits.next()), (Some(a), Some(b)) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
    });
    path.starts_with('/')
        && escapes
        && !["//", "/./", "/../", "%2f"].iter().any(|bad| lower.contains(bad))
        && !["/.", "/.."].iter().any(|bad| lower.ends_with(bad))
}

/// A whole-path expression in RE2's syntax.
fn expression(regex: &PathRegex) -> Result<String, Unwritable> {
    let PathRegex { pattern, case_insensitive, anchoring } = regex;
    portable(pattern)?;
    let flags = if *case_insensitive { "(?i)" } else { "" };
    Ok(match anchoring {
        Anchoring::Full => format!("{flags}{pattern}"),
        Anchoring::Search => format!("{flags}.*({pattern}).*"),
    })
}

/// RE2 has no look-around and no back-references; nor has this parser, which needs no Unicode tables.
fn portable(pattern: &str) -> Result<(), Unwritable> {
    match regex_syntax::ast::parse::Parser::new().parse(pattern) {
        Ok(_) => Ok(()),
        Err(error) => {
            unwritable(Code::RegexNotExpressible, format!("`{pattern}` is no RE2 expression: {}", error.kind()))
        }
    }
}

fn cookie(condition: &FieldMatch) -> Result<NamedMatch, Unwritable> {
    if let ValueMatcher::Regex(pattern) | ValueMatcher::Search(pattern) = &condition.value {
        portable(pattern)?;
    }
    match cookie_pattern(&condition.name, &condition.value) {
        Some(pattern) => {
            Ok(NamedMatch { name: "cookie".to_owned(), kind: Some("RegularExpression".to_owned()), value: pattern })
        }
        None => absence(&condition.name),
    }
}

/// A condition on a header or query parameter; their names have one syntax.
fn named(condition: &FieldMatch) -> Result<NamedMatch, Unwritable> {
    let FieldMatch { name, value } = condition;
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > 256 || !name.bytes().all(token) {
        return unwritable(Code::OrderNotExpressible, format!("no match has the name `{name}`"));
    }
    let (kind, value) = match value {
        // An empty value is refused for both kinds, so the expression has to take the empty text.
        ValueMatcher::Exact(text) if text.is_empty() => ("RegularExpression", "^$".to_owned()),
        ValueMatcher::Exact(text) => ("Exact", text.clone()),
        ValueMatcher::Regex(pattern) => {
            portable(pattern)?;
            ("RegularExpression", if pattern.is_empty() { "^$".to_owned() } else { pattern.clone() })
        }
        ValueMatcher::Search(pattern) => {
            portable(pattern)?;
            ("RegularExpression", format!(".*({pattern}).*"))
        }
        ValueMatcher::Present => ("RegularExpression", ".*".to_owned()),
        ValueMatcher::Absent | ValueMatcher::Not(_) => return absence(name),
    };
    // Header values may be four times as long; nobody needs that of a condition.
    if value.len() > 1024 {
        return unwritable(Code::OrderNotExpressible, format!("the condition on `{name}` is longer than 1024 bytes"));
    }
    Ok(NamedMatch { name: name.clone(), kind: Some(kind.to_owned()), value })
}

fn absence<T>(name: &str) -> Result<T, Unwritable> {
    unwritable(Code::OrderNotExpressible, format!("no match asks for the absence of `{name}` or of one of its values"))
}

/// Conditions are keyed by name: of two on one name the API refuses the second.
fn distinct(conditions: Vec<NamedMatch>) -> Result<Vec<NamedMatch>, Unwritable> {
    let mut kept: Vec<NamedMatch> = Vec::new();
    for condition in conditions {
        if !kept.contains(&condition) {
            kept.push(condition);
        }
    }
    let names: BTreeSet<&str> = kept.iter().map(|condition| condition.name.as_str()).collect();
    if names.len() < kept.len() {
        return unwritable(Code::OrderNotExpressible, "a match has one condition a name, not two");
    }
    if kept.len() > MOST_FIELDS {
        return unwritable(
            Code::OrderNotExpressible,
            format!("a match has at most {MOST_FIELDS} conditions of a kind"),
        );
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: PathMatcher, paths: PathHandling) -> (String, String) {
        let written = write(&Matcher::path(path), paths).unwrap().path.unwrap();
        (written.kind.unwrap(), written.value.unwrap())
    }

    #[test]
    fn decoded_paths_are_encoded() {
        let exact = |text: &str, paths| path(PathMatcher::Exact(text.into()), paths).1;
        assert_eq!(exact("/a b%41", PathHandling::Nginx), "/a%20b%2541");
        assert_eq!(exact("/a%20b", PathHandling::Raw), "/a%20b");
        assert_eq!(exact("/ä", PathHandling::Raw), "/%C3%A4");
    }

    #[test]
    fn refused_literals_become_expressions() {
        for bad in ["/a//b", "/a/./b", "/a/..", "/a%2Fb", "/a%zz"] {
            let (kind, value) = path(PathMatcher::Exact(bad.into()), PathHandling::Raw);
            assert_eq!(kind, "RegularExpression", "{bad}");
            assert!(crate::model::search_regex(&format!("^{value}$"), false).unwrap().is_match(bad).unwrap());
        }
        let (kind, value) = path(PathMatcher::Segment("/a//b".into()), PathHandling::Raw);
        assert_eq!((kind.as_str(), value.as_str()), ("RegularExpression", "/a//b(/.*)?"));
    }

    #[test]
    fn pcre_is_refused() {
        let regex = |pattern: &str| {
            let pattern = pattern.to_owned();
            let regex = PathRegex { pattern, case_insensitive: true, anchoring: Anchoring::Full };
            write(&Matcher::path(PathMatcher::Regex(regex)), PathHandling::Nginx)
        };
        assert_eq!(regex("/a(?!b).*").unwrap_err().code, Code::RegexNotExpressible);
        assert_eq!(regex(r"/(a)\1").unwrap_err().code, Code::RegexNotExpressible);
        assert_eq!(regex("/a/[^/]+").unwrap().path.unwrap().value.unwrap(), "(?i)/a/[^/]+");
        assert_eq!(regex(&format!("/{}", "a".repeat(1024))).unwrap_err().code, Code::RegexNotExpressible);
    }

    #[test]
    fn one_condition_a_name() {
        let field =
            |name: &str, value: &str| FieldMatch { name: name.into(), value: ValueMatcher::Exact(value.into()) };
        let mut matcher = Matcher::path(PathMatcher::Any);
        matcher.headers = vec![field("a", "1"), field("a", "1")];
        assert_eq!(write(&matcher, PathHandling::Raw).unwrap().headers.len(), 1);
        matcher.headers = vec![field("a", "1"), field("a", "2")];
        assert!(write(&matcher, PathHandling::Raw).is_err());
        matcher.headers = vec![FieldMatch { name: "a".into(), value: ValueMatcher::Absent }];
        assert!(write(&matcher, PathHandling::Raw).is_err());
    }
}
