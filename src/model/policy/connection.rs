//! Connections of clients.

/// Something about the connections of clients that is not the implementation's own choice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnectionSetting {
    /// HTTP/2 is not offered over TLS.
    NoHttp2,
    /// Streams at once on one HTTP/2 connection.
    Streams(u32),
    /// The lowest and the highest version of TLS 1.
    TlsVersions(u8, u8),
    /// Ciphers of TLS up to 1.2, as OpenSSL names them, the best first.
    Ciphers(Vec<String>),
    /// Curves for the key exchange, as NIST names them, the best first.
    Curves(Vec<String>),
    /// Milliseconds that a connection may be idle between two requests.
    Idle(u64),
    /// Requests on one connection.
    Requests(u32),
}
