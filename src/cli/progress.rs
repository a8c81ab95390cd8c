//! What is being done at the moment: one line on a terminal that rewrites itself, and nothing anywhere else.

use std::io::{self, IsTerminal};

use super::terminal;

/// The line.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { is_shown: io::stderr().is_terminal() }
    }

    /// Shows a text in place of the last one.
    pub(super) fn show(&self, text: &str) {
        if self.is_shown {
            // A terminal that is gone needs no progress.
            let _ = terminal::say(&format!("\r\x1b[K{text}"));
        }
    }

    /// Leaves the line empty.
    pub(super) fn clear(&self) {
        self.show("");
    }
}
