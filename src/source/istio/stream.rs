//! Entries of `tls` and `tcp`: connections handed on by server name or by port.

use super::host;
use super::http::Lowering;
use super::objects::Object;
use super::servers::Listening;
use super::virtual_service::{StreamDestination, VirtualService};
use crate::model::{
    Action, Backend, Cause, Forward, HostPattern, Matcher, Origin, PathHandling, PathMatcher, Rule, Shared,
    Unavailable, VirtualHost,
};
use crate::report::{Code, Diagnostic, Fate};
use crate::source::gateway_api::hostname;
use crate::syntax::FieldPath;

/// The rules of `tls` for a server that hands TLS on, by server name.
pub(super) fn by_sni(
    service: &Object<'_, VirtualService>,
    listening: &Listening,
    lowering: &mut Lowering<'_, '_>,
) -> Vec<(HostPattern, Rule)> {
    let bound = service.spec.gateways.iter().any(|name| lowering.is_proxy(name, service.namespace()));
    let mut found = Vec::new();
    for (index, route) in service.spec.tls.iter().enumerate() {
        let path = FieldPath::root().field("spec.tls").index(index);
        for (at, one) in route.matches.iter().enumerate() {
            let named = one.gateways.iter().any(|name| lowering.is_proxy(name, service.namespace()));
            let asked = if one.gateways.is_empty() { bound } else { named };
            let port = one.port.is_none_or(|port| port.port() == Some(listening.port) || listening.origin.is_none());
            if !asked || !port {
                continue;
            }
            let origin = service.at(&path.key("match").index(at));
            if !plain(
                one.source_labels.is_empty() && one.source_namespace.is_empty() && one.destination_subnets.is_empty(),
                &origin,
                lowering,
            ) {
                continue;
            }
            for name in &one.sni_hosts {
                let Some(pattern) = host::pattern(&name.to_ascii_lowercase()) else { continue };
                for server in listening.hosts.iter().filter(|host| host.namespaces.contains(service.namespace())) {
                    let both = server.pattern.as_ref().and_then(|own| hostname::intersection(own, &pattern));
                    if let Some(both) = both {
                        let rule = rule(service, &route.route, &path, origin.clone(), listening.port, lowering);
                        found.push((both, rule));
                    }
                }
            }
        }
    }
    found
}

/// The rule of `tcp` that takes the connections of a port.
pub(super) fn by_port(
    service: &Object<'_, VirtualService>,
    port: u16,
    bound: bool,
    lowering: &mut Lowering<'_, '_>,
) -> Option<Rule> {
    for (index, route) in service.spec.tcp.iter().enumerate() {
        let path = FieldPath::root().field("spec.tcp").index(index);
        if route.matches.is_empty() && bound {
            return Some(rule(service, &route.route, &path, service.at(&path), port, lowering));
        }
        for (at, one) in route.matches.iter().enumerate() {
            let named = one.gateways.iter().any(|name| lowering.is_proxy(name, service.namespace()));
            let asked = if one.gateways.is_empty() { bound } else { named };
            if !asked || one.port.is_some_and(|wanted| wanted.port() != Some(port)) {
                continue;
            }
            let origin = service.at(&path.key("match").index(at));
            let open = one.source_labels.is_empty()
                && one.source_namespace.is_empty()
                && one.source_subnet.is_empty()
                && one.destination_subnets.is_empty();
            if plain(open, &origin, lowering) {
                return Some(rule(service, &route.route, &path, origin, port, lowering));
            }
        }
    }
    None
}

/// Whether nothing is asked of the client's labels, namespace or address; otherwise the entry is left out.
fn plain(open: bool, origin: &Origin, lowering: &mut Lowering<'_, '_>) -> bool {
    if !open {
        lowering.report.ledger.record(origin, Fate::Dropped, Some(Code::SourceMatchNotExpressible));
        let message = "a condition on the client or on addresses has no form in Gateway API";
        let finding = Diagnostic::new(Code::SourceMatchNotExpressible, message).at(origin, "the route is left out");
        lowering.report.push(finding.help(Code::SourceMatchNotExpressible.entry().fix));
    }
    open
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

/// A host with one rule.
pub(super) fn virtual_host(host: HostPattern, rule: Rule, listening: &Listening, passthrough: bool) -> VirtualHost {
    VirtualHost {
        host,
        paths: PathHandling::Raw,
        origin: listening.origin.clone().or_else(|| Some(rule.origin.clone())),
        rules: vec![rule].into(),
        unmatched: 404,
        tls: None,
        passthrough,
    }
}
