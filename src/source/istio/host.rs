//! Host names of Istio: short ones, those of Services, and what two of them have in common.

use crate::model::{HostPattern, WildcardDepth};
use crate::source::gateway_api::hostname;

/// The full name of a host. Only a name without a dot is short: `reviews.prod` is taken as it is written
/// (istio/istio pkg/model/config.go, ResolveShortnameToFQDN).
pub(super) fn full(host: &str, namespace: &str) -> String {
    let host = host.to_ascii_lowercase();
    if host.contains('.') || host.starts_with('*') || host.is_empty() {
        host
    } else {
        format!("{host}.{namespace}.svc.cluster.local")
    }
}

/// Namespace and name of the Service that a full name stands for: `name.namespace.svc` with whatever the domain of the
/// cluster is.
pub(super) fn service(full: &str) -> Option<(String, String)> {
    let mut labels = full.split('.');
    let (name, namespace) = (labels.next()?, labels.next()?);
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_label = |text: &str| {
        !text.is_empty()
            && text.len() <= 63
            && text.bytes().all(plain)
            && !text.starts_with('-')
            && !text.ends_with('-')
    };
    (labels.next() == Some("svc") && is_label(name) && is_label(namespace))
        .then(|| (namespace.to_owned(), name.to_owned()))
}

/// The requests that a host of a VirtualService or server stands for at a gateway; `None` for what is no host name
/// there: an address, `*foo.com`.
pub(super) fn pattern(full: &str) -> Option<HostPattern> {
    let pattern = hostname::pattern(Some(full), WildcardDepth::Many);
    let plain = |text: &str| !text.is_empty() && !text.contains(['*', '/', ':']) && !is_address(text);
    match &pattern {
        HostPattern::Exact(host) if !plain(host) => None,
        HostPattern::Wildcard { suffix, .. } if !plain(suffix) => None,
        HostPattern::Exact(_) | HostPattern::Wildcard { .. } | HostPattern::Any | HostPattern::Regex(_) => {
            Some(pattern)
        }
    }
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// A host of a server with the namespaces whose VirtualServices it takes: `ns/host`, `./host`, `*/host`, `host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerHost {
    pub namespaces: Namespaces,
    /// `None` for what is no host name.
    pub pattern: Option<HostPattern>,
}

/// Namespaces as `exportTo` and the hosts of servers name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Namespaces {
    All,
    None,
    One(String),
}

impl Namespaces {
    /// A word of `exportTo`, seen from a namespace.
    pub(super) fn of(word: &str, own: &str) -> Self {
        match word {
            "*" => Self::All,
            "." => Self::One(own.to_owned()),
            "~" => Self::None,
            other => Self::One(other.to_owned()),
        }
    }

    pub(super) fn contains(&self, namespace: &str) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::One(one) => one == namespace,
        }
    }
}

/// A host of a server of a Gateway; it is never short.
pub(super) fn of_server(written: &str, own: &str) -> ServerHost {
    let (namespaces, host) = written.split_once('/').unwrap_or(("*", written));
    ServerHost { namespaces: Namespaces::of(namespaces, own), pattern: pattern(&host.to_ascii_lowercase()) }
}

/// Whether an object with this `exportTo` is seen in a namespace; without one it is everywhere.
pub(super) fn exported(export_to: &[String], own: &str, to: &str) -> bool {
    export_to.is_empty() || export_to.iter().any(|word| Namespaces::of(word, own).contains(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_without_a_dot_are_short() {
        assert_eq!(full("reviews", "prod"), "reviews.prod.svc.cluster.local");
        assert_eq!(full("reviews.prod", "x"), "reviews.prod");
        assert_eq!(full("*", "x"), "*");
        let reviews = || Some(("prod".to_owned(), "reviews".to_owned()));
        assert_eq!(service("reviews.prod.svc.cluster.local"), reviews());
        assert_eq!(service("reviews.prod.svc.domain.suffix"), reviews());
        assert_eq!(service("reviews.prod.svc"), reviews());
        for other in
            ["foo.svcs.com", "reviews.prod", "a.b.svcs.x", "*.prod.svc.cluster.local", "a.$(ns).svc.cluster.local"]
        {
            assert_eq!(service(other), None, "{other}");
        }
    }

    #[test]
    fn hosts_of_servers_name_namespaces() {
        let host = of_server("./*.foo.com", "prod");
        assert!(host.namespaces.contains("prod") && !host.namespaces.contains("dev"));
        assert_eq!(host.pattern, pattern("*.foo.com"));
        assert!(of_server("*/a.com", "prod").namespaces.contains("dev"));
        assert_eq!(of_server("dev/*", "prod").pattern, Some(HostPattern::Any));
        assert_eq!((pattern("10.0.0.1"), pattern("*foo.com")), (None, None));
    }

    #[test]
    fn export_to_says_who_sees_an_object() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert!(exported(&[], "a", "b"));
        assert!(exported(&words(&["*"]), "a", "b"));
        assert!(!exported(&words(&["."]), "a", "b") && exported(&words(&["."]), "a", "a"));
        assert!(exported(&words(&["x", "b"]), "a", "b") && !exported(&words(&["~"]), "a", "a"));
    }
}
