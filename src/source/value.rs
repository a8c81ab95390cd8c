//! Scalars as controllers written in Go read them: `strconv`, `net`, `net/url` and the API's rules for names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `strconv.ParseBool`: `yes` and `on` are no booleans.
#[must_use]
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// `strconv.Atoi`: decimal digits after an optional sign, nothing around them.
#[must_use]
pub fn parse_int(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// `strconv.ParseInt` with base 0, as mapstructure's weak typing uses it: prefixes choose the base, `_` may separate
/// digits, and the empty text is 0.
#[must_use]
pub fn parse_weak_int(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => ("-", text.get(1..)?),
        [b'+', ..] => ("", text.get(1..)?),
        _ => ("", text),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, rest) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if let Some(rest) = lower.strip_prefix('0').filter(|rest| !rest.is_empty()) {
        (8, rest)
    } else {
        (10, lower.as_str())
    };
    // A `_` stands between two digits, or between the base and a digit.
    let separated = if base == 10 { rest } else { rest.strip_prefix('_').unwrap_or(rest) };
    if !separated.split('_').all(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())) {
        return None;
    }
    i64::from_str_radix(&format!("{sign}{}", rest.replace('_', "")), base).ok()
}

/// Go's weak boolean (mapstructure): as [`parse_bool`], and the empty text is `false`.
#[must_use]
pub fn parse_weak_bool(text: &str) -> Option<bool> {
    if text.is_empty() { Some(false) } else { parse_bool(text) }
}

/// Every line without the white space around it, as controllers normalise annotation texts.
#[must_use]
pub fn trim_lines(text: &str) -> String {
    text.split('\n').map(str::trim).collect::<Vec<_>>().join("\n")
}

/// The non-empty items of a comma list, trimmed.
#[must_use]
pub fn split_list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A comma list of addresses and networks, as sorted networks: host bits are cleared, a single address becomes a
/// network of its own. One bad item, an empty one included, refuses the list.
#[must_use]
pub fn parse_networks(text: &str) -> Option<Vec<String>> {
    let mut networks = text.split(',').map(|item| parse_network(item.trim())).collect::<Option<Vec<_>>>()?;
    networks.sort();
    networks.dedup();
    Some(networks)
}

fn parse_network(text: &str) -> Option<String> {
    let Some((address, bits)) = text.split_once('/') else {
        return match text.parse().ok()? {
            IpAddr::V4(address) => Some(format!("{address}/32")),
            IpAddr::V6(address) => Some(
                address.to_ipv4_mapped().map_or_else(|| format!("{address}/128"), |address| format!("{address}/32")),
            ),
        };
    };
    if bits.is_empty() || !bits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let bits: u32 = bits.parse().ok()?;
    match address.parse().ok()? {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.checked_sub(bits)?).unwrap_or(0);
            Some(format!("{}/{bits}", Ipv4Addr::from(u32::from(address) & mask)))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128_u32.checked_sub(bits)?).unwrap_or(0);
            Some(format!("{}/{bits}", Ipv6Addr::from(u128::from(address) & mask)))
        }
    }
}

/// What controllers look at in a URL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Url {
    /// Lower case, without the colon; empty when there is none.
    pub scheme: String,
    /// Host with port; empty when there is none.
    pub host: String,
}

/// `url.Parse`, as far as texts without `%`, `#`, `@` and brackets can make it fail.
#[must_use]
pub fn parse_url(text: &str) -> Option<Url> {
    let (scheme, rest) = split_scheme(text)?;
    let rest = rest.split('?').next().unwrap_or_default();
    if !rest.starts_with('/') {
        let first = rest.split('/').next().unwrap_or_default();
        // "first path segment in URL cannot contain colon"
        return (!scheme.is_empty() || !first.contains(':')).then_some(Url { scheme, host: String::new() });
    }
    let authority = rest.strip_prefix("//").filter(|_| !scheme.is_empty() || !rest.starts_with("///"));
    let host = authority.map_or("", |rest| rest.split('/').next().unwrap_or_default());
    let port = host.rfind(':').and_then(|colon| host.get(colon + 1..)).unwrap_or_default();
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b >= 0x80 || b"-_.~!$&'()*+,;=:[]<>\"".contains(&b);
    let valid = port.bytes().all(|b| b.is_ascii_digit()) && host.bytes().all(allowed);
    valid.then(|| Url { scheme, host: host.to_owned() })
}

