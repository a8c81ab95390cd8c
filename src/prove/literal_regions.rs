//! Regions of hosts whose path conditions are literals: found without any automaton.

use std::collections::{BTreeSet, HashMap};

use super::language::{Language, READABLE, is_path_byte};
use super::region::{Question, Region};
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
    let (before, after) = (Index::new(question.before.rules()), Index::new(question.after.rules()));
    let mut regions = Vec::with_capacity(2 * knots.len());
    for knot in knots {
        let open = format!("{knot}{fresh}");
        for (closed, member) in [(true, knot.as_str()), (false, open.as_str())] {
            if !Language::Path.contains(member) {
                continue;
            }
            let further = if closed { vec![] } else { vec![format!("{open}/"), format!("{open}/{fresh}")] };
            regions.push(Region {
                members: std::iter::once(member.to_owned()).chain(further).collect(),
                before: before.holding(&knot, closed),
                after: after.holding(&knot, closed),
                known: Known { text: knot.clone(), closed, uncertain: Vec::new() },
            });
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
fn fresh(texts: &BTreeSet<&str>) -> Option<char> {
    let mut used = [false; 256];
    for byte in texts.iter().flat_map(|text| text.bytes()) {
        if let Some(slot) = used.get_mut(usize::from(byte)) {
            *slot = true;
        }
    }
    let free = |byte: &&u8| is_path_byte(**byte) && **byte != b'.' && used.get(usize::from(**byte)) == Some(&false);
    // `x` reads as "anything" in a witness.
    b"x".iter().chain(READABLE).find(free).map(|byte| char::from(*byte))
}

fn knots(texts: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut knots = BTreeSet::new();
    for text in texts {
        let bare = text.trim_end_matches('/');
        knots.insert((*text).to_owned());
        knots.insert(format!("{bare}/"));
        if bare.len() != text.len() {
            knots.insert(bare.to_owned());
        }
    }
    knots
}

/// The rules of one side by their literals.
struct Index<'r> {
    always: Vec<usize>,
    literals: HashMap<&'r str, Vec<(usize, Kind)>>,
}

#[derive(Clone, Copy)]
enum Kind {
    Exact,
    Segment,
    Prefix,
}

impl<'r> Index<'r> {
    fn new(rules: &'r [Rule]) -> Self {
        let mut always = Vec::new();
        let mut literals: HashMap<&str, Vec<(usize, Kind)>> = HashMap::with_capacity(rules.len());
        for (index, rule) in rules.iter().enumerate() {
            let mut at = |text: &'r str, kind| literals.entry(text).or_default().push((index, kind));
            match &rule.matcher.path {
                PathMatcher::Any => always.push(index),
                PathMatcher::Segment(text) if text == "/" => always.push(index),
                PathMatcher::Exact(text) => at(text, Kind::Exact),
                PathMatcher::Segment(text) => at(text, Kind::Segment),
                PathMatcher::Prefix(text) => at(text, Kind::Prefix),
                // `literals` above let none through.
                PathMatcher::Regex(_) => {}
            }
        }
        Self { always, literals }
    }

    /// The rules that hold for the knot itself (`closed`) or for the paths `k·r`.
    fn holding(&self, knot: &str, closed: bool) -> Vec<usize> {
        let mut holding = self.always.clone();
        for length in 0..=knot.len() {
            let (Some(start), Some(rest)) = (knot.get(..length), knot.get(length..)) else { continue };
            for (index, kind) in self.literals.get(start).into_iter().flatten() {
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
            let side = Side { entry: None, host: Some(&host) };
            let empty = Side { entry: None, host: None };
            let question = Question { before: side, after: empty, before_shapes: &[], after_shapes: &[] };
            let found: BTreeSet<Vec<usize>> = regions(question).unwrap().into_iter().map(|r| r.before).collect();
            let wanted: BTreeSet<Vec<usize>> =
                paths.iter().map(|path| (0..list.len()).filter(|&at| list[at].matches(path)).collect()).collect();
            assert_eq!(found, wanted, "{list:?}");
        }
    }
}
