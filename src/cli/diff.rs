//! `gatelift diff`.

use std::io;

use anyhow::{Context, bail};
use clap::{ColorChoice, ValueHint};

use super::args::{ConversionArgs, InputArgs, MessageArgs};
use super::cluster::ClusterArgs;
use super::run::{Wants, convert, read_any};
use super::{Exit, external, messages, terminal, verify};
use crate::compare::{self, Change};
use crate::read::DEFAULT_NAMESPACE;
use crate::{ClusterSide, Conversion, Input, Options};

/// Show what the conversion would change in a cluster or in files, or which requests it would change.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift diff -f deploy/ -R --against cluster      # what `apply` would change
  gatelift diff -n shop                              # the same, for the Ingresses of a namespace
  gatelift diff -f deploy/ --against gateway/        # what `convert --output-dir gateway/` would change
  gatelift diff -n shop --requests                   # which requests are treated otherwise

Against a cluster the API server says what would come of it (a dry run of server-side apply). KUBECTL_EXTERNAL_DIFF names
another program than the built-in, as for kubectl. What is in Secrets is not shown.

Exits with 1 when there is a difference.")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    /// What is compared with: the cluster, or files and directories with all below them
    #[arg(long, value_name = "cluster|PATH", default_value = "cluster", value_delimiter = ',', value_hint = ValueHint::AnyPath, help_heading = "Comparison")]
    against: Vec<String>,
    /// Show the requests that are treated otherwise in place of the text that changes
    #[arg(long, help_heading = "Comparison")]
    requests: bool,
    /// Show the fields of other field managers as taken over
    #[arg(long, help_heading = "Comparison")]
    force_conflicts: bool,
    #[command(flatten)]
    conversion: ConversionArgs,
    #[command(flatten)]
    messages: MessageArgs,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    let settings = args.conversion.config.load()?;
    let levels = args.messages.levels(&settings)?;
    let mut options = args.conversion.options(&settings, &levels)?;
    let wants = Wants::new(args.conversion.given(&settings), args.messages.verbosity);
    let mut input = read_any(&args.input, &args.cluster, &settings, wants, &mut options)?;
    let is_cluster = args.against == ["cluster"];
    if is_cluster && !args.input.files.is_empty() {
        input.report.diagnostics.extend(args.cluster.suit(wants, &mut options, &input.manifests)?);
    }
    let mut conversion = convert(&input, &options);
    let found = match (is_cluster, args.requests) {
        (false, is_asked) => {
            let before = crate::read_compared(&args.against, DEFAULT_NAMESPACE, &conversion.objects);
            conversion.report.diagnostics.extend(before.report.diagnostics.iter().cloned());
            if is_asked { requests(&before, &conversion, &options)? } else { files(&before, &conversion, color)? }
        }
        (true, true) => live_requests(args, &conversion, &options)?,
        (true, false) => live_changes(args, &input, &mut conversion, color)?,
    };
    levels.apply(&mut conversion.report);
    args.messages.print(&conversion.report, &conversion.summary, &input.sources, color)?;
    let said = messages::exit(&conversion.report);
    Ok(found.max(said))
}

fn files(before: &Input, conversion: &Conversion, color: ColorChoice) -> anyhow::Result<Exit> {
    shown(&crate::changes(before, &conversion.objects), color)
}

fn requests(before: &Input, conversion: &Conversion, options: &Options) -> anyhow::Result<Exit> {
    let after = crate::as_input(&conversion.objects);
    let found = crate::verify(before, &after, options);
    terminal::print(&verify::text(&found))?;
    Ok(if found.equivalent && found.proved { Exit::Done } else { Exit::Findings })
}

/// Prints what differs, or hands it to the program that the user has named.
fn shown(changes: &[Change], color: ColorChoice) -> anyhow::Result<Exit> {
    let changes: Vec<&Change> = changes.iter().filter(|change| change.is_change()).collect();
    if changes.is_empty() {
        return Ok(Exit::Done);
    }
    if let Some(program) = external::program() {
        return external::diff(&program, &changes).context("KUBECTL_EXTERNAL_DIFF");
    }
    let is_colored = terminal::color(color, &io::stdout());
    let text: String = changes.iter().map(|change| compare::unified(change, "LIVE", "MERGED", is_colored)).collect();
    terminal::print(&text)?;
    Ok(Exit::Findings)
}

#[cfg(not(feature = "cluster"))]
fn live_changes(_: &Args, _: &Input, _: &mut Conversion, _: ColorChoice) -> anyhow::Result<Exit> {
    bail!("this gatelift was built without clusters: compare with --against PATH")
}

fn live_requests(args: &Args, conversion: &Conversion, options: &Options) -> anyhow::Result<Exit> {
    let before = args.cluster.objects(ClusterSide::GatewayApi, options, args.messages.verbosity)?;
    if let Some(problem) = before.report.diagnostics.first() {
        bail!("the cluster was not read as a whole: {}", problem.message);
    }
    requests(&before, conversion, options)
}

#[cfg(feature = "cluster")]
fn live_changes(args: &Args, input: &Input, conversion: &mut Conversion, color: ColorChoice) -> anyhow::Result<Exit> {
    let cluster = args.cluster.connection.connect(args.messages.verbosity)?;
    let compared = crate::against_cluster(&cluster, conversion, input, args.force_conflicts)?;
    let failed = if compared.said.is_empty() { Exit::Done } else { Exit::Failed };
    conversion.report.diagnostics.extend(compared.said);
    Ok(shown(&compared.changes, color)?.max(failed))
}
