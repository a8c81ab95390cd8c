//! What a location does to a request, in nginx's phase order (reference 2.8): preflight, redirect, https redirect, 503,
//! access, proxy. Each step that ends a request becomes a rule of its own.

use super::Loaded;
use super::effect::client_headers;
use super::effective::{CanaryPolicy, Effective};
use super::hosts::Inputs;
use super::locations::rewrite_target;
use super::redirects::{fixed_redirect, to_https};
use super::servers::{Location, Server};
use super::upstreams::Upstream;
use crate::model::{
    Action, Backend, BackendState, Cause, FieldMatch, Forward, HeaderEdit, Location as Target, Matcher, Origin,
    PathMatcher, PathRewrite, Policies, Protocol, Redirect, RedirectParts, Respond, Rule, ServicePort, Shared,
    Unavailable, ValueMatcher,
};

/// Where rules are written for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    /// http or https.
    pub protocol: Protocol,
    /// The controller has a certificate for the request's host.
    pub certificate: bool,
    /// The host, where it is a single one.
    pub host: Option<&'p str>,
}

/// nginx answers 503 for whatever it cannot reach.
const UNAVAILABLE: Unavailable = Unavailable { no_endpoints: 503, missing: 503 };

/// The rules of one location under one path condition.
#[must_use]
pub(super) fn rules(
    location: &Location,
    path: &PathMatcher,
    server: &Server,
    place: Place<'_>,
    inputs: &Inputs<'_>,
) -> Vec<Rule> {
    let writer =
        Writer { location, path, server, inputs, owner: location.owner.and_then(|index| inputs.ingresses.get(index)) };
    writer.rules(place)
}

struct Writer<'a> {
    location: &'a Location,
    path: &'a PathMatcher,
    server: &'a Server,
    inputs: &'a Inputs<'a>,
    owner: Option<&'a Loaded>,
}

