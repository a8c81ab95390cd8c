//! One request, before and after a conversion.

use serde::Serialize;

use crate::convert::{chosen_target, convert};
use crate::input::Input;
use crate::model::Routing;
use crate::options::Options;
use crate::prove::{self, Outcome, Request};
use crate::report::Report;
use crate::routings::{World, routings};

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

/// Answers requests against an input and its conversion.
#[derive(Debug)]
pub struct Tracer {
    before: Option<Vec<Routing>>,
    after: Option<Vec<Routing>>,
    /// What there is to say about the input.
    pub report: Report,
}

impl Tracer {
    /// Reads the sides that are asked for. The input is taken to be the whole cluster: a Service that it does not hold,
    /// while it holds others, does not exist.
    #[must_use]
    pub fn new(input: &Input, options: &Options, side: Side) -> Self {
        let mut report = input.report.clone();
        let before = (side != Side::After)
            .then(|| routings(&input.manifests, options, World::Closed, chosen_target(options).profile, &mut report));
        let after = (side != Side::Before).then(|| {
            let conversion = convert(input, &Options { prove: false, ..options.clone() });
            if conversion.before.is_empty() { before.clone().unwrap_or_default() } else { conversion.after }
        });
        Self { before, after, report }
    }

    /// Asks what becomes of a request.
    #[must_use]
    pub fn ask(&self, request: &Request) -> Traced {
        let outcome =
            |routings: &Option<Vec<Routing>>| routings.as_ref().map(|routings| prove::evaluate(routings, request));
        let (before, after) = (outcome(&self.before), outcome(&self.after));
        let same = before.as_ref().zip(after.as_ref()).map(|(before, after)| before == after);
        Traced { request: request.clone(), before, after, same }
    }
}
