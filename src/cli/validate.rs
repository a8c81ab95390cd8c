//! `gatelift validate`.

use std::io;

use clap::ColorChoice;
#[cfg(feature = "crds")]
use clap::ValueHint;

use super::args::{InputArgs, MessageArgs};
use super::cluster::ClusterArgs;
#[cfg(feature = "crds")]
use super::run::read_by;
use super::run::{read, validate};
use super::settings::{ConfigArgs, Settings};
use super::{Exit, messages, terminal};
use crate::Input;
use crate::options::{Channel, Options};
use crate::report::{Report, Summary};
#[cfg(feature = "crds")]
use crate::validate::crds::Crds;

/// Say whether the API server would take Gateway API objects.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift validate -f gateway/ -R
  gatelift convert -f ingress.yaml | gatelift validate -f -
  gatelift validate -f gateway/ --crds crds/      # by these definitions
  gatelift validate -f gateway/ --crds cluster    # by those that the cluster has
  gatelift validate -n shop                       # what the cluster has, by its own definitions

Schema, limits and CEL rules of Gateway API v1.6, and names and labels as for every object. Other kinds pass by. Without
-f the objects are the cluster's, and so are the definitions. Nothing is sent to be checked. Findings go to standard
output, their number to standard error. Exits with 1 when an object would be refused.")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    /// Channel of Gateway API that the cluster has; standard, unless the configuration file says otherwise
    #[arg(long, value_enum, help_heading = "Checks")]
    channel: Option<Channel>,
    /// Check by the CustomResourceDefinitions below this file or directory, or by those of the cluster, instead of what is
    /// built in; repeatable
    #[cfg(feature = "crds")]
    #[arg(long, value_name = "DIR|cluster", value_hint = ValueHint::AnyPath, value_delimiter = ',', conflicts_with = "channel", help_heading = "Checks")]
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
    let channel = args.channel.or(settings.config().channel);
    #[cfg(feature = "crds")]
    if let Some(crds) = definitions(args)? {
        return by_definitions(args, settings, &crds, channel);
    }
    let input = objects(args, settings)?;
    let (report, checked) = validate(&input, channel.unwrap_or_default());
    Ok((input, report, checked))
}

/// What `-f` names, or else what the cluster has.
fn objects(args: &Args, settings: &Settings) -> anyhow::Result<Input> {
    if args.input.files.is_empty() {
        return args.cluster.written(&Options::default(), args.messages.verbosity);
    }
    args.cluster.namespace_of_files()?;
    read(&args.input, settings)
}

/// Definitions to check by.
#[cfg(feature = "crds")]
enum Definitions {
    Known(Crds),
    /// The cluster has them and does not show them.
    #[cfg_attr(not(feature = "cluster"), expect(dead_code, reason = "a build without clusters asks none"))]
    Forbidden,
}

/// The definitions that are asked for; `None` for what is built in.
#[cfg(feature = "crds")]
fn definitions(args: &Args) -> anyhow::Result<Option<Definitions>> {
    #[cfg(feature = "cluster")]
    if args.crds == ["cluster"] || (args.crds.is_empty() && args.input.files.is_empty() && args.channel.is_none()) {
        let found = args.cluster.definitions(args.messages.verbosity)?;
        return Ok(Some(found.map_or(Definitions::Forbidden, |found| Definitions::Known(Crds::new(&found)))));
    }
    if args.crds.is_empty() {
        return Ok(None);
    }
    let (crds, read) = crate::read_crds(&args.crds);
    if messages::exit(&read.report) != Exit::Done {
        terminal::say(&crate::report::render::concise(&read.report, &read.sources))?;
    }
    if crds.is_empty() {
        anyhow::bail!("{}: no CustomResourceDefinition is there", args.crds.join(", "));
    }
    Ok(Some(Definitions::Known(crds)))
}

#[cfg(feature = "crds")]
fn by_definitions(
    args: &Args,
    settings: &Settings,
    definitions: &Definitions,
    channel: Option<Channel>,
) -> anyhow::Result<(Input, Report, usize)> {
    let crds = match definitions {
        Definitions::Known(crds) => crds,
        Definitions::Forbidden => {
            let mut input = objects(args, settings)?;
            input.report.push(crate::validated::crds_forbidden());
            let (report, checked) = validate(&input, channel.unwrap_or_default());
            return Ok((input, report, checked));
        }
    };
    let input = match args.input.files.is_empty() {
        true => objects(args, settings)?,
        false => {
            args.cluster.namespace_of_files()?;
            read_by(&args.input, settings, crds)?
        }
    };
    let (report, checked) = crate::validate_by(&input, crds);
    Ok((input, report, checked))
}
