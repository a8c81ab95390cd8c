//! Move ingress traffic to Gateway API, and prove that every request still goes where it went.

pub mod cli;
pub mod emit;
pub mod gateway;
pub mod model;
mod options;
pub mod pass;
pub mod prove;
pub mod reference;
pub mod report;
pub mod source;
pub mod syntax;
pub mod target;

pub use options::{Channel, NamespacedName, Options, Target, Topology};
pub use report::Summary;

use serde::Serialize;

use gateway::Object;
use model::{Manifest, Origin, Routing};
use prove::{Outcome, Request};
use report::{Code, Report};
use syntax::Sources;

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Every object, in reading order.
    pub manifests: Vec<Manifest>,
    /// The text of every file.
    pub sources: Sources,
    /// What could not be read.
    pub report: Report,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Conversion {
    /// The objects to apply, in the order in which they should be.
    pub objects: Vec<Object>,
    /// For each object the fields that caused it.
    pub origins: Vec<Vec<Origin>>,
    /// What there is to say, the input's report included.
    pub report: Report,
    /// What the input means, one routing a class or Gateway.
    pub before: Vec<Routing>,
    /// What the output means for the target.
    pub after: Vec<Routing>,
    /// Counts.
    pub summary: Summary,
}

/// The answer to one request of `trace`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Traced {
    /// The request.
    pub request: Request,
    /// What becomes of it under the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Outcome>,
    /// What becomes of it under the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Outcome>,
    /// Whether the two are the same; only when both were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same: Option<bool>,
}

/// The answer of `verify`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Verification {
    /// No request is treated otherwise, as far as was proved.
    pub equivalent: bool,
    /// Nothing was left undecided.
    pub proved: bool,
    /// Classes of requests that were compared.
    pub classes: usize,
    /// One request a difference.
    pub differences: Vec<Difference>,
    /// What could not be decided.
    pub unproved: Vec<String>,
}

/// A request that is treated otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The request.
    pub request: Request,
    /// What became of it.
    pub before: Outcome,
    /// What becomes of it now.
    pub after: Outcome,
    /// The codes that explain it.
    #[serde(serialize_with = "as_text")]
    pub codes: Vec<Code>,
}

fn as_text<S: serde::Serializer>(codes: &[Code], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(codes.iter().map(Code::to_string))
}

/// Which side of a conversion is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Side {
    /// The input under its own dialect.
    Before,
    /// The output under the target.
    After,
    /// Both, compared.
    #[default]
    Both,
}

/// Reads files, directories and `-` for standard input. What cannot be read is in the report.
#[must_use]
pub fn read_files(_paths: &[String], _recursive: bool) -> Input {
    Input::default()
}

/// Converts. Never fails: what cannot be converted is in the report.
#[must_use]
pub fn convert(input: &Input, _options: &Options) -> Conversion {
    Conversion { report: input.report.clone(), ..Conversion::default() }
}

/// Asks what becomes of a request.
#[must_use]
pub fn trace(_conversion: &Conversion, request: &Request, _side: Side) -> Traced {
    Traced { request: request.clone(), before: None, after: None, same: None }
}

/// Compares the meaning of two inputs, each under its own dialect, Gateway API objects under the target's profile.
#[must_use]
pub fn verify(_before: &Input, _after: &Input, _options: &Options) -> Verification {
    Verification::default()
}

/// Reads Gateways with their routes under an implementation's profile.
#[must_use]
pub fn read_gateway_api(manifests: &[Manifest], profile: &gateway::Profile, report: &mut Report) -> Vec<Routing> {
    source::gateway_api::read(manifests, profile, report)
}
