//! How much a client may ask for.

/// Limits on requests and connections of one client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RateLimits {
    /// Requests in a time.
    pub requests: Vec<RequestLimit>,
    /// Connections at once.
    pub connections: Option<u64>,
    /// Clients without a limit, `address[/bits]`.
    pub exempt: Vec<String>,
    /// Status of a refused request (`limit-req-status-code`; Envoy 429).
    pub status: u16,
    /// Who shares a bucket.
    pub of: LimitedBy,
}

/// Requests in a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestLimit {
    /// How many.
    pub requests: u64,
    /// In what.
    pub unit: TimeUnit,
    /// How many more at once (nginx `burst`, without delay).
    pub burst: u64,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeUnit {
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day, and longer units of Envoy Gateway.
    Day,
}

/// Who shares a limit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LimitedBy {
    /// Each client address by itself, in each instance of the proxy (nginx `limit_req_zone`).
    #[default]
    EachClient,
    /// All clients together, in each instance of the proxy (Envoy's local limit).
    Instance,
    /// All clients of all instances together.
    Everyone,
    /// As the implementation's own selectors say.
    Selectors(String),
}

/// Bytes a second towards the client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bandwidth {
    /// Kilobytes a second.
    pub rate: u64,
    /// Kilobytes before the limit holds.
    pub after: u64,
}
