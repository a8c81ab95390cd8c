//! Settings by key: how the ConfigMap and the flags are declared, and how their values are read.

use super::validators::{bytes, is_header_name};
use crate::source::annotation::{Category, Risk};
use crate::source::value;

/// A key of the ConfigMap, or a flag.
#[derive(Debug)]
pub struct ConfigEntry {
    /// The key; a flag without its dashes.
    pub key: &'static str,
    /// Which values are accepted, for people.
    pub syntax: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// What kind of effect it has on traffic.
    pub category: Category,
}

/// How a value is read.
pub(super) struct Reader<T> {
    pub(super) accepts: &'static str,
    pub(super) read: fn(&str) -> Option<T>,
}

pub(super) const BOOL: Reader<bool> = Reader { accepts: "`true` or `false`", read: value::parse_weak_bool };
pub(super) const INT: Reader<i64> = Reader { accepts: "a whole number", read: value::parse_weak_int };
pub(super) const TEXT: Reader<String> = Reader { accepts: "text", read: |text| Some(text.to_owned()) };
pub(super) const LIST: Reader<Vec<String>> =
    Reader { accepts: "a comma list", read: |text| Some(value::split_list(text)) };
pub(super) const SIZE: Reader<u64> = Reader { accepts: "digits, then perhaps one of `k`, `m`, `g`", read: bytes };
pub(super) const ON_OFF: Reader<bool> =
    Reader { accepts: "`on` or `off`", read: |text| Some(text == "on").filter(|_| matches!(text, "on" | "off")) };
pub(super) const REDIRECT: Reader<u16> = Reader {
    accepts: "301, 302, 307 or 308",
    read: |text| u16::try_from(value::parse_int(text)?).ok().filter(|code| [301, 302, 307, 308].contains(code)),
};
pub(super) const CODES: Reader<Vec<u16>> = Reader {
    accepts: "a comma list of status codes from 300 to 599",
    read: |text| {
        let codes = value::split_list(text).into_iter().filter_map(|code| code.parse().ok());
        Some(codes.filter(|code| (300..600).contains(code)).collect())
    },
};
pub(super) const HEADERS: Reader<Vec<String>> = Reader {
    accepts: "a comma list of header names",
    read: |text| Some(value::split_list(text).into_iter().filter(|name| is_header_name(name)).collect()),
};
pub(super) const ABSOLUTE_URL: Reader<String> = Reader {
    accepts: "a URL with scheme and host",
    read: |text| Some(text.to_owned()).filter(|url| url.is_empty() || value::is_absolute_url(url)),
};
/// parser/main.go, StringRiskToRisk: what is not known counts as Low.
pub(super) const RISK: Reader<Risk> = Reader {
    accepts: "`Low`, `Medium`, `High` or `Critical`",
    read: |text| {
        Some(match text.to_lowercase().as_str() {
            "critical" => Risk::Critical,
            "high" => Risk::High,
            "medium" => Risk::Medium,
            _ => Risk::Low,
        })
    },
};

/// What came of a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Taken {
    /// There is no such key.
    Unknown,
    /// The value stands.
    Yes(&'static ConfigEntry),
    /// The value is refused.
    Refused(&'static ConfigEntry),
}

/// A struct with a field for each key, its defaults, and the table of the keys.
macro_rules! keyed {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident { $($(#[$extra_attribute:meta])* $visible:vis $extra:ident: $extra_type:ty,)* }
        $(#[$table_attribute:meta])*
        pub const $table:ident;
        $(
            $(#[doc = $meaning:literal])+
            $field:ident: $type:ty = $key:literal [$reader:expr] $category:ident, default $default:literal;
        )+
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $meaning])+ pub $field: $type,)+
            $($(#[$extra_attribute])* $visible $extra: $extra_type,)*
        }

        $(#[$table_attribute])*
        pub const $table: &[$crate::source::ingress_nginx::keyed::ConfigEntry] = &[$($crate::source::ingress_nginx::keyed::ConfigEntry {
            key: $key,
            syntax: $reader.accepts,
            meaning: concat!($($meaning),+).trim_ascii(),
            default: $default,
            category: $crate::source::annotation::Category::$category,
        },)+];

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($field: ($reader.read)($default).unwrap_or_default(),)+
                    $($extra: Default::default(),)*
                }
            }
        }

        impl $name {
            /// Whether a key has the same value on both.
            #[allow(dead_code, reason = "asked of the ConfigMap only")]
            pub(super) fn same(&self, other: &Self, key: &str) -> bool {
                match key {
                    $($key => self.$field == other.$field,)+
                    _ => false,
                }
            }

            /// Takes a value for a key.
            pub(super) fn set(&mut self, key: &str, text: &str) -> $crate::source::ingress_nginx::keyed::Taken {
                let Some(entry) = $table.iter().find(|entry| entry.key.eq_ignore_ascii_case(key)) else {
                    return $crate::source::ingress_nginx::keyed::Taken::Unknown;
                };
                match entry.key {
                    $($key => match ($reader.read)(text) {
                        Some(value) => self.$field = value,
                        None => return $crate::source::ingress_nginx::keyed::Taken::Refused(entry),
                    },)+
                    _ => {}
                }
                $crate::source::ingress_nginx::keyed::Taken::Yes(entry)
            }
        }
    };
}
pub(super) use keyed;
