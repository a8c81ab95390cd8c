//! Path expressions in the form that an implementation runs: its anchoring, case in the text, RE2 unless it has PCRE.
//!
//! A search becomes an expression for the whole path: `^/foo` is `/foo.*`, `^/foo$` is `/foo`, and `^/a|/b`, whose
//! second half nginx finds anywhere, is `(?:/a.*|.*/b.*)`. Implementations that search get `^` in front instead.

use super::dialect::{self, Construct};
use super::token::{Group, Kind, Quantifier, Token, branches, tokens};
use crate::gateway::Profile;
use crate::model::{Anchoring, PathMatcher, PathRegex};

/// Whether the expression already has the profile's form.
pub(super) fn is_native(regex: &PathRegex, profile: &Profile) -> bool {
    regex.anchoring == profile.regex_anchoring
        && !regex.case_insensitive
        && (profile.regex_pcre || dialect::re2(&regex.pattern).as_deref() == Ok(regex.pattern.as_str()))
        && match regex.anchoring {
            Anchoring::Full => true,
            Anchoring::Search => starts_at_start(&regex.pattern),
        }
}

/// The expression in the profile's form, or what it holds that the profile's implementation cannot run.
pub(super) fn native(regex: &PathRegex, profile: &Profile) -> Result<PathRegex, Construct> {
    let pattern = if profile.regex_pcre { regex.pattern.clone() } else { dialect::re2(&regex.pattern)? };
    Ok(anchored(&pattern, regex.case_insensitive, regex.anchoring, profile))
}

/// A path that the profile's implementation can match and that takes all that the expression takes.
pub(super) fn widened(regex: &PathRegex, profile: &Profile) -> PathMatcher {
    match dialect::widened(&regex.pattern) {
        Some(pattern) => PathMatcher::Regex(anchored(&pattern, regex.case_insensitive, regex.anchoring, profile)),
        None => PathMatcher::Any,
    }
}

/// The expression that takes the whole of every path in which RE2 finds `pattern`, at the first place: what a rewrite of
/// nginx looks for, so that replacing the match replaces the path (ngx_http_rewrite_module, `rewrite`).
pub(super) fn of_found(pattern: &str, at_start: bool) -> String {
    let all = tokens(pattern);
    let alternatives = branches(&all);
    let text = match alternatives.as_slice() {
        [one] if Branch::of(one).from_start => return Branch::of(one).whole(pattern),
        [one] if at_start => return Branch::of(one).whole(pattern),
        _ => pattern,
    };
    format!("^.*?(?:{text}).*")
}

/// A path of another kind as an expression.
pub(super) fn of_path(path: &PathMatcher, profile: &Profile) -> PathRegex {
    let (body, open) = match path {
        PathMatcher::Regex(regex) => return regex.clone(),
        PathMatcher::Any => ("/".to_owned(), true),
        PathMatcher::Exact(text) => (escaped(text), false),
        PathMatcher::Segment(text) => (format!("{}(/.*)?", escaped(text)), false),
        PathMatcher::Prefix(text) => (escaped(text), true),
    };
    let pattern = match profile.regex_anchoring {
        Anchoring::Full => format!("{body}{}", if open { ".*" } else { "" }),
        Anchoring::Search => format!("^{body}{}", if open { "" } else { "$" }),
    };
    PathRegex { pattern, case_insensitive: false, anchoring: profile.regex_anchoring }
}

/// The text with all that has a meaning in an expression made literal.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn anchored(pattern: &str, case_insensitive: bool, from: Anchoring, profile: &Profile) -> PathRegex {
    let text = match (from, profile.regex_anchoring) {
        (Anchoring::Full, Anchoring::Full) => pattern.to_owned(),
        (Anchoring::Full, Anchoring::Search) => format!("^(?:{pattern})$"),
        (Anchoring::Search, to) => from_search(pattern, to),
    };
    let cased = case_insensitive && !text.starts_with("(?i)") && text.contains(|c: char| c.is_alphabetic());
    PathRegex {
        pattern: if cased { format!("(?i){text}") } else { text },
        case_insensitive: false,
        anchoring: profile.regex_anchoring,
    }
}

fn from_search(pattern: &str, to: Anchoring) -> String {
    let all = tokens(pattern);
    let texts: Vec<String> = branches(&all).into_iter().map(|branch| Branch::of(branch).text(pattern, to)).collect();
    let text = match texts.as_slice() {
        [text] => text.clone(),
        _ => format!("(?:{})", texts.join("|")),
    };
    match to {
        Anchoring::Full => text,
        Anchoring::Search => format!("^{text}"),
    }
}

/// One alternative of a searched expression, its outermost anchors taken off.
struct Branch<'a> {
    tokens: Vec<&'a Token>,
    from_start: bool,
    to_end: bool,
}

impl<'a> Branch<'a> {
    fn of(branch: &'a [Token]) -> Self {
        let flags = branch.iter().take_while(|token| token.kind == Kind::Flags).count();
        let (flags, body) = branch.split_at(flags);
        let mut body: Vec<&Token> = body.iter().collect();
        let anchors = body.iter().take_while(|token| matches!(token.kind, Kind::Start | Kind::Escape('A'))).count();
        // `^*` asks for nothing.
        let quantified = matches!(body.get(anchors), Some(Token { kind: Kind::Quantifier(_), .. }));
        let anchors = anchors.saturating_sub(usize::from(quantified));
        body.drain(..anchors);
        let before = body.len();
        while body.last().is_some_and(|token| matches!(token.kind, Kind::End | Kind::Escape('z'))) {
            body.pop();
        }
        let to_end = body.len() < before;
        Self { tokens: flags.iter().chain(body).collect(), from_start: anchors > 0, to_end }
    }

