//! Hostnames of listeners and routes: which is more specific, and what two have in common.

use crate::model::{HostPattern, WildcardDepth};

/// A hostname as a listener or route writes it; absent is every host.
pub(in crate::source) fn pattern(hostname: Option<&str>, depth: WildcardDepth) -> HostPattern {
    match hostname.filter(|hostname| !hostname.is_empty()) {
        None => HostPattern::Any,
        Some(hostname) => match hostname.to_ascii_lowercase() {
            lower if lower == "*" => HostPattern::Any,
            lower => match lower.strip_prefix("*.") {
                Some(suffix) => HostPattern::Wildcard { suffix: suffix.to_owned(), depth },
                None => HostPattern::Exact(lower),
            },
        },
    }
}

/// Greater is more specific: precise hostnames, then wildcards by length, then every host.
pub(in crate::source) fn specificity(host: &HostPattern) -> (u8, usize) {
    match host {
        HostPattern::Exact(host) => (3, host.len()),
        HostPattern::Regex(pattern) => (2, pattern.len()),
        HostPattern::Wildcard { suffix, .. } => (1, suffix.len()),
        HostPattern::Any => (0, 0),
    }
}

/// The hosts that both take: the more specific of two hostnames when the other one covers it
/// (gateway_types.go, Listener.hostname; httproute_types.go, hostnames).
pub(in crate::source) fn intersection(a: &HostPattern, b: &HostPattern) -> Option<HostPattern> {
    if covers(a, b) {
        Some(b.clone())
    } else if covers(b, a) {
        Some(a.clone())
    } else {
        None
    }
}

/// Whether every host of `inner` is one of `outer`.
pub(in crate::source) fn covers(outer: &HostPattern, inner: &HostPattern) -> bool {
    match (outer, inner) {
        (HostPattern::Any, _) => true,
        (HostPattern::Wildcard { suffix: outer, .. }, HostPattern::Wildcard { suffix: inner, .. }) => {
            outer == inner || inner.strip_suffix(outer.as_str()).is_some_and(|rest| rest.ends_with('.'))
        }
        (HostPattern::Wildcard { .. }, HostPattern::Exact(host)) => outer.matches(host),
        (HostPattern::Exact(outer), HostPattern::Exact(inner)) => outer == inner,
        (HostPattern::Regex(outer), HostPattern::Regex(inner)) => outer == inner,
        (HostPattern::Exact(_) | HostPattern::Wildcard { .. } | HostPattern::Regex(_), _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> HostPattern {
        pattern(Some(text), WildcardDepth::Many)
    }

    #[test]
    fn the_more_specific_hostname_is_what_two_have_in_common() {
        assert_eq!(intersection(&host("*.foo.com"), &host("*.com")), Some(host("*.foo.com")));
        assert_eq!(intersection(&host("*.com"), &host("a.b.com")), Some(host("a.b.com")));
        assert_eq!(intersection(&host("*.foo.com"), &host("foo.com")), None);
        assert_eq!(intersection(&host("*.foo.com"), &host("*.barfoo.com")), None);
        assert_eq!(intersection(&HostPattern::Any, &host("*.com")), Some(host("*.com")));
        assert_eq!(intersection(&host("a.com"), &host("b.com")), None);
    }
}
