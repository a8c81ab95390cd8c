//! Text of one document to a [`Node`]. The only file that names the YAML parser.
//!
//! JSON goes the same way: it is a subset of what the parser takes (tabs between its tokens included), so every kind
//! of input has the same spans and the same errors.

use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StructureStyle, options};

use super::build::{Builder, Fallible};
use super::{Node, Span, scalar};

/// Levels of nesting that a document may have, aliases expanded. Kubernetes' deepest objects
/// (CustomResourceDefinitions) have some 60; this many fit on any thread's stack.
pub const MAX_DEPTH: usize = 255;

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What kind of fault.
    pub kind: SyntaxErrorKind,
    /// Where, in bytes of the whole text.
    pub span: Span,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// The kinds of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// Neither YAML nor JSON.
    Malformed,
    /// A mapping has a key twice.
    DuplicateKey {
        /// Where the key stands first; [`SyntaxError::span`] is its second place.
        first: Span,
    },
    /// Nested deeper than [`MAX_DEPTH`], or aliases that expand to far more than the text.
    TooComplex,
}

/// A comment of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What follows the `#`.
    pub text: Box<str>,
    /// From the `#` to the end of the line, in bytes of the whole text.
    pub span: Span,
}

/// Reads the document that stands in `range` of `text`; see [`documents`](super::documents). Spans are offsets into
/// the whole text. `Ok(None)`: nothing but comments, or a bare null.
///
/// # Errors
/// The syntax error, or every duplicate key up to a bound.
pub fn parse(text: &str, range: Range<usize>) -> Result<Option<Node>, Vec<SyntaxError>> {
    let base = range.start;
    let document = text.get(range).unwrap_or_default();
    let mut builder = Builder::new(document.len());
    let options = options! {
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for event in Parser::new_from_str_with_options(document, options) {
        let result = match event {
            Ok((event, at)) => feed(&mut builder, event, shifted(at, base), document, base),
            Err(error) => {
                let offset = error.marker().byte_offset().unwrap_or_default();
                Err(Box::new(scan_error(error.kind(), span(base + offset..base + offset))))
            }
        };
        result.map_err(|error| vec![*error])?;
    }
    builder.finish()
}

/// The comments of the document that stands in `range` of `text`, up to the first syntax error.
#[must_use]
pub fn comments(text: &str, range: Range<usize>) -> Vec<Comment> {
    let base = range.start;
    let document = text.get(range).unwrap_or_default();
    if !document.contains('#') {
        return Vec::new();
    }
    let options = options! {
        emit_comments: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    Parser::new_from_str_with_options(document, options)
        .map_while(Result::ok)
        .filter_map(|(event, at)| match event {
            Event::Comment(text, _) => Some(Comment { text: text.into(), span: shifted(at, base) }),
            _ => None,
        })
        .collect()
}

fn feed(builder: &mut Builder, event: Event<'_>, at: Span, document: &str, base: usize) -> Fallible {
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            let plain = style == ScalarStyle::Plain;
            let tag = tag.as_deref().map(|tag| tag.core_suffix().unwrap_or("!"));
            if plain && text == "<<" && matches!(tag, None | Some("merge")) && builder.merge_key(at) {
                return Ok(());
            }
            let value = match tag {
                // goyaml reads an absent scalar as the empty text, not as null, when it has a tag.
                Some(tag) => scalar::tagged(&text, tag).map_err(|expected| wrong_tag(&text, expected, at))?,
                None if plain => scalar::plain(&text),
                None => super::Value::String(text.into()),
            };
            let at = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                without_blank_end(at, document, base)
            } else {
                at
            };
            builder.scalar(value, at, anchor)
        }
        Event::SequenceStart(style, anchor, _) => builder.open_sequence(at, style == StructureStyle::Flow, anchor),
        Event::MappingStart(style, anchor, _) => builder.open_mapping(at, style == StructureStyle::Flow, anchor),
        Event::SequenceEnd | Event::MappingEnd => builder.close(at),
        Event::Alias(anchor) => builder.alias(anchor, at),
        Event::DocumentStart(..) => builder.start_document(at),
        // `UnresolvedAlias`, `Anchor` and comments are switched off; the rest says nothing about the tree.
        _ => Ok(()),
    }
}

/// The line breaks at the end of a block scalar are part of its span; a message shows the text without them.
fn without_blank_end(at: Span, document: &str, base: usize) -> Span {
    let start = at.start as usize - base;
    let text = document.get(start..at.end as usize - base).unwrap_or_default();
    span(at.start as usize..at.start as usize + text.trim_ascii_end().len())
}

fn wrong_tag(text: &str, expected: &str, at: Span) -> Box<SyntaxError> {
    let message = format!("`{text}` is tagged as {expected} and is not");
    Box::new(SyntaxError { kind: SyntaxErrorKind::Malformed, span: at, message })
}

fn scan_error(kind: &ErrorKind, at: Span) -> SyntaxError {
    match kind {
        ErrorKind::RecursionLimitExceeded => {
            let message = format!("more than {MAX_DEPTH} levels of nesting");
            SyntaxError { kind: SyntaxErrorKind::TooComplex, span: at, message }
        }
        ErrorKind::UnknownAnchor => SyntaxError {
            kind: SyntaxErrorKind::Malformed,
            span: at,
            message: "the alias names an anchor that is not defined before it".into(),
        },
        other => SyntaxError { kind: SyntaxErrorKind::Malformed, span: at, message: other.to_string() },
    }
}

fn shifted(at: granit_parser::Span, base: usize) -> Span {
    let range = at.byte_range().unwrap_or_default();
    span(base + range.start..base + range.end)
}

fn span(range: Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: offset(range.start), end: offset(range.end) }
}
