//! The ranking made to agree with the list.

use super::carve::{Attempt, agrees, carve};
use super::draft::Draft;
use super::rank::regex_length_counts;
use super::treatment::rewrites_prefix;
use super::witness::{describe, request};
use super::{padding, whole};
use crate::gateway::Profile;
use crate::model::{PathMatcher, Rule};
use crate::report::{Code, Diagnostic};

/// Carves; where that does not do, the paths in question become expressions, which rank by a length that can be chosen.
pub(super) fn run(draft: &mut Draft<'_>) {
    // Translated expressions get lengths of their own even where the list would break a tie: several routes of one
    // host, or an unstable sort, might not.
    if !draft.translated && agrees(&draft.rules, draft.profile, &draft.languages) {
        return;
    }
    let mut rules = std::mem::take(&mut *draft.rules);
    padding::pad(&mut rules, draft.profile, &draft.languages);
    let mut attempt = carve(&rules, draft.profile, &draft.languages);
    let mut best = attempt.clone();
    let mut best_rules = rules.clone();
    while !attempt.conflicts.is_empty() && into_expressions(&mut rules, &attempt.conflicts, draft.profile) {
        padding::pad(&mut rules, draft.profile, &draft.languages);
        attempt = carve(&rules, draft.profile, &draft.languages);
        if attempt.conflicts.len() < best.conflicts.len() {
            best = attempt.clone();
            best_rules.clone_from(&rules);
        }
    }
    take(best, &best_rules, draft);
}

/// Takes a carved list over and reports what is left; `own` is the list before.
pub(super) fn take(attempt: Attempt, own: &[Rule], draft: &mut Draft<'_>) {
    for (earlier, later) in attempt.conflicts {
        if let (Some(loser), Some(winner)) = (own.get(earlier), own.get(later)) {
            report(loser, winner, draft);
        }
    }
    draft.rules = attempt.rules.into();
}

/// Says that a rule loses requests to another one that ranks above it.
pub(super) fn report(loser: &Rule, winner: &Rule, draft: &mut Draft<'_>) {
    let (above, below) = (describe(&winner.matcher), describe(&loser.matcher));
    let message = format!("`{}` ranks the rule for {above} above the one for {below}", draft.profile.name);
    let mut diagnostic = Diagnostic::new(Code::OrderNotExpressible, message)
        .at(&loser.origin, "takes the requests of both today")
        .at(&winner.origin, "will take them");
    if let Some(request) = request(&loser.matcher, &winner.matcher, draft) {
        diagnostic = diagnostic.note(format!("for example `{request}`"));
    }
    draft.report.push(diagnostic);
}

/// Turns the paths of rules in conflict into expressions. Whether any did.
fn into_expressions(rules: &mut [Rule], conflicts: &[(usize, usize)], profile: &Profile) -> bool {
    let mut changed = false;
    for &(earlier, later) in conflicts {
        let pair = [earlier, later];
        let regex = |index: &usize| rules.get(*index).is_some_and(|rule| is_regex(&rule.matcher.path));
        // Between core paths only lengths can help, and a replaced prefix cannot be written beside an expression.
        let rewriting = |index: &usize| rules.get(*index).is_some_and(|rule| rewrites_prefix(&rule.action));
        if !pair.iter().any(regex) && (!regex_length_counts(profile) || pair.iter().any(rewriting)) {
            continue;
        }
        for index in pair {
            if let Some(rule) = rules.get_mut(index).filter(|rule| !is_regex(&rule.matcher.path)) {
                rule.matcher.path = PathMatcher::Regex(whole::of_path(&rule.matcher.path, profile));
                changed = true;
            }
        }
    }
    changed
}

fn is_regex(path: &PathMatcher) -> bool {
    matches!(path, PathMatcher::Regex(_))
}
