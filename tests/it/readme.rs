//! The README shows what gatelift prints: `UPDATE=1 cargo test --test it readme` writes the output below each command
//! of a ```console block.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Standard output and standard error of a command line as a shell runs it, from the top of the repository.
fn output(command: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_gatelift")).parent().unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default()))
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 1), "{command}: {}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The document with the output of every command that this repository can run.
fn rewritten(document: &str) -> String {
    let mut text = String::new();
    let mut is_console = false;
    let mut is_output = false;
    for line in document.lines() {
        if line.starts_with("```") {
            is_console = line == "```console";
            is_output = false;
        }
        if is_output && !line.starts_with("$ ") {
            continue;
        }
        text += line;
        text.push('\n');
        if let Some(command) = line.strip_prefix("$ ").filter(|command| is_console && command.starts_with("gatelift")) {
            text += &output(command);
            is_output = true;
        }
    }
    text
}

#[test]
#[cfg(unix)]
fn shows_what_is_printed() {
    for (name, commands) in [("README.md", 5), ("docs/guide/ci.md", 2)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let document = fs::read_to_string(&path).unwrap();
        let current = rewritten(&document);
        assert!(current.matches("\n$ gatelift").count() >= commands, "{name}: no commands were found");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(path, current).unwrap();
        } else {
            assert_eq!(document, current, "{name}: run with UPDATE=1, and read what changed");
        }
    }
}
