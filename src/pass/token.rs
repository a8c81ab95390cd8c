//! A regular expression cut into tokens, as PCRE reads it (pcrepattern(3)).
//!
//! RE2 and the regex crates read a few texts otherwise (`{` that starts no count, `[` inside a class, `a++`), so the
//! text is cut here and handed to them only once it means the same to all.

use std::ops::Range;

/// A token and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A character that stands for itself.
    Literal,
    /// `.`
    Dot,
    /// `\` and what belongs to it; the character is the one after the `\`.
    Escape(char),
    /// A whole `[…]`.
    Class,
    /// The start of a group.
    Open(Group),
    /// `)`
    Close,
    /// `|`
    Alternate,
    /// `*`, `+`, `?`, `{…}` with the `?` or `+` that may follow.
    Quantifier(Quantifier),
    /// `^`
    Start,
    /// `$`
    End,
    /// `(?i)`: flags for what follows.
    Flags,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quantifier {
    /// At least.
    pub(super) min: u32,
    /// At most; `None` for any number.
    pub(super) max: Option<u32>,
    /// Gives nothing back (`++`).
    pub(super) possessive: bool,
}

/// What kind of group starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// `(`
    Capture,
    /// `(?<name>`, `(?P<name>`
    Named,
    /// `(?:`, `(?i:`
    Plain,
    /// `(?=`, `(?!`, `(?<=`, `(?<!`
    Look,
    /// `(?>`
    Atomic,
    /// `(?|`
    BranchReset,
    /// Conditionals, recursion, comments, verbs: nothing here looks into them.
    Other,
}

/// Cuts a text into tokens that together are the text. Never fails: what is not closed ends with the text.
pub(super) fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some((kind, length)) = pattern.get(at..).and_then(next) {
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    tokens
}

/// The first token of a text and its length in bytes; `None` at the end.
fn next(rest: &str) -> Option<(Kind, usize)> {
    let first = rest.chars().next()?;
    Some(match first {
        '.' => (Kind::Dot, 1),
        '^' => (Kind::Start, 1),
        '$' => (Kind::End, 1),
        '|' => (Kind::Alternate, 1),
        ')' => (Kind::Close, 1),
        '\\' => escape(rest),
        '[' => (Kind::Class, class(rest)),
        '(' => group(rest),
        '*' | '+' | '?' | '{' => quantifier(rest).unwrap_or((Kind::Literal, first.len_utf8())),
        _ => (Kind::Literal, first.len_utf8()),
    })
}

fn escape(rest: &str) -> (Kind, usize) {
    let Some(escaped) = rest.chars().nth(1) else { return (Kind::Escape('\\'), rest.len()) };
    let after = 1 + escaped.len_utf8();
    let tail = rest.get(after..).unwrap_or_default();
    let extra = match escaped {
        'x' | 'p' | 'P' | 'k' | 'g' | 'o' | 'N' if tail.starts_with('{') => closing(tail, '}'),
        'k' | 'g' if tail.starts_with('<') => closing(tail, '>'),
        'k' | 'g' if tail.starts_with('\'') => 1 + closing(tail.get(1..).unwrap_or_default(), '\''),
        'x' => tail.bytes().take(2).take_while(u8::is_ascii_hexdigit).count(),
        'p' | 'P' | 'c' => tail.chars().next().map_or(0, char::len_utf8),
        '0'..='9' => tail.bytes().take_while(u8::is_ascii_digit).count(),
        _ => 0,
    };
    (Kind::Escape(escaped), after + extra)
}

/// Length up to and with a closing character, or to the end.
fn closing(text: &str, close: char) -> usize {
    text.find(close).map_or(text.len(), |at| at + close.len_utf8())
}

/// Length of a class: a `]` that comes first is a member, `[:name:]` is one member.
fn class(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1 + usize::from(bytes.get(1) == Some(&b'^'));
    at += usize::from(bytes.get(at) == Some(&b']'));
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b']' => return at + 1,
            b'\\' => at += 1 + rest.get(at + 1..).and_then(|tail| tail.chars().next()).map_or(0, char::len_utf8),
            b'[' if bytes.get(at + 1) == Some(&b':') => {
                at += rest.get(at..).and_then(|tail| tail.find(":]")).map_or(1, |name| name + 2);
            }
            _ => at += 1,
        }
    }
    rest.len()
}

