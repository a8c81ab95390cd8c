//! What comes in through gateways: VirtualServices bound to servers, as entry points.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::asked::Proxy;
use super::destination::Registry;
use super::entries::entries;
use super::http::{Lowering, is_catch_all};
use super::matches::Asked;
use super::objects::Object;
use super::servers::{Listening, Speaks, Workload};
use super::virtual_service::VirtualService;
use super::{DIALECT, host, stream};
use crate::model::{
    Action, Cause, ClientAddress, EntryPoint, HostPattern, Location, Matcher, Origin, PathHandling, PathMatcher,
    Pipeline, Protocol, Redirect, RedirectParts, Routing, Rule, Shared, Tls, Underscores, VirtualHost,
};
use crate::report::{Code, Diagnostic, Report};
use crate::source::gateway_api::hostname;

/// The meaning of one workload. What is bound to it is noted in `bound`, by `namespace/name`.
pub(super) fn routing(
    workload: &Workload,
    registry: Registry<'_>,
    bound: &mut BTreeSet<String>,
    report: &mut Report,
) -> Routing {
    let proxy = Proxy::Gateway(workload);
    let mut builder = Builder { lowering: Lowering { registry, proxy, report, guards: Vec::new() }, workload, bound };
    let mut entry_points = Vec::new();
    for (port, protocol) in places(workload) {
        let listenings: Vec<&Listening> =
            workload.listenings.iter().filter(|one| one.port == port && spoken(one.speaks) == protocol).collect();
        let hosts = match protocol {
            Protocol::Http | Protocol::Https => builder.hosts(&listenings, protocol),
            Protocol::Tcp | Protocol::Udp => builder.streams(&listenings),
        };
        entry_points.push(EntryPoint {
            port,
            protocol,
            implicit: super::defaults(protocol, &hosts),
            hosts,
            pipeline: Pipeline::Envoy,
            client: ClientAddress::Peer,
            underscores: Underscores::Kept,
        });
    }
    entry_points.retain(|entry| !entry.hosts.is_empty());
    Routing {
        name: workload.name.clone(),
        dialect: DIALECT,
        entry_points,
        class: Some("istio".to_owned()),
        ..Routing::default()
    }
}

fn places(workload: &Workload) -> BTreeSet<(u16, Protocol)> {
    workload.listenings.iter().map(|one| (one.port, spoken(one.speaks))).collect()
}

fn spoken(speaks: Speaks) -> Protocol {
    match speaks {
        Speaks::Http | Speaks::HttpToHttps => Protocol::Http,
        Speaks::Https | Speaks::Passthrough => Protocol::Https,
        Speaks::Tcp => Protocol::Tcp,
    }
}

struct Builder<'a, 'r> {
    lowering: Lowering<'a, 'r>,
    workload: &'a Workload,
    bound: &'r mut BTreeSet<String>,
}

/// A host on its way to a virtual host.
struct Host<'w> {
    pattern: HostPattern,
    listening: &'w Listening,
    /// The pattern of the server that it came by.
    server: HostPattern,
    /// The rules of each VirtualService, oldest first.
    lists: Vec<(&'w Object<'w, VirtualService>, Vec<Rule>)>,
    origin: Option<Origin>,
}

