//! Real proxies on this machine: what `trace` answers, against nginx as ingress-nginx configures it (before) and Envoy as
//! Envoy Gateway configures it (after).
//!
//! The renderings follow the controllers and know nothing of the model: `nginx.rs` starts from the Ingresses, `envoy.rs`
//! from the objects that were written.

mod client;
mod echo;
mod envoy;
mod nginx;
mod process;

use std::collections::BTreeMap;

use gatelift::prove::{Outcome, Request};
use gatelift::{Input, Options, Side, Target, Tracer, convert, read_text};
use serde_json::{Value as Json, json};

use crate::{cases, yaml};
use client::Answer;
use echo::Services;

/// An input with what is asked of it.
struct Case {
    name: String,
    objects: Vec<Json>,
    requests: Vec<Request>,
    /// Where its proxy listens.
    port: u16,
}

impl Case {
    fn input(&self) -> Input {
        let text: Vec<String> = self.objects.iter().map(Json::to_string).collect();
        read_text("case.json", &text.join("\n---\n"))
    }
}

fn options() -> Options {
    Options { target: Target { name: "envoy-gateway".to_owned(), version: None }, prove: false, ..Options::default() }
}

/// The golden inputs that `nginx.rs` can render: every one whose objects and annotations it knows.
fn rendered() -> Vec<Case> {
    let inputs = cases::all().into_iter().filter(|case| case.dialect == "ingress-nginx" && case.args().is_empty());
    let mut rendered: Vec<Case> = inputs
        .filter_map(|case| {
            let text = std::fs::read_to_string(case.folder.join("input.yaml")).ok()?;
            let objects: Vec<Json> = yaml::documents(&text).ok()?.into_iter().flat_map(yaml::items).collect();
            let ours = nginx::is_known(&objects);
            let requests = requests(&objects);
            ours.then_some(Case { name: case.name, objects, requests, port: 0 })
        })
        .collect();
    let ports = process::free_ports(rendered.len());
    rendered.iter_mut().zip(ports).for_each(|(case, port)| case.port = port);
    rendered
}

/// Every host with every path, what lies beside and below it, other letters, slashes and escapes.
fn requests(objects: &[Json]) -> Vec<Request> {
    let mut hosts = vec!["nobody.example.org".to_owned()];
    let mut paths = vec!["/".to_owned(), "/zz?q=1".to_owned()];
    let mut headers = vec![json!({})];
    for ingress in objects.iter().filter(|object| object["kind"] == "Ingress") {
        for rule in ingress["spec"]["rules"].as_array().into_iter().flatten() {
            let host = rule["host"].as_str().unwrap_or("unnamed.example.org");
            hosts.push(host.replace('*', "w"));
            if host.starts_with('*') {
                hosts.push(host.replace('*', "v.w"));
            }
            for path in rule["http"]["paths"].as_array().into_iter().flatten() {
                let path = literal(path["path"].as_str().unwrap_or("/"));
                let path = path.trim_end_matches('/');
                paths.extend(["", "/", "/x?q=1", "x", "//y", "/%7Ez/../w"].map(|end| format!("{path}{end}")));
                paths.push(path.to_uppercase());
            }
        }
        let annotation = |key: &str| ingress["metadata"]["annotations"][format!("{}{key}", nginx::PREFIX)].as_str();
        if let Some(name) = annotation("canary-by-header") {
            let values = ["always", "never", annotation("canary-by-header-value").unwrap_or("other")];
            headers.extend(values.map(|value| json!({ name: value })));
        }
    }
    for list in [&mut hosts, &mut paths] {
        list.sort();
        list.dedup();
    }
    let mut requests = Vec::new();
    for (host, path) in hosts.iter().flat_map(|host| paths.iter().map(move |path| (host, path))) {
        for headers in &headers {
            let request = json!({ "host": host, "path": path, "headers": headers });
            requests.extend(serde_json::from_value::<Request>(request).ok().filter(|_| path.starts_with('/')));
        }
    }
    requests
}

/// A text that an expression takes, roughly: what it does not take tells as much.
fn literal(path: &str) -> String {
    let mut plain = path.trim_start_matches('^').to_owned();
    for (from, to) in [("(/|$)", "/"), ("(.*)", "x"), (".*", "x"), ("[^/]+", "x"), ("[0-9]+", "7"), ("\\", "")] {
        plain = plain.replace(from, to);
    }
    plain.retain(|character| !"()?+*|[]{}$ ".contains(character));
    plain
}

/// What was asked, and where the answers differ.
#[derive(Default)]
struct Score {
    asked: usize,
    wrong: Vec<String>,
    kinds: BTreeMap<&'static str, usize>,
}

