//! What a GatewayClass says of itself: `status.supportedFeatures` names the features of Gateway API that its controller
//! has (GEP-2162; the names are those of gateway-api `pkg/features`). A class that names none decides nothing.
//!
//! A setting whose standard field is not among them is lost like any other that the target cannot carry. What a rule or
//! an object is besides (a method, a redirect, its kind) is written, and said.

use super::capability::Feature;
use super::gateways::gateway_class;
use super::rules::Draft;
use super::{Emitted, Findings, Run};
use crate::gateway::{HttpFilter, HttpRule, RequestRedirect};
use crate::report::{Code, Diagnostic};

/// A feature that decides whether a field is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needed {
    name: &'static str,
    /// Why the field is not written where the class does not list it.
    why: &'static str,
}

macro_rules! needed {
    ($name:literal) => {
        Needed {
            name: $name,
            why: concat!(
                "its GatewayClass does not list ",
                $name,
                " in status.supportedFeatures (--allow class-lacks-feature writes it all the same)"
            ),
        }
    };
}

/// Paths towards backends.
pub(super) const PATH_REWRITE: Needed = needed!("HTTPRoutePathRewrite");
/// Hosts towards backends.
pub(super) const HOST_REWRITE: Needed = needed!("HTTPRouteHostRewrite");

/// What the standard field for a setting needs; `None` where there is no such field, or no name for it.
fn needed(feature: Feature) -> Option<Needed> {
    match feature {
        Feature::Cors => Some(needed!("HTTPRouteCORS")),
        Feature::VerifiedBackendTls => Some(needed!("BackendTLSPolicy")),
        Feature::RequestTimeout => Some(needed!("HTTPRouteRequestTimeout")),
        Feature::MirrorToService => Some(needed!("HTTPRouteRequestMirror")),
        Feature::Retry => Some(needed!("HTTPRouteRetry")),
        Feature::RootPrefixRewrite => Some(PATH_REWRITE),
        Feature::ClientCertificates => Some(needed!("GatewayFrontendClientCertificateValidation")),
        Feature::RegexRewrite
        | Feature::FixedResponse
        | Feature::FallbackBackend
        | Feature::AccessList
        | Feature::UnverifiedBackendTls
        | Feature::OtherBackendProtocol
        | Feature::IdleTimeout
        | Feature::BodyLimit
        | Feature::MirrorToUrl
        | Feature::CookieAffinity
        | Feature::BasicAuth
        | Feature::DigestAuth
        | Feature::ExternalAuth
        | Feature::ApiKeys
        | Feature::Tokens
        | Feature::SatisfyAny
        | Feature::RateLimits
        | Feature::Bandwidth
        | Feature::RequestBuffer
        | Feature::LoadBalancing
        | Feature::CircuitBreaker
        | Feature::OutlierDetection
        | Feature::ErrorPages
        | Feature::ErrorService
        | Feature::AnswerHeaders
        | Feature::AnswerRewrites
        | Feature::Compression
        | Feature::Fault
        | Feature::AccessLog
        | Feature::LogFormat
        | Feature::Tracing
        | Feature::Tracer
        | Feature::Connections => None,
    }
}