impl Writer<'_> {
    fn rules(&self, place: Place<'_>) -> Vec<Rule> {
        let Some(effective) = self.owner.map(|loaded| &loaded.effective) else {
            return vec![self.rule(
                Matcher::path(self.path.clone()),
                self.forward(self.backends(false)),
                Cause::DefaultBackend,
            )];
        };
        let mut rules = self.without_snippet(effective, place);
        // A snippet stands before everything else of the location that may end a request (nginx.tmpl:1365).
        if let Some(snippet) = &effective.snippet {
            let rule = |matcher, action| {
                let rule = self.rule(matcher, action, Cause::Declared);
                Rule { origin: snippet.origin.clone(), ..rule }
            };
            for step in snippet.value.steps.iter().rev() {
                rules = super::steps::before(step, self.path, place, rule, rules).unwrap_or_else(|rules| {
                    super::snippet::unmodelled("configuration-snippet", &snippet.origin, rules)
                });
            }
        }
        rules
    }

    fn without_snippet(&self, effective: &Effective, place: Place<'_>) -> Vec<Rule> {
        if let Some(denied) = &effective.denied {
            let mut rule = self.rule(Matcher::path(self.path.clone()), respond(503, false), Cause::Denied);
            rule.origin = denied.clone();
            rule.policies = Shared::default();
            return vec![rule];
        }
        if let Some(redirect) = effective.redirect.as_ref().filter(|_| !self.location.plain) {
            let mut rule =
                self.rule(Matcher::path(self.path.clone()), fixed_redirect(redirect, effective), Cause::Redirect);
            rule.origin = redirect.origin.clone();
            return vec![rule];
        }
        if let Some(rule) = self.absolute_rewrite() {
            return vec![rule];
        }
        // "the rewritten URI has a zero length": 500, before https is asked for (ngx_http_script_regex_end_code).
        if self.rewrite().is_some_and(|rewrite| rewrite.is_always_empty()) {
            return vec![self.rule(Matcher::path(self.path.clone()), respond(500, false), Cause::Declared)];
        }
        self.https_redirected(effective, place)
    }

    /// lua_ingress.lua, redirect_to_https: on http, when forced or when there is a certificate for the host, except on
    /// the locations that the ConfigMap exempts. With `use-forwarded-headers` X-Forwarded-Proto is the scheme.
    fn https_redirected(&self, effective: &Effective, place: Place<'_>) -> Vec<Rule> {
        let globals = self.inputs.globals;
        let exempt =
            globals.no_tls_redirect_locations.iter().any(|prefix| self.location.path.starts_with(prefix.as_str()));
        // The catch-all `/` of a rule-less Ingress keeps the redirects of nobody (controller.go:1351).
        let asked =
            (effective.force_ssl_redirect || (effective.ssl_redirect && place.certificate)) && !self.location.plain;
        let wanted = asked && !exempt;
        if !wanted {
            return self.proxied(effective);
        }
        let redirect = |matcher| self.rule(matcher, to_https(globals, effective), Cause::HttpsRedirect);
        let any = Matcher::path(self.path.clone());
        let plain = place.protocol == Protocol::Http;
        if !globals.use_forwarded_headers {
            return if plain { vec![redirect(any)] } else { self.proxied(effective) };
        }
        let scheme = |value| FieldMatch { name: "x-forwarded-proto".to_owned(), value };
        let mut rules =
            vec![redirect(Matcher { headers: vec![scheme(ValueMatcher::Exact("http".to_owned()))], ..any.clone() })];
        if plain {
            rules.extend(self.proxied(effective).into_iter().map(|mut rule| {
                rule.matcher.headers.push(scheme(ValueMatcher::Present));
                rule
            }));
            rules.push(redirect(any));
        } else {
            rules.extend(self.proxied(effective));
        }
        rules
    }

    /// The rules that reach a backend: one, or those of a canary in the order of balancer.lua.
    fn proxied(&self, effective: &Effective) -> Vec<Rule> {
        let main = || self.forward(self.backends(false));
        let any = Matcher::path(self.path.clone());
        let cause = if self.location.synthetic { Cause::DefaultBackend } else { Cause::Declared };
        let Some(policy) = self.alternative().and_then(|upstream| upstream.policy.as_ref()) else {
            return vec![self.rule(any, main(), cause)];
        };
        let canary = || self.forward(self.backends(true));
        let mut rules = Vec::new();
        let mut push = |matcher: Matcher, action: Action| {
            let mut rule = self.rule(matcher, action, Cause::Canary);
            rule.origin = policy.origin.clone();
            rules.push(rule);
        };
        for (value, to_canary) in header_conditions(policy) {
            let name = policy.header.as_deref().unwrap_or_default().replace('_', "-").to_ascii_lowercase();
            let matcher = Matcher { headers: vec![FieldMatch { name, value }], ..any.clone() };
            push(matcher, if to_canary { canary() } else { main() });
        }
        if let Some(cookie) = &policy.cookie {
            for (value, to_canary) in [("always", true), ("never", false)] {
                let condition = FieldMatch { name: cookie.clone(), value: ValueMatcher::Exact(value.to_owned()) };
                push(Matcher { cookies: vec![condition], ..any.clone() }, if to_canary { canary() } else { main() });
            }
        }
        let total = policy.weight_total.max(100);
        let weight = policy.weight.min(total);
        let split = self.weighted(total - weight, weight);
        rules.push(self.rule(any, self.forward(split), if effective.canary.is_some() { Cause::Canary } else { cause }));
        rules
    }

    fn upstream(&self) -> Option<&Upstream> {
        self.inputs.upstreams.get(self.location.upstream.as_ref()?)
    }

    /// The first alternative, if it can be reached (balancer.lua looks at alternative_backends[1] alone, and a canary
    /// without endpoints has no balancer).
    fn alternative(&self) -> Option<&Upstream> {
        let first = self.upstream()?.alternatives.first()?;
        self.inputs
            .upstreams
            .get(first)
            .filter(|upstream| !upstream.deleted && upstream.backend.state == BackendState::Usable)
    }

    fn backends(&self, canary: bool) -> Vec<Backend> {
        if canary { self.weighted(0, 1) } else { self.weighted(1, 0) }
    }

    fn weighted(&self, main: u32, canary: u32) -> Vec<Backend> {
        let mut backends = Vec::new();
        if let Some(upstream) = self.upstream() {
            let state = if upstream.deleted { BackendState::Missing } else { upstream.backend.state };
            let origin = self.location.origin.clone().unwrap_or_else(|| upstream.backend.origin.clone());
            backends.push(Backend { weight: main, state, origin, ..upstream.backend.clone() });
        }
        if let Some(upstream) = self.alternative() {
            backends.push(Backend { weight: canary, ..upstream.backend.clone() });
        }
        backends.retain(|backend| backend.weight > 0);
        backends
    }

    fn forward(&self, backends: Vec<Backend>) -> Action {
        if self.location.upstream.is_none() {
            return self.default_backend();
        }
        let effective = self.owner.map(|loaded| &loaded.effective);
        let rewrite = self.rewrite();
        let snippets = || effective.and_then(|e| e.snippet.as_ref()).map(|snippet| &snippet.value).into_iter();
        let server = self.server.snippet.as_ref().map(|snippet| &snippet.value);
        let prefix = effective.and_then(|e| e.x_forwarded_prefix.as_ref()).filter(|_| rewrite.is_some());
        Action::Forward(Forward {
            backends,
            rewrite,
            host: effective.and_then(|e| e.upstream_vhost.as_ref()).map(|host| host.value.clone()),
            request_headers: prefix
                .map(|p| HeaderEdit::Set("X-Forwarded-Prefix".to_owned(), p.value.clone()))
                .into_iter()
                .chain(self.inputs.globals.request_headers.iter().cloned())
                .chain(snippets().flat_map(|snippet| snippet.request_headers.iter().cloned()))
                .collect(),
            response_headers: self
                .inputs
                .globals
                .response_headers
                .iter()
                .chain(snippets().chain(server).flat_map(|snippet| &snippet.response_headers))
                .cloned()
                .collect(),
            fallback: self.fallback().map(Box::new),
            unavailable: UNAVAILABLE,
        })
    }

    /// `default-backend`: its first port takes over when the Service has no endpoints (controller.go:938).
    fn fallback(&self) -> Option<Backend> {
        let loaded = self.owner?;
        let service = loaded.effective.default_backend.as_ref()?;
        self.first_port(&loaded.ingress.object.namespace, &service.value, &service.origin)
    }

    fn first_port(&self, namespace: &str, name: &str, origin: &Origin) -> Option<Backend> {
        let context = self.inputs.context;
        let port = context.service(namespace, name)?.ports.first()?;
        let service =
            ServicePort { namespace: namespace.to_owned(), name: name.to_owned(), port: port.number, port_name: None };
        let state = context.state(&service, true);
        Some(Backend { service, weight: 1, state, origin: origin.clone() })
    }

    /// The controller's default backend: the Service of its flag, else its own 404 (controller.go, getDefaultUpstream).
    fn default_backend(&self) -> Action {
        let origin = self.origin();
        let backend = self
            .inputs
            .globals
            .default_backend
            .as_ref()
            .and_then(|(namespace, name)| self.first_port(namespace, name, &origin));
        match backend {
            Some(backend) => Action::Forward(Forward {
                backends: vec![backend],
                rewrite: self.rewrite(),
                host: None,
                request_headers: Vec::new(),
                response_headers: Vec::new(),
                fallback: None,
                unavailable: UNAVAILABLE,
            }),
            None => self.built_in_default(),
        }
    }

    /// The controller's own 404. A rewrite in front of it is run all the same, and may end the request itself.
    fn built_in_default(&self) -> Action {
        let rewritten = self.rewrite().and_then(|rewrite| rewrite.apply("/"));
        if rewritten.is_some_and(|path| path.is_empty()) { respond(500, false) } else { respond(404, true) }
    }

    fn rewrite(&self) -> Option<PathRewrite> {
        let target = rewrite_target(self.location, self.inputs.ingresses)?;
        Some(PathRewrite::Nginx {
            pattern: self.location.path.clone(),
            template: super::servers::nginx_text(&target.value),
        })
    }

    /// An absolute target makes `rewrite` answer with a redirect, before https is asked for (ngx_http_rewrite_module).
    fn absolute_rewrite(&self) -> Option<Rule> {
        let target = rewrite_target(self.location, self.inputs.ingresses)?;
        let absolute = target.value.starts_with("http://") || target.value.starts_with("https://");
        let redirect = Redirect { status: 302, location: Target::Rewritten(self.rewrite().filter(|_| absolute)?) };
        let mut rule = self.rule(Matcher::path(self.path.clone()), Action::Redirect(redirect), Cause::Redirect);
        rule.origin = target.origin.clone();
        Some(rule)
    }

    fn origin(&self) -> Origin {
        let found = self.location.origin.clone().or_else(|| self.server.origin.clone());
        found
            .or_else(|| self.inputs.ingresses.first().map(|loaded| Origin::object(&loaded.ingress.object)))
            .unwrap_or_else(super::hosts::nowhere)
    }

    fn rule(&self, matcher: Matcher, action: Action, cause: Cause) -> Rule {
        let mut policies = self.owner.map(|loaded| self.policies(&loaded.effective)).unwrap_or_default();
        if let (None, Some(blocked)) = (&policies.access, &self.inputs.globals.blocked) {
            policies.access = Some(blocked.clone());
        }
        Rule { matcher, action, policies, cause, origin: self.origin() }
    }

    /// Those of the Ingress, with what its Service, its host and its place change of them.
    fn policies(&self, effective: &Effective) -> Shared<Policies> {
        let mut policies = effective.policies.clone();
        let upstream = self.upstream();
        if let Some(balance) = upstream.and_then(|upstream| upstream.balance.as_ref()) {
            policies.balance = Some(balance.clone());
        }
        // The cookie is set by the paths of Ingresses with affinity only (sticky.lua, set_cookie).
        let affinity = upstream.and_then(|upstream| upstream.affinity.as_ref());
        if let Some(mut affinity) = affinity.filter(|_| effective.affinity.is_some()).cloned() {
            affinity.value.path.get_or_insert_with(|| self.location.written.clone());
            policies.affinity = Some(affinity);
        }
        let globals = self.inputs.globals;
        if let (None, Some(tls), false) =
            (&policies.backend_tls, &self.server.backend_tls, globals.backend_tls_of_locations_only)
        {
            policies.backend_tls = Some(tls.clone());
        }
        if let Some(client) = &self.server.client {
            let headers = policies.nginx_headers.get_or_insert_default();
            headers.received.extend(client_headers(&client.value));
        }
        let open = || globals.no_auth_locations.iter().any(|prefix| self.location.path.starts_with(prefix.as_str()));
        if (policies.basic_auth.is_some() || policies.external_auth.is_some()) && open() {
            policies.basic_auth = None;
            policies.external_auth = None;
            policies.satisfy_any = None;
        }
        policies
    }
}

