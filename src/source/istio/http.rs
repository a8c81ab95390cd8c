//! Entries of `http` as rules of one host.

use super::action;
use super::asked::{Proxy, Source};
use super::destination::Registry;
use super::entries::{Entry, Match};
use super::matches::{self, Asked};
use super::settings::{self, lose};
use super::traffic;
use super::virtual_service::{HttpDestination, HttpMatch};
use crate::model::{
    Action, Backend, Cause, Forward, HeaderEdit, Located, Matcher, Origin, PathMatcher, Policies, Respond, Rule,
    Unavailable,
};
use crate::report::{Code, Diagnostic, Report};

/// What all entries of a list are lowered with.
pub(super) struct Lowering<'a, 'r> {
    pub registry: Registry<'a>,
    pub proxy: Proxy<'a>,
    pub report: &'r mut Report,
    /// Protections of the whole host, for every rule.
    pub guards: Vec<Located<&'static str>>,
}

impl Lowering<'_, '_> {
    /// The rules of a VirtualService's entries at a host. What stands behind a rule for everything is cut off
    /// (route.go, BuildHTTPRoutesForVirtualService).
    pub(super) fn rules(&mut self, entries: &[Entry<'_>], bound: bool, asked: Asked<'_>) -> Vec<Rule> {
        let mut rules = Vec::new();
        for entry in entries {
            if rules.iter().any(is_catch_all) {
                self.unreached(entry, asked);
                continue;
            }
            let asked = Asked { by_elements: entry.by_elements(), ..asked };
            self.entry(entry, bound, asked, &mut rules);
        }
        rules
    }

    fn unreached(&mut self, entry: &Entry<'_>, asked: Asked<'_>) {
        let message = format!("a rule of `{}` stands behind one that takes every request", asked.host);
        let finding = Diagnostic::new(Code::RuleUnreachable, message).at(&entry.origin(), "never reached");
        self.report.push(finding);
    }

    fn entry(&mut self, entry: &Entry<'_>, bound: bool, asked: Asked<'_>, rules: &mut Vec<Rule>) {
        let every = [Match { condition: HttpMatch::default(), origin: entry.origin() }];
        let matches = if entry.matches.is_empty() { &every[..] } else { &entry.matches };
        for Match { condition, origin } in matches {
            let source = Source {
                gateways: &condition.gateways,
                labels: &condition.source_labels,
                namespace: &condition.source_namespace,
            };
            let Some(left) = self.proxy.asks(source, &origin.object.namespace, bound, self.registry) else { continue };
            for mut matcher in matches::matchers(condition, asked) {
                matcher.headers.extend(left.iter().cloned());
                let rule = self.rule(entry, matcher, origin, asked);
                rules.push(rule);
            }
        }
    }

    fn rule(&mut self, entry: &Entry<'_>, matcher: Matcher, origin: &Origin, asked: Asked<'_>) -> Rule {
        let (action, mut policies) = self.action(entry, &matcher, asked);
        policies.unmodelled.extend(self.guards.iter().cloned());
        Rule { matcher, action, policies: policies.shared(), cause: Cause::Declared, origin: origin.clone() }
    }

    fn action(&mut self, entry: &Entry<'_>, matcher: &Matcher, asked: Asked<'_>) -> (Action, Policies) {
        let route = &entry.route;
        if let Some(redirect) = &route.redirect {
            let policies = settings::policies(entry, self.registry, asked.port, self.report);
            let only = Policies { cors: policies.cors, ..Policies::default() };
            return (Action::Redirect(action::redirect(redirect, matcher, asked.port)), only);
        }
        if let Some(answer) = &route.direct_response {
            let body = answer.body.as_ref().and_then(|body| body.string.clone().or_else(|| body.bytes.clone()));
            let status = u16::try_from(answer.status.0).unwrap_or(500);
            return (Action::Respond(Respond { status, guarded: true, body }), Policies::default());
        }
        let mut policies = settings::policies(entry, self.registry, asked.port, self.report);
        let backends = self.backends(entry, asked.port);
        traffic::apply(entry, self.registry, &route.route, &mut policies, self.report);
        let (mut request_headers, mut response_headers) = self.headers(entry);
        let host = host_of(&mut request_headers);
        let rewritten = route.rewrite.as_ref();
        let host = rewritten.map(|rewrite| rewrite.authority.clone()).filter(|host| !host.is_empty()).or(host);
        response_headers.retain(|edit| !matches!(edit, HeaderEdit::Remove(name) if name.is_empty()));
        let forward = Forward {
            backends,
            rewrite: rewritten.and_then(|rewrite| action::rewrite(rewrite, matcher)),
            host,
            request_headers,
            response_headers,
            fallback: None,
            // Envoy answers 503 for a cluster without endpoints and for one that it does not know (cluster_not_found).
            unavailable: Unavailable { no_endpoints: 503, missing: 503 },
        };
        (Action::Forward(forward), policies)
    }

    /// The group. Of several destinations one without a weight gets nothing; a single one gets everything.
    fn backends(&mut self, entry: &Entry<'_>, port: u16) -> Vec<Backend> {
        let written = &entry.route.route;
        let alone = written.len() == 1;
        let mut backends = Vec::new();
        for (index, HttpDestination { destination, weight, headers: _ }) in written.iter().enumerate() {
            let weight = if alone { 1 } else { weight.map_or(0, |weight| weight.0) };
            if weight == 0 {
                continue;
            }
            let origin = entry.item("route", index);
            let backend = self.registry.backend(destination, entry.namespace(), port, origin, self.report);
            backends.push(Backend { weight, ..backend });
        }
        backends
    }

    /// Changes to headers: the route's, and those of a destination where all of them say the same.
    fn headers(&mut self, entry: &Entry<'_>) -> (Vec<HeaderEdit>, Vec<HeaderEdit>) {
        let own = entry.route.headers.as_ref();
        let mut request = action::edits(own.and_then(|headers| headers.request.as_ref()));
        let mut response = action::edits(own.and_then(|headers| headers.response.as_ref()));
        let mut of_each = entry.route.route.iter().map(|to| &to.headers);
        let first = of_each.next();
        if first.is_some_and(|first| of_each.all(|other| other == first)) {
            let shared = first.and_then(Option::as_ref);
            request.extend(action::edits(shared.and_then(|headers| headers.request.as_ref())));
            response.extend(action::edits(shared.and_then(|headers| headers.response.as_ref())));
        } else {
            for (index, to) in entry.route.route.iter().enumerate().filter(|(_, to)| to.headers.is_some()) {
                let origin = entry.item("route", index);
                let place = Origin { path: origin.path.key("headers"), ..origin };
                let name = &to.destination.host;
                lose(&place, &format!("changes to headers for `{name}` alone are not carried"), self.report);
            }
        }
        (request, response)
    }
}

/// Takes the Host header out of the changes: it has a place of its own.
fn host_of(edits: &mut Vec<HeaderEdit>) -> Option<String> {
    let found = edits.iter().rev().find_map(|edit| match edit {
        HeaderEdit::Set(name, value) if name.eq_ignore_ascii_case("host") => Some(value.clone()),
        HeaderEdit::Set(..) | HeaderEdit::Add(..) | HeaderEdit::Remove(_) => None,
    });
    if found.is_some() {
        edits.retain(|edit| !matches!(edit, HeaderEdit::Set(name, _) if name.eq_ignore_ascii_case("host")));
    }
    found
}

/// `namespace/name` of a gateway that a VirtualService names: `name`, `ns/name`, `./name`, `name.ns.svc.cluster.local`
/// (istio/istio pilot/pkg/model/gateway.go, resolveGatewayName).
pub(super) fn gateway_name(named: &str, own: &str) -> String {
    match named.split_once('/') {
        Some((".", name)) => format!("{own}/{name}"),
        Some(_) => named.to_owned(),
        None => match named.split_once('.') {
            Some((name, rest)) => format!("{}/{name}", rest.split('.').next().unwrap_or(own)),
            None => format!("{own}/{named}"),
        },
    }
}

/// Whether a rule takes every request (route.go, IsCatchAllRoute).
pub(super) fn is_catch_all(rule: &Rule) -> bool {
    rule.matcher.only_path()
        && match &rule.matcher.path {
            PathMatcher::Any => true,
            PathMatcher::Regex(regex) => regex.pattern == ".*" || regex.pattern == "*",
            PathMatcher::Exact(_) | PathMatcher::Segment(_) | PathMatcher::Prefix(_) => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_named_in_four_ways() {
        for (named, key) in [
            ("gw", "shop/gw"),
            ("./gw", "shop/gw"),
            ("istio-system/gw", "istio-system/gw"),
            ("gw.istio-system.svc.cluster.local", "istio-system/gw"),
        ] {
            assert_eq!(gateway_name(named, "shop"), key);
        }
    }
}
