//! One renderer a file, and the look-up of places that they share.

mod concise;
mod finding;
mod github;
mod json;
mod junit;
mod markdown;
mod sarif;
mod text;

use std::ops::Range;

pub use concise::concise;
pub use github::github;
pub use json::{json, json_schema};
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::{Infos, text};

use crate::model::Origin;
use crate::syntax::{DocumentId, TextPosition};

/// Looks up text for fields. Objects that were read from a cluster have none.
pub trait Places {
    /// Where a field stands, key and value.
    fn locate(&self, origin: &Origin) -> Option<Place<'_>>;
    /// The file that a document is in, and where in it the document starts, in bytes: the order in which findings are
    /// told, known without looking at the text.
    fn document(&self, _document: DocumentId) -> Option<(&str, usize)> {
        None
    }
    /// Where a position stands that belongs to no object.
    fn position(&self, position: &TextPosition) -> Option<Place<'_>>;
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file as the user named it; `<stdin>` for standard input.
    pub file: &'a str,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Column of the first byte, from 1, in characters.
    pub column: usize,
    /// The whole text of the file.
    pub text: &'a str,
    /// Bytes of `text`.
    pub span: Range<usize>,
}

impl Place<'_> {
    /// Line and column (from 1, in characters) after the last byte.
    #[must_use]
    pub fn end(&self) -> (usize, usize) {
        let covered = self.text.get(self.span.clone()).unwrap_or_default();
        match covered.rsplit_once('\n') {
            None => (self.line, self.column + covered.chars().count()),
            Some((before, last)) => (self.line + before.matches('\n').count() + 1, last.chars().count() + 1),
        }
    }
}

/// Without what could steer a terminal: input reaches messages as it is. Line breaks stay.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_counted_in_characters() {
        let text = "a: é!\nb: c\n";
        let place = |span: Range<usize>, line, column| Place { file: "f", line, column, text, span };
        assert_eq!(place(3..6, 1, 4).end(), (1, 6));
        assert_eq!(place(0..11, 1, 1).end(), (2, 5));
        assert_eq!(place(0..400, 1, 1).end(), (1, 1));
    }
}
