//! Headers in nginx's own words.

use crate::model::HeaderEdit;

/// Headers whose values only nginx can make: variables in their text stand for something of the request. A trace tells
/// them. No target writes them, so each is reported as lost where it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NginxHeaders {
    /// Towards backends (`proxy_set_header`).
    pub received: Vec<HeaderEdit>,
    /// Towards clients (`more_set_headers`).
    pub answered: Vec<HeaderEdit>,
}

/// The name of a variable at the beginning of a text behind its `$`, and what follows it: `name…` or `{name}…`.
#[must_use]
pub fn nginx_variable(text: &str) -> (&str, &str) {
    if let Some((name, rest)) = text.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
        return (name, rest);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end)
}

impl NginxHeaders {
    /// These; `None` where there are none.
    #[must_use]
    pub fn some(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}
