//! `gatelift convert`.

use std::path::Path;

use anyhow::{Context, bail};
use clap::ColorChoice;

use super::args::{ConversionArgs, InputArgs, MessageArgs, OutputArgs, ProofArgs};
use super::cluster::ClusterArgs;
use super::places::{provenance, source_file};
use super::run::{Wants, convert, read_any};
use super::{Exit, messages, terminal};
use crate::emit::{self, Changes, Entry, Files};
use crate::report::render::Places;
use crate::{Conversion, Input};

/// Convert manifests to Gateway API objects.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift convert -f ingress.yaml | kubectl apply -f -
  gatelift convert -f deploy/ -R --target envoy-gateway --output-dir gateway/
  gatelift convert -f deploy/ -R --output-dir gateway/ --check    # in CI: is the output current?
  helm template ./chart | gatelift convert -f - --deny warnings
  gatelift convert -A --context prod --output-dir gateway/    # what the cluster has, in files")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    conversion: ConversionArgs,
    #[command(flatten)]
    proof: ProofArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    messages: MessageArgs,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    let settings = args.conversion.config.load()?;
    let levels = args.messages.levels(&settings)?;
    let mut options = args.proof.options(args.conversion.options(&settings, &levels)?);
    let wants = Wants::new(args.conversion.given(&settings), args.messages.verbosity);
    if args.output.output_dir.is_some() && args.output.output.in_files().is_none() {
        bail!("--output-dir takes -o yaml or -o kyaml: a comment marks the files that gatelift wrote");
    }
    let input = read_any(&args.input, &args.cluster, &settings, wants, &mut options)?;
    let mut conversion = convert(&input, &options);
    #[cfg(all(feature = "cluster", feature = "crds"))]
    if args.input.files.is_empty() {
        let said = args.cluster.check(&input, &conversion, args.messages.verbosity)?;
        conversion.report.diagnostics.extend(said);
    }
    levels.apply(&mut conversion.report);
    let written = write(&args.output, &args.input.files, args.messages.quiet, &input, &conversion)?;
    args.messages.print(&conversion.report, &conversion.summary, &input.sources, color)?;
    let exit = messages::exit(&conversion.report).max(written);
    // The process is about to end; to free the trees of thousands of objects one by one takes a noticeable while.
    std::mem::forget((input, conversion));
    Ok(exit)
}

/// Writes the objects to where the flags say.
pub(super) fn write(
    output: &OutputArgs,
    named: &[String],
    quiet: bool,
    input: &Input,
    conversion: &Conversion,
) -> anyhow::Result<Exit> {
    let about = About::of(output, named, conversion, &input.sources);
    let entries = about.entries(conversion);
    let (Some(directory), Some(format)) = (&output.output_dir, output.output.in_files()) else {
        if output.output_dir.is_some() {
            bail!("--output-dir takes -o yaml or -o kyaml: a comment marks the files that gatelift wrote");
        }
        terminal::print(&emit::write(&entries, output.output.on_stdout()))?;
        return Ok(Exit::Done);
    };
    let files = emit::files(&entries, output.layout, format);
    if output.check { check(directory, &files) } else { update(output.force, quiet, directory, &files) }
}

fn check(directory: &Path, files: &Files) -> anyhow::Result<Exit> {
    let Changes { missing, stale, left_over, foreign } =
        emit::compare(directory, files).context("could not read the output directory")?;
    let kinds =
        [("missing", missing), ("stale", stale), ("left over", left_over), ("not written by gatelift", foreign)];
    let mut exit = Exit::Done;
    for (what, paths) in kinds {
        for path in paths {
            terminal::say(&format!("{what}: {}\n", directory.join(path).display()))?;
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}

fn update(force: bool, quiet: bool, directory: &Path, files: &Files) -> anyhow::Result<Exit> {
    let Changes { missing, stale, left_over, foreign } =
        emit::update(directory, files, force).context("could not write the output directory")?;
    if !quiet {
        let written = missing.len() + stale.len() + foreign.len();
        let unchanged = files.len() - written.min(files.len());
        let removed = left_over.len();
        let directory = directory.display();
        terminal::say(&format!("{directory}: {written} files written, {unchanged} unchanged, {removed} removed\n"))?;
    }
    Ok(Exit::Done)
}

/// What is known of each object's origin.
struct About {
    comments: Vec<Vec<String>>,
    sources: Vec<Option<String>>,
}

impl About {
    fn of(output: &OutputArgs, named: &[String], conversion: &Conversion, places: &dyn Places) -> Self {
        let origins = || conversion.origins.iter();
        let comments = match output.provenance {
            true => origins().map(|origins| provenance(origins, places)).collect(),
            false => Vec::new(),
        };
        let sources = match output.output_dir {
            Some(_) => origins().map(|origins| source_file(origins, places, named)).collect(),
            None => Vec::new(),
        };
        Self { comments, sources }
    }

    fn entries<'a>(&'a self, conversion: &'a Conversion) -> Vec<Entry<'a>> {
        let entry = |(index, object)| Entry {
            object,
            comments: self.comments.get(index).map_or(&[], Vec::as_slice),
            source: self.sources.get(index).and_then(Option::as_deref),
        };
        conversion.objects.iter().enumerate().map(entry).collect()
    }
}
