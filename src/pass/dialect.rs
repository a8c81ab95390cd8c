//! PCRE texts as RE2 texts: the same language, or the construct that RE2 does not have.

use super::token::{Group, Kind, Quantifier, Token, after_group, tokens};

/// What RE2 does not have, for messages.
pub(super) type Construct = &'static str;

/// RE2 refuses larger counts (re2/parse.cc, maximum_repeat_count).
const MAX_COUNT: u32 = 1000;

/// The text with the same language under RE2. A text that is RE2 already comes back as it is.
pub(super) fn re2(pattern: &str) -> Result<String, Construct> {
    let mut text = String::with_capacity(pattern.len());
    let mut repeated = false;
    for token in tokens(pattern) {
        let own = pattern.get(token.range).unwrap_or_default();
        let quantifier = matches!(token.kind, Kind::Quantifier(_));
        if quantifier && repeated {
            return Err("a quantifier after a quantifier");
        }
        repeated = quantifier;
        text.push_str(&token_text(token.kind, own)?);
    }
    match regex_syntax::ast::parse::Parser::new().parse(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err("a syntax that RE2 does not read"),
    }
}

fn token_text(kind: Kind, own: &str) -> Result<String, Construct> {
    match kind {
        Kind::Literal if own == "{" => Ok(r"\{".to_owned()),
        Kind::Literal | Kind::Dot | Kind::Close | Kind::Alternate | Kind::Start | Kind::End | Kind::Flags => {
            Ok(own.to_owned())
        }
        Kind::Escape(escaped) => escape_text(escaped, own, "AzbB"),
        Kind::Class => class_text(own),
        Kind::Open(group) => group_text(group, own),
        Kind::Quantifier(Quantifier { min, max, possessive }) => {
            if possessive {
                Err("a possessive quantifier")
            } else if min.max(max.unwrap_or(0)) > MAX_COUNT {
                Err("a count over 1000")
            } else {
                Ok(own.to_owned())
            }
        }
    }
}

/// `places` are the escapes that stand for a place and mean nothing inside a class.
fn escape_text(escaped: char, own: &str, places: &str) -> Result<String, Construct> {
    match escaped {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'a' | 't' | 'n' | 'f' | 'r' | 'v' | 'x' => Ok(own.to_owned()),
        '1'..='9' | 'k' | 'g' => Err("a back-reference"),
        'K' => Err(r"\K"),
        'Z' => Err(r"\Z"),
        'h' | 'H' => Err(r"\h"),
        _ if places.contains(escaped) => Ok(own.to_owned()),
        _ if escaped.is_ascii_alphanumeric() || own == "\\" => Err("an escape that RE2 does not know"),
        // The regex crates read `\<` and `\>` as word boundaries, and know no `\_`; to PCRE they are the characters.
        '<' | '>' | '_' => Ok(escaped.to_string()),
        _ if escaped.is_ascii() => Ok(own.to_owned()),
        _ => Ok(escaped.to_string()),
    }
}

fn group_text(group: Group, own: &str) -> Result<String, Construct> {
    match group {
        Group::Capture | Group::Plain => Ok(own.to_owned()),
        // RE2 knows `(?<` only since 2023.
        Group::Named => Ok(match own.strip_prefix("(?<") {
            Some(name) => format!("(?P<{name}"),
            None => own.to_owned(),
        }),
        Group::Look => Err("look-around"),
        Group::Atomic => Err("an atomic group"),
        Group::BranchReset => Err("a branch reset"),
        Group::Other => Err("a conditional, recursion, comment or verb"),
    }
}

/// A class in which the regex crates see no nested class and no set operation.
fn class_text(own: &str) -> Result<String, Construct> {
    let Some(inner) = own.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) else {
        return Err("a class that is not closed");
    };
    let mut text = String::from("[");
    let mut rest = inner;
    let mut last = '[';
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '\\' => {
                let (escape, own) = class_escape(rest)?;
                text.push_str(&escape_text(escape, own, "")?);
                length = own.len();
            }
            '[' if rest.starts_with("[:") && rest.contains(":]") => {
                length = rest.find(":]").map_or(length, |at| at + 2);
                text.push_str(rest.get(..length).unwrap_or_default());
            }
            '-' if last == '-' => return Err("`--` in a class"),
            '[' => text.push_str(r"\["),
            '&' | '~' if last == first => text.extend(['\\', first]),
            _ => text.push(first),
        }
        last = first;
        rest = rest.get(length..).unwrap_or_default();
    }
    text.push(']');
    Ok(text)
}

