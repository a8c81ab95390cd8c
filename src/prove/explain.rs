//! Why two outcomes differ: the one table that gives differences their codes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::action::gcd;
use super::proof::Family;
use super::side::Side;
use super::{Outcome, Request, tokens};
use crate::model::{Action, Cause, Located, PathMatcher, Policies, Protocol, Rule, Tokens, VirtualHost};
use crate::report::Code;

/// Whether two outcomes are not the same: weights of 1:1 and 50:50 are.
pub(super) fn differ(before: &Outcome, after: &Outcome) -> bool {
    match (before, after) {
        (
            Outcome::Split { shares: before, received: before_received },
            Outcome::Split { shares: after, received: after_received },
        ) => before_received != after_received || reduced(before) != reduced(after),
        (
            Outcome::Redirect { status: before_status, location: before },
            Outcome::Redirect { status: after_status, location: after },
        ) => before_status != after_status || without_port(before) != without_port(after),
        (before, after) => before != after,
    }
}

/// A Location without the port that its scheme has anyway (RFC 3986, 6.2.3).
fn without_port(location: &str) -> Cow<'_, str> {
    let known = [("http://", ":80"), ("https://", ":443")];
    let short = known.into_iter().find_map(|(scheme, port)| {
        let rest = location.strip_prefix(scheme)?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        Some(format!("{scheme}{}{path}", authority.strip_suffix(port)?))
    });
    short.map_or(Cow::Borrowed(location), Cow::Owned)
}

fn reduced<K: Ord + Clone>(shares: &BTreeMap<K, u64>) -> BTreeMap<K, u64> {
    let divisor = shares.values().fold(0, |divisor, weight| gcd(divisor, *weight)).max(1);
    shares.iter().map(|(name, weight)| (name.clone(), weight / divisor)).collect()
}

/// In what two sides differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Differs {
    /// In what is done.
    Action {
        /// Behind the rule that wins after stands one that does what was done before.
        shadowed: bool,
    },
    /// Only in policies.
    Policies,
}

/// What is known of a difference.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'f> {
    pub(super) before: Side<'f>,
    pub(super) after: Side<'f>,
    pub(super) before_rule: Option<&'f Rule>,
    pub(super) after_rule: Option<&'f Rule>,
    pub(super) request: &'f Request,
    pub(super) before_outcome: &'f Outcome,
    pub(super) after_outcome: &'f Outcome,
    pub(super) differs: Differs,
    /// Policies that differ.
    pub(super) families: &'f [Family],
    /// The host has more labels than the wildcard before takes and the one after does.
    pub(super) wider: bool,
}

