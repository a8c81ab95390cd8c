//! What no output may get wrong: the API's limits and rules (reference: gateway-api.md 2), names, references.

use std::collections::{BTreeMap, BTreeSet};

use gatelift::gateway::*;
use gatelift::target::Emitted;

/// Fails on the first object that the API server would refuse or that refers to nothing.
pub fn check(objects: &[Emitted], foreign_gateway: bool) {
    let mut seen = BTreeSet::new();
    for one in objects {
        let metadata = one.object.metadata();
        assert!(is_label(&metadata.name), "{} is no name", metadata.name);
        assert!(seen.insert((one.object.kind(), &metadata.namespace, &metadata.name)), "{} twice", metadata.name);
        assert!(!one.origins.is_empty() || one.object.kind() == "Gateway", "{} has no origin", metadata.name);
    }
    let parents = parents(objects);
    let grants = grants(objects);
    for one in objects {
        let head = one.object.metadata();
        match &one.object {
            Object::HttpRoute(route) => {
                let rules = route.spec.rules.as_ref().expect("rules are written");
                http_rules(rules);
                hostnames(&route.spec.hostnames);
                let refs = rules.iter().flat_map(|rule| {
                    let mirrors = rule.filters.iter().filter_map(|f| f.request_mirror.as_ref()).map(|m| &m.backend_ref);
                    rule.backend_refs.iter().chain(mirrors)
                });
                backends(("HTTPRoute", head), refs, &grants);
                attached(head, &route.spec.parent_refs, &parents, foreign_gateway);
            }
            Object::GrpcRoute(route) => {
                assert!(route.spec.rules.len() <= 16);
                assert!(route.spec.rules.iter().map(|r| r.matches.len()).sum::<usize>() <= 128);
                hostnames(&route.spec.hostnames);
                backends(("GRPCRoute", head), route.spec.rules.iter().flat_map(|r| &r.backend_refs), &grants);
                attached(head, &route.spec.parent_refs, &parents, foreign_gateway);
            }
            Object::TlsRoute(route) => {
                assert!(!route.spec.hostnames.is_empty() && route.spec.rules.len() == 1);
                assert!((1..=16).contains(&route.spec.rules[0].backend_refs.len()));
                backends(("TLSRoute", head), route.spec.rules.iter().flat_map(|r| &r.backend_refs), &grants);
                attached(head, &route.spec.parent_refs, &parents, foreign_gateway);
            }
            Object::TcpRoute(route) | Object::UdpRoute(route) => {
                assert!(route.spec.rules.len() == 1 && !route.spec.rules[0].backend_refs.is_empty());
                attached(head, &route.spec.parent_refs, &parents, foreign_gateway);
            }
            Object::Gateway(gateway) => {
                assert!(!gateway.spec.gateway_class_name.is_empty());
                listeners(("Gateway", head), &gateway.spec.listeners, &grants);
            }
            Object::ListenerSet(set) => listeners(("ListenerSet", head), &set.spec.listeners, &grants),
            Object::ReferenceGrant(grant) => assert!(!grant.spec.from.is_empty() && !grant.spec.to.is_empty()),
            Object::BackendTlsPolicy(policy) => {
                let validation = &policy.spec.validation;
                let named = validation.ca_certificate_refs.len();
                assert_eq!(named + validation.well_known_ca_certificates.iter().count(), 1);
                assert!(!validation.hostname.is_empty());
            }
            Object::Policy(_) => {}
        }
    }
}

fn is_label(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(inner) && !name.starts_with('-') && !name.ends_with('-')
}

fn hostnames(hostnames: &[String]) {
    assert!(hostnames.len() <= 16);
    assert!(hostnames.iter().all(|host| host.strip_prefix("*.").unwrap_or(host).split('.').all(is_label)));
}

