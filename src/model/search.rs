//! Regular expressions, each compiled once for many requests: to compile one takes far longer than to use it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use fancy_regex::{Regex, RegexBuilder};

/// So many are kept; when there are more, all are forgotten. A host rarely has as many.
const KEPT: usize = 512;

/// Compiled expressions by pattern, the second for those that take either case.
type Compiled = [BTreeMap<String, Option<Arc<Regex>>>; 2];

thread_local! {
    static COMPILED: RefCell<Compiled> = const { RefCell::new([BTreeMap::new(), BTreeMap::new()]) };
}

/// Compiles an unanchored search over bytes seen as Latin-1, the way PCRE works without UTF mode.
/// `None` when the pattern does not compile.
#[must_use]
pub fn search_regex(pattern: &str, case_insensitive: bool) -> Option<Arc<Regex>> {
    COMPILED.with_borrow_mut(|[sensitive, insensitive]| {
        let known = if case_insensitive { insensitive } else { sensitive };
        if let Some(compiled) = known.get(pattern) {
            return compiled.clone();
        }
        if known.len() >= KEPT {
            known.clear();
        }
        let compiled = RegexBuilder::new(pattern).case_insensitive(case_insensitive).build().ok().map(Arc::new);
        known.insert(pattern.to_owned(), compiled.clone());
        compiled
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_told_by_pattern_and_case() {
        let takes = |pattern: &str, either: bool, text: &str| {
            search_regex(pattern, either).is_some_and(|regex| regex.is_match(text).unwrap())
        };
        for _ in 0..2 {
            assert!(takes("^/a", false, "/a") && !takes("^/a", false, "/A") && takes("^/a", true, "/A"));
            assert!(search_regex("(", false).is_none());
        }
        assert!((0..2 * KEPT).all(|number| takes(&format!("^/{number}$"), false, &format!("/{number}"))));
        assert!(takes("^/a", true, "/A"));
    }
}
