//! Never wider: a conversion to Envoy Gateway lets no measured request reach a backend that it did not reach, unless a
//! code says so; and whatever else it changes has a code, too.

use gatelift::prove::{Outcome, Request};
use gatelift::report::Code;
use gatelift::{Options, Side, Target, Tracer};
use rayon::prelude::*;
use serde_json::Value as Json;

use crate::cases::{measured, measured_input};

fn tracer(case: &Json) -> Tracer {
    let target = Target { name: "envoy-gateway".to_owned(), version: None };
    let (input, options) = measured_input(case, Options { target, ..Options::default() });
    Tracer::new(&input, &options, Side::Both)
}

/// The backends that a request may reach.
fn reached(outcome: &Outcome) -> Vec<&str> {
    match outcome {
        Outcome::Forward { service, .. } => vec![service],
        Outcome::Split { shares, .. } => shares
            .iter()
            .filter(|(_, share)| **share > 0)
            .map(|(to, _)| to.as_str())
            .filter(|to| to.contains('/'))
            .collect(),
        Outcome::Redirect { .. } | Outcome::Respond { .. } | Outcome::Connection { .. } | Outcome::Reject { .. } => {
            Vec::new()
        }
    }
}

/// Requests asked, requests that reach another backend, and what is wrong.
fn judge(case: &Json) -> (usize, usize, Vec<String>) {
    let tracer = tracer(case);
    let (mut asked, mut wider, mut wrong) = (0, 0, Vec::new());
    for request in case["requests"].as_array().unwrap() {
        let sent: Request = serde_json::from_value(request["request"].clone()).unwrap();
        let explained = tracer.explain(&sent);
        let (Some(before), Some(after)) = (&explained.before, &explained.after) else { continue };
        asked += 1;
        let other = reached(&after.outcome).iter().any(|to| !reached(&before.outcome).contains(to));
        wider += usize::from(other);
        let silent = explained.codes.is_empty() && (other || explained.traced.same == Some(false));
        if silent || explained.codes.contains(&Code::Unexplained) {
            wrong.push(format!(
                "{} {}: before {}, after {}, codes {:?}",
                case["id"], request["request"], before.outcome, after.outcome, explained.codes
            ));
        }
    }
    (asked, wider, wrong)
}

#[test]
fn what_is_reached_anew_has_a_code() {
    let cases = measured("ingress-nginx");
    if cases.is_empty() {
        return;
    }
    let judged: Vec<_> = cases.par_iter().map(judge).collect();
    let asked: usize = judged.iter().map(|judged| judged.0).sum();
    let wider: usize = judged.iter().map(|judged| judged.1).sum();
    let wrong: Vec<&String> = judged.iter().flat_map(|judged| &judged.2).collect();
    println!("{asked} requests asked on both sides; {wider} reach another backend, each with a code");
    assert!(asked > 5_000, "{asked}");
    assert!(wrong.is_empty(), "{} without a reason:\n{wrong:#?}", wrong.len());
}
