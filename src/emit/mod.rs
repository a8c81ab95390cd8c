//! Objects to bytes: one format a file, and a tree of files on disk.

mod json;
mod kyaml;
mod layout;
mod name;
mod tree;
mod yaml;

pub use layout::{FileFormat, Files, Layout, MARKER, files};
pub use tree::{Changes, TreeError, compare, update, write_file};

use serde_json::Value;

use crate::gateway::Object;

/// How objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Documents as kubectl prints them.
    #[default]
    Yaml,
    /// One `kind: List`.
    Json,
    /// Documents in kubectl's strict subset of YAML.
    Kyaml,
    /// `kind.group/name`, one a line.
    Name,
}

/// An object with what is to be said above it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The object.
    pub object: &'a Object,
    /// Comment lines without `#`; formats without comments leave them out.
    pub comments: &'a [String],
    /// The input file it came from, relative to what the user named; `None` when it came from several or from none.
    pub source: Option<&'a str>,
}

/// The objects in a format, in the order given.
#[must_use]
pub fn write(entries: &[Entry<'_>], format: Format) -> String {
    match format {
        Format::Yaml => yaml::documents(entries),
        Format::Json => json::list(entries),
        Format::Kyaml => kyaml::documents(entries),
        Format::Name => name::lines(entries),
    }
}

/// An object as it is sent to an API server: the JSON of what [`write`] writes.
#[must_use]
pub fn value(object: &Object) -> Value {
    sorted(object)
}

/// Any object as YAML, its keys sorted.
#[must_use]
pub fn text(mut object: Value) -> String {
    without_nulls(&mut object);
    object.sort_all_objects();
    yaml::document(&object)
}

/// The object as sorted JSON, as kubectl orders it: apiVersion, kind, metadata, spec.
///
/// Nulls go, because the API server drops them. Empty lists, maps and strings stay: `group: ""` names the core group,
/// `selector: {}` selects everything, and the types of `gateway` leave out by themselves what may be left out.
fn sorted(object: &Object) -> Value {
    let mut value = serde_json::to_value(object).unwrap_or_default();
    without_nulls(&mut value);
    value.sort_all_objects();
    value
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Comment lines, each with its `# `. A line break inside a comment would end it, so it becomes a space.
fn comment_lines(comments: &[String]) -> String {
    comments.iter().map(|line| format!("# {}\n", line.replace(['\n', '\r'], " "))).collect()
}
