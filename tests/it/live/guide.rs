//! docs/guide/cluster.md shows what is printed: `UPDATE=1` with a test server writes it anew.

use std::fs;
use std::path::Path;

use super::{Live, live};
use crate::emit::Scratch;

#[cfg(unix)]
#[test]
fn the_guide_shows_what_is_printed() {
    let Some(live) = live("the_guide_shows_what_is_printed") else { return };
    live.store.fresh_namespace("guide");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/cluster.md");
    let document = fs::read_to_string(&path).unwrap();
    let scratch = Scratch::new("live-guide");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gatelift"), scratch.0.join("kubectl-gatelift")).unwrap();
    let current = rewritten(&live, &scratch.0, &document);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, current).unwrap();
        return;
    }
    assert_eq!(document, current, "run with UPDATE=1, and read what changed");
}

/// The document with what each command prints, the comments between them carried out.
fn rewritten(live: &Live, folder: &Path, document: &str) -> String {
    let (mut text, mut is_console, mut is_output) = (String::new(), false, false);
    for line in document.lines() {
        if line.starts_with("```") {
            (is_console, is_output) = (line == "```console", false);
        }
        if is_output && !line.starts_with("$ ") {
            continue;
        }
        text += line;
        text.push('\n');
        if let Some(file) = line.strip_prefix("<!-- store ").and_then(|line| line.strip_suffix(" -->")) {
            let yaml = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
            for manifest in gatelift::read_text(file, &yaml).manifests {
                live.store.apply(&manifest.node.to_json()).unwrap();
            }
        }
        if let Some(path) = line.strip_prefix("<!-- delete ").and_then(|line| line.strip_suffix(" -->")) {
            live.store.delete(path);
        }
        if let Some(command) = line.strip_prefix("$ kubectl gatelift ").filter(|_| is_console) {
            text += &output(live, folder, command);
            is_output = true;
        }
    }
    text
}

/// Standard output, then standard error, as a shell runs it.
fn output(live: &Live, folder: &Path, command: &str) -> String {
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("{}/kubectl-gatelift {command} 2>&1", folder.display())]);
    let shell = shell.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("KUBECONFIG", &live.kubeconfig);
    let output = shell.current_dir(folder).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 1), "{command}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}
