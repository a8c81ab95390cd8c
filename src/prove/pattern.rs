//! Regular expressions as `regex-syntax` reads them, where that is what PCRE and RE2 mean by them.

use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Dot, Hir, Look, Repetition, translate::TranslatorBuilder};

use crate::model::{Anchoring, PathMatcher, ValueMatcher};

/// Reads an expression over bytes.
///
/// # Errors
/// Why the expression is not one on which `regex-syntax`, PCRE and RE2 agree: it is no regular language (look-around,
/// back-reference), or the same text means something else (`a++`, `[a&&b]`, `\<`).
pub(super) fn parse(pattern: &str, case_insensitive: bool) -> Result<Hir, String> {
    if !pattern.is_ascii() {
        // `é?` repeats two bytes here and the last one in PCRE without UTF mode.
        return Err("it is not ASCII".to_owned());
    }
    let ast = ast::parse::Parser::new().parse(pattern).map_err(|error| error.kind().to_string())?;
    ast::visit(&ast, Agreement { pattern })?;
    TranslatorBuilder::new()
        .unicode(false)
        .utf8(false)
        .case_insensitive(case_insensitive)
        .build()
        .translate(pattern, &ast)
        .map_err(|error| error.kind().to_string())
}

/// The language of the whole paths that a matcher takes.
///
/// # Errors
/// As [`parse`].
pub(super) fn path(matcher: &PathMatcher) -> Result<Hir, String> {
    Ok(match matcher {
        PathMatcher::Any => anything(),
        PathMatcher::Exact(text) => Hir::literal(text.as_bytes()),
        PathMatcher::Prefix(text) => prefix(text),
        PathMatcher::Segment(text) if text == "/" => anything(),
        PathMatcher::Segment(text) => {
            let below = Hir::concat(vec![Hir::literal(*b"/"), anything()]);
            Hir::concat(vec![Hir::literal(text.as_bytes()), optional(below)])
        }
        PathMatcher::Regex(regex) => {
            let hir = parse(&regex.pattern, regex.case_insensitive)?;
            match regex.anchoring {
                Anchoring::Full => hir,
                Anchoring::Search => found_in(hir),
            }
        }
    })
}

/// The language of the values, when there is one, that a condition takes; `Absent` takes none.
///
/// # Errors
/// As [`parse`].
pub(super) fn value(matcher: &ValueMatcher) -> Result<Hir, String> {
    Ok(match matcher {
        ValueMatcher::Exact(text) => Hir::literal(text.as_bytes()),
        ValueMatcher::Regex(pattern) => parse(pattern, false)?,
        ValueMatcher::Search(pattern) => found_in(parse(pattern, false)?),
        ValueMatcher::Present => anything(),
        ValueMatcher::Absent => Hir::fail(),
        // The complement is taken where the classes are read.
        ValueMatcher::Not(inner) => value(inner)?,
    })
}

/// Every text that starts with these bytes.
pub(super) fn prefix(text: &str) -> Hir {
    Hir::concat(vec![Hir::literal(text.as_bytes()), anything()])
}

/// This very text, whatever the case of its letters.
pub(super) fn literal_ignoring_case(text: &str) -> Hir {
    parse(&regex_syntax::escape(text), true).unwrap_or_else(|_| Hir::literal(text.as_bytes()))
}

/// Every text.
pub(super) fn anything() -> Hir {
    Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(Hir::dot(Dot::AnyByte)) })
}

fn optional(hir: Hir) -> Hir {
    Hir::repetition(Repetition { min: 0, max: Some(1), greedy: true, sub: Box::new(hir) })
}

/// Every text in which the expression is found. Where each match has to touch an end of the text nothing is added, which
/// keeps the automaton small: threads that wait for a later start would stay in every state.
pub(super) fn found_in(hir: Hir) -> Hir {
    let starts = hir.properties().look_set_prefix().contains(Look::Start);
    let ends = hir.properties().look_set_suffix().contains(Look::End);
    let mut parts = Vec::with_capacity(3);
    if !starts {
        parts.push(anything());
    }
    parts.push(hir);
    if !ends {
        parts.push(anything());
    }
    Hir::concat(parts)
}

/// Refuses constructs that parse and yet mean something else in PCRE (pcre2pattern(3)) or RE2 (its syntax.txt).
struct Agreement<'p> {
    pattern: &'p str,
}

