//! Regions of hosts whose path conditions are literals: found without any automaton.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::language::{Language, READABLE, is_path_byte};
use super::region::{Members, Question, Region};
use super::rewrite::Known;
use crate::model::{PathMatcher, Rule};

/// Every region; `None` when there are expressions, or no byte is left to tell regions apart.
///
/// Let K be `/` and, for each literal `l` of a condition or of a rewrite: `l`, `l` without trailing slashes, and that
/// with one slash. For a canonical path `p` let `k` be the longest text of K that `p` starts with.
/// - If `p = k`, then `p` is in K.
/// - Else `p = k·r` with `r` not empty. `r` does not start with `/`: if `k` ends in `/` because `p` is canonical, else
///   because `k/` is in K and longer. No Exact(l) holds, as `p = l` would make `l` a longer start than `k`. Prefix(l)
///   holds iff `l` starts `k`, both being starts of `p` and `k` the longest. Segment(l) holds iff `p` starts with `l/`,
///   which is in K: iff `l/` starts `k`. So all `k·r` have the same conditions, and one of them stands for all: `k·f`
///   with a byte `f` that occurs in no literal, so that no longer text of K starts it.
///
/// So the regions are `{k}` and `k·r` for each `k` of K, where they hold canonical paths at all.
pub(super) fn regions(question: Question<'_>) -> Option<Vec<Region>> {
    let texts = literals(question)?;
    let fresh = fresh(&texts)?;
    let knots = knots(&texts);
    let before = Index::new(question.before.rules(), &knots);
    let after = Index::new(question.after.rules(), &knots);
    let mut regions = Vec::with_capacity(2 * knots.len());
    // Of sorted texts, those that start another one come before it, with only such between them that start with them.
    let mut starts: Vec<usize> = Vec::new();
    for (at, knot) in knots.iter().enumerate() {
        while starts.last().is_some_and(|&last| !knots.get(last).is_some_and(|start| knot.starts_with(start.as_ref())))
        {
            starts.pop();
        }
        starts.push(at);
        for closed in [true, false] {
            let more = (!closed).then_some(fresh);
            if Language::Path.contains_bytes(knot.bytes().chain(more)) {
                regions.push(Region {
                    before: before.holding(&knots, &starts, closed),
                    after: after.holding(&knots, &starts, closed),
                    known: Known { text: knot.to_string(), closed, uncertain: Vec::new() },
                    members: Members::Literal(char::from(fresh)),
                });
            }
        }
    }
    Some(regions)
}

fn literals<'q>(question: Question<'q>) -> Option<BTreeSet<&'q str>> {
    let mut texts = BTreeSet::from(["/"]);
    for rule in question.rules() {
        match &rule.matcher.path {
            PathMatcher::Any => {}
            PathMatcher::Exact(text) | PathMatcher::Segment(text) | PathMatcher::Prefix(text) => {
                texts.insert(text);
            }
            PathMatcher::Regex(_) => return None,
        }
    }
    for branch in question.branches() {
        if branch.ignores_case && branch.literal.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        texts.insert(&branch.literal);
    }
    Some(texts)
}

/// A byte of no literal; `.` would make dot segments.
fn fresh(texts: &BTreeSet<&str>) -> Option<u8> {
    let mut used = [false; 256];
    for byte in texts.iter().flat_map(|text| text.bytes()) {
        if let Some(slot) = used.get_mut(usize::from(byte)) {
            *slot = true;
        }
    }
    let free = |byte: &u8| is_path_byte(*byte) && *byte != b'.' && used.get(usize::from(*byte)) == Some(&false);
    // `x` reads as "anything" in a witness.
    b"x".iter().chain(READABLE).copied().find(free)
}

fn knots<'t>(texts: &BTreeSet<&'t str>) -> Vec<Cow<'t, str>> {
    let mut knots = Vec::with_capacity(2 * texts.len());
    for text in texts {
        let bare = text.trim_end_matches('/');
        knots.extend([Cow::Borrowed(*text), Cow::Borrowed(bare)]);
        knots.push(match text.get(..=bare.len()) {
            Some(with_slash) => Cow::Borrowed(with_slash),
            None => Cow::Owned(format!("{bare}/")),
        });
    }
    knots.sort_unstable();
    knots.dedup();
    knots
}

