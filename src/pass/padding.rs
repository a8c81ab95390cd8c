//! Lengths of expressions, where an implementation ranks by them.

use super::conditions::disjoint;
use super::known::Languages;
use super::rank::{Rank, regex_length_counts};
use super::treatment::alike;
use crate::gateway::{Profile, RegexRank};
use crate::model::{PathMatcher, Rule};

/// Takes nothing and can be repeated; RE2, Go, Rust and PCRE read it alike.
const PAD: &str = "(?:)";
/// The API server takes no longer value (HTTPPathMatch.value, maxLength).
const LONGEST: usize = 1024;

/// Lengthens expressions, from the last to the first, until each ranks above all later rules that share requests with
/// it and treat them differently. As little as possible: most lists come in order.
pub(super) fn pad(rules: &mut [Rule], profile: &Profile, languages: &Languages) {
    if !regex_length_counts(profile) {
        return;
    }
    for index in (0..rules.len()).rev() {
        let (before, behind) = rules.split_at_mut(index + 1);
        if let Some(rule) = before.last_mut() {
            pad_one(rule, behind, profile, languages);
        }
    }
}

fn pad_one(rule: &mut Rule, behind: &[Rule], profile: &Profile, languages: &Languages) {
    let PathMatcher::Regex(regex) = &rule.matcher.path else { return };
    let own = Rank::of(&rule.matcher, profile);
    let rivals = behind.iter().filter(|later| {
        length_decides(&later.matcher.path, profile)
            && !own.is_above(&Rank::of(&later.matcher, profile))
            && !alike(rule, later, profile)
            && !disjoint(&rule.matcher, &later.matcher, languages)
    });
    let rivals: Vec<Rank> = rivals.map(|later| Rank::of(&later.matcher, profile)).collect();
    let mut padded = regex.clone();
    let mut matcher = rule.matcher.clone();
    while !rivals.iter().all(|rival| Rank::of(&matcher, profile).is_above(rival)) {
        padded.pattern.push_str(PAD);
        if padded.pattern.len() > LONGEST {
            return;
        }
        matcher.path = PathMatcher::Regex(padded.clone());
    }
    rule.matcher = matcher;
}

/// Whether the length of an expression decides between it and a rule with such a path.
fn length_decides(path: &PathMatcher, profile: &Profile) -> bool {
    match (path, profile.regex_rank) {
        (PathMatcher::Exact(_), _) => false,
        (PathMatcher::Regex(_), _) => true,
        (PathMatcher::Any | PathMatcher::Segment(_) | PathMatcher::Prefix(_), RegexRank::WithPrefix) => true,
        (
            PathMatcher::Any | PathMatcher::Segment(_) | PathMatcher::Prefix(_),
            RegexRank::AbovePrefix | RegexRank::BelowPrefix,
        ) => false,
    }
}