impl<'a> Builder<'a, '_> {
    fn hosts(&mut self, listenings: &[&'a Listening], protocol: Protocol) -> Vec<VirtualHost> {
        // A port of plain HTTP has one table of hosts; with TLS each server has its own, chosen by SNI
        // (istio/istio pilot/pkg/networking/core/gateway.go, buildGatewayHTTPRouteConfig).
        let mut table: Vec<Host<'a>> = Vec::new();
        let mut passed = Vec::new();
        for listening in listenings {
            if listening.speaks == Speaks::Passthrough {
                passed.extend(self.passed_through(listening));
            } else {
                self.listening(listening, &mut table);
            }
        }
        let plain = listenings.iter().filter(|listening| listening.speaks == Speaks::Http);
        plain.for_each(|listening| place_vacant(listening, &mut table));
        table.sort_by_key(|host| Reverse(hostname::specificity(&host.pattern)));
        let mut hosts: Vec<VirtualHost> = passed;
        hosts.extend(table.into_iter().map(|host| self.virtual_host(host, protocol)));
        hosts
    }

    fn listening(&mut self, listening: &'a Listening, table: &mut Vec<Host<'a>>) {
        for service in self.services(listening) {
            let entries = entries(service, self.lowering.registry.objects, self.lowering.report);
            if entries.is_empty() {
                continue;
            }
            for (pattern, server) in self.shared(service, listening) {
                self.bound.insert(service.key());
                let at = place_of(table, &pattern, &server, listening, Some(service.spec_at("hosts")));
                let Some(host) = table.get_mut(at) else { continue };
                if host.lists.iter().any(|(known, _)| std::ptr::eq(*known, service)) {
                    continue;
                }
                let scheme = if listening.speaks == Speaks::Https { "https" } else { "http" };
                let asked = Asked { host: &pattern, port: listening.port, scheme, by_elements: false };
                self.lowering.guards.clone_from(&listening.guards);
                let bound = self.binds(service);
                let rules = self.lowering.rules(&entries, bound, asked);
                host.lists.push((service, rules));
            }
        }
        match listening.speaks {
            // Last: see `place_vacant`.
            Speaks::Http => {}
            Speaks::HttpToHttps | Speaks::Https | Speaks::Passthrough | Speaks::Tcp => place_servers(listening, table),
        }
    }

    /// The VirtualServices that name this server's Gateway and are seen by its pods: `exportTo` is about their namespace,
    /// not the Gateway's (istio/istio pilot/pkg/model/push_context.go, VirtualServicesForGateway; measured: exports).
    fn services(&self, listening: &Listening) -> Vec<&'a Object<'a, VirtualService>> {
        let own = listening.gateway.split('/').next().unwrap_or_default();
        let pods = self.workload.namespaces(self.lowering.registry, own);
        let seen = |service: &Object<'_, VirtualService>| {
            pods.iter().any(|pods| host::exported(&service.spec.export_to, service.namespace(), pods))
        };
        let objects = self.lowering.registry.objects;
        objects
            .virtual_services
            .iter()
            .filter(|service| seen(service))
            .filter(|service| self.names(service, &listening.gateway))
            .collect()
    }

    fn names(&self, service: &Object<'_, VirtualService>, gateway: &str) -> bool {
        let own = service.namespace();
        let in_matches = service.spec.http.iter().flat_map(|route| &route.matches).flat_map(|one| &one.gateways);
        let in_tls = service.spec.tls.iter().flat_map(|route| &route.matches).flat_map(|one| &one.gateways);
        let in_tcp = service.spec.tcp.iter().flat_map(|route| &route.matches).flat_map(|one| &one.gateways);
        let mut named = service.spec.gateways.iter().chain(in_matches).chain(in_tls).chain(in_tcp);
        named.any(|name| super::http::gateway_name(name, own) == gateway)
    }

    /// Whether the VirtualService as a whole is bound to the workload.
    fn binds(&self, service: &Object<'_, VirtualService>) -> bool {
        let own = service.namespace();
        service.spec.gateways.iter().any(|name| self.lowering.proxy.is_named(name, own))
    }

    /// The hosts that a VirtualService and a server have in common, each with the server's own pattern.
    fn shared(
        &mut self,
        service: &Object<'_, VirtualService>,
        listening: &Listening,
    ) -> Vec<(HostPattern, HostPattern)> {
        let mut found: Vec<(HostPattern, HostPattern)> = Vec::new();
        for written in &service.spec.hosts {
            let Some(pattern) = host::pattern(&host::full(written, service.namespace())) else {
                let message = format!("`{written}` is no host name that a Gateway can have");
                let finding = Diagnostic::new(Code::HostNotExpressible, message).at(&service.spec_at("hosts"), "");
                self.lowering.report.push(finding);
                continue;
            };
            for server in &listening.hosts {
                let Some(own) = &server.pattern else { continue };
                if !server.namespaces.contains(service.namespace()) {
                    continue;
                }
                if let Some(both) = hostname::intersection(own, &pattern)
                    && !found.iter().any(|(known, _)| *known == both)
                {
                    found.push((both, own.clone()));
                }
            }
        }
        found
    }

    fn virtual_host(&mut self, host: Host<'_>, protocol: Protocol) -> VirtualHost {
        let Host { pattern, listening, server, lists, origin } = host;
        let several = lists.len() > 1;
        if several {
            self.order_unknown(&pattern, &lists);
        }
        let mut rules: Vec<Rule> = lists.into_iter().flat_map(|(_, rules)| rules).collect();
        if several {
            // Rules for every request go last (route.go, SortVHostRoutes); only the first of them is reached.
            let (every, some): (Vec<Rule>, Vec<Rule>) = rules.into_iter().partition(is_catch_all);
            rules = some.into_iter().chain(every.into_iter().take(1)).collect();
        }
        if listening.speaks == Speaks::HttpToHttps {
            rules = vec![to_https(origin.as_ref().or(listening.origin.as_ref()))];
        }
        let tls = (protocol == Protocol::Https).then(|| Tls {
            secrets: listening.secrets.clone(),
            sni: Some(server),
            client: listening.client.clone(),
            origin: listening.origin.clone(),
        });
        VirtualHost {
            host: pattern,
            paths: PathHandling::RESOLVED,
            rules: rules.into(),
            unmatched: 404,
            tls,
            passthrough: false,
            origin,
        }
    }

    /// Files do not say which VirtualService is older.
    fn order_unknown(&mut self, host: &HostPattern, lists: &[(&Object<'_, VirtualService>, Vec<Rule>)]) {
        let ages: BTreeSet<&str> = lists.iter().map(|(service, _)| service.created()).collect();
        if ages.len() == lists.len() && !ages.contains("") {
            return;
        }
        let message = format!("several VirtualServices have rules for `{host}`");
        let mut finding = Diagnostic::new(Code::OrderUnknown, message).help(Code::OrderUnknown.entry().fix);
        for rule in lists.iter().filter_map(|(_, rules)| rules.first()) {
            finding = finding.at(&rule.origin, "");
        }
        self.lowering.report.push(finding);
    }

    fn passed_through(&mut self, listening: &'a Listening) -> Vec<VirtualHost> {
        let mut hosts: Vec<VirtualHost> = Vec::new();
        for service in self.services(listening) {
            for (pattern, rule) in stream::by_sni(service, listening, &mut self.lowering) {
                self.bound.insert(service.key());
                match hosts.iter_mut().find(|host| host.host == pattern) {
                    Some(host) if host.rules.iter().any(stream::takes_all) => {}
                    Some(host) => host.rules.push(rule),
                    None => hosts.push(stream::virtual_host(pattern, vec![rule], listening, true)),
                }
            }
        }
        hosts.sort_by_key(|host| Reverse(hostname::specificity(&host.host)));
        hosts
    }

    /// The first route without a condition takes every connection.
    fn streams(&mut self, listenings: &[&'a Listening]) -> Vec<VirtualHost> {
        let mut hosts: Vec<VirtualHost> = Vec::new();
        for listening in listenings {
            for service in self.services(listening) {
                if self.shared(service, listening).is_empty() {
                    continue;
                }
                let rules = stream::by_port(service, listening.port, self.binds(service), &mut self.lowering);
                if rules.is_empty() {
                    continue;
                }
                self.bound.insert(service.key());
                match hosts.first_mut() {
                    Some(host) if host.rules.iter().any(stream::takes_all) => {}
                    Some(host) => host.rules.extend(rules),
                    None => hosts.push(stream::virtual_host(HostPattern::Any, rules, listening, false)),
                }
            }
        }
        hosts
    }
}

/// Where a host stands in the table; it is put there when it is new.
/// The hosts of a server as they are, whether or not anything is bound to them.
fn place_servers<'w>(listening: &'w Listening, table: &mut Vec<Host<'w>>) {
    let Some(origin) = &listening.origin else { return };
    for server in listening.hosts.iter().filter_map(|host| host.pattern.clone()) {
        place_of(table, &server, &server, listening, Some(origin.clone()));
    }
}

/// The hosts of a plain server that nothing is bound to. They are in no table of Envoy: a wider host takes their requests
/// where there is one, else they get a 404 (istio/istio pilot/pkg/networking/core/gateway.go,
/// buildGatewayHTTPRouteConfig; measured: vacant-server).
fn place_vacant<'w>(listening: &'w Listening, table: &mut Vec<Host<'w>>) {
    let Some(origin) = &listening.origin else { return };
    for server in listening.hosts.iter().filter_map(|host| host.pattern.clone()) {
        if !table.iter().any(|host| hostname::covers(&host.pattern, &server)) {
            place_of(table, &server, &server, listening, Some(origin.clone()));
        }
    }
}