type Row = (Code, fn(&Facts<'_>) -> bool);

/// Reasons that explain different outcomes as a whole; the first that holds counts.
const REASONS: &[Row] = &[
    (Code::RuleWithheld, |facts| facts.after_rule.is_some_and(|rule| rule.cause == Cause::Withheld)),
    // Requests of other clients are not sent this way, and the rule is gone.
    (Code::SourceMatchNotExpressible, |facts| {
        facts.before_rule.is_some_and(|rule| rule.matcher.beyond_request().next().is_some())
    }),
    (Code::WildcardWider, |facts| facts.wider),
    (Code::HttpsDefaultCertificate, |facts| facts.default_certificate()),
    (Code::BackendError, |facts| error(facts.before_outcome) && error(facts.after_outcome)),
    (Code::HostDiffers, |facts| facts.before.host.is_none() || facts.after.host.is_none()),
    (Code::SlashRedirectLost, |facts| {
        facts.before_cause() == Some(Cause::SlashRedirect) && !redirect(facts.after_outcome)
    }),
    (Code::MethodDiffers, |facts| facts.before_outcome == &Outcome::Respond { status: 204 } && facts.preflight()),
    (Code::LetIn, |facts| facts.lets_in()),
    (Code::RefusedMore, |facts| facts.refuses_more()),
    (Code::PolicyDiffers, |facts| {
        matches!(facts.before_outcome, Outcome::Respond { status: 413 | 403 }) && facts.before_forwards()
    }),
    (Code::TrailingSlashKept, |facts| facts.slash_kept()),
    (Code::RedirectKeepsQuery, |facts| facts.query_kept()),
    (Code::PathHandlingDiffers, |facts| facts.unencoded()),
    (Code::PolicyDiffers, |facts| too_large(facts.before_outcome) || too_large(facts.after_outcome)),
    (Code::RegexApproximated, |facts| facts.approximated()),
    (Code::OrderDiffers, |facts| facts.differs == Differs::Action { shadowed: true }),
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
    if facts.before_cause() == Some(Cause::BuiltIn) {
        let answers = facts.before_rule.is_some_and(|rule| matches!(rule.action, Action::Respond(_)));
        if facts.before.host.is_some_and(VirtualHost::is_built_in) && !answers {
            return vec![Code::CatchAllByName];
        }
        // The data plane's own endpoints: whatever differs about them, it is that they are gone.
        return vec![Code::HealthEndpoint];
    }
    let mut codes = Vec::new();
    if facts.differs != Differs::Policies {
        match REASONS.iter().find(|(_, holds)| holds(facts)) {
            Some((code, _)) => codes.push(*code),
            None => codes.extend(ASPECTS.iter().filter(|(_, holds)| holds(facts)).map(|(code, _)| *code)),
        }
    }
    // Where one side does not serve the host, or has withheld the rule, no policy of it is the reason.
    let compared: &[Family] = if codes.is_empty() || facts.both_serve() { facts.families } else { &[] };
    codes.extend(compared.iter().map(|family| match family {
        _ if error(facts.before_outcome) && error(facts.after_outcome) => Code::BackendError,
        Family::Preflight => Code::MethodDiffers,
        _ if guards(*family) && (facts.lets_in() || facts.lost(*family)) => Code::LetIn,
        _ if guards(*family) && facts.refuses_more() => Code::RefusedMore,
        Family::Cors
        | Family::Access
        | Family::BackendProtocol
        | Family::BackendTls
        | Family::Timeouts
        | Family::BodyLimit
        | Family::Mirror
        | Family::Affinity
        | Family::Unmodelled
        | Family::Protection
        | Family::Foreign
        | Family::RequestHeaders
        | Family::ResponseHeaders
        | Family::Fallback
        | Family::Body
        | Family::Certificate
        | Family::Passthrough
        | Family::BasicAuth
        | Family::ExternalAuth
        | Family::ApiKeys
        | Family::Tokens
        | Family::TokenHeaders
        | Family::SatisfyAny
        | Family::RateLimits
        | Family::Bandwidth
        | Family::Retry
        | Family::RequestBuffer
        | Family::Balance
        | Family::CircuitBreaker
        | Family::OutlierDetection
        | Family::ErrorPages
        | Family::AnswerHeaders
        | Family::AnswerRewrites
        | Family::Compression
        | Family::Fault
        | Family::AccessLog
        | Family::Tracing
        | Family::Connections
        | Family::ClientCertificates => Code::PolicyDiffers,
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

/// Families that keep requests away.
fn guards(family: Family) -> bool {
    matches!(
        family,
        Family::Access
            | Family::BasicAuth
            | Family::ExternalAuth
            | Family::ApiKeys
            | Family::Tokens
            | Family::SatisfyAny
            | Family::RateLimits
            | Family::Unmodelled
            | Family::Protection
    )
}

/// Refused by a protection: addresses, credentials, limits.
fn refused(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Respond { status: 401 | 403 | 429 })
}

/// Handed on: to a backend, or elsewhere by a rule.
pub(super) fn handed_on(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Forward { .. } | Outcome::Split { .. } | Outcome::Redirect { .. })
}

/// Whether a rule has something that refuses requests.
fn protected(rule: Option<&Rule>) -> bool {
    rule.is_some_and(|rule| {
        let policies = &rule.policies;
        policies.access.is_some()
            || policies.basic_auth.is_some()
            || policies.external_auth.is_some()
            || policies.api_keys.is_some()
            || policies.tokens.is_some()
            || policies.rate_limits.is_some()
    })
}

/// Whether a request is refused before and handed on after.
pub(super) fn lets_in(before: &Outcome, after: &Outcome) -> bool {
    refused(before) && handed_on(after)
}

impl Facts<'_> {
    /// A protection before refuses the request, and it is let in after.
    fn lets_in(&self) -> bool {
        lets_in(self.before_outcome, self.after_outcome) && protected(self.before_rule)
    }

    /// A protection of the rule before is not there after, and the request is handed on: what no request shows, such as a
    /// service that is asked, is missed all the same.
    fn lost(&self, family: Family) -> bool {
        let (Some(before), Some(after)) = (self.before_rule, self.after_rule) else { return false };
        let (before, after) = (&before.policies, &after.policies);
        let foreign = |policies: &Policies| policies.foreign.iter().any(|one| one.value.protects && !one.value.said);
        let others_pass = |tokens: &Located<Tokens>| {
            after.tokens.as_ref().is_none_or(|other| !tokens::admit_the_same(&tokens.value, &other.value))
        };
        let gone = match family {
            Family::ExternalAuth => before.external_auth.is_some() && after.external_auth.is_none(),
            Family::BasicAuth => before.basic_auth.is_some() && after.basic_auth.is_none(),
            Family::ApiKeys => before.api_keys.is_some() && after.api_keys.is_none(),
            Family::Tokens => before.tokens.as_ref().is_some_and(others_pass),
            Family::Unmodelled => !before.unmodelled.is_empty() && after.unmodelled.is_empty() && !foreign(after),
            Family::Protection => foreign(before) && !foreign(after),
            _ => false,
        };
        gone && handed_on(self.after_outcome)
    }

    /// A protection after refuses the request, and it is let in before.
    fn refuses_more(&self) -> bool {
        refused(self.after_outcome) && protected(self.after_rule) && handed_on(self.before_outcome)
    }

    /// CORS answers the request before the rule is asked.
    fn preflight(&self) -> bool {
        self.before_rule.is_some_and(|rule| rule.policies.cors.is_some())
    }

    fn both_serve(&self) -> bool {
        self.before.host.is_some()
            && self.after.host.is_some()
            && self.after_rule.is_none_or(|rule| rule.cause != Cause::Withheld)
    }

    fn before_forwards(&self) -> bool {
        self.before_rule.is_some_and(|rule| matches!(rule.action, Action::Forward(_)))
    }

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

    /// The rule before is an expression that begins with a literal which a rule after has as a prefix, and the path only
    /// fits the expression: by the case of its letters, or in the middle of an element.
    fn approximated(&self) -> bool {
        let Some(PathMatcher::Regex(regex)) = self.before_rule.map(|rule| &rule.matcher.path) else { return false };
        let literal = leading_literal(&regex.pattern);
        let prefix = literal.trim_end_matches('/');
        let path = self.request.path.split('?').next().unwrap_or_default();
        let written = |rule: &Rule| match &rule.matcher.path {
            PathMatcher::Segment(text) | PathMatcher::Prefix(text) => text.trim_end_matches('/') == prefix,
            PathMatcher::Any | PathMatcher::Exact(_) | PathMatcher::Regex(_) => false,
        };
        !prefix.is_empty()
            && !PathMatcher::Segment(prefix.to_owned()).matches(path)
            && self.after.rules().iter().any(written)
    }

    fn slash_kept(&self) -> bool {
        match (self.before_outcome, self.after_outcome) {
            (
                Outcome::Redirect { status: before_status, location: before },
                Outcome::Redirect { status: after_status, location: after },
            ) => {
                let after = without_port(after);
                before_status == after_status && after.strip_suffix('/') == Some(&*without_port(before))
            }
            _ => false,
        }
    }

    /// The Locations are the same but for the query of the request.
    fn query_kept(&self) -> bool {
        let Some((_, query)) = self.request.path.split_once('?') else { return false };
        match (self.before_outcome, self.after_outcome) {
            (
                Outcome::Redirect { status: before_status, location: before },
                Outcome::Redirect { status: after_status, location: after },
            ) => {
                let after = without_port(after);
                let kept = after.strip_suffix(query).and_then(|rest| rest.strip_suffix('?'));
                before_status == after_status && kept == Some(&*without_port(before))
            }
            _ => false,
        }
    }

    /// The path holds characters that a URL has to encode (RFC 3986, 3.3), and so does the path of the rule before.
    /// Gateway API takes such a path only encoded.
    fn unencoded(&self) -> bool {
        let raw = |text: &str| {
            text.bytes().any(|byte| !byte.is_ascii_alphanumeric() && !b"-/._~!$&'()*+,;=:@%".contains(&byte))
        };
        let path = self.request.path.split('?').next().unwrap_or_default();
        let literal = self.before_rule.is_some_and(|rule| match &rule.matcher.path {
            PathMatcher::Exact(text) | PathMatcher::Segment(text) | PathMatcher::Prefix(text) => raw(text),
            PathMatcher::Any | PathMatcher::Regex(_) => false,
        });
        literal && raw(path)
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

/// The text that an expression begins with, behind its `^`.
fn leading_literal(pattern: &str) -> String {
    let mut literal = String::new();
    let mut characters = pattern.strip_prefix('^').unwrap_or(pattern).chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped) if escaped.is_ascii_punctuation() => literal.push(escaped),
                Some(_) | None => break,
            },
            '(' | '[' | '.' | '$' | '|' | '^' => break,
            // The quantifier belongs to the character before it.
            '*' | '?' | '+' | '{' => {
                literal.pop();
                break;
            }
            plain => literal.push(plain),
        }
    }
    literal
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

/// An error page, or no answer at all.
fn error(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Respond { status } => *status >= 400,
        Outcome::Connection { .. } => true,
        Outcome::Forward { .. } | Outcome::Split { .. } | Outcome::Redirect { .. } | Outcome::Reject { .. } => false,
    }
}

/// Above a limit for bodies.
fn too_large(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Respond { status: 413 })
}

/// A redirect, or an answer of that class without a Location (nginx `return 300`).
fn redirect(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Redirect { .. } => true,
        Outcome::Respond { status } => (300..400).contains(status),
        Outcome::Forward { .. } | Outcome::Split { .. } | Outcome::Connection { .. } | Outcome::Reject { .. } => false,
    }
}
