//! Every case under `testdata/`: what is emitted and what is reported, as accepted under `snapshots/`.

use std::path::Path;
use std::sync::LazyLock;

use rayon::prelude::*;
use serde_json::Value;

use crate::binary::{Run, run, run_with_input};
use crate::cases::{self, Case};
use crate::oracle::{Channel, Oracle, Verdict};
use crate::settings::{Coverage, coverage};
use crate::{report, yaml};

/// What a case was converted to.
struct Converted {
    case: Case,
    /// Objects as YAML on stdout, findings in short on stderr.
    run: Run,
    /// The JSON report of the same run.
    report: String,
}

/// Every case, converted once for all tests.
static CONVERTED: LazyLock<Vec<Converted>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden-reports");
    std::fs::create_dir_all(&folder).unwrap();
    cases::all().into_par_iter().map(|case| convert(case, &folder)).collect()
});

fn convert(case: Case, folder: &Path) -> Converted {
    let file = folder.join(format!("{}.json", case.label().replace('/', "--")));
    let _ = std::fs::remove_file(&file);
    let args = case.args();
    let given = ["convert", "-f", "input.yaml", "--message-format", "concise", "--report", file.to_str().unwrap()];
    let args: Vec<_> = given.into_iter().chain(args.iter().map(String::as_str)).collect();
    let run = run(&case.folder, &args);
    let report = std::fs::read_to_string(&file).unwrap_or_default();
    Converted { case, run, report }
}

#[test]
fn output_and_report_are_the_accepted_ones() {
    let only = std::env::var("CASE").ok();
    let mut changed = Vec::new();
    for Converted { case, run, .. } in CONVERTED.iter() {
        if only.as_ref().is_some_and(|only| !case.name.contains(only)) {
            continue;
        }
        run.assert_orderly();
        let report = format!("exit {}\n{}", run.code.unwrap(), run.stderr);
        for (name, text) in [(case.target().as_str(), run.stdout.as_str()), ("report", &report)] {
            // Goes on after a mismatch, so that one run of the tests shows all that changed.
            let matches = std::panic::catch_unwind(|| assert_accepted(case, name, text)).is_ok();
            if !matches {
                changed.push(format!("{} {name}", case.label()));
            }
        }
    }
    assert!(changed.is_empty(), "changed (cargo insta review shows how):\n{}", changed.join("\n"));
}

fn assert_accepted(case: &Case, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    settings.set_snapshot_path(root.join("snapshots").join(&case.dialect).join(&case.name));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(case.folder.join("input.yaml"));
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn every_case_says_what_it_shows() {
    let cases = cases::all();
    assert!(cases.len() >= 70, "only {} cases", cases.len());
    for case in cases {
        let text = std::fs::read(case.folder.join("input.yaml")).unwrap();
        let text = String::from_utf8_lossy(&text);
        let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        assert!(first.starts_with("# ") && first.len() > 10, "{}: the first line says nothing: {first}", case.label());
    }
}

/// Snapshots of cases that are gone would be taken for documentation.
#[test]
fn every_snapshot_belongs_to_a_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let labels: Vec<_> = cases::all().iter().map(Case::label).collect();
    for dialect in std::fs::read_dir(cases::testdata()).unwrap().map(|entry| entry.unwrap().file_name()) {
        let Ok(folders) = std::fs::read_dir(root.join(&dialect)) else { continue };
        for folder in folders.map(|entry| entry.unwrap().file_name()) {
            let label = format!("{}/{}", dialect.to_str().unwrap(), folder.to_str().unwrap());
            assert!(labels.contains(&label), "snapshots/{label} has no case");
        }
    }
}

fn objects_of(run: &Run) -> Vec<Value> {
    let values = if run.stdout.trim().is_empty() { Vec::new() } else { yaml::documents(&run.stdout).unwrap() };
    values.into_iter().flat_map(yaml::items).collect()
}

#[test]
fn the_api_server_takes_every_emitted_object() {
    let folders = ["envoy-gateway", "istio", "kgateway", "nginx-gateway-fabric", "traefik", "kong"];
    let Some(standard) = Oracle::load(Channel::Standard, &folders) else { return };
    let Some(experimental) = Oracle::load(Channel::Experimental, &folders) else { return };
    let mut refused = Vec::new();
    let mut checked = 0;
    for Converted { case, run, .. } in CONVERTED.iter() {
        let oracle = if case.is_experimental() { &experimental } else { &standard };
        for object in objects_of(run) {
            checked += 1;
            match oracle.judge(&object) {
                Verdict::Checked(violations) if violations.is_empty() => {}
                verdict => refused.push(format!("{}: {} {verdict:?}", case.label(), object["kind"])),
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(checked > 100, "only {checked} objects were emitted");
}

#[test]
fn every_setting_of_every_case_has_exactly_one_fate() {
    let mut wrong = Vec::new();
    let mut settings = 0;
    for Converted { case, run, report } in CONVERTED.iter().filter(|converted| converted.case.dialect != "invalid") {
        let Some(report) = report::parse(report) else {
            wrong.push(format!("{}: no JSON report: {}", case.label(), run.stderr));
            continue;
        };
        let text = std::fs::read_to_string(case.folder.join("input.yaml")).unwrap();
        let coverage: Coverage = coverage(&yaml::documents(&text).unwrap(), &report);
        settings += coverage.settings;
        wrong.extend(coverage.silent.iter().map(|field| format!("{}: no fate: {field}", case.label())));
        wrong.extend(coverage.doubled.iter().map(|field| format!("{}: several fates: {field}", case.label())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(settings > 1000, "only {settings} settings");
}

#[test]
fn converting_the_output_again_changes_nothing() {
    let runs: Vec<_> = CONVERTED.iter().filter(|converted| !converted.run.stdout.trim().is_empty()).collect();
    assert!(runs.len() > 100, "only {} cases have any output", runs.len());
    let changed = runs.par_iter().filter_map(|Converted { case, run: first, .. }| {
        let args = case.args();
        let args = ["convert", "-f", "-"].into_iter().chain(args.iter().map(String::as_str));
        let again = run_with_input(&case.folder, &args.collect::<Vec<_>>(), first.stdout.as_bytes());
        let same = again.stdout == first.stdout;
        (!same).then(|| format!("{}: {}", case.label(), difference(&first.stdout, &again.stdout)))
    });
    let changed: Vec<_> = changed.collect();
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

/// The first line that differs.
fn difference(first: &str, other: &str) -> String {
    let mut pairs = first.lines().zip(other.lines());
    let found = pairs.find(|(first, other)| first != other);
    found.map_or_else(
        || format!("{} lines, then {}", first.lines().count(), other.lines().count()),
        |(a, b)| format!("`{a}`, then `{b}`"),
    )
}
