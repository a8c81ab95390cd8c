//! Where a snippet may end a request: rules before those that come otherwise.

use super::rules::Place;
use super::snippet::{Condition, Step};
use crate::model::{Action, Matcher, PathMatcher, PathRegex, Protocol, Rule};

/// The rules with those of a step before them; `Err` gives them back where the step cannot be told by a matcher.
pub(super) fn before(
    step: &Step,
    path: &PathMatcher,
    place: Place<'_>,
    rule: impl Fn(Matcher, Action) -> Rule,
    then: Vec<Rule>,
) -> Result<Vec<Rule>, Vec<Rule>> {
    let ended = |matcher: Matcher| rule(matcher, step.action.clone());
    let any = || Matcher::path(path.clone());
    let first = |matcher: Matcher, then: Vec<Rule>| std::iter::once(ended(matcher)).chain(then).collect();
    let always = |always: bool, then: Vec<Rule>| if always { vec![ended(any())] } else { then };
    Ok(match &step.condition {
        Condition::Always => always(true, then),
        Condition::PlainHttp(plain) => always((place.protocol == Protocol::Http) == *plain, then),
        Condition::Host { name, is } => match place.host {
            Some(host) => always((host == name) == *is, then),
            None => return Err(then),
        },
        Condition::Method { methods, is: true } => {
            let of = |method: &String| ended(Matcher { method: Some(method.clone()), ..any() });
            methods.iter().map(of).chain(then).collect()
        }
        Condition::Method { methods, is: false } => {
            let with = |method: &String, rule: &Rule| {
                let matcher = Matcher { method: Some(method.clone()), ..rule.matcher.clone() };
                (rule.matcher.method.as_ref().is_none_or(|own| own == method)).then(|| Rule { matcher, ..rule.clone() })
            };
            let kept = methods.iter().flat_map(|method| then.iter().filter_map(move |rule| with(method, rule)));
            kept.chain([ended(any())]).collect()
        }
        Condition::Header(field) => first(Matcher { headers: vec![field.clone()], ..any() }, then),
        Condition::Cookie(field) => first(Matcher { cookies: vec![field.clone()], ..any() }, then),
        Condition::Query(field) => first(Matcher { queries: vec![field.clone()], ..any() }, then),
        Condition::Path(regex) => match narrowed(path, regex) {
            Some(PathMatcher::Any) => always(true, then),
            Some(narrow) if narrow == *path => always(true, then),
            Some(narrow) => first(Matcher::path(narrow), then),
            None => return Err(then),
        },
    })
}

/// The paths of a location that an expression finds, where a single matcher can tell them.
fn narrowed(path: &PathMatcher, regex: &PathRegex) -> Option<PathMatcher> {
    if matches!(regex.pattern.as_str(), "^" | "^(.*)$" | "^(.*)" | "(.*)" | "^/(.*)$" | "^/(.*)" | "^.*$") {
        return Some(path.clone());
    }
    let inside = match path {
        PathMatcher::Any => true,
        PathMatcher::Segment(prefix) | PathMatcher::Prefix(prefix) => {
            let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
            let plain = prefix.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_'));
            let rest = regex.pattern.strip_prefix('^').and_then(|pattern| pattern.strip_prefix(prefix));
            plain
                && !regex.case_insensitive
                && rest.is_some_and(|rest| rest.starts_with('/') && !has_alternatives(rest))
        }
        PathMatcher::Exact(exact) => return regex.compile()?.is_match(exact).ok()?.then(|| path.clone()),
        PathMatcher::Regex(_) => false,
    };
    inside.then(|| PathMatcher::Regex(regex.clone()))
}

/// An alternative outside of all parentheses does not begin with what stands before it; one `?` or `*` after the slash
/// makes it optional.
fn has_alternatives(rest: &str) -> bool {
    let mut depth = 0_i32;
    let top = rest.chars().any(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == '|' && depth == 0
    });
    top || rest.starts_with("/?") || rest.starts_with("/*") || rest.starts_with("/{")
}

#[cfg(test)]
mod tests {
    use super::narrowed;
    use crate::model::{Anchoring, PathMatcher, PathRegex};

    #[test]
    fn expressions_inside_a_location() {
        let regex = |pattern: &str| PathRegex {
            pattern: pattern.to_owned(),
            case_insensitive: false,
            anchoring: Anchoring::Search,
        };
        let segment = PathMatcher::Segment("/app".to_owned());
        for pattern in ["^/app/old/(.*)$", "^/app/(a|b)"] {
            assert_eq!(narrowed(&segment, &regex(pattern)), Some(PathMatcher::Regex(regex(pattern))), "{pattern}");
        }
        for pattern in ["^/app/a|/b", "^/app/?x", "^/apple", "/app/x", "^/other/"] {
            assert_eq!(narrowed(&segment, &regex(pattern)), None, "{pattern}");
        }
        assert_eq!(narrowed(&segment, &regex("^(.*)$")), Some(segment));
    }
}
