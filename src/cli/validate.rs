//! `gatelift validate`.

use std::io;

use clap::ColorChoice;

use super::args::{InputArgs, MessageArgs};
use super::run::{read, validate};
use super::settings::ConfigArgs;
use super::{Exit, messages, terminal};
use crate::options::Channel;
use crate::report::Summary;

/// Say whether the API server would take Gateway API objects, without one.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift validate -f gateway/ -R
  gatelift convert -f ingress.yaml | gatelift validate -f -

Schema, limits and CEL rules of Gateway API v1.6, and names and labels as for every object. Other kinds pass by. Findings
go to standard output, their number to standard error. Exits with 1 when an object would be refused.")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// Channel of Gateway API that the cluster has; standard, unless the configuration file says otherwise
    #[arg(long, value_enum, help_heading = "Checks")]
    channel: Option<Channel>,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    messages: MessageArgs,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    let settings = args.config.load()?;
    let levels = args.messages.levels(&settings)?;
    let channel = args.channel.or(settings.config().channel).unwrap_or_default();
    let input = read(&args.input, &settings)?;
    let (mut report, checked) = validate(&input, channel);
    levels.apply(&mut report);
    let summary = Summary::default();
    args.messages.write_reports(&report, &summary, &input.sources)?;
    let color = terminal::color(color, &io::stdout());
    terminal::print(&args.messages.rendered(&report, &summary, &input.sources, color))?;
    if !args.messages.quiet {
        let plural = if checked == 1 { "" } else { "s" };
        terminal::say(&format!("{checked} object{plural} checked: {}\n", messages::counted(&report)))?;
    }
    Ok(messages::exit(&report))
}
