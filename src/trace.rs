//! One request, before and after a conversion.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::convert::{chosen_target, convert};
use crate::findings;
use crate::input::Input;
use crate::model::Routing;
use crate::options::Options;
use crate::prove::{self, Answered, Headers, Outcome, Request, Trace};
use crate::read_back;
use crate::report::{Code, Report};
use crate::routings::{World, lift_access, routings};

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
#[derive(Debug, Clone, PartialEq)]
pub struct Traced {
    /// The request.
    pub request: Request,
    /// What becomes of it under the input.
    pub before: Option<Outcome>,
    /// What is done to its headers under the input.
    pub before_headers: Headers,
    /// What becomes of it under the output.
    pub after: Option<Outcome>,
    /// What is done to its headers under the output.
    pub after_headers: Headers,
    /// Whether the two are the same; only when both were asked for.
    pub same: Option<bool>,
}

impl Serialize for Traced {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("request", &self.request)?;
        let sides = [("before", &self.before, &self.before_headers), ("after", &self.after, &self.after_headers)];
        for (side, outcome, headers) in sides {
            if let Some(outcome) = outcome {
                fields.serialize_entry(side, &Answered { outcome: outcome.clone(), headers: headers.clone() })?;
            }
        }
        if let Some(same) = self.same {
            fields.serialize_entry("same", &same)?;
        }
        fields.end()
    }
}

/// The answer to one request, with the way to it.
#[derive(Debug, Clone)]
pub struct Explained<'t> {
    /// The answer.
    pub traced: Traced,
    /// How the input comes to its outcome.
    pub before: Option<Trace<'t>>,
    /// How the output comes to its outcome.
    pub after: Option<Trace<'t>>,
    /// Why the two differ; empty when they do not.
    pub codes: Vec<Code>,
    /// The dialect of the input, when all of it is of one.
    pub dialect: Option<&'static str>,
}

/// Answers requests against an input and its conversion.
#[derive(Debug)]
pub struct Tracer {
    before: Option<Vec<Routing>>,
    after: Option<Vec<Routing>>,
    portable: Vec<Routing>,
    /// The name of the target.
    pub target: &'static str,
    /// What there is to say about the input.
    pub report: Report,
    /// What there is to say about the conversion.
    said: Report,
}

impl Tracer {
    /// Reads the sides that are asked for. The input is taken to be the whole cluster: a Service that it does not hold,
    /// while it holds others, does not exist.
    #[must_use]
    pub fn new(input: &Input, options: &Options, side: Side) -> Self {
        let target = chosen_target(options);
        let mut report = input.report.clone();
        let mut before = (side != Side::After)
            .then(|| routings(&input.manifests, options, World::Closed, target.profile, &mut report));
        if let Some(before) = &mut before {
            lift_access(before, &input.manifests, None, (options, target.profile));
        }
        let mut tracer =
            Self { before, after: None, portable: Vec::new(), target: target.name, report, said: Report::default() };
        if side != Side::Before {
            tracer.convert(input, options);
        }
        tracer
    }

    /// Converts as `convert` does, and reads the objects back among what the input holds.
    fn convert(&mut self, input: &Input, options: &Options) {
        let target = chosen_target(options);
        let conversion = convert(input, &Options { prove: false, ..options.clone() });
        self.after = Some(if conversion.before.is_empty() {
            self.before.clone().unwrap_or_default()
        } else {
            let written = conversion.objects.iter();
            read_back::written(&input.manifests, written, target.profile, World::Closed, &mut Report::default())
        });
        self.portable = conversion.portable;
        self.said = conversion.report;
    }

    /// Asks what becomes of a request.
    #[must_use]
    pub fn ask(&self, request: &Request) -> Traced {
        self.explain(request).traced
    }

    /// Asks what becomes of a request, and how.
    #[must_use]
    pub fn explain(&self, request: &Request) -> Explained<'_> {
        let before = self.before.as_deref().map(|routings| prove::trace(routings, request));
        let after = self.after.as_deref().map(|routings| prove::trace(routings, request));
        let compared = before.as_ref().zip(after.as_ref()).map(|(before, after)| {
            let mut found: Vec<_> = prove::difference(before, after, request).into_iter().collect();
            findings::explain(&mut found, &self.portable, &self.said);
            found
        });
        let headers = |trace: &Option<Trace<'_>>| {
            trace.as_ref().map_or_else(Headers::default, |trace| prove::headers(trace, request))
        };
        let traced = Traced {
            request: request.clone(),
            before: before.as_ref().map(|trace| trace.outcome.clone()),
            before_headers: headers(&before),
            after: after.as_ref().map(|trace| trace.outcome.clone()),
            after_headers: headers(&after),
            same: compared.as_ref().map(Vec::is_empty),
        };
        let codes = compared.into_iter().flatten().flat_map(|difference| difference.codes).collect();
        let dialect = self.before.as_deref().and_then(findings::only_dialect);
        Explained { traced, before, after, codes, dialect }
    }
}
