//! The classes of texts that a set of patterns tells apart, each with its shortest member.

use std::collections::BTreeMap;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::{primitives::StateID, start};
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::Hir;

use super::language::{Language, READABLE, STATES, State};

/// The texts of a language that exactly these patterns take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    /// Indices of the patterns, ascending.
    pub(super) patterns: Vec<usize>,
    /// The shortest member, and some more.
    pub(super) members: Vec<String>,
}

/// The automaton would outgrow its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Members that a class keeps beside the shortest.
const FURTHER_MEMBERS: usize = 4;

/// Every class of texts of `language`, in the order of their shortest members (by length, then as [`READABLE`] goes).
///
/// One automaton runs all patterns at once over whole texts ([`MatchKind::All`], so that a match of one pattern hides no
/// other). A breadth-first walk over pairs (its state, state of the language) meets each reachable pair first by one of
/// its shortest texts, and what the automaton says at the end of the text depends on its state alone: so each class is
/// met, and first by its shortest member.
pub(super) fn classes(patterns: &[Hir], language: Language, bytes: usize) -> Result<Vec<Class>, TooLarge> {
    Walk::new(&build(patterns, bytes)?, language).run()
}

fn build(patterns: &[Hir], bytes: usize) -> Result<dense::DFA<Vec<u32>>, TooLarge> {
    let nfa = thompson::Compiler::new()
        .configure(thompson::Config::new().utf8(false).which_captures(WhichCaptures::None).nfa_size_limit(Some(bytes)))
        .build_many_from_hir(patterns)
        .map_err(|_| TooLarge)?;
    let config = dense::Config::new()
        .match_kind(MatchKind::All)
        .start_kind(StartKind::Anchored)
        .accelerate(false)
        .dfa_size_limit(Some(bytes))
        .determinize_size_limit(Some(bytes));
    dense::Builder::new().configure(config).build_from_nfa(&nfa).map_err(|_| TooLarge)
}

/// A text by its last byte and what comes before it.
struct Node {
    state: StateID,
    language: State,
    /// Index of the node before, and the byte from there.
    parent: Option<(usize, u8)>,
    class: Option<usize>,
}

struct Walk<'d> {
    dfa: &'d dense::DFA<Vec<u32>>,
    language: Language,
    /// One byte for each pair of a byte class of the automaton and a kind of the language.
    alphabet: Vec<u8>,
    nodes: Vec<Node>,
    /// The node of each pair that was reached.
    seen: Table,
    class_of_end: Table,
    class_of_set: BTreeMap<Vec<usize>, usize>,
    classes: Vec<Class>,
}

impl<'d> Walk<'d> {
    fn new(dfa: &'d dense::DFA<Vec<u32>>, language: Language) -> Self {
        let mut kinds = std::collections::BTreeSet::new();
        let distinct =
            |byte: &u8| language.kind(*byte).is_some_and(|kind| kinds.insert((dfa.byte_classes().get(*byte), kind)));
        let alphabet = READABLE.iter().copied().filter(distinct).collect();
        Self {
            dfa,
            language,
            alphabet,
            nodes: Vec::new(),
            seen: Table::default(),
            class_of_end: Table::default(),
            class_of_set: BTreeMap::new(),
            classes: Vec::new(),
        }
    }

