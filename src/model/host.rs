//! Host patterns of virtual hosts.

/// Which request hosts a virtual host serves. Hosts are lower case, without port and trailing dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostPattern {
    /// One host.
    Exact(String),
    /// `*.suffix`.
    Wildcard {
        /// What follows `*.`.
        suffix: String,
        /// How many labels the star stands for.
        depth: WildcardDepth,
    },
    /// A regular expression over the lower-cased host, as in nginx's `server_name ~…`: unanchored unless it says otherwise.
    Regex(String),
    /// Every host that nothing else took.
    Any,
}

/// How far a wildcard host reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WildcardDepth {
    /// Exactly one label: ingress-nginx (template.go, buildServerName) and the Ingress API.
    One,
    /// One or more labels: Gateway API (httproute_types.go, Hostname).
    Many,
}

impl HostPattern {
    /// Whether a request host (already lower case, no port, no trailing dot) is served.
    #[must_use]
    pub fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == host,
            Self::Wildcard { suffix, depth } => {
                let Some(label) = host.strip_suffix(suffix.as_str()).and_then(|l| l.strip_suffix('.')) else {
                    return false;
                };
                match depth {
                    // `[\w-]+` in the server name that ingress-nginx writes.
                    WildcardDepth::One => {
                        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
                    }
                    WildcardDepth::Many => !label.is_empty(),
                }
            }
            Self::Regex(pattern) => {
                super::search_regex(pattern, true).is_some_and(|r| r.is_match(host).unwrap_or(false))
            }
            Self::Any => true,
        }
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(host) => f.write_str(host),
            Self::Wildcard { suffix, .. } => write!(f, "*.{suffix}"),
            Self::Regex(pattern) => write!(f, "~{pattern}"),
            Self::Any => f.write_str("*"),
        }
    }
}
