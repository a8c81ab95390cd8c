//! Sets of texts as automata: whether two of them meet, whether one holds the other, and a text that shows it.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use regex_automata::Anchored;
use regex_automata::MatchKind;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};

use super::dialect;
use super::token::{Kind, branches, tokens};
use super::whole::escaped;
use crate::model::{Anchoring, PathMatcher, PathRegex};

/// Larger automata are not built; the question is then answered with [`TooLarge`].
const AUTOMATON_BYTES: usize = 2 << 20;
/// Pairs of states that one question may visit.
const PAIRS: usize = 50_000;

/// A question that would take too much time or memory, or concerns a pattern that is no regular expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// The texts that one pattern takes as a whole. No text holds control characters: no request line does.
pub(super) struct Language {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// What all texts of a question have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Universe {
    /// Paths: they start with `/`.
    Paths,
    /// Values of headers and the like.
    Values,
}

impl Language {
    /// `None` when the pattern is too large or does not compile.
    pub(super) fn whole(pattern: &str) -> Option<Self> {
        let nfa = thompson::Compiler::new()
            // Bytes, as PCRE without UTF mode; on ASCII all engines agree.
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .configure(
                thompson::Config::new()
                    .utf8(false)
                    .which_captures(thompson::WhichCaptures::None)
                    .nfa_size_limit(Some(AUTOMATON_BYTES)),
            )
            .build(&format!(r"\A(?:{pattern})\z"))
            .ok()?;
        let automaton = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::All)
                    .start_kind(StartKind::Anchored)
                    .dfa_size_limit(Some(AUTOMATON_BYTES))
                    .determinize_size_limit(Some(2 * AUTOMATON_BYTES)),
            )
            .build_from_nfa(&nfa)
            .ok()?;
        let start = automaton.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
        Some(Self { automaton, start })
    }

    /// Whether a text is taken.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.accepts(text.bytes().fold(self.start, |state, byte| self.automaton.next_state(state, byte)))
    }

    fn accepts(&self, state: StateID) -> bool {
        self.automaton.is_match_state(self.automaton.next_eoi_state(state))
    }

    /// A shortest text of both.
    pub(super) fn meet(&self, other: &Self, universe: Universe) -> Result<Option<String>, TooLarge> {
        search(self, other, universe, true)
    }

    /// Whether every text of this one is in the other.
    pub(super) fn within(&self, other: &Self, universe: Universe) -> Result<bool, TooLarge> {
        Ok(search(self, other, universe, false)?.is_none())
    }

    /// The texts that have no shorter beginning in the language. `None` when there are more than `limit`.
    pub(super) fn shortest(&self, universe: Universe, limit: usize) -> Option<Vec<String>> {
        let mut found = Vec::new();
        let mut open = VecDeque::from([(self.start, String::new())]);
        let mut steps = 0;
        while let Some((state, text)) = open.pop_front() {
            steps += 1;
            if self.accepts(state) {
                found.push(text);
            } else {
                for byte in alphabet(universe, text.is_empty()) {
                    let next = self.automaton.next_state(state, byte);
                    if !self.automaton.is_dead_state(next) {
                        open.push_back((next, format!("{text}{}", char::from(byte))));
                    }
                }
            }
            if found.len() + open.len() > limit || steps > 64 * limit {
                return None;
            }
        }
        Some(found)
    }
}

/// Breadth first through the pairs of states, for the shortest text that the first takes and the second takes
/// (`both`) or does not take.
fn search(a: &Language, b: &Language, universe: Universe, both: bool) -> Result<Option<String>, TooLarge> {
    let inner = representatives(a, b, alphabet(universe, false));
    let mut seen: BTreeMap<(StateID, StateID), usize> = BTreeMap::from([((a.start, b.start), 0)]);
    let mut steps: Vec<(usize, u8, (StateID, StateID))> = vec![(0, 0, (a.start, b.start))];
    let mut at = 0;
    while let Some(&(_, _, (left, right))) = steps.get(at) {
        // The start pair stands for the empty text only; it may be reached again by a longer one.
        if (at > 0 || universe == Universe::Values) && a.accepts(left) && b.accepts(right) == both {
            return Ok(Some(spell(&steps, at)));
        }
        let first = [b'/'];
        let bytes: &[u8] = if at == 0 && universe == Universe::Paths { &first } else { &inner };
        for &byte in bytes {
            let pair = (a.automaton.next_state(left, byte), b.automaton.next_state(right, byte));
            if a.automaton.is_dead_state(pair.0) || both && b.automaton.is_dead_state(pair.1) {
                continue;
            }
            if let std::collections::btree_map::Entry::Vacant(vacant) = seen.entry(pair) {
                vacant.insert(steps.len());
                steps.push((at, byte, pair));
            }
        }
        at += 1;
        if steps.len() > PAIRS {
            return Err(TooLarge);
        }
    }
    Ok(None)
}