/// The rules of one side by their literals, each of which is a knot.
struct Index {
    always: Vec<usize>,
    at: Vec<Vec<(usize, Kind)>>,
}

#[derive(Clone, Copy)]
enum Kind {
    Exact,
    Segment,
    Prefix,
}

impl Index {
    fn new(rules: &[Rule], knots: &[Cow<'_, str>]) -> Self {
        let mut always = Vec::new();
        let mut at = vec![Vec::new(); knots.len()];
        for (index, rule) in rules.iter().enumerate() {
            let (text, kind) = match &rule.matcher.path {
                PathMatcher::Exact(text) => (text, Kind::Exact),
                PathMatcher::Segment(text) if text != "/" => (text, Kind::Segment),
                PathMatcher::Prefix(text) => (text, Kind::Prefix),
                PathMatcher::Any | PathMatcher::Segment(_) => {
                    always.push(index);
                    continue;
                }
                // `literals` above let none through.
                PathMatcher::Regex(_) => continue,
            };
            let knot = knots.binary_search_by(|knot| knot.as_ref().cmp(text.as_str())).ok();
            if let Some(slot) = knot.and_then(|knot| at.get_mut(knot)) {
                slot.push((index, kind));
            }
        }
        Self { always, at }
    }

    /// The rules that hold for the last of these knots (`closed`) or for the paths `k·r`; the others start it.
    fn holding(&self, knots: &[Cow<'_, str>], starts: &[usize], closed: bool) -> Vec<usize> {
        let mut holding = self.always.clone();
        let last = starts.last().and_then(|&last| knots.get(last)).map_or("", AsRef::as_ref);
        for &start in starts {
            let length = knots.get(start).map_or(0, |knot| knot.len());
            let rest = last.get(length..).unwrap_or_default();
            for (index, kind) in self.at.get(start).into_iter().flatten() {
                let holds = match kind {
                    Kind::Exact => closed && rest.is_empty(),
                    Kind::Segment => rest.starts_with('/') || (closed && rest.is_empty()),
                    Kind::Prefix => true,
                };
                if holds {
                    holding.push(*index);
                }
            }
        }
        holding.sort_unstable();
        holding
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prove::side::Side;

    /// The regions tell apart what the conditions tell apart, on every canonical path up to a length.
    #[test]
    fn regions_cover_every_path() {
        let lists: [&[PathMatcher]; 4] = [
            &[PathMatcher::Exact("/a".into()), PathMatcher::Segment("/a".into()), PathMatcher::Prefix("/a/".into())],
            &[PathMatcher::Prefix("/ab".into()), PathMatcher::Segment("/".into()), PathMatcher::Exact("/".into())],
            &[
                PathMatcher::Segment("/a/b".into()),
                PathMatcher::Prefix("/a".into()),
                PathMatcher::Exact("/a//b".into()),
            ],
            &[
                PathMatcher::Prefix("/a/.".into()),
                PathMatcher::Exact("/a/".into()),
                PathMatcher::Segment("/b/..".into()),
            ],
        ];
        let mut paths = vec![String::new()];
        for length in 0..6 {
            let longer: Vec<String> = paths
                .iter()
                .filter(|path| path.len() == length)
                .flat_map(|path| ["/", "a", "b", "."].map(|end| format!("{path}{end}")))
                .collect();
            paths.extend(longer);
        }
        paths.retain(|path| Language::Path.contains(path));
        for list in lists {
            let rules: Vec<Rule> = list.iter().map(|path| crate::prove::fixture::rule(path.clone())).collect();
            let host = crate::prove::fixture::host(rules);
            let side = Side { entry: None, host: Some(&host), handshake: true };
            let empty = Side { entry: None, host: None, handshake: true };
            let question = Question { before: side, after: empty, before_shapes: &[], after_shapes: &[] };
            let found: BTreeSet<Vec<usize>> = regions(question).unwrap().into_iter().map(|r| r.before).collect();
            let wanted: BTreeSet<Vec<usize>> =
                paths.iter().map(|path| (0..list.len()).filter(|&at| list[at].matches(path)).collect()).collect();
            assert_eq!(found, wanted, "{list:?}");
        }
    }
}
