//! Regular expressions: whether an implementation's engine takes one, in a form that every engine reads alike.

/// Families of expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// RE2 and Go: no look-around, no back-references.
    Re2,
    /// PCRE.
    Pcre,
}

/// The pattern with literal braces escaped; `None` when the engine refuses it.
pub(super) fn accepted(pattern: &str, dialect: Dialect) -> Option<String> {
    let pattern = literal_braces(pattern);
    let compiles = match dialect {
        Dialect::Re2 => regex_syntax::ParserBuilder::new().utf8(false).build().parse(&pattern).is_ok(),
        Dialect::Pcre => crate::model::search_regex(&pattern, false).is_some(),
    };
    compiles.then_some(pattern)
}

/// A brace that opens no repetition is text in RE2 and PCRE, an error in the parsers used here: it is escaped.
fn literal_braces(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        let taken = match character {
            '\\' => rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at),
            _ => character.len_utf8(),
        };
        let (head, tail) = rest.split_at(taken);
        // `\p{Greek}` and `\x{7F}` keep their braces.
        let class = matches!(head, "\\p" | "\\P" | "\\x") && tail.starts_with('{');
        if character == '{' && !opens_repetition(tail) {
            out.push('\\');
        }
        out.push_str(head);
        rest = tail;
        if class {
            let end = rest.find('}').map_or(rest.len(), |at| at + 1);
            let (braced, after) = rest.split_at(end);
            out.push_str(braced);
            rest = after;
        }
    }
    out
}

/// `2}`, `2,}`, `2,5}`.
fn opens_repetition(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once('}') else { return false };
    let (from, to) = inside.split_once(',').unwrap_or((inside, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !from.is_empty() && digits(from) && digits(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn re2_has_no_look_around() {
        let compiles = |pattern, dialect| accepted(pattern, dialect).is_some();
        assert!(compiles("/foo/[a-z]+(/|$).*", Dialect::Re2));
        assert!(compiles("(?i)/foo", Dialect::Re2));
        assert!(compiles(r"^(.*;\s*)?can=always(;.*)?$", Dialect::Re2));
        assert!(!compiles("/(?!foo).*", Dialect::Re2));
        assert!(!compiles("/(foo", Dialect::Re2));
        assert!(!compiles(r"/(a)\1", Dialect::Re2));
        assert!(compiles("/(?!foo).*", Dialect::Pcre));
    }

    #[test]
    fn braces_that_open_no_repetition_are_text() {
        assert_eq!(accepted("/a{b}/{id}", Dialect::Re2).as_deref(), Some(r"/a\{b}/\{id}"));
        assert_eq!(accepted("/a{2,5}", Dialect::Re2).as_deref(), Some("/a{2,5}"));
        assert_eq!(literal_braces(r"/{id}/\{x\p{Greek}[0-9]{3}"), r"/\{id}/\{x\p{Greek}[0-9]{3}");
    }
}
