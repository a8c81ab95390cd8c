//! Weights: a whole number since v1alpha2, a quantity (`500m`, `1`, `1e3`, `2k`) in v1alpha1, any number in the CRD of
//! v1alpha4.

use crate::syntax::{Node, Value};

/// A weight in thousandths; `None` for what is no quantity, or a negative one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded before")]
pub(super) fn thousandths(node: &Node) -> Option<u64> {
    let number = match &node.value {
        Value::Int(number) => return u64::try_from(*number).ok()?.checked_mul(1000),
        Value::Float(number) => *number,
        Value::String(text) => parse(text)?,
        Value::Null | Value::Bool(_) | Value::Sequence(_) | Value::Mapping(_) => return None,
    };
    let scaled = (number * 1000.0).round();
    (scaled.is_finite() && (0.0..1e15).contains(&scaled)).then_some(scaled as u64)
}

/// apimachinery `resource.Quantity`: a decimal number with a decimal or binary suffix, or an exponent.
fn parse(text: &str) -> Option<f64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '+' | '-')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let number: f64 = number.parse().ok()?;
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        _ => 10_f64.powi(suffix.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    Some(number * factor)
}

/// Weights of Gateway API with the same shares: whole, at most 1,000,000.
pub(super) fn weights(thousandths: &[u64]) -> Vec<u32> {
    let divisor = thousandths.iter().fold(0, |divisor, weight| gcd(divisor, *weight)).max(1);
    let largest = thousandths.iter().max().copied().unwrap_or_default() / divisor;
    let scale = |weight: &u64| {
        let weight = weight / divisor;
        if largest <= LARGEST { weight } else { weight.saturating_mul(LARGEST) / largest }
    };
    thousandths.iter().map(|weight| u32::try_from(scale(weight)).unwrap_or(u32::MAX)).collect()
}

/// `backendRefs[].weight` (httproute_types.go).
const LARGEST: u64 = 1_000_000;

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<u64> {
        thousandths(&Node { span: crate::syntax::Span::default(), value: Value::String(text.into()) })
    }

    #[test]
    fn quantities_are_read_as_the_api_server_does() {
        for (text, expected) in
            [("500m", 500), ("1", 1000), ("1e3", 1_000_000), ("0.5", 500), ("2k", 2_000_000), ("1Ki", 1_024_000)]
        {
            assert_eq!(of(text), Some(expected), "{text}");
        }
        for text in ["", "m", "-1", "1x", "1e", "one", "1e400"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn weights_keep_their_shares() {
        assert_eq!(weights(&[900, 100]), [9, 1]);
        assert_eq!(weights(&[1000, 0]), [1, 0]);
        assert_eq!(weights(&[0, 0]), [0, 0]);
        assert_eq!(weights(&[]), [0; 0]);
        assert_eq!(weights(&[3_000_000_001, 1_000_000_000])[0], 1_000_000);
    }
}
