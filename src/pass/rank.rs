//! The place of a rule in an implementation's ranking.

use crate::gateway::{AfterPath, Profile, RegexRank};
use crate::model::{Matcher, PathMatcher, ValueMatcher};

/// Larger is tried earlier.
type Key = [usize; 5];

/// Where a matcher ranks. A profile may leave something open; then the rank holds one key for each way to read it,
/// and an order counts as kept only when it is kept under all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rank([Key; 2]);

impl Rank {
    /// The rank of a matcher whose path is `Any`, `Exact`, `Segment` or a regular expression in the profile's form.
    pub(super) fn of(matcher: &Matcher, profile: &Profile) -> Self {
        let [class, length] = path_key(&matcher.path, profile);
        let method = usize::from(matcher.method.is_some());
        // Core matches know no cookies: all cookie conditions together are one expression on the Cookie header.
        let headers = matcher.headers.len() + usize::from(!matcher.cookies.is_empty());
        let queries = matcher.queries.len();
        match profile.after_path {
            AfterPath::MethodHeadersQueries => Self::sure([class, length, method, headers, queries]),
            AfterPath::MethodAsHeader => {
                let exact = matcher.headers.iter().filter(|field| is_exact(&field.value)).count();
                Self::sure([class, length, headers + method, exact + method, queries])
            }
            AfterPath::HeadersQueries => {
                Self([[class, length, headers, queries, method], [class, length, headers, queries, 0]])
            }
            AfterPath::Sum => {
                let conditions = 1000 * method + 100 * headers + 10 * queries;
                Self::sure([path_score(&matcher.path) + conditions, 0, 0, 0, 0])
            }
        }
    }

    const fn sure(key: Key) -> Self {
        Self([key, key])
    }

    /// Whether this rule may be tried before the other one although it stands after it in the list.
    pub(super) fn outranks(&self, earlier: &Self) -> bool {
        self.0.iter().zip(&earlier.0).any(|(own, other)| own > other)
    }

    /// Whether this rule is tried before the other one wherever the two are written.
    pub(super) fn is_above(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(own, other)| own > other)
    }
}

/// Whether the text of a regular expression on the path has a say in its rank.
pub(super) fn regex_length_counts(profile: &Profile) -> bool {
    match profile.regex_rank {
        RegexRank::AbovePrefix | RegexRank::BelowPrefix => {
            profile.regex_by_length || profile.after_path == AfterPath::Sum
        }
        RegexRank::WithPrefix => true,
    }
}

/// An empty value is not allowed in an exact match and is written as an expression.
fn is_exact(value: &ValueMatcher) -> bool {
    match value {
        ValueMatcher::Exact(text) => !text.is_empty(),
        ValueMatcher::Regex(_)
        | ValueMatcher::Search(_)
        | ValueMatcher::Present
        | ValueMatcher::Absent
        | ValueMatcher::Not(_) => false,
    }
}

/// Class of the path and, inside the class, its length. Two exact paths never meet, so theirs does not count.
fn path_key(path: &PathMatcher, profile: &Profile) -> [usize; 2] {
    let (prefix, regex) = match profile.regex_rank {
        RegexRank::AbovePrefix => (1, 2),
        RegexRank::BelowPrefix => (2, 1),
        RegexRank::WithPrefix => (1, 1),
    };
    match path {
        PathMatcher::Exact(_) => [3, 0],
        PathMatcher::Any => [prefix, 1],
        PathMatcher::Segment(text) | PathMatcher::Prefix(text) => [prefix, text.len()],
        PathMatcher::Regex(expression) if regex_length_counts(profile) => [regex, expression.pattern.len()],
        PathMatcher::Regex(_) => [regex, 0],
    }
}

/// Traefik's priority of a path (pkg/provider/kubernetes/gateway/httproute.go, buildPathRule).
fn path_score(path: &PathMatcher) -> usize {
    match path {
        PathMatcher::Exact(_) => 100_000,
        PathMatcher::Any => 1,
        PathMatcher::Segment(text) | PathMatcher::Prefix(text) => 10_000 + 100 * text.len(),
        PathMatcher::Regex(regex) => 10_000 + 100 * regex.pattern.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{ENVOY_GATEWAY, SPEC};
    use crate::model::FieldMatch;

    fn with(path: &str, method: bool, headers: usize) -> Matcher {
        let field = |name: usize| FieldMatch { name: format!("h{name}"), value: ValueMatcher::Exact("1".into()) };
        Matcher {
            path: PathMatcher::Segment(path.into()),
            method: method.then(|| "GET".into()),
            headers: (0..headers).map(field).collect(),
            queries: Vec::new(),
            cookies: Vec::new(),
        }
    }

    fn outranks(later: &Matcher, earlier: &Matcher, profile: &Profile) -> bool {
        Rank::of(later, profile).outranks(&Rank::of(earlier, profile))
    }

    #[test]
    fn a_method_outranks_headers_by_the_specification_and_counts_as_one_in_envoy_gateway() {
        let (method, headers) = (with("/a", true, 0), with("/a", false, 2));
        assert!(outranks(&method, &headers, &SPEC));
        assert!(!outranks(&headers, &method, &SPEC));
        assert!(outranks(&headers, &method, &ENVOY_GATEWAY));
    }

    #[test]
    fn eleven_headers_outrank_a_method_in_a_sum() {
        let sum = Profile { after_path: AfterPath::Sum, regex_rank: RegexRank::WithPrefix, ..SPEC };
        assert!(outranks(&with("/a", false, 11), &with("/a", true, 0), &sum));
        assert!(outranks(&with("/a", true, 0), &with("/a", false, 9), &sum));
    }

    #[test]
    fn a_method_that_may_count_or_not_is_above_nothing_for_sure() {
        let open = Profile { after_path: AfterPath::HeadersQueries, ..SPEC };
        let (method, plain) = (Rank::of(&with("/a", true, 0), &open), Rank::of(&with("/a", false, 0), &open));
        assert!(method.outranks(&plain));
        assert!(!method.is_above(&plain));
        assert!(!plain.outranks(&method));
    }
}
