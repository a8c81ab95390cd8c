//! Strings of Gateway API (apis/v1/shared_types.go), each with the expression of the CRD and a reader of its own.

use super::schema::{Pattern, Shape, Text, length};

/// `a-b.c`: DNS-1123 labels.
const SUBDOMAIN: Pattern =
    Pattern { text: r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", holds: is_subdomain };
const LABEL: Pattern = Pattern { text: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", holds: is_label };
const HOST: Pattern =
    Pattern { text: r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", holds: is_hostname };
const GROUP_NAME: Pattern = Pattern {
    text: r"^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    holds: |value| value.is_empty() || is_subdomain(value),
};
const KIND_NAME: Pattern = Pattern { text: "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$", holds: is_kind };
const TOKEN: Pattern = Pattern { text: r"^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$", holds: is_token };
const VISIBLE: Pattern = Pattern { text: r"^[!-~]+([\t ]?[!-~]+)*$", holds: is_visible };
const UNITS: Pattern = Pattern { text: "^([0-9]{1,5}(h|m|s|ms)){1,4}$", holds: is_duration };

/// Text without limits.
pub(super) const ANY: Shape = Shape::Text(&length(0, usize::MAX));
/// A hostname, perhaps with `*.` in front.
pub(super) const HOSTNAME: Shape = Shape::Text(&HOSTNAME_TEXT);
/// The same, for lists.
pub(super) const HOSTNAME_TEXT: Text = length(1, 253).like(HOST);
/// A hostname without wildcard.
pub(super) const PRECISE_HOSTNAME: Shape = Shape::Text(&length(1, 253).like(SUBDOMAIN));
/// A listener, rule or port name.
pub(super) const SECTION_NAME: Shape = Shape::Text(&length(1, 253).like(SUBDOMAIN));
/// A namespace.
pub(super) const NAMESPACE: Shape = Shape::Text(&length(1, 63).like(LABEL));
/// The name of an object.
pub(super) const OBJECT_NAME: Shape = Shape::Text(&length(1, 253));
/// An API group; empty for core.
pub(super) const GROUP: Shape = Shape::Text(&length(0, 253).like(GROUP_NAME));
/// A kind.
pub(super) const KIND: Shape = Shape::Text(&length(1, 63).like(KIND_NAME));
/// The name of a header or query parameter.
pub(super) const HEADER_NAME: Shape = Shape::Text(&length(1, 256).like(TOKEN));
/// The value of a header, standard channel.
pub(super) const HEADER_VALUE: Shape = Shape::Text(&length(1, 4096));
/// The value of a header, experimental channel: visible ASCII.
pub(super) const VISIBLE_HEADER_VALUE: Shape = Shape::Text(&length(1, 4096).like(VISIBLE));
/// A duration (GEP-2257).
pub(super) const DURATION: Shape = Shape::Text(&length(0, usize::MAX).like(UNITS));

/// A pattern of which only one field makes use, read by an engine.
macro_rules! engine {
    ($text:literal) => {
        $crate::validate::gateway_api::Pattern {
            text: $text,
            holds: |value| {
                static COMPILED: std::sync::LazyLock<Option<std::sync::Arc<fancy_regex::Regex>>> =
                    std::sync::LazyLock::new(|| crate::model::search_regex($text, false));
                COMPILED.as_ref().is_some_and(|regex| regex.is_match(value).unwrap_or(false))
            },
        }
    };
}
pub(super) use engine;

/// DNS-1123 subdomain, without a limit of length.
pub(super) fn is_subdomain(value: &str) -> bool {
    value.split('.').all(is_label)
}

fn is_label(value: &str) -> bool {
    let bytes = value.as_bytes();
    let alphanumeric = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    alphanumeric(bytes.first())
        && alphanumeric(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

/// A subdomain, perhaps with `*.` in front.
pub(super) fn is_hostname(value: &str) -> bool {
    is_subdomain(value.strip_prefix("*.").unwrap_or(value))
}

fn is_kind(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

fn is_token(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn is_visible(value: &str) -> bool {
    let bytes = value.as_bytes();
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    bytes.iter().all(|b| b.is_ascii_graphic() || blank(b))
        && bytes.first().is_some_and(u8::is_ascii_graphic)
        && bytes.last().is_some_and(u8::is_ascii_graphic)
        && !bytes.windows(2).any(|pair| pair.iter().all(blank))
}

fn is_duration(value: &str) -> bool {
    let mut rest = value;
    let mut units = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some(tail) = rest.get(digits..).filter(|_| (1..=5).contains(&digits)) else { return false };
        let Some(next) = ["ms", "h", "m", "s"].into_iter().find_map(|unit| tail.strip_prefix(unit)) else {
            return false;
        };
        rest = next;
        units += 1;
    }
    (1..=4).contains(&units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Characters that the patterns tell apart.
    const ALPHABET: &str = "[a-bA-B0-1.*\\- \t!`hms/]{0,8}";

    proptest! {
        #[test]
        fn readers_agree_with_the_expressions(value in ALPHABET) {
            for pattern in [SUBDOMAIN, LABEL, HOST, GROUP_NAME, KIND_NAME, TOKEN, VISIBLE, UNITS] {
                let regex = crate::model::search_regex(pattern.text, false).unwrap();
                prop_assert_eq!((pattern.holds)(&value), regex.is_match(&value).unwrap(), "{} {:?}", pattern.text, value);
            }
        }
    }
}
