//! Scalars as Kubernetes reads them: kubectl and the API server's tools go through sigs.k8s.io/yaml, which resolves
//! scalars with the YAML 1.1 table of goyaml v2 (`resolve.go`), not with that of YAML 1.2.

use super::Value;

/// Resolves a plain scalar without a tag.
///
/// Whole numbers above `i64::MAX` become [`Value::Float`]; no field of Kubernetes holds one.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => number(text).unwrap_or_else(|| Value::String(text.into())),
    }
}

/// Resolves a scalar, plain or quoted, with a tag of the core schema (`str`, `int`, …); other tags make a string.
///
/// # Errors
/// What the tag asks for, when the text is something else.
pub(super) fn tagged(text: &str, tag: &str) -> Result<Value, &'static str> {
    match (tag, plain(text)) {
        ("null", Value::Null) => Ok(Value::Null),
        ("null", _) => Err("null"),
        ("bool", Value::Bool(value)) => Ok(Value::Bool(value)),
        ("bool", _) => Err("a boolean"),
        ("int", Value::Int(value)) => Ok(Value::Int(value)),
        ("int", _) => Err("a whole number"),
        ("float", Value::Float(value)) => Ok(Value::Float(value)),
        #[expect(clippy::cast_precision_loss, reason = "goyaml converts the same way")]
        ("float", Value::Int(value)) => Ok(Value::Float(value as f64)),
        ("float", _) => Err("a number"),
        // `!!binary` too: no manifest uses it, and Kubernetes' own base64 fields are plain strings.
        _ => Ok(Value::String(text.into())),
    }
}

/// The text that a scalar has as the key of a mapping: sigs.k8s.io/yaml writes numbers and booleans out, so that
/// `on: x` has the key `true`. Null, lists and mappings cannot be keys.
pub(super) fn key(value: Value) -> Option<Box<str>> {
    match value {
        Value::String(text) => Some(text),
        Value::Bool(value) => Some(value.to_string().into()),
        Value::Int(value) => Some(value.to_string().into()),
        Value::Float(value) => Some(float_key(value).into()),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
    }
}

fn number(text: &str) -> Option<Value> {
    if !matches!(text.as_bytes().first()?, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    if text.contains('_') {
        let digits = text.replace('_', "");
        int(&digits).or_else(|| float(&digits))
    } else {
        int(text).or_else(|| float(text))
    }
}

/// Go's `strconv.ParseInt` and `ParseUint` with base 0: a leading zero means octal.
fn int(text: &str) -> Option<Value> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, text.get(1..)?),
        [b'+', ..] => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', _, ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', _, ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // `from_str_radix` takes a sign, which would be a second one here.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    let value = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
    match i64::try_from(value) {
        Ok(value) => Some(Value::Int(value)),
        Err(_) if negative => None,
        #[expect(clippy::cast_precision_loss, reason = "beyond every field; kept as a number so that types are told")]
        Err(_) => Some(Value::Float(magnitude as f64)),
    }
}

/// goyaml's `yamlStyleFloat`: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, finite.
fn float(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    let exponent_holds = exponent.is_none_or(|digits| !digits.is_empty() && all_digits(digits));
    if !(has_digits && all_digits(whole) && all_digits(fraction) && exponent_holds) {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Value::Float)
}

/// Go's `strconv.FormatFloat(value, 'g', -1, 32)`, which sigs.k8s.io/yaml uses for keys.
fn float_key(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "32 bits are what sigs.k8s.io/yaml formats")]
    let value = value as f32;
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::{key, plain, tagged};
    use crate::syntax::Value;

    // Every expectation below is the answer of sigs.k8s.io/yaml 1.6.0 to the same scalar.

    #[test]
    fn booleans_and_nulls_are_those_of_yaml_1_1() {
        for text in ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"] {
            assert_eq!(plain(text), Value::Bool(true), "{text}");
        }
        for text in ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"] {
            assert_eq!(plain(text), Value::Bool(false), "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(plain(text), Value::Null, "{text}");
        }
    }

    #[test]
    fn whole_numbers() {
        for (text, value) in [
            ("0", 0),
            ("-0", 0),
            ("00", 0),
            ("80", 80),
            ("+1", 1),
            ("0777", 511),
            ("0o7", 7),
            ("0O17", 15),
            ("0x1F", 31),
            ("0x_1", 1),
            ("0b101", 5),
            ("-0b11", -3),
            ("1_000", 1000),
            ("1_", 1),
            ("1__0", 10),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(plain(text), Value::Int(value), "{text}");
        }
    }

    #[test]
    fn other_numbers() {
        for (text, value) in [
            ("1.5", 1.5),
            ("08", 8.0),
            ("09.5", 9.5),
            ("1.", 1.0),
            (".5", 0.5),
            ("+.5", 0.5),
            ("-.5e2", -50.0),
            ("1e3", 1000.0),
            ("1E+3", 1000.0),
            ("1_0.5", 10.5),
            (".1_0", 0.1),
            ("18446744073709551615", 18_446_744_073_709_551_615.0),
            ("-9223372036854775809", -9_223_372_036_854_775_809.0),
            ("99999999999999999999", 1e20),
            ("0777777777777777777777777", 777_777_777_777_777_777_777_777.0),
            (".inf", f64::INFINITY),
            ("-.INF", f64::NEG_INFINITY),
        ] {
            assert_eq!(plain(text), Value::Float(value), "{text}");
        }
        assert!(matches!(plain(".nan"), Value::Float(value) if value.is_nan()));
    }

    #[test]
    fn everything_else_is_text() {
        for text in [
            "yES",
            "oN",
            "nULL",
            "0x",
            "_1",
            "+-1",
            "--1",
            "-",
            "+",
            ".",
            "..",
            ".e1",
            "1e",
            "1e400",
            "1e5e5",
            "0x1p3",
            "0b2",
            "12:30",
            "1.2.3",
            "2001-01-01",
            "2001-12-14t21:59:43.10-05:00",
            "infinity",
            "nan",
            "<<",
            "=",
            "١",
        ] {
            assert_eq!(plain(text), Value::String(text.into()), "{text}");
        }
    }

    #[test]
    fn tags_decide_also_for_quoted_scalars() {
        assert_eq!(tagged("80", "int"), Ok(Value::Int(80)));
        assert_eq!(tagged("80", "str"), Ok(Value::String("80".into())));
        assert_eq!(tagged("", "str"), Ok(Value::String("".into())));
        assert_eq!(tagged("3", "float"), Ok(Value::Float(3.0)));
        assert_eq!(tagged("yes", "bool"), Ok(Value::Bool(true)));
        assert_eq!(tagged("", "null"), Ok(Value::Null));
        assert_eq!(tagged("80", "foo"), Ok(Value::String("80".into())));
        assert!(tagged("x", "int").is_err());
        assert!(tagged("x", "null").is_err());
        assert!(tagged("80", "bool").is_err());
        assert!(tagged("1e400", "float").is_err());
    }

    #[test]
    fn keys_are_written_out() {
        for (text, name) in [
            ("on", "true"),
            ("0x10", "16"),
            ("1.5", "1.5"),
            ("0.1", "0.1"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1e6", "1e+06"),
            ("1234567.5", "1.2345675e+06"),
            ("123456789.0", "1.2345679e+08"),
            ("1e30", "1e+30"),
            (".inf", ".inf"),
            ("a", "a"),
        ] {
            assert_eq!(key(plain(text)).as_deref(), Some(name), "{text}");
        }
        assert_eq!(key(Value::Null), None);
    }
}