impl Score {
    fn ask(&mut self, case: &Case, request: &Request, expected: &Outcome) {
        let times = if matches!(expected, Outcome::Split { .. }) { 40 } else { 1 };
        let answers: Vec<Answer> = (0..times).map(|_| client::ask(case.port, request)).collect();
        self.asked += 1;
        *self.kinds.entry(kind(expected)).or_default() += 1;
        if let Some(problem) = differs(expected, &answers) {
            let (method, host) = (&request.method, request.host.as_deref().unwrap_or_default());
            let headers = &request.headers;
            self.wrong.push(format!("{}: {method} {host}{} {headers:?}: {problem}", case.name, request.path));
        }
    }

    fn finish(self, proxy: &str, cases: usize) {
        println!("{proxy}: {} requests to {cases} configurations answered as trace says, {:?}", self.asked, self.kinds);
        assert!(cases >= 15 && self.asked > 300, "{cases} configurations, {} requests", self.asked);
        assert!(self.wrong.is_empty(), "{} of {} differ:\n{}", self.wrong.len(), self.asked, self.wrong.join("\n"));
    }
}

fn kind(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Forward { .. } => "forwarded",
        Outcome::Split { .. } => "split",
        Outcome::Redirect { .. } => "redirected",
        Outcome::Respond { .. } | Outcome::Connection { .. } | Outcome::Reject { .. } => "answered",
    }
}

fn differs(expected: &Outcome, answers: &[Answer]) -> Option<String> {
    let first = answers.first()?;
    let same = match expected {
        Outcome::Forward { service, received } => first.is_from(service, &received.path, &received.host),
        Outcome::Redirect { status, location } => {
            first.status == *status && first.location.as_deref() == Some(location.as_str())
        }
        Outcome::Respond { status } => first.status == *status && first.service.is_none(),
        // A share of 40 requests that is not seen at all would be less than one in ten.
        Outcome::Split { shares, received } => {
            let among =
                |answer: &Answer| shares.keys().any(|name| answer.is_from(name, &received.path, &received.host));
            let seen = |name: &String| answers.iter().any(|answer| answer.service.as_ref() == Some(name));
            let total: u64 = shares.values().sum();
            answers.iter().all(among) && shares.iter().all(|(name, share)| share * 5 < total || seen(name))
        }
        Outcome::Connection { .. } | Outcome::Reject { .. } => return Some(format!("trace says: {expected}")),
    };
    (!same).then(|| format!("trace says: {expected}; the proxy: {first}"))
}

#[test]
fn nginx_answers_as_trace_says() {
    let Some(program) = process::find("nginx") else { return };
    let cases: Vec<Case> = rendered().into_iter().filter(|case| !is_refused(case)).collect();
    let services = Services::start(cases.iter().flat_map(|case| nginx::services(&case.objects)));
    let listeners: Vec<(u16, &[Json])> = cases.iter().map(|case| (case.port, case.objects.as_slice())).collect();
    let _running = nginx::start(&program, &listeners, &services);
    let mut score = Score::default();
    for case in &cases {
        let tracer = Tracer::new(&case.input(), &options(), Side::Before);
        for request in &case.requests {
            let expected = tracer.ask(request).before.unwrap();
            score.ask(case, request, &expected);
        }
    }
    score.finish("nginx", cases.len());
}

/// Configurations that nginx refuses are no configurations of this test.
fn is_refused(case: &Case) -> bool {
    let request = serde_json::from_value(json!({ "host": "nobody.example.org", "path": "/" })).unwrap();
    matches!(Tracer::new(&case.input(), &options(), Side::Before).ask(&request).before, Some(Outcome::Reject { .. }))
}

#[test]
fn envoy_answers_as_trace_says() {
    let Some(program) = process::find("envoy") else { return };
    let written = |case: &Case| -> Vec<Json> {
        let conversion = convert(&case.input(), &options());
        conversion.objects.iter().map(|object| serde_json::to_value(object).unwrap()).collect()
    };
    let known = |case: &Case| envoy::is_known(&written(case));
    let cases: Vec<Case> = rendered().into_iter().filter(|case| !is_refused(case) && known(case)).collect();
    let services = Services::start(cases.iter().flat_map(|case| nginx::services(&case.objects)));
    let listeners: Vec<(u16, Vec<Json>)> = cases.iter().map(|case| (case.port, written(case))).collect();
    let _running = envoy::start(&program, &listeners, &services);
    let mut score = Score::default();
    for case in &cases {
        let tracer = Tracer::new(&case.input(), &options(), Side::After);
        for request in &case.requests {
            match tracer.ask(request).after.unwrap() {
                // No listener on this port: nothing to ask.
                Outcome::Connection { .. } => {}
                expected => score.ask(case, request, &expected),
            }
        }
    }
    score.finish("envoy", cases.len());
}
