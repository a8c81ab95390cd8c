//! What the policies at the pods of one gateway come to for a rule: an address list, and what is asked of tokens.

use super::authorization::{self, Authorization, Clients};
use super::operation::Asked;
use super::request_authentication as authentication;
use crate::model::{AccessList, HostPattern, Matcher, PathMatcher, TokenIssuer, Tokens};
use crate::syntax::Node;

/// A policy that is read.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::source) struct Policy(Says);

#[derive(Debug, Clone, PartialEq)]
enum Says {
    Authorization(Authorization),
    Authentication(Vec<TokenIssuer>),
}

/// What all policies come to.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::source) struct Held {
    /// Clients that are let through; `None` for all.
    pub access: Option<AccessList>,
    pub tokens: Option<Tokens>,
}

impl Policy {
    /// Reads the spec of a kind; `None` when it says something that is not read.
    pub(in crate::source) fn read(kind: &str, spec: Option<&Node>) -> Option<Self> {
        Some(Self(match (kind, spec) {
            ("AuthorizationPolicy", Some(spec)) => Says::Authorization(Authorization::read(spec)?),
            // Without a word it allows nothing.
            ("AuthorizationPolicy", None) => Says::Authorization(Authorization::Allow(Vec::new())),
            ("RequestAuthentication", Some(spec)) => Says::Authentication(authentication::issuers(spec)?),
            (_, _) => return None,
        }))
    }

    /// Whether it says something of tokens.
    pub(super) fn speaks_of_tokens(&self) -> bool {
        match &self.0 {
            Says::Authorization(authorization) => authorization.speaks_of_tokens(),
            Says::Authentication(_) => true,
        }
    }

    /// Whether it refuses nothing.
    pub(super) fn only_audits(&self) -> bool {
        self.0 == Says::Authorization(Authorization::Audit)
    }
}

/// What policies come to for the requests of a rule that earlier ones leave; `None` when no address list and nothing that
/// is known of tokens says it.
pub(in crate::source) fn held(
    policies: &[&Policy],
    (host, matcher): (&HostPattern, &Matcher),
    earlier: &[&PathMatcher],
) -> Option<Held> {
    let (mut authorizations, mut authentications) = (Vec::new(), Vec::new());
    for Policy(says) in policies.iter().copied() {
        match says {
            Says::Authorization(authorization) => authorizations.push(authorization),
            Says::Authentication(issuers) => authentications.push(issuers.as_slice()),
        }
    }
    let through = authorization::access(&authorizations, Asked { host, matcher, earlier })?;
    let issuers = authentication::together(authentications.into_iter())?;
    // Nobody says whose tokens are valid.
    if issuers.is_empty() && !through.tokens.is_empty() {
        return None;
    }
    let access = match through.clients {
        Clients::Everyone => None,
        Clients::Listed(list) => Some(list),
    };
    let tokens = (!issuers.is_empty()).then_some(Tokens { issuers, required: false, demands: through.tokens });
    Some(Held { access, tokens })
}
