//! `gatelift explain`.

use anyhow::bail;

use super::{Exit, suggest, terminal};
use crate::reference;
use crate::report::{CODES, Code};

/// Explain a diagnostic or an annotation.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift explain G2L203
  gatelift explain wildcard-matches-more-labels")]
pub(super) struct Args {
    /// A diagnostic's code or name, or an annotation
    #[arg(value_name = "CODE|ANNOTATION", value_parser = suggest::explained(), hide_possible_values = true)]
    what: String,
}

const FIND_THEM: &str = "see `gatelift list diagnostics` and `gatelift list annotations`";

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let text = match (Code::find(&args.what), reference::annotation(&args.what)) {
        (Some(code), _) => reference::explain_code(code),
        (None, Some(entry)) => reference::explain_annotation(entry),
        (None, None) => {
            let codes = CODES.iter().map(|entry| entry.name.to_owned());
            let annotations = reference::annotations().iter().map(|entry| entry.key.clone());
            let known = codes.chain(annotations);
            bail!("{}: {}", args.what, suggest::unknown("diagnostic or annotation", &args.what, known, FIND_THEM));
        }
    };
    terminal::print(&text)?;
    Ok(Exit::Done)
}
