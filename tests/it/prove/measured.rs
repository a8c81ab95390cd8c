//! Conversions of the measured cases: what a measured request shows, the comparison has found; what it says, requests show.

use std::collections::BTreeMap;

use gatelift::model::Routing;
use gatelift::prove::{Limits, Request, compare, evaluate};
use gatelift::{Options, Target, convert};
use rayon::prelude::*;
use serde_json::Value as Json;

use crate::cases::{measured, measured_input};

/// What a case means, and what its conversion for a target does; `None` when there is not one of each.
fn sides(case: &Json, target: &str) -> Option<(Routing, Routing)> {
    let target = Target { name: target.to_owned(), version: None };
    let (input, options) = measured_input(case, Options { prove: false, target, ..Options::default() });
    let conversion = convert(&input, &options);
    let [before] = conversion.before.as_slice() else { return None };
    let [after] = conversion.after.as_slice() else { return None };
    before.refused.is_none().then(|| (before.clone(), after.clone()))
}

/// What is wrong with the comparison of a case.
fn wrong(case: &Json, target: &str) -> Option<Vec<String>> {
    let (before, after) = sides(case, target)?;
    let proof = compare(&before, &after, &Limits::default());
    let ask = |request: &Request| {
        (evaluate(std::slice::from_ref(&before), request), evaluate(std::slice::from_ref(&after), request))
    };
    let mut wrong = Vec::new();
    for difference in &proof.differences {
        let (b, a) = ask(&difference.request);
        if (&b, &a) != (&difference.before, &difference.after) {
            wrong.push(format!("{} {target}: {:?} is not confirmed: {b}, {a}", case["id"], difference));
        }
        if b == a && difference.families.is_empty() {
            wrong.push(format!("{} {target}: {:?} shows nothing", case["id"], difference));
        }
    }
    if proof.equivalent() && proof.proved() {
        for request in case["requests"].as_array().unwrap() {
            let request: Request = serde_json::from_value(request["request"].clone()).unwrap();
            let (b, a) = ask(&request);
            if b != a {
                wrong.push(format!("{} {target}: counted equal, but {request:?}: {b}, {a}", case["id"]));
            }
        }
    }
    Some(wrong)
}

#[test]
fn comparisons_of_conversions_hold() {
    let cases = measured("ingress-nginx");
    let targets = ["standard", "envoy-gateway", "istio"];
    let asked: Vec<(&Json, &str)> = cases.iter().flat_map(|case| targets.map(|target| (case, target))).collect();
    let answers: Vec<Option<Vec<String>>> = asked.par_iter().map(|(case, target)| wrong(case, target)).collect();
    let compared = answers.iter().flatten().count();
    let wrong: Vec<String> = answers.into_iter().flatten().flatten().collect();
    println!("{compared} conversions compared");
    assert!(cases.is_empty() || compared > 1000, "{compared}");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Requests that both sides treat alike stay alike when one rule is taken away, or the comparison says otherwise.
#[test]
fn a_rule_taken_away_is_missed() {
    let cases = measured("ingress-nginx");
    let missed: BTreeMap<String, String> = cases.par_iter().filter_map(missed).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

fn missed(case: &Json) -> Option<(String, String)> {
    let (before, _) = sides(case, "envoy-gateway")?;
    let requests: Vec<Request> = case["requests"]
        .as_array()?
        .iter()
        .map(|request| serde_json::from_value(request["request"].clone()).unwrap())
        .collect();
    for (entry, point) in before.entry_points.iter().enumerate() {
        for (host, virtual_host) in point.hosts.iter().enumerate().take(2) {
            for rule in 0..virtual_host.rules.len().min(3) {
                let mut after = before.clone();
                after.entry_points[entry].hosts[host].rules.remove(rule);
                let shows = requests.iter().find(|request| {
                    evaluate(std::slice::from_ref(&before), request) != evaluate(std::slice::from_ref(&after), request)
                });
                let Some(shows) = shows else { continue };
                let proof = compare(&before, &after, &Limits::default());
                if proof.equivalent() && proof.proved() {
                    return Some((case["id"].to_string(), format!("{shows:?}")));
                }
            }
        }
    }
    None
}
