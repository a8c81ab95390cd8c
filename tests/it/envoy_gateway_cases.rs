//! Gateway API under the `envoy-gateway` profile against what a real Envoy Gateway answered.

use std::path::{Path, PathBuf};

use gatelift::World;
use gatelift::gateway::ENVOY_GATEWAY;
use gatelift::model::Routing;
use gatelift::prove::{Request, evaluate};
use gatelift::report::Report;
use serde_json::Value as Json;

use crate::json_manifests::manifests;
use crate::score::same;

/// Requests that are answered otherwise than measured, by case, with the reason.
const EXCEPTIONS: &[(&str, usize, &str)] = &[
    (
        "eg-backend-headless",
        1,
        "the rig ran without EndpointSlices; a headless Service has some in a cluster, as the case notes",
    ),
    ("eg-p-sp-auth-order", 3, "the authentication service refused, which is taken to admit"),
    ("eg-p-sp-extauth", 1, "the authentication service refused, which is taken to admit"),
    ("eg-p-sp-extauth-headers", 2, "the authentication service refused, which is taken to admit"),
    (
        "eg-p-sp-ip-missing-backend",
        1,
        "the input holds no Service at all, so that nothing speaks against the one that is named",
    ),
];

/// Where the shared measurements are, beside the project.
fn cases() -> Option<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/envoy-gateway");
    directory.is_dir().then_some(directory)
}

#[test]
fn answers_as_envoy_gateway_did() {
    let Some(directory) = cases() else {
        println!("NOT RUN: ../shared/cases/envoy-gateway is not beside the project, so nothing was compared");
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut score = Score::default();
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "json")) {
        let case: Json = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        score.add(&case);
    }
    println!("{} of {} requests in {} cases agree", score.agreed, score.asked, score.cases);
    println!("{} requests were decided by a slow or failing backend", score.beyond);
    assert!(score.beyond < 10, "{}", score.beyond);
    assert!(score.cases > 250 && score.asked > 1500, "too few cases were found: {} cases", score.cases);
    assert!(score.misses.is_empty(), "{} misses:\n{}", score.misses.len(), score.misses.join("\n"));
    assert!(EXCEPTIONS.len() < 10);
}

#[derive(Default)]
struct Score {
    cases: usize,
    asked: usize,
    agreed: usize,
    /// Requests that a slow or failing backend decided.
    beyond: usize,
    misses: Vec<String>,
}

impl Score {
    fn add(&mut self, case: &Json) {
        self.cases += 1;
        let id = case["id"].as_str().unwrap();
        let routings = read(case);
        if case["expect"]["reject"].is_object() {
            self.asked += 1;
            match routings.iter().find_map(|routing| routing.refused.as_ref()) {
                Some(_) => self.agreed += 1,
                None => self.misses.push(format!("{id}: expected reject {}", case["expect"]["reject"]["reason"])),
            }
        }
        let mut missed = Vec::new();
        for asked in case["requests"].as_array().unwrap() {
            let request: Request = serde_json::from_value(asked["request"].clone()).unwrap();
            let got = serde_json::to_value(evaluate(&routings, &request)).unwrap();
            match same(&asked["expect"], &got) {
                None => continue,
                // The backend was made slow, or to fail: nothing in the request or the objects says so.
                Some(false) if asked["backend"].is_object() => {
                    self.beyond += 1;
                    continue;
                }
                Some(true) => self.agreed += 1,
                Some(false) => {
                    missed.push(format!("{id}: {} expected {} got {got}", asked["request"], asked["expect"]))
                }
            }
            self.asked += 1;
        }
        let excepted = EXCEPTIONS.iter().find(|(case, _, _)| *case == id).map_or(0, |(_, count, _)| *count);
        if missed.len() == excepted {
            return;
        }
        self.misses.push(format!("{id}: {excepted} exceptions are listed, {} requests miss", missed.len()));
        self.misses.extend(missed);
    }
}

fn read(case: &Json) -> Vec<Routing> {
    let manifests = manifests(case["objects"].as_array().unwrap());
    gatelift::read_gateway_api(&manifests, World::Closed, &ENVOY_GATEWAY, &mut Report::default())
}
