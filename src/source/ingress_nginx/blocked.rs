//! Requests that the controller's ConfigMap refuses by a header.

use super::globals::Globals;
use super::rules::respond;
use crate::model::{Cause, FieldMatch, Matcher, PathMatcher, Rule, Shared, ValueMatcher};

/// `block-user-agents`, `block-referers`: 403 before anything else (nginx.tmpl:645).
pub(super) fn rules(globals: &Globals) -> Vec<Rule> {
    let lists = [("user-agent", &globals.blocked_user_agents), ("referer", &globals.blocked_referers)];
    let conditions =
        lists.iter().flat_map(|(header, list)| list.value.iter().map(move |value| (*header, value, &list.origin)));
    conditions
        .map(|(header, value, origin)| {
            // Entries go into an nginx map: `~` starts an expression, `~*` one without regard to case, else the text is equal but for case.
            let condition = match (value.strip_prefix("~*"), value.strip_prefix('~')) {
                (Some(pattern), _) => ValueMatcher::Search(format!("(?i){pattern}")),
                (None, Some(pattern)) => ValueMatcher::Search(pattern.to_owned()),
                (None, None) => ValueMatcher::Search(format!("(?i)^{}$", regex_syntax::escape(value))),
            };
            Rule {
                matcher: Matcher {
                    headers: vec![FieldMatch { name: header.to_owned(), value: condition }],
                    ..Matcher::path(PathMatcher::Any)
                },
                action: respond(403, false),
                policies: Shared::default(),
                cause: Cause::Denied,
                origin: origin.clone(),
            }
        })
        .collect()
}
