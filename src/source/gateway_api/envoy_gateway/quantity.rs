//! Quantities of Kubernetes (`10Mi`, `512k`) as numbers of bytes.

use serde_json::Value;

/// A whole number of bytes; `None` for what is no quantity, or none that is whole.
pub(super) fn bytes(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => parse(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn parse(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = text.split_at_checked(digits)?;
    let factor: u64 = match suffix {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::bytes;

    #[test]
    fn suffixes_are_powers_of_ten_or_two() {
        let read = |value| bytes(&value);
        assert_eq!(read(json!("10Mi")), Some(10 << 20));
        assert_eq!((read(json!("5k")), read(json!(7)), read(json!("9"))), (Some(5_000), Some(7), Some(9)));
        assert_eq!(
            (read(json!("1.5Mi")), read(json!("Mi")), read(json!("1Zi")), read(json!(-1))),
            (None, None, None, None)
        );
    }
}
