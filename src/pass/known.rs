//! What is known of the patterns of one host.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::dialect;
use super::language::{Language, TooLarge};
use super::token::{Kind, branches, tokens};
use super::whole::escaped;
use crate::model::{Anchoring, PathMatcher, PathRegex};

/// What is known of a pattern: cheap facts at once, the automaton when it is asked for.
pub(super) struct Known {
    /// Every text of the language starts with this, upper and lower case being one.
    pub(super) prefix: String,
    pattern: Option<String>,
    language: OnceCell<Option<Language>>,
}

impl Known {
    fn new(prefix: String, pattern: Option<String>) -> Self {
        Self { prefix, pattern, language: OnceCell::new() }
    }

    /// The automaton.
    pub(super) fn language(&self) -> Result<&Language, TooLarge> {
        let built = self.language.get_or_init(|| self.pattern.as_deref().and_then(Language::whole));
        built.as_ref().ok_or(TooLarge)
    }
}

/// The languages of one host's patterns, each built once.
#[derive(Default)]
pub(super) struct Languages {
    expressions: RefCell<BTreeMap<PathRegex, Rc<Known>>>,
    others: RefCell<BTreeMap<PathMatcher, Rc<Known>>>,
}

impl Languages {
    /// Paths of a matcher.
    pub(super) fn path(&self, path: &PathMatcher) -> Rc<Known> {
        let (text, tail) = match path {
            PathMatcher::Regex(regex) => return self.expression(regex),
            PathMatcher::Any => ("/", ".*"),
            PathMatcher::Exact(text) => (text.as_str(), ""),
            PathMatcher::Segment(text) => (text.as_str(), "(?:/.*)?"),
            PathMatcher::Prefix(text) => (text.as_str(), ".*"),
        };
        known(&self.others, path, || Known::new(text.to_ascii_lowercase(), Some(format!("{}{tail}", escaped(text)))))
    }

    /// An expression over paths or values.
    pub(super) fn expression(&self, regex: &PathRegex) -> Rc<Known> {
        known(&self.expressions, regex, || {
            let flag = if regex.case_insensitive { "(?i)" } else { "" };
            let pattern = dialect::re2(&regex.pattern).ok().map(|text| match regex.anchoring {
                Anchoring::Full => format!("{flag}{text}"),
                Anchoring::Search => format!(".*{flag}(?:{text}).*"),
            });
            Known::new(literal_prefix(&regex.pattern, regex.anchoring), pattern)
        })
    }
}

fn known<K: Clone + Ord>(map: &RefCell<BTreeMap<K, Rc<Known>>>, key: &K, new: impl FnOnce() -> Known) -> Rc<Known> {
    if let Some(known) = map.borrow().get(key) {
        return Rc::clone(known);
    }
    let known = Rc::new(new());
    map.borrow_mut().insert(key.clone(), Rc::clone(&known));
    known
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

    #[test]
    fn the_literal_prefix_stops_where_a_choice_starts() {
        let cases = [("(?i)^/Foo(/|$)", "/foo"), ("^/ab?c", "/a"), (r"^/a\.b[x]", "/a.b"), ("^/a|/b", ""), ("/a", "")];
        for (pattern, prefix) in cases {
            assert_eq!(literal_prefix(pattern, Anchoring::Search), prefix, "{pattern}");
        }
        assert_eq!(literal_prefix("/a", Anchoring::Full), "/a");
    }
}
