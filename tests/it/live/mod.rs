//! Against a real API server: `GATELIFT_TEST_KUBECONFIG` names a kubeconfig with the contexts admin, viewer and nobody, as
//! `.ci/apiserver start DIR` makes it. Without it these tests skip themselves, and say so.

mod applying;
mod chaos;
mod choosing;
mod guide;
#[cfg(unix)]
mod kubectl;
mod objects;
mod reading;

use std::path::PathBuf;
use std::process::{Command, Stdio};

pub use objects::Store;

/// The test API server.
pub struct Live {
    pub kubeconfig: PathBuf,
    pub store: Store,
}

/// The server; `None` when there is none, which is said loudly.
pub fn live(test: &str) -> Option<Live> {
    let Some(kubeconfig) = std::env::var_os("GATELIFT_TEST_KUBECONFIG") else {
        eprintln!("SKIPPED {test}: GATELIFT_TEST_KUBECONFIG is unset; `.ci/apiserver start DIR` makes a server");
        return None;
    };
    let kubeconfig = PathBuf::from(kubeconfig);
    let store = Store::open(&kubeconfig);
    Some(Live { kubeconfig, store })
}

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Live {
    /// `gatelift ARGS` with this kubeconfig.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelift"));
        command.env_clear().env("KUBECONFIG", &self.kubeconfig).env("HOME", "/nonexistent");
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments))
    }
}

pub fn ran(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What the cluster would choose differs with what other tests put there.
pub const CHOSEN: &[&str] = &["--target", "standard", "--channel", "standard", "--class-map", "nginx=nginx"];

/// Arguments with those of [`CHOSEN`].
pub fn chosen<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, CHOSEN].concat()
}
