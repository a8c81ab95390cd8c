//! Fields back to their places.

use gatelift::syntax::{DocumentId, FieldPath, Sources, Span, TextPosition, documents};

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(name, (*text).to_owned(), &documents(text));
    }
    sources
}

fn path(dotted: &str) -> FieldPath {
    FieldPath::root().field(dotted)
}

#[test]
fn fields_are_located() {
    let sources = sources(&[
        ("a.yaml", "é: 1\nspec:\n  rules:\n  - host: x\n  - { é: \"ü\", host: y }\n---\nspec:\n  host: z\n"),
        ("b.yaml", "spec: {host: w}"),
    ]);
    let host = path("spec.rules").index(1).key("host");
    let place = sources.locate(DocumentId(0), &host).unwrap();
    assert_eq!((place.name, place.file, place.line, place.column), ("a.yaml", 0, 5, 21));
    let slice = |span: Span| &sources.text(0)[span.start as usize..span.end as usize];
    assert_eq!((slice(place.value), place.key.map(slice)), ("y", Some("host")));

    let second = sources.locate(DocumentId(1), &path("spec.host")).unwrap();
    assert_eq!((second.name, second.line, second.column), ("a.yaml", 8, 9));
    let other = sources.locate(DocumentId(2), &path("spec.host")).unwrap();
    assert_eq!((other.name, other.file, other.line, other.column), ("b.yaml", 1, 1, 14));
    // Back again: another document was read in between.
    assert_eq!(sources.locate(DocumentId(0), &host).unwrap(), place);
}

#[test]
fn an_absent_field_is_placed_above() {
    let sources = sources(&[("a", "spec:\n  rules: []\n")]);
    let place = sources.locate(DocumentId(0), &path("spec.rules").index(3).key("host")).unwrap();
    assert_eq!((place.line, place.column), (2, 10));
    assert_eq!(sources.locate(DocumentId(0), &FieldPath::root()).unwrap().line, 1);
}

#[test]
fn nothing_is_located_without_text() {
    let sources = sources(&[("a", "a: [\n")]);
    assert_eq!(sources.locate(DocumentId(0), &path("a")), None);
    assert_eq!(sources.locate(DocumentId(9), &path("a")), None);
    assert_eq!((sources.name(7), sources.text(7), sources.line_column(7, 9)), ("", "", (1, 1)));
}

#[test]
fn lines_and_columns_count_from_one_in_characters() {
    let sources = sources(&[("a", "ab\r\n\nüx\n")]);
    let at = |offset| sources.line_column(0, offset);
    assert_eq!(at(0), (1, 1));
    assert_eq!(at(2), (1, 3));
    assert_eq!(at(4), (2, 1));
    assert_eq!(at(5), (3, 1));
    assert_eq!(at(7), (3, 2));
    assert_eq!(at(9), (4, 1));
    assert_eq!(at(900), (4, 1));
    let place = sources.position(&TextPosition { file: 0, span: (7, 8) });
    assert_eq!((place.name, place.line, place.column, place.key), ("a", 3, 2, None));
}

#[test]
fn comments_of_one_document() {
    let sources = sources(&[("a", "# one\na: 1\n---\nb: 2 # two\n")]);
    let lines: Vec<_> = sources
        .documents()
        .flat_map(|id| sources.comments(id))
        .map(|comment| (sources.line_column(0, comment.span.start).0, comment.text.to_string()))
        .collect();
    assert_eq!(lines, [(1, " one".to_owned()), (4, " two".to_owned())]);
}

#[test]
fn locating_is_quick_when_documents_take_turns() {
    // A list of 20,000 items and a short document, asked in turns: reading the list each time would take minutes.
    let list: String = (0..20_000).map(|n| format!("- name: n{n}\n")).collect();
    let sources = sources(&[("list", &format!("items:\n{list}")), ("short", "a: 1\n")]);
    for n in 0..2_000 {
        let item = path("items").index(n).key("name");
        assert_eq!(sources.locate(DocumentId(0), &item).unwrap().line, n + 2);
        assert_eq!(sources.locate(DocumentId(1), &path("a")).unwrap().column, 4);
    }
}
