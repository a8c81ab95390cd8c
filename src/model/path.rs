//! Path patterns and the way a data plane prepares the path before it matches.

use std::borrow::Cow;
use std::sync::Arc;

use super::search_regex;

/// Which paths a rule takes. Compared with the path as [`PathHandling`] leaves it, without the query.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathMatcher {
    /// Every path.
    Any,
    /// The very path, byte for byte.
    Exact(String),
    /// The path or anything below it, element by element: `/foo` takes `/foo`, `/foo/` and `/foo/x`, not `/foobar`.
    /// Never ends in `/` but for the root itself, which is [`PathMatcher::Any`] on every real path.
    Segment(String),
    /// Any path that starts with these bytes: `/foo/` as an nginx location, a prefix of Istio.
    Prefix(String),
    /// A regular expression.
    Regex(PathRegex),
}

/// A regular expression over paths.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathRegex {
    /// The expression as the data plane compiles it, without flags.
    pub pattern: String,
    /// Upper and lower case are one.
    pub case_insensitive: bool,
    /// Whether the expression must take the whole path.
    pub anchoring: Anchoring,
}

/// How much of the path a regular expression has to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchoring {
    /// Found anywhere (nginx `~`; ingress-nginx writes its own `^` in front).
    Search,
    /// The whole path (Envoy).
    Full,
}

/// What the data plane does with the request path before matching, and which form the backend receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PathHandling {
    /// The path as sent, for matching and for the backend.
    #[default]
    Raw,
    /// nginx: match on the percent-decoded path with merged slashes and resolved dot segments; send the raw path
    /// unless it is rewritten (ngx_http_parse_complex_uri; `proxy_pass` without a URI part).
    Nginx,
    /// Envoy's normalize_path: unreserved characters decoded, dot segments resolved. The backend receives the
    /// normalised path.
    Envoy {
        /// What becomes of `%2F` and `%5C`.
        escaped_slashes: EscapedSlashes,
        /// Repeated slashes become one.
        merge_slashes: bool,
    },
}

/// What Envoy does with an escaped slash (`path_with_escaped_slashes_action`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EscapedSlashes {
    /// It stays as it is.
    Kept,
    /// The request is refused: 400.
    Refused,
    /// It becomes a slash.
    Unescaped,
    /// The client is sent to the unescaped path: 307.
    Redirected,
}

impl PathHandling {
    /// Istio: repeated and escaped slashes are kept.
    pub const RESOLVED: Self = Self::Envoy { escaped_slashes: EscapedSlashes::Kept, merge_slashes: false };
    /// kgateway, Contour: repeated slashes are merged.
    pub const MERGED: Self = Self::Envoy { escaped_slashes: EscapedSlashes::Kept, merge_slashes: true };
    /// Envoy Gateway: slashes merged, `%2F` answered with a redirect to the decoded path.
    pub const ENVOY_GATEWAY: Self = Self::Envoy { escaped_slashes: EscapedSlashes::Redirected, merge_slashes: true };
}

impl PathMatcher {
    /// The same paths, as a prefix where an expression says no more ([`text_of_prefix`]).
    #[must_use]
    pub fn plain(&self) -> Cow<'_, Self> {
        match self {
            Self::Regex(regex) if !regex.case_insensitive && regex.anchoring == Anchoring::Full => {
                text_of_prefix(&regex.pattern).map_or(Cow::Borrowed(self), |text| Cow::Owned(Self::Prefix(text)))
            }
            Self::Any | Self::Exact(_) | Self::Segment(_) | Self::Prefix(_) | Self::Regex(_) => Cow::Borrowed(self),
        }
    }

    /// Whether a prepared path is taken. A pattern that does not compile takes nothing.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => exact == path,
            Self::Segment(prefix) => path
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || prefix == "/"),
            Self::Prefix(prefix) => path.starts_with(prefix.as_str()),
            Self::Regex(regex) => regex.compile().is_some_and(|r| r.is_match(path).unwrap_or(false)),
        }
    }
}

/// The text of an expression that is a text with anything after it (`/admin/.*`), which is how a text prefix is written
/// where there are none.
#[must_use]
pub fn text_of_prefix(pattern: &str) -> Option<String> {
    use regex_syntax::hir::HirKind;
    let parsed = regex_syntax::parse(pattern).ok()?;
    let HirKind::Concat(parts) = parsed.kind() else { return None };
    let [text, rest] = parts.as_slice() else { return None };
    let (HirKind::Literal(text), HirKind::Repetition(rest)) = (text.kind(), rest.kind()) else { return None };
    let any = regex_syntax::parse(".").ok()?;
    let anything = (rest.min, rest.max) == (0, None) && *rest.sub == any;
    String::from_utf8(text.0.to_vec()).ok().filter(|_| anything)
}

impl PathRegex {
    /// The compiled expression; `None` when no engine takes the pattern.
    #[must_use]
    pub fn compile(&self) -> Option<Arc<fancy_regex::Regex>> {
        match self.anchoring {
            Anchoring::Search => search_regex(&self.pattern, self.case_insensitive),
            Anchoring::Full => search_regex(&format!(r"\A(?:{})\z", self.pattern), self.case_insensitive),
        }
    }
}

impl std::fmt::Display for PathMatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("any path"),
            Self::Exact(path) => write!(f, "path = {path}"),
            Self::Segment(path) => write!(f, "path under {path}"),
            Self::Prefix(path) => write!(f, "path starts with {path}"),
            Self::Regex(regex) => {
                write!(f, "path ~{} {}", if regex.case_insensitive { "*" } else { "" }, regex.pattern)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_anything_after_it_is_a_prefix() {
        let cases = [
            ("/admin/.*", Some("/admin/")),
            (r"/a\.b.*(?:)(?:)", Some("/a.b")),
            ("/.*", Some("/")),
            ("/admin/.+", None),
            ("/admin/.*x", None),
            ("/(a|b).*", None),
            ("/admin", None),
            (".*", None),
            ("/(", None),
        ];
        for (pattern, text) in cases {
            assert_eq!(text_of_prefix(pattern).as_deref(), text, "{pattern}");
        }
    }
}
