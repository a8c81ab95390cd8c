//! What the API server refuses in the texts of an Ingress (pkg/apis/networking/validation/validation.go of Kubernetes
//! 1.36). Each check gives the reason.

use crate::syntax::{Node, Value};

/// An RFC 1123 subdomain: metadata.name.
pub(super) fn subdomain(text: &str) -> Option<String> {
    let valid = text.len() <= 253 && text.split('.').all(is_label);
    (!valid).then(|| format!("`{text}` is no DNS subdomain: lower case letters, digits, `-` and `.`, 253 at most"))
}

/// An RFC 1123 label: metadata.namespace.
pub(super) fn label(text: &str) -> Option<String> {
    let valid = text.len() <= 63 && is_label(text);
    (!valid).then(|| format!("`{text}` is no DNS label: lower case letters, digits and `-`, 63 at most"))
}

/// The name of a Service: a label, too. Labels with a leading digit are let through, as newer API servers do.
pub(super) fn service(text: &str) -> Option<String> {
    label(text)
}

/// A host of a rule or tls section: a subdomain, or one below `*.`; no address.
pub(super) fn host(text: &str) -> Option<String> {
    if text.parse::<std::net::IpAddr>().is_ok() {
        return Some(format!("`{text}` is an address, not a host name"));
    }
    subdomain(text.strip_prefix("*.").unwrap_or(text))
        .map(|_| format!("`{text}` is no host name in lower case, with `*` as its first label at most"))
}

/// A path of type ImplementationSpecific: absolute, or none.
pub(super) fn path(text: &str) -> Option<String> {
    let valid = text.is_empty() || text.starts_with('/');
    (!valid).then(|| format!("path `{text}` does not start with `/`"))
}

/// A path of type Exact or Prefix: absolute and normal (validateHTTPIngressPath).
pub(super) fn strict_path(text: &str) -> Option<String> {
    if !text.starts_with('/') {
        return Some(format!("path `{text}` does not start with `/`"));
    }
    let part = ["//", "/./", "/../", "%2f", "%2F"].into_iter().find(|part| text.contains(part));
    let end = || ["/..", "/."].into_iter().find(|end| text.ends_with(end));
    let part = part.or_else(end)?;
    Some(format!("path `{text}` holds `{part}`"))
}

/// A Service port: a name or a number, not both.
pub(super) fn port(port: &Node) -> Option<String> {
    let name = port.get("name").and_then(Node::as_str).filter(|name| !name.is_empty());
    let numbered = port.get("number").is_some_and(|number| !matches!(number.value, Value::Null | Value::Int(..=0)));
    match (name, numbered) {
        (Some(_), true) => Some("a port has a name and a number".to_owned()),
        (None, false) => Some("a port has neither a name nor a number".to_owned()),
        (Some(name), false) => port_name(name),
        (None, true) => None,
    }
}

/// IsValidPortName: an IANA service name.
fn port_name(name: &str) -> Option<String> {
    let valid = name.len() <= 15
        && is_label(name)
        && !name.contains("--")
        && name.bytes().any(|byte| byte.is_ascii_lowercase());
    (!valid).then(|| format!("`{name}` is no port name: lower case letters, digits and `-`, 15 at most"))
}

fn is_label(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let edge = |byte: Option<&u8>| byte.copied().is_some_and(plain);
    let bytes = text.as_bytes();
    edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(|b| plain(*b) || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::{host, label, strict_path, subdomain};

    #[test]
    fn texts_are_checked_as_the_api_server_does() {
        for good in ["shop.example.com", "*.example.com", "a"] {
            assert_eq!(host(good), None, "{good}");
        }
        for bad in ["Shop.example.com", "shop.example.com:80", "10.0.0.1", "a.*.com", "*", "*.", "a_b.com", "a..b"] {
            assert!(host(bad).is_some(), "{bad}");
        }
        for bad in ["", "a", "/a//b", "/./a", "/a/..", "/a%2fb"] {
            assert!(strict_path(bad).is_some(), "{bad}");
        }
        assert_eq!(strict_path("/a..b/"), None);
        assert!(subdomain(&"a".repeat(254)).is_some());
        assert!(label(&"a".repeat(64)).is_some());
    }
}