impl Agreement<'_> {
    fn repetition(&self, repetition: &ast::Repetition) -> Result<(), String> {
        let text = self.pattern.get(repetition.op.span.start.offset..repetition.op.span.end.offset).unwrap_or_default();
        if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
            return Err("white space in a repetition count is literal text elsewhere".to_owned());
        }
        match *repetition.ast {
            Ast::Repetition(_) => Err("a quantifier after a quantifier is possessive in PCRE".to_owned()),
            Ast::Assertion(_) | Ast::Flags(_) | Ast::Empty(_) => Err("a quantifier without an operand".to_owned()),
            Ast::Group(ref group) if is_empty(&group.ast) => Err("a quantifier without an operand".to_owned()),
            Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::ClassUnicode(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_)
            | Ast::Group(_)
            | Ast::Alternation(_)
            | Ast::Concat(_) => Ok(()),
        }
    }
}

/// Nothing but assertions and groups of such.
fn is_empty(ast: &Ast) -> bool {
    match ast {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => true,
        Ast::Group(group) => is_empty(&group.ast),
        Ast::Concat(concat) => concat.asts.iter().all(is_empty),
        Ast::Literal(_)
        | Ast::Dot(_)
        | Ast::ClassUnicode(_)
        | Ast::ClassPerl(_)
        | Ast::ClassBracketed(_)
        | Ast::Repetition(_)
        | Ast::Alternation(_) => false,
    }
}

fn assertion(kind: &ast::AssertionKind) -> Result<(), String> {
    use ast::AssertionKind as Kind;
    match kind {
        // `$` and PCRE's end before a last newline are one: no path and no header value holds a newline.
        Kind::StartLine
        | Kind::EndLine
        | Kind::StartText
        | Kind::EndText
        | Kind::WordBoundary
        | Kind::NotWordBoundary => Ok(()),
        Kind::WordBoundaryStart
        | Kind::WordBoundaryEnd
        | Kind::WordBoundaryStartAngle
        | Kind::WordBoundaryEndAngle
        | Kind::WordBoundaryStartHalf
        | Kind::WordBoundaryEndHalf => Err("a word boundary that is literal text elsewhere".to_owned()),
    }
}

fn flags(flags: &ast::Flags) -> Result<(), String> {
    flags.items.iter().try_for_each(|item| match item.kind {
        ast::FlagsItemKind::Negation
        | ast::FlagsItemKind::Flag(
            ast::Flag::CaseInsensitive | ast::Flag::MultiLine | ast::Flag::DotMatchesNewLine | ast::Flag::SwapGreed,
        ) => Ok(()),
        ast::FlagsItemKind::Flag(ast::Flag::Unicode | ast::Flag::CRLF | ast::Flag::IgnoreWhitespace) => {
            Err("a flag that means something else elsewhere".to_owned())
        }
    })
}

fn literal(literal: &ast::Literal) -> Result<(), String> {
    use ast::HexLiteralKind::{UnicodeLong, UnicodeShort, X};
    match &literal.kind {
        ast::LiteralKind::HexFixed(UnicodeShort | UnicodeLong)
        | ast::LiteralKind::HexBrace(UnicodeShort | UnicodeLong) => {
            Err("PCRE and RE2 have no such hexadecimal escape".to_owned())
        }
        ast::LiteralKind::Octal => Err("octal escape".to_owned()),
        ast::LiteralKind::Verbatim
        | ast::LiteralKind::Meta
        | ast::LiteralKind::Superfluous
        | ast::LiteralKind::HexFixed(X)
        | ast::LiteralKind::HexBrace(X)
        | ast::LiteralKind::Special(_) => Ok(()),
    }
}

