//! What is known of the paths of a region, and results made of it.

use super::{Branch, Rest};
use crate::prove::wire_path::nginx_escape;

/// A part of a result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::prove) enum Piece {
    /// This text.
    Text(String),
    /// Bytes of the path: from an offset up to another, or to the end.
    Path(usize, Option<usize>),
    /// The query with its `?`, or nothing.
    Query,
}

/// What all paths of a region have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::prove) struct Known {
    /// They start with this text: the longest of all literals of interest that does.
    pub(in crate::prove) text: String,
    /// Nothing follows: the region is one path.
    pub(in crate::prove) closed: bool,
    /// Offsets at which letters may have another case than in `text`.
    pub(in crate::prove) uncertain: Vec<bool>,
}

impl Known {
    fn certain(&self, at: usize) -> bool {
        !self.uncertain.get(at).copied().unwrap_or(false)
    }

    fn starts_with(&self, literal: &str, ignores_case: bool) -> bool {
        self.text.get(..literal.len()).is_some_and(|start| {
            if ignores_case {
                start.eq_ignore_ascii_case(literal)
            } else {
                start == literal && (0..literal.len()).all(|at| self.certain(at))
            }
        })
    }

    pub(in crate::prove) fn admits(&self, branch: &Branch) -> bool {
        let ends = self.closed && self.text.len() == branch.literal.len();
        self.starts_with(&branch.literal, branch.ignores_case)
            && match branch.rest {
                Rest::Nothing => ends,
                Rest::Any => true,
                Rest::NotEmpty => !ends,
            }
    }

    /// The path as it is.
    pub(in crate::prove) fn whole(&self) -> Vec<Piece> {
        self.fill(&[Piece::Path(0, None)])
    }

    /// Slices with what is known of them filled in; neighbours merged.
    pub(in crate::prove) fn fill(&self, output: &[Piece]) -> Vec<Piece> {
        let mut filled = Pieces::default();
        for piece in output {
            match piece {
                Piece::Path(from, to) => {
                    let known_to = to.unwrap_or(self.text.len()).min(self.text.len());
                    for at in *from..known_to {
                        match self.text.get(at..=at) {
                            Some(byte) if self.certain(at) => filled.text(byte),
                            Some(_) | None => filled.path(at, Some(at + 1)),
                        }
                    }
                    match to {
                        Some(to) if *to <= known_to => {}
                        None if self.closed => {}
                        Some(_) | None => filled.path((*from).max(known_to), *to),
                    }
                }
                Piece::Text(text) => filled.text(text),
                Piece::Query => filled.0.push(piece.clone()),
            }
        }
        filled.0
    }
}

impl Piece {
    /// The domain's own bytes need no escape, so only texts change.
    pub(in crate::prove) fn escape(&mut self) {
        match self {
            Self::Text(text) => *text = nginx_escape(text),
            Self::Path(..) | Self::Query => {}
        }
    }

    pub(in crate::prove) fn surely_not_empty(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Path(from, _) => *from == 0,
            Self::Query => false,
        }
    }
}

/// A list of pieces in which neighbours are merged.
#[derive(Debug, Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn text(&mut self, more: &str) {
        match self.0.last_mut() {
            Some(Piece::Text(text)) => text.push_str(more),
            Some(Piece::Path(..) | Piece::Query) | None if more.is_empty() => {}
            Some(Piece::Path(..) | Piece::Query) | None => self.0.push(Piece::Text(more.to_owned())),
        }
    }

    fn path(&mut self, from: usize, to: Option<usize>) {
        match self.0.last_mut() {
            Some(Piece::Path(_, end)) if *end == Some(from) => *end = to,
            Some(_) | None => self.0.push(Piece::Path(from, to)),
        }
    }
}

/// Merges neighbouring texts.
pub(in crate::prove) fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out = Pieces::default();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.text(&text),
            Piece::Path(from, to) => out.path(from, to),
            Piece::Query => out.0.push(piece),
        }
    }
    out.0
}

/// Whether the text of a rewritten path holds a `?`.
pub(in crate::prove) fn brings_query(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('?')))
}
