//! `gatelift trace`.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use anyhow::{Context, anyhow, bail};
use clap::builder::styling::{AnsiColor, Effects, Style};
use clap::{ColorChoice, ValueHint};

use super::account::account;
use super::args::{AnswerFormat, ConversionArgs, InputArgs};
use super::cluster::ClusterArgs;
use super::outcome::request;
use super::run::{Wants, read_any, tracer};
use super::sides::{Look, Side, sides};
use super::verbosity::Verbosity;
use super::{Exit, messages, suggest, terminal};
use crate::Explained;
use crate::prove::{Request, Trace};
use crate::report::Code;
use crate::report::render::{self, Places, printable};

/// Say where a request goes, before and after the conversion.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift trace -f ingress.yaml 'GET https://foo.com/a?x=1' -H 'X-Canary: always'
  gatelift trace -f deploy/ -R --requests requests.jsonl -o json

A request in JSON, one a line; all but host and path may be left out:
  {\"method\":\"GET\",\"scheme\":\"http\",\"host\":\"foo.com\",\"path\":\"/a?x=1\",\"headers\":{\"K\":\"v\"},\"client\":\"127.0.0.1\"}

Exits with 1 when a request is treated otherwise after the conversion.")]
pub(super) struct Args {
    /// Requests: [METHOD] [http[s]://]HOST[:PORT][/PATH][?QUERY]
    #[arg(value_name = "REQUEST", required_unless_present = "requests")]
    texts: Vec<String>,
    /// A header of these requests; repeatable
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", help_heading = "Requests")]
    headers: Vec<String>,
    /// Read requests from FILE or standard input, one JSON object a line
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath, conflicts_with_all = ["texts", "headers"], help_heading = "Requests")]
    requests: Option<String>,
    /// Which side is asked
    #[arg(long, value_enum, default_value_t, help_heading = "Requests")]
    side: crate::Side,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    conversion: ConversionArgs,
    /// How answers are written; json is one object a line
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    output: AnswerFormat,
    /// Accept a finding and what follows from it: a code or its name; repeatable, or a comma list
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = suggest::codes(), hide_possible_values = true, help_heading = "Diagnostics")]
    allow: Vec<Code>,
    #[command(flatten)]
    verbosity: Verbosity,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    if args.requests.as_deref() == Some("-") && args.input.files.iter().any(|file| file == "-") {
        bail!("standard input cannot hold both the manifests and the requests");
    }
    let asked = args.texts.iter().map(|text| super::request::parse(text, &args.headers)).collect::<Result<Vec<_>, _>>();
    let asked = asked.map_err(|problem| anyhow!(problem))?;
    let settings = args.conversion.config.load()?;
    let levels = settings.levels(&[], &[], &args.allow)?;
    let mut options = args.conversion.options(&settings, &levels)?;
    // A Service without endpoints answers otherwise.
    let wants = Wants { given: args.conversion.given(&settings), endpoints: true, verbosity: args.verbosity };
    let input = read_any(&args.input, &args.cluster, &settings, wants, &mut options)?;
    terminal::say(&render::text(
        &input.report,
        &input.sources,
        terminal::color(color, &io::stderr()),
        args.verbosity.infos(),
    ))?;

    let tracer = tracer(&input, &options, args.side);
    let mut exit = messages::exit(&input.report);
    let look = Look { color: terminal::color(color, &io::stdout()), width: terminal::width() };
    let show = Show { places: &input.sources, look };
    let mut between = "";
    let mut answer = |request: &Request| -> anyhow::Result<()> {
        let explained = tracer.explain(request);
        if explained.traced.same == Some(false) {
            exit = exit.max(Exit::Findings);
        }
        let text = format!("{between}{}", written(&explained, args.output, tracer.target, show)?);
        if args.output == AnswerFormat::Text {
            between = "\n";
        }
        Ok(terminal::print(&text)?)
    };
    asked.iter().try_for_each(&mut answer)?;
    if let Some(name) = &args.requests {
        for_each_line(name, &mut answer)?;
    }
    Ok(exit)
}

fn written(explained: &Explained<'_>, format: AnswerFormat, target: &str, show: Show<'_>) -> anyhow::Result<String> {
    match format {
        AnswerFormat::Json => Ok(format!("{}\n", serde_json::to_string(&explained.traced)?)),
        AnswerFormat::Text => Ok(text(explained, target, show)),
    }
}

/// What is needed to show an answer to a person.
#[derive(Clone, Copy)]
struct Show<'s> {
    places: &'s dyn Places,
    look: Look,
}

fn text(explained: &Explained<'_>, target: &str, show: Show<'_>) -> String {
    let asked = &explained.traced.request;
    let side = |title, trace: &Option<Trace<'_>>| {
        trace.as_ref().map(|trace| Side { title, lines: account(trace, asked, target, show.places) })
    };
    let both: Vec<Side> =
        [side("before", &explained.before), side("after", &explained.after)].into_iter().flatten().collect();
    let bold = Style::new().effects(Effects::BOLD);
    let paint =
        |text: &str, style: Style| if show.look.color { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let verdict = match explained.traced.same {
        Some(true) => format!("  {}\n", paint("the same", AnsiColor::Green.on_default())),
        Some(false) => different(&explained.codes, explained.dialect, &paint),
        None => String::new(),
    };
    format!("{}\n{}{verdict}", paint(&printable(&request(asked)), bold), sides(&both, show.look))
}

/// The verdict with the codes that explain it.
fn different(codes: &[Code], dialect: Option<&str>, paint: &impl Fn(&str, Style) -> String) -> String {
    let mut text = format!("  {}\n", paint("DIFFERENT", AnsiColor::Red.on_default().effects(Effects::BOLD)));
    for code in codes {
        text += &format!("    {code} {}: {}\n", code.entry().name, code.what_in(dialect));
    }
    text
}

/// Answers each line as it comes, so that a program may ask one request after the other over a pipe.
fn for_each_line(name: &str, answer: &mut impl FnMut(&Request) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let reader: Box<dyn BufRead> = match name {
        "-" => Box::new(io::stdin().lock()),
        file => Box::new(BufReader::new(File::open(file).with_context(|| file.to_owned())?)),
    };
    for (index, line) in reader.lines().enumerate() {
        let line = line.with_context(|| name.to_owned())?;
        if line.trim().is_empty() {
            continue;
        }
        let request = serde_json::from_str(&line).with_context(|| format!("{name}:{}: not a request", index + 1))?;
        answer(&request)?;
    }
    Ok(())
}