impl ast::Visitor for Agreement<'_> {
    type Output = ();
    type Err = String;

    fn finish(self) -> Result<(), String> {
        Ok(())
    }

    fn visit_pre(&mut self, node: &Ast) -> Result<(), String> {
        match node {
            Ast::Repetition(node) => self.repetition(node),
            Ast::Assertion(node) => assertion(&node.kind),
            Ast::Flags(node) => flags(&node.flags),
            Ast::Group(node) => node.flags().map_or(Ok(()), flags),
            Ast::Literal(node) => literal(node),
            Ast::ClassUnicode(_) => Err("a Unicode class".to_owned()),
            Ast::Empty(_)
            | Ast::Dot(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_)
            | Ast::Alternation(_)
            | Ast::Concat(_) => Ok(()),
        }
    }

    fn visit_class_set_item_pre(&mut self, item: &ast::ClassSetItem) -> Result<(), String> {
        match item {
            ast::ClassSetItem::Bracketed(_) => Err("`[` inside a class is literal text elsewhere".to_owned()),
            ast::ClassSetItem::Unicode(_) => Err("a Unicode class".to_owned()),
            ast::ClassSetItem::Literal(node) => literal(node),
            ast::ClassSetItem::Range(range) => literal(&range.start).and_then(|()| literal(&range.end)),
            ast::ClassSetItem::Empty(_)
            | ast::ClassSetItem::Ascii(_)
            | ast::ClassSetItem::Perl(_)
            | ast::ClassSetItem::Union(_) => Ok(()),
        }
    }

    fn visit_class_set_binary_op_pre(&mut self, _: &ast::ClassSetBinaryOp) -> Result<(), String> {
        Err("`&&`, `--` and `~~` inside a class are literal text elsewhere".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::{Config, RngSeed};

    use super::*;
    use crate::model::PathRegex;
    use crate::prove::automaton::classes;
    use crate::prove::language::Language;

    #[test]
    fn refuses_what_other_engines_read_otherwise() {
        for pattern in [
            "/a++",
            "/a**",
            "/a{2}+",
            "/a?+",
            "[a&&b]",
            "[a--b]",
            "[a[bc]]",
            r"\<a",
            r"\b{start}a",
            "(?x)a b",
            r"\u0041",
            "a{ 1 }",
            "é?",
            "(?R)a",
            "^*a",
            r"\h",
            r"\Z",
            "a{,3}",
            "(?=a)",
            r"(a)\1",
            "(?>a)",
            "a{",
            r"\Qa\E",
        ] {
            assert!(parse(pattern, false).is_err(), "{pattern}");
        }
    }

    #[test]
    fn takes_what_all_read_alike() {
        for pattern in [
            "^/a(/|$)(.*)",
            r"\/a\.b",
            "[[:word:]]+",
            "(?<n>a)",
            "(?P<n>a)",
            "(?i)a",
            "[]a]",
            "[^]a]",
            "[a-]",
            r"\x41",
            "a{2,}",
            "a*?",
            "()",
            "a||b",
            r"\z",
            r"\bfoo\b",
            "(?:a+)+",
            r"[\w.-]+",
            r"\-",
            r"a}",
        ] {
            assert!(parse(pattern, false).is_ok(), "{pattern}");
        }
    }

    /// The classes of an automaton hold what the model's own engine says of their members.
    fn agrees(pattern: &str, case_insensitive: bool) -> Result<(), TestCaseError> {
        for anchoring in [Anchoring::Search, Anchoring::Full] {
            let regex = PathRegex { pattern: pattern.to_owned(), case_insensitive, anchoring };
            let matcher = PathMatcher::Regex(regex);
            let Ok(hir) = path(&matcher) else { continue };
            let Ok(classes) = classes(&[hir], Language::Path, 1 << 20) else { continue };
            for class in classes {
                for member in class.members {
                    prop_assert_eq!(!class.patterns.is_empty(), matcher.matches(&member), "{:?} {}", matcher, member);
                }
            }
        }
        Ok(())
    }

    proptest! {
        // A fixed seed: fancy-regex itself is wrong about one in many thousands (`a+b*a+` finds `a` before 0.20.2).
        #![proptest_config(Config { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() })]

        #[test]
        fn automata_agree_with_the_model(
            parts in vec(
                select(vec![
                    "^", "$", "/", "a", "b", "B", "(", ")", "|", "*", "+", "?", "[ab]", "[^a]", "[^/]+", ".", "(?i)", "\\.",
                    "{1,2}", "(?:", "\\d", "\\w", "\\b", "/a", "(/|$)(.*)", "[[:alpha:]]", "\\z", "*?", "++", "\\A",
                ]),
                1..8,
            ),
            case_insensitive in any::<bool>(),
        ) {
            agrees(&parts.concat(), case_insensitive)?;
        }
    }
}
