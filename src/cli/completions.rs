//! `gatelift completions`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{ValueEnum, ValueHint};
use clap_complete::Shell;

use super::{Exit, Program, command, terminal};
use crate::reference;

/// Print completions for a shell, or what kubectl needs to complete `kubectl gatelift`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift completions bash > /etc/bash_completion.d/gatelift
  gatelift completions zsh > \"${fpath[1]}/_gatelift\"
  gatelift completions fish > ~/.config/fish/completions/gatelift.fish
  gatelift completions kubectl --install")]
pub(super) struct Args {
    /// The shell, or kubectl
    #[arg(value_enum)]
    shell: For,
    /// Put kubectl_complete-gatelift into DIR; without DIR beside the kubectl-gatelift that is on the PATH
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, value_hint = ValueHint::DirPath)]
    install: Option<Option<PathBuf>>,
}

/// Whom completions are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum For {
    Bash,
    Elvish,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
    Zsh,
    /// A program for the PATH that kubectl asks
    Kubectl,
}

/// The name that kubectl looks for on the PATH.
const SHIM: &str = "kubectl_complete-gatelift";
/// What stands in it.
const SCRIPT: &str =
    "#!/bin/sh\n# Asked by kubectl for completions of `kubectl gatelift`.\nexec kubectl-gatelift __complete \"$@\"\n";

pub(super) fn run(args: &Args, program: Program) -> anyhow::Result<Exit> {
    let shell = match args.shell {
        For::Bash => Shell::Bash,
        For::Elvish => Shell::Elvish,
        For::Fish => Shell::Fish,
        For::PowerShell => Shell::PowerShell,
        For::Zsh => Shell::Zsh,
        For::Kubectl => return kubectl(args),
    };
    if args.install.is_some() {
        bail!("--install is for kubectl; a shell reads its completions from where it is told to");
    }
    terminal::print(&reference::completions(&command(), shell, program.executable()))?;
    Ok(Exit::Done)
}

fn kubectl(args: &Args) -> anyhow::Result<Exit> {
    let Some(folder) = &args.install else {
        terminal::print(SCRIPT)?;
        return Ok(Exit::Done);
    };
    let folder = folder.clone().map_or_else(beside_the_plugin, Ok)?;
    let path = folder.join(SHIM);
    write_program(&path).with_context(|| format!("could not write {}", path.display()))?;
    terminal::say(&format!("wrote {}\n", path.display()))?;
    Ok(Exit::Done)
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn beside_the_plugin() -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).find(|folder| folder.join("kubectl-gatelift").is_file());
    found.context("kubectl-gatelift is not on the PATH: name a directory of the PATH with --install=DIR")
}

fn write_program(path: &Path) -> std::io::Result<()> {
    fs::write(path, SCRIPT)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(())
}
