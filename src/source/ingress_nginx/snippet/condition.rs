//! `if (…)` of a snippet, over variables that are parts of the request (ngx_http_rewrite_module).

use crate::model::{Anchoring, FieldMatch, PathRegex, ValueMatcher};

/// When a step of a snippet runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Condition {
    /// For every request.
    Always,
    /// Over http (`true`) or over https.
    PlainHttp(bool),
    /// For requests of this host, or of any other.
    Host {
        /// In lower case.
        name: String,
        /// The host is this one.
        is: bool,
    },
    /// For these methods, or for all others.
    Method {
        /// The methods.
        methods: Vec<String>,
        /// The method is one of them.
        is: bool,
    },
    /// For a header.
    Header(FieldMatch),
    /// For a cookie.
    Cookie(FieldMatch),
    /// For a parameter of the query.
    Query(FieldMatch),
    /// For paths that an expression finds.
    Path(PathRegex),
}

/// Reads what stands between the parentheses; `None` for what is not certain.
pub(super) fn read(words: &[&str]) -> Option<Condition> {
    let text = words.join(" ");
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?.trim();
    let mut parts = inner.splitn(3, ' ').map(str::trim).filter(|part| !part.is_empty());
    let variable = parts.next()?.strip_prefix('$')?;
    let Some(sign) = parts.next() else { return present(variable) };
    let value = parts.next().unwrap_or_default();
    let (negated, sign) = match sign.strip_prefix('!') {
        Some(sign) => (true, sign),
        None => (false, sign),
    };
    // A value with a variable is not fixed; a `$` at the end of an expression is an anchor.
    let comparison = match sign {
        "=" if !value.contains('$') => Comparison::Equal(value),
        "~" => Comparison::Search { pattern: value, any_case: false },
        "~*" => Comparison::Search { pattern: value, any_case: true },
        _ => return None,
    };
    comparison.of(variable, negated)
}

enum Comparison<'t> {
    Equal(&'t str),
    Search { pattern: &'t str, any_case: bool },
}

impl Comparison<'_> {
    fn of(self, variable: &str, negated: bool) -> Option<Condition> {
        match variable {
            "scheme" | "pass_access_scheme" => match self {
                Self::Equal("http") => Some(Condition::PlainHttp(!negated)),
                Self::Equal("https") => Some(Condition::PlainHttp(negated)),
                Self::Equal(_) | Self::Search { .. } => None,
            },
            "host" | "http_host" => match self {
                Self::Equal(host) => Some(Condition::Host { name: host.to_ascii_lowercase(), is: !negated }),
                Self::Search { .. } => None,
            },
            "request_method" => {
                let methods = match self {
                    Self::Equal(method) => vec![method.to_owned()],
                    Self::Search { pattern, any_case: false } => alternatives(pattern)?,
                    Self::Search { any_case: true, .. } => return None,
                };
                Some(Condition::Method { methods, is: !negated })
            }
            "uri" | "document_uri" if !negated => match self {
                Self::Search { pattern, any_case } => Some(Condition::Path(PathRegex {
                    pattern: pattern.to_owned(),
                    case_insensitive: any_case,
                    anchoring: Anchoring::Search,
                })),
                Self::Equal(path) => Some(Condition::Path(PathRegex {
                    pattern: format!("^{}$", regex_syntax::escape(path)),
                    case_insensitive: false,
                    anchoring: Anchoring::Search,
                })),
            },
            _ => field(variable, self.value(negated)),
        }
    }

    /// nginx compares an absent value as an empty one.
    fn value(self, negated: bool) -> ValueMatcher {
        let matcher = match self {
            Self::Equal("") => return if negated { filled() } else { ValueMatcher::Not(Box::new(filled())) },
            Self::Equal(text) => ValueMatcher::Exact(text.to_owned()),
            Self::Search { pattern, any_case: false } => ValueMatcher::Search(pattern.to_owned()),
            Self::Search { pattern, any_case: true } => ValueMatcher::Search(format!("(?i){pattern}")),
        };
        if negated { ValueMatcher::Not(Box::new(matcher)) } else { matcher }
    }
}

fn filled() -> ValueMatcher {
    ValueMatcher::Search("(?s).".to_owned())
}

/// `if ($variable)`: neither empty nor `0`.
fn present(variable: &str) -> Option<Condition> {
    field(variable, ValueMatcher::Search("[^0]|00".to_owned()))
}

fn field(variable: &str, value: ValueMatcher) -> Option<Condition> {
    // An expression that takes the empty text takes an absent value, which the model keeps apart.
    if let ValueMatcher::Search(pattern) = &value
        && crate::model::search_regex(pattern, false)?.is_match("").unwrap_or(true)
    {
        return None;
    }
    let matched = |name: String| FieldMatch { name, value };
    if let Some(header) = variable.strip_prefix("http_") {
        return Some(Condition::Header(matched(header.replace('_', "-"))));
    }
    if let Some(cookie) = variable.strip_prefix("cookie_") {
        return Some(Condition::Cookie(matched(cookie.to_owned())));
    }
    Some(Condition::Query(matched(variable.strip_prefix("arg_")?.to_owned())))
}

/// `^(GET|HEAD)$`, also without the parentheses for a single word.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let inner = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(inner);
    let words: Vec<String> = inner.split('|').map(str::to_owned).collect();
    let plain = words.iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase()));
    plain.then_some(words)
}

#[cfg(test)]
mod tests {
    use super::{Condition, read};
    use crate::model::{FieldMatch, ValueMatcher};

    fn of(text: &str) -> Option<Condition> {
        read(&text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn variables_of_the_request() {
        let header = |value| Some(Condition::Header(FieldMatch { name: "x-a".to_owned(), value }));
        assert_eq!(of("($http_x_a = b)"), header(ValueMatcher::Exact("b".to_owned())));
        assert_eq!(
            of("($http_x_a !~* bot)"),
            header(ValueMatcher::Not(Box::new(ValueMatcher::Search("(?i)bot".to_owned()))))
        );
        assert_eq!(of("($scheme = https)"), Some(Condition::PlainHttp(false)));
        assert_eq!(of("( $host != Foo.com )"), Some(Condition::Host { name: "foo.com".to_owned(), is: false }));
        let methods = vec!["GET".to_owned(), "HEAD".to_owned()];
        assert_eq!(of("($request_method !~ ^(GET|HEAD)$ )"), Some(Condition::Method { methods, is: false }));
    }

    #[test]
    fn what_is_not_certain() {
        for text in ["($my_flag)", "(-f $request_filename)", "($http_a = $http_b)", "($http_a ~ .*)", "($geo = DE)"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
