//! The ranking made to agree with the list.

use super::carve::{agrees, carve};
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
    let mut rules = std::mem::take(&mut draft.rules);
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
    for &(earlier, later) in &best.conflicts {
        if let (Some(earlier), Some(later)) = (best_rules.get(earlier), best_rules.get(later)) {
            let diagnostic = conflict(earlier, later, draft);
            draft.report.push(diagnostic);
        }
    }
    draft.rules = best.rules;
}

fn conflict(earlier: &Rule, later: &Rule, draft: &Draft<'_>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::OrderNotExpressible,
        format!(
            "`{}` ranks the rule for {} above the one for {}",
            draft.profile.name,
            describe(&later.matcher),
            describe(&earlier.matcher)
        ),
    )
    .at(&earlier.origin, "takes the requests of both today")
    .at(&later.origin, "will take them");
    match request(&earlier.matcher, &later.matcher, draft) {
        Some(request) => diagnostic.note(format!("for example `{request}`")),
        None => diagnostic,
    }
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
