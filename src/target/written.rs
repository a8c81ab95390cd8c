//! How settings come out.

/// What became of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written<T> {
    /// The same.
    Exactly(T),
    /// Nearly the same; each difference in a sentence of its own.
    Nearly(T, Vec<String>),
    /// Not at all; why.
    Not(String),
}

impl<T> Written<T> {
    /// The value with its differences, if any.
    pub(super) fn with(value: T, differences: Vec<String>) -> Self {
        if differences.is_empty() { Self::Exactly(value) } else { Self::Nearly(value, differences) }
    }

    /// Not at all.
    pub(super) fn not(why: impl Into<String>) -> Self {
        Self::Not(why.into())
    }

    /// As part of something larger.
    pub(super) fn map<U>(self, into: impl FnOnce(T) -> U) -> Written<U> {
        match self {
            Self::Exactly(value) => Written::Exactly(into(value)),
            Self::Nearly(value, differences) => Written::Nearly(into(value), differences),
            Self::Not(why) => Written::Not(why),
        }
    }
}
