//! Why the API server could not be asked, or what it refused.

use serde_json::Value as Json;

/// Why something did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// There is no usable kubeconfig, or the context is not in it.
    Configuration(String),
    /// The API server answered, and said no.
    Refused(Box<Refusal>),
    /// The API server did not answer.
    Unreachable {
        /// Its address.
        server: String,
        /// What happened to the connection.
        reason: String,
    },
    /// The API server answered with something that is no Kubernetes object.
    Unreadable(String),
    /// The user pressed Ctrl-C.
    Interrupted,
}

/// A `Status` of the API server (apimachinery `meta/v1/types.go`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// HTTP status.
    pub code: u16,
    /// `Forbidden`, `Invalid`, `Conflict`, `NotFound`, …
    pub reason: String,
    /// In words.
    pub message: String,
    /// One entry a field.
    pub causes: Vec<Cause>,
}

/// One reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cause {
    /// The field, as the API server writes it: `spec.rules[0].matches`; empty when it names none.
    pub field: String,
    /// `FieldValueInvalid`, `FieldManagerConflict`, …
    pub reason: String,
    /// In words.
    pub message: String,
}

impl Refusal {
    /// Reads the body of an answer that is no success; text that is no `Status` becomes the message.
    #[must_use]
    pub fn read(code: u16, body: &[u8]) -> Self {
        let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        let Ok(status) = serde_json::from_slice::<Json>(body) else {
            let message = String::from_utf8_lossy(body).trim().to_owned();
            let message = if message.is_empty() { format!("HTTP status {code}") } else { message };
            return Self { code, message, ..Self::default() };
        };
        let causes = status.pointer("/details/causes").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            code,
            reason: text(&status, "reason"),
            message: text(&status, "message"),
            causes: causes
                .iter()
                .map(|cause| Cause {
                    field: text(cause, "field"),
                    reason: text(cause, "reason"),
                    message: text(cause, "message"),
                })
                .collect(),
        }
    }

    /// Whether the user lacks the right.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.code == 403
    }

    /// Whether it does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.code == 404
    }
}

impl Failure {
    /// The refusal, when the API server answered with one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Configuration(_) | Self::Unreachable { .. } | Self::Unreadable(_) | Self::Interrupted => None,
        }
    }

    /// Whether asking for anything else is pointless.
    #[must_use]
    pub fn ends_everything(&self) -> bool {
        match self {
            Self::Configuration(_) | Self::Unreachable { .. } | Self::Interrupted => true,
            Self::Refused(refusal) => refusal.code == 401,
            Self::Unreadable(_) => false,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Configuration(message) => f.write_str(message),
            Self::Refused(refusal) if refusal.code == 401 => {
                write!(f, "the API server does not know the user: {}", refusal.message)
            }
            Self::Refused(refusal) => f.write_str(&refusal.message),
            Self::Unreachable { server, reason } => write!(f, "no answer from {server}: {reason}"),
            Self::Unreadable(message) => write!(f, "an answer of the API server cannot be read: {message}"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_and_other_bodies() {
        let body = br#"{"kind":"Status","code":422,"reason":"Invalid","message":"no","details":{"causes":[
            {"field":"spec.rules[0]","reason":"FieldValueInvalid","message":"bad"}]}}"#;
        let refusal = Refusal::read(422, body);
        assert_eq!((refusal.reason.as_str(), refusal.causes.len()), ("Invalid", 1));
        assert_eq!(refusal.causes.first().map(|cause| cause.field.as_str()), Some("spec.rules[0]"));
        assert_eq!(Refusal::read(502, b"<html>bad gateway</html>").message, "<html>bad gateway</html>");
        assert_eq!(Refusal::read(503, b"").message, "HTTP status 503");
    }
}
