//! Any two texts, separated by a line of `=====`: what is compared with itself is equal, and with anything else there is an
//! answer.

#![no_main]

use gatelift::{Options, read_text, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (before, after) = text.split_once("\n=====\n").unwrap_or((text, text));
    let (before, after) = (read_text("before.yaml", before), read_text("after.yaml", after));
    let options = Options { max_classes: 2_000, ..Options::default() };
    assert!(verify(&before, &before, &options).equivalent, "not equal to itself");
    let _ = verify(&before, &after, &options);
});