/// The scheme in lower case and what follows its colon; `None` for a URL that begins with a colon.
fn split_scheme(text: &str) -> Option<(String, &str)> {
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if position > 0 => {}
            b':' if position == 0 => return None,
            b':' => return Some((text.get(..position)?.to_ascii_lowercase(), text.get(position + 1..)?)),
            _ => break,
        }
    }
    Some((String::new(), text))
}

/// Whether a URL has a scheme and a host, as `auth-url` needs it (ingress-nginx parser.StringToURL).
#[must_use]
pub fn is_absolute_url(text: &str) -> bool {
    parse_url(text).is_some_and(|url| !url.scheme.is_empty() && !url.host.is_empty() && !url.host.contains(".."))
}

/// A DNS-1035 label: what a Service may be called.
#[must_use]
pub fn is_service_name(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.len() <= 63
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(inner)
}

/// A DNS-1123 subdomain: what a Secret or a ConfigMap may be called. An object of any other name cannot exist.
#[must_use]
pub fn is_object_name(text: &str) -> bool {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let label = |label: &str| {
        edge(label.bytes().next())
            && edge(label.bytes().last())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_those_of_go() {
        for text in ["1", "t", "T", "true", "TRUE", "True"] {
            assert_eq!(parse_bool(text), Some(true), "{text}");
        }
        for text in ["yes", "on", "tRUE", " true", "true ", "", "2"] {
            assert_eq!(parse_bool(text), None, "{text:?}");
        }
        assert_eq!((parse_weak_bool(""), parse_weak_bool("yes")), (Some(false), None));
    }

    #[test]
    fn integers_are_those_of_go() {
        assert_eq!((parse_int("+5"), parse_int("-5"), parse_int("007")), (Some(5), Some(-5), Some(7)));
        for text in ["", "60s", "1_000", " 1", "1.0", "0x10", "9223372036854775808"] {
            assert_eq!(parse_int(text), None, "{text:?}");
        }
        let weak = [
            ("", 0),
            ("0", 0),
            ("010", 8),
            ("0x1F", 31),
            ("-0b11", -3),
            ("0o17", 15),
            ("60", 60),
            ("1_000", 1000),
            ("0x_1f", 31),
        ];
        for (text, value) in weak {
            assert_eq!(parse_weak_int(text), Some(value), "{text:?}");
        }
        for text in ["60s", "08", "--5", "-", "0x", "_1", "1_", "1__0", "0_-3"] {
            assert_eq!(parse_weak_int(text), None, "{text:?}");
        }
    }

    #[test]
    fn networks_are_normalised() {
        assert_eq!(
            parse_networks("192.168.1.1, 10.1.2.3/8,10.0.0.0/8"),
            Some(vec!["10.0.0.0/8".to_owned(), "192.168.1.1/32".to_owned()])
        );
        assert_eq!(
            parse_networks("::1,2001:db8::5/32,::ffff:1.2.3.4").map(|n| n.join(" ")).as_deref(),
            Some("1.2.3.4/32 2001:db8::/32 ::1/128")
        );
        assert_eq!(parse_networks("0.0.0.0/0,::/0").map(|n| n.join(" ")).as_deref(), Some("0.0.0.0/0 ::/0"));
        for text in ["bad", "", "10.0.0.0/8,", "10.0.0.0/33", "10.0.0/8", "010.0.0.1", "10.0.0.1/+8", "::/129", "a/8"] {
            assert_eq!(parse_networks(text), None, "{text:?}");
        }
    }

    #[test]
    fn urls_are_those_of_go() {
        let url = parse_url("HTTPS://a.org:8443/x?y=a:b").unwrap();
        assert_eq!((url.scheme.as_str(), url.host.as_str()), ("https", "a.org:8443"));
        assert_eq!(parse_url("http:foo").unwrap().scheme, "http");
        assert_eq!(parse_url("/x"), Some(Url::default()));
        assert_eq!(parse_url("///x").unwrap().host, "");
        for text in [":x", "1a:b", "http://a:b/", "http://a b/"] {
            assert_eq!(parse_url(text), None, "{text}");
        }
        assert!(is_absolute_url("http://$host/auth"));
        for text in ["/auth", "auth.example.com/x", "http:///x", "http://a..b/", "http:x", "http://a:8o/x"] {
            assert!(!is_absolute_url(text), "{text}");
        }
    }

    #[test]
    fn names_follow_the_api() {
        assert!(
            is_service_name("web-1") && !is_service_name("1web") && !is_service_name("web-") && !is_service_name("")
        );
        assert!(is_object_name("1.web") && !is_object_name("a..b") && !is_object_name("a b") && !is_object_name("A"));
        assert!(!is_service_name(&"a".repeat(64)) && is_service_name(&"a".repeat(63)));
    }
}
