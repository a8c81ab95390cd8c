//! `gatelift man`.

use anyhow::bail;

use super::{Exit, command, suggest, terminal};
use crate::reference;

/// Print a man page.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift man | man -l -
  gatelift man convert > ~/.local/share/man/man1/gatelift-convert.1")]
pub(super) struct Args {
    /// The subcommand; the program itself when absent
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut pages = reference::man_pages(&command());
    let name = args.command.as_deref();
    let file = name.map_or_else(|| "gatelift.1".to_owned(), |name| format!("gatelift-{name}.1"));
    let Some(page) = pages.remove(&file) else {
        let name = name.unwrap_or_default();
        let command = command();
        let known = command.get_subcommands().map(|command| command.get_name().to_owned());
        bail!("{name}: {}", suggest::unknown("command", name, known, "see `gatelift --help`"));
    };
    terminal::print(&page)?;
    Ok(Exit::Done)
}
