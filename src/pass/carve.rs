//! Rules for the intersections of two rules that rank the wrong way round.
//!
//! Claim: a ranking gives every request the treatment of its first match when, for every two rules of the list that
//! share requests and treat them differently, the later one does not outrank the earlier one; or some rule before the
//! later one takes all they share, and stands before the earlier one too or is not outranked by the later one.
//!
//! For let `i` be the first match of a request and `j` the rule that the ranking chooses, with another treatment. `j`
//! stands later, so it outranks `i` (ties go to the list). Then a rule that takes the request stands before `j`. It does
//! not stand before `i`, the first match; so `j` does not outrank it, and is not chosen.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::conditions::{self, covers, covers_both, disjoint};
use super::draft::carved;
use super::known::Languages;
use super::paths::{self, Meet};
use super::rank::Rank;
use super::treatment::alike;
use crate::gateway::Profile;
use crate::model::{Matcher, PathMatcher, Rule};

/// Rules that may be carved for one host.
const LIMIT: usize = 128;

/// A list with its carved rules, and the pairs of own rules (by index) whose order is not kept.
#[derive(Clone)]
pub(super) struct Attempt {
    pub(super) rules: Vec<Rule>,
    pub(super) conflicts: Vec<(usize, usize)>,
}

/// Whether the ranking agrees with the list as it is.
pub(super) fn agrees(rules: &[Rule], profile: &Profile, languages: &Languages) -> bool {
    let list = List::new(rules, profile, languages);
    list.inversions().all(|(earlier, later)| list.is_settled(earlier, later))
}

struct Slot<'r> {
    rule: Cow<'r, Rule>,
    rank: Rank,
    /// The own rule of the list that this one continues.
    base: usize,
}

struct List<'r> {
    /// Own rules by index, then carved ones. What a carved one supersedes stays here and leaves the order.
    slots: Vec<Slot<'r>>,
    /// The list: indices of slots.
    order: Vec<usize>,
    profile: &'r Profile,
    languages: &'r Languages,
}

/// Adds carved rules until nothing is left to carve.
pub(super) fn carve(rules: &[Rule], profile: &Profile, languages: &Languages) -> Attempt {
    let mut list = List::new(rules, profile, languages);
    let mut open: VecDeque<(usize, usize)> = list.inversions().collect();
    let mut conflicts = Vec::new();
    while let Some((earlier, later)) = open.pop_front() {
        if !list.order.contains(&earlier) || !list.order.contains(&later) || list.is_settled(earlier, later) {
            continue;
        }
        let carved = (list.slots.len() < rules.len() + LIMIT).then(|| list.intersection(earlier, later)).flatten();
        match carved {
            Some(slot) => open.extend(list.insert(slot)),
            None => conflicts.extend(list.base_pair(earlier, later)),
        }
    }
    conflicts.sort_unstable();
    conflicts.dedup();
    Attempt { rules: list.into_rules(), conflicts }
}

impl<'r> List<'r> {
    fn new(rules: &'r [Rule], profile: &'r Profile, languages: &'r Languages) -> Self {
        let slot = |(base, rule): (usize, &'r Rule)| Slot {
            rule: Cow::Borrowed(rule),
            rank: Rank::of(&rule.matcher, profile),
            base,
        };
        let slots: Vec<Slot<'r>> = rules.iter().enumerate().map(slot).collect();
        let order = (0..slots.len()).collect();
        Self { slots, order, profile, languages }
    }

    /// Pairs of the initial list whose later rule outranks the earlier one.
    fn inversions(&self) -> impl Iterator<Item = (usize, usize)> {
        let slots = self.slots.iter().enumerate();
        slots.flat_map(|(earlier, slot)| {
            let rest = self.slots.iter().enumerate().skip(earlier + 1);
            rest.filter(|(_, later)| later.rank.outranks(&slot.rank)).map(move |(later, _)| (earlier, later))
        })
    }

    /// Whether the order of two rules does not matter, or is kept by a rule that takes what they share. Standing before
    /// both, such a rule leaves the earlier one nothing to lose; its own order towards the later one is another pair.
    fn is_settled(&self, earlier: usize, later: usize) -> bool {
        let (Some(first), Some(second)) = (self.slots.get(earlier), self.slots.get(later)) else { return true };
        let (a, b) = (&first.rule.matcher, &second.rule.matcher);
        !second.rank.outranks(&first.rank)
            || alike(&first.rule, &second.rule, self.profile)
            || disjoint(a, b, self.languages)
            || self.is_covered(earlier, later)
    }

