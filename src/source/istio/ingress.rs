//! Istio as an Ingress controller (istio/istio pilot/pkg/config/kube/ingress).
//!
//! No annotation but the class counts, and there is no redirect to https. What differs from the Ingress API: a path whose
//! type the controller decides is the very path, unless it ends in `.*` or `/*`; `defaultBackend` is passed over; Secrets
//! are read from the namespace of the gateway's pods.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::host;
use super::protections::{Pods, Protections};
use crate::model::{
    Action, BackendState, Cause, ClientAddress, EntryPoint, Forward, HostPattern, Matcher, Origin, PathHandling,
    PathMatcher, Pipeline, Protocol, Routing, Rule, Shared, Tls, Unavailable, Underscores, VirtualHost,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::Context;
use crate::source::gateway_api::hostname;
use crate::source::ingress::{Ingress, IngressPath, PathType, resolve};

/// The dialect's name.
pub const DIALECT: &str = "istio-ingress";

/// `spec.controller` of its IngressClasses.
pub const CONTROLLER: &str = "istio.io/ingress-controller";

/// The namespace of the gateway's pods, where Secrets are read (`istio-ingressgateway` of Istio's own installation).
const GATEWAY_NAMESPACE: &str = "istio-system";

/// The meaning of all Ingresses of the class together.
#[must_use]
pub fn lower(
    class: &str,
    mut ingresses: Vec<Ingress>,
    context: &Context,
    protections: &mut Protections<'_>,
    report: &mut Report,
) -> Routing {
    ingresses.sort_by(|a, b| age(a).cmp(&age(b)));
    for ingress in &ingresses {
        ingress.account(Fate::Carried, None, report);
        if let Some(backend) = &ingress.default_backend {
            let origin = ingress.origin(&backend.field);
            report.ledger.record(&origin, Fate::Invalid, Some(Code::DefaultBackendIgnored));
            let finding = Diagnostic::new(Code::DefaultBackendIgnored, "the default backend is passed over by Istio");
            report.push(finding.at(&origin, "").help(Code::DefaultBackendIgnored.entry().fix));
        }
    }
    let mut hosts: BTreeMap<String, Host<'_>> = BTreeMap::new();
    for ingress in &ingresses {
        for rule in &ingress.rules {
            let host = hosts.entry(rule.host.to_ascii_lowercase());
            let host =
                host.or_insert_with(|| Host { first: ingress, origin: ingress.origin(&rule.field), rules: Vec::new() });
            for path in rule.paths.iter().flatten() {
                host.rules.extend(self::rule(ingress, path, context, report));
            }
        }
    }
    hosts.values_mut().for_each(|host| host.rules.sort_by_key(|(_, rank)| *rank));
    let mut entry_points = Vec::new();
    for (port, protocol) in [(80, Protocol::Http), (443, Protocol::Https)] {
        let hosts = virtual_hosts(&hosts, protocol);
        if !hosts.is_empty() {
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
    }
    let class_name = Some("istio".to_owned());
    let mut routing =
        Routing { name: class.to_owned(), dialect: DIALECT, entry_points, class: class_name, ..Routing::default() };
    let labels = BTreeMap::from([("istio".to_owned(), "ingressgateway".to_owned())]);
    let pods = Pods { labels: Some(&labels), namespaces: [GATEWAY_NAMESPACE].into() };
    protections.protect(&mut routing, &pods, context);
    routing
}

/// The order in which Istio takes Ingresses.
fn age(ingress: &Ingress) -> (&str, &str, &str) {
    (&ingress.created, &ingress.object.name, &ingress.object.namespace)
}

/// A host with the rules of all Ingresses.
struct Host<'i> {
    /// Its Gateway is the one that the rules of the host are bound to (virtualservices.go, IngressesToVirtualServices).
    first: &'i Ingress,
    origin: Origin,
    /// Sorted by what goes first.
    rules: Vec<(Rule, (bool, Reverse<usize>, bool))>,
}

/// A path as a rule, with what sorts it: paths before none, longest first, exact before prefix.
fn rule(
    ingress: &Ingress,
    path: &IngressPath,
    context: &Context,
    report: &mut Report,
) -> Option<(Rule, (bool, Reverse<usize>, bool))> {
    let origin = ingress.origin(&path.field);
    let namespace = &ingress.object.namespace;
    let Some((backend, port)) = resolve(context, namespace, &path.backend, ingress.origin(&path.backend.field)) else {
        report.ledger.record(&origin, Fate::Dropped, Some(Code::ResourceBackend));
        let finding = Diagnostic::new(Code::ResourceBackend, "a resource backend cannot be converted");
        report.push(finding.at(&origin, "left out"));
        return None;
    };
    if !port.port_found && backend.service.port_name.is_some() {
        // A name that the Service does not have: the path is left out (resolveNamedPort).
        report.ledger.record(&origin, Fate::Invalid, Some(Code::PortNotFound));
        let message = format!("Service `{}` has no such port", backend.service);
        report.push(Diagnostic::new(Code::PortNotFound, message).at(&backend.origin, "Istio leaves the path out"));
        return None;
    }
    let (matcher, text, exact) = matcher(path);
    let state = if port.port_found { backend.state } else { BackendState::Missing };
    let action = Action::Forward(Forward {
        backends: vec![crate::model::Backend { state, ..backend }],
        rewrite: None,
        host: None,
        request_headers: Vec::new(),
        response_headers: Vec::new(),
        fallback: None,
        unavailable: Unavailable { no_endpoints: 503, missing: 503 },
    });
    let every = matcher == PathMatcher::Any;
    let rule =
        Rule { matcher: Matcher::path(matcher), action, policies: Shared::default(), cause: Cause::Declared, origin };
    Some((rule, (every, Reverse(text.len()), !exact)))
}

/// The path, its text, and whether it is the whole path (virtualservices.go, createFallbackStringMatch).
fn matcher(path: &IngressPath) -> (PathMatcher, &str, bool) {
    let text = path.path.as_str();
    let segment = |text: &str| match text.trim_end_matches('/') {
        "" => PathMatcher::Any,
        bare => PathMatcher::Segment(bare.to_owned()),
    };
    match path.path_type {
        PathType::Exact => (PathMatcher::Exact(text.to_owned()), text, true),
        PathType::Prefix => (segment(text), text, false),
        PathType::ImplementationSpecific => match text {
            "" | "*" | "/*" | ".*" => (PathMatcher::Any, "", false),
            _ => match text.strip_suffix(".*").or_else(|| text.strip_suffix("/*")) {
                Some(prefix) => (segment(prefix), prefix, false),
                None => (PathMatcher::Exact(text.to_owned()), text, true),
            },
        },
    }
}

fn virtual_hosts(hosts: &BTreeMap<String, Host<'_>>, protocol: Protocol) -> Vec<VirtualHost> {
    let mut out = Vec::new();
    for (name, found) in hosts {
        let tls = tls(name, found.first);
        if protocol == Protocol::Https && tls.is_none() {
            continue;
        }
        let name = if name.is_empty() { "*" } else { name };
        let Some(pattern) = host::pattern(name) else { continue };
        out.push(VirtualHost {
            host: pattern,
            paths: PathHandling::RESOLVED,
            rules: found.rules.iter().map(|(rule, _)| rule.clone()).collect(),
            unmatched: 404,
            tls: tls.filter(|_| protocol == Protocol::Https),
            passthrough: false,
            origin: Some(found.origin.clone()),
        });
    }
    out.sort_by_key(|host| Reverse(hostname::specificity(&host.host)));
    out
}

/// The server for TLS of the first Ingress of a host. One without a Secret is passed over.
fn tls(name: &str, ingress: &Ingress) -> Option<Tls> {
    let own = host::pattern(if name.is_empty() { "*" } else { name })?;
    let covers = |listed: &String| {
        host::pattern(&listed.to_ascii_lowercase()).is_some_and(|listed| hostname::covers(&listed, &own))
    };
    let named = ingress.tls.iter().filter(|entry| entry.secret.is_some());
    let entry = named.into_iter().find(|entry| entry.hosts.is_empty() || entry.hosts.iter().any(covers))?;
    let secrets = entry.secret.iter().map(|secret| (GATEWAY_NAMESPACE.to_owned(), secret.clone())).collect();
    let sni = if entry.hosts.is_empty() { HostPattern::Any } else { own };
    Some(Tls { secrets, sni: Some(sni), client: None, origin: Some(ingress.origin(&entry.field)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::ingress::{BackendRef, PortRef};
    use crate::syntax::FieldPath;

    #[test]
    fn a_path_without_a_type_is_the_very_path() {
        let path = |text: &str, path_type| IngressPath {
            path: text.to_owned(),
            path_type,
            backend: BackendRef { service: None, port: PortRef::Number(80), field: FieldPath::root() },
            field: FieldPath::root(),
        };
        let own = |text: &str| matcher(&path(text, PathType::ImplementationSpecific)).0;
        assert_eq!(own("/foo"), PathMatcher::Exact("/foo".to_owned()));
        assert_eq!(own("/foo/*"), PathMatcher::Segment("/foo".to_owned()));
        assert_eq!(own("/foo.*"), PathMatcher::Segment("/foo".to_owned()));
        for every in ["*", "/*", ".*", ""] {
            assert_eq!(own(every), PathMatcher::Any, "{every}");
        }
        assert_eq!(matcher(&path("/foo/", PathType::Prefix)).0, PathMatcher::Segment("/foo".to_owned()));
    }
}