/// What a rule uses, by name.
const OF_RULES: &[(&str, fn(&HttpRule) -> bool)] = &[
    ("HTTPRouteQueryParamMatching", |rule| rule.matches.iter().any(|one| !one.query_params.is_empty())),
    ("HTTPRouteMethodMatching", |rule| rule.matches.iter().any(|one| one.method.is_some())),
    ("HTTPRouteResponseHeaderModification", |rule| filters(rule, |filter| filter.response_header_modifier.is_some())),
    ("HTTPRoutePathRewrite", |rule| filters(rule, |f| f.url_rewrite.as_ref().is_some_and(|to| to.path.is_some()))),
    ("HTTPRouteHostRewrite", |rule| filters(rule, |f| f.url_rewrite.as_ref().is_some_and(|to| to.hostname.is_some()))),
    ("HTTPRoutePathRedirect", |rule| redirects(rule, |to| to.path.is_some())),
    ("HTTPRouteSchemeRedirect", |rule| redirects(rule, |to| to.scheme.is_some())),
    ("HTTPRoutePortRedirect", |rule| redirects(rule, |to| to.port.is_some())),
    ("HTTPRoute303RedirectStatusCode", |rule| redirects(rule, |to| to.status_code == Some(303))),
    ("HTTPRoute307RedirectStatusCode", |rule| redirects(rule, |to| to.status_code == Some(307))),
    ("HTTPRoute308RedirectStatusCode", |rule| redirects(rule, |to| to.status_code == Some(308))),
    ("HTTPRouteRequestMirror", |rule| filters(rule, |filter| filter.request_mirror.is_some())),
    ("HTTPRouteRequestPercentageMirror", |rule| {
        filters(rule, |f| f.request_mirror.as_ref().is_some_and(|to| to.percent.is_some() || to.fraction.is_some()))
    }),
    ("HTTPRouteRequestTimeout", |rule| rule.timeouts.as_ref().is_some_and(|timeouts| timeouts.request.is_some())),
    ("HTTPRouteBackendTimeout", |rule| rule.timeouts.as_ref().is_some_and(|times| times.backend_request.is_some())),
    ("HTTPRouteRetry", |rule| rule.retry.is_some()),
    ("HTTPRouteCORS", |rule| filters(rule, |filter| filter.cors.is_some())),
];

fn filters(rule: &HttpRule, is: fn(&HttpFilter) -> bool) -> bool {
    rule.filters.iter().any(is)
}

fn redirects(rule: &HttpRule, is: fn(&RequestRedirect) -> bool) -> bool {
    rule.filters.iter().filter_map(|filter| filter.request_redirect.as_deref()).any(is)
}

/// Kinds that implementations may do without; each is a feature of its own name.
const KINDS: &[&str] = &[
    "BackendTLSPolicy",
    "GRPCRoute",
    "HTTPRoute",
    "ListenerSet",
    "ReferenceGrant",
    "TCPRoute",
    "TLSRoute",
    "UDPRoute",
];

impl Run<'_> {
    /// The class that serves the output, when it says what it has and does not name this.
    fn class_without(&self, feature: &str) -> Option<String> {
        // A mesh has none, and that of an existing Gateway may not be known.
        let unknown = self.options.gateway.is_some() && self.options.gateway_class.is_none();
        if unknown || self.routing.mesh.is_some() {
            return None;
        }
        let class = gateway_class(self);
        let listed = self.options.class_features.get(&class)?;
        (!listed.is_empty() && !listed.contains(feature)).then_some(class)
    }

    /// Why a field is not written, when its class lacks what it needs.
    pub(super) fn lacks(&self, needed: Needed) -> Option<&'static str> {
        let is_allowed = self.options.allow.contains(&Code::ClassLacksFeature);
        self.class_without(needed.name).filter(|_| !is_allowed).map(|_| needed.why)
    }

    /// The same for the standard field of a feature.
    pub(super) fn lacks_field_of(&self, feature: Feature) -> Option<&'static str> {
        needed(feature).and_then(|needed| self.lacks(needed))
    }

    /// Says what the rules use that their class does not list.
    pub(super) fn unlisted_of_rules(&self, drafts: &[Draft], findings: &mut Findings) {
        for draft in drafts {
            let rule = HttpRule { matches: draft.matches.clone(), ..draft.body.clone() };
            for (name, _) in OF_RULES.iter().filter(|(_, uses)| uses(&rule)) {
                if let Some(class) = self.class_without(name) {
                    draft.origins().for_each(|origin| findings.say(unlisted(name, &class), Some(origin)));
                }
            }
        }
    }

    /// Says which kinds of objects the class does not list.
    pub(super) fn unlisted_kinds(&self, emitted: &[Emitted], findings: &mut Findings) {
        for one in emitted {
            let kind = KINDS.iter().find(|kind| **kind == one.object.kind());
            if let Some((kind, class)) = kind.and_then(|kind| Some((kind, self.class_without(kind)?))) {
                one.origins.iter().for_each(|origin| findings.say(unlisted(kind, &class), Some(origin)));
            }
        }
    }
}

fn unlisted(feature: &str, class: &str) -> Diagnostic {
    let message = format!("GatewayClass `{class}` does not list {feature} among the features that it supports");
    Diagnostic::new(Code::ClassLacksFeature, message)
        .note(Code::ClassLacksFeature.entry().why)
        .help(Code::ClassLacksFeature.entry().fix)
}
