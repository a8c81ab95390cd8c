//! A conversion's output with one thing changed: `verify` finds it, and every witness is confirmed by requests that
//! know nothing of the proof.

use std::collections::{BTreeMap, BTreeSet};

use gatelift::prove::Request;
use gatelift::{Input, Options, Side, Target, Tracer, Verification, convert, read_files, read_text, verify};
use rayon::prelude::*;
use serde_json::{Value as Json, json};

use crate::cases;

/// What is done to an HTTPRoute, with a name for it. `None` where it has nothing to be done to.
type Mutation = (&'static str, fn(&Json) -> Option<Json>);

const MUTATIONS: &[Mutation] = &[
    ("a rule is dropped", |spec| changed(spec, |rules| (rules.len() > 1).then(|| drop(rules.remove(0))))),
    ("two rules are swapped", |spec| {
        changed(spec, |rules| {
            let last = rules.len().checked_sub(1).filter(|last| *last > 0)?;
            // Rank decides, not the place in the list: what two rules match is swapped, not where they stand.
            let (first, second) = (rules[0]["matches"].take(), rules[last]["matches"].take());
            rules[0]["matches"] = second;
            rules[last]["matches"] = first;
            Some(())
        })
    }),
    ("a weight is changed", |spec| {
        changed(spec, |rules| {
            let backends =
                rules.iter_mut().filter_map(|rule| rule["backendRefs"].as_array_mut()).find(|b| b.len() > 1)?;
            backends[0]["weight"] = json!(backends[0]["weight"].as_u64().unwrap_or(1) + 7);
            Some(())
        })
    }),
    ("a path is widened", |spec| {
        changed(spec, |rules| {
            let mut matches = rules.iter_mut().filter_map(|rule| rule["matches"].as_array_mut()).flatten();
            let found = matches.find(|one| one["path"]["value"].as_str().is_some_and(|value| value.len() > 1))?;
            let value = found["path"]["value"].as_str()?.to_owned();
            found["path"] = if found["path"]["type"] == "Exact" {
                json!({ "type": "PathPrefix", "value": value })
            } else {
                json!({ "type": "PathPrefix", "value": "/" })
            };
            Some(())
        })
    }),
];

fn changed(spec: &Json, change: fn(&mut Vec<Json>) -> Option<()>) -> Option<Json> {
    let mut spec = spec.clone();
    change(spec["rules"].as_array_mut()?)?;
    Some(spec)
}

/// One mutated output.
struct Trial {
    what: &'static str,
    context: String,
    before: Input,
    after: Input,
    requests: Vec<Request>,
}

#[derive(Debug, Default)]
struct Count {
    tried: usize,
    found: usize,
    /// Changes that no request shows: the rule was dead, or both rules do the same.
    without_effect: usize,
    wrong: Vec<String>,
}

fn options() -> Options {
    Options { target: Target { name: "envoy-gateway".to_owned(), version: None }, prove: false, ..Options::default() }
}

fn text(objects: &[Json]) -> Input {
    let text: Vec<String> = objects.iter().map(Json::to_string).collect();
    read_text("routes.json", &text.join("\n---\n"))
}

fn trials(case: &cases::Case) -> Vec<Trial> {
    let input = read_files(&[case.folder.join("input.yaml").display().to_string()], false);
    let conversion = convert(&input, &options());
    let objects: Vec<Json> = conversion.objects.iter().map(|object| serde_json::to_value(object).unwrap()).collect();
    let mut trials = Vec::new();
    for (index, route) in objects.iter().enumerate().filter(|(_, object)| object["kind"] == "HTTPRoute") {
        for (what, mutate) in MUTATIONS {
            let Some(spec) = mutate(&route["spec"]) else { continue };
            let mut after = objects.clone();
            after[index]["spec"] = spec;
            let requests = requests(&[&route["spec"], &after[index]["spec"]]);
            let context = format!("{} {}", case.label(), route["metadata"]["name"]);
            trials.push(Trial { what, context, before: text(&objects), after: text(&after), requests });
        }
    }
    trials
}

/// Requests from nothing but the text of routes: every host with every path and what lies beside it, with and without
/// every header, by some methods, over http and https.
fn requests(specs: &[&Json]) -> Vec<Request> {
    let each = |spec: &Json, pointer: &str| spec.pointer(pointer).and_then(Json::as_array).cloned().unwrap_or_default();
    let mut hosts = BTreeSet::new();
    let mut paths = BTreeSet::from(["/".to_owned(), "/zz".to_owned()]);
    let mut headers: BTreeSet<Vec<(String, String)>> = BTreeSet::from([Vec::new()]);
    let mut methods = BTreeSet::from(["GET".to_owned()]);
    for spec in specs {
        let names: Vec<Json> = each(spec, "/hostnames");
        hosts.extend(names.iter().filter_map(Json::as_str).map(|name| name.replace('*', "w")));
        if names.is_empty() {
            hosts.insert("unnamed.example".to_owned());
        }
        for one in each(spec, "/rules").iter().flat_map(|rule| each(rule, "/matches")) {
            let value = one["path"]["value"].as_str().unwrap_or("/");
            for path in samples(value) {
                let path = path.trim_end_matches('/');
                paths.extend(
                    ["", "/", "/x", "x"].map(|end| format!("{path}{end}")).into_iter().filter(|p| p.starts_with('/')),
                );
            }
            methods.extend(one["method"].as_str().map(str::to_owned));
            let fields = each(&one, "/headers");
            let all =
                fields.iter().map(|field| (text_of(&field["name"]), samples(&text_of(&field["value"])).remove(0)));
            headers.insert(all.collect());
        }
    }
    let mut requests = Vec::new();
    for (host, path) in hosts.iter().flat_map(|host| paths.iter().map(move |path| (host, path))) {
        for (method, headers) in methods.iter().flat_map(|method| headers.iter().map(move |headers| (method, headers)))
        {
            for scheme in ["http", "https"] {
                let headers: BTreeMap<_, _> = headers.iter().cloned().collect();
                let request =
                    json!({ "method": method, "scheme": scheme, "host": host, "path": path, "headers": headers });
                requests.push(serde_json::from_value(request).unwrap());
            }
        }
    }
    requests
}

fn text_of(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Some texts that an expression takes; a text without expressions is its own only one.
fn samples(pattern: &str) -> Vec<String> {
    let mut plain = pattern.trim_start_matches("(?i)").trim_start_matches('^').trim_end_matches('$').to_owned();
    for (from, to) in
        [("(/|$)", "/"), ("(/.*)?", ""), (".*", "x"), (".+", "x"), ("[^/]+", "x"), ("[a-z]+", "x"), ("\\", "")]
    {
        plain = plain.replace(from, to);
    }
    plain.retain(|character| !"()?+*|[]".contains(character));
    vec![plain]
}

fn run(trial: &Trial) -> Count {
    let mut count = Count { tried: 1, ..Count::default() };
    let found: Verification = verify(&trial.before, &trial.after, &options());
    let (before, after) =
        (Tracer::new(&trial.before, &options(), Side::Before), Tracer::new(&trial.after, &options(), Side::Before));
    let outcomes = |request: &Request| (before.ask(request).before.unwrap(), after.ask(request).before.unwrap());
    let Trial { what, context, .. } = trial;
    for difference in &found.differences {
        let (b, a) = outcomes(&difference.request);
        if (&b, &a) != (&difference.before, &difference.after) {
            count.wrong.push(format!("{context}, {what}: {difference:?} is not confirmed: {b}, {a}"));
        }
    }
    let shown = found.differences.iter().any(|difference| difference.before != difference.after);
    let brute = trial.requests.iter().find(|request| {
        let (b, a) = outcomes(request);
        b != a
    });
    match (brute, shown) {
        (Some(_), true) => count.found = 1,
        (Some(request), false) => count.wrong.push(format!("{context}, {what}: not found, but {request:?} shows it")),
        // The proof may know a request that the generator does not hit on; it was confirmed above.
        (None, true) => count.found = 1,
        (None, false) => count.without_effect = 1,
    }
    count
}

#[test]
fn every_mutation_of_an_output_is_found() {
    let inputs: Vec<_> = cases::all().into_iter().filter(|case| case.dialect == "ingress-nginx").collect();
    let trials: Vec<Trial> =
        inputs.par_iter().filter(|case| case.folder.join("input.yaml").is_file()).flat_map(trials).collect();
    let counts: Vec<Count> = trials.par_iter().map(run).collect();
    let mut wrong = Vec::new();
    for (what, _) in MUTATIONS {
        let of_kind = || trials.iter().zip(&counts).filter(|(trial, _)| trial.what == *what).map(|(_, count)| count);
        let sum = |part: fn(&Count) -> usize| of_kind().map(part).sum::<usize>();
        let (tried, found, without_effect) =
            (sum(|count| count.tried), sum(|count| count.found), sum(|count| count.without_effect));
        println!("{what}: {tried} outputs, {found} found with a confirmed request, {without_effect} without effect");
        wrong.extend(of_kind().flat_map(|count| count.wrong.clone()));
        assert!(found >= 5, "{what}: {found} of {tried} found");
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
