//! ingress-nginx as it is read, against what a real controller answered; and what a conversion changes of it.

use std::collections::BTreeMap;

use gatelift::report::{Code, Severity};
use gatelift::{Input, Options, Side, Target, Tracer, convert};
use rayon::prelude::*;
use serde_json::Value as Json;

use crate::cases::{measured, measured_input};
use crate::score::same;

/// An authentication service decides, which no manifest tells of: a trace takes it to admit.
const ASKED: &str = "the authentication service of the rig refused the request";

/// Requests that are answered otherwise than measured, by case, with the reason.
const EXCEPTIONS: &[(&str, usize, &str)] = &[
    ("nginx-a-auth-401", 3, ASKED),
    ("nginx-a-auth-403", 1, ASKED),
    ("nginx-a-auth-cookie401", 1, ASKED),
    ("nginx-a-auth-down", 1, "the authentication service could not be reached"),
    ("nginx-a-auth-global", 1, ASKED),
    ("nginx-a-auth-hdr", 2, ASKED),
    ("nginx-a-auth-signin", 3, ASKED),
    ("nginx-a-auth-signin-param", 2, ASKED),
    ("nginx-a-auth-signin-rd", 1, ASKED),
    ("nginx-a-basic", 1, "the Secret's data was taken out of the case, so that any password may be right"),
    ("nginx-a-che-nodef", 1, "the answer of the rig's backend decides, and its default backend cannot be told either"),
    ("nginx-a-rps-zone", 1, "an earlier request of the case had used up the limit"),
    ("nginx-a-basic-missing", 2, "the input holds no Secret at all, so that nothing speaks against this one"),
    ("nginx-a-basic-nokey", 1, "the Secret's keys were taken out of the case, so that nothing speaks against this one"),
    ("nginx-a-bp-http", 2, "the rig's backend spoke TLS on a port that the Ingress calls HTTP"),
    ("nginx-a-bp-httpsl", 2, "the rig's backend spoke HTTP on a port that the Ingress calls HTTPS"),
    ("nginx-r0437", 2, "60 requests of a 50:50 split came out as 38:22 and 21:39"),
    ("nginx-r0773", 1, "another controller of the input serves the host, and answers in its place"),
];

fn input(case: &Json) -> (Input, Options) {
    measured_input(case, Options { prove: true, ..Options::default() })
}

#[test]
fn answers_as_the_controller_did() {
    let cases = measured("ingress-nginx");
    if cases.is_empty() {
        return;
    }
    let scores: Vec<(usize, usize, Vec<String>)> = cases.par_iter().map(score).collect();
    let asked: usize = scores.iter().map(|score| score.0).sum();
    let agreed: usize = scores.iter().map(|score| score.1).sum();
    let misses: Vec<&String> = scores.iter().flat_map(|score| &score.2).collect();
    println!("{agreed} of {asked} requests in {} cases agree", cases.len());
    assert!(cases.len() > 700 && asked > 5000, "too few cases were found: {} cases", cases.len());
    assert!(
        misses.is_empty(),
        "{} misses:\n{}",
        misses.len(),
        misses.iter().map(|m| m.as_str()).collect::<Vec<_>>().join("\n")
    );
    let told = EXCEPTIONS.iter().filter(|(_, _, why)| *why != ASKED);
    assert!(told.count() < 11);
}

fn score(case: &Json) -> (usize, usize, Vec<String>) {
    let id = case["id"].as_str().unwrap();
    let (input, options) = input(case);
    let tracer = Tracer::new(&input, &options, Side::Before);
    let (mut asked, mut agreed, mut missed) = (0, 0, Vec::new());
    for request in case["requests"].as_array().unwrap() {
        let got =
            serde_json::to_value(tracer.ask(&serde_json::from_value(request["request"].clone()).unwrap())).unwrap();
        match same(&request["expect"], &got["before"]) {
            None => continue,
            Some(true) => agreed += 1,
            Some(false) => missed
                .push(format!("{id}: {} expected {} got {}", request["request"], request["expect"], got["before"])),
        }
        asked += 1;
    }
    let excepted = EXCEPTIONS.iter().find(|(case, _, _)| *case == id).map_or(0, |(_, count, _)| *count);
    if missed.len() == excepted {
        return (asked, agreed, Vec::new());
    }
    missed.insert(0, format!("{id}: {excepted} exceptions are listed, {} requests miss", missed.len()));
    (asked, agreed, missed)
}

/// Codes of differences that are no explanation.
const NO_EXPLANATION: &[Code] = &[Code::Unexplained];

#[test]
fn conversions_explain_what_they_change() {
    let cases = measured("ingress-nginx");
    let findings: Vec<Vec<(Code, String)>> = cases
        .par_iter()
        .map(|case| ["envoy-gateway", "istio"].into_iter().flat_map(|target| changes(case, target)).collect())
        .collect();
    let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for (case, findings) in cases.iter().zip(findings) {
        for (code, text) in findings {
            *counts.entry(code).or_default() += 1;
            if NO_EXPLANATION.contains(&code) {
                unexplained.push(format!("{}: {text}", case["id"]));
            }
        }
    }
    for (code, count) in &counts {
        println!("{code} {}: {count} cases", code.entry().name);
    }
    assert!(unexplained.is_empty(), "{} differences without a reason:\n{}", unexplained.len(), unexplained.join("\n"));
}

/// What a conversion for a target says of changed traffic.
fn changes(case: &Json, target: &str) -> Vec<(Code, String)> {
    let (input, options) = input(case);
    let target = Target { name: target.to_owned(), version: None };
    let conversion = convert(&input, &Options { target, ..options });
    let refused = conversion.before.iter().any(|routing| routing.refused.is_some());
    let diagnostics = conversion.report.diagnostics.into_iter();
    diagnostics
        .filter(|diagnostic| {
            (200..300).contains(&diagnostic.code.entry().number) || diagnostic.code == Code::InvalidOutput
        })
        .filter(|_| !refused)
        .map(|diagnostic| {
            let severity = match diagnostic.severity {
                Severity::Info => "info",
                Severity::Warning => "warning",
                Severity::Error => "error",
            };
            (diagnostic.code, format!("{severity} {} {}", diagnostic.message, diagnostic.notes.join(" | ")))
        })
        .collect()
}
