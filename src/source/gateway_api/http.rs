//! HTTPRoute.

use std::borrow::Cow;

use super::filters::{Filters, timeouts};
use super::matches::{self, InvalidPattern, Ranked};
use super::objects::Object;
use super::rank::{Candidate, Rank};
use super::route::{Lowering, Place, Route};
use super::{hostname, rewrite};
use crate::gateway::{
    BackendRef, HttpFilter, HttpMatch, HttpPathModifier, HttpRouteSpec, HttpRule, RequestRedirect, milliseconds,
};
use crate::model::{
    Action, Affinity, Backend, BackendProtocol, Cause, FieldMatch, Forward, Located, Location, Matcher, Policies,
    Redirect, RedirectParts, RedirectPort, Refusal, Respond, Rule, ValueMatcher,
};
use crate::report::Code;
use crate::syntax::FieldPath;

/// Status of a redirect that names none (httproute_types.go, HTTPRequestRedirectFilter.statusCode).
const REDIRECT_STATUS: u16 = 302;

impl Lowering<'_> {
    /// Lowers a route: each match of each rule is a candidate.
    pub(super) fn http_route<'o>(&mut self, route: &'o Object<HttpRouteSpec>) -> Route<'o> {
        let at = Place::of("HTTPRoute", route);
        let spec = &route.spec;
        // A route without rules has the API's default: one for `/`, without backends.
        let rules = spec.rules.as_ref().map_or_else(|| Cow::Owned(vec![HttpRule::default()]), Cow::Borrowed);
        let mut lowered = Route {
            at,
            parents: &spec.parent_refs,
            hostnames: self.hostnames(&spec.hostnames),
            candidates: Vec::new(),
            refused: None,
            dropped: false,
        };
        for (index, rule) in rules.iter().enumerate() {
            let path = FieldPath::root().field("spec.rules").index(index);
            self.http_rule(&at, &path, rule, rules.len() - index, &mut lowered);
        }
        lowered.leave_out_if_dropped();
        lowered
    }

    /// Hostnames of a route.
    pub(super) fn hostnames(&self, written: &[String]) -> Vec<crate::model::HostPattern> {
        written.iter().map(|host| hostname::pattern(Some(host), self.profile.wildcard_depth)).collect()
    }

    fn http_rule(&mut self, at: &Place<'_>, path: &FieldPath, rule: &HttpRule, from_end: usize, route: &mut Route<'_>) {
        let default = [HttpMatch::default()];
        let written = if rule.matches.is_empty() { &default } else { rule.matches.as_slice() };
        let matched: Result<Vec<Ranked>, InvalidPattern> =
            written.iter().map(|entry| matches::http(entry, self.profile)).collect();
        let matched = match matched {
            Ok(matched) => matched,
            Err(InvalidPattern(pattern)) => {
                let message = format!("the expression `{pattern}` is not accepted, so the rule is dropped");
                self.find(Code::RuleDropped, &at.field(path), message);
                return;
            }
        };
        let prefix = written.first().and_then(|m| m.path.as_ref()?.value.as_deref()).unwrap_or("/");
        let lowered = self.action(at, path, &rule.filters, &rule.backend_refs, prefix);
        route.refused = route.refused.take().or(lowered.refused);
        route.dropped |= lowered.drops_route;
        let mut policies = lowered.policies;
        let mut limits = timeouts(rule.timeouts.as_ref(), self.profile.default_timeout);
        if let Some(limits) = limits.as_mut().filter(|_| self.profile.attempt_is_whole && rule.retry.is_none()) {
            // istio/istio pilot/pkg/config/kube/gateway/conversion.go, convertHTTPRoute.
            limits.request = limits.backend_request.take().or(limits.request);
        }
        policies.timeouts = limits.map(|limits| Located::new(limits, at.field(&path.key("timeouts"))));
        policies.affinity = rule
            .session_persistence
            .as_ref()
            .filter(|_| self.profile.session_persistence)
            .and_then(affinity)
            .map(|affinity| Located::new(affinity, at.field(&path.key("sessionPersistence"))));
        policies.retry = rule
            .retry
            .as_ref()
            .map(|retry| Located::new(super::retry::of_rule(retry, self.profile), at.field(&path.key("retry"))));
        let policies = policies.shared();
        let name = &rule.name;
        let matched = matched.into_iter().enumerate();
        let matched =
            matched.flat_map(|(index, ranked)| with_cookies(ranked, &lowered.cookies).map(move |r| (index, r)));
        for (index, ranked) in matched {
            let origin =
                at.field(&if rule.matches.is_empty() { path.clone() } else { path.key("matches").index(index) });
            let rule = Rule {
                matcher: ranked.matcher,
                action: lowered.action.clone(),
                policies: policies.clone(),
                cause: Cause::Declared,
                origin,
            };
            let preflight = self.preflight(&rule);
            for rule in std::iter::once(rule).chain(preflight) {
                let rank = Rank::of(&rule.matcher, ranked.path, self.profile);
                route.candidates.push(Candidate { rank, rule: rule.into(), section: name.clone(), from_end });
            }
        }
    }

    /// What a rule does, from its filters and backends.
    pub(super) fn action(
        &mut self,
        at: &Place<'_>,
        path: &FieldPath,
        written: &[HttpFilter],
        refs: &[BackendRef],
        prefix: &str,
    ) -> RuleAction {
        let filters = self.filters(at, &path.key("filters"), written);
        let backends = self.backends(at, path, refs);
        let shared = self.backend_filters(at, path, refs);
        let mut policies = filters.policies();
        let refused = filters.refused.clone().or_else(|| shared.refused.clone());
        let drops_route = filters.drops_route || shared.drops_route;
        let action = match filters.redirect {
            _ if filters.failed || shared.failed => self.respond(self.profile.missing_backend),
            Some(redirect) => Action::Redirect(self.redirect(redirect, prefix)),
            None if filters.respond.is_some() => match filters.respond.clone() {
                Some(respond) => Action::Respond(respond),
                None => self.respond(self.profile.no_backends),
            },
            None if backends.iter().all(|backend| backend.weight == 0) => self.respond(self.profile.no_backends),
            None => {
                self.backend_policies(at, refs, &backends, &mut policies);
                self.forward(backends, &filters, &shared, prefix)
            }
        };
        RuleAction { action, policies, cookies: filters.cookies, refused, drops_route }
    }

    fn respond(&self, status: u16) -> Action {
        Action::Respond(Respond { status, guarded: true, body: None })
    }

    fn forward(&self, backends: Vec<Backend>, filters: &Filters<'_>, shared: &Filters<'_>, prefix: &str) -> Action {
        let rewrite = filters.rewrite.or(shared.rewrite);
        let modifier = rewrite.and_then(|rewrite| rewrite.path.as_ref());
        Action::Forward(Forward {
            unavailable: self.unavailable(&backends),
            backends,
            rewrite: modifier
                .map(|modifier| rewrite::for_backend(modifier, prefix, self.profile))
                .or_else(|| filters.regex_rewrite.clone()),
            host: rewrite.and_then(|rewrite| rewrite.hostname.clone()).or_else(|| filters.host.clone()),
            request_headers: [filters.request_headers.as_slice(), &shared.request_headers].concat(),
            response_headers: [filters.response_headers.as_slice(), &shared.response_headers].concat(),
            fallback: None,
        })
    }

    /// Filters on backendRefs, as far as all of a rule's backends share them.
    fn backend_filters<'o>(&mut self, at: &Place<'_>, path: &FieldPath, refs: &'o [BackendRef]) -> Filters<'o> {
        let weighted = || refs.iter().enumerate().filter(|(_, reference)| reference.weight != Some(0));
        let unknown = |filter: &&HttpFilter| !filter.kind.ends_with("HeaderModifier");
        let mut filters = weighted().flat_map(|(_, reference)| &reference.filters);
        if self.profile.unknown_filter_drops_route
            && let Some(filter) = filters.find(unknown)
        {
            let message = format!("`{}` knows no filter `{}` of a backend", self.profile.name, filter.kind);
            self.find(Code::FilterNotRead, &at.field(path), format!("{message} and leaves out the route"));
            return Filters { drops_route: true, ..Filters::default() };
        }
        let Some((index, first)) = weighted().next() else { return Filters::default() };
        let path = path.key("backendRefs").index(index).key("filters");
        if weighted().all(|(_, reference)| reference.filters == first.filters) {
            return self.filters(at, &path, &first.filters);
        }
        let message = "filters that differ between the backends of a rule are not read".to_owned();
        self.find(Code::FilterNotRead, &at.field(&path), message);
        Filters::default()
    }

    fn redirect(&self, written: &RequestRedirect, prefix: &str) -> Redirect {
        let path = |modifier: &HttpPathModifier| rewrite::for_location(modifier, prefix, self.profile);
        let well_known = matches!(written.port, Some(80 | 443));
        let port = match written.port {
            // Envoy Gateway leaves out 80 and 443 whatever the scheme (route.go, buildXdsRedirectAction).
            Some(_) if well_known && self.profile.redirect_keeps_authority => RedirectPort::None,
            Some(port) if self.profile.redirect_keeps_authority => RedirectPort::Always(port),
            Some(port) => RedirectPort::UnlessDefault(port),
            None => RedirectPort::Listener,
        };
        Redirect {
            status: written.status_code.unwrap_or(REDIRECT_STATUS),
            location: Location::Parts(RedirectParts {
                scheme: written.scheme.clone(),
                host: written.hostname.clone(),
                port,
                path: written.path.as_ref().and_then(path),
                keep_authority: self.profile.redirect_keeps_authority,
                ..RedirectParts::default()
            }),
        }
    }

    /// The route that Envoy Gateway adds, so that preflights of a rule for another method find its CORS filter
    /// (internal/gatewayapi/route.go, processHTTPRouteRule; measured: eg-cors-method-match).
    fn preflight(&self, rule: &Rule) -> Option<Rule> {
        let other_method = rule.matcher.method.as_deref().is_some_and(|method| method != "OPTIONS");
        if !self.profile.adds_preflight_rule || !other_method || rule.policies.cors.is_none() {
            return None;
        }
        let present = |name: &str| FieldMatch { name: name.to_owned(), value: ValueMatcher::Regex(".*".to_owned()) };
        let mut headers = rule.matcher.headers.clone();
        headers.extend([present("origin"), present("access-control-request-method")]);
        let matcher = Matcher { method: Some("OPTIONS".to_owned()), headers, ..rule.matcher.clone() };
        Some(Rule { matcher, cause: Cause::BuiltIn, ..rule.clone() })
    }

    /// Marks the rules of a route as gRPC, which is HTTP/2 towards the backend.
    pub(super) fn speaks_grpc(policies: &mut Policies, at: &Place<'_>) {
        let protocol = if policies.backend_tls.is_some() { BackendProtocol::Grpcs } else { BackendProtocol::Grpc };
        policies.backend_protocol = Some(Located::new(protocol, crate::model::Origin::object(at.source)));
    }
}

