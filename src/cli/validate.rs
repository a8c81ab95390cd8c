//! `gatelift validate`.

use std::io;

use clap::ColorChoice;
#[cfg(feature = "crds")]
use clap::ValueHint;

use super::args::{InputArgs, MessageArgs};
#[cfg(feature = "crds")]
use super::run::read_by;
use super::run::{read, validate};
use super::settings::{ConfigArgs, Settings};
use super::{Exit, messages, terminal};
use crate::Input;
use crate::options::Channel;
use crate::report::{Report, Summary};

/// Say whether the API server would take Gateway API objects, without one.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift validate -f gateway/ -R
  gatelift convert -f ingress.yaml | gatelift validate -f -
  gatelift validate -f gateway/ --crds crds/    # by the definitions that the cluster has

Schema, limits and CEL rules of Gateway API v1.6, and names and labels as for every object. Other kinds pass by. Findings
go to standard output, their number to standard error. Exits with 1 when an object would be refused.")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// Channel of Gateway API that the cluster has; standard, unless the configuration file says otherwise
    #[arg(long, value_enum, help_heading = "Checks")]
    channel: Option<Channel>,
    /// Check by the CustomResourceDefinitions below this file or directory instead of what is built in; repeatable
    #[cfg(feature = "crds")]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath, value_delimiter = ',', conflicts_with = "channel", help_heading = "Checks")]
    crds: Vec<String>,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    messages: MessageArgs,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    let settings = args.config.load()?;
    let levels = args.messages.levels(&settings)?;
    let (input, mut report, checked) = checked(args, &settings)?;
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

/// What was read, what is to be said, and how many objects were checked.
fn checked(args: &Args, settings: &Settings) -> anyhow::Result<(Input, Report, usize)> {
    #[cfg(feature = "crds")]
    if !args.crds.is_empty() {
        return by_definitions(args, settings);
    }
    let channel = args.channel.or(settings.config().channel).unwrap_or_default();
    let input = read(&args.input, settings)?;
    let (report, checked) = validate(&input, channel);
    Ok((input, report, checked))
}

#[cfg(feature = "crds")]
fn by_definitions(args: &Args, settings: &Settings) -> anyhow::Result<(Input, Report, usize)> {
    let (crds, definitions) = crate::read_crds(&args.crds);
    if messages::exit(&definitions.report) != Exit::Done {
        terminal::say(&crate::report::render::concise(&definitions.report, &definitions.sources))?;
    }
    if crds.is_empty() {
        anyhow::bail!("{}: no CustomResourceDefinition is there", args.crds.join(", "));
    }
    let input = read_by(&args.input, settings, &crds)?;
    let (report, checked) = crate::validate_by(&input, &crds);
    Ok((input, report, checked))
}
