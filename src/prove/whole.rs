//! What holds for whole entry points and is told once: how paths outside of the domain of the comparison are prepared,
//! and policies that no manifest asks for.

use std::collections::BTreeMap;

use super::explain::differ;
use super::proof::{Difference, Family};
use super::region::text_of;
use super::side::Side;
use super::virtual_host::Pair;
use super::{Request, policy, telling};
use crate::model::{Located, PathMatcher, Policies, Protocol, Rule};
use crate::report::Code;

/// Hosts that are tried before giving up on an example.
const MOST_HOSTS: usize = 4;

/// One difference for all hosts whose sides handle paths in different ways, with the first example that shows it.
pub(super) fn path_handling(pairs: &[Pair<'_>]) -> Option<Difference> {
    let concerned: Vec<&Pair<'_>> = pairs
        .iter()
        .filter(|pair| {
            matches!((pair.before.host, pair.after.host), (Some(before), Some(after)) if before.paths != after.paths)
        })
        .collect();
    let mut example = concerned.iter().take(MOST_HOSTS).find_map(|pair| example(pair))?;
    example.hosts = concerned.iter().map(|pair| pair.hosts).sum();
    Some(example)
}

fn example(pair: &Pair<'_>) -> Option<Difference> {
    let ends = ["//x", "/x//y", "/x/../y", "/./x", "/x%2Fy", "/%78", "/x%20y", "//"];
    let paths = bases(pair).into_iter().flat_map(|base| ends.map(|end| format!("{base}{end}")));
    paths.map(|path| pair.request(&path)).find_map(|request| {
        let tried = tried(pair, request, Code::PathHandlingDiffers);
        differ(&tried.before, &tried.after).then_some(tried)
    })
}

/// What becomes of a request on both sides.
fn tried(pair: &Pair<'_>, request: Request, code: Code) -> Difference {
    let (before_rule, before) = pair.before.outcome_of_any(&request);
    let (after_rule, after) = pair.after.outcome_of_any(&request);
    let (before_rule, after_rule) = (pair.before.rule(before_rule), pair.after.rule(after_rule));
    Difference {
        request,
        before,
        after,
        before_rule: pair.before.origin(before_rule),
        after_rule: pair.after.origin(after_rule),
        before_cause: before_rule.map(|rule| rule.cause),
        after_cause: after_rule.map(|rule| rule.cause),
        codes: vec![code],
        families: Vec::new(),
        port: pair.port,
        protocol: pair.protocol,
        hosts: pair.hosts,
    }
}

/// A few paths that rules take, without a last slash.
fn bases<'r>(pair: &Pair<'r>) -> Vec<&'r str> {
    let bases = pair.before.rules().iter().filter_map(base).map(|base| base.trim_end_matches('/'));
    bases.take(4).chain([""]).collect()
}

/// A path that a rule takes.
fn base(rule: &Rule) -> Option<&str> {
    match &rule.matcher.path {
        path @ (PathMatcher::Exact(_) | PathMatcher::Segment(_) | PathMatcher::Prefix(_)) => Some(text_of(path)),
        PathMatcher::Any | PathMatcher::Regex(_) => None,
    }
}

/// One difference for each entry point whose sides hold other policies where no rule speaks of them, with a request that
/// shows it if one of the first hosts has one.
pub(super) fn implicit_policies(pairs: &[Pair<'_>]) -> Vec<Difference> {
    let mut concerned: BTreeMap<(u16, Protocol), (Vec<Family>, Vec<&Pair<'_>>)> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.before.host.is_some() && pair.after.host.is_some()) {
        let (Some(before), Some(after)) = (pair.before.entry, pair.after.entry) else { continue };
        let slot = concerned.entry((pair.port, pair.protocol));
        slot.or_insert_with(|| (policy::implicit(&before.implicit, &after.implicit), Vec::new())).1.push(pair);
    }
    let mut differences = Vec::new();
    for (families, pairs) in concerned.into_values().filter(|(families, _)| !families.is_empty()) {
        let before = pairs.first().and_then(|pair| pair.before.entry);
        let asked = |family: &Family| before.is_none_or(|entry| is_asked_for(*family, &entry.implicit));
        // What a manifest asks for of the whole entry point is no default.
        let (asked, defaults): (Vec<_>, Vec<_>) = families.into_iter().partition(asked);
        // Where rules speak themselves, they are compared rule by rule.
        let asked: Vec<Family> = asked.into_iter().filter(|family| !is_settled(*family, &pairs)).collect();
        let (limits, defaults) = defaults.into_iter().partition(|family| *family == Family::BodyLimit);
        let codes = [Code::PolicyDiffers, Code::ImplicitBodyLimit, Code::ImplicitDefaults];
        for (code, families) in
            codes.into_iter().zip([asked, limits, defaults]).filter(|(_, f): &(_, Vec<_>)| !f.is_empty())
        {
            differences.extend(implicit_difference(code, families, &pairs));
        }
    }
    differences
}

/// Whether no request of a host is left to the entry point's body limit: there is none, or every rule has its own.
fn limits_itself(side: Side<'_>) -> bool {
    side.entry.is_none_or(|entry| entry.implicit.body_limit.is_none())
        || side.rules().iter().all(|rule| rule.policies.body_limit.is_some())
}

/// Whether the rules of one side or the other all speak of a family, host by host.
fn is_settled(family: Family, pairs: &[&Pair<'_>]) -> bool {
    pairs.iter().all(|pair| [pair.before, pair.after].into_iter().any(|side| policy::all_speak(side.rules(), family)))
}

/// Whether an object of the input asks for a policy of a whole entry point; else it is the controller's own default.
fn is_asked_for(family: Family, implicit: &Policies) -> bool {
    fn asked<T>(setting: &Option<Located<T>>) -> bool {
        setting.as_ref().is_some_and(|located| !located.origin.is_default())
    }
    let headers = &implicit.answer_headers;
    let defaults = [
        (Family::BodyLimit, asked(&implicit.body_limit)),
        (Family::Timeouts, asked(&implicit.timeouts)),
        (Family::Retry, asked(&implicit.retry)),
        (Family::AnswerHeaders, headers.iter().any(|header| !header.origin.is_default())),
    ];
    defaults.into_iter().find(|(known, _)| *known == family).is_none_or(|(_, asked)| asked)
}

fn implicit_difference(code: Code, families: Vec<Family>, pairs: &[&Pair<'_>]) -> Option<Difference> {
    if families == [Family::BodyLimit]
        && pairs.iter().all(|pair| [pair.before, pair.after].into_iter().all(limits_itself))
    {
        return None;
    }
    let oversized = |pair: &Pair<'_>, base: &str| {
        let limits =
            [pair.before, pair.after].map(|side| side.entry.and_then(|entry| entry.implicit.body_limit.as_ref()));
        let limit = limits.into_iter().flatten().map(|limit| limit.value).max().unwrap_or(0);
        telling::with_body(&pair.request(&format!("{base}/")), limit.saturating_add(1))
    };
    let tries = pairs.iter().take(MOST_HOSTS).flat_map(|pair| {
        let bases = bases(pair).into_iter();
        bases.map(|base| tried(pair, oversized(pair, base), code))
    });
    let limits = families.contains(&Family::BodyLimit);
    let telling = tries.into_iter().filter(|_| limits).find(|tried| differ(&tried.before, &tried.after));
    let mut found = match (telling, pairs.first()) {
        (Some(found), _) => found,
        (None, Some(first)) => tried(first, first.request("/"), code),
        (None, None) => return None,
    };
    found.families = families;
    found.hosts = pairs.iter().map(|pair| pair.hosts).sum();
    Some(found)
}
