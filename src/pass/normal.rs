//! Matchers in their plainest form.

use super::conditions::{Folded, folded};
use super::draft::Draft;
use super::unreachable::report_unreachable;
use crate::model::{FieldMatch, Matcher, PathMatcher, Rule};

/// Writes every matcher in its plainest form. A rule that contradicts itself goes.
pub(super) fn run(draft: &mut Draft<'_>) {
    for rule in std::mem::take(&mut *draft.rules) {
        match plain(rule.matcher.clone(), draft) {
            Some(matcher) => draft.rules.push(Rule { matcher, ..rule }),
            None => report_unreachable(&rule, None, draft.report),
        }
    }
}

fn plain(mut matcher: Matcher, draft: &Draft<'_>) -> Option<Matcher> {
    matcher.path = plain_path(matcher.path);
    for fields in [&mut matcher.headers, &mut matcher.queries, &mut matcher.cookies] {
        if !fields.is_empty() {
            *fields = plain_fields(fields, draft)?;
        }
    }
    Some(matcher)
}

/// `None` when nothing satisfies the conditions. Two expressions on one name stay two conditions.
fn plain_fields(fields: &[FieldMatch], draft: &Draft<'_>) -> Option<Vec<FieldMatch>> {
    match folded(fields.iter(), &draft.languages) {
        Folded::One(fields) | Folded::Several(fields) => Some(fields),
        Folded::Contradiction => None,
    }
}

/// Every path starts with `/`; Gateway API does not see a slash at the end of a prefix.
fn plain_path(path: PathMatcher) -> PathMatcher {
    match path {
        PathMatcher::Segment(text) => match text.trim_end_matches('/') {
            "" => PathMatcher::Any,
            text => PathMatcher::Segment(text.to_owned()),
        },
        PathMatcher::Prefix(text) if text.is_empty() || text == "/" => PathMatcher::Any,
        PathMatcher::Any | PathMatcher::Exact(_) | PathMatcher::Prefix(_) | PathMatcher::Regex(_) => path,
    }
}
