//! The configuration file: `gatelift.toml` or `gatelift.yaml`. What it says holds unless a flag says otherwise.

mod unknown;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::options::{AnnotationRule, Channel, Topology};
use crate::syntax::{FieldPath, Node, Sources, Span, SyntaxError, TextPosition, documents, parse, parse_toml};

/// Configuration of gatelift: `gatelift.toml` or `gatelift.yaml`, found upwards from the working directory. Flags win over
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
#[schemars(title = "gatelift configuration", deny_unknown_fields)]
pub struct Config {
    /// Read every Ingress under this dialect, whatever its class (see `gatelift list sources`).
    pub source: Option<String>,
    /// The implementation to write for, `NAME` or `NAME@VERSION` (see `gatelift list targets`).
    pub target: Option<String>,
    /// Channel of Gateway API.
    pub channel: Option<Channel>,
    /// The GatewayClass for an IngressClass.
    pub class_map: BTreeMap<String, String>,
    /// How listeners are spread over Gateways.
    pub topology: Option<Topology>,
    /// Attach the routes to this Gateway, `NAMESPACE/NAME`, instead of writing one.
    pub gateway: Option<String>,
    /// Namespace of the Gateways that are written.
    pub gateway_namespace: Option<String>,
    /// Addresses that the Gateways that are written ask for: IPs or host names.
    pub gateway_address: Vec<String>,
    /// Name of the waypoints that are written for routes of Services, for the target `istio`.
    pub waypoint: Option<String>,
    /// The controller's ConfigMap, `NAMESPACE/NAME`.
    pub controller_config: Option<String>,
    /// Secret with the certificate for hosts that have none of their own, `NAMESPACE/NAME`.
    pub default_certificate: Option<String>,
    /// How bad findings are.
    pub levels: Levels,
    /// Files and directories that are not read when a directory is, relative to this file; `*` stands for any text.
    pub skip: Vec<String>,
    /// Findings that were there before, for `check`: a file that `check --write-baseline` wrote, relative to this one.
    pub baseline: Option<String>,
    /// Rules for annotations, by their name.
    pub annotations: Vec<AnnotationRule>,
}

/// How bad findings are, by code or name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
#[schemars(deny_unknown_fields)]
pub struct Levels {
    /// Errors; `warnings` stands for every warning.
    pub deny: Vec<String>,
    /// Warnings.
    pub warn: Vec<String>,
    /// No findings, and what follows from them is accepted.
    pub allow: Vec<String>,
}

/// A configuration file with the places of its values.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What it says.
    pub config: Config,
    sources: Sources,
    node: Node,
}

impl Loaded {
    /// Reads a configuration; the name says whether it is TOML or YAML.
    ///
    /// # Errors
    /// What is wrong, a line each: `gatelift.toml:3:1: unknown key …`.
    pub fn read(name: &str, text: &str) -> Result<Self, Vec<String>> {
        let mut sources = Sources::default();
        sources.add(name, text.to_owned(), &[]);
        let node = parsed(name, text).map_err(|errors| {
            errors.iter().map(|error| said(&sources, error.span, &error.message)).collect::<Vec<_>>()
        })?;
        let mut loaded = Self { config: Config::default(), sources, node };
        let (read, mut unknown) = loaded.node.read_strict::<Config>();
        unknown.sort_by_key(|path| place(&loaded.node, path).start);
        let unknown = unknown.iter().map(|path| loaded.message(path, &unknown::message(path)));
        // A misspelt key first: it may be why another is missing.
        let wrong = read.as_ref().err().map(|wrong| loaded.message(&wrong.path(), &wrong.message));
        let errors: Vec<String> = unknown.chain(wrong).collect();
        match read {
            Ok(config) if errors.is_empty() => {
                loaded.config = config;
                Ok(loaded)
            }
            Ok(_) | Err(_) => Err(errors),
        }
    }

    /// A message about a value: `gatelift.toml:3:1: …`.
    #[must_use]
    pub fn message(&self, path: &FieldPath, message: &str) -> String {
        said(&self.sources, place(&self.node, path), message)
    }
}

/// JSON Schema of the configuration file, with a final line break.
#[must_use]
pub fn schema() -> String {
    format!("{:#}\n", schemars::schema_for!(Config).to_value())
}

fn parsed(name: &str, text: &str) -> Result<Node, Vec<SyntaxError>> {
    if name.ends_with(".toml") {
        return parse_toml(text).map_err(|error| vec![error]);
    }
    let nothing = || Node::from_json(&serde_json::json!({}));
    match documents(text).as_slice() {
        [] => Ok(nothing()),
        [first, ..] => parse(text, first.clone()).map(|node| node.unwrap_or_else(nothing)),
    }
}

fn said(sources: &Sources, span: Span, message: &str) -> String {
    let place = sources.position(&TextPosition::new(0, span));
    format!("{}:{}:{}: {message}", place.name, place.line, place.column)
}

/// Where the key at a path stands, or the item.
fn place(node: &Node, path: &FieldPath) -> Span {
    match (path.parent().and_then(|above| node.at(&above)), path.steps().last()) {
        (Some(above), Some(crate::syntax::Step::Key(key))) => above.entry(key).map(|entry| entry.key_span),
        (Some(_), Some(crate::syntax::Step::Index(_))) => node.at(path).map(|node| node.span),
        (_, _) => None,
    }
    .unwrap_or_default()
}

/// Names in both of two lists, which cannot be meant.
#[must_use]
pub fn contradiction<'a>(some: &'a [String], other: &[String]) -> Option<&'a str> {
    let other: BTreeSet<&String> = other.iter().collect();
    some.iter().find(|name| other.contains(name)).map(String::as_str)
}
