//! Runs the `gatelift` binary as a person would, with an environment that says nothing.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long a run may take before it counts as hanging. Far above what any test input needs.
const LIMIT: Duration = Duration::from_secs(120);

/// What a run left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    /// `None` when it was ended by a signal or the time limit.
    pub code: Option<i32>,
}

impl Run {
    /// Whether it ended as the contract says: 0 done, 1 findings, 2 could not do it; never by a panic (101) or signal.
    pub fn is_orderly(&self) -> bool {
        matches!(self.code, Some(0..=2)) && !self.stderr.contains("panicked at")
    }

    /// As in [`Run::is_orderly`], said loudly.
    #[track_caller]
    pub fn assert_orderly(&self) {
        assert!(self.is_orderly(), "exit {:?}\n{}", self.code, self.stderr);
    }
}

/// Runs `gatelift ARGS` in a folder.
pub fn run(folder: &Path, args: &[&str]) -> Run {
    run_with_input(folder, args, b"")
}

/// Runs `gatelift ARGS` in a folder with something to read on stdin.
pub fn run_with_input(folder: &Path, args: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatelift"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A closed pipe is the child's right: it may refuse its arguments without reading.
    std::thread::spawn(move || stdin.write_all(&input));
    let stdout = collect(child.stdout.take().unwrap());
    let stderr = collect(child.stderr.take().unwrap());
    let text = |stream: mpsc::Receiver<Vec<u8>>| match stream.recv_timeout(LIMIT) {
        Ok(bytes) => Some(String::from_utf8(bytes).unwrap()),
        Err(_) => None,
    };
    match (text(stdout), text(stderr)) {
        (Some(stdout), Some(stderr)) => Run { stdout, stderr, code: child.wait().unwrap().code() },
        _ => {
            child.kill().unwrap();
            child.wait().unwrap();
            Run { stdout: String::new(), stderr: format!("no end after {LIMIT:?}"), code: None }
        }
    }
}

fn collect(mut stream: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        sender.send(bytes)
    });
    receiver
}
