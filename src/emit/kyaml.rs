//! KYAML, as `kubectl -o kyaml` prints it: flow style, every string quoted, trailing commas, no meaning in white space.
//! The format is KEP-5295; the byte layout is that of sigs.k8s.io/yaml/kyaml.

use serde_json::{Map, Value};

use super::{Entry, comment_lines, sorted};

/// Documents, each with its `---`.
pub(super) fn documents(entries: &[Entry<'_>]) -> String {
    entries
        .iter()
        .map(|entry| {
            let mut out = format!("---\n{}", comment_lines(entry.comments));
            node(&sorted(entry.object), 0, &mut out);
            out.push('\n');
            out
        })
        .collect()
}

fn node(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
        Value::String(text) => string(text, depth + 1, out),
        Value::Array(items) => sequence(items, depth, out),
        Value::Object(fields) => mapping(fields, depth, out),
    }
}

fn mapping(fields: &Map<String, Value>, depth: usize, out: &mut String) {
    if fields.is_empty() {
        out.push_str("{}");
        return;
    }
    out.push_str("{\n");
    for (key, value) in fields {
        indent(depth + 1, out);
        if plain_key(key) {
            out.push_str(key);
        } else {
            quoted(key, out);
        }
        out.push_str(": ");
        node(value, depth + 1, out);
        out.push_str(",\n");
    }
    indent(depth, out);
    out.push('}');
}

/// Lists of mappings and lists share their brackets' lines (`[{`, `}, {`, `}]`); lists of scalars take a line an item.
fn sequence(items: &[Value], depth: usize, out: &mut String) {
    out.push('[');
    if items.iter().all(|item| item.is_object() || item.is_array()) {
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            node(item, depth, out);
        }
    } else {
        out.push('\n');
        for item in items {
            indent(depth + 1, out);
            node(item, depth + 1, out);
            out.push_str(",\n");
        }
        indent(depth, out);
    }
    out.push(']');
}

/// A string; several lines are kept apart by escaped line breaks, so that they read as lines.
fn string(text: &str, depth: usize, out: &mut String) {
    if !text.contains('\n') {
        quoted(text, out);
        return;
    }
    out.push_str("\"\\\n");
    for line in text.split_inclusive('\n') {
        indent(depth, out);
        let content = line.strip_suffix('\n').unwrap_or(line);
        // Readers drop the leading spaces of a folded line, so the first one is escaped. Other lines get a space in its
        // place, to stand in one column.
        out.push(if content.starts_with(' ') { '\\' } else { ' ' });
        content.chars().for_each(|c| escaped(c, out));
        if line.ends_with('\n') {
            out.push_str("\\n");
        }
        out.push_str("\\\n");
    }
    indent(depth, out);
    out.push('"');
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    text.chars().for_each(|c| escaped(c, out));
    out.push('"');
}

fn escaped(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\0' => out.push_str("\\0"),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\x0b' => out.push_str("\\v"),
        '\x0c' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '\x1b' => out.push_str("\\e"),
        '\u{85}' => out.push_str("\\N"),
        '\u{a0}' => out.push_str("\\_"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        '\u{feff}' => out.push_str("\\ufeff"),
        c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        c => out.push(c),
    }
}

/// Whether a key needs no quotes. Stricter than kubectl for keys that start with a digit, which it quotes only when they
/// look like a number or a date.
fn plain_key(key: &str) -> bool {
    const RESERVED: &[&str] =
        &["null", "true", "false", "yes", "no", "on", "off", "y", "n", "t", "f", "inf", "infinity", "nan"];
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_inner = |c: char| is_word(c) || matches!(c, '-' | '.' | '/');
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.ends_with(is_word)
        && key.chars().all(is_inner)
        && !RESERVED.iter().any(|word| key.eq_ignore_ascii_case(word))
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn document(value: &Value) -> String {
        let mut out = String::new();
        node(value, 0, &mut out);
        out
    }

    #[test]
    fn keys_are_quoted_when_they_could_be_something_else() {
        for key in ["spec", "app.kubernetes.io/name", "x-a", "a_1"] {
            assert!(plain_key(key), "{key}");
        }
        for key in ["", "y", "On", "null", "1", "0x1F", "2001-12-14", "a:", "*", "-a", "a-", "a b", "é", "nan"] {
            assert!(!plain_key(key), "{key}");
        }
    }

    #[test]
    fn white_space_at_the_start_of_lines() {
        let written = document(&Value::from("a\n b\n\tc"));
        assert_eq!(written, "\"\\\n   a\\n\\\n  \\ b\\n\\\n   \\tc\\\n  \"");
        assert_eq!(serde_saphyr::from_str::<Value>(&written).unwrap(), "a\n b\n\tc");
    }

    #[test]
    fn lists() {
        assert_eq!(document(&serde_json::json!([])), "[]");
        assert_eq!(document(&serde_json::json!([[1], []])), "[[\n  1,\n], []]");
        assert_eq!(document(&serde_json::json!([{}, 1])), "[\n  {},\n  1,\n]");
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "[ a-z\\n\\t\\r\\\\\"']{0,12}|\\PC{0,8}|.{0,8}", key in any::<String>()) {
            let mut value = serde_json::json!({ "list": [text.clone(), { "inner": text.clone() }], "text": text });
            value[key.as_str()] = "key".into();
            let read: Value = serde_saphyr::from_str(&document(&value)).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(read, value);
        }
    }
}
