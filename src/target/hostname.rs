//! The API's syntax of hosts (shared_types.go, Hostname and PreciseHostname).

/// A host or `*.` and a host, lower case, no address.
pub(super) fn is_hostname(text: &str) -> bool {
    is_precise(text.strip_prefix("*.").unwrap_or(text)) && text.len() <= 253
}

/// A host without wildcard, lower case. Addresses pass the CRD's pattern but are refused by its text.
pub(super) fn is_precise(text: &str) -> bool {
    !text.is_empty() && text.len() <= 253 && text.split('.').all(is_label) && !is_address(text)
}

fn is_label(label: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_pattern() {
        for good in ["a", "a.b", "*.a.b", "xn--80ak6aa92e.com", "1.example.com"] {
            assert!(is_hostname(good), "{good}");
        }
        for bad in ["", "*", "a.*.b", "A.com", "a_b.com", "-a.com", "a-.com", "a..b", "10.0.0.1", "a.com:80"] {
            assert!(!is_hostname(bad), "{bad}");
        }
        assert!(!is_precise("*.a.b"));
    }
}
