//! How Istio compares a text: exactly, by its beginning, or by an expression that takes the whole of it (RE2).

use serde::Deserialize;

use crate::model::ValueMatcher;

/// One of the three, or none: then the text only has to be there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub(super) struct StringMatch {
    pub exact: Option<String>,
    pub prefix: Option<String>,
    pub regex: Option<String>,
}

/// What a text is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text<'m> {
    Exact(&'m str),
    Prefix(&'m str),
    Regex(&'m str),
    /// Whatever it is.
    Present,
}

impl StringMatch {
    pub(super) fn text(&self) -> Text<'_> {
        match self {
            Self { exact: Some(exact), .. } => Text::Exact(exact),
            Self { prefix: Some(prefix), .. } => Text::Prefix(prefix),
            Self { regex: Some(regex), .. } => Text::Regex(regex),
            Self { exact: None, prefix: None, regex: None } => Text::Present,
        }
    }
}

impl Text<'_> {
    /// As a condition on a header or query parameter. The expression `*`, which is none, stands for presence
    /// (istio/istio pilot/pkg/networking/core/route/route.go, canBeConvertedToPresentMatch).
    pub(super) fn value(self) -> ValueMatcher {
        match self {
            Self::Exact(text) => ValueMatcher::Exact(text.to_owned()),
            Self::Prefix(text) => ValueMatcher::Regex(format!("{}.*", regex_syntax::escape(text))),
            Self::Regex("*") | Self::Present => ValueMatcher::Present,
            Self::Regex(pattern) => ValueMatcher::Regex(pattern.to_owned()),
        }
    }

    /// Whether a text that is there satisfies it.
    pub(super) fn holds(self, text: &str) -> bool {
        self.value().matches(Some(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_star_stands_for_presence() {
        assert_eq!(Text::Regex("*").value(), ValueMatcher::Present);
        assert_eq!(StringMatch::default().text().value(), ValueMatcher::Present);
        assert!(Text::Prefix("a.b").holds("a.bc") && !Text::Prefix("a.b").holds("axbc"));
        assert!(Text::Regex("a|b").holds("b") && !Text::Regex("a|b").holds("bc"));
    }
}
