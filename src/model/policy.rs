//! What holds for a rule's requests beside where they go. All optional; every value knows its field.

use super::{Located, ServicePort};

/// Policies of a rule. Targets take this apart without `..`, so that a new family does not compile until every target
/// says what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// Cross-origin requests.
    pub cors: Option<Located<Cors>>,
    /// Client addresses that are let through or refused.
    pub access: Option<Located<AccessList>>,
    /// How the backend is spoken to.
    pub backend_protocol: Option<Located<BackendProtocol>>,
    /// TLS towards the backend.
    pub backend_tls: Option<Located<BackendTls>>,
    /// Timeouts.
    pub timeouts: Option<Located<Timeouts>>,
    /// Largest request body in bytes; 0 lifts the limit.
    pub body_limit: Option<Located<u64>>,
    /// A copy of each request goes here, the answer is thrown away.
    pub mirror: Option<Located<Mirror>>,
    /// Repeated requests of one client go to one endpoint.
    pub affinity: Option<Located<Affinity>>,
    /// Protections that the model cannot hold yet, by name: a rule under one may not be written without it.
    pub unmodelled: Vec<Located<&'static str>>,
}

/// Cross-origin resource sharing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// Origins: `*`, `scheme://host[:port]`, `scheme://*.host`.
    pub allow_origins: Vec<String>,
    /// Methods.
    pub allow_methods: Vec<String>,
    /// Request headers.
    pub allow_headers: Vec<String>,
    /// Response headers that scripts may read.
    pub expose_headers: Vec<String>,
    /// Cookies and credentials are allowed.
    pub allow_credentials: bool,
    /// Seconds for which a preflight may be cached.
    pub max_age: u32,
    /// Which OPTIONS requests are answered without the backend.
    pub preflight: Preflight,
}

/// What counts as a preflight request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preflight {
    /// Every OPTIONS request whose Origin is allowed; with `*` even one without Origin (ingress-nginx, nginx.tmpl CORS).
    AnyOptions,
    /// OPTIONS with Origin and Access-Control-Request-Method (the Fetch standard; Envoy).
    Fetch,
}

/// Client addresses, in CIDR notation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessList {
    /// Only these; empty for all.
    pub allow: Vec<String>,
    /// Never these; asked first.
    pub deny: Vec<String>,
    /// The client is the first address of X-Forwarded-For where the request has one, not the peer
    /// (`use-forwarded-headers`: real_ip_recursive over 0.0.0.0/0).
    pub forwarded_for: bool,
}

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

/// A copy of the traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// Where it goes.
    pub to: MirrorTarget,
    /// Share in percent.
    pub percent: u8,
}

/// Where a mirror sends its copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorTarget {
    /// A Service.
    Service(ServicePort),
    /// Any URL.
    Url(String),
}

/// Session affinity by cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affinity {
    /// Name of the cookie.
    pub cookie: String,
    /// Seconds it lives; `None` for the session.
    pub max_age: Option<u64>,
    /// Its path.
    pub path: Option<String>,
}

impl Policies {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl AccessList {
    /// Whether an address is let through. What is no address is refused where a list asks for one.
    #[must_use]
    pub fn admits(&self, client: &str) -> bool {
        let inside = |list: &[String]| list.iter().any(|cidr| cidr_contains(cidr, client));
        !inside(&self.deny) && (self.allow.is_empty() || inside(&self.allow))
    }
}

/// Whether an address lies in a block `address[/bits]`.
fn cidr_contains(cidr: &str, client: &str) -> bool {
    use std::net::IpAddr;
    let (network, bits) = cidr.split_once('/').unwrap_or((cidr, ""));
    let (Ok(network), Ok(client)) = (network.trim().parse::<IpAddr>(), client.parse::<IpAddr>()) else {
        return false;
    };
    let prefix = |width: u32| bits.parse::<u32>().unwrap_or(width).min(width);
    match (network, client) {
        (IpAddr::V4(n), IpAddr::V4(c)) => {
            let shift = 32 - prefix(32);
            shift == 32 || (n.to_bits() >> shift) == (c.to_bits() >> shift)
        }
        (IpAddr::V6(n), IpAddr::V6(c)) => {
            let shift = 128 - prefix(128);
            shift == 128 || (n.to_bits() >> shift) == (c.to_bits() >> shift)
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}
