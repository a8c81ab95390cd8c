//! What is said about an input: diagnostics from one code table, and the fate of every field.

mod code;
mod diagnostic;
mod ledger;
pub mod render;
mod summary;

pub use code::{CODES, Code, CodeEntry, Severity};
pub use diagnostic::{Diagnostic, Label};
pub use ledger::{Fate, Ledger};
pub use summary::Summary;

/// Everything a run has to say.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// In the order in which they were found; renderers sort and group.
    pub diagnostics: Vec<Diagnostic>,
    /// What became of every field.
    pub ledger: Ledger,
}

impl Report {
    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Takes over another report.
    pub fn merge(&mut self, other: Self) {
        self.diagnostics.extend(other.diagnostics);
        self.ledger.merge(other.ledger);
    }
}
