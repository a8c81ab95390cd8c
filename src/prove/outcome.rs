//! What becomes of a request, in the form that `trace` prints.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

/// What becomes of a request; exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It reaches a backend.
    Forward {
        /// `ns/name:port`.
        service: String,
        /// What the backend receives.
        received: Received,
    },
    /// It reaches one of several backends.
    Split {
        /// Shares by `ns/name:port`; failures as `respond:500`.
        shares: BTreeMap<String, u64>,
        /// What the backends receive.
        received: Received,
    },
    /// It is redirected.
    Redirect {
        /// Status.
        status: u16,
        /// The Location header.
        location: String,
    },
    /// It is answered without a backend.
    Respond {
        /// Status.
        status: u16,
    },
    /// There is no HTTP answer at all: `no listener`, `tls`.
    Connection {
        /// Why.
        reason: &'static str,
    },
    /// The configuration is refused, so nothing is served by it.
    Reject {
        /// Why.
        reason: String,
    },
}

/// What a backend receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Path and query.
    pub path: String,
    /// Host header.
    pub host: String,
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Forward { service, received } => {
                map.serialize_entry(
                    "forward",
                    &json!({"service": service, "path": received.path, "host": received.host}),
                )?;
            }
            Self::Split { shares, received } => {
                map.serialize_entry("split", shares)?;
                map.serialize_entry("path", &received.path)?;
                map.serialize_entry("host", &received.host)?;
            }
            Self::Redirect { status, location } => {
                map.serialize_entry("redirect", &json!({"status": status, "location": location}))?;
            }
            Self::Respond { status } => map.serialize_entry("respond", &json!({"status": status}))?,
            Self::Connection { reason } => map.serialize_entry("respond", &json!({"connection": reason}))?,
            Self::Reject { reason } => map.serialize_entry("reject", &json!({"reason": reason}))?,
        }
        map.end()
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Forward { service, received: Received { path, host } } => {
                write!(f, "forward to {service} as {host}{path}")
            }
            Self::Split { shares, received: Received { path, host } } => {
                let total: u64 = shares.values().sum();
                let parts: Vec<_> = shares.iter().map(|(to, weight)| format!("{weight}/{total} {to}")).collect();
                write!(f, "split over {} as {host}{path}", parts.join(", "))
            }
            Self::Redirect { status, location } => write!(f, "redirect {status} to {location}"),
            Self::Respond { status } => write!(f, "respond {status}"),
            Self::Connection { reason } => write!(f, "no answer ({reason})"),
            Self::Reject { reason } => write!(f, "refused: {reason}"),
        }
    }
}