fn spell(steps: &[(usize, u8, (StateID, StateID))], mut at: usize) -> String {
    let mut text = Vec::new();
    while let Some(&(from, byte, _)) = steps.get(at).filter(|_| at > 0) {
        text.push(byte);
        at = from;
    }
    text.reverse();
    String::from_utf8_lossy(&text).into_owned()
}

/// Letters first, so that witnesses read well.
fn alphabet(universe: Universe, first: bool) -> Vec<u8> {
    if first && universe == Universe::Paths {
        return vec![b'/'];
    }
    let all = (b' '..=b'~').chain(0x80..=0xff);
    let mut bytes: Vec<u8> = all.filter(|byte| universe == Universe::Values || !b" ?#".contains(byte)).collect();
    bytes.sort_by_key(|byte| match byte {
        b'a'..=b'z' => 0,
        b'0'..=b'9' => 1,
        b'A'..=b'Z' => 2,
        b'-' | b'_' | b'.' | b'/' | b'=' => 3,
        b' '..=b'~' => 4,
        _ => 5,
    });
    bytes
}

/// One byte for each set of bytes that neither automaton tells apart.
fn representatives(a: &Language, b: &Language, bytes: Vec<u8>) -> Vec<u8> {
    let (left, right) = (a.automaton.byte_classes(), b.automaton.byte_classes());
    let mut seen = BTreeSet::new();
    bytes.into_iter().filter(|&byte| seen.insert((left.get(byte), right.get(byte)))).collect()
}

/// What is known of a pattern: cheap facts at once, the automaton when it is asked for.
pub(super) struct Known {
    /// Every text of the language starts with this, upper and lower case being one.
    pub(super) prefix: String,
    pattern: Option<String>,
    language: OnceCell<Option<Language>>,
}

impl Known {
    /// The automaton.
    pub(super) fn language(&self) -> Result<&Language, TooLarge> {
        let built = self.language.get_or_init(|| self.pattern.as_deref().and_then(Language::whole));
        built.as_ref().ok_or(TooLarge)
    }
}

/// The languages of one host's patterns, each built once.
#[derive(Default)]
pub(super) struct Languages {
    known: RefCell<BTreeMap<String, Rc<Known>>>,
}

impl Languages {
    /// Paths of a matcher.
    pub(super) fn path(&self, path: &PathMatcher) -> Rc<Known> {
        match path {
            PathMatcher::Any => self.known("/.*", String::from("/"), || Some("/.*".to_owned())),
            PathMatcher::Exact(text) => self.literal(text, ""),
            PathMatcher::Segment(text) => self.literal(text, "(?:/.*)?"),
            PathMatcher::Prefix(text) => self.literal(text, ".*"),
            PathMatcher::Regex(regex) => self.regex(regex),
        }
    }

    /// An expression over paths or values.
    pub(super) fn regex(&self, regex: &PathRegex) -> Rc<Known> {
        let flag = if regex.case_insensitive { "(?i)" } else { "" };
        let pattern = || {
            let text = dialect::re2(&regex.pattern).ok()?;
            Some(match regex.anchoring {
                Anchoring::Full => format!("{flag}{text}"),
                Anchoring::Search => format!(".*{flag}(?:{text}).*"),
            })
        };
        let key = format!("{:?} {flag}{}", regex.anchoring, regex.pattern);
        self.known(&key, literal_prefix(&regex.pattern, regex.anchoring), pattern)
    }

