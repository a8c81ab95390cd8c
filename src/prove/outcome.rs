//! What becomes of a request, in the form that `trace` prints.

use std::collections::BTreeMap;

use serde::Serialize;

/// What becomes of a request; exactly one of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It reaches a backend.
    Forward {
        /// `ns/name:port`.
        service: String,
        /// Path and query as the backend sees them.
        path: String,
        /// Host header as the backend sees it.
        host: String,
    },
    /// It reaches one of several backends.
    Split {
        /// Shares by `ns/name:port`; failures as `respond:500`.
        #[serde(flatten)]
        shares: Shares,
    },
    /// It is redirected.
    Redirect {
        /// Status.
        status: u16,
        /// The Location header.
        location: String,
    },
    /// It is answered without a backend.
    Respond(Answer),
    /// The configuration is refused, so nothing is served by it.
    Reject {
        /// Why.
        reason: String,
    },
}

/// Shares of a weighted group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shares {
    /// By destination.
    #[serde(flatten)]
    pub weights: BTreeMap<String, u32>,
    /// Path and query as the backend sees them.
    pub path: String,
    /// Host header as the backend sees it.
    pub host: String,
}

/// An answer without a backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// An HTTP status.
    Status(u16),
    /// No HTTP answer at all: `no listener`, `tls`.
    Connection(String),
}
