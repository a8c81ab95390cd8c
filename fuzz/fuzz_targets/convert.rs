//! Any text as input: a conversion ends without a panic, gives the same objects twice, and takes its own output back.

#![no_main]

use gatelift::{Options, convert, read_text};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let first = objects(text);
    assert_eq!(first, objects(text), "a second run differs");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": first});
    assert_eq!(first, objects(&list.to_string()), "converting the output changes it");
});

fn objects(text: &str) -> Value {
    let options = Options { max_classes: 2_000, ..Options::default() };
    let conversion = convert(&read_text("fuzz.yaml", text), &options);
    serde_json::to_value(&conversion.objects).expect("objects are JSON")
}
