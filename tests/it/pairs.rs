//! Ingresses and hand-written Gateway API objects that mean the same, and some that nearly do:
//! `testdata/pairs/NAME/{input,equal,different}.yaml`.

use std::path::Path;

use serde_json::Value;

use crate::binary::run;
use crate::cases::{self, Case};

fn pairs() -> Vec<Case> {
    let pairs: Vec<_> = cases::all().into_iter().filter(|case| case.dialect == "pairs").collect();
    assert!(!pairs.is_empty());
    pairs
}

fn verify(folder: &Path, after: &str) -> (Option<i32>, Value) {
    let run = run(folder, &["verify", "--before", "input.yaml", "--after", after, "-o", "json"]);
    run.assert_orderly();
    let answer = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout));
    (run.code, answer)
}

/// Codes of differences that stand between the two by nature, beside each other or one a line.
fn expected_codes(case: &Case) -> Vec<String> {
    let text = std::fs::read_to_string(case.folder.join("expected-codes")).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

#[test]
fn what_means_the_same_is_found_equal() {
    for case in pairs() {
        let (code, answer) = verify(&case.folder, "equal.yaml");
        let expected = expected_codes(&case);
        let differences = answer["differences"].as_array().unwrap();
        let unexpected: Vec<_> = differences
            .iter()
            .filter(|difference| {
                let codes = difference["codes"].as_array().unwrap();
                codes.is_empty() || codes.iter().any(|code| !expected.iter().any(|expected| code == expected))
            })
            .collect();
        assert!(unexpected.is_empty(), "{}: {unexpected:#?}", case.label());
        if expected.is_empty() {
            assert_eq!((code, &answer["equivalent"], &answer["proved"]), (Some(0), &true.into(), &true.into()));
        }
    }
}

#[test]
fn what_differs_is_found_with_a_request() {
    for case in pairs() {
        let (code, answer) = verify(&case.folder, "different.yaml");
        assert_eq!(code, Some(1), "{}", case.label());
        assert_eq!(answer["equivalent"], false, "{}", case.label());
        let differences = answer["differences"].as_array().unwrap();
        let expected = expected_codes(&case);
        let is_expected = |code: &Value| expected.iter().any(|expected| code == expected);
        let beyond = differences.iter().find(|difference| {
            !difference["codes"].as_array().unwrap().iter().any(is_expected)
                && difference["request"]["path"].is_string()
                && difference["before"] != difference["after"]
        });
        assert!(beyond.is_some(), "{}: {answer:#}", case.label());
    }
}
