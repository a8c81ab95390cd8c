//! `gatelift apply`.

use std::collections::BTreeSet;

use anyhow::bail;
use clap::{ColorChoice, ValueEnum};
use serde_json::Value as Json;

use super::args::{ConversionArgs, InputArgs, MessageArgs, ProofArgs};
use super::cluster::{ClusterArgs, Timeout, timeout};
use super::progress::Progress;
use super::run::{Wants, convert, read_any};
use super::{Exit, messages, terminal};
use crate::live::apply::{self, Applying, Fate, Outcome};
use crate::live::{Cluster, Served};
use crate::{Applied, Conversion, Input, emit};

/// Convert, and apply the result to the cluster. Ingresses are never changed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift apply -n shop --dry-run=server      # would the API server take it?
  gatelift apply -n shop --wait                # apply, and wait until the Gateways serve it
  gatelift apply -f deploy/ -R --prune         # delete what an earlier run made and this one did not

Objects are applied in the order in which they need each other. One that is refused does not keep the others; the command
can be run again, and goes on where it ended.")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    /// Ask what would happen: client sends nothing, server has the API server check everything and store nothing
    #[arg(long, value_enum, default_value_t, value_name = "WHO", help_heading = "Apply")]
    dry_run: DryRun,
    /// Take over fields that other field managers have set
    #[arg(long, help_heading = "Apply")]
    force_conflicts: bool,
    /// Delete objects that gatelift applied earlier in the namespaces of the input and output and that are no longer
    /// part of the output
    #[arg(long, help_heading = "Apply")]
    prune: bool,
    /// Wait until controllers say that everything works, or why it does not
    #[arg(long, help_heading = "Apply")]
    wait: bool,
    /// How long --wait waits (30s, 5m); 0 for ever
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = timeout, help_heading = "Apply")]
    timeout: Timeout,
    #[command(flatten)]
    conversion: ConversionArgs,
    #[command(flatten)]
    proof: ProofArgs,
    #[command(flatten)]
    messages: MessageArgs,
}

/// Who is asked what would happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum DryRun {
    /// Nobody: it happens.
    #[default]
    None,
    /// gatelift itself, which sends nothing.
    Client,
    /// The API server, which checks everything and stores nothing.
    Server,
}

impl DryRun {
    fn mark(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    let settings = args.conversion.config.load()?;
    let levels = args.messages.levels(&settings)?;
    let mut options = args.proof.options(args.conversion.options(&settings, &levels)?);
    let wants = Wants::new(args.conversion.given(&settings), args.messages.verbosity);
    let mut input = read_any(&args.input, &args.cluster, &settings, wants, &mut options)?;
    if !args.input.files.is_empty() && args.dry_run != DryRun::Client {
        input.report.diagnostics.extend(args.cluster.suit(wants, &mut options, &input.manifests)?);
    }
    let mut conversion = convert(&input, &options);
    levels.apply(&mut conversion.report);
    let objects = in_order(&mut conversion);
    let exit = if messages::exit(&conversion.report) == Exit::Failed {
        // A part of the routes would replace all of them.
        args.messages.print(&conversion.report, &conversion.summary, &input.sources, color)?;
        bail!("nothing is applied, because the input was not read as a whole");
    } else if args.dry_run == DryRun::Client {
        objects.iter().try_for_each(|object| said(object, "would be applied", args.dry_run))?;
        Exit::Done
    } else {
        Run { args, input: &input, objects: &objects }.to_cluster(&mut conversion)?
    };
    levels.apply(&mut conversion.report);
    args.messages.print(&conversion.report, &conversion.summary, &input.sources, color)?;
    Ok(messages::exit(&conversion.report).max(exit))
}

/// The objects as they are sent, in the order in which they need each other; origins follow them.
fn in_order(conversion: &mut Conversion) -> Vec<Json> {
    let objects = conversion.objects.iter().map(emit::value);
    let mut sorted: Vec<_> = objects.zip(std::mem::take(&mut conversion.origins)).collect();
    sorted.sort_by_key(|(object, _)| apply::rank(object));
    let (objects, origins) = sorted.into_iter().unzip();
    conversion.origins = origins;
    objects
}

struct Run<'a> {
    args: &'a Args,
    input: &'a Input,
    objects: &'a [Json],
}

