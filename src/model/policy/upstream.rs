//! How backends are spoken to, chosen and tried again.

use std::collections::BTreeSet;

/// What the backend speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BackendProtocol {
    /// HTTP/1.1.
    Http,
    /// HTTP over TLS.
    Https,
    /// The scheme of the request (`AUTO_HTTP`).
    SameAsRequest,
    /// gRPC without TLS.
    Grpc,
    /// gRPC over TLS.
    Grpcs,
    /// FastCGI.
    Fcgi,
}

/// TLS towards the backend.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BackendTls {
    /// The certificate is checked.
    pub verify: bool,
    /// Host name for SNI and the check.
    pub server_name: Option<String>,
    /// Secret (`ns`, `name`) with `ca.crt` and perhaps a client certificate.
    pub secret: Option<(String, String)>,
    /// Protocols as OpenSSL names them (`TLSv1.2`); empty for the default.
    pub protocols: Vec<String>,
    /// Ciphers as OpenSSL lists them; empty for the default.
    pub ciphers: String,
}

/// Timeouts in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeouts {
    /// To connect.
    pub connect: Option<u64>,
    /// Between two reads from the backend.
    pub read_idle: Option<u64>,
    /// Between two writes to the backend.
    pub send_idle: Option<u64>,
    /// The whole exchange; 0 for none.
    pub request: Option<u64>,
    /// One attempt at a backend; 0 for none.
    pub backend_request: Option<u64>,
}

/// Another attempt after a failed one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retry {
    /// Attempts beside the first; 0 for none, `u32::MAX` for as many as there are endpoints.
    pub retries: u32,
    /// What counts as failed.
    pub on: BTreeSet<RetryOn>,
    /// Milliseconds for one attempt.
    pub per_try: Option<u64>,
    /// Milliseconds for all attempts together; 0 for no bound.
    pub within: Option<u64>,
    /// Milliseconds between attempts, at first.
    pub backoff: Option<u64>,
    /// POST, LOCK and PATCH are tried again, too.
    pub non_idempotent: bool,
}

/// What counts as a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RetryOn {
    /// No connection (nginx `error`, Envoy `connect-failure`).
    Connect,
    /// A connection that breaks (nginx `error`, Envoy `reset`).
    Reset,
    /// A timeout.
    Timeout,
    /// An answer that is none (nginx `invalid_header`).
    InvalidAnswer,
    /// This status.
    Status(u16),
    /// A gRPC status, by its number.
    Grpc(u8),
}

/// How an endpoint is chosen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Balance {
    /// One after the other.
    RoundRobin,
    /// The one with the fewest requests.
    LeastRequest,
    /// By measured latency (ingress-nginx `ewma`).
    Ewma,
    /// Any.
    Random,
    /// The same for the same key.
    Hash(HashKey),
}

/// What endpoints are chosen by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashKey {
    /// The client's address.
    ClientAddress,
    /// A header.
    Header(String),
    /// A cookie.
    Cookie(String),
    /// A parameter of the query.
    Query(String),
    /// Path and query.
    Uri,
    /// Text with nginx variables that is none of these.
    Expression(String),
}

/// Session affinity by cookie.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Affinity {
    /// Name of the cookie.
    pub cookie: String,
    /// Seconds it lives; `None` for the session.
    pub max_age: Option<u64>,
    /// Its path.
    pub path: Option<String>,
    /// Its domain.
    pub domain: Option<String>,
    /// `Secure`.
    pub secure: bool,
    /// `SameSite`: `Strict`, `Lax`, `None`.
    pub same_site: Option<String>,
    /// A client whose endpoint fails is given another (`session-cookie-change-on-failure`).
    pub change_on_failure: bool,
}

/// How much is kept open and in flight towards a backend; `None` for no bound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CircuitBreaker {
    /// Connections.
    pub connections: Option<u64>,
    /// Requests that wait for one.
    pub pending: Option<u64>,
    /// Requests at once.
    pub requests: Option<u64>,
    /// Retries at once.
    pub retries: Option<u64>,
    /// Requests on one connection.
    pub per_connection: Option<u64>,
}

/// Endpoints that fail are left out for a time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutlierDetection {
    /// 5xx answers in a row.
    pub consecutive_errors: Option<u32>,
    /// 502, 503 and 504 answers in a row.
    pub consecutive_gateway_errors: Option<u32>,
    /// Milliseconds between looks.
    pub interval: Option<u64>,
    /// Milliseconds for which an endpoint is left out.
    pub ejection: Option<u64>,
    /// Most that may be left out, in percent.
    pub max_ejected: Option<u32>,
}
