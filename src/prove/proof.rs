//! What a comparison of two routings finds.

use super::{Outcome, Request};
use crate::model::{Cause, Origin, Protocol};
use crate::report::Code;

/// How far a comparison goes before it says "unproved".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Classes of conditions in one virtual host.
    pub max_classes: usize,
    /// Bytes of memory for the automaton of one virtual host.
    pub automaton_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_classes: 100_000, automaton_bytes: 32 << 20 }
    }
}

/// The answer of a comparison. Two routings are equal when it holds neither differences nor anything unproved.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proof {
    /// Classes of requests that were compared; all requests of a class meet the same rules on both sides.
    pub classes: usize,
    /// Requests that are treated otherwise, by entry point and host.
    pub differences: Vec<Difference>,
    /// Requests for which equality could not be decided.
    pub unproved: Vec<Unproved>,
}

impl Proof {
    /// No request is known to be treated otherwise.
    #[must_use]
    pub fn equivalent(&self) -> bool {
        self.differences.is_empty()
    }

    /// Every class was decided.
    #[must_use]
    pub fn proved(&self) -> bool {
        self.unproved.is_empty()
    }

    pub(super) fn add(&mut self, other: Self) {
        self.classes += other.classes;
        append(&mut self.differences, other.differences);
        append(&mut self.unproved, other.unproved);
    }
}

/// Puts a list behind another one, which takes its place if nobody made room for more.
fn append<T>(list: &mut Vec<T>, other: Vec<T>) {
    if list.capacity() == 0 { *list = other } else { list.extend(other) }
}

/// Requests of one host that are treated otherwise, all for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The shortest request that shows it.
    pub request: Request,
    /// What became of it. Equal to `after` where only a policy without effect on this very request differs.
    pub before: Outcome,
    /// What becomes of it.
    pub after: Outcome,
    /// The rule that took it.
    pub before_rule: Option<Origin>,
    /// The rule that takes it.
    pub after_rule: Option<Origin>,
    /// Why the rule before exists.
    pub before_cause: Option<Cause>,
    /// Why the rule after exists.
    pub after_cause: Option<Cause>,
    /// Why they differ.
    pub codes: Vec<Code>,
    /// The policies that differ; empty unless the codes speak of policies.
    pub families: Vec<Family>,
    /// Port of the entry point.
    pub port: u16,
    /// What the entry point speaks.
    pub protocol: Protocol,
    /// How many of the compared hosts show the same; the request names the first.
    pub hosts: usize,
}

/// Requests of one host for which equality could not be decided. A sample of them showed no difference, or the
/// differences that it showed are among [`Proof::differences`].
#[derive(Debug, Clone, PartialEq)]
pub struct Unproved {
    /// The host, as in a request.
    pub host: String,
    /// Port of the entry point.
    pub port: u16,
    /// Why.
    pub doubt: Doubt,
    /// A request in question, where there is one.
    pub request: Option<Request>,
    /// The rule before.
    pub before_rule: Option<Origin>,
    /// The rule after.
    pub after_rule: Option<Origin>,
}

/// Why equality could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// A pattern is outside of what is decided.
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        why: String,
    },
    /// The patterns of a host need a larger automaton than the limit allows.
    Automaton,
    /// The conditions of a path need more classes than the limit allows.
    Conditions,
    /// Two actions are written differently and no sample showed a difference.
    Action,
}

impl std::fmt::Display for Doubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pattern { pattern, why } => write!(f, "pattern {pattern}: {why}"),
            Self::Automaton => f.write_str("the patterns of the host need too large an automaton"),
            Self::Conditions => f.write_str("too many combinations of conditions"),
            Self::Action => f.write_str("the actions are written differently; samples agree"),
        }
    }
}

