//! Whether two rules do the same with the paths of a region.

use super::redirect::{Form, Place, form};
use super::rewrite::{Known, Rewritten, Shape, received};
use crate::model::{Action, BackendState, Forward, PathHandling, Pipeline, Policies, Rule, ServicePort};

/// What one side does with the requests of a class.
#[derive(Debug, Clone, Copy)]
pub(super) enum Effect<'r> {
    /// A rule runs.
    Rule(Ruling<'r>),
    /// No rule takes the request: this status.
    Unmatched(u16),
    /// There is no HTTP answer, for this reason.
    Closed(&'static str),
}

impl Effect<'_> {
    pub(super) fn redirects(self) -> bool {
        match self {
            Self::Rule(ruling) => matches!(ruling.rule.action, Action::Redirect(_)),
            Self::Unmatched(_) | Self::Closed(_) => false,
        }
    }
}

/// A rule in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruling<'r> {
    pub(super) rule: &'r Rule,
    /// Its rewrite.
    pub(super) shape: &'r Shape,
    pub(super) paths: PathHandling,
    /// Policies of the entry point for rules that do not say otherwise.
    pub(super) implicit: &'r Policies,
    /// The order in which it is run.
    pub(super) pipeline: Pipeline,
}

/// Whether two effects are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// For every request of the class.
    Same,
    /// They are written differently: requests have to be tried.
    Unclear,
}

impl Likeness {
    fn when(same: bool) -> Self {
        if same { Self::Same } else { Self::Unclear }
    }
}

/// Compares what is done, policies left aside.
pub(super) fn likeness(before: Effect<'_>, after: Effect<'_>, known: &Known, place: Place<'_>) -> Likeness {
    if let (Some(before), Some(after)) = (answer(before), answer(after)) {
        return Likeness::when(before == after);
    }
    if let (Effect::Closed(before), Effect::Closed(after)) = (before, after) {
        return Likeness::when(before == after);
    }
    let (Effect::Rule(b), Effect::Rule(a)) = (before, after) else { return Likeness::Unclear };
    Likeness::when(match (&b.rule.action, &a.rule.action) {
        (Action::Forward(before), Action::Forward(after)) => {
            same_destination(before, after)
                && sent_host(before, place) == sent_host(after, place)
                && ((b.paths == a.paths && before.rewrite == after.rewrite)
                    || same_path(received(b.shape.apply(known), b.paths), received(a.shape.apply(known), a.paths)))
        }
        (Action::Redirect(before), Action::Redirect(after)) => {
            before.status == after.status
                && ((b.paths == a.paths && before.location == after.location)
                    || same_location(form(before, b.shape, known, place), form(after, a.shape, known, place)))
        }
        (Action::Forward(_) | Action::Redirect(_) | Action::Respond(_), _) => false,
    })
}

/// The status, when there is nothing else to the effect.
pub(super) fn answer(effect: Effect<'_>) -> Option<u16> {
    match effect {
        Effect::Unmatched(status) => Some(status),
        Effect::Closed(_) => None,
        Effect::Rule(ruling) => match &ruling.rule.action {
            Action::Respond(respond) => Some(respond.status),
            Action::Forward(forward) => only_failure(forward),
            Action::Redirect(_) => None,
        },
    }
}

fn same_path(before: Rewritten, after: Rewritten) -> bool {
    before != Rewritten::Unknown && before == after
}

fn same_location(before: Option<Form>, after: Option<Form>) -> bool {
    before.is_some() && before == after
}

/// The Host header that the backend sees, when it is always the same.
fn sent_host(forward: &Forward, place: Place<'_>) -> Option<String> {
    forward.host.clone().or_else(|| place.host.map(|host| format!("{host}{}", place.port_in_host())))
}

/// A destination with its weight and, when it cannot be reached, the status that is answered.
struct Share<'r> {
    service: &'r ServicePort,
    weight: u64,
    fails: Option<u16>,
}

/// Destinations of a group: sorted, each once, without those of weight 0, weights without common factor.
fn shares(forward: &Forward) -> Vec<Share<'_>> {
    let mut shares: Vec<Share<'_>> = Vec::with_capacity(forward.backends.len());
    for backend in forward.backends.iter().filter(|backend| backend.weight > 0) {
        let fails = match backend.state {
            BackendState::Usable => None,
            BackendState::NoEndpoints => Some(forward.unavailable.no_endpoints),
            BackendState::Missing => Some(forward.unavailable.missing),
        };
        let fallback = forward.fallback.as_deref().filter(|f| fails.is_some() && f.state == BackendState::Usable);
        let (service, fails) = fallback.map_or((&backend.service, fails), |fallback| (&fallback.service, None));
        match shares.iter_mut().find(|share| share.service == service) {
            Some(share) => share.weight += u64::from(backend.weight),
            None => shares.push(Share { service, weight: u64::from(backend.weight), fails }),
        }
    }
    let divisor = shares.iter().fold(0, |divisor, share| gcd(divisor, share.weight)).max(1);
    shares.iter_mut().for_each(|share| share.weight /= divisor);
    shares.sort_by(|a, b| a.service.cmp(b.service));
    shares
}

pub(super) fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The status, when no backend of the group can be reached.
fn only_failure(forward: &Forward) -> Option<u16> {
    // Most groups: one usable backend.
    if let [backend] = forward.backends.as_slice()
        && backend.weight > 0
        && backend.state == BackendState::Usable
    {
        return None;
    }
    let shares = shares(forward);
    match shares.first() {
        None => Some(forward.unavailable.missing),
        Some(first) => first.fails.filter(|_| shares.iter().all(|share| share.fails == first.fails)),
    }
}

/// The same Services with the same weights. Where both sides know a Service to be out of reach, they answer the same;
/// where only one side has looked, nothing is held against the other.
pub(super) fn same_destination(before: &Forward, after: &Forward) -> bool {
    if let ([b], [a]) = (before.backends.as_slice(), after.backends.as_slice())
        && b.weight > 0
        && a.weight > 0
        && b.state == BackendState::Usable
        && a.state == BackendState::Usable
    {
        return b.service == a.service;
    }
    let (before, after) = (shares(before), shares(after));
    before.len() == after.len()
        && before.iter().zip(&after).all(|(b, a)| {
            let same_answer = match (b.fails, a.fails) {
                (Some(b), Some(a)) => b == a,
                (None, _) | (_, None) => true,
            };
            b.service == a.service && b.weight == a.weight && same_answer
        })
}
