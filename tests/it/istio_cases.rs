//! VirtualServices, and Gateway API under the `istio` profile, against what a real Istio answered: pilot's translation in
//! a real Envoy (tests/istio measures).

use std::path::Path;

use gatelift::prove::Request;
use gatelift::{Options, Side, Target, Tracer, read_text};
use serde_json::Value as Json;

use crate::score::same;

/// Requests that are answered otherwise than measured, by case, with the reason.
const EXCEPTIONS: &[(&str, usize, &str)] = &[
    ("eg-grpc-method-only", 3, "the rig's backends answer gRPC with an error of their own"),
    ("eg-listener-proto-conflict", 1, "Gateway API calls both listeners conflicted; Istio serves the first"),
    (
        "policies-go-before-routes",
        1,
        "policies are asked before hosts; the model has no host for a host that nobody serves",
    ),
    ("policies-of-the-gateway-are-not-lost-in-silence", 1, "as above"),
    (
        "tokens-claims",
        4,
        "as above, and a rule of which a policy takes a part is withheld as a whole, not answered in parts",
    ),
    ("tokens-claims--after", 4, "as for tokens-claims"),
];

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The cases of a folder, by name.
fn cases(folder: &Path) -> Vec<Json> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let files = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()).collect()
}

#[derive(Default)]
struct Score {
    cases: usize,
    asked: usize,
    agreed: usize,
    misses: Vec<String>,
}

impl Score {
    fn add<'c>(&mut self, id: &str, objects: &[Json], asked: impl Iterator<Item = (&'c Json, &'c Json)>) {
        self.cases += 1;
        let text: Vec<String> = objects.iter().map(Json::to_string).collect();
        let input = read_text("case.json", &text.join("\n---\n"));
        let target = Target { name: "istio".to_owned(), version: None };
        let options = Options { target, prove: false, ..Options::default() };
        let tracer = Tracer::new(&input, &options, Side::Before);
        let mut missed = Vec::new();
        for (request, expected) in asked {
            let concrete: Request = serde_json::from_value(request.clone()).unwrap();
            let got = serde_json::to_value(tracer.ask(&concrete).before).unwrap();
            let Some(agrees) = same(expected, &got) else { continue };
            self.asked += 1;
            if agrees {
                self.agreed += 1;
            } else {
                missed.push(format!("{id}: {request} expected {expected} got {got}"));
            }
        }
        let excepted = EXCEPTIONS.iter().find(|(case, _, _)| *case == id).map_or(0, |(_, count, _)| *count);
        if missed.len() != excepted {
            self.misses.push(format!("{id}: {excepted} exceptions are listed, {} requests miss", missed.len()));
            self.misses.extend(missed);
        }
    }

    fn finish(&self, cases: usize, requests: usize) {
        println!("{} of {} requests in {} cases agree", self.agreed, self.asked, self.cases);
        assert!(self.cases >= cases && self.asked >= requests, "{} cases, {} requests", self.cases, self.asked);
        assert!(self.misses.is_empty(), "{} misses:\n{}", self.misses.len(), self.misses.join("\n"));
    }
}

#[test]
fn answers_as_istio_did() {
    let mut score = Score::default();
    for case in cases(&project().join("testdata/measured-istio")) {
        let requests = case["requests"].as_array().unwrap();
        let asked = requests.iter().map(|asked| (&asked["request"], &asked["expect"]));
        score.add(case["id"].as_str().unwrap(), case["objects"].as_array().unwrap(), asked);
    }
    score.finish(40, 1500);
}

/// The cases that were made for Envoy Gateway, on Gateways of Istio.
#[test]
fn answers_gateway_api_as_istio_did() {
    let folder = project().join("../shared/cases/envoy-gateway");
    if !folder.is_dir() {
        println!("NOT RUN: ../shared/cases/envoy-gateway is not beside the project, so nothing was compared");
        return;
    }
    let text = std::fs::read_to_string(project().join("testdata/measured-gateway-api/istio.json")).unwrap();
    let answers: Json = serde_json::from_str(&text).unwrap();
    let mut score = Score::default();
    for case in cases(&folder) {
        let id = case["id"].as_str().unwrap();
        let Some(answers) = answers[id].as_object() else { continue };
        let objects = case["objects"].as_array().unwrap();
        let objects: Vec<Json> = objects.iter().filter(|one| one["kind"] != "GatewayClass").map(of_istio).collect();
        let asked = answers.iter().map(|(place, expected)| {
            let place: usize = place.parse().unwrap();
            (&case["requests"][place]["request"], expected)
        });
        score.add(id, &objects, asked);
    }
    score.finish(250, 1500);
}

fn of_istio(object: &Json) -> Json {
    let mut object = object.clone();
    if object["kind"] == "Gateway" {
        object["spec"]["gatewayClassName"] = "istio".into();
    }
    object
}
