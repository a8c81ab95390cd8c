//! One side of a comparison at one host.

use super::action::{Effect, Ruling, answer};
use super::conditions::{Ranked, Values};
use super::evaluate::{Taken, sent_to};
use super::rewrite::Shape;
use super::{Outcome, Request};
use crate::model::{Action, EntryPoint, Location, Origin, Pipeline, Protocol, Rule, Underscores, VirtualHost};

/// An entry point and the virtual host in it that takes a host's requests; either may be missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'r> {
    pub(super) entry: Option<&'r EntryPoint>,
    pub(super) host: Option<&'r VirtualHost>,
    /// A TLS handshake for the host gets through.
    pub(super) handshake: bool,
}

impl<'r> Side<'r> {
    pub(super) fn rules(self) -> &'r [Rule] {
        self.host.map_or(&[], |host| &host.rules)
    }

    pub(super) fn rule(self, index: Option<usize>) -> Option<&'r Rule> {
        index.and_then(|index| self.rules().get(index))
    }

    /// Where a rule comes from; without one, where the virtual host does.
    pub(super) fn origin(self, rule: Option<&Rule>) -> Option<Origin> {
        rule.map(|rule| rule.origin.clone()).or_else(|| self.host.and_then(|host| host.origin.clone()))
    }

    fn pipeline(self) -> Pipeline {
        self.entry.map_or_else(Pipeline::default, |entry| entry.pipeline)
    }

    fn underscores(self) -> Underscores {
        self.entry.map_or_else(Underscores::default, |entry| entry.underscores)
    }

    pub(super) fn ranked(self, matching: &'r [usize]) -> Ranked<'r> {
        Ranked { rules: self.rules(), matching, underscores: self.underscores() }
    }

    /// The rewrites of its rules, taken apart.
    pub(super) fn shapes(self) -> Vec<Shape> {
        self.rules().iter().map(shape).collect()
    }

    /// What a rule, or the lack of one, does.
    pub(super) fn effect(self, index: Option<usize>, shapes: &'r [Shape]) -> Effect<'r> {
        let (Some(entry), Some(host)) = (self.entry, self.host) else {
            return match self.unserved() {
                Outcome::Respond { status } => Effect::Unmatched(status),
                Outcome::Connection { reason } => Effect::Closed(reason),
                Outcome::Forward { .. } | Outcome::Split { .. } | Outcome::Redirect { .. } | Outcome::Reject { .. } => {
                    Effect::Closed("")
                }
            };
        };
        let shape = index.and_then(|index| shapes.get(index));
        let effect = match (self.rule(index), shape) {
            (Some(rule), Some(shape)) => {
                let (paths, implicit, pipeline) = (host.paths, &entry.implicit, entry.pipeline);
                Effect::Rule(Ruling { rule, shape, paths, implicit, pipeline })
            }
            (Some(_) | None, _) => Effect::Unmatched(host.unmatched),
        };
        // Nothing can be answered inside TLS that is handed on unopened.
        if host.passthrough && answer(effect).is_some() { Effect::Closed("tls") } else { effect }
    }

    /// Whether the data plane itself changes what rules say for requests with these values: it refuses names with an
    /// underscore, it answers gRPC in its own way (see `at_entry` in evaluate.rs).
    pub(super) fn interferes(self, values: &Values) -> Option<Interference> {
        if self.underscores() == Underscores::Refused && values.header_names().any(|name| name.contains('_')) {
            return Some(Interference::Refuses);
        }
        match self.pipeline() {
            Pipeline::Spec | Pipeline::Nginx => None,
            Pipeline::Envoy => {
                let grpc = values.header("content-type").is_some_and(|value| value.starts_with("application/grpc"));
                grpc.then_some(Interference::AnswersGrpc)
            }
        }
    }

    /// What becomes of a request that this rule, or none, takes.
    pub(super) fn outcome(self, rule: Option<usize>, request: &Request) -> Outcome {
        self.run(Taken::By(rule), request).1
    }

    /// What becomes of any request, and by which rule.
    pub(super) fn outcome_of_any(self, request: &Request) -> (Option<usize>, Outcome) {
        self.run(Taken::ByFirst, request)
    }

    fn run(self, taken: Taken, request: &Request) -> (Option<usize>, Outcome) {
        match (self.entry, self.host) {
            (Some(entry), Some(host)) => sent_to(host, entry, taken, request),
            (_, None) | (None, _) => (None, self.unserved()),
        }
    }

    /// What becomes of a request that no virtual host takes: see `at_entry` in evaluate.rs.
    pub(super) fn unserved(self) -> Outcome {
        match self.entry {
            None => Outcome::Connection { reason: "no listener" },
            Some(entry) if entry.protocol == Protocol::Https && !self.handshake => {
                Outcome::Connection { reason: "tls" }
            }
            Some(_) => Outcome::Respond { status: 404 },
        }
    }
}

/// What a data plane does before and after its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interference {
    /// It answers 400.
    Refuses,
    /// Its own answers are 200, with the error inside.
    AnswersGrpc,
}

fn shape(rule: &Rule) -> Shape {
    let rewrite = match &rule.action {
        Action::Forward(forward) => forward.rewrite.as_ref(),
        Action::Redirect(redirect) => match &redirect.location {
            Location::Parts(parts) => parts.path.as_ref(),
            Location::Rewritten(rewrite) => Some(rewrite),
            Location::Fixed { .. } => None,
        },
        Action::Respond(_) => None,
    };
    Shape::of(rewrite, &rule.matcher.path)
}
