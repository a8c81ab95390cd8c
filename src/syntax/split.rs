//! Where the documents of a text stand, found without parsing them.
//!
//! A `---` or `...` at the start of a line ends a document wherever it stands (YAML 1.2.2, production `c-forbidden`:
//! no scalar may hold one), so cutting there is exact. kubectl cuts the same way before it parses
//! (apimachinery `pkg/util/yaml/decoder.go`, `YAMLReader`). It makes recovery after an error free, lets documents be
//! read in parallel, and lets one document be read again alone.

use std::ops::Range;

/// The byte ranges of a text's documents, in order. A range may hold nothing but comments.
///
/// A `---` line belongs to the document that it opens. Comments and directives before the first `---` belong to the
/// document after it. JSON texts that follow each other (`jq -c` writes them) are documents too.
#[must_use]
pub fn documents(text: &str) -> Vec<Range<usize>> {
    json_documents(text).unwrap_or_else(|| yaml_documents(text))
}

fn yaml_documents(text: &str) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let mut start = 0;
    let mut head_only = true; // nothing yet but blank lines, comments and directives
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let end = offset + line.len();
        match marker(line) {
            Some(Marker::Start) => {
                if !head_only {
                    documents.push(start..offset);
                    start = offset;
                }
                head_only = false;
            }
            Some(Marker::End) => {
                documents.push(start..offset);
                start = end;
                head_only = true;
            }
            None => head_only = head_only && is_head(line),
        }
        offset = end;
    }
    documents.push(start..text.len());
    documents.retain(|range| text.get(range.clone()).is_some_and(|document| !document.trim_ascii().is_empty()));
    documents
}

enum Marker {
    Start,
    End,
}

fn marker(line: &str) -> Option<Marker> {
    let (kind, rest) = match line.as_bytes() {
        [b'-', b'-', b'-', rest @ ..] => (Marker::Start, rest),
        [b'.', b'.', b'.', rest @ ..] => (Marker::End, rest),
        _ => return None,
    };
    matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')).then_some(kind)
}

fn is_head(line: &str) -> bool {
    line.starts_with('%') || matches!(line.trim_ascii_start().as_bytes().first(), None | Some(b'#'))
}

/// JSON objects after each other, or `None` where the text is anything else.
fn json_documents(text: &str) -> Option<Vec<Range<usize>>> {
    let mut documents = Vec::new();
    let mut start = skip_blank(text, 0);
    while start < text.len() {
        let end = json_object_end(text.as_bytes().get(start..)?)? + start;
        documents.push(start..end);
        start = skip_blank(text, end);
    }
    (!documents.is_empty()).then_some(documents)
}

fn skip_blank(text: &str, from: usize) -> usize {
    text.get(from..).map_or(text.len(), |rest| text.len() - rest.trim_ascii_start().len())
}

/// Where the object that opens with the first byte closes; brackets inside strings do not count.
fn json_object_end(bytes: &[u8]) -> Option<usize> {
    if bytes.first() != Some(&b'{') {
        return None;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            // A comment or a quote of YAML's own: not JSON.
            b'#' | b'\'' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::documents;

    fn cut(text: &str) -> Vec<&str> {
        documents(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn markers_cut_and_belong_to_the_document_they_open() {
        assert_eq!(cut("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(cut("---\na: 1\n--- # two\r\nb: 2"), ["---\na: 1\n", "--- # two\r\nb: 2"]);
        assert_eq!(cut("a: 1\n...\nb: 2\n"), ["a: 1\n", "b: 2\n"]);
        assert_eq!(cut("a: 1\n...\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
    }

    #[test]
    fn what_only_looks_like_a_marker_does_not_cut() {
        assert_eq!(cut("a: |\n  ---\n  x\nb: ---x\n").len(), 1);
        assert_eq!(cut("---x: 1\n").len(), 1);
        assert_eq!(cut("....: 1\n").len(), 1);
    }

    #[test]
    fn comments_and_directives_stay_with_the_document_below() {
        assert_eq!(cut("%YAML 1.1\n# head\n---\na: 1\n"), ["%YAML 1.1\n# head\n---\na: 1\n"]);
        assert_eq!(cut("---\na: 1\n...\n# head\n---\nb: 2\n"), ["---\na: 1\n", "# head\n---\nb: 2\n"]);
    }

    #[test]
    fn blank_texts_have_no_document() {
        assert!(cut("").is_empty());
        assert!(cut(" \n\t\n").is_empty());
        assert_eq!(cut("---\n---\n"), ["---\n", "---\n"]);
    }

    #[test]
    fn json_texts_may_follow_each_other() {
        assert_eq!(
            cut("{\"a\": \"}\\\"{\"}\n{\"b\": [{}]}{\"c\":1}\n"),
            ["{\"a\": \"}\\\"{\"}", "{\"b\": [{}]}", "{\"c\":1}"]
        );
    }

    #[test]
    fn flow_mappings_of_yaml_are_left_to_the_yaml_rule() {
        assert_eq!(cut("{a: 1}: 2\n---\nb: 1\n"), ["{a: 1}: 2\n", "---\nb: 1\n"]);
        assert_eq!(cut("{a: it's}\n---\nb: 1\n"), ["{a: it's}\n", "---\nb: 1\n"]);
        assert_eq!(cut("{a: 1\n---\n{b: 1}\n"), ["{a: 1\n", "---\n{b: 1}\n"]);
        assert_eq!(cut("{{ x }}\n---\n{b: 1}\n"), ["{{ x }}\n", "---\n{b: 1}\n"]);
    }
}
