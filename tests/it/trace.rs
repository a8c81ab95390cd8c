//! What `trace` tells a person: the rules that were tried, the one that won and why, on both sides.

use std::process::Command;

use crate::emit::snapshots;

const SHOP: &str = "testdata/trace/shop.yaml";

/// Standard output of a trace, on a terminal of so many columns.
fn trace(columns: Option<&str>, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelift"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_clear();
    if let Some(columns) = columns {
        command.env("COLUMNS", columns);
    }
    let output = command.args(["trace", "-f", SHOP]).args(arguments).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 1), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Long lists, conditions that do not hold, slash redirects, a Service that is missing, hosts that nobody serves.
const REQUESTS: &[&str] = &[
    "http://shop.example.com/about",
    "http://shop.example.com/search/shoes",
    "POST http://shop.example.com/cart",
    "http://FILES.example.com/Files/a.txt?v=1",
    "https://other.example.com/",
];

#[test]
fn one_below_the_other() {
    snapshots(|| insta::assert_snapshot!("trace-narrow", trace(None, REQUESTS)));
}

#[test]
fn side_by_side() {
    let text = trace(Some("140"), REQUESTS);
    assert!(text.lines().all(|line| line.starts_with("    G2L") || line.chars().count() <= 140), "{text}");
    snapshots(|| insta::assert_snapshot!("trace-wide", text));
}

#[test]
fn one_side_with_its_reasons() {
    let of = |header: &str| {
        trace(Some("80"), &["--side", "before", "-H", header, "http://shop.example.com/", "https://shop.example.com/x"])
    };
    snapshots(|| insta::assert_snapshot!("trace-before", of("X-Canary: never")));
    assert!(of("X-Canary: always").contains("header x-canary = always (canary)"), "{}", of("X-Canary: always"));
}

/// What a terminal is steered with does not get through.
#[test]
fn control_characters_are_shown() {
    let text = trace(None, &["http://shop.example.com/a", "-H", "X-A: \u{1b}[31m"]);
    assert!(!text.contains('\u{1b}'), "{text}");
}
