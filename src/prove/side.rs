//! One side of a comparison at one host.

use super::action::Effect;
use super::conditions::Ranked;
use super::rewrite::Shape;
use super::{Outcome, Request, evaluate};
use crate::model::{Action, EntryPoint, Location, Matcher, Origin, PathMatcher, Pipeline, Protocol, Rule, VirtualHost};

/// An entry point and the virtual host in it that takes a host's requests; either may be missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'r> {
    pub(super) entry: Option<&'r EntryPoint>,
    pub(super) host: Option<&'r VirtualHost>,
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

    pub(super) fn pipeline(self) -> Pipeline {
        self.entry.map_or_else(Pipeline::default, |entry| entry.pipeline)
    }

    pub(super) fn ranked(self, matching: &'r [usize]) -> Ranked<'r> {
        Ranked { rules: self.rules(), matching, pipeline: self.pipeline() }
    }

    /// The rewrites of its rules, taken apart.
    pub(super) fn shapes(self) -> Vec<Shape> {
        self.rules().iter().map(shape).collect()
    }

    /// What a rule, or the lack of one, does.
    pub(super) fn effect(self, index: Option<usize>, shapes: &'r [Shape]) -> Effect<'r> {
        let shape = index.and_then(|index| shapes.get(index));
        match (self.host, self.rule(index), shape) {
            (Some(host), Some(rule), Some(shape)) => Effect::Rule(rule, shape, host.paths),
            (Some(host), ..) => Effect::Unmatched(host.unmatched),
            (None, ..) => match self.unserved() {
                Outcome::Respond { status } => Effect::Unmatched(status),
                Outcome::Forward { .. }
                | Outcome::Split { .. }
                | Outcome::Redirect { .. }
                | Outcome::Connection { .. }
                | Outcome::Reject { .. } => Effect::Unserved,
            },
        }
    }

    /// What becomes of a request that this rule, or none, takes.
    pub(super) fn outcome(self, rule: Option<&Rule>, request: &Request) -> Outcome {
        let (Some(entry), Some(host)) = (self.entry, self.host) else { return self.unserved() };
        let rules = rule.map(|rule| Rule { matcher: Matcher::path(PathMatcher::Any), ..rule.clone() });
        let host = VirtualHost {
            rules: rules.into_iter().collect(),
            origin: None,
            tls: None,
            host: host.host.clone(),
            ..*host
        };
        evaluate::in_host(&host, entry, request).1
    }

    /// What becomes of any request, by all rules.
    pub(super) fn outcome_of_any(self, request: &Request) -> (Option<usize>, Outcome) {
        match (self.entry, self.host) {
            (Some(entry), Some(host)) => evaluate::in_host(host, entry, request),
            (Some(_) | None, _) => (None, self.unserved()),
        }
    }

    /// What becomes of a request that no virtual host takes: see `at_entry` in evaluate.rs.
    pub(super) fn unserved(self) -> Outcome {
        match self.entry {
            None => Outcome::Connection { reason: "no listener" },
            Some(entry) if entry.protocol == Protocol::Https && entry.hosts.iter().all(|host| host.passthrough) => {
                Outcome::Connection { reason: "tls" }
            }
            Some(_) => Outcome::Respond { status: 404 },
        }
    }
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