/// Header conditions in the order of balancer.lua, each with whether it leads to the canary.
fn header_conditions(policy: &CanaryPolicy) -> Vec<(ValueMatcher, bool)> {
    if policy.header.is_none() {
        return Vec::new();
    }
    if let Some(value) = &policy.header_value {
        return vec![(ValueMatcher::Exact(value.clone()), true)];
    }
    if let Some(pattern) = &policy.header_pattern {
        // A pattern that does not compile ends the decision for the main backend.
        let broken = crate::model::search_regex(pattern, false).is_none();
        return if broken {
            vec![(ValueMatcher::Present, false)]
        } else {
            vec![(ValueMatcher::Search(pattern.clone()), true)]
        };
    }
    vec![(ValueMatcher::Exact("always".to_owned()), true), (ValueMatcher::Exact("never".to_owned()), false)]
}

/// An answer without a backend.
#[must_use]
pub(super) fn respond(status: u16, guarded: bool) -> Action {
    Action::Respond(Respond { status, guarded, body: None })
}

/// nginx's own redirect from `/foo` to a location `/foo/` (ngx_http_core_find_config_phase).
#[must_use]
pub(super) fn slash_redirect(location: &Location, server: &Server, inputs: &Inputs<'_>) -> Option<Rule> {
    let bare = location.path.strip_suffix('/').filter(|path| !path.is_empty())?;
    let owner = location.owner.and_then(|index| inputs.ingresses.get(index));
    // A denied location has no proxy_pass, so nothing redirects to it.
    if owner.is_some_and(|loaded| loaded.effective.denied.is_some()) {
        return None;
    }
    let relative = owner.is_some_and(|loaded| loaded.effective.relative_redirects);
    let parts =
        RedirectParts { path: Some(PathRewrite::Full(location.path.clone())), relative, ..RedirectParts::default() };
    let writer = Writer { location, path: &PathMatcher::Any, server, inputs, owner };
    Some(Rule {
        matcher: Matcher::path(PathMatcher::Exact(bare.to_owned())),
        action: Action::Redirect(Redirect { status: 301, location: Target::Parts(parts) }),
        policies: Shared::default(),
        cause: Cause::SlashRedirect,
        origin: writer.origin(),
    })
}
