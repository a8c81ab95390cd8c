//! Rules of a host as rules of a route.

use std::collections::{BTreeMap, BTreeSet};

use super::backend_tls::{BackendTlsPolicies, Needs};
use super::backends::{self, Foreign, Problem};
use super::capability::{Carry, Feature};
use super::extension::Extension;
use super::findings::Findings;
use super::frontend::Frontend;
use super::redirects::{self, Asked};
use super::services::Wants;
use super::sites::{Listening, Site, Speaks};
use super::{Run, headers, matches};
use crate::gateway::{HttpFilter, HttpMatch, HttpRule};
use crate::model::{Action, BackendProtocol, Cause, Forward, HeaderEdit, Matcher, Origin, Redirect, Respond, Rule};
use crate::report::{Code, Diagnostic, Severity};

/// A rule of a route before it is merged with its neighbours.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft<'a> {
    pub matches: Vec<HttpMatch>,
    /// Everything but the matches.
    pub body: HttpRule,
    /// The backend speaks gRPC: the field that says so.
    pub grpc: Option<Origin>,
    /// Services of other namespaces.
    pub foreign: Vec<Foreign>,
    /// What the target has kinds of its own for.
    pub handed_on: BTreeSet<Feature>,
    /// What these kinds add.
    pub extension: Extension,
    /// The rules it came from.
    pub rules: Vec<&'a Rule>,
}

impl Draft<'_> {
    /// Whether two drafts do the same, so that one rule can have the matches of both.
    pub(super) fn does_as(&self, other: &Self) -> bool {
        self.body == other.body
            && self.grpc.is_some() == other.grpc.is_some()
            && self.extension.is_same(&other.extension)
    }

    /// Whether two drafts are the same rule.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.matches == other.matches && self.does_as(other)
    }

    /// Whether it redirects.
    pub(super) fn redirects(&self) -> bool {
        self.body.filters.iter().any(|filter| filter.request_redirect.is_some())
    }

    /// The fields it came from.
    pub(super) fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.rules.iter().map(|rule| &rule.origin)
    }
}

/// What all rules of a routing are written with.
pub(super) struct Pen<'r, 'a> {
    pub run: &'r Run<'a>,
    pub findings: &'r mut Findings<'a>,
    pub needs: &'r Needs,
    /// What rules ask of Services.
    pub wants: &'r Wants,
    /// All hosts; none for a mesh.
    pub sites: &'r [Site<'a>],
    pub tls: &'r mut BackendTlsPolicies,
    pub frontend: &'r Frontend,
    /// What is special about the listener whose rules are being written.
    pub listening: OfListener,
}

/// What the rules of a listener have in common.
#[derive(Debug, Default)]
pub(super) struct OfListener {
    /// Headers that every answer gets by the listener.
    late: Vec<HeaderEdit>,
    /// Clients would have to show certificates and cannot be asked: nothing is let through.
    closed: bool,
    /// Rules whose address list cannot be written, and why.
    pub unguarded: BTreeMap<Matcher, String>,
}

