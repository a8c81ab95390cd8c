//! Any text: cut into documents and parsed, every span lies inside the text and on character boundaries.

#![no_main]

use gatelift::syntax::{self, Node, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut end = 0;
    for range in syntax::documents(text) {
        assert!(range.start >= end && text.get(range.clone()).is_some(), "documents overlap or cut a character");
        end = range.end;
        if let Ok(Some(node)) = syntax::parse(text, range) {
            check(text, &node);
        }
    }
});

fn check(text: &str, node: &Node) {
    let slice = text.get(node.span.start as usize..node.span.end as usize);
    assert!(slice.is_some(), "a span cuts a character or leaves the text");
    match &node.value {
        Value::Mapping(entries) => entries.iter().for_each(|entry| check(text, &entry.node)),
        Value::Sequence(items) => items.iter().for_each(|item| check(text, item)),
        _ => {}
    }
}
