//! Which paths two path matchers share.

use super::known::{Known, Languages};
use super::language::{TooLarge, Universe};
use crate::model::{Anchoring, PathMatcher};

/// What two conditions ask for together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meet<T> {
    /// Nothing satisfies both.
    Empty,
    /// The same as this one condition.
    Is(T),
    /// More than one condition can say, or more than could be found out.
    Unknown,
}

/// Whether `inner` takes no path that `outer` does not take; false also when that could not be found out.
pub(super) fn within(inner: &PathMatcher, outer: &PathMatcher, languages: &Languages) -> bool {
    use PathMatcher::{Any, Exact, Prefix, Regex, Segment};
    if is_everything(outer) {
        return true;
    }
    match (inner, outer) {
        (_, Any) => true,
        (Any, Segment(outer)) => outer == "/",
        (Any, Prefix(outer)) => outer == "/" || outer.is_empty(),
        (Any | Segment(_) | Prefix(_), Exact(_)) => false,
        (Exact(inner), Exact(outer)) => inner == outer,
        (Exact(text), Segment(_) | Prefix(_)) => outer.matches(text),
        (Segment(inner), Segment(_)) => outer.matches(inner),
        (Segment(inner) | Prefix(inner), Prefix(outer)) => inner.starts_with(outer),
        (Prefix(inner), Segment(outer)) => is_below(inner, outer),
        (Exact(text), Regex(_)) => holds(outer, text, languages) == Ok(true),
        (Regex(_), Exact(_) | Segment(_) | Prefix(_) | Regex(_)) | (Any | Segment(_) | Prefix(_), Regex(_)) => {
            if inner == outer {
                return true;
            }
            let whole = is_everything(inner) || !matches!(inner, Regex(_));
            let (inner, outer) = (languages.path(inner), languages.path(outer));
            // The shortest path of all but an expression is the very text that it starts with.
            compatible(&inner, &outer)
                && !(whole && outer.prefix.len() > inner.prefix.len().max(1))
                && inner.language().and_then(|own| own.within(outer.language()?, Universe::Paths)) == Ok(true)
        }
    }
}

/// What two path matchers take together.
pub(super) fn meet(a: &PathMatcher, b: &PathMatcher, languages: &Languages) -> Meet<PathMatcher> {
    use PathMatcher::{Any, Exact, Prefix, Regex, Segment};
    match (a, b) {
        (Any, other) | (other, Any) => Meet::Is(other.clone()),
        (Exact(text), Exact(other)) => {
            if text == other {
                Meet::Is(a.clone())
            } else {
                Meet::Empty
            }
        }
        (Exact(text), other @ (Segment(_) | Prefix(_) | Regex(_)))
        | (other @ (Segment(_) | Prefix(_) | Regex(_)), Exact(text)) => match holds(other, text, languages) {
            Ok(true) => Meet::Is(Exact(text.clone())),
            Ok(false) => Meet::Empty,
            Err(TooLarge) => Meet::Unknown,
        },
        (Segment(_) | Prefix(_), Segment(_) | Prefix(_)) => {
            if within(a, b, languages) {
                Meet::Is(a.clone())
            } else if within(b, a, languages) {
                Meet::Is(b.clone())
            } else {
                Meet::Empty
            }
        }
        (Regex(_), Regex(_) | Segment(_) | Prefix(_)) | (Segment(_) | Prefix(_), Regex(_)) => {
            if disjoint(a, b, languages) {
                Meet::Empty
            } else if within(a, b, languages) {
                Meet::Is(a.clone())
            } else if within(b, a, languages) {
                Meet::Is(b.clone())
            } else {
                Meet::Unknown
            }
        }
    }
}

/// Whether no path is taken by both; false also when that could not be found out.
pub(super) fn disjoint(a: &PathMatcher, b: &PathMatcher, languages: &Languages) -> bool {
    use PathMatcher::{Any, Exact, Prefix, Regex, Segment};
    match (a, b) {
        (Any, _) | (_, Any) => false,
        (Exact(a), Exact(b)) => a != b,
        (Exact(text), other @ (Segment(_) | Prefix(_))) | (other @ (Segment(_) | Prefix(_)), Exact(text)) => {
            !other.matches(text)
        }
        (Exact(text), other @ Regex(_)) | (other @ Regex(_), Exact(text)) => holds(other, text, languages) == Ok(false),
        (Segment(_) | Prefix(_), Segment(_) | Prefix(_)) => !within(a, b, languages) && !within(b, a, languages),
        (Regex(_), Regex(_) | Segment(_) | Prefix(_)) | (Segment(_) | Prefix(_), Regex(_)) => {
            a != b && witness(a, b, languages) == Ok(None)
        }
    }
}

