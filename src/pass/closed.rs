//! Paths that answer for themselves, where the path alone chooses.
//!
//! nginx picks a location by path and only then looks at headers: a request that no rule of the chosen path takes gets a
//! 404, though rules of wider paths would take it. So every path gets what the wider paths do, up to a rule that takes
//! whatever is left.

use super::carve::carve;
use super::conditions::covers;
use super::draft::{Draft, answering, carved};
use super::order;
use super::paths::{disjoint, within};
use super::rank::Rank;
use super::unreachable::reachable;
use crate::model::{Cause, Matcher, PathMatcher, Rule};

/// What the implementation answers by itself.
const NOT_FOUND: u16 = 404;

/// Closes all paths, on implementations that need it. Lengths stay as they are: rules of one path belong together.
pub(super) fn run(draft: &mut Draft<'_>) {
    if !draft.profile.path_alone_chooses {
        return;
    }
    for path in open_paths(&draft.rules) {
        close(&path, draft);
    }
    // Of two lengths of one path only the first one answers.
    let rules = reachable(std::mem::take(&mut *draft.rules), &draft.languages, |_, _| {});
    let attempt = carve(&rules, draft.profile, &draft.languages);
    order::take(attempt, &rules, draft);
}

/// Paths without a rule that takes whatever is left.
fn open_paths(rules: &[Rule]) -> Vec<PathMatcher> {
    let mut open: Vec<PathMatcher> = Vec::new();
    for Rule { matcher, .. } in rules {
        let closed = rules.iter().any(|rule| rule.matcher.path == matcher.path && rule.matcher.only_path());
        if !closed && !open.contains(&matcher.path) {
            open.push(matcher.path.clone());
        }
    }
    open
}

/// Puts a copy for this path before each rule of a wider path, so that the first match stays what it is.
fn close(path: &PathMatcher, draft: &mut Draft<'_>) {
    let rank = Rank::of(&Matcher::path(path.clone()), draft.profile);
    let Some(own) = draft.rules.iter().find(|rule| rule.matcher.path == *path).cloned() else { return };
    let mut open = true;
    for rule in std::mem::take(&mut *draft.rules) {
        let wider = rule.matcher.path != *path && open;
        if wider && within(path, &rule.matcher.path, &draft.languages) {
            let copy = carved(&rule, Matcher { path: path.clone(), ..rule.matcher.clone() });
            let known = |earlier: &Rule| {
                earlier.matcher.path == *path && covers(&earlier.matcher, &copy.matcher, &draft.languages)
            };
            if !draft.rules.iter().any(known) {
                draft.rules.push(copy);
            }
            open = !rule.matcher.only_path();
        } else if wider
            && !disjoint(path, &rule.matcher.path, &draft.languages)
            && !Rank::of(&Matcher::path(rule.matcher.path.clone()), draft.profile).is_above(&rank)
        {
            order::report(&rule, &own, draft);
        }
        draft.rules.push(rule);
    }
    if open && draft.host.unmatched != NOT_FOUND {
        draft.rules.push(answering(&own, Matcher::path(path.clone()), draft.host.unmatched, Cause::Carved));
    }
}
