//! What holds for a rule's requests beside where they go. All optional; every value knows its field.

mod access;
mod answer;
mod auth;
mod connection;
mod limit;
mod nginx_headers;
mod telemetry;
mod tokens;
mod upstream;

pub use access::*;
pub use answer::*;
pub use auth::*;
pub use connection::*;
pub use limit::*;
pub use nginx_headers::*;
pub use telemetry::*;
pub use tokens::*;
pub use upstream::*;

use super::{HeaderEdit, Located, Shared};

/// Policies of a rule. Targets take this apart without `..`, so that a new family does not compile until every target
/// says what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// Cross-origin requests.
    pub cors: Option<Located<Cors>>,
    /// Client addresses that are let through or refused.
    pub access: Option<Located<AccessList>>,
    /// User and password.
    pub basic_auth: Option<Located<BasicAuth>>,
    /// A service that is asked about each request.
    pub external_auth: Option<Located<ExternalAuth>>,
    /// Keys in requests.
    pub api_keys: Option<Located<ApiKeys>>,
    /// JSON Web Tokens in requests.
    pub tokens: Option<Located<Tokens>>,
    /// The address list or the authentication is enough, not both (nginx `satisfy any`).
    pub satisfy_any: Option<Located<()>>,
    /// Limits on what one client may ask for.
    pub rate_limits: Option<Located<RateLimits>>,
    /// Bytes a second.
    pub bandwidth: Option<Located<Bandwidth>>,
    /// How the backend is spoken to.
    pub backend_protocol: Option<Located<BackendProtocol>>,
    /// TLS towards the backend.
    pub backend_tls: Option<Located<BackendTls>>,
    /// Timeouts.
    pub timeouts: Option<Located<Timeouts>>,
    /// Further attempts.
    pub retry: Option<Located<Retry>>,
    /// Largest request body in bytes; 0 lifts the limit.
    pub body_limit: Option<Located<u64>>,
    /// The request is read whole before the backend gets it; at most this many bytes (Envoy `buffer`).
    pub request_buffer: Option<Located<u64>>,
    /// A copy of each request goes here, the answer is thrown away.
    pub mirror: Option<Located<Mirror>>,
    /// Repeated requests of one client go to one endpoint.
    pub affinity: Option<Located<Affinity>>,
    /// How an endpoint is chosen.
    pub balance: Option<Located<Balance>>,
    /// Bounds on what is in flight.
    pub circuit_breaker: Option<Located<CircuitBreaker>>,
    /// Failing endpoints are left out.
    pub outlier_detection: Option<Located<OutlierDetection>>,
    /// Answers in place of the backend's, by status.
    pub error_pages: Vec<Located<ErrorPage>>,
    /// Changes to the headers of every answer, whoever made it (nginx `add_header … always`, `more_set_headers`).
    pub answer_headers: Vec<Located<HeaderEdit>>,
    /// What nginx alone can say in headers.
    pub nginx_headers: Option<Box<NginxHeaders>>,
    /// Changes to what answers say about places and cookies.
    pub answer_rewrites: Vec<Located<AnswerRewrite>>,
    /// Answers are compressed with these encodings (`gzip`, `br`).
    pub compression: Option<Located<Vec<String>>>,
    /// Failures and delays on purpose.
    pub fault: Option<Located<Fault>>,
    /// Requests are logged.
    pub access_log: Option<Located<bool>>,
    /// What is logged of requests: asked for a whole entry point.
    pub log_format: Option<Located<LogFormat>>,
    /// Requests are traced.
    pub tracing: Option<Located<bool>>,
    /// How many of those that are traced begin a trace, in a million; all without it.
    pub sampling: Option<Located<u32>>,
    /// Where spans go: asked for a whole entry point.
    pub tracer: Option<Located<Tracer>>,
    /// What is agreed with clients about their connections: asked for a whole entry point.
    pub connections: Vec<Located<ConnectionSetting>>,
    /// Protections that the model cannot hold, by name: a rule under one may not be written without it.
    pub unmodelled: Vec<Located<&'static str>>,
    /// Settings of an implementation that the model has no words for. They compare by their text.
    pub foreign: Vec<Located<Foreign>>,
}

/// A setting in an implementation's own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Foreign {
    /// Kind and field: `SecurityPolicy.jwt`.
    pub field: String,
    /// What it says, as JSON.
    pub value: String,
    /// It may refuse requests.
    pub protects: bool,
    /// The rule's other policies say all of it: for targets that have no words of their own for them.
    pub said: bool,
}

impl Policies {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// For the rules that they hold for.
    #[must_use]
    pub fn shared(self) -> Shared<Self> {
        let none = Shared::default();
        if self == *none { none } else { self.into() }
    }

    /// Whether both say the same, wherever they were read.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        fn one<T: PartialEq>(a: &Option<Located<T>>, b: &Option<Located<T>>) -> bool {
            a.as_ref().map(|located| &located.value) == b.as_ref().map(|located| &located.value)
        }
        fn all<T: PartialEq>(a: &[Located<T>], b: &[Located<T>]) -> bool {
            a.iter().map(|located| &located.value).eq(b.iter().map(|located| &located.value))
        }
        let Self {
            cors,
            access,
            basic_auth,
            external_auth,
            api_keys,
            tokens,
            satisfy_any,
            rate_limits,
            bandwidth,
            backend_protocol,
            backend_tls,
            timeouts,
            retry,
            body_limit,
            request_buffer,
            mirror,
            affinity,
            balance,
            circuit_breaker,
            outlier_detection,
            error_pages,
            answer_headers,
            // No target writes them.
            nginx_headers: _,
            answer_rewrites,
            compression,
            fault,
            access_log,
            log_format,
            tracing,
            sampling,
            tracer,
            connections,
            unmodelled,
            foreign,
        } = self;
        one(cors, &other.cors)
            && one(access, &other.access)
            && one(basic_auth, &other.basic_auth)
            && one(external_auth, &other.external_auth)
            && one(api_keys, &other.api_keys)
            && one(tokens, &other.tokens)
            && one(satisfy_any, &other.satisfy_any)
            && one(rate_limits, &other.rate_limits)
            && one(bandwidth, &other.bandwidth)
            && one(backend_protocol, &other.backend_protocol)
            && one(backend_tls, &other.backend_tls)
            && one(timeouts, &other.timeouts)
            && one(retry, &other.retry)
            && one(body_limit, &other.body_limit)
            && one(request_buffer, &other.request_buffer)
            && one(mirror, &other.mirror)
            && one(affinity, &other.affinity)
            && one(balance, &other.balance)
            && one(circuit_breaker, &other.circuit_breaker)
            && one(outlier_detection, &other.outlier_detection)
            && all(error_pages, &other.error_pages)
            && all(answer_headers, &other.answer_headers)
            && all(answer_rewrites, &other.answer_rewrites)
            && one(compression, &other.compression)
            && one(fault, &other.fault)
            && one(access_log, &other.access_log)
            && one(log_format, &other.log_format)
            && one(tracing, &other.tracing)
            && one(sampling, &other.sampling)
            && one(tracer, &other.tracer)
            && all(connections, &other.connections)
            && all(unmodelled, &other.unmodelled)
            && all(foreign, &other.foreign)
    }
}
