//! `gatelift check`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::{ColorChoice, ValueHint};

use super::args::{ConversionArgs, InputArgs, MessageArgs, MessageFormat, ProofArgs};
use super::cluster::ClusterArgs;
use super::run::{Wants, convert, drift, read_any, read_beside};
use super::settings::Settings;
use super::{Exit, messages, terminal};
use crate::report::{Baseline, Known, Report};
use crate::syntax::TextPosition;
use crate::{Conversion, Input, Options, emit};

/// Say what a conversion would change, and write no objects: for pipelines.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift check -f deploy/ -R
  gatelift check -f deploy/ -R --deny warnings --message-format sarif > gatelift.sarif
  gatelift check -f deploy/ -R --baseline gatelift-baseline.json --write-baseline   # start green
  gatelift check -f deploy/ -R --baseline gatelift-baseline.json                    # never get worse
  gatelift check -f ingress/ --against gateway/       # do the committed objects still mean the same?

Findings go to standard output, their number to standard error. Exits with 1 when one of them is an error.")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    conversion: ConversionArgs,
    #[command(flatten)]
    proof: ProofArgs,
    /// Compare the Ingresses with the Gateway API objects of this file, or of this directory and all below it, instead
    /// of a new conversion; repeatable, or a comma list
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath, value_delimiter = ',', conflicts_with = "no_prove", help_heading = "Checks")]
    against: Vec<String>,
    /// Leave out warnings and errors that this file lists
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Checks")]
    baseline: Option<PathBuf>,
    /// Write the warnings and errors that there are now to the baseline, and exit with 0
    #[arg(long, help_heading = "Checks")]
    write_baseline: bool,
    /// Exit with 0 whatever was found, for steps that only report; what could not be done is still 2
    #[arg(long, help_heading = "Checks")]
    exit_zero: bool,
    #[command(flatten)]
    messages: MessageArgs,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    let settings = args.conversion.config.load()?;
    let levels = args.messages.levels(&settings)?;
    let mut options = args.proof.options(args.conversion.options(&settings, &levels)?);
    let baseline_file =
        args.baseline.clone().or_else(|| settings.config().baseline.as_ref().map(|path| settings.path(path)));
    if args.write_baseline && baseline_file.is_none() {
        bail!("--write-baseline needs --baseline FILE, or `baseline` in the configuration file");
    }
    let input = gathered(args, &settings, &mut options)?;
    let mut conversion = if args.against.is_empty() { convert(&input, &options) } else { drift(&input, &options) };
    levels.apply(&mut conversion.report);
    match &baseline_file {
        Some(file) if args.write_baseline => write_baseline(args, file, &input, &conversion.report),
        Some(file) => {
            let known = subtract(file, &input, &mut conversion.report)?;
            tell(args, &input, &conversion, Some(known), color)
        }
        None => tell(args, &input, &conversion, None, color),
    }
}

/// The manifests, and those to compare with: one input, so that an object means the same to both.
fn gathered(args: &Args, settings: &Settings, options: &mut Options) -> anyhow::Result<Input> {
    if args.against.is_empty() {
        let wants = Wants::new(args.conversion.given(settings), args.messages.verbosity);
        return read_any(&args.input, &args.cluster, settings, wants, options);
    }
    if args.input.files.is_empty() {
        bail!("--against compares files: name manifests with -f; `verify --before cluster` compares with a cluster");
    }
    Ok(read_beside(&args.input, &args.against, settings))
}

fn tell(
    args: &Args,
    input: &Input,
    conversion: &Conversion,
    known: Option<Known>,
    color: ColorChoice,
) -> anyhow::Result<Exit> {
    let Conversion { report, summary, .. } = conversion;
    args.messages.write_reports(report, summary, &input.sources)?;
    let color = terminal::color(color, &io::stdout());
    terminal::print(&args.messages.rendered(report, summary, &input.sources, color))?;
    if args.messages.message_format == MessageFormat::Text && !args.messages.quiet {
        terminal::print(&messages::table(report))?;
    }
    if !args.messages.quiet {
        terminal::say(&format!("{}{}\n", messages::counted(report), known.map(said).unwrap_or_default()))?;
    }
    Ok(match messages::exit(report) {
        Exit::Findings if args.exit_zero => Exit::Done,
        exit => exit,
    })
}

fn said(known: Known) -> String {
    let gone = match known.gone {
        0 => String::new(),
        gone => format!(", {gone} of them gone: write it anew with --write-baseline"),
    };
    format!("; {} in the baseline{gone}", known.known)
}

fn subtract(file: &Path, input: &Input, report: &mut Report) -> anyhow::Result<Known> {
    let name = || file.display().to_string();
    let text = fs::read_to_string(file).with_context(name)?;
    let baseline = Baseline::from_json(&text).map_err(|wrong| anyhow!("{}: not a baseline: {wrong}", name()))?;
    Ok(baseline.subtract(report, &|position| file_of(input, position)))
}

fn write_baseline(args: &Args, file: &Path, input: &Input, report: &Report) -> anyhow::Result<Exit> {
    let unreadable = messages::exit(report);
    let baseline = Baseline::of(report, &|position| file_of(input, position));
    emit::write_file(file, &baseline.to_json()).with_context(|| file.display().to_string())?;
    if !args.messages.quiet {
        let plural = if baseline.len() == 1 { "" } else { "s" };
        terminal::say(&format!("{}: {} finding{plural} written\n", file.display(), baseline.len()))?;
    }
    match unreadable {
        Exit::Done | Exit::Findings => Ok(Exit::Done),
        Exit::Failed => bail!(
            "some of the input could not be read, so the baseline lacks its findings: run without --write-baseline to see why"
        ),
    }
}

fn file_of(input: &Input, position: &TextPosition) -> String {
    input.sources.name(position.file).to_owned()
}