fn group(rest: &str) -> (Kind, usize) {
    const FIXED: &[(&str, Group)] = &[
        ("(?:", Group::Plain),
        ("(?=", Group::Look),
        ("(?!", Group::Look),
        ("(?<=", Group::Look),
        ("(?<!", Group::Look),
        ("(?>", Group::Atomic),
        ("(?|", Group::BranchReset),
        ("(*", Group::Other),
    ];
    if let Some((text, group)) = FIXED.iter().find(|(text, _)| rest.starts_with(text)) {
        return (Kind::Open(*group), text.len());
    }
    let Some(inner) = rest.strip_prefix("(?") else { return (Kind::Open(Group::Capture), 1) };
    if inner.starts_with('<') || inner.starts_with("P<") {
        return (Kind::Open(Group::Named), 2 + closing(inner, '>'));
    }
    let flags = inner.bytes().take_while(|byte| b"imsU-".contains(byte)).count();
    match inner.as_bytes().get(flags) {
        Some(b')') if flags > 0 => (Kind::Flags, flags + 3),
        Some(b':') if flags > 0 => (Kind::Open(Group::Plain), flags + 3),
        Some(_) | None => (Kind::Open(Group::Other), 2),
    }
}

/// `None` when a `{` starts no count and stands for itself.
fn quantifier(rest: &str) -> Option<(Kind, usize)> {
    let (min, max, length) = match rest.as_bytes().first()? {
        b'*' => (0, None, 1),
        b'+' => (1, None, 1),
        b'?' => (0, Some(1), 1),
        _ => count(rest)?,
    };
    let suffix = rest.as_bytes().get(length);
    let possessive = suffix == Some(&b'+');
    let length = length + usize::from(possessive || suffix == Some(&b'?'));
    Some((Kind::Quantifier(Quantifier { min, max, possessive }), length))
}

/// `{n}`, `{n,}`, `{n,m}`. Numbers that are too large are read as the largest one.
fn count(rest: &str) -> Option<(u32, Option<u32>, usize)> {
    let length = closing(rest, '}');
    let inner = rest.get(1..length)?.strip_suffix('}')?;
    let number = |text: &str| {
        (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<u32>().unwrap_or(u32::MAX))
    };
    match inner.split_once(',') {
        None => number(inner).map(|times| (times, Some(times), length)),
        Some((min, "")) => number(min).map(|min| (min, None, length)),
        Some((min, max)) => Some((number(min)?, Some(number(max)?), length)),
    }
}

/// The index after the group that opens at `open`, its quantifier not included.
pub(super) fn after_group(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Literal
            | Kind::Dot
            | Kind::Escape(_)
            | Kind::Class
            | Kind::Alternate
            | Kind::Quantifier(_)
            | Kind::Start
            | Kind::End
            | Kind::Flags => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// The alternatives at the top: what stands between the `|` outside all groups.
pub(super) fn branches(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Alternate => return depth == 0,
                Kind::Literal
                | Kind::Dot
                | Kind::Escape(_)
                | Kind::Class
                | Kind::Quantifier(_)
                | Kind::Start
                | Kind::End
                | Kind::Flags => {}
            }
            false
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pattern: &str) -> Vec<&str> {
        tokens(pattern).into_iter().map(|token| &pattern[token.range]).collect()
    }

    #[test]
    fn tokens_are_what_pcre_reads() {
        assert_eq!(
            cut(r"^/a{id}(?i)[^]\]/[:alpha:]]{2,3}?"),
            ["^", "/", "a", "{", "i", "d", "}", "(?i)", r"[^]\]/[:alpha:]]", "{2,3}?"]
        );
        assert_eq!(cut(r"(?<n>a)++\x{41}\12\x4g"), ["(?<n>", "a", ")", "++", r"\x{41}", r"\12", r"\x4", "g"]);
        assert_eq!(cut(r"(?!a)(?<=b)(?(1)x)"), ["(?!", "a", ")", "(?<=", "b", ")", "(?", "(", "1", ")", "x", ")"]);
        assert_eq!(cut("é[é"), ["é", "[é"]);
        assert_eq!(cut("a\\"), ["a", "\\"]);
    }

    #[test]
    fn every_text_is_cut_without_loss() {
        for text in ["(?", "[[:a", "{1,2", "\\x{", "(?<n", "a|(b|c)|", "(?P>x)", "\\k'n", "\\é{1}"] {
            assert_eq!(cut(text).concat(), text);
        }
        let pattern = "a|(b|c)|[|]";
        let all = tokens(pattern);
        assert_eq!(branches(&all).len(), 3);
        assert_eq!(after_group(&all, 2), 7);
    }
}
