//! Which clients are let in, by their address.

use std::net::IpAddr;

/// Client addresses, in CIDR notation. The rules are asked in order; the first whose blocks hold the address decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessList {
    /// What is asked, in order.
    pub rules: Vec<AccessRule>,
    /// A client that no rule names is refused.
    pub otherwise_refused: bool,
}

/// One step of an [`AccessList`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRule {
    /// What becomes of a client with one of the addresses.
    pub admit: bool,
    /// `address[/bits]`.
    pub blocks: Vec<String>,
}

impl AccessList {
    /// Refuses `deny` first, then admits only `allow`, or all where `allow` is empty (nginx `deny`, `allow`,
    /// `deny all`).
    #[must_use]
    pub fn deny_then_allow(deny: Vec<String>, allow: Vec<String>) -> Self {
        let otherwise_refused = !allow.is_empty();
        let step = |admit, blocks: Vec<String>| (!blocks.is_empty()).then_some(AccessRule { admit, blocks });
        Self { rules: [step(false, deny), step(true, allow)].into_iter().flatten().collect(), otherwise_refused }
    }

    /// Whether everyone is let in.
    #[must_use]
    pub fn admits_all(&self) -> bool {
        !self.otherwise_refused && self.rules.iter().all(|rule| rule.admit)
    }

    /// Every block that a rule names.
    pub fn blocks(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| &rule.blocks).map(String::as_str)
    }

    /// Whether a rule admits the address by name; not being refused is less than that (nginx `satisfy any`).
    #[must_use]
    pub fn names_as_admitted(&self, client: &str) -> bool {
        let found = self.rules.iter().find(|rule| rule.blocks.iter().any(|block| block_contains(block, client)));
        found.is_some_and(|rule| rule.admit)
    }

    /// Whether an address is let through. What is no address is in no block.
    #[must_use]
    pub fn admits(&self, client: &str) -> bool {
        let found = self.rules.iter().find(|rule| rule.blocks.iter().any(|block| block_contains(block, client)));
        found.map_or(!self.otherwise_refused, |rule| rule.admit)
    }
}

/// Whose address a client has (an entry point's matter: the same for all of its rules).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ClientAddress {
    /// The peer's.
    #[default]
    Peer,
    /// The first of X-Forwarded-For where the request has one, else the peer's (nginx `real_ip_recursive` over
    /// 0.0.0.0/0, which is what ingress-nginx's `use-forwarded-headers` comes to).
    ForwardedFirst,
    /// The one that many places from the right of X-Forwarded-For (Envoy `xff_num_trusted_hops`).
    TrustedHops(u32),
    /// X-Forwarded-For from the right, past proxies with these addresses (`address/bits`).
    TrustedProxies(Vec<String>),
    /// The value of this header; a request without one has the peer's, or is refused where `required`.
    Header {
        /// Name, in lower case.
        name: String,
        /// A request without it gets 403.
        required: bool,
    },
    /// What the PROXY protocol says.
    ProxyProtocol,
}

/// Whether an address lies in a block `address[/bits]`.
#[must_use]
pub fn block_contains(block: &str, client: &str) -> bool {
    let (network, bits) = block.split_once('/').unwrap_or((block, ""));
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
