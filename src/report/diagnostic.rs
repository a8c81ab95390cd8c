//! One finding.

use super::{Code, Severity};
use crate::model::Origin;

/// One finding: what, where, why it matters for traffic, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The row of the code table.
    pub code: Code,
    /// How bad it is here; the code's default unless the user changed it.
    pub severity: Severity,
    /// What, in one line: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where. The first is the place itself.
    pub labels: Vec<Label>,
    /// What it means for requests; further facts.
    pub notes: Vec<String>,
    /// The next action.
    pub help: Option<String>,
    /// A place that is no field of an object (a file that does not parse): `file:line:column` is drawn from here.
    pub text: Option<crate::syntax::TextPosition>,
}

/// A place with what is to be said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The field.
    pub origin: Origin,
    /// What follows from it; may be empty.
    pub text: String,
}

/// Words of the input that are longer than this are told by their two ends.
const LONGEST_WORD: usize = 300;

/// A text that people can read, whatever it quotes.
fn brief(text: String) -> String {
    if text.len() <= LONGEST_WORD {
        return text;
    }
    let word = |word: &str| -> String {
        match word.chars().count() {
            length if length <= LONGEST_WORD => word.to_owned(),
            length => word.chars().take(100).chain(['…']).chain(word.chars().skip(length - 50)).collect(),
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

impl Diagnostic {
    /// A finding with its code's default severity.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.entry().severity,
            message: brief(message.into()),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            text: None,
        }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, origin: &Origin, text: impl Into<String>) -> Self {
        self.labels.push(Label { origin: origin.clone(), text: brief(text.into()) });
        self
    }

    /// Adds a place in the text that is no field.
    #[must_use]
    pub fn in_text(mut self, position: crate::syntax::TextPosition) -> Self {
        self.text = Some(position);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(brief(note.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(brief(help.into()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_told_by_their_ends() {
        let host = format!("`{}z` is no host", "ä".repeat(5_000));
        let said = Diagnostic::new(Code::Unreadable, host).message;
        assert!(said.starts_with("`ää") && said.ends_with("äz` is no host") && said.contains('…'), "{said}");
        assert!(said.chars().count() < 200, "{said}");
        let sentence = "a short word ".repeat(100);
        assert_eq!(Diagnostic::new(Code::Unreadable, sentence.clone()).message, sentence);
    }
}
