//! TOML to a [`Node`], so that a configuration file has the same spans and errors in either format. The only file that
//! names the TOML parser.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{Entry, Node, Span, SyntaxError, SyntaxErrorKind, Value};

/// Reads a TOML text.
///
/// # Errors
/// The first syntax error.
pub fn parse_toml(text: &str) -> Result<Node, SyntaxError> {
    let table = DeTable::parse(text).map_err(|error| SyntaxError {
        kind: SyntaxErrorKind::Malformed,
        span: span(error.span().unwrap_or_default()),
        message: error.message().replace('\n', ", "),
    })?;
    let at = table.span();
    Ok(Node { span: span(at), value: mapping(table.get_ref()) })
}

fn mapping(table: &DeTable<'_>) -> Value {
    let entries = table.iter().map(|(key, value)| Entry {
        key: key.get_ref().as_ref().into(),
        key_span: span(key.span()),
        node: node(value.get_ref(), value.span()),
    });
    Value::Mapping(entries.collect())
}

fn node(value: &DeValue<'_>, at: Range<usize>) -> Node {
    let value = match value {
        DeValue::String(text) => Value::String(text.as_ref().into()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.to_string().into()), Value::Int),
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| Value::String(number.as_str().into()), Value::Float)
        }
        DeValue::Datetime(time) => Value::String(time.to_string().into()),
        DeValue::Array(items) => Value::Sequence(items.iter().map(|item| node(item.get_ref(), item.span())).collect()),
        DeValue::Table(table) => mapping(table),
    };
    Node { span: span(at), value }
}

fn span(range: Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: offset(range.start), end: offset(range.end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_their_places() {
        let text = "a = \"x\"\n[b]\nc = [1, true, 0x10]\n[[d]]\ne.f = 1.5\n";
        let node = parse_toml(text).unwrap();
        let json = serde_json::json!({ "a": "x", "b": { "c": [1, true, 16] }, "d": [{ "e": { "f": 1.5 } }] });
        assert_eq!(node.to_json(), json);
        let c = node.get("b").unwrap().entry("c").unwrap();
        assert_eq!(&text[c.key_span.start as usize..c.key_span.end as usize], "c");
        let error = parse_toml("a = 1\nb = \n").unwrap_err();
        assert_eq!(error.span.start as usize, "a = 1\nb = ".len(), "{error:?}");
        assert!(parse_toml("a = 1\na = 2\n").is_err());
    }
}
