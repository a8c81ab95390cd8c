//! One request asked of two sides: whether they treat it alike, and the codes that say why not.

use super::evaluate::{Trace, as_seen, origin_form, tls_accepted};
use super::explain::{Differs, Facts, codes, differ};
use super::host_pairs::wider;
use super::location::bare_host;
use super::proof::Difference;
use super::side::Side;
use super::tried::miss;
use super::wire_path::prepare;
use super::{Outcome, Request, policy};
use crate::model::Protocol;
use crate::report::Code;

/// How two traces of the same request differ; `None` when they do not.
#[must_use]
pub fn difference(before: &Trace<'_>, after: &Trace<'_>, request: &Request) -> Option<Difference> {
    if !differ(&before.outcome, &after.outcome) {
        return None;
    }
    let request = &*origin_form(request);
    let sides = (side(before, request), side(after, request));
    let rules = (sides.0.rule(before.rule), sides.1.rule(after.rule));
    let facts = Facts {
        before: sides.0,
        after: sides.1,
        before_rule: rules.0,
        after_rule: rules.1,
        request,
        before_outcome: &before.outcome,
        after_outcome: &after.outcome,
        differs: Differs::Action { shadowed: shadowed(before, after, request) },
        families: &[],
        wider: wider(sides.0, sides.1, &bare_host(request).to_ascii_lowercase()),
    };
    let refused = [before, after].into_iter().any(|side| matches!(side.outcome, Outcome::Reject { .. }));
    let codes = if refused { vec![Code::ConfigurationRefused] } else { codes(&facts) };
    let families = if codes.contains(&Code::PolicyDiffers) {
        let shapes = (sides.0.shapes(), sides.1.shapes());
        policy::differing(sides.0.effect(before.rule, &shapes.0), sides.1.effect(after.rule, &shapes.1))
    } else {
        Vec::new()
    };
    let entry = before.entry.or(after.entry);
    Some(Difference {
        request: request.clone(),
        before: before.outcome.clone(),
        after: after.outcome.clone(),
        before_rule: sides.0.origin(rules.0),
        after_rule: sides.1.origin(rules.1),
        before_cause: rules.0.map(|rule| rule.cause),
        after_cause: rules.1.map(|rule| rule.cause),
        codes,
        families,
        port: entry.map_or_else(|| request.listener_port(), |entry| entry.port),
        protocol: entry.map_or(Protocol::Http, |entry| entry.protocol),
        hosts: 1,
    })
}

fn side<'r>(trace: &Trace<'r>, request: &Request) -> Side<'r> {
    let handshake = trace.entry.is_some_and(|entry| tls_accepted(entry, request));
    Side { entry: trace.entry, host: trace.host, handshake }
}

/// Behind the rule that wins after stands one that takes the request too and does what was done before.
fn shadowed(before: &Trace<'_>, after: &Trace<'_>, request: &Request) -> bool {
    let (Some(entry), Some(host), Some(winner)) = (after.entry, after.host, after.rule) else { return false };
    let request = &*as_seen(request, entry);
    let Ok(path) = prepare(&request.path, host.paths) else { return false };
    let side = side(after, request);
    before.rule.is_some()
        && host.rules.iter().enumerate().skip(winner + 1).any(|(index, rule)| {
            miss(&rule.matcher, request, &path, entry.pipeline).is_none()
                && !differ(&before.outcome, &side.outcome(Some(index), request))
        })
}
