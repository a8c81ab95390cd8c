//! Entries of `tls` and `tcp`: connections handed on by server name or by port.

use super::asked::Source;
use super::host;
use super::http::Lowering;
use super::objects::Object;
use super::servers::Listening;
use super::virtual_service::{StreamDestination, VirtualService};
use crate::model::{
    Action, Backend, Cause, FieldMatch, Forward, HostPattern, Matcher, Origin, PathHandling, PathMatcher, Rule, Shared,
    Unavailable, ValueMatcher, VirtualHost,
};
use crate::source::gateway_api::hostname;
use crate::syntax::FieldPath;

/// The rules of `tls` for a server that hands TLS on, by server name.
pub(super) fn by_sni(
    service: &Object<'_, VirtualService>,
    listening: &Listening,
    lowering: &mut Lowering<'_, '_>,
) -> Vec<(HostPattern, Rule)> {
    let own = service.namespace();
    let bound = service.spec.gateways.iter().any(|name| lowering.proxy.is_named(name, own));
    let mut found = Vec::new();
    for (index, route) in service.spec.tls.iter().enumerate() {
        let path = FieldPath::root().field("spec.tls").index(index);
        for (at, one) in route.matches.iter().enumerate() {
            let source =
                Source { gateways: &one.gateways, labels: &one.source_labels, namespace: &one.source_namespace };
            let port = one.port.is_none_or(|port| port.port() == Some(listening.port) || listening.origin.is_none());
            let Some(mut left) = lowering.proxy.asks(source, own, bound, lowering.registry).filter(|_| port) else {
                continue;
            };
            left.extend(addresses(DESTINATION, &one.destination_subnets));
            let origin = service.at(&path.key("match").index(at));
            for name in &one.sni_hosts {
                let Some(pattern) = host::pattern(&name.to_ascii_lowercase()) else { continue };
                for server in listening.hosts.iter().filter(|host| host.namespaces.contains(own)) {
                    let both = server.pattern.as_ref().and_then(|own| hostname::intersection(own, &pattern));
                    if let Some(both) = both {
                        let rule = rule(service, &route.route, &path, origin.clone(), listening.port, lowering);
                        found.push((both, asking(rule, left.clone())));
                    }
                }
            }
        }
    }
    found
}

/// The rules of `tcp` that take the connections of a port, up to the first that takes all of them.
pub(super) fn by_port(
    service: &Object<'_, VirtualService>,
    port: u16,
    bound: bool,
    lowering: &mut Lowering<'_, '_>,
) -> Vec<Rule> {
    let mut found: Vec<Rule> = Vec::new();
    for (index, route) in service.spec.tcp.iter().enumerate() {
        let path = FieldPath::root().field("spec.tcp").index(index);
        let mut add = |origin, left, lowering: &mut Lowering<'_, '_>| {
            if !found.iter().any(takes_all) {
                found.push(asking(rule(service, &route.route, &path, origin, port, lowering), left));
            }
        };
        if route.matches.is_empty() && bound {
            add(service.at(&path), Vec::new(), lowering);
        }
        for (at, one) in route.matches.iter().enumerate() {
            let source =
                Source { gateways: &one.gateways, labels: &one.source_labels, namespace: &one.source_namespace };
            let asked = lowering.proxy.asks(source, service.namespace(), bound, lowering.registry);
            let Some(mut left) = asked.filter(|_| one.port.is_none_or(|wanted| wanted.port() == Some(port))) else {
                continue;
            };
            left.extend(addresses(DESTINATION, &one.destination_subnets));
            left.extend(addresses(SOURCE, Some(&one.source_subnet).filter(|block| !block.is_empty())));
            add(service.at(&path.key("match").index(at)), left, lowering);
        }
    }
    found
}

/// Addresses that connections come from and go to, as conditions that Gateway API cannot say.
const SOURCE: &str = "@source.subnet";
const DESTINATION: &str = "@destination.subnets";

fn addresses<'b>(of: &str, blocks: impl IntoIterator<Item = &'b String>) -> Option<FieldMatch> {
    let blocks: Vec<&str> = blocks.into_iter().map(String::as_str).collect();
    let value = ValueMatcher::Exact(blocks.join(","));
    (!blocks.is_empty()).then(|| FieldMatch { name: of.to_owned(), value })
}

fn asking(mut rule: Rule, left: Vec<FieldMatch>) -> Rule {
    rule.matcher.headers = left;
    rule
}

/// Whether nothing is left for the rules after this one.
pub(super) fn takes_all(rule: &Rule) -> bool {
    rule.matcher.only_path()
}

fn rule(
    service: &Object<'_, VirtualService>,
    destinations: &[StreamDestination],
    path: &FieldPath,
    origin: Origin,
    port: u16,
    lowering: &mut Lowering<'_, '_>,
) -> Rule {
    let alone = destinations.len() == 1;
    let mut backends = Vec::new();
    for (index, StreamDestination { destination, weight }) in destinations.iter().enumerate() {
        let weight = if alone { 1 } else { weight.map_or(0, |weight| weight.0) };
        if weight > 0 {
            let place = service.at(&path.key("route").index(index));
            let backend = lowering.registry.backend(destination, service.namespace(), port, place, lowering.report);
            backends.push(Backend { weight, ..backend });
        }
    }
    Rule {
        matcher: Matcher::path(PathMatcher::Any),
        action: Action::Forward(Forward {
            backends,
            rewrite: None,
            host: None,
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            fallback: None,
            unavailable: Unavailable { no_endpoints: 503, missing: 503 },
        }),
        policies: Shared::default(),
        cause: Cause::Declared,
        origin,
    }
}

/// A host with the rules for its connections.
pub(super) fn virtual_host(
    host: HostPattern,
    rules: Vec<Rule>,
    listening: &Listening,
    passthrough: bool,
) -> VirtualHost {
    VirtualHost {
        host,
        paths: PathHandling::Raw,
        origin: listening.origin.clone().or_else(|| rules.first().map(|rule| rule.origin.clone())),
        rules: rules.into(),
        unmatched: 404,
        tls: None,
        passthrough,
    }
}
