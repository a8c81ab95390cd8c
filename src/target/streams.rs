//! Traffic that is handed on as it comes: TLS passthrough, TCP and UDP.

use super::backends::{self, Problem};
use super::routes::{Content, Kind};
use super::rules::{Draft, Pen};
use super::sites::{Listening, Site, Speaks};
use crate::gateway::HttpRule;
use crate::model::{Action, Policies, Rule};
use crate::report::Code;

/// The route of a listener; `None` when nothing can be reached through it.
pub(super) fn content<'a>(
    pen: &mut Pen<'_, 'a>,
    site: &Site<'a>,
    listening: &Listening<'a>,
) -> Option<(String, Content<'a>)> {
    let namespace = site.namespace().to_owned();
    of_listening(pen, &namespace, listening).map(|content| (namespace, content))
}

/// The route of a listener in a namespace.
pub(super) fn of_listening<'a>(
    pen: &mut Pen<'_, 'a>,
    namespace: &str,
    listening: &Listening<'a>,
) -> Option<Content<'a>> {
    let kind = match listening.speaks {
        Speaks::Tcp => Kind::Tcp,
        Speaks::Udp => Kind::Udp,
        Speaks::Passthrough | Speaks::Http | Speaks::Https(_) => Kind::Tls,
    };
    // A stream has no conditions: its first rule takes everything.
    let rule = *listening.rules.first()?;
    let Action::Forward(forward) = &rule.action else { return None };
    if is_protected(pen, rule) {
        return None;
    }
    match backends::refs(&forward.backends, namespace, pen.run.target.profile) {
        Ok(written) if written.refs.is_empty() => None,
        Ok(written) => {
            let body = HttpRule { backend_refs: written.refs, ..HttpRule::default() };
            let draft = Draft { body, foreign: written.foreign, rules: vec![rule], ..Draft::default() };
            Some(Content { kind, parts: vec![vec![draft]] })
        }
        Err(problem) => {
            let (code, message) = match problem {
                Problem::Port(service, _) => {
                    (Code::PortUnresolved, format!("the port of `{service}` is not known by number"))
                }
                Problem::Outside(service, _) => {
                    (Code::ExternalHostNotExpressible, format!("`{service}` is outside of the cluster"))
                }
                Problem::TooMany(count) => (Code::RuleWithheld, format!("a stream has {count} backends, not 16")),
            };
            pen.findings.refuse(code, message, "the listener has no route", &rule.origin);
            None
        }
    }
}

/// Whether the rule may not be written, because a route of streams has nothing that protects it.
fn is_protected(pen: &mut Pen<'_, '_>, rule: &Rule) -> bool {
    let Policies { access, unmodelled, .. } = &*rule.policies;
    let lists =
        access.iter().filter(|access| !access.value.admits_all()).map(|access| ("an address list", &access.origin));
    let guards = unmodelled.iter().map(|protection| (protection.value, &protection.origin)).chain(lists);
    guards.fold(false, |withheld, (name, origin)| {
        let message = format!("{name} is not carried");
        let why = "without it the backend would answer requests that are refused today";
        pen.findings.withhold(Code::ProtectionNotCarried, message, why, origin) || withheld
    })
}
