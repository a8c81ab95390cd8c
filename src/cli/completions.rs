//! `gatelift completions`.

use clap_complete::Shell;

use super::{Exit, Program, command, terminal};
use crate::reference;

/// Print completions for a shell.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift completions bash > /etc/bash_completion.d/gatelift
  gatelift completions zsh > \"${fpath[1]}/_gatelift\"
  gatelift completions fish > ~/.config/fish/completions/gatelift.fish")]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args, program: Program) -> anyhow::Result<Exit> {
    terminal::print(&reference::completions(&command(), args.shell, program.executable()))?;
    Ok(Exit::Done)
}
