//! Real manifests: every file of `../shared/corpus` is converted, and nothing may be lost, refused or crash.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use crate::binary::run;
use crate::oracle::{Channel, Oracle, Verdict, shared};
use crate::settings::{Coverage, coverage};
use crate::{report, yaml};

/// What one file came to.
#[derive(Default)]
struct Outcome {
    objects: Vec<Value>,
    coverage: Coverage,
    unreadable: usize,
    /// Codes of what the proof found, one a finding.
    changes: Vec<String>,
    /// What went wrong in the product.
    faults: Vec<String>,
}

fn convert(root: &Path, file: &Path) -> Outcome {
    let (mut outcome, report) = converted(root, file, &[]);
    let Some(report) = report else { return outcome };
    match yaml::documents(&std::fs::read_to_string(file).unwrap()) {
        Ok(documents) => outcome.coverage = coverage(&documents, &report),
        Err(_) => outcome.unreadable = 1,
    }
    outcome
}

/// What was written for a path, and the report.
fn converted(root: &Path, path: &Path, more: &[&str]) -> (Outcome, Option<Value>) {
    let name = path.strip_prefix(root).unwrap().display().to_string();
    let given = ["convert", "-f", &name, "-o", "json", "--message-format", "json"];
    let run = run(root, &[&given, more].concat());
    let mut outcome = Outcome::default();
    if !run.is_orderly() {
        outcome.faults.push(format!("{name}: exit {:?}: {}", run.code, run.stderr));
        return (outcome, None);
    }
    match serde_json::from_str::<Value>(&run.stdout) {
        Ok(value) => outcome.objects = yaml::items(value),
        Err(_) if run.stdout.trim().is_empty() => {}
        Err(error) => outcome.faults.push(format!("{name}: stdout is no JSON: {error}")),
    }
    let Some(report) = report::parse(&run.stderr) else {
        outcome.faults.push(format!("{name}: stderr is no JSON report: {}", run.stderr));
        return (outcome, None);
    };
    // The conversion proves itself: every difference carries a code that explains it.
    let differences = report["diagnostics"].as_array().into_iter().flatten();
    let codes = differences.filter_map(|found| found["code"].as_str()).filter(|code| code.starts_with("G2L2"));
    outcome.changes.extend(codes.map(str::to_owned));
    if outcome.changes.iter().any(|code| code == "G2L299") {
        outcome.faults.push(format!("{name}: a difference without an explanation (G2L299)"));
    }
    (outcome, Some(report))
}

#[test]
fn real_manifests_lose_nothing_and_give_valid_objects() {
    let Some(root) = shared("corpus") else { return };
    let Some(oracle) = Oracle::load(Channel::Standard, &[]) else { return };
    let mut files = Vec::new();
    collect_files(&root, &mut files);
    assert!(files.len() > 2000, "only {} files", files.len());

    let outcomes: Vec<_> = files.par_iter().map(|file| (file, convert(&root, file))).collect();

    let (mut objects, mut refused, mut faults, mut unreadable) = (0, Vec::new(), Vec::new(), 0);
    let mut total = Coverage::default();
    let mut changes: BTreeMap<String, usize> = BTreeMap::new();
    for (file, outcome) in outcomes {
        let name = file.strip_prefix(&root).unwrap().display();
        for object in &outcome.objects {
            objects += 1;
            match oracle.judge(object) {
                Verdict::Checked(violations) if violations.is_empty() => {}
                verdict => {
                    refused.push(format!("{name}: {} {} {verdict:?}", object["kind"], object["metadata"]["name"]))
                }
            }
        }
        faults.extend(outcome.faults);
        outcome.changes.into_iter().for_each(|code| *changes.entry(code).or_insert(0) += 1);
        unreadable += outcome.unreadable;
        total.ingresses += outcome.coverage.ingresses;
        total.unread += outcome.coverage.unread;
        total.settings += outcome.coverage.settings;
        total.silent.extend(outcome.coverage.silent.iter().map(|field| format!("{name}: {field}")));
        total.doubled.extend(outcome.coverage.doubled.iter().map(|field| format!("{name}: {field}")));
    }
    eprintln!(
        "corpus: {} files ({unreadable} not YAML), {} Ingresses ({} not readable) with {} settings, {objects} objects emitted; \
         {} refused objects, {} faults, {} settings without a fate, {} with several",
        files.len(),
        total.ingresses,
        total.unread,
        total.settings,
        refused.len(),
        faults.len(),
        total.silent.len(),
        total.doubled.len(),
    );
    eprintln!("corpus: findings of the proof by code: {changes:?}");
    let wrong = [faults, refused, total.silent, total.doubled].concat();
    assert!(wrong.is_empty(), "{} findings, the first of them:\n{}", wrong.len(), first(&wrong, 40));
}

/// Gateways, VirtualServices, DestinationRules, ServiceEntries and the objects of SMI are spread over files: what they
/// mean together has to be explained and taken, too.
#[test]
fn repositories_of_meshes_are_converted_as_a_whole() {
    let Some(root) = shared("corpus") else { return };
    let Some(oracle) = Oracle::load(Channel::Standard, &[]) else { return };
    let mut files = Vec::new();
    collect_files(&root, &mut files);
    let of_a_mesh = |file: &&PathBuf| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.contains("networking.istio.io/") || text.contains(".smi-spec.io/")
    };
    let top = |file: &PathBuf| root.join(file.strip_prefix(&root).unwrap().components().next().unwrap());
    let repositories: BTreeSet<PathBuf> = files.iter().filter(of_a_mesh).map(top).collect();
    assert!(repositories.len() >= 20, "only {} repositories", repositories.len());
    let outcomes: Vec<_> = repositories.par_iter().map(|path| converted(&root, path, &["-R"]).0).collect();
    let mut objects = 0;
    let mut wrong = Vec::new();
    for outcome in outcomes {
        wrong.extend(outcome.faults);
        for object in &outcome.objects {
            objects += 1;
            match oracle.judge(object) {
                Verdict::Checked(violations) if violations.is_empty() => {}
                verdict => wrong.push(format!("{} {} {verdict:?}", object["kind"], object["metadata"]["name"])),
            }
        }
    }
    eprintln!("corpus: {} repositories of meshes, {objects} objects emitted", repositories.len());
    assert!(wrong.is_empty(), "{} findings, the first of them:\n{}", wrong.len(), first(&wrong, 40));
}

fn first(lines: &[String], limit: usize) -> String {
    let cut = |line: &String| line.chars().take(600).collect::<String>();
    lines.iter().take(limit).map(cut).collect::<Vec<_>>().join("\n")
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect_files(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "yaml") {
            files.push(entry);
        }
    }
}
