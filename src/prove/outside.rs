//! Requests outside of the domain of the comparison: paths that data planes prepare each in their own way.

use super::explain::differ;
use super::proof::Difference;
use super::region::text_of;
use super::virtual_host::Pair;
use crate::model::{PathMatcher, Rule};
use crate::report::Code;

/// Hosts that are tried before giving up on an example.
const MOST_HOSTS: usize = 8;

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
    let bases: Vec<&str> = pair.before.rules().iter().filter_map(base).take(4).chain(["/"]).collect();
    let paths = bases.into_iter().flat_map(|base| {
        let base = base.trim_end_matches('/');
        ["//x", "/x//y", "/x/../y", "/./x", "/x%2Fy", "/%78", "/x%20y", "//"].map(|end| format!("{base}{end}"))
    });
    paths.into_iter().find_map(|path| {
        let request = pair.request(&path);
        let (before_rule, before) = pair.before.outcome_of_any(&request);
        let (after_rule, after) = pair.after.outcome_of_any(&request);
        let (before_rule, after_rule) = (pair.before.rule(before_rule), pair.after.rule(after_rule));
        differ(&before, &after).then(|| Difference {
            request,
            before,
            after,
            before_rule: pair.before.origin(before_rule),
            after_rule: pair.after.origin(after_rule),
            before_cause: before_rule.map(|rule| rule.cause),
            after_cause: after_rule.map(|rule| rule.cause),
            codes: vec![Code::PathHandlingDiffers],
            families: Vec::new(),
            port: pair.port,
            protocol: pair.protocol,
            hosts: 1,
        })
    })
}

/// A path that a rule takes.
fn base(rule: &Rule) -> Option<&str> {
    match &rule.matcher.path {
        path @ (PathMatcher::Exact(_) | PathMatcher::Segment(_) | PathMatcher::Prefix(_)) => Some(text_of(path)),
        PathMatcher::Any | PathMatcher::Regex(_) => None,
    }
}
