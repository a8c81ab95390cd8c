//! `gatelift effective`.

use clap::ColorChoice;
use serde_json::{Value as Json, json};
use std::io;

use super::args::{AnswerFormat, InputArgs};
use super::run::{effective, read_all_kinds};
use super::settings::ConfigArgs;
use super::{Exit, messages, terminal};
use crate::effective::{Beaten, Effective, Field};
use crate::model::Origin;
use crate::report::render::{self, Places};

/// Print the policies that hold for a route, and which object each value came from.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  gatelift effective -f manifests/ -R
  gatelift effective -f manifests/ -R HTTPRoute/shop/web
  gatelift effective -f manifests/ -R -o json

Reads policies of every kind that name a target (targetRef, targetRefs), with override and default or without.")]
pub(super) struct Args {
    /// Only these: KIND, KIND/NAME or KIND/NAMESPACE/NAME
    #[arg(value_name = "KIND[/NAMESPACE]/NAME")]
    subjects: Vec<String>,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    config: ConfigArgs,
    /// How the answer is written
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    output: AnswerFormat,
}

pub(super) fn run(args: &Args, color: ColorChoice) -> anyhow::Result<Exit> {
    let settings = args.config.load()?;
    let input = read_all_kinds(&args.input, &settings)?;
    let (mut found, report) = effective(&input);
    terminal::say(&render::text(&report, &input.sources, terminal::color(color, &io::stderr()), render::Infos::Each))?;
    found.retain(|one| args.subjects.is_empty() || args.subjects.iter().any(|subject| names(subject, one)));
    terminal::print(&match args.output {
        AnswerFormat::Json => format!("{}\n", serde_json::to_string_pretty(&json(&found, &input.sources))?),
        AnswerFormat::Text if found.is_empty() => "no policies\n".to_owned(),
        AnswerFormat::Text => text(&found, &input.sources),
    })?;
    Ok(messages::exit(&report))
}

/// Whether an argument names the subject.
fn names(argument: &str, effective: &Effective) -> bool {
    let (kind, namespace, name) = &effective.key;
    let parts: Vec<&str> = argument.split('/').collect();
    match parts.as_slice() {
        [k] => k.eq_ignore_ascii_case(kind),
        [k, n] => k.eq_ignore_ascii_case(kind) && n == name,
        [k, ns, n] => k.eq_ignore_ascii_case(kind) && ns == namespace && n == name,
        _ => false,
    }
}

fn text(found: &[Effective], places: &dyn Places) -> String {
    let mut out = String::new();
    let mut above: Option<(&String, &Vec<String>)> = None;
    for one in found {
        if above != Some((&one.subject, &one.levels)) {
            let gap = if above.is_some() { "\n" } else { "" };
            out += &format!("{gap}{}\n", one.subject);
            let levels: Vec<_> = one.levels.iter().filter(|level| **level != one.subject).map(String::as_str).collect();
            if !levels.is_empty() {
                out += &format!("  below {}\n", levels.join(" > "));
            }
            above = Some((&one.subject, &one.levels));
        }
        let group = if one.group.is_empty() { String::new() } else { format!(" ({})", one.group) };
        out += &format!("  {}{group}\n", one.kind);
        for field in &one.fields {
            out += &lines(field, places);
        }
    }
    out
}

fn lines(field: &Field, places: &dyn Places) -> String {
    let Field { path, value, origin, stanza, beaten } = field;
    let mut out = format!("    {}: {value}    {} of {}\n", path.join("."), stanza.name(), source(origin, places));
    for Beaten { value, origin, stanza } in beaten {
        out += &format!("      not {value}    {} of {}\n", stanza.name(), source(origin, places));
    }
    out
}

/// `RetryPolicy shop/web, retry.yaml:7:5`.
fn source(origin: &Origin, places: &dyn Places) -> String {
    let place = places.locate(origin).map(|place| format!(", {}:{}:{}", place.file, place.line, place.column));
    format!("{}{}", origin.object.label(), place.unwrap_or_default())
}

fn json(found: &[Effective], places: &dyn Places) -> Json {
    let origin = |origin: &Origin| {
        let place = places.locate(origin);
        json!({
            "object": origin.object.label(),
            "path": origin.path.to_string(),
            "file": place.as_ref().map(|place| place.file),
            "line": place.as_ref().map(|place| place.line),
            "column": place.as_ref().map(|place| place.column),
        })
    };
    let field = |field: &Field| {
        let beaten = field
            .beaten
            .iter()
            .map(|one| json!({"value": one.value, "as": one.stanza.name(), "from": origin(&one.origin)}));
        json!({
            "field": field.path.join("."),
            "value": field.value,
            "as": field.stanza.name(),
            "from": origin(&field.origin),
            "beaten": beaten.collect::<Vec<_>>(),
        })
    };
    found
        .iter()
        .map(|one| {
            json!({
                "subject": one.subject,
                "levels": one.levels,
                "policy": {"group": one.group, "kind": one.kind},
                "effective": one.value,
                "fields": one.fields.iter().map(field).collect::<Vec<_>>(),
            })
        })
        .collect()
}