fn http_rules(rules: &[HttpRule]) {
    assert!((1..=16).contains(&rules.len()), "{} rules", rules.len());
    assert!(rules.iter().map(|rule| rule.matches.len()).sum::<usize>() <= 128);
    for rule in rules {
        assert!((1..=64).contains(&rule.matches.len()), "{} matches", rule.matches.len());
        assert!(rule.backend_refs.len() <= 16 && rule.filters.len() <= 16);
        let kinds: Vec<&str> = rule.filters.iter().map(|filter| filter.kind.as_str()).collect();
        for kind in ["CORS", "RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite"] {
            assert!(kinds.iter().filter(|k| **k == kind).count() <= 1, "{kind} twice");
        }
        let redirects = kinds.contains(&"RequestRedirect");
        assert!(!redirects || rule.backend_refs.is_empty(), "a redirect with backends");
        assert!(!redirects || !kinds.contains(&"URLRewrite"), "a redirect with a rewrite");
        for filter in &rule.filters {
            filter_rules(filter, rule);
        }
        for one in &rule.matches {
            let path = one.path.as_ref().unwrap();
            path_rules(path.kind.as_deref().unwrap(), path.value.as_deref().unwrap());
            let names: BTreeSet<&str> = one.headers.iter().map(|header| header.name.as_str()).collect();
            assert_eq!(names.len(), one.headers.len());
            assert!(one.headers.iter().chain(&one.query_params).all(|field| !field.value.is_empty()));
        }
    }
}

fn filter_rules(filter: &HttpFilter, rule: &HttpRule) {
    let redirect = filter.request_redirect.as_ref().and_then(|redirect| redirect.path.as_ref());
    let rewrite = filter.url_rewrite.as_ref().and_then(|rewrite| rewrite.path.as_ref());
    for path in redirect.into_iter().chain(rewrite) {
        assert_eq!(path.kind == "ReplaceFullPath", path.replace_full_path.is_some());
        assert_eq!(path.kind == "ReplacePrefixMatch", path.replace_prefix_match.is_some());
        if path.replace_prefix_match.is_some() {
            assert_eq!(rule.matches.len(), 1, "ReplacePrefixMatch with several matches");
            assert_eq!(rule.matches[0].path.as_ref().unwrap().kind.as_deref(), Some("PathPrefix"));
        }
    }
    if let Some(redirect) = &filter.request_redirect {
        assert!([301, 302, 303, 307, 308].contains(&redirect.status_code.unwrap()));
    }
    if let Some(cors) = &filter.cors {
        for list in [&cors.allow_origins, &cors.allow_methods, &cors.allow_headers] {
            assert!(!list.contains(&"*".to_owned()) || list.len() == 1);
            assert_eq!(list.iter().collect::<BTreeSet<_>>().len(), list.len());
        }
        assert!(cors.max_age.unwrap() >= 1 && !cors.allow_origins.is_empty());
    }
}

