//! `gatelift list`.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::args::AnswerFormat;
use super::{Exit, terminal};
use crate::config;
use crate::reference::{self, AnnotationEntry, Named};
use crate::report::{CODES, CodeEntry, render};

/// List what gatelift knows.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which table
    #[arg(value_enum, value_name = "TABLE")]
    table: Table,
    /// How the table is written
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    output: AnswerFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Table {
    /// Dialects that are read.
    Sources,
    /// Implementations that are written for.
    Targets,
    /// Annotations that the dialects know.
    Annotations,
    /// Diagnostics, with what they mean.
    Diagnostics,
    /// JSON Schema of the report (--message-format json, --report).
    Schema,
    /// JSON Schema of the configuration file (gatelift.toml, gatelift.yaml).
    ConfigSchema,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let rows = match args.table {
        Table::Sources => named(&reference::SOURCES),
        Table::Targets => named(&reference::TARGET_NAMES),
        Table::Annotations => reference::annotations().iter().map(annotation).collect(),
        Table::Diagnostics => CODES.iter().map(diagnostic).collect(),
        Table::ConfigSchema => {
            terminal::print(&config::schema())?;
            return Ok(Exit::Done);
        }
        Table::Schema => {
            terminal::print(&render::json_schema())?;
            return Ok(Exit::Done);
        }
    };
    terminal::print(&match args.output {
        AnswerFormat::Text => aligned(&rows),
        AnswerFormat::Json => format!("{:#}\n", rows.into_iter().map(|row| row.json).collect::<Value>()),
    })?;
    Ok(Exit::Done)
}

/// A row: cells for people, fields for programs.
struct Row {
    cells: Vec<String>,
    json: Value,
}

fn named(table: &[Named]) -> Vec<Row> {
    let row = |Named { name, what }: &Named| Row {
        cells: vec![(*name).to_owned(), (*what).to_owned()],
        json: json!({ "name": name, "what": what }),
    };
    table.iter().map(row).collect()
}

fn annotation(entry: &AnnotationEntry) -> Row {
    let AnnotationEntry { key, aliases, syntax, default, meaning, category, refused, fate, effect, why, targets } =
        entry;
    let targets: serde_json::Map<String, Value> =
        targets.iter().map(|on| (on.target.to_owned(), json!(on.text))).collect();
    Row {
        cells: vec![key.clone(), (*fate).to_owned(), meaning.clone()],
        json: json!({
            "key": key, "aliases": aliases, "syntax": syntax, "default": default, "meaning": meaning,
            "category": category, "refused": refused, "fate": fate, "effect": effect, "why": why,
            "targets": targets,
        }),
    }
}

fn diagnostic(entry: &CodeEntry) -> Row {
    let CodeEntry { code, number: _, name, severity, what, why, fix } = entry;
    Row {
        cells: vec![code.to_string(), severity.to_string(), (*name).to_owned(), (*what).to_owned()],
        json: json!({
            "code": code.to_string(), "name": name, "severity": severity, "what": what, "why": why, "fix": fix,
        }),
    }
}

/// Columns as wide as their widest cell; the last one is free.
fn aligned(rows: &[Row]) -> String {
    let width =
        |column: usize| rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| cell.chars().count()).max();
    let line = |row: &Row| {
        let cells = row.cells.iter().enumerate().map(|(column, cell)| {
            let width = width(column).unwrap_or(0);
            format!("{cell:width$}")
        });
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
