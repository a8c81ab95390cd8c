//! `gatelift verify`.

use std::io;

use anyhow::bail;
use clap::{ColorChoice, ValueHint};

use super::args::{AnswerFormat, InputArgs};
use super::cluster::ClusterArgs;
use super::outcome::comparison;
use super::run::{Wants, read, verify};
use super::settings::{ConfigArgs, Settings};
use super::verbosity::Verbosity;
use super::{Exit, messages, suggest, terminal};
use crate::options::{Decided, NamespacedName, Options, Target};
use crate::report::{Code, Report, render};
use crate::{ClusterSide, Difference, Input, Verification};

/// Prove that two sets of manifests treat every request alike, or show a request that differs.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift verify --before ingress.yaml --after gateway/ --target envoy-gateway
  gatelift verify --before old/ --after new/ -R -o json
  gatelift verify --before cluster --after gateway/ -A    # what serves requests now, and what is to serve them
  gatelift verify --before cluster --after cluster -n shop

`cluster` before is what the cluster has to convert (Ingresses and the like), `cluster` after its Gateways and routes; a
file of that name is ./cluster.

Exits with 1 when a request is treated otherwise, or when equality could not be decided.")]
pub(super) struct Args {
    /// Files or directories of manifests, - for standard input, or cluster
    #[arg(long, value_name = "PATH|cluster", value_hint = ValueHint::AnyPath, num_args = 1.., required = true, value_delimiter = ',', help_heading = "Input")]
    before: Vec<String>,
    /// Files or directories of manifests, - for standard input, or cluster
    #[arg(long, value_name = "PATH|cluster", value_hint = ValueHint::AnyPath, num_args = 1.., required = true, value_delimiter = ',', help_heading = "Input")]
    after: Vec<String>,
    /// Read directories with all below them
    #[arg(short = 'R', long, help_heading = "Input")]
    recursive: bool,
    /// Read every Ingress under this dialect, whatever its class (see `list sources`)
    #[arg(long, value_name = "NAME", value_parser = suggest::sources(), hide_possible_values = true, help_heading = "Input")]
    source: Option<String>,
    /// The implementation that runs the Gateway API objects (see `list targets`); standard, unless the configuration
    /// file says otherwise
    #[arg(long, value_name = "NAME[@VERSION]", value_parser = suggest::targets(), hide_possible_values = true)]
    #[arg(help_heading = "Input")]
    target: Option<Target>,
    /// The controller's ConfigMap
    #[arg(long, value_name = "NAMESPACE/NAME", help_heading = "Input")]
    controller_config: Option<NamespacedName>,
    /// Give up a host's proof beyond this many classes of requests
    #[arg(long, value_name = "NUMBER", default_value_t = Options::default().max_classes)]
    max_classes: usize,
    /// How the answer is written
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    output: AnswerFormat,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    verbosity: Verbosity,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    if [&args.before, &args.after].iter().all(|paths| paths.iter().any(|path| path == "-")) {
        bail!("standard input cannot hold both sides");
    }
    let settings = args.config.load()?;
    let mut options = Options {
        source: args.source.clone(),
        target: args.target.clone().or(settings.target()?).unwrap_or_default(),
        controller_config: args.controller_config.clone(),
        max_classes: args.max_classes,
        ..Options::default()
    };
    let asks_cluster = [&args.before, &args.after].iter().any(|paths| *paths == &["cluster"]);
    if asks_cluster && args.target.is_none() && settings.config().target.is_none() {
        // Only who reads the Gateways matters here.
        let given = Decided { target: false, channel: true, class_map: true };
        let mut said = args.cluster.suit(Wants::new(given, args.verbosity), &mut options, &[])?;
        said.retain(|diagnostic| diagnostic.code == Code::ClusterChoice);
        tell(&Input { report: Report { diagnostics: said, ..Report::default() }, ..Input::default() }, args, color)?;
    }
    let before = side(args, &args.before, ClusterSide::Sources, &settings, &options, color)?;
    let after = side(args, &args.after, ClusterSide::GatewayApi, &settings, &options, color)?;
    let mut found = verify(&before, &after, &options);
    let read = messages::exit(&before.report).max(messages::exit(&after.report));
    if read != Exit::Done {
        // What could not be read may make all the difference.
        found.proved = false;
        found.unproved.push("the input was not read as a whole: see its errors".to_owned());
    }
    terminal::print(&match args.output {
        AnswerFormat::Json => format!("{}\n", serde_json::to_string_pretty(&found)?),
        AnswerFormat::Text => text(&found),
    })?;
    let verdict = if found.equivalent && found.proved { Exit::Done } else { Exit::Findings };
    Ok(verdict.max(read))
}

