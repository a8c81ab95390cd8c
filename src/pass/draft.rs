//! A virtual host on its way to a target.

use super::carve::agrees;
use super::conditions::excluded;
use super::known::Languages;
use super::rank::Rank;
use super::unreachable::takes_all;
use crate::gateway::Profile;
use crate::model::{Cause, FieldMatch, Matcher, PathMatcher, Rule, Shared, VirtualHost};
use crate::report::Report;

/// A virtual host on its way to a target.
pub struct Draft<'a> {
    /// Without its rules.
    pub(super) host: &'a VirtualHost,
    pub(super) scheme: &'static str,
    pub(super) profile: &'a Profile,
    pub(super) report: &'a mut Report,
    pub(super) languages: Languages,
    /// Expressions of the source had to be written otherwise.
    pub(super) translated: bool,
    /// The rules as they stand.
    pub(super) rules: Shared<Vec<Rule>>,
}

impl Draft<'_> {
    /// Whether the list is already as [`super::prepare`] leaves it, as far as that can be seen without automata:
    /// core paths, conditions that can be said, no rule without requests, no rule ranked wrongly.
    pub(super) fn is_prepared(&self) -> bool {
        let rules = &self.rules;
        let open = self.profile.path_alone_chooses && !rules.iter().all(|rule| rule.matcher.only_path());
        if open || !rules.iter().all(|rule| is_core(&rule.matcher)) {
            return false;
        }
        let ranks: Vec<Rank> = rules.iter().map(|rule| Rank::of(&rule.matcher, self.profile)).collect();
        let falling = ranks.windows(2).all(|pair| !matches!(pair, [first, second] if second.outranks(first)));
        let mut numbered = rules.iter().zip(&ranks).enumerate();
        let reachable = numbered.all(|(index, (rule, rank))| {
            let before = rules.iter().zip(&ranks).take(index).rev();
            // In a falling list a rule that is covered ties with its cover.
            let mut candidates = before.take_while(|(_, earlier)| !falling || *earlier == rank);
            !candidates.any(|(earlier, _)| takes_all(earlier, rule, &self.languages))
        });
        reachable && (falling || agrees(rules, self.profile, &self.languages))
    }
}

/// A rule made by a pass: what `rule` does, for other requests.
pub(super) fn carved(rule: &Rule, matcher: Matcher) -> Rule {
    let action = super::treatment::narrowed(&rule.action, &matcher.path);
    Rule { matcher, action, policies: rule.policies.clone(), cause: Cause::Carved, origin: rule.origin.clone() }
}

/// A rule that answers in place of `rule`, for these requests.
pub(super) fn answering(rule: &Rule, matcher: Matcher, status: u16, cause: Cause) -> Rule {
    let action = super::treatment::respond(status);
    Rule { matcher, action, policies: Shared::default(), cause, origin: rule.origin.clone() }
}

fn is_core(matcher: &Matcher) -> bool {
    let path = match &matcher.path {
        PathMatcher::Any | PathMatcher::Exact(_) => true,
        PathMatcher::Segment(text) => !text.is_empty() && !text.ends_with('/'),
        PathMatcher::Prefix(_) | PathMatcher::Regex(_) => false,
    };
    path && [&matcher.headers, &matcher.queries, &matcher.cookies].into_iter().all(|fields| is_sayable(fields))
}

/// One condition a name, none of them negative.
fn is_sayable(fields: &[FieldMatch]) -> bool {
    fields.iter().enumerate().all(|(index, field)| {
        excluded(&field.value).is_none() && !fields.iter().take(index).any(|other| other.name == field.name)
    })
}
