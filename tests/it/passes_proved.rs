//! Every pass by itself, before and after compared by the proof: what a pass changes, it has said.

use std::path::{Path, PathBuf};

use gatelift::gateway::{PROFILES, Profile};
use gatelift::model::{Cause, Routing};
use gatelift::pass::{PASSES, portable, prepare};
use gatelift::prove::{Difference, Limits, compare};
use gatelift::report::{Code, Report, Severity};
use gatelift::{NamespacedName, Options, World, read_files, read_text, routings};
use rayon::prelude::*;
use serde_json::{Value as Json, json};

use crate::cases;
use crate::pass::{Chance, Paths, random_rules, routing};

/// What was compared, and what was said of it.
#[derive(Debug, Default)]
struct Count {
    passes: usize,
    changed: usize,
    reported: usize,
    unproved: usize,
    silent: Vec<String>,
}

impl Count {
    fn add(mut self, other: Self) -> Self {
        self.passes += other.passes;
        self.changed += other.changed;
        self.reported += other.reported;
        self.unproved += other.unproved;
        self.silent.extend(other.silent);
        self
    }

    /// Compares what one pass was given with what it made.
    fn compare(&mut self, context: &str, pass: &str, before: &Routing, after: &Routing, said: &Report) {
        self.passes += 1;
        if !rules_differ(before, after) {
            return;
        }
        self.changed += 1;
        let proof = compare(before, after, &Limits::default());
        self.unproved += proof.unproved.len();
        for difference in proof.differences {
            if is_said(&difference, said) {
                self.reported += 1;
            } else {
                self.silent.push(format!("{context}, {pass}: {difference:?}"));
            }
        }
    }
}

/// A pass that changes nothing is not asked.
fn rules_differ(before: &Routing, after: &Routing) -> bool {
    format!("{:?}", before.entry_points) != format!("{:?}", after.entry_points)
}

/// The rule is withheld in sight of everybody, or the pass has named the object of one of the two rules.
fn is_said(difference: &Difference, said: &Report) -> bool {
    let named = |origin: &Option<gatelift::model::Origin>| {
        said.diagnostics
            .iter()
            .filter(|found| found.severity != Severity::Info || found.code == Code::RegexApproximated)
            .flat_map(|found| &found.labels)
            .any(|label| origin.as_ref().is_some_and(|origin| label.origin.object == origin.object))
    };
    // Said once a host, at the first rule with captures.
    let of_its_host = difference.request.host.as_ref().is_some_and(|host| {
        let named = format!("of `{host}` are written as path prefixes");
        said.diagnostics.iter().any(|found| found.code == Code::RegexApproximated && found.message.contains(&named))
    });
    let withheld = difference.after_cause == Some(Cause::Withheld) && !said.diagnostics.is_empty();
    withheld || of_its_host || named(&difference.before_rule) || named(&difference.after_rule)
}

/// Each pass for itself, and then `prepare`, which has to come to the same.
fn run(context: &str, source: &Routing, profile: &Profile) -> Count {
    let mut count = Count::default();
    let mut said = Report::default();
    let core = portable(source, &mut said);
    count.compare(context, "portable", source, &core, &said);
    for start in [source, &core] {
        let mut current = start.clone();
        for pass in PASSES {
            let mut said = Report::default();
            let next = pass.apply(&current, profile, &mut said);
            count.compare(context, pass.name, &current, &next, &said);
            current = next;
        }
        let mut said = Report::default();
        let prepared = prepare(start, profile, &mut said);
        count.compare(context, "prepare", start, &prepared, &said);
        if !rules_differ(source, &core) {
            break;
        }
    }
    count
}

fn total(counts: impl ParallelIterator<Item = Count>, what: &str) -> Count {
    let count = counts.reduce(Count::default, Count::add);
    println!(
        "{what}: {} passes, {} of them changed rules; {} differences reported, {} classes unproved, {} silent",
        count.passes,
        count.changed,
        count.reported,
        count.unproved,
        count.silent.len()
    );
    count
}

fn assert_none_silent(count: &Count) {
    let first: Vec<&str> = count.silent.iter().take(5).map(String::as_str).collect();
    assert!(count.silent.is_empty(), "{} silent differences:\n{}", count.silent.len(), first.join("\n"));
}

#[test]
fn passes_keep_random_lists() {
    let lists: Vec<(usize, Paths, &Profile)> = [Paths::Core, Paths::Native, Paths::Nginx]
        .into_iter()
        .flat_map(|kind| PROFILES.iter().map(move |profile| (kind, profile)))
        .flat_map(|(kind, profile)| (0..8).map(move |list| (list, kind, profile)))
        .collect();
    let count = total(
        lists.par_iter().map(|(list, kind, profile)| {
            let rules = random_rules(&mut Chance(1000 + 97 * *list as u64), *kind);
            run(&format!("{kind:?} list {list} on {}", profile.name), &routing(rules), profile)
        }),
        "random lists",
    );
    assert!(count.changed > 200);
    assert_none_silent(&count);
}

#[test]
fn passes_keep_golden_inputs() {
    let inputs: Vec<_> = cases::all().into_iter().filter(|case| case.folder.join("input.yaml").is_file()).collect();
    let count = total(
        inputs.par_iter().map(|case| {
            let input = read_files(&[case.folder.join("input.yaml").display().to_string()], false);
            let found =
                routings(&input.manifests, &Options::default(), World::Open, &PROFILES[0], &mut Report::default());
            everywhere(&case.label(), &found)
        }),
        "golden inputs",
    );
    assert!(count.changed > 200);
    assert_none_silent(&count);
}

#[test]
fn passes_keep_measured_cases() {
    let directory: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/ingress-nginx");
    if !directory.is_dir() {
        println!("SKIPPED: ../shared/cases/ingress-nginx is not beside the project, so no measured case was tried");
        return;
    }
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let count = total(
        files.par_iter().map(|file| {
            let case: Json = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
            everywhere(&file.file_stem().unwrap().to_string_lossy(), &meaning(&case))
        }),
        "measured cases",
    );
    assert!(count.changed > 1000);
    assert_none_silent(&count);
}

/// On the profiles that rank most differently.
fn everywhere(context: &str, routings: &[Routing]) -> Count {
    let profiles = PROFILES.iter().filter(|profile| ["spec", "envoy-gateway", "istio"].contains(&profile.name));
    let mut count = Count::default();
    for profile in profiles {
        for source in routings.iter().filter(|routing| routing.dialect != "gateway-api") {
            count = count.add(run(&format!("{context} on {}", profile.name), source, profile));
        }
    }
    count
}

fn meaning(case: &Json) -> Vec<Routing> {
    let mut objects = case["objects"].as_array().unwrap().clone();
    let mut options = Options::default();
    if let Some(data) = case["controller"].get("configMap") {
        let name = NamespacedName { namespace: "ingress-nginx".to_owned(), name: "controller".to_owned() };
        let metadata = json!({ "name": name.name, "namespace": name.namespace });
        objects.push(json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data }));
        options.controller_config = Some(name);
    }
    let text: Vec<String> = objects.iter().map(Json::to_string).collect();
    let input = read_text("case.json", &text.join("\n---\n"));
    routings(&input.manifests, &options, World::Open, &PROFILES[0], &mut Report::default())
}
