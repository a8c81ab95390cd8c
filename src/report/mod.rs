//! What is said about an input: diagnostics from one code table, and the fate of every field.

mod allow;
mod baseline;
mod code;
mod diagnostic;
mod fingerprint;
mod ledger;
mod levels;
pub mod render;
mod summary;
mod words;

use std::collections::BTreeMap;

pub use allow::{Acceptance, Allow, Allows};
pub use baseline::{Baseline, FileOf, Known};
pub use code::{CODES, Code, CodeEntry, Severity};
pub use diagnostic::{Diagnostic, Label};
pub use fingerprint::Fingerprint;
pub use ledger::{Fate, Ledger};
pub use levels::{Level, Levels};
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

    /// Keeps one of equal diagnostics: both entry points of a host ask about the same rules.
    pub fn deduplicate(&mut self) {
        let mut said: BTreeMap<(Code, String), Vec<Diagnostic>> = BTreeMap::new();
        self.diagnostics.retain(|diagnostic| {
            let known = said.entry((diagnostic.code, diagnostic.message.clone())).or_default();
            let new = !known.contains(diagnostic);
            if new {
                known.push(diagnostic.clone());
            }
            new
        });
    }

    /// Takes over another report.
    pub fn merge(&mut self, other: Self) {
        self.diagnostics.extend(other.diagnostics);
        self.ledger.merge(other.ledger);
    }
}
