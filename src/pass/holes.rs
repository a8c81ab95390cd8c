//! What a rule must not take, given to rules in front of it.
//!
//! Gateway API has no "unless" and no prefix that needs its slash. But a rule with one condition more ranks higher:
//! `/a unless x` is `/a with x`, doing what the rules behind do, and then `/a`; `/foo/…` is exactly `/foo`, doing what
//! the rules behind do, and then everything under `/foo`.

use super::conditions::{self, covers, disjoint, excluded};
use super::draft::{Draft, answering, carved};
use super::paths::{self, Meet};
use super::treatment::same_treatment;
use super::unreachable::reachable;
use super::witness::describe;
use crate::model::{Cause, FieldMatch, Matcher, PathMatcher, Rule};
use crate::report::{Code, Diagnostic};

/// Rules that may be made for one host.
const LIMIT: usize = 128;

/// Opens holes for negative conditions and for prefixes that end in a slash, from the last rule to the first, so that
/// what stands behind a rule is already positive.
pub(super) fn run(draft: &mut Draft<'_>) {
    if !draft.rules.iter().any(needs_holes) {
        return;
    }
    let mut rules = std::mem::take(&mut *draft.rules);
    let mut behind: Vec<Rule> = Vec::with_capacity(rules.len());
    let mut made = 0;
    while let Some(rule) = rules.pop() {
        let mut opened = Vec::new();
        let mut holes = Holes { draft: &mut *draft, behind: &behind, left: LIMIT.saturating_sub(made) };
        holes.open(rule, &rules, &mut opened);
        made += opened.len() - 1;
        behind.extend(opened.into_iter().rev());
    }
    behind.reverse();
    // A rule that lost its requests to a copy in a hole still does its work there: nobody has to hear of it.
    draft.rules = reachable(behind, &draft.languages, |_, _| {}).into();
}

fn needs_holes(rule: &Rule) -> bool {
    let Matcher { path, method: _, headers, queries, cookies } = &rule.matcher;
    matches!(path, PathMatcher::Prefix(_))
        || [headers, queries, cookies].into_iter().flatten().any(|field| excluded(&field.value).is_some())
}

struct Holes<'d, 'a> {
    draft: &'d mut Draft<'a>,
    /// The rules behind the one in hand, the next one last.
    behind: &'d [Rule],
    /// Rules that may still be made.
    left: usize,
}

impl Holes<'_, '_> {
    /// Writes what stands for a rule, itself last.
    fn open(&mut self, mut rule: Rule, before: &[Rule], opened: &mut Vec<Rule>) {
        if let PathMatcher::Prefix(text) = &rule.matcher.path {
            let segment = text.trim_end_matches('/').to_owned();
            let bare = Matcher::path(PathMatcher::Exact(segment.clone()));
            rule.matcher.path = PathMatcher::Segment(segment);
            if !before.iter().any(|earlier| covers(&earlier.matcher, &bare, &self.draft.languages)) {
                self.fill(&bare, &rule, opened);
            }
        }
        let negative = take_negative(&mut rule.matcher);
        for condition in negative {
            match conditions::meet(&rule.matcher, &condition, rule.matcher.path.clone(), &self.draft.languages) {
                Meet::Empty => {}
                Meet::Is(region) => self.fill(&region, &rule, opened),
                Meet::Unknown => self.close(rule.matcher.clone(), &rule, &rule, opened),
            }
        }
        opened.push(rule);
    }

    /// Writes rules that do with a region what the rules behind do. All of them doing what `rule` does, none is needed.
    fn fill(&mut self, region: &Matcher, rule: &Rule, opened: &mut Vec<Rule>) {
        let start = opened.len();
        let area = self.area(region, rule);
        let mut covered = false;
        for later in self.behind.iter().rev() {
            if disjoint(&later.matcher, &area, &self.draft.languages) {
                continue;
            }
            let path = match paths::meet(&area.path, &later.matcher.path, &self.draft.languages) {
                Meet::Is(path) => Some(path),
                Meet::Unknown => None,
                Meet::Empty => continue,
            };
            let met =
                path.map_or(Meet::Unknown, |path| conditions::meet(&area, &later.matcher, path, &self.draft.languages));
            match met {
                Meet::Empty => continue,
                Meet::Is(matcher) if opened.len() < self.left => opened.push(carved(later, matcher)),
                Meet::Is(_) | Meet::Unknown => {
                    self.close(region.clone(), rule, later, opened);
                    return;
                }
            }
            covered = covers(&later.matcher, region, &self.draft.languages);
            if covered {
                break;
            }
        }
        if !covered {
            opened.push(answering(rule, region.clone(), self.draft.host.unmatched, Cause::Carved));
        } else if opened.iter().skip(start).all(|hole| same_treatment(hole, rule)) {
            opened.truncate(start);
        }
    }

    /// The requests for which the rules behind are repeated: the region, or, where its intersections with their paths
    /// cannot be said, every path with the region's conditions. The rule itself takes none of those, and what lies
    /// beside the region would have come to the rules behind anyway.
    fn area(&self, region: &Matcher, rule: &Rule) -> Matcher {
        let languages = &self.draft.languages;
        let crosses = |later: &Rule| {
            !disjoint(&later.matcher, region, languages)
                && paths::meet(&region.path, &later.matcher.path, languages) == Meet::Unknown
        };
        let path = if region.path == rule.matcher.path && self.behind.iter().any(crosses) {
            PathMatcher::Any
        } else {
            region.path.clone()
        };
        Matcher { path, ..region.clone() }
    }

    /// Answers 500 in a region where it cannot be said which rule takes the request.
    fn close(&mut self, region: Matcher, rule: &Rule, later: &Rule, opened: &mut Vec<Rule>) {
        self.draft.report.push(
            Diagnostic::new(
                Code::OrderNotExpressible,
                format!("what the rule for {} leaves out cannot be given to other rules", describe(&rule.matcher)),
            )
            .at(&rule.origin, "leaves requests to later rules")
            .at(&later.origin, "would take some of them")
            .note(format!("all requests for {} are answered with 500", describe(&region))),
        );
        opened.push(answering(rule, region, 500, Cause::Withheld));
    }
}

/// Takes the negative conditions out; what comes back are the matchers that must not hold.
fn take_negative(matcher: &mut Matcher) -> Vec<Matcher> {
    let mut taken = Vec::new();
    let any = || Matcher::path(PathMatcher::Any);
    let unless = |fields: &mut Vec<FieldMatch>| -> Vec<FieldMatch> {
        let excluded_fields = fields
            .iter()
            .filter_map(|field| Some(FieldMatch { name: field.name.clone(), value: excluded(&field.value)? }));
        let negative = excluded_fields.collect();
        fields.retain(|field| excluded(&field.value).is_none());
        negative
    };
    taken.extend(unless(&mut matcher.headers).into_iter().map(|field| Matcher { headers: vec![field], ..any() }));
    taken.extend(unless(&mut matcher.queries).into_iter().map(|field| Matcher { queries: vec![field], ..any() }));
    taken.extend(unless(&mut matcher.cookies).into_iter().map(|field| Matcher { cookies: vec![field], ..any() }));
    taken
}