    fn is_covered(&self, earlier: usize, later: usize) -> bool {
        let (Some(first), Some(second)) = (self.slots.get(earlier), self.slots.get(later)) else { return true };
        let (a, b) = (&first.rule.matcher, &second.rule.matcher);
        let mut between = false;
        self.order.iter().take_while(|index| **index != later).any(|&index| {
            between |= index == earlier;
            self.slots.get(index).filter(|_| index != earlier).is_some_and(|cover| {
                !(between && second.rank.outranks(&cover.rank))
                    && covers_both(&cover.rule.matcher, a, b, self.languages)
            })
        })
    }

    /// A rule that does what the earlier one does for what the two share, and that the later one does not outrank.
    fn intersection(&self, earlier: usize, later: usize) -> Option<Slot<'r>> {
        let (first, second) = (self.slots.get(earlier)?, self.slots.get(later)?);
        let (a, b) = (&first.rule.matcher, &second.rule.matcher);
        let shared = match paths::meet(&a.path, &b.path, self.languages) {
            Meet::Is(path) => Some(path),
            Meet::Empty | Meet::Unknown => None,
        };
        // The path of the earlier rule does as well, where paths of one kind tie.
        let own = matches!(a.path, PathMatcher::Regex(_)).then(|| a.path.clone());
        shared.into_iter().chain(own).find_map(|path| {
            let matcher = match conditions::meet(a, b, path, self.languages) {
                Meet::Is(matcher) if matcher != *a => matcher,
                Meet::Is(Matcher { .. }) | Meet::Empty | Meet::Unknown => return None,
            };
            let rank = Rank::of(&matcher, self.profile);
            let rule = Cow::Owned(carved(&first.rule, matcher));
            (!second.rank.outranks(&rank)).then_some(Slot { rule, rank, base: first.base })
        })
    }

    /// Puts a carved rule before the rule it continues, and before other carved ones of that rule which take all its
    /// requests. Rules of its own kind that it makes superfluous go. What comes back are the pairs to look at because of
    /// it.
    fn insert(&mut self, slot: Slot<'r>) -> Vec<(usize, usize)> {
        let index = self.slots.len();
        let rank = slot.rank;
        let cover = self.order.iter().position(|other| {
            self.slots.get(*other).is_some_and(|other| {
                other.base == slot.base && covers(&other.rule.matcher, &slot.rule.matcher, self.languages)
            })
        });
        let superseded = |other: &Slot<'r>| {
            other.base == slot.base
                && !other.rank.outranks(&slot.rank)
                && covers(&slot.rule.matcher, &other.rule.matcher, self.languages)
        };
        let is_kept = |other: &usize| !self.slots.get(*other).is_some_and(superseded);
        self.order.insert(cover.unwrap_or(self.order.len()), index);
        self.order.retain(is_kept);
        self.slots.push(slot);
        let at = self.order.iter().position(|other| *other == index).unwrap_or(0);
        let outranks =
            |later: &Rank, other: usize| self.slots.get(other).is_some_and(|slot| later.outranks(&slot.rank));
        let outranked = |other: usize| self.slots.get(other).is_some_and(|slot| slot.rank.outranks(&rank));
        let before = self.order.iter().take(at).filter(|other| outranks(&rank, **other)).map(|other| (*other, index));
        let behind = self.order.iter().skip(at + 1).filter(|other| outranked(**other)).map(|other| (index, *other));
        before.chain(behind).collect()
    }

    fn base_pair(&self, earlier: usize, later: usize) -> Option<(usize, usize)> {
        Some((self.slots.get(earlier)?.base, self.slots.get(later)?.base))
    }

    fn into_rules(self) -> Vec<Rule> {
        let mut slots: Vec<Option<Slot<'r>>> = self.slots.into_iter().map(Some).collect();
        let take = |index: usize| slots.get_mut(index).and_then(Option::take).map(|slot| slot.rule.into_owned());
        self.order.into_iter().filter_map(take).collect()
    }
}
