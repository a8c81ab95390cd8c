//! Path rewrites in one form, so that equal ones can be seen to be equal.
//!
//! Most rewrites — a whole path, a prefix, `/p(/|$)(.*)` to `/q/$2`, `^/v1/(.*)` to `/\1` — are a list of [`Branch`]es:
//! "if the path starts with this text, the result is these texts and these slices of the path". Applied to what is known
//! of a region of paths they give [`Piece`]s, and equal pieces are equal for every path of the region. Other patterns are
//! compared as a whole ([`Core`]): the same expression, anchored at the same place, with the same template.

mod expression;
mod pieces;
#[cfg(test)]
mod tests;
mod ways;

use crate::model::{PathHandling, PathMatcher, PathRewrite};

use expression::Core;
pub(super) use pieces::{Known, Piece, brings_query, merged};

/// A rewrite, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// The first branch that applies decides; without one the path stays.
    Branches(Vec<Branch>),
    /// An expression that takes the whole path from its start.
    Whole(Core),
    /// Neither; only samples can be compared.
    Opaque,
}

/// One way for a path to be rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    /// The path starts with this text …
    pub(super) literal: String,
    /// … whatever the case of its letters.
    pub(super) ignores_case: bool,
    rest: Rest,
    output: Vec<Piece>,
}

/// What may follow the literal of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    Any,
    NotEmpty,
}

/// The path that the paths of a region become.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rewritten {
    /// It is made of these pieces.
    Pieces(Vec<Piece>),
    /// It is what the expression says.
    Whole(Core),
    /// It is not known.
    Unknown,
}

impl Shape {
    /// Takes a rewrite apart. `matcher` is the condition under which it runs.
    pub(super) fn of(rewrite: Option<&PathRewrite>, matcher: &PathMatcher) -> Self {
        match rewrite {
            None => Self::Branches(Vec::new()),
            Some(PathRewrite::Full(text)) => Self::Branches(vec![Branch {
                literal: String::new(),
                ignores_case: false,
                rest: Rest::Any,
                output: vec![Piece::Text(text.clone())],
            }]),
            Some(PathRewrite::Prefix { from, to }) => Self::Branches(prefix(from, to)),
            Some(PathRewrite::Nginx { pattern, template }) => expression::nginx(pattern, template, matcher),
            Some(PathRewrite::Envoy { pattern, substitution }) => expression::envoy(pattern, substitution),
        }
    }

    /// The texts that tell its branches apart.
    pub(super) fn branches(&self) -> &[Branch] {
        match self {
            Self::Branches(branches) => branches,
            Self::Whole(_) | Self::Opaque => &[],
        }
    }

    /// What becomes of the paths of a region, as [`PathRewrite::apply`] says it.
    pub(super) fn apply(&self, known: &Known) -> Rewritten {
        match self {
            Self::Branches(branches) => {
                let output = branches.iter().find(|branch| known.admits(branch)).map(|branch| branch.output.as_slice());
                Rewritten::Pieces(output.map_or_else(|| known.whole(), |output| known.fill(output)))
            }
            Self::Whole(core) => Rewritten::Whole(core.clone()),
            Self::Opaque => Rewritten::Unknown,
        }
    }
}

/// A rewritten path as the backend receives it, with the query: see `forwarded` in evaluate.rs.
pub(super) fn received(rewritten: Rewritten, handling: PathHandling) -> Rewritten {
    match rewritten {
        Rewritten::Pieces(mut pieces) => {
            match handling {
                // Nothing is left to send: nginx answers 500.
                PathHandling::Nginx if !pieces.iter().any(Piece::surely_not_empty) => return Rewritten::Unknown,
                PathHandling::Nginx => pieces.iter_mut().for_each(Piece::escape),
                PathHandling::Raw | PathHandling::Envoy { .. } => {}
            }
            pieces.push(Piece::Query);
            Rewritten::Pieces(pieces)
        }
        // Where templates need an escape or leave nothing, the data planes go different ways.
        Rewritten::Whole(core) if core.is_plain() => Rewritten::Whole(core),
        Rewritten::Whole(_) | Rewritten::Unknown => Rewritten::Unknown,
    }
}

/// ReplacePrefixMatch, as `join_prefix` in the model has it.
fn prefix(from: &str, to: &str) -> Vec<Branch> {
    let from = from.strip_suffix('/').unwrap_or(from);
    let rooted = |text: &str| if text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
    let bare = to.strip_suffix('/').unwrap_or(to);
    let branch = |literal: String, rest, text: String, tail: Option<usize>| Branch {
        literal,
        ignores_case: false,
        rest,
        output: std::iter::once(Piece::Text(text)).chain(tail.map(|from| Piece::Path(from, None))).collect(),
    };
    let below = format!("{from}/");
    let below_text = if bare.is_empty() { "/".to_owned() } else { rooted(&format!("{bare}/")) };
    let tail = below.len();
    vec![
        branch(below, Rest::Any, below_text, Some(tail)),
        branch(from.to_owned(), Rest::Nothing, rooted(to), None),
        branch(from.to_owned(), Rest::Any, rooted(to), Some(from.len())),
    ]
}
