//! `gatelift upgrade`.

use clap::ColorChoice;

use super::args::{InputArgs, MessageArgs, OutputArgs};
use super::convert::write;
use super::run::{read, upgraded};
use super::settings::ConfigArgs;
use super::{Exit, messages};

/// Write Gateway API objects of old versions (v1alpha1, v1alpha2, v1beta1 and proposals before them) as objects of v1.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift upgrade -f old.yaml | kubectl apply -f -
  gatelift upgrade -f manifests/ -R --output-dir upgraded/

Every change is told; what v1 cannot say is an error. All commands read old versions the same way.")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    messages: MessageArgs,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    let settings = args.config.load()?;
    let levels = args.messages.levels(&settings)?;
    let input = read(&args.input, &settings)?;
    let mut done = upgraded(&input);
    levels.apply(&mut done.report);
    let written = write(&args.output, &args.input.files, args.messages.quiet, &input, &done)?;
    args.messages.print(&done.report, &done.summary, &input.sources, color)?;
    Ok(messages::exit(&done.report).max(written))
}
