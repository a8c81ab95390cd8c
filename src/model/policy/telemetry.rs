//! What is written down about requests.

use std::collections::BTreeMap;

/// What is logged of each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFormat {
    /// The line.
    pub line: LogLine,
    /// In what it is not what the source logs, each in a sentence of its own.
    pub differences: Vec<String>,
}

/// A line of a log, in the command operators of Envoy: `%RESPONSE_CODE%` stands for the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogLine {
    /// One text, with its end of line.
    Text(String),
    /// A JSON object with these fields.
    Json(BTreeMap<String, String>),
}

/// Where spans go, by OTLP over gRPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracer {
    /// Host of the collector.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name of the service in spans; `None` for what the data plane takes.
    pub service: Option<String>,
}

/// All requests, as a share in a million.
pub const EVERY_REQUEST: u32 = 1_000_000;
