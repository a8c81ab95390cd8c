//! Rules that never get a request. Left in, they would come alive: such a rule is usually the more specific one.

use super::conditions::covers;
use super::draft::Draft;
use super::known::Languages;
use super::witness::describe;
use crate::model::{Cause, Rule};
use crate::report::{Code, Diagnostic, Report};

/// Drops every rule whose requests are all taken by one rule before it.
pub(super) fn run(draft: &mut Draft<'_>) {
    let rules = std::mem::take(&mut *draft.rules);
    draft.rules = reachable(rules, &draft.languages, |rule, earlier| {
        report_unreachable(rule, Some(earlier), draft.report);
    })
    .into();
}

/// The rules that get requests; the others are shown to `dropped`, each with a rule that takes all it could get.
pub(super) fn reachable(rules: Vec<Rule>, languages: &Languages, mut dropped: impl FnMut(&Rule, &Rule)) -> Vec<Rule> {
    let mut kept: Vec<Rule> = Vec::with_capacity(rules.len());
    for rule in rules {
        match kept.iter().find(|earlier| takes_all(earlier, &rule, languages)) {
            Some(earlier) => dropped(&rule, earlier),
            None => kept.push(rule),
        }
    }
    kept
}

/// Whether a rule takes all requests of a later one. What answers in place of a withheld rule takes more than it should:
/// the rules behind it stay, for the day on which it goes.
pub(super) fn takes_all(earlier: &Rule, rule: &Rule, languages: &Languages) -> bool {
    earlier.cause != Cause::Withheld && covers(&earlier.matcher, &rule.matcher, languages)
}

/// Says so when the manifest declares the rule; nobody asked for the others. Rules behind a redirect to https are served
/// there.
pub(super) fn report_unreachable(rule: &Rule, earlier: Option<&Rule>, report: &mut Report) {
    let redirected = earlier.is_some_and(|earlier| earlier.cause == Cause::HttpsRedirect);
    if rule.cause != Cause::Declared || redirected {
        return;
    }
    let what = describe(&rule.matcher);
    let diagnostic = match earlier {
        Some(earlier) => Diagnostic::new(Code::RuleUnreachable, format!("the rule for {what} never gets a request"))
            .at(&rule.origin, "never reached")
            .at(&earlier.origin, format!("takes all of them: {}", describe(&earlier.matcher))),
        None => Diagnostic::new(Code::RuleUnreachable, format!("the rule for {what} contradicts itself"))
            .at(&rule.origin, "no request satisfies it"),
    };
    report.push(diagnostic);
}
