//! Differences shown by a program of the user's choice, as kubectl does it (kubectl `pkg/cmd/diff/diff.go`).

use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, process};

use anyhow::{Context, bail};

use super::Exit;
use crate::compare::Change;

/// What KUBECTL_EXTERNAL_DIFF says: a program and its arguments, separated by spaces.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn program() -> Option<String> {
    env::var("KUBECTL_EXTERNAL_DIFF").ok().filter(|program| !program.trim().is_empty())
}

/// Writes both sides into directories of their own and runs the program on them.
pub(super) fn diff(program: &str, changes: &[&Change]) -> anyhow::Result<Exit> {
    let before = Folder::new("LIVE")?;
    let after = Folder::new("MERGED")?;
    for change in changes {
        // What is on one side only is an empty file on the other, as kubectl has it: so a `diff` without -N shows it.
        before.write(&change.name, change.before.as_deref().unwrap_or_default())?;
        after.write(&change.name, change.after.as_deref().unwrap_or_default())?;
    }
    let (name, arguments) = words(program);
    let status = Command::new(name)
        .args(arguments)
        .args([&before.path, &after.path])
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("`{name}` did not run"))?;
    match status.code() {
        Some(0) => Ok(Exit::Done),
        Some(1) => Ok(Exit::Findings),
        _ => bail!("`{name}` failed: {status}"),
    }
}

/// The program and those of its arguments that kubectl lets through: `^[a-zA-Z0-9-=]+$`.
fn words(program: &str) -> (&str, Vec<&str>) {
    let mut words = program.split(' ').filter(|word| !word.is_empty());
    let name = words.next().unwrap_or_default();
    let is_let_through =
        |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'='));
    (name, words.filter(is_let_through).collect())
}

/// A directory that only the user can read, gone at the end.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new(side: &str) -> anyhow::Result<Self> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        // A name that is taken belongs to somebody else.
        for number in 0..100 {
            let path = env::temp_dir().join(format!("{side}-{}-{number}", process::id()));
            match builder.create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| path.display().to_string()),
            }
        }
        bail!("no directory could be made in {}", env::temp_dir().display())
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        // Names of objects have no slash; a file that was read may say anything.
        let path = self.path.join(Path::new(&name.replace(['/', '\\'], "_")));
        fs::write(&path, text).with_context(|| path.display().to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in the temporary directory is the system's to clean.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_as_kubectl_takes_them() {
        assert_eq!(words("diff -u  -N --color=always"), ("diff", vec!["-u", "-N", "--color=always"]));
        assert_eq!(words("meld $(rm) a;b"), ("meld", vec![]));
    }
}