fn class_escape(rest: &str) -> Result<(char, &str), Construct> {
    match tokens(rest).first() {
        Some(Token { kind: Kind::Escape(escaped), range }) => {
            Ok((*escaped, rest.get(range.clone()).unwrap_or_default()))
        }
        Some(_) | None => Err("a class that is not closed"),
    }
}

/// A text without the constructs that RE2 lacks, whose language holds that of the given one: assertions are dropped,
/// back-references take anything, nothing is possessive. `None` when that cannot be said of any shorter text.
pub(super) fn widened(pattern: &str) -> Option<String> {
    let all = tokens(pattern);
    let mut text = String::with_capacity(pattern.len());
    let mut at = 0;
    while let Some(token) = all.get(at) {
        let own = pattern.get(token.range.clone()).unwrap_or_default();
        at += 1;
        match token.kind {
            Kind::Open(Group::Look) => at = after_quantifier(&all, after_group(&all, at - 1)),
            Kind::Open(Group::Atomic | Group::BranchReset) => text.push_str("(?:"),
            Kind::Open(Group::Other) => return None,
            Kind::Escape('K' | 'Z' | 'G') => at = after_quantifier(&all, at),
            Kind::Escape('h' | 'H' | 'V' | 'N' | 'p' | 'P') => text.push('.'),
            Kind::Escape('1'..='9' | 'k' | 'g' | 'R' | 'X') => text.push_str("(?:.*)"),
            Kind::Quantifier(Quantifier { possessive: true, .. }) => {
                text.push_str(own.strip_suffix('+').unwrap_or(own));
            }
            Kind::Quantifier(Quantifier { min, max, possessive: false }) => {
                text.push_str(if min.max(max.unwrap_or(0)) > MAX_COUNT { "*" } else { own });
            }
            Kind::Literal
            | Kind::Dot
            | Kind::Escape(_)
            | Kind::Class
            | Kind::Open(Group::Capture | Group::Named | Group::Plain)
            | Kind::Close
            | Kind::Alternate
            | Kind::Start
            | Kind::End
            | Kind::Flags => text.push_str(own),
        }
    }
    re2(&text).ok()
}

fn after_quantifier(tokens: &[Token], at: usize) -> usize {
    at + usize::from(matches!(tokens.get(at), Some(Token { kind: Kind::Quantifier(_), .. })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_only_differ_in_spelling_are_respelled() {
        let same = |pattern: &str| assert_eq!(re2(pattern).as_deref(), Ok(pattern));
        same(r"^/foo(/|$)(.*)");
        same(r"/[a-z0-9-]+\.(png|jpe?g)$");
        same(r"(?i)/a\/b{2,}?[[:alnum:]_]");
        let becomes = |pattern: &str, text: &str| assert_eq!(re2(pattern).as_deref(), Ok(text));
        becomes("/api/{id}", r"/api/\{id}");
        becomes("[[a]/(?<n>x)", r"[\[a]/(?P<n>x)");
        becomes(r"[a&&b]\_\<", r"[a&\&b]_<");
    }

    #[test]
    fn constructs_outside_re2_are_named() {
        let cases: &[(&str, Construct)] = &[
            ("/(?!api).*", "look-around"),
            (r"/(a)\1", "a back-reference"),
            ("/c++", "a possessive quantifier"),
            ("/c?+", "a possessive quantifier"),
            ("/c*+", "a possessive quantifier"),
            ("/c**", "a quantifier after a quantifier"),
            (r"/\h", r"\h"),
            (r"/\Kx", r"\K"),
            (r"/x\Z", r"\Z"),
            ("/(?(1)a|b)", "a conditional, recursion, comment or verb"),
            ("/(?>a)", "an atomic group"),
            ("/a{2000}", "a count over 1000"),
            ("/[a--z]", "`--` in a class"),
            ("/(a", "a syntax that RE2 does not read"),
            (r"/\u0041", "an escape that RE2 does not know"),
        ];
        for (pattern, construct) in cases {
            assert_eq!(re2(pattern), Err(*construct), "{pattern}");
        }
    }

    #[test]
    fn widening_drops_assertions_and_keeps_the_rest() {
        assert_eq!(widened("^/(?!api(/|$)).*").as_deref(), Some("^/.*"));
        assert_eq!(widened(r"^/(?<=x)*a++(b)\1\Z").as_deref(), Some("^/a+(b)(?:.*)"));
        assert_eq!(widened(r"^/(?>a|b)\h+").as_deref(), Some("^/(?:a|b).+"));
        assert_eq!(widened("^/(?(1)a|b)"), None);
    }
}