fn path_rules(kind: &str, value: &str) {
    assert!(value.len() <= 1024);
    if kind != "RegularExpression" {
        assert!(value.starts_with('/') && !value.contains("//") && !value.contains("/./") && !value.contains("/../"));
        assert!(value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-/._~!$&'()*+,;=:@%".contains(&b)), "{value}");
    }
}

/// Every parent of the output: its listeners with hostname and the namespaces whose routes they allow.
type Parents = BTreeMap<(String, String, String), BTreeMap<String, Vec<String>>>;

fn parents(objects: &[Emitted]) -> Parents {
    let mut parents = Parents::new();
    for one in objects {
        let listeners = match &one.object {
            Object::Gateway(gateway) => &gateway.spec.listeners,
            Object::ListenerSet(set) => &set.spec.listeners,
            _ => continue,
        };
        let head = one.object.metadata();
        let allowed = |listener: &Listener| {
            let namespaces = listener.allowed_routes.as_ref().unwrap().namespaces.as_ref().unwrap();
            match &namespaces.selector {
                Some(selector) => selector.match_expressions[0].values.clone(),
                None => vec![spelled(&head.namespace)],
            }
        };
        let sections = listeners.iter().map(|listener| (listener.name.clone(), allowed(listener))).collect();
        parents.insert((one.object.kind().to_owned(), spelled(&head.namespace), head.name.clone()), sections);
    }
    parents
}

fn spelled(namespace: &str) -> String {
    if namespace.is_empty() { "default".to_owned() } else { namespace.to_owned() }
}

/// Every parentRef names a listener that takes routes of the namespace.
fn attached(head: &Metadata, refs: &[ParentReference], parents: &Parents, foreign_gateway: bool) {
    assert!(!refs.is_empty(), "{} has no parent", head.name);
    let targets: BTreeSet<_> = refs.iter().map(|r| (&r.namespace, &r.name, &r.section_name)).collect();
    assert_eq!(targets.len(), refs.len(), "parentRefs that only differ in the port");
    if foreign_gateway {
        return;
    }
    for parent in refs {
        let kind = parent.kind.clone().unwrap_or_else(|| "Gateway".to_owned());
        let namespace = parent.namespace.clone().unwrap_or_else(|| spelled(&head.namespace));
        let sections = parents.get(&(kind, namespace, parent.name.clone())).expect("the parent is in the output");
        let allowed = sections.get(parent.section_name.as_ref().unwrap()).expect("the listener is in the parent");
        assert!(allowed.contains(&spelled(&head.namespace)), "{} may not attach", head.name);
    }
}

fn listeners(of: (&str, &Metadata), listeners: &[Listener], grants: &Grants) {
    assert!((1..=64).contains(&listeners.len()), "{} listeners", listeners.len());
    let names: BTreeSet<&str> = listeners.iter().map(|listener| listener.name.as_str()).collect();
    assert_eq!(names.len(), listeners.len());
    let keys: BTreeSet<_> = listeners.iter().map(|l| (l.port, &l.protocol, &l.hostname)).collect();
    assert_eq!(keys.len(), listeners.len());
    for listener in listeners {
        assert!(is_label(&listener.name));
        assert_eq!(listener.tls.is_some(), ["HTTPS", "TLS"].contains(&listener.protocol.as_str()));
        hostnames(listener.hostname.as_slice());
        if let Some(tls) = &listener.tls {
            let passthrough = tls.mode.as_deref() == Some("Passthrough");
            assert_eq!(passthrough, listener.protocol == "TLS");
            assert_eq!(passthrough, tls.certificate_refs.is_empty());
            for secret in &tls.certificate_refs {
                granted(of, "Secret", secret.namespace.as_deref(), &secret.name, grants);
            }
        }
    }
}

fn backends<'a>(of: (&str, &Metadata), refs: impl Iterator<Item = &'a BackendRef>, grants: &Grants) {
    for backend in refs {
        assert!(backend.port.is_some_and(|port| port > 0));
        assert!(backend.weight.is_none_or(|weight| weight <= 1_000_000));
        granted(of, "Service", backend.namespace.as_deref(), &backend.name, grants);
    }
}

/// Kind and namespace that refers; kind, namespace and name that is referred to.
type Grants = BTreeSet<(String, String, String, String, String)>;

fn grants(objects: &[Emitted]) -> Grants {
    let mut grants = Grants::new();
    for one in objects {
        if let Object::ReferenceGrant(grant) = &one.object {
            for (from, to) in grant.spec.from.iter().flat_map(|f| grant.spec.to.iter().map(move |t| (f, t))) {
                let name = to.name.clone().expect("a grant names its object");
                let place = spelled(&grant.metadata.namespace);
                grants.insert((from.kind.clone(), from.namespace.clone(), to.kind.clone(), place, name));
            }
        }
    }
    grants
}

fn granted((kind, head): (&str, &Metadata), to_kind: &str, namespace: Option<&str>, name: &str, grants: &Grants) {
    let Some(namespace) = namespace else { return };
    assert_ne!(namespace, spelled(&head.namespace), "a reference spells out its own namespace");
    // Services that do not exist are not granted; their names say so in these tests.
    if !name.starts_with("missing") {
        let key =
            (kind.to_owned(), spelled(&head.namespace), to_kind.to_owned(), namespace.to_owned(), name.to_owned());
        assert!(grants.contains(&key), "{kind} of {} may not refer to {namespace}/{name}", head.namespace);
    }
}