/// A path that both take.
pub(super) fn witness(a: &PathMatcher, b: &PathMatcher, languages: &Languages) -> Result<Option<String>, TooLarge> {
    let (a, b) = (languages.path(a), languages.path(b));
    if !compatible(&a, &b) {
        return Ok(None);
    }
    a.language()?.meet(b.language()?, Universe::Paths)
}

/// `/foo/…` is below `/foo`, and everything below it is too.
fn is_below(prefix: &str, segment: &str) -> bool {
    segment == "/" || prefix.strip_prefix(segment).is_some_and(|rest| rest.starts_with('/'))
}

fn holds(path: &PathMatcher, text: &str, languages: &Languages) -> Result<bool, TooLarge> {
    match path {
        PathMatcher::Any | PathMatcher::Exact(_) | PathMatcher::Segment(_) | PathMatcher::Prefix(_) => {
            Ok(path.matches(text))
        }
        PathMatcher::Regex(regex) => {
            let known = languages.expression(regex);
            Ok(text.to_ascii_lowercase().starts_with(&known.prefix) && known.language()?.holds(text))
        }
    }
}

/// Whether every path is taken, as far as the text shows it: the usual ways to write a default.
fn is_everything(path: &PathMatcher) -> bool {
    match path {
        PathMatcher::Any => true,
        PathMatcher::Exact(_) | PathMatcher::Segment(_) | PathMatcher::Prefix(_) => false,
        PathMatcher::Regex(regex) => match regex.anchoring {
            Anchoring::Full => matches!(regex.pattern.as_str(), ".*" | "/.*" | "/(.*)"),
            Anchoring::Search => matches!(regex.pattern.as_str(), "" | "^" | "/" | "^/" | "^/.*" | "^/(.*)"),
        },
    }
}

/// Two languages can meet only when one literal beginning continues the other; no automaton is built to see that.
fn compatible(a: &Known, b: &Known) -> bool {
    a.prefix.starts_with(&b.prefix) || b.prefix.starts_with(&a.prefix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PathRegex;

    fn regex(pattern: &str) -> PathMatcher {
        let pattern = pattern.to_owned();
        PathMatcher::Regex(PathRegex { pattern, case_insensitive: false, anchoring: Anchoring::Full })
    }

    fn segment(text: &str) -> PathMatcher {
        PathMatcher::Segment(text.into())
    }

    fn prefix(text: &str) -> PathMatcher {
        PathMatcher::Prefix(text.into())
    }

    #[test]
    fn prefixes_meet_in_the_longer_one() {
        let languages = Languages::default();
        let is = |a: &PathMatcher, b: &PathMatcher, c: &PathMatcher| {
            assert_eq!(meet(a, b, &languages), Meet::Is(c.clone()));
            assert_eq!(meet(b, a, &languages), Meet::Is(c.clone()));
        };
        is(&segment("/a"), &segment("/a/b"), &segment("/a/b"));
        is(&prefix("/a"), &segment("/a"), &segment("/a"));
        is(&prefix("/a/"), &segment("/a"), &prefix("/a/"));
        is(&prefix("/a/b"), &segment("/a"), &prefix("/a/b"));
        is(&segment("/a"), &PathMatcher::Exact("/a/".into()), &PathMatcher::Exact("/a/".into()));
        assert_eq!(meet(&prefix("/ab"), &segment("/a"), &languages), Meet::Empty);
        assert_eq!(meet(&segment("/a"), &segment("/ab"), &languages), Meet::Empty);
    }

    #[test]
    fn expressions_meet_what_they_hold() {
        let languages = Languages::default();
        assert_eq!(meet(&regex("/user/[0-9]+"), &segment("/user"), &languages), Meet::Is(regex("/user/[0-9]+")));
        assert_eq!(meet(&regex("/[a-z]+(/.*)?"), &segment("/user"), &languages), Meet::Is(segment("/user")));
        assert_eq!(meet(&regex("/[a-z]+"), &segment("/user"), &languages), Meet::Unknown);
        assert_eq!(meet(&regex("/[0-9]+"), &segment("/user"), &languages), Meet::Empty);
        assert!(within(&PathMatcher::Any, &regex(".*"), &languages));
        assert!(!within(&PathMatcher::Any, &regex("/a.*"), &languages));
        assert_eq!(meet(&regex("/(?!x).*"), &regex("/a"), &languages), Meet::Unknown);
    }
}
