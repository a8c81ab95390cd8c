//! Every case under `testdata/`: what is emitted and what is reported, as accepted under `snapshots/`. A case is converted
//! for the target that its arguments name, and for Envoy Gateway and Istio as well where that gives objects of their own
//! kinds.

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
pub struct Converted {
    pub case: Case,
    /// As `--target` names it, without a version.
    pub target: String,
    /// Arguments beyond `convert -f input.yaml`.
    args: Vec<String>,
    /// Objects as YAML on stdout, findings in short on stderr.
    run: Run,
    /// The JSON report of the same run.
    pub report: String,
}

/// What is accepted: every case for its own target, and for another one where that gives objects of its own kinds.
static CONVERTED: LazyLock<Vec<&'static Converted>> = LazyLock::new(|| {
    let has_own_kinds =
        |one: &Converted| OTHERS.iter().any(|(target, kinds)| one.target == *target && one.run.stdout.contains(kinds));
    EVERY_RUN.iter().filter(|one| one.target == one.case.target() || has_own_kinds(one)).collect()
});

/// Every case for every target, converted once for all tests.
pub static EVERY_RUN: LazyLock<Vec<Converted>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden-reports");
    std::fs::create_dir_all(&folder).unwrap();
    let named = cases::all().into_par_iter().map(|case| {
        let (target, args) = (case.target(), case.args());
        convert(case, target, args, &folder)
    });
    let others = OTHERS.par_iter().flat_map(|(target, _)| {
        let cases = cases::all().into_par_iter().filter(|case| !case.names_target());
        let folder = &folder;
        cases.map(move |case| {
            let args = case.args().into_iter().chain(["--target".to_owned(), (*target).to_owned()]).collect();
            convert(case, (*target).to_owned(), args, folder)
        })
    });
    named.chain(others).collect()
});

/// The targets that cases are converted for beside their own, and what their own kinds are known by.
const OTHERS: &[(&str, &str)] =
    &[("envoy-gateway", "apiVersion: gateway.envoyproxy.io/"), ("istio", ".istio.io/v1\nkind: ")];

fn convert(case: Case, target: String, args: Vec<String>, folder: &Path) -> Converted {
    let file = folder.join(format!("{}--{target}.json", case.label().replace('/', "--")));
    let _ = std::fs::remove_file(&file);
    let given = ["convert", "-f", "input.yaml", "--message-format", "concise", "--report", file.to_str().unwrap()];
    let run = run(&case.folder, &given.into_iter().chain(args.iter().map(String::as_str)).collect::<Vec<_>>());
    let report = std::fs::read_to_string(&file).unwrap_or_default();
    Converted { case, target, args, run, report }
}

impl Converted {
    /// The names under which objects and report are accepted.
    fn snapshots(&self) -> [String; 2] {
        let report =
            if self.target == self.case.target() { "report".to_owned() } else { format!("{}-report", self.target) };
        [self.target.clone(), report]
    }

    fn label(&self) -> String {
        format!("{} for {}", self.case.label(), self.target)
    }
}

#[test]
fn output_and_report_are_the_accepted_ones() {
    let only = std::env::var("CASE").ok();
    let mut changed = Vec::new();
    for converted in CONVERTED.iter() {
        let Converted { case, run, .. } = converted;
        if only.as_ref().is_some_and(|only| !case.name.contains(only)) {
            continue;
        }
        run.assert_orderly();
        let report = format!("exit {}\n{}", run.code.unwrap(), run.stderr);
        for (name, text) in converted.snapshots().iter().zip([run.stdout.as_str(), &report]) {
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

/// A case that no longer gives objects of its own kinds has no snapshot for that target.
#[test]
fn every_snapshot_of_another_target_is_made() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    for case in cases::all().iter().filter(|case| !case.names_target()) {
        for (target, _) in OTHERS {
            let made = CONVERTED.iter().any(|one| one.case.label() == case.label() && one.target == *target);
            let accepted = root.join(case.label()).join(format!("{target}.snap")).exists();
            assert!(made || !accepted, "snapshots/{} is left over for {target}", case.label());
        }
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
    for converted in CONVERTED.iter() {
        let Converted { case, run, .. } = converted;
        let oracle = if case.is_experimental() { &experimental } else { &standard };
        for object in objects_of(run) {
            checked += 1;
            match oracle.judge(&object) {
                Verdict::Checked(violations) if violations.is_empty() => {}
                verdict => refused.push(format!("{}: {} {verdict:?}", converted.label(), object["kind"])),
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(checked > 100, "only {checked} objects were emitted");
}

#[test]
fn policies_are_attached_to_what_is_there() {
    let mut wrong = Vec::new();
    let mut policies = 0;
    for converted in CONVERTED.iter().filter(|converted| !converted.args.iter().any(|arg| arg == "--gateway")) {
        let objects = objects_of(&converted.run);
        policies += objects.iter().filter(|object| object["spec"].get("targetRefs").is_some()).count();
        let found = gatelift::validate::attachment::check(&objects);
        wrong.extend(found.into_iter().map(|what| format!("{}: {what}", converted.label())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(policies > 30, "only {policies} policies");
}

#[test]
fn every_setting_of_every_case_has_exactly_one_fate() {
    let mut wrong = Vec::new();
    let mut settings = 0;
    for converted in CONVERTED.iter().filter(|converted| converted.case.dialect != "invalid") {
        let Converted { case, run, report, .. } = converted;
        let Some(report) = report::parse(report) else {
            wrong.push(format!("{}: no JSON report: {}", converted.label(), run.stderr));
            continue;
        };
        let text = std::fs::read_to_string(case.folder.join("input.yaml")).unwrap();
        let coverage: Coverage = coverage(&yaml::documents(&text).unwrap(), &report);
        settings += coverage.settings;
        wrong.extend(coverage.silent.iter().map(|field| format!("{}: no fate: {field}", converted.label())));
        wrong.extend(coverage.doubled.iter().map(|field| format!("{}: several fates: {field}", converted.label())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(settings > 1000, "only {settings} settings");
}

#[test]
fn converting_the_output_again_changes_nothing() {
    let runs: Vec<_> = CONVERTED.iter().filter(|converted| !converted.run.stdout.trim().is_empty()).copied().collect();
    assert!(runs.len() > 100, "only {} cases have any output", runs.len());
    let changed = runs.par_iter().filter_map(|converted| {
        let Converted { case, args, run: first, .. } = converted;
        let args = ["convert", "-f", "-"].into_iter().chain(args.iter().map(String::as_str));
        let again = run_with_input(&case.folder, &args.collect::<Vec<_>>(), first.stdout.as_bytes());
        let same = again.stdout == first.stdout;
        (!same).then(|| format!("{}: {}", converted.label(), difference(&first.stdout, &again.stdout)))
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

/// docs/competitor-cases.md is only worth something while its cases are there.
#[test]
fn the_table_of_known_mistakes_names_cases() {
    let table =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/competitor-cases.md")).unwrap();
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with("| W") || line.starts_with("| N")).collect();
    assert_eq!(rows.len(), 43);
    for row in rows {
        let names: Vec<_> = row.rsplit("| ").next().unwrap().split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{row}");
        for name in names {
            assert!(cases::testdata().join("ingress-nginx").join(name).is_dir(), "no case {name}: {row}");
        }
    }
}
