//! Rules that ask for what is no part of the request: labels of the client, claims of its token. No condition of Gateway
//! API asks for that.
//!
//! Left out, such a rule would leave its requests to the rules after it, which may let in whom it kept away. So an answer
//! of 500 takes all that it could have taken, until somebody accepts that it is left out.

use std::borrow::Cow;

use super::draft::answering;
use crate::model::{Cause, Matcher, Origin, Routing, Rule};
use crate::report::{Code, Diagnostic, Fate, Report, Severity};

/// Withholds the rules whose conditions go beyond the request. Those whose loss is allowed go.
#[must_use]
pub fn within_requests<'r>(
    routing: &'r Routing,
    allowed: impl Fn(Code, &Origin) -> bool,
    report: &mut Report,
) -> Cow<'r, Routing> {
    let hosts = || routing.entry_points.iter().flat_map(|entry| &entry.hosts);
    if !hosts().flat_map(|host| host.rules.iter()).any(is_beyond) {
        return Cow::Borrowed(routing);
    }
    let mut out = routing.clone();
    for host in out.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts) {
        let rules = std::mem::take(&mut *host.rules);
        let kept: Vec<Rule> = rules.into_iter().filter_map(|rule| withheld(rule, &allowed, report)).collect();
        host.rules = kept.into();
    }
    Cow::Owned(out)
}

fn is_beyond(rule: &Rule) -> bool {
    rule.matcher.beyond_request().next().is_some()
}

/// What stands in the place of a rule.
fn withheld(rule: Rule, allowed: &impl Fn(Code, &Origin) -> bool, report: &mut Report) -> Option<Rule> {
    if !is_beyond(&rule) {
        return Some(rule);
    }
    let code = Code::SourceMatchNotExpressible;
    let named: Vec<String> = rule.matcher.beyond_request().map(|field| format!("`{}`", field.name)).collect();
    let message = format!("no match of Gateway API asks for {}", named.join(", "));
    report.ledger.record(&rule.origin, Fate::Dropped, Some(code));
    let mut finding = Diagnostic::new(code, message).at(&rule.origin, "");
    if allowed(code, &rule.origin) {
        finding.severity = Severity::Info;
        report
            .push(finding.note(format!("{code} is allowed: the rule is left out, its requests go to those after it")));
        return None;
    }
    report.push(finding.note("the rule is withheld: all requests that it could take are answered with 500").help(
        format!("{} Or accept with --allow {code} that its requests go to the rules after it.", code.entry().fix),
    ));
    let mut matcher: Matcher = rule.matcher.clone();
    matcher.headers.retain(|condition| !condition.is_beyond_request());
    Some(answering(&rule, matcher, 500, Cause::Withheld))
}