fn side(
    args: &Args,
    paths: &[String],
    side: ClusterSide,
    settings: &Settings,
    options: &Options,
    color: ColorChoice,
) -> anyhow::Result<Input> {
    let input = if paths == ["cluster"] {
        args.cluster.objects(side, options, args.verbosity)?
    } else {
        read(&InputArgs { files: paths.to_vec(), recursive: args.recursive }, settings)?
    };
    tell(&input, args, color)?;
    Ok(input)
}

/// What there is to say of an input.
fn tell(input: &Input, args: &Args, color: ColorChoice) -> anyhow::Result<()> {
    let color = terminal::color(color, &io::stderr());
    Ok(terminal::say(&render::text(&input.report, &input.sources, color, args.verbosity.infos()))?)
}

pub(super) fn text(found: &Verification) -> String {
    let Verification { equivalent, proved, classes, differences, unproved } = found;
    let mut text = String::new();
    for Difference { request, before, after, codes } in differences {
        text += &comparison(request, Some(before), Some(after));
        let codes: Vec<_> = codes.iter().map(|code| format!("{code} {}", code.entry().name)).collect();
        if !codes.is_empty() {
            text += &format!("  why     {}\n", codes.join(", "));
        }
        text.push('\n');
    }
    for reason in unproved {
        text += &format!("not decided: {reason}\n");
    }
    text + &match (equivalent, proved) {
        (true, true) => format!("equal: every request is treated alike ({classes} classes compared)\n"),
        (true, false) => format!("no difference found, but not all was decided ({classes} classes compared)\n"),
        (false, true | false) => {
            let plural = if differences.len() == 1 { "difference" } else { "differences" };
            format!("not equal: {} {plural} ({classes} classes compared)\n", differences.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::request::parse;
    use crate::prove::Outcome;
    use crate::report::Code;

    #[test]
    fn verdicts() {
        let mut found = Verification { equivalent: true, proved: true, classes: 214, ..Verification::default() };
        assert_eq!(text(&found), "equal: every request is treated alike (214 classes compared)\n");
        found.proved = false;
        found.unproved.push("host foo.com: look-around".to_owned());
        assert_eq!(
            text(&found),
            "not decided: host foo.com: look-around\nno difference found, but not all was decided (214 classes compared)\n"
        );
    }

    #[test]
    fn differences_with_their_reasons() {
        let difference = Difference {
            request: parse("http://a.b.foo.com/", &[]).unwrap(),
            before: Outcome::Respond { status: 404 },
            after: Outcome::Respond { status: 200 },
            codes: vec![Code::WildcardWider],
        };
        let found = Verification { classes: 3, differences: vec![difference], ..Verification::default() };
        assert_eq!(
            text(&found),
            "GET http://a.b.foo.com/\n  before  respond 404\n  after   respond 200\n  \
             why     G2L203 wildcard-matches-more-labels\n\nnot equal: 1 difference (3 classes compared)\n"
        );
        let json = serde_json::to_value(&found).unwrap();
        assert_eq!(json["differences"][0]["codes"], serde_json::json!(["G2L203"]));
        assert_eq!(json["differences"][0]["before"], serde_json::json!({ "respond": { "status": 404 } }));
    }
}