/// A family of settings beside where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Cross-origin requests.
    Cors,
    /// Which OPTIONS requests are answered without the backend.
    Preflight,
    /// Client addresses.
    Access,
    /// What the backend speaks.
    BackendProtocol,
    /// TLS towards the backend.
    BackendTls,
    /// Timeouts.
    Timeouts,
    /// Largest request body.
    BodyLimit,
    /// Copies of requests.
    Mirror,
    /// Session affinity.
    Affinity,
    /// Protections that the model only knows by name.
    Unmodelled,
    /// Protections in an implementation's own words.
    Protection,
    /// Other settings in an implementation's own words.
    Foreign,
    /// Changes to request headers.
    RequestHeaders,
    /// Changes to response headers.
    ResponseHeaders,
    /// The backend for when the others are not usable.
    Fallback,
    /// Text of an answer.
    Body,
    /// The certificate that the host shows.
    Certificate,
    /// TLS ends here, or is handed on unopened.
    Passthrough,
    /// User and password.
    BasicAuth,
    /// A service that is asked about each request.
    ExternalAuth,
    /// Keys in requests.
    ApiKeys,
    /// JSON Web Tokens in requests.
    Tokens,
    /// What backends get of a JSON Web Token.
    TokenHeaders,
    /// Whether the address list or the authentication is enough.
    SatisfyAny,
    /// Limits on requests and connections.
    RateLimits,
    /// Bytes a second.
    Bandwidth,
    /// Further attempts.
    Retry,
    /// Requests that are read whole first.
    RequestBuffer,
    /// How an endpoint is chosen.
    Balance,
    /// Bounds on what is in flight.
    CircuitBreaker,
    /// Failing endpoints are left out.
    OutlierDetection,
    /// Answers in place of the backend's.
    ErrorPages,
    /// Headers of every answer.
    AnswerHeaders,
    /// Changes to Location, cookies and bodies.
    AnswerRewrites,
    /// Compressed answers.
    Compression,
    /// Failures on purpose.
    Fault,
    /// Whether requests are logged.
    AccessLog,
    /// Whether requests are traced.
    Tracing,
    /// Connections of clients.
    Connections,
    /// What a client shows in the handshake.
    ClientCertificates,
}

impl Family {
    /// Words for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cors => "CORS",
            Self::Preflight => "preflight requests",
            Self::Access => "client addresses",
            Self::BackendProtocol => "backend protocol",
            Self::BackendTls => "backend TLS",
            Self::Timeouts => "timeouts",
            Self::BodyLimit => "body limit",
            Self::Mirror => "mirror",
            Self::Affinity => "session affinity",
            Self::Unmodelled => "protection",
            Self::Protection => "protection of the implementation's own",
            Self::Foreign => "settings of the implementation's own",
            Self::RequestHeaders => "request headers",
            Self::ResponseHeaders => "response headers",
            Self::Fallback => "fallback backend",
            Self::Body => "body of the answer",
            Self::Certificate => "certificate",
            Self::Passthrough => "TLS passthrough",
            Self::BasicAuth => "user and password",
            Self::ExternalAuth => "external authentication",
            Self::ApiKeys => "API keys",
            Self::Tokens => "JSON Web Tokens",
            Self::TokenHeaders => "what backends get of JSON Web Tokens",
            Self::SatisfyAny => "address list or authentication",
            Self::RateLimits => "rate limits",
            Self::Bandwidth => "bandwidth",
            Self::Retry => "retries",
            Self::RequestBuffer => "request buffering",
            Self::Balance => "load balancing",
            Self::CircuitBreaker => "circuit breaker",
            Self::OutlierDetection => "outlier detection",
            Self::ErrorPages => "error pages",
            Self::AnswerHeaders => "headers of answers",
            Self::AnswerRewrites => "rewritten answers",
            Self::Compression => "compression",
            Self::Fault => "fault injection",
            Self::AccessLog => "access log",
            Self::Tracing => "tracing",
            Self::Connections => "connections of clients",
            Self::ClientCertificates => "client certificates",
        }
    }
}
