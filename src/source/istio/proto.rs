//! Values as protobuf's JSON writes them: numbers may be text, durations are Go's, enums are names or numbers.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// A whole number: `80` or `"80"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Whole(pub u32);

impl Whole {
    /// As a TCP port; `None` beyond 65535 and for 0.
    pub(super) fn port(self) -> Option<u16> {
        u16::try_from(self.0).ok().filter(|port| *port > 0)
    }
}

/// A number that may have a fraction: `0.1` or `"0.1"`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Decimal(pub f64);

/// A duration in milliseconds, as `time.ParseDuration` of Go reads it: `1.5s`, `1m30s`, `100ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Duration(pub u64);

/// The name of an enum's value, or its number as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct EnumName(pub String);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(Number("a whole number"))?;
        let whole = format!("{number}").parse().map_err(|_| D::Error::custom("expected a whole number"))?;
        Ok(Self(whole))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Number("a number")).map(Self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        duration(&text).map(Self).ok_or_else(|| D::Error::custom(format!("`{text}` is no duration such as 1.5s")))
    }
}

impl<'de> Deserialize<'de> for EnumName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Name).map(Self)
    }
}

struct Number(&'static str);

impl Visitor<'_> for Number {
    type Value = f64;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "ports, weights and percentages are small")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "ports, weights and percentages are small")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        text.trim().parse().map_err(|_| E::custom(format!("expected {}, found text `{text}`", self.0)))
    }
}

struct Name;

impl Visitor<'_> for Name {
    type Value = String;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

/// Milliseconds, rounded up; `None` for what is no duration.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded, and not below zero")]
pub(super) fn duration(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0.0_f64;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
        let (unit, next) = tail.split_at_checked(letters)?;
        let factor = match unit {
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" => 1_000.0,
            "ms" => 1.0,
            "us" | "µs" | "μs" => 0.001,
            "ns" => 0.000_001,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * factor;
        rest = next;
    }
    // 2^53 milliseconds; nothing runs that long.
    (!text.is_empty() && total < 9.0e15).then(|| total.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Node;

    #[test]
    fn durations_as_go_reads_them() {
        let cases = [("1.5s", 1500), ("1h", 3_600_000), ("100ms", 100), ("1m30s", 90_000), ("0s", 0), ("500us", 1)];
        for (text, expected) in cases {
            assert_eq!(duration(text), Some(expected), "{text}");
        }
        for text in ["", "5", "1d", "-1s", "s"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_may_be_text() {
        let read = |json: serde_json::Value| Node::from_json(&json).read::<Whole>().ok();
        assert_eq!(read(80.into()), Some(Whole(80)));
        assert_eq!(read("80".into()), Some(Whole(80)));
        assert_eq!((read("x".into()), read((-1).into()), read(1.5.into())), (None, None, None));
        assert_eq!((Whole(0).port(), Whole(70_000).port(), Whole(443).port()), (None, None, Some(443)));
    }
}