    fn literal(&self, text: &str, tail: &str) -> Rc<Known> {
        let pattern = format!("{}{tail}", escaped(text));
        self.known(&pattern, text.to_ascii_lowercase(), || Some(pattern.clone()))
    }

    fn known(&self, key: &str, prefix: String, pattern: impl FnOnce() -> Option<String>) -> Rc<Known> {
        if let Some(known) = self.known.borrow().get(key) {
            return Rc::clone(known);
        }
        let known = Rc::new(Known { prefix, pattern: pattern(), language: OnceCell::new() });
        self.known.borrow_mut().insert(key.to_owned(), Rc::clone(&known));
        known
    }
}

/// The lower-cased literal text that an expression starts with; empty when it may start with anything.
fn literal_prefix(pattern: &str, anchoring: Anchoring) -> String {
    let all = tokens(pattern);
    let mut prefix = String::new();
    if branches(&all).len() > 1 {
        return prefix;
    }
    let mut body = all.iter().filter(|token| token.kind != Kind::Flags).peekable();
    let anchored = body.next_if(|token| token.kind == Kind::Start).is_some();
    if !anchored && anchoring == Anchoring::Search {
        return prefix;
    }
    while let Some(token) = body.next() {
        let text = pattern.get(token.range.clone()).unwrap_or_default();
        let literal = match token.kind {
            Kind::Literal => text,
            Kind::Escape(escaped) if !escaped.is_ascii_alphanumeric() => text.get(1..).unwrap_or_default(),
            Kind::Escape(_)
            | Kind::Dot
            | Kind::Class
            | Kind::Open(_)
            | Kind::Close
            | Kind::Alternate
            | Kind::Quantifier(_)
            | Kind::Start
            | Kind::End
            | Kind::Flags => break,
        };
        if body.peek().is_some_and(|next| matches!(next.kind, Kind::Quantifier(_))) {
            break;
        }
        prefix.push_str(literal);
    }
    prefix.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(pattern: &str) -> Language {
        Language::whole(pattern).expect("a small pattern")
    }

    #[test]
    fn languages_meet_where_a_text_is_in_both() {
        let meet = |a: &str, b: &str| language(a).meet(&language(b), Universe::Paths);
        assert_eq!(meet("/a.*", "/b.*"), Ok(None));
        assert_eq!(meet("/[a-z]+/x", "/api/.*"), Ok(Some("/api/x".into())));
        assert_eq!(meet("(?i)/FOO(/|$).*", "/foo(?:/.*)?"), Ok(Some("/foo".into())));
        assert_eq!(meet("a|", "b|"), Ok(None), "the empty text is no path");
        assert_eq!(language("a|").meet(&language("b|"), Universe::Values), Ok(Some(String::new())));
    }

    #[test]
    fn languages_hold_one_another() {
        let within = |a: &str, b: &str| language(a).within(&language(b), Universe::Paths);
        assert_eq!(within("/v1/users/[a-z]+", "/v[0-9]+/.*"), Ok(true));
        assert_eq!(within("/v[0-9]+/.*", "/v1/users/[a-z]+"), Ok(false));
        assert_eq!(within(".*", "/.*"), Ok(true), "every path starts with a slash");
    }

    #[test]
    fn shortest_texts_are_listed_when_they_are_few() {
        assert_eq!(language("/(a|b)").shortest(Universe::Paths, 16), Some(vec!["/a".into(), "/b".into()]));
        assert_eq!(language("/a(/.*)?").shortest(Universe::Paths, 16), Some(vec!["/a".into()]));
        assert_eq!(language("/[a-z]+").shortest(Universe::Paths, 16), None);
        assert_eq!(language("/a*b").shortest(Universe::Paths, 16), None);
    }

    #[test]
    fn the_literal_prefix_stops_where_a_choice_starts() {
        let cases = [("(?i)^/Foo(/|$)", "/foo"), ("^/ab?c", "/a"), (r"^/a\.b[x]", "/a.b"), ("^/a|/b", ""), ("/a", "")];
        for (pattern, prefix) in cases {
            assert_eq!(literal_prefix(pattern, Anchoring::Search), prefix, "{pattern}");
        }
        assert_eq!(literal_prefix("/a", Anchoring::Full), "/a");
    }
}