fn place_of<'w>(
    table: &mut Vec<Host<'w>>,
    pattern: &HostPattern,
    server: &HostPattern,
    listening: &'w Listening,
    origin: Option<Origin>,
) -> usize {
    // Of two servers that give a plain host, one that sends everything to https wins.
    let same = |host: &Host<'_>| host.pattern == *pattern;
    if let Some(at) = table.iter().position(same) {
        if let Some(host) = table.get_mut(at).filter(|_| listening.speaks == Speaks::HttpToHttps) {
            host.listening = listening;
        }
        return at;
    }
    table.push(Host { pattern: pattern.clone(), listening, server: server.clone(), lists: Vec::new(), origin });
    table.len() - 1
}

/// Envoy's own redirect of `require_tls`: the Host header, path and query stay.
fn to_https(origin: Option<&Origin>) -> Rule {
    let parts = RedirectParts { scheme: Some("https".to_owned()), keep_authority: true, ..RedirectParts::default() };
    let nobody = || Origin::object(&std::sync::Arc::new(super::nobody("Gateway")));
    Rule {
        matcher: Matcher::path(PathMatcher::Any),
        action: Action::Redirect(Redirect { status: 301, location: Location::Parts(parts) }),
        policies: Shared::default(),
        cause: Cause::HttpsRedirect,
        origin: origin.cloned().unwrap_or_else(nobody),
    }
}