impl<'a> Pen<'_, 'a> {
    /// The rules of a list, for a route of a namespace.
    pub(super) fn drafts(&mut self, rules: &[&'a Rule], listening: &Listening, namespace: &str) -> Vec<Draft<'a>> {
        let mut drafts = Vec::new();
        self.listening = self.of_listener(listening);
        // A rule whose conditions cannot be written leaves its requests to the rules after it. Until somebody allows
        // that, those rules stay closed.
        let mut closed = false;
        for rule in rules {
            match matches::write(&rule.matcher, listening.paths) {
                // Of two rules with the same match the first takes every request.
                Ok(written) if drafts.iter().any(|draft: &Draft| draft.matches.contains(&written)) => {
                    let earlier = drafts.iter().find(|draft| draft.matches.contains(&written));
                    if earlier.is_some_and(|draft| draft.rules.iter().any(|rule| rule.cause == Cause::Withheld)) {
                        self.findings.behind(rule);
                    }
                }
                Ok(written) => {
                    let reaches = matches!(rule.action, Action::Forward(_));
                    let body = match closed && reaches {
                        true => self.close(rule),
                        false => self.body(rule, listening, namespace),
                    };
                    drafts.push(Draft { matches: vec![written], rules: vec![rule], ..body });
                }
                Err(problem) => {
                    closed |= self.findings.leave_out(problem.code, problem.message, &rule.origin);
                }
            }
        }
        self.run.unlisted_of_rules(&drafts, self.findings);
        drafts
    }

    fn of_listener(&mut self, listening: &Listening) -> OfListener {
        let kinds = self.run.target.kinds;
        let closed = listening.client.is_some_and(|asked| {
            let why = match (self.carry(Feature::ClientCertificates), kinds) {
                (Carry::HandOn, Some(kinds)) => (kinds.refused)(&asked.value, self.run, listening),
                (Carry::Write, _) => self.frontend.refused(listening.port),
                (Carry::HandOn, None) => Some("the target has no kind for it".to_owned()),
                (Carry::Lose(why), _) => Some(why.to_owned()),
            };
            why.is_some_and(|why| {
                let message = self.lost(Feature::ClientCertificates);
                self.findings.withhold(Code::ProtectionNotCarried, message, &why, &asked.origin)
            })
        });
        OfListener {
            late: kinds.map(|kinds| (kinds.late_headers)(self.run, listening)).unwrap_or_default(),
            closed,
            unguarded: kinds.map(|kinds| (kinds.unguarded)(self.run, self.sites, listening)).unwrap_or_default(),
        }
    }

    /// A rule after one that could not be written.
    fn close(&mut self, rule: &Rule) -> Draft<'a> {
        let finding = Diagnostic::new(Code::RuleWithheld, "a rule stands after one that cannot be written")
            .note("the rule is withheld: its requests are answered with 500");
        self.findings.lose(finding, &rule.origin);
        Draft::default()
    }

    /// The rule without its matches; empty when it is withheld.
    fn body(&mut self, rule: &Rule, listening: &Listening, namespace: &str) -> Draft<'a> {
        match &rule.action {
            Action::Forward(forward) => self.forward(rule, forward, namespace),
            Action::Redirect(redirect) => self.redirect(rule, redirect, listening),
            Action::Respond(answer) => self.respond(rule, answer, namespace),
        }
    }

    fn redirect(&mut self, rule: &Rule, redirect: &Redirect, listening: &Listening) -> Draft<'a> {
        let scheme = match listening.speaks {
            Speaks::Http | Speaks::Tcp | Speaks::Udp => "http",
            Speaks::Https(_) | Speaks::Passthrough => "https",
        };
        let mut draft = Draft::default();
        match redirects::write(redirect, &rule.matcher.path, Asked { port: listening.port, scheme }) {
            Ok(written) => {
                self.cors(&rule.policies, &mut draft);
                let commands = self.run.target.profile.header_commands;
                if let Ok(Some(modifier)) = headers::modifier(&self.answer_headers(rule), commands) {
                    draft.body.filters.push(headers::filter(headers::Side::Response, modifier));
                }
                draft.body.filters.push(HttpFilter {
                    kind: "RequestRedirect".to_owned(),
                    request_redirect: Some(written.into()),
                    ..HttpFilter::default()
                });
            }
            Err(what) => {
                let why = "a RequestRedirect replaces scheme, host, port and path with fixed texts";
                self.findings.refuse(Code::RedirectNotExpressible, what, why, &rule.origin);
            }
        }
        draft
    }

    fn respond(&mut self, rule: &Rule, answer: &Respond, namespace: &str) -> Draft<'a> {
        match self.carry(Feature::FixedResponse) {
            _ if answer.status == self.run.target.profile.no_backends && answer.body.is_none() => {}
            Carry::HandOn => {
                let mut draft = Draft { handed_on: [Feature::FixedResponse].into(), ..Draft::default() };
                return if self.extend(rule, namespace, &mut draft) { Draft::default() } else { draft };
            }
            Carry::Write | Carry::Lose(_) if answer.status < 400 => {
                let message = format!("an answer of {} has no form on `{}`", answer.status, self.run.target.name);
                let why = format!("a rule without backends answers {}", self.run.target.profile.no_backends);
                self.findings.refuse(Code::AnswerNotExpressible, message, &why, &rule.origin);
            }
            Carry::Write | Carry::Lose(_) => {
                let message = format!("an answer of {} is written as a rule without backends", answer.status);
                let note = format!("such a rule answers {}", self.run.target.profile.no_backends);
                self.findings.approximate(Diagnostic::new(Code::BackendError, message).note(note), &rule.origin);
            }
        }
        Draft::default()
    }

    fn forward(&mut self, rule: &Rule, forward: &Forward, namespace: &str) -> Draft<'a> {
        let mut draft = Draft::default();
        let mut withheld = self.backends(forward, namespace, rule, &mut draft) | self.listening.closed;
        withheld |= self.rewrite(rule, forward, &mut draft);
        withheld |= self.headers(rule, forward, &mut draft);
        withheld |= self.protection(&rule.policies, &mut draft);
        let need = self.backend_protocol(rule, forward, &mut draft);
        withheld |= need.is_none();
        self.settings(rule, forward, namespace, &mut draft);
        withheld |= self.extend(rule, namespace, &mut draft);
        if withheld {
            self.findings.withheld(&rule.origin);
            return Draft::default();
        }
        if draft.body.backend_refs.is_empty() {
            // Nothing is behind the rule, so nothing of it shows.
            return Draft::default();
        }
        if let Some(need) = need {
            let field = rule.policies.backend_protocol.as_ref().map_or(&rule.origin, |protocol| &protocol.origin);
            self.trust(&need, forward, field);
        }
        draft.grpc = rule
            .policies
            .backend_protocol
            .as_ref()
            .filter(|protocol| matches!(protocol.value, BackendProtocol::Grpc | BackendProtocol::Grpcs))
            .map(|protocol| protocol.origin.clone());
        draft
    }

    /// Lets the target's own kinds say what was handed on to them.
    fn extend(&mut self, rule: &Rule, namespace: &str, draft: &mut Draft<'a>) -> bool {
        match self.run.target.kinds {
            Some(kinds) if !draft.handed_on.is_empty() => (kinds.write)(self, rule, namespace, draft),
            Some(_) | None => false,
        }
    }

    fn backends(&mut self, forward: &Forward, namespace: &str, rule: &Rule, draft: &mut Draft<'a>) -> bool {
        match backends::refs(&forward.backends, namespace, self.run.target.profile) {
            Ok(written) => {
                draft.body.backend_refs = written.refs;
                draft.foreign = written.foreign;
                return false;
            }
            Err(Problem::Port(service, origin)) => {
                let message = format!("the port of `{service}` is not known by number");
                let why = "backendRefs name ports by number; the Service is not in the input";
                self.findings.refuse(Code::PortUnresolved, message, why, &origin);
            }
            Err(Problem::Outside(service, origin)) => {
                let message = format!("`{service}` is outside of the cluster");
                let why = "backendRefs of this target name Services";
                self.findings.refuse(Code::ExternalHostNotExpressible, message, why, &origin);
            }
            Err(Problem::TooMany(count)) => {
                let message = format!("a rule has {count} backends; a rule of a route has at most 16");
                self.findings.refuse(Code::RuleWithheld, message, "the shares would change", &rule.origin);
            }
        }
        true
    }

    fn headers(&mut self, rule: &Rule, forward: &Forward, draft: &mut Draft<'a>) -> bool {
        let mut withheld = false;
        let mut response = forward.response_headers.clone();
        response.extend(self.answer_headers(rule));
        let edits = [(headers::Side::Request, &forward.request_headers), (headers::Side::Response, &response)];
        let commands = self.run.target.profile.header_commands;
        for (side, edits) in edits {
            match headers::modifier(&self.end_to_end(rule, side, edits), commands) {
                Ok(modifier) => draft.body.filters.extend(modifier.map(|m| headers::filter(side, m))),
                Err(what) => {
                    let why = "the backend might trust headers that are no longer set";
                    withheld |= self.findings.withhold(Code::RuleWithheld, what, why, &rule.origin);
                }
            }
        }
        withheld
    }

    /// The headers of every answer that the rule has to add by itself: to those that backends and redirects give.
    fn answer_headers(&mut self, rule: &Rule) -> Vec<HeaderEdit> {
        let own = rule.policies.answer_headers.iter().filter(|edit| !self.listening.late.contains(&edit.value));
        let own: Vec<_> = own.collect();
        if let Some(first) = own.first() {
            let message = "headers of every answer are added to those of backends and redirects";
            let mut finding = Diagnostic::new(Code::SettingApproximated, message)
                .note("answers that the gateway itself makes (401, 429, 503, …) go without them");
            finding.severity = Severity::Info;
            self.findings.approximate(finding, &first.origin);
        }
        own.into_iter().map(|edit| edit.value.clone()).collect()
    }

    /// Without the request headers that belong to one connection, or to the host rewrite.
    fn end_to_end(&mut self, rule: &Rule, side: headers::Side, edits: &[HeaderEdit]) -> Vec<HeaderEdit> {
        let mut kept = edits.to_vec();
        if side == headers::Side::Request {
            kept.retain(|edit| {
                let (HeaderEdit::Set(name, _) | HeaderEdit::Add(name, _) | HeaderEdit::Remove(name)) = edit;
                if name.eq_ignore_ascii_case("connection") {
                    let message = "the Connection header towards backends is the gateway's own";
                    let mut finding = Diagnostic::new(Code::SettingNotCarried, message);
                    finding.severity = Severity::Info;
                    self.findings.lose(finding, &rule.origin);
                }
                !["connection", "host"].iter().any(|own| name.eq_ignore_ascii_case(own))
            });
        }
        kept
    }

    /// What the target does about a feature.
    pub(super) fn carry(&self, feature: Feature) -> Carry {
        match self.run.target.support(feature).carry(self.run.options.channel) {
            Carry::Write => self.run.lacks_field_of(feature).map_or(Carry::Write, Carry::Lose),
            other @ (Carry::HandOn | Carry::Lose(_)) => other,
        }
    }
}
