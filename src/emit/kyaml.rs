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
        // Leading white space of a folded line is dropped by readers, so the first of it is escaped; other lines get a
        // space in its place, to stand in one column.
        if content.starts_with(char::is_whitespace) {
            out.push('\\');
        } else {
            out.push(' ');
        }
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