    fn text(&self, pattern: &str, to: Anchoring) -> String {
        let mut text = String::new();
        if !self.from_start && !self.starts_with_anything() {
            text.push_str(".*");
        }
        text.extend(self.tokens.iter().filter_map(|token| pattern.get(token.range.clone())));
        match to {
            Anchoring::Full if !self.to_end && !self.ends_with_anything() => text.push_str(".*"),
            Anchoring::Search if self.to_end => text.push('$'),
            Anchoring::Full | Anchoring::Search => {}
        }
        text
    }

    /// From the start of the path to its end.
    fn whole(&self, pattern: &str) -> String {
        let mut text = String::from("^");
        text.extend(self.tokens.iter().filter_map(|token| pattern.get(token.range.clone())));
        match (self.to_end, self.ends_with_anything()) {
            (true, _) => text.push('$'),
            (false, false) => text.push_str(".*"),
            (false, true) => {}
        }
        text
    }

    fn starts_with_anything(&self) -> bool {
        matches!(self.tokens.as_slice(), [dot, star, ..] if is_anything(dot, star))
    }

    /// `.*` or `(.*)` at the end.
    fn ends_with_anything(&self) -> bool {
        match self.tokens.as_slice() {
            [.., dot, star] if is_anything(dot, star) => true,
            [.., open, dot, star, close] => {
                matches!(open.kind, Kind::Open(Group::Capture | Group::Named | Group::Plain))
                    && is_anything(dot, star)
                    && close.kind == Kind::Close
            }
            _ => false,
        }
    }
}

fn is_anything(dot: &Token, star: &Token) -> bool {
    dot.kind == Kind::Dot && matches!(star.kind, Kind::Quantifier(Quantifier { min: 0, max: None, .. }))
}

fn starts_at_start(pattern: &str) -> bool {
    branches(&tokens(pattern)).into_iter().all(|branch| {
        let branch = Branch::of(branch);
        branch.from_start || branch.starts_with_anything()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::SPEC;

    fn nginx(path: &str) -> PathRegex {
        PathRegex { pattern: format!("^{path}"), case_insensitive: true, anchoring: Anchoring::Search }
    }

    fn searching() -> Profile {
        Profile { regex_anchoring: Anchoring::Search, ..SPEC }
    }

    #[test]
    fn a_search_of_nginx_becomes_a_match_of_the_whole_path() {
        let whole = |path: &str| native(&nginx(path), &SPEC).map(|regex| regex.pattern);
        let cases = [
            ("/foo", "(?i)/foo.*"),
            ("/foo(/|$)(.*)", "(?i)/foo(/|$)(.*)"),
            ("/foo/.*", "(?i)/foo/.*"),
            ("/foo$", "(?i)/foo"),
            ("/foo(.*)$", "(?i)/foo(.*)"),
            ("^/foo", "(?i)/foo.*"),
            ("/a|/b", "(?i)(?:/a.*|.*/b.*)"),
            ("/a$|^/b", "(?i)(?:/a|/b.*)"),
            ("/", "/.*"),
            ("/api/{id}", r"(?i)/api/\{id}.*"),
            ("*/x", "(?i).*^*/x.*"),
        ];
        for (path, text) in cases {
            assert_eq!(whole(path).as_deref(), Ok(text), "{path}");
        }
        assert_eq!(whole("/(?!api)"), Err("look-around"));
    }

    #[test]
    fn a_found_pattern_is_widened_to_the_whole_path() {
        let cases = [
            ("/foo(/|$)(.*)", true, "^/foo(/|$)(.*)"),
            ("/foo", true, "^/foo.*"),
            ("^/foo/(.+)$", false, "^/foo/(.+)$"),
            ("/foo/(.+)", false, "^.*?(?:/foo/(.+)).*"),
            ("/a|/b", true, "^.*?(?:/a|/b).*"),
        ];
        for (pattern, at_start, text) in cases {
            assert_eq!(of_found(pattern, at_start), text);
        }
    }

    #[test]
    fn implementations_that_search_get_an_anchor() {
        let search = |path: &str| native(&nginx(path), &searching()).map(|regex| regex.pattern);
        assert_eq!(search("/foo").as_deref(), Ok("(?i)^/foo"));
        assert_eq!(search("/foo$").as_deref(), Ok("(?i)^/foo$"));
        assert_eq!(search("/a|/b").as_deref(), Ok("(?i)^(?:/a|.*/b)"));
        let full = PathRegex { pattern: "/a|/b".into(), case_insensitive: false, anchoring: Anchoring::Full };
        assert_eq!(native(&full, &searching()).map(|regex| regex.pattern).as_deref(), Ok("^(?:/a|/b)$"));
    }

    #[test]
    fn pcre_keeps_its_look_around() {
        let pcre = Profile { regex_pcre: true, ..searching() };
        assert_eq!(native(&nginx("/(?!api)"), &pcre).map(|regex| regex.pattern).as_deref(), Ok("(?i)^/(?!api)"));
    }

    #[test]
    fn the_native_form_of_a_native_form_is_itself() {
        for profile in [SPEC, searching()] {
            for path in ["/foo", "/foo$", "/a|/b", "/foo(/|$)(.*)"] {
                let once = native(&nginx(path), &profile).expect("RE2");
                assert!(is_native(&once, &profile), "{once:?}");
            }
            for path in [PathMatcher::Any, PathMatcher::Exact("/a.b".into()), PathMatcher::Segment("/a+".into())] {
                assert!(is_native(&of_path(&path, &profile), &profile));
            }
        }
    }
}
