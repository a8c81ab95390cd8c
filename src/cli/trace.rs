//! `gatelift trace`.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use anyhow::{Context, anyhow, bail};
use clap::{ColorChoice, ValueHint};

use super::args::{AnswerFormat, ConversionArgs, InputArgs};
use super::outcome::comparison;
use super::run::{Wants, read, tracer};
use super::{Exit, messages, request, suggest, terminal};
use crate::prove::Request;
use crate::report::{Code, render};
use crate::{Side, Traced};

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
    side: Side,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    conversion: ConversionArgs,
    /// How answers are written; json is one object a line
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    output: AnswerFormat,
    /// Accept a finding and what follows from it: a code or its name; repeatable, or a comma list
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = suggest::codes(), hide_possible_values = true, help_heading = "Diagnostics")]
    allow: Vec<Code>,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    if args.requests.as_deref() == Some("-") && args.input.files.iter().any(|file| file == "-") {
        bail!("standard input cannot hold both the manifests and the requests");
    }
    let asked = args.texts.iter().map(|text| request::parse(text, &args.headers)).collect::<Result<Vec<_>, _>>();
    let asked = asked.map_err(|problem| anyhow!(problem))?;
    let mut options = args.conversion.options(&args.allow);
    let input = read(&args.input, &args.conversion, wants(), &mut options)?;
    terminal::say(&render::text(&input.report, &input.sources, terminal::color(color, &io::stderr())))?;

    let tracer = tracer(&input, &options, args.side);
    let mut exit = messages::exit(&input.report);
    let mut answer = |request: &Request| -> anyhow::Result<()> {
        let traced = tracer.ask(request);
        if traced.same == Some(false) {
            exit = exit.max(Exit::Findings);
        }
        Ok(terminal::print(&written(&traced, args.output)?)?)
    };
    asked.iter().try_for_each(&mut answer)?;
    if let Some(name) = &args.requests {
        for_each_line(name, &mut answer)?;
    }
    Ok(exit)
}

/// A Service without endpoints answers otherwise.
#[cfg(feature = "cluster")]
fn wants() -> Wants {
    Wants { endpoints: true }
}

#[cfg(not(feature = "cluster"))]
fn wants() -> Wants {
    Wants
}

fn written(traced: &Traced, format: AnswerFormat) -> anyhow::Result<String> {
    match format {
        AnswerFormat::Json => Ok(format!("{}\n", serde_json::to_string(traced)?)),
        AnswerFormat::Text => {
            let verdict = match traced.same {
                Some(true) => "  the same\n",
                Some(false) => "  DIFFERENT\n",
                None => "",
            };
            Ok(format!("{}{verdict}", comparison(&traced.request, traced.before.as_ref(), traced.after.as_ref())))
        }
    }
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