impl Run<'_> {
    fn to_cluster(&self, conversion: &mut Conversion) -> anyhow::Result<Exit> {
        let mut cluster = self.args.cluster.connection.connect(self.args.messages.verbosity)?;
        let served = cluster.served()?;
        cluster.catch_interrupts();
        let how = Applying { force: self.args.force_conflicts, dry_run: self.args.dry_run == DryRun::Server };
        let mut unwritten = Ok(());
        let outcome = cluster.apply(&served, self.objects, how, &mut |index, fate| {
            if let (Some(object), Ok(())) = (self.objects.get(index), &unwritten) {
                unwritten = said(object, word(fate), self.args.dry_run);
            }
        });
        unwritten?;
        for warning in &outcome.warnings {
            terminal::say(&format!("the API server warns: {warning}\n"))?;
        }
        for ((object, origins), fate) in self.objects.iter().zip(&conversion.origins).zip(&outcome.fates) {
            let applied = Applied { object, origins, input: self.input };
            conversion.report.diagnostics.extend(applied.fate(fate));
        }
        self.count(&outcome)?;
        if outcome.ended.is_some() || outcome.fates.iter().any(|fate| !fate.is_applied()) {
            return Ok(Exit::Failed);
        }
        if self.args.prune {
            self.prune(&cluster, &served)?;
        }
        if self.args.wait && !how.dry_run {
            self.wait(&cluster, &served, conversion)?;
        }
        Ok(Exit::Done)
    }

    /// The last word: how many of each, and why it ended early.
    fn count(&self, outcome: &Outcome) -> anyhow::Result<()> {
        let words =
            ["created", "configured", "unchanged", "refused", "in conflict", "not served", "unsure", "not tried"];
        let count = |wanted: &str| outcome.fates.iter().filter(|fate| word(fate) == wanted).count();
        let counts = words.iter().map(|word| (count(word), word)).filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts.map(|(count, word)| format!("{count} {word}")).collect();
        if let Some(failure) = &outcome.ended {
            terminal::say(&format!("ended early: {failure}\nrun the same command again to go on\n"))?;
        }
        if !self.args.messages.quiet && !counts.is_empty() {
            terminal::say(&format!("{}{}\n", counts.join(", "), self.args.dry_run.mark()))?;
        }
        Ok(())
    }

    fn prune(&self, cluster: &Cluster, served: &[Served]) -> anyhow::Result<()> {
        let text = |object: &Json| object.pointer("/metadata/namespace").and_then(Json::as_str).map(str::to_owned);
        let of_input = self.input.manifests.iter().map(|manifest| manifest.object.namespace.clone());
        let namespaces: BTreeSet<String> = self.objects.iter().filter_map(text).chain(of_input).collect();
        let scope = &self.args.cluster.scope;
        let is_read = |namespace: &String| match (&scope.namespace, self.args.input.files.is_empty()) {
            (Some(only), true) => {
                namespace == only || self.objects.iter().any(|object| text(object).as_ref() == Some(namespace))
            }
            (Some(_) | None, _) => true,
        };
        let namespaces: Vec<String> =
            namespaces.into_iter().filter(|namespace| !namespace.is_empty()).filter(is_read).collect();
        for left in cluster.left_over(served, self.objects, &namespaces)? {
            cluster.delete(&left, self.args.dry_run == DryRun::Server)?;
            let mark = self.args.dry_run.mark();
            terminal::print(&format!("{}/{} deleted in {}{mark}\n", left.kind.resource(), left.name, left.namespace))?;
        }
        Ok(())
    }

    fn wait(&self, cluster: &Cluster, served: &[Served], conversion: &mut Conversion) -> anyhow::Result<()> {
        let progress = Progress::new();
        let waited = cluster.wait_for(served, self.objects, self.args.timeout.0, &mut |ready, statuses| {
            progress.show(&format!("waiting: {ready} of {} are ready", statuses.len()));
        });
        progress.clear();
        for ((object, origins), status) in self.objects.iter().zip(&conversion.origins).zip(&waited?.statuses) {
            let applied = Applied { object, origins, input: self.input };
            conversion.report.diagnostics.extend(applied.status(status));
        }
        Ok(())
    }
}

/// `httproute.gateway.networking.k8s.io/web created in shop`, the way kubectl says it.
fn said(object: &Json, word: &str, dry_run: DryRun) -> anyhow::Result<()> {
    let (group, kind, namespace, name) = apply::identity(object);
    let group = if group.is_empty() { String::new() } else { format!(".{group}") };
    let place = if namespace.is_empty() { String::new() } else { format!(" in {namespace}") };
    let kind = kind.to_ascii_lowercase();
    Ok(terminal::print(&format!("{kind}{group}/{name} {word}{place}{}\n", dry_run.mark()))?)
}

fn word(fate: &Fate) -> &'static str {
    match fate {
        Fate::Created => "created",
        Fate::Configured => "configured",
        Fate::Unchanged => "unchanged",
        Fate::Conflict(_) => "in conflict",
        Fate::Refused(_) => "refused",
        Fate::NotServed => "not served",
        Fate::Unsure => "unsure",
        Fate::NotTried => "not tried",
    }
}