/// What a rule does.
pub(super) struct RuleAction {
    pub action: Action,
    pub policies: Policies,
    /// Conditions on cookies; one of the lists has to hold. Empty for none.
    pub cookies: Vec<Vec<FieldMatch>>,
    pub refused: Option<Refusal>,
    /// The route as a whole is left out.
    pub drops_route: bool,
}

/// A match under each of a filter's conditions on cookies.
fn with_cookies(ranked: Ranked, cookies: &[Vec<FieldMatch>]) -> impl Iterator<Item = Ranked> + use<> {
    let lists = if cookies.is_empty() { vec![Vec::new()] } else { cookies.to_vec() };
    lists
        .into_iter()
        .map(move |cookies| Ranked { matcher: Matcher { cookies, ..ranked.matcher.clone() }, ..ranked.clone() })
}

/// Session persistence by cookie (GEP-1619, experimental channel).
fn affinity(written: &serde_json::Value) -> Option<Affinity> {
    let text = |value: Option<&serde_json::Value>| value.and_then(|v| v.as_str()).map(str::to_owned);
    if text(written.get("type")).is_some_and(|kind| kind != "Cookie") {
        return None;
    }
    let permanent = written.pointer("/cookieConfig/lifetimeType").and_then(|v| v.as_str()) == Some("Permanent");
    let lifetime = text(written.get("absoluteTimeout")).and_then(|text| milliseconds(&text));
    Some(Affinity {
        cookie: text(written.get("sessionName")).unwrap_or_default(),
        max_age: lifetime.filter(|_| permanent).map(|milliseconds| milliseconds / 1000),
        ..Affinity::default()
    })
}
