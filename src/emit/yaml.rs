//! YAML as kubectl prints it.

use rayon::prelude::*;
use serde_json::Value;

use super::{Entry, comment_lines, sorted};

/// Documents that are written at the same time, before they are put together.
const AT_ONCE: usize = 256;

/// Documents separated by `---`.
pub(super) fn documents(entries: &[Entry<'_>]) -> String {
    let mut text = String::new();
    for entries in entries.chunks(AT_ONCE) {
        let documents: Vec<String> = entries
            .par_iter()
            .map(|entry| format!("{}{}", comment_lines(entry.comments), document(&sorted(entry.object))))
            .collect();
        for document in documents {
            if !text.is_empty() {
                text.push_str("---\n");
            }
            text.push_str(&document);
        }
    }
    text
}

/// One document, with its final line break. Strings that YAML 1.1 would read as something else are quoted.
pub(super) fn document(value: &Value) -> String {
    // kubectl never folds; a folded regular expression or header value is no longer what was written.
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    // Values of `serde_json` have no type that YAML lacks; JSON is the same document in any case.
    serde_saphyr::to_string_with_options(value, options).unwrap_or_else(|_| format!("{value}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts that some YAML 1.1 reader takes for another type, or that a careless writer breaks.
    const AWKWARD: &[&str] = &[
        "",
        " ",
        "on",
        "On",
        "OFF",
        "y",
        "Y",
        "n",
        "yes",
        "No",
        "true",
        "False",
        "null",
        "Null",
        "~",
        "1_000",
        "0777",
        "0o17",
        "0x1F",
        "0b101",
        "12:30:45",
        "1:30",
        "190:20:30.15",
        "1e3",
        "1.",
        ".5",
        "-1",
        "+1",
        "-.inf",
        ".NaN",
        "2001-12-14",
        "2001-12-14t21:59:43.10-05:00",
        "2001-12-14 21:59:43",
        "*",
        "*.example.com",
        "&a",
        "!x",
        "!!str",
        "%x",
        "@x",
        "`x`",
        "|",
        ">",
        "-",
        "- a",
        "?",
        "? a",
        ":",
        ": a",
        "a: b",
        "a:",
        "#",
        " #",
        "a #b",
        "=",
        "<<",
        "---",
        "...",
        "--- a",
        "{a}",
        "[a]",
        "{",
        "]",
        ",",
        "'",
        "\"",
        "a'b",
        "a\"b",
        "\\",
        "\\1",
        "a\\nb",
        "\t",
        "a\tb",
        " a",
        "a ",
        "a\nb",
        "a\nb\n",
        "a\n\nb\n\n",
        "\na",
        " a\nb",
        "a\n  b\n c",
        "\n",
        "\r",
        "a\r\nb",
        "a \nb",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{feff}a",
        "é",
        "日本",
        "🦀",
        "0",
        "00",
        "1,000",
        "1.2.3",
        "0.0.0.0/0",
        "::1",
        "::",
        "/foo(/|$)(.*)",
        "^~* /x{2,3}$",
        "http://a:80/#b",
        "1h30m",
        "30s",
        "08",
        "09",
        "1e",
        "e1",
        ".",
        "..",
        "_",
        "__",
        "0x",
        "-0b1",
        "+12e03",
        "123456789012345678901234567890",
    ];

    fn read_back(text: &str) -> Value {
        serde_saphyr::from_str(text).expect("own output parses")
    }

    #[test]
    fn strings_come_back_as_strings() {
        for text in AWKWARD {
            let value = serde_json::json!({ "key": text, "list": [text, { "inner": text }], *text: "key" });
            assert_eq!(read_back(&document(&value)), value, "{text:?}\n{}", document(&value));
        }
    }

    #[test]
    fn yaml_1_1_words_are_quoted() {
        for text in ["on", "y", "NO", "1_000", "0777", "12:30:45", "null", "~", "2001-12-14", "0x1F", "1e3", "="] {
            let written = document(&serde_json::json!({ "key": text }));
            assert!(written == format!("key: \"{text}\"\n") || written == format!("key: '{text}'\n"), "{written}");
        }
    }

    #[test]
    fn long_lines_are_not_folded() {
        let text = "word ".repeat(200) + "end";
        assert_eq!(document(&serde_json::json!({ "key": text })).lines().count(), 1);
    }

    proptest! {
        #[test]
        fn any_string_comes_back(text in any::<String>()) {
            let value = serde_json::json!({ "key": text, "list": [text] });
            prop_assert_eq!(read_back(&document(&value)), value);
        }
    }
}
