//! Why two outcomes differ: the one table that gives differences their codes.

use std::collections::BTreeMap;

use super::Outcome;
use super::action::gcd;
use super::proof::Family;
use super::side::Side;
use crate::model::{Cause, Protocol, Rule};
use crate::report::Code;

/// Whether two outcomes are not the same: weights of 1:1 and 50:50 are.
pub(super) fn differ(before: &Outcome, after: &Outcome) -> bool {
    match (before, after) {
        (
            Outcome::Split { shares: before, received: before_received },
            Outcome::Split { shares: after, received: after_received },
        ) => before_received != after_received || reduced(before) != reduced(after),
        (before, after) => before != after,
    }
}

fn reduced<K: Ord + Clone>(shares: &BTreeMap<K, u64>) -> BTreeMap<K, u64> {
    let divisor = shares.values().fold(0, |divisor, weight| gcd(divisor, *weight)).max(1);
    shares.iter().map(|(name, weight)| (name.clone(), weight / divisor)).collect()
}

/// What is known of a difference.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'f> {
    pub(super) before: Side<'f>,
    pub(super) after: Side<'f>,
    pub(super) before_rule: Option<&'f Rule>,
    pub(super) after_rule: Option<&'f Rule>,
    pub(super) before_outcome: &'f Outcome,
    pub(super) after_outcome: &'f Outcome,
    /// Policies that differ.
    pub(super) families: &'f [Family],
    /// The host has more labels than the wildcard before takes and the one after does.
    pub(super) wider: bool,
    /// Behind the rule that wins after stands one that does what was done before.
    pub(super) shadowed: bool,
}

type Row = (Code, fn(&Facts<'_>) -> bool);

/// Reasons that explain different outcomes as a whole; the first that holds counts.
const REASONS: &[Row] = &[
    (Code::RuleWithheld, |facts| facts.after_rule.is_some_and(|rule| rule.cause == Cause::Withheld)),
    (Code::HealthEndpoint, |facts| facts.before_cause() == Some(Cause::BuiltIn)),
    (Code::WildcardWider, |facts| facts.wider),
    (Code::HttpsDefaultCertificate, |facts| facts.default_certificate()),
    (Code::BackendError, |facts| error(facts.before_outcome) && error(facts.after_outcome)),
    (Code::HostDiffers, |facts| facts.before.host.is_none() || facts.after.host.is_none()),
    (Code::SlashRedirectLost, |facts| facts.before_cause() == Some(Cause::SlashRedirect)),
    (Code::TrailingSlashKept, |facts| facts.before_cause() == Some(Cause::HttpsRedirect) && facts.slash_kept()),
    (Code::OrderDiffers, |facts| facts.shadowed),
    (Code::RedirectDiffers, |facts| redirect(facts.before_outcome) || redirect(facts.after_outcome)),
];

/// What differs about outcomes that no reason explains as a whole; all that hold count.
const ASPECTS: &[Row] = &[
    (Code::BackendError, |facts| facts.shares_differ() && facts.destinations() == Alike::Same),
    (Code::BackendDiffers, |facts| facts.destinations() == Alike::Other),
    (Code::RewriteDiffers, |facts| facts.received_differs(|received| &received.path)),
    (Code::HostHeaderDiffers, |facts| facts.received_differs(|received| &received.host)),
];

/// The codes of a difference; never empty.
pub(super) fn codes(facts: &Facts<'_>) -> Vec<Code> {
    let mut codes = Vec::new();
    if differ(facts.before_outcome, facts.after_outcome) {
        match REASONS.iter().find(|(_, holds)| holds(facts)) {
            Some((code, _)) => codes.push(*code),
            None => codes.extend(ASPECTS.iter().filter(|(_, holds)| holds(facts)).map(|(code, _)| *code)),
        }
    }
    if facts.before_cause() == Some(Cause::BuiltIn) {
        // The data plane's own endpoints: whatever differs about them, it is that they are gone.
        return vec![Code::HealthEndpoint];
    }
    codes.extend(facts.families.iter().map(|family| match family {
        _ if error(facts.before_outcome) && error(facts.after_outcome) => Code::BackendError,
        Family::Preflight => Code::MethodDiffers,
        Family::Cors
        | Family::Access
        | Family::BackendProtocol
        | Family::BackendTls
        | Family::Timeouts
        | Family::BodyLimit
        | Family::Mirror
        | Family::Affinity
        | Family::RequestHeaders
        | Family::ResponseHeaders
        | Family::Fallback
        | Family::Body
        | Family::Certificate
        | Family::Passthrough => Code::PolicyDiffers,
    }));
    if codes.is_empty() {
        codes.push(Code::Unexplained);
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[derive(PartialEq, Eq)]
enum Alike {
    Same,
    Other,
}

impl Facts<'_> {
    fn before_cause(&self) -> Option<Cause> {
        self.before_rule.map(|rule| rule.cause)
    }

    /// ingress-nginx answers https for every host; without secrets, by its own default certificate.
    fn default_certificate(&self) -> bool {
        let https = self.before.entry.is_some_and(|entry| entry.protocol == Protocol::Https);
        let own = self
            .before
            .host
            .is_some_and(|host| !host.passthrough && host.tls.as_ref().is_none_or(|tls| tls.secrets.is_empty()));
        https && own && self.after.host.is_none()
    }

    fn slash_kept(&self) -> bool {
        match (self.before_outcome, self.after_outcome) {
            (
                Outcome::Redirect { status: before_status, location: before },
                Outcome::Redirect { status: after_status, location: after },
            ) => before_status == after_status && after.strip_suffix('/') == Some(before),
            _ => false,
        }
    }

    fn shares_differ(&self) -> bool {
        match (self.before_outcome, self.after_outcome) {
            (Outcome::Split { shares: before, .. }, Outcome::Split { shares: after, .. }) => before != after,
            _ => false,
        }
    }

    /// Whether the backends and their weights are the same; statuses of failures left aside.
    fn destinations(&self) -> Alike {
        let same = match (destinations(self.before_outcome), destinations(self.after_outcome)) {
            (Some(before), Some(after)) => before == after,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if same { Alike::Same } else { Alike::Other }
    }

    fn received_differs(&self, part: fn(&super::Received) -> &String) -> bool {
        match (received(self.before_outcome), received(self.after_outcome)) {
            (Some(before), Some(after)) => part(before) != part(after),
            (Some(_) | None, _) => false,
        }
    }
}

fn received(outcome: &Outcome) -> Option<&super::Received> {
    match outcome {
        Outcome::Forward { received, .. } | Outcome::Split { received, .. } => Some(received),
        Outcome::Redirect { .. } | Outcome::Respond { .. } | Outcome::Connection { .. } | Outcome::Reject { .. } => {
            None
        }
    }
}

/// Destinations with their weights, all failures as one.
fn destinations(outcome: &Outcome) -> Option<BTreeMap<&str, u64>> {
    match outcome {
        Outcome::Forward { service, .. } => Some(BTreeMap::from([(service.as_str(), 1)])),
        Outcome::Split { shares, .. } => {
            let mut merged = BTreeMap::new();
            for (name, weight) in shares {
                let name = if name.starts_with("respond:") { "" } else { name };
                *merged.entry(name).or_insert(0) += weight;
            }
            Some(reduced(&merged))
        }
        Outcome::Redirect { .. } | Outcome::Respond { .. } | Outcome::Connection { .. } | Outcome::Reject { .. } => {
            None
        }
    }
}

fn error(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Respond { status } if *status >= 400)
}

fn redirect(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Redirect { .. })
}
