//! The input's text, kept for messages.

use super::Span;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPosition {
    /// Index of the file in [`Sources`].
    pub file: usize,
    /// Where in it.
    pub span: (u32, u32),
}

impl TextPosition {
    /// A place in a file.
    #[must_use]
    pub fn new(file: usize, span: Span) -> Self {
        Self { file, span: (span.start, span.end) }
    }
}

/// Every file of the input with its text.
#[derive(Debug, Clone, Default)]
pub struct Sources {}