    fn run(mut self) -> Result<Vec<Class>, TooLarge> {
        let start = start::Config::new().anchored(Anchored::Yes);
        let state = self.dfa.start_state(&start).map_err(|_| TooLarge)?;
        self.reach(state, 0, None);
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            let (state, language) = (node.state, node.language);
            for index in 0..self.alphabet.len() {
                let Some(&byte) = self.alphabet.get(index) else { continue };
                if let Some(next) = self.language.next(language, byte) {
                    self.reach(self.dfa.next_state(state, byte), next, Some((at, byte)));
                }
            }
            at += 1;
        }
        Ok(self.classes)
    }

    fn reach(&mut self, state: StateID, language: State, parent: Option<(usize, u8)>) {
        let key = self.number(state) * STATES + usize::from(language);
        let class = match self.seen.get(key) {
            Some(node) => self.nodes.get(node).and_then(|node| node.class),
            None => {
                let class = self.language.accepts(language).then(|| self.class_at(state));
                self.seen.set(key, self.nodes.len());
                self.nodes.push(Node { state, language, parent, class });
                class
            }
        };
        let Some(class) = class.and_then(|class| self.classes.get_mut(class)) else { return };
        if class.members.len() <= FURTHER_MEMBERS {
            class.members.push(text(&self.nodes, parent));
        }
    }

    /// The class of a text that ends in this state.
    fn class_at(&mut self, state: StateID) -> usize {
        let end = self.dfa.next_eoi_state(state);
        if let Some(class) = self.class_of_end.get(self.number(end)) {
            return class;
        }
        let count = if self.dfa.is_match_state(end) { self.dfa.match_len(end) } else { 0 };
        let mut patterns: Vec<usize> = (0..count).map(|index| self.dfa.match_pattern(end, index).as_usize()).collect();
        patterns.sort_unstable();
        let classes = &mut self.classes;
        let class = *self.class_of_set.entry(patterns).or_insert_with_key(|patterns| {
            classes.push(Class { patterns: patterns.clone(), members: Vec::new() });
            classes.len() - 1
        });
        self.class_of_end.set(self.number(end), class);
        class
    }

    /// States by number, from 0 without holes.
    fn number(&self, state: StateID) -> usize {
        state.as_usize() >> self.dfa.stride2()
    }
}

/// Numbers by small numbers.
#[derive(Default)]
struct Table(Vec<Option<usize>>);

impl Table {
    fn get(&self, key: usize) -> Option<usize> {
        self.0.get(key).copied().flatten()
    }

    fn set(&mut self, key: usize, value: usize) {
        if self.0.len() <= key {
            self.0.resize(key + 1, None);
        }
        if let Some(slot) = self.0.get_mut(key) {
            *slot = Some(value);
        }
    }
}

/// Spells a text from its end.
fn text(nodes: &[Node], mut parent: Option<(usize, u8)>) -> String {
    let mut reversed = Vec::new();
    while let Some((node, byte)) = parent {
        reversed.push(char::from(byte));
        parent = nodes.get(node).and_then(|node| node.parent);
    }
    reversed.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prove::pattern;

    fn shortest(patterns: &[&str]) -> Vec<(Vec<usize>, String)> {
        let parsed: Vec<Hir> = patterns.iter().map(|p| pattern::found_in(pattern::parse(p, false).unwrap())).collect();
        classes(&parsed, Language::Path, 1 << 20)
            .unwrap()
            .into_iter()
            .map(|class| (class.patterns, class.members.into_iter().next().unwrap()))
            .collect()
    }

    #[test]
    fn finds_every_class_with_its_shortest_member() {
        assert_eq!(
            shortest(&["^/[0-9]+$", "^/a", "b$"]),
            [
                (vec![], "/".to_owned()),
                (vec![1], "/a".to_owned()),
                (vec![2], "/b".to_owned()),
                (vec![0], "/0".to_owned()),
                (vec![1, 2], "/ab".to_owned()),
            ]
        );
    }

    #[test]
    fn alternations_without_groups_are_not_anchored_as_one() {
        let found = shortest(&["^/a|/b"]);
        assert_eq!(found, [(vec![], "/".to_owned()), (vec![0], "/a".to_owned())]);
    }

    #[test]
    fn gives_up_on_large_automata() {
        let hir = pattern::found_in(pattern::parse("^/.*a.{18}$", false).unwrap());
        assert_eq!(classes(&[hir], Language::Path, 1 << 20), Err(TooLarge));
    }
}
