//! No input panics, hangs or grows without bound.

use gatelift::read;
use gatelift::syntax::{Node, comments, documents, parse};
use proptest::prelude::*;

const PIECES: &[&str] = &[
    "a",
    "b: ",
    "- ",
    "\n",
    "  ",
    "\t",
    "\r\n",
    "---",
    "---\n",
    "...\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    ": ",
    "? ",
    "&x ",
    "*x",
    "<<: ",
    "!!int ",
    "!t ",
    "'",
    "\"",
    "\\",
    "\\u12",
    "|\n",
    ">-\n",
    "#",
    " # c",
    "~",
    "0x",
    "1e9",
    "é",
    "\u{FEFF}",
    "\u{0}",
    "%YAML 1.1\n",
    "{{ .x }}",
    "${X}",
    "kind: Ingress\n",
    "apiVersion: v1\n",
    "metadata:\n",
    "  name: n\n",
    "kind: List\n",
    "items:\n",
    "\u{85}",
    "\u{2028}",
    "@",
    "`",
    "<<: [*x, *x]\n",
];

fn inside(node: &Node, text: &str) {
    assert!(text.get(node.span.start as usize..node.span.end as usize).is_some(), "{:?} of {text:?}", node.span);
    node.items().iter().for_each(|item| inside(item, text));
    for entry in node.entries() {
        assert!(text.get(entry.key_span.start as usize..entry.key_span.end as usize).is_some());
        inside(&entry.node, text);
    }
}

fn check(text: &str) {
    let mut end = 0;
    for range in documents(text) {
        assert!(range.start >= end && range.end > range.start);
        end = range.end;
        let _ = comments(text, range.clone());
        match parse(text, range.clone()) {
            Ok(None) => {}
            Ok(Some(node)) => {
                inside(&node, text);
                let _ = node.to_json();
                let _ = node.read::<k8s_openapi::api::networking::v1::Ingress>();
            }
            Err(errors) => {
                assert!(!errors.is_empty());
                for error in errors {
                    let (start, stop) = (error.span.start as usize, error.span.end as usize);
                    assert!(text.get(start..stop).is_some(), "{error:?} of {text:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_text(text in "\\PC{0,60}") {
        check(&text);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let path = std::env::temp_dir().join(format!("gatelift-fuzz-{}.yaml", std::process::id()));
        std::fs::write(&path, &bytes).unwrap();
        let input = read::files(&[&path], false, &|_, _| true);
        for diagnostic in &input.diagnostics {
            if let Some(text) = &diagnostic.text {
                let place = input.sources.position(text);
                prop_assert!(place.line >= 1 && place.column >= 1);
            }
        }
        std::fs::remove_file(&path).unwrap();
    }
}
