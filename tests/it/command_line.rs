//! The program as a shell sees it: output, messages, exit status.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::emit::{Scratch, snapshots};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelift"));
    // What the developer's shell happens to set must not decide a test.
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "KUBECONFIG"] {
        command.env_remove(name);
    }
    // No cluster of the developer's either.
    command.env("HOME", "/nonexistent");
    command
}

struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}------- stderr -------\n{}------- exit {} -------", self.out, self.err, self.status)
    }
}

fn run(arguments: &[&str]) -> Ran {
    let output = program().args(arguments).stdin(Stdio::null()).output().unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn usage_errors() {
    let cases: &[(&str, &[&str])] = &[
        ("usage-nothing-to-read", &["convert"]),
        ("usage-unknown-target", &["convert", "-f", "x", "--target", "envoy-gatway"]),
        ("usage-unknown-code", &["convert", "-f", "x", "--allow", "wildcard-matches-more-label"]),
        ("usage-contradiction", &["convert", "-f", "x", "--allow", "G2L203", "--deny", "203"]),
        ("usage-json-files", &["convert", "-f", "x", "-o", "json", "--output-dir", "y"]),
        ("usage-check-without-directory", &["convert", "-f", "x", "--check"]),
        ("usage-stdin-twice", &["trace", "-f", "-", "--requests", "-"]),
        ("usage-bad-request", &["trace", "-f", "x", "ftp://foo.com/"]),
        ("usage-waypoint-of-another-target", &["convert", "-f", "x", "--waypoint", "w"]),
        ("usage-explain-unknown", &["explain", "G2L999"]),
    ];
    for (name, arguments) in cases {
        let ran = run(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}: {ran}");
        snapshots(|| insta::assert_snapshot!(*name, ran.to_string()));
    }
}

#[test]
fn explain() {
    let by_code = run(&["explain", "G2L203"]);
    assert_eq!(by_code.out, run(&["explain", "wildcard-matches-more-labels"]).out);
    snapshots(|| insta::assert_snapshot!("explain", by_code.to_string()));
}

#[test]
fn lists_are_json_when_asked() {
    for table in ["sources", "targets", "annotations", "diagnostics"] {
        let rows: Vec<serde_json::Value> = serde_json::from_str(&run(&["list", table, "-o", "json"]).out).unwrap();
        assert_eq!(rows.len(), run(&["list", table]).out.lines().count(), "{table}");
    }
    assert!(run(&["list", "schema"]).out.contains("\"gatelift report\""));
}

#[test]
fn completions_and_man_pages() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell]);
        assert!(ran.status == 0 && ran.out.contains("gatelift"), "{shell}");
    }
    assert!(run(&["man"]).out.contains(".TH gatelift 1"));
    assert!(run(&["man", "convert"]).out.contains(".TH gatelift-convert 1"));
    assert_eq!(run(&["man", "conver"]).status, 2);
}

/// kubectl finds `kubectl-gatelift` on the PATH and runs it for `kubectl gatelift`.
#[cfg(unix)]
#[test]
fn as_a_kubectl_plugin() {
    let scratch = Scratch::new("plugin");
    let plugin = scratch.0.join("kubectl-gatelift");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gatelift"), &plugin).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(&plugin).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run(&["--help"]).contains("Usage: kubectl gatelift "));
    let help = run(&["convert", "--help"]);
    assert!(help.contains("Usage: kubectl gatelift convert"), "{help}");
    assert!(help.contains("  kubectl gatelift convert -f ingress.yaml"), "{help}");
    assert!(run(&["completions", "bash"]).contains("kubectl-gatelift"));
}

/// `gatelift … | head -1` ends quietly.
#[test]
fn a_closed_pipe_is_no_failure() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = program().args(["list", "diagnostics"]).stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn request_lines_that_are_none() {
    let mut child = program()
        .args(["trace", "-f", "nothing.yaml", "--requests", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"\n{\"host\":\"a\"}\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(messages.contains("-:2: not a request: missing field `path`"), "{messages}");
}

/// Input that holds nothing to convert has no output; what an earlier run wrote is left over.
#[test]
fn output_directory() {
    let scratch = Scratch::new("output-directory");
    let input = scratch.0.join("in.yaml");
    let directory = scratch.0.join("out");
    fs::write(&input, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n").unwrap();
    fs::create_dir(&directory).unwrap();
    fs::write(directory.join("old.yaml"), "# Written by gatelift\n").unwrap();
    fs::write(directory.join("mine.yaml"), "a: b\n").unwrap();
    let convert = ["convert", "-f", input.to_str().unwrap(), "--output-dir", directory.to_str().unwrap()];
    let check = || run(&[&convert[..], &["--check"]].concat());

    let stale = check();
    assert_eq!((stale.status, stale.out.as_str()), (1, ""), "{stale}");
    assert!(stale.err.contains("left over: ") && stale.err.contains("old.yaml"), "{stale}");
    assert!(directory.join("old.yaml").exists());

    let written = run(&convert);
    assert!(written.status == 0 && written.err.contains("0 files written, 0 unchanged, 1 removed"), "{written}");
    assert!(!directory.join("old.yaml").exists() && directory.join("mine.yaml").exists());
    assert_eq!(check().status, 0);
}

#[test]
fn quiet_and_json_messages() {
    let scratch = Scratch::new("quiet");
    let (input, file) = (scratch.0.join("in.yaml"), scratch.0.join("report.json"));
    fs::write(&input, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n").unwrap();
    let run = |more: &[&str]| run(&[&["convert", "-f", input.to_str().unwrap()], more].concat());
    assert_eq!(run(&["-q"]).err, "");
    assert!(run(&[]).err.ends_with("no objects to convert → no objects\n"));
    let messages = run(&["--message-format", "json", "--report", file.to_str().unwrap()]).err;
    assert_eq!(messages, fs::read_to_string(file).unwrap());
    assert_eq!(serde_json::from_str::<serde_json::Value>(&messages).unwrap()["version"], 1);
}

#[test]
fn report_file_that_cannot_be_written() {
    let ran = run(&["convert", "-f", "nothing.yaml", "--report", "/nonexistent/report.json"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("/nonexistent/report.json"), "{ran}");
    assert!(!Path::new("/nonexistent").exists());
}

#[test]
fn what_was_not_read_is_not_equal() {
    let before = "testdata/pairs/one-host-behind-istio/input.yaml";
    let ran = run(&["verify", "--before", before, "--after", "nothing.yaml", "-o", "json"]);
    assert_eq!(ran.status, 2, "{ran}");
    let ran = run(&["verify", "--before", "nothing.yaml", "--after", "nothing.yaml"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(!ran.out.contains("equal:") && ran.out.contains("not read as a whole"), "{ran}");
}
