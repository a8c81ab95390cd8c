//! YAML and JSON to trees.

use gatelift::syntax::{MAX_DEPTH, Node, Span, SyntaxError, SyntaxErrorKind, Value, comments, documents, parse};
use serde_json::{Value as Json, json};

fn tree(text: &str) -> Node {
    parse(text, 0..text.len()).expect("parses").expect("holds something")
}

fn fails(text: &str) -> SyntaxError {
    parse(text, 0..text.len()).expect_err("does not parse").remove(0)
}

fn json(text: &str) -> Json {
    tree(text).to_json()
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

#[test]
fn spans_are_bytes_of_keys_and_values() {
    let text = "é: 1\r\nhost: \"a.b\"\r\nlist:\r\n  - x\r\n  - {k: v}\r\nempty:\r\nblock: |\r\n  one\r\n  two\r\n\r\nlast: z\r\n";
    let node = tree(text);
    let entry = |key: &str| node.entry(key).unwrap();
    assert_eq!(slice(text, entry("é").key_span), "é");
    assert_eq!(slice(text, entry("host").key_span), "host");
    assert_eq!(slice(text, entry("host").node.span), "\"a.b\"");
    assert_eq!(slice(text, entry("list").node.span), "- x\r\n  - {k: v}");
    assert_eq!(slice(text, entry("list").node.items()[1].span), "{k: v}");
    assert_eq!(slice(text, entry("list").node.items()[1].get("k").unwrap().span), "v");
    assert_eq!(entry("empty").node.span, Span { start: entry("empty").key_span.end, end: entry("empty").key_span.end });
    assert_eq!(slice(text, entry("block").node.span), "one\r\n  two");
    assert_eq!(entry("block").node.as_str(), Some("one\ntwo\n"));
    assert_eq!(slice(text, node.span), text.trim_end());
}

#[test]
fn spans_of_later_documents_count_from_the_start_of_the_file() {
    let text = "a: 1\n---\nb: two\n";
    let range = documents(text).remove(1);
    let node = parse(text, range).unwrap().unwrap();
    assert_eq!(slice(text, node.get("b").unwrap().span), "two");
    let broken = "a: 1\n---\nb: [1\n";
    let error = parse(broken, documents(broken).remove(1)).unwrap_err().remove(0);
    assert_eq!(slice(broken, Span { start: error.span.start, end: error.span.start + 2 }), "[1");
}

#[test]
fn scalars_are_yaml_1_1_and_quotes_make_text() {
    assert_eq!(
        json(
            "a: yes\nb: 'yes'\nc: \"80\"\nd: 0777\ne: |\n  80\nf: >-\n  true\ng: ~\nh:\ni: 2024-01-01\nj: !!str 80\nk: !x 80\n"
        ),
        json!({"a": true, "b": "yes", "c": "80", "d": 511, "e": "80\n", "f": "true", "g": null, "h": null,
               "i": "2024-01-01", "j": "80", "k": "80"})
    );
    assert_eq!(json("a: 1e3\nb: 1.50\nc: .inf\n"), json!({"a": 1000, "b": 1.5, "c": null}));
    assert_eq!(json("on: 1\n0x10: 2\n"), json!({"true": 1, "16": 2}));
    assert_eq!(fails("a: !!int x\n").kind, SyntaxErrorKind::Malformed);
}

#[test]
fn block_scalar_at_the_end_of_the_text_ends_its_line() {
    // kubectl reads by lines and ends each, so goyaml's own rule for the end of a text does not show.
    assert_eq!(json("a: |\n  x"), json!({"a": "x\n"}));
    assert_eq!(json("a: |\n  x\n"), json!({"a": "x\n"}));
}

#[test]
fn what_cannot_be_a_key_is_refused() {
    assert!(fails("{{ .Values.x }}: 1\n").message.contains("cannot be a key"));
    assert!(fails("? [a]\n: b\n").message.contains("a list cannot be a key"));
    assert!(fails("~: b\n").message.contains("null cannot be a key"));
}

#[test]
fn json_with_tabs_and_escapes() {
    let text =
        "{\n\t\"a\": [\n\t\t1,\t2.0\n\t],\n\t\"b\": \"\\/\\u00e9\\uD834\\uDD1E\",\"c\":{\"y\":null,\"on\":true}}\n";
    assert_eq!(json(text), json!({"a": [1, 2], "b": "/é𝄞", "c": {"y": null, "on": true}}));
    let long = format!("{{\"a\": \"{}\", \"b\": 1}}", "x".repeat(100_000));
    assert_eq!(json(&long)["b"], json!(1));
}

#[test]
fn empty_documents_are_nothing() {
    for text in ["", "---\n", "# only a comment\n", "--- # x\n", "~\n", "---\n...\n"] {
        assert_eq!(parse(text, 0..text.len()), Ok(None), "{text:?}");
    }
}

#[test]
fn anchors_and_aliases() {
    let text = "a: &x {k: [1]}\nb: *x\nc: &n name\n*n : d\n";
    assert_eq!(json(text), json!({"a": {"k": [1]}, "b": {"k": [1]}, "c": "name", "name": "d"}));
    let node = tree(text);
    assert_eq!(slice(text, node.get("b").unwrap().span), "*x");
    assert_eq!(slice(text, node.get("b").unwrap().get("k").unwrap().span), "[1]");
    assert_eq!(json("a: &x 1\nb: &x 2\nc: *x\n"), json!({"a": 1, "b": 2, "c": 2}));
    assert!(fails("a: *x\n").message.contains("not defined"));
    assert!(fails("a: &x [*x]\n").message.contains("contains itself"));
}

#[test]
fn merge_keys_follow_goyaml() {
    assert_eq!(
        json("base: &b {x: 1, y: 2}\nplain:\n  <<: *b\n  x: 3\n"),
        json!({"base": {"x": 1, "true": 2}, "plain": {"x": 3, "true": 2}})
    );
    // The first of a list wins; a merge below a written key overrides it (goyaml v2, unlike the YAML draft).
    assert_eq!(json("<<: [{a: 1}, {a: 2, b: 2}]\n"), json!({"a": 1, "b": 2}));
    assert_eq!(json("a: 0\n<<: {a: 1}\n"), json!({"a": 1}));
    assert_eq!(json("<<: {a: 1}\n<<: {b: 2}\n"), json!({"a": 1, "b": 2}));
    assert_eq!(json("'<<': {a: 1}\n"), json!({"<<": {"a": 1}}));
    assert_eq!(json("a: <<\n"), json!({"a": "<<"}));
    assert!(fails("<<: 1\n").message.contains("merges mappings"));
    assert!(fails("<<: [1]\n").message.contains("merges mappings"));
}

#[test]
fn duplicate_keys_name_both_places() {
    let text = "a:\n  k: 1\n  l: 2\n  k: 3\nb: {x: 1, 'x': 2}\nc: 1\n";
    let errors = parse(text, 0..text.len()).unwrap_err();
    let places: Vec<_> = errors
        .iter()
        .map(|error| match error.kind {
            SyntaxErrorKind::DuplicateKey { first } => (first.start, error.span.start),
            SyntaxErrorKind::Malformed | SyntaxErrorKind::TooComplex => panic!("{error:?}"),
        })
        .collect();
    assert_eq!(places, [(5, 19), (28, 34)]);
    assert_eq!(&text[19..20], "k");
    assert_eq!(&text[34..37], "'x'");
    let wide: String = (0..100).map(|n| format!("k{n}: 1\n")).collect();
    assert!(parse(&wide, 0..wide.len()).is_ok());
    let twice = format!("{wide}k50: 2\n");
    assert!(matches!(fails(&twice).kind, SyntaxErrorKind::DuplicateKey { .. }));
}

#[test]
fn alias_bombs_are_refused() {
    let mut laughs = String::from("a0: &a0 [lol, lol, lol]\n");
    for level in 1..20 {
        let below = format!("*a{}", level - 1);
        laughs += &format!("a{level}: &a{level} [{}]\n", vec![below; 9].join(", "));
    }
    assert_eq!(fails(&laughs).kind, SyntaxErrorKind::TooComplex);

    let keys: String = (0..3000).map(|n| format!("  k{n}: {n}\n")).collect();
    let merges: String = (0..10_000).map(|n| format!("m{n}: {{<<: *b}}\n")).collect();
    assert_eq!(fails(&format!("b: &b\n{keys}{merges}")).kind, SyntaxErrorKind::TooComplex);

    let text = format!("b: &b {}\nl:\n{}", "x".repeat(100_000), "- *b\n".repeat(10_000));
    assert_eq!(fails(&text).kind, SyntaxErrorKind::TooComplex);
}

#[test]
fn honest_use_of_anchors_is_not() {
    let text = format!("base: &b\n{}routes:\n{}", "  some: value\n", "- <<: *b\n  a: b\n".repeat(2000));
    assert_eq!(tree(&text).get("routes").unwrap().items().len(), 2000);
}

#[test]
fn depth_is_bounded() {
    let nested = |open: &str, depth: usize| open.repeat(depth);
    for text in [
        nested("[", 10_000),
        nested("{a: ", 10_000),
        nested("- ", 10_000),
        nested("? ", 10_000),
        (0..10_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
        format!("{}{}{}", nested("- ", 200), nested("[", 100), nested("]", 100)),
    ] {
        assert_eq!(fails(&text).kind, SyntaxErrorKind::TooComplex, "{}", &text[..20]);
    }
    let chain: String = (1..10_000).map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1)).collect();
    assert_eq!(fails(&format!("a0: &a0 x\n{chain}")).kind, SyntaxErrorKind::TooComplex);
    let deep = MAX_DEPTH - 1;
    let text = format!("{}1{}", "[".repeat(deep), "]".repeat(deep));
    drop(tree(&text).clone());
}

#[test]
fn errors_are_placed() {
    let error = fails("a: b\nc: \"x\n");
    assert_eq!((error.kind, error.span.start), (SyntaxErrorKind::Malformed, 8));
    let text = "a: b\n  c: d\n";
    assert_eq!(&text[fails(text).span.start as usize..][..1], ":");
}

#[test]
fn comments_are_there_on_demand() {
    let text = "x: 0\n---\n# gatelift: allow(a)\na: b # two\nc: |\n  # text\nd: 'x # y'\n";
    let range = documents(text).remove(1);
    let found = comments(text, range);
    let texts: Vec<_> = found.iter().map(|comment| (slice(text, comment.span), &*comment.text)).collect();
    assert_eq!(texts, [("# gatelift: allow(a)", " gatelift: allow(a)"), ("# two", " two")]);
}

#[test]
fn values_are_named() {
    let node = tree("[~, yes, 1, 1.5, x, [], {}]");
    let names: Vec<_> = node.items().iter().map(|item| item.value.what()).collect();
    assert_eq!(names, ["null", "a boolean", "a number", "a number", "text", "a list", "a mapping"]);
    assert!(matches!(node.value, Value::Sequence(_)));
}
