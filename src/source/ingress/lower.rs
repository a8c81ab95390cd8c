//! The plain Ingress semantics: what the API's own documentation promises, for controllers without a dialect of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::{BackendRef, Ingress, IngressPath, PathType, resolve};
use crate::model::{
    Action, Cause, ClientAddress, EntryPoint, Forward, HostPattern, Located, Matcher, Origin, PathHandling,
    PathMatcher, Pipeline, Policies, Protocol, Routing, Rule, Tls, Unavailable, Underscores, VirtualHost,
    WildcardDepth,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::Context;
use crate::syntax::FieldPath;

/// The dialect's name.
pub const DIALECT: &str = "ingress";

/// The meaning of all Ingresses of a class under the plain semantics.
#[must_use]
pub fn lower(class: &str, mut ingresses: Vec<Ingress>, context: &Context, report: &mut Report) -> Routing {
    ingresses.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| a.key().cmp(&b.key())));
    let protections =
        ingresses.iter().map(|ingress| (ingress.key(), super::vendor::account(ingress, report))).collect();
    for ingress in &ingresses {
        ingress.account(Fate::Carried, None, report);
    }
    let mut lowering = Lowering { context, report, missing: BTreeSet::new(), protections };
    let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
    for ingress in &ingresses {
        for rule in &ingress.rules {
            let host = hosts.entry(rule.host.to_ascii_lowercase()).or_default();
            host.origin.get_or_insert_with(|| ingress.origin(&rule.field));
            for path in rule.paths.iter().flatten() {
                lowering.add(host, ingress, path);
            }
        }
    }
    let default = ingresses.iter().find_map(|ingress| Some((ingress, ingress.default_backend.as_ref()?)));
    if let Some((ingress, backend)) = default {
        hosts.entry(String::new()).or_default();
        if let Some(rule) = lowering.rule(ingress, backend, PathMatcher::Any, &backend.field, Cause::DefaultBackend) {
            for host in hosts.values_mut() {
                host.rules.push((rule.clone(), (0, 0)));
            }
        }
    }
    let entry_points = [(80, Protocol::Http), (443, Protocol::Https)].map(|(port, protocol)| EntryPoint {
        port,
        protocol,
        hosts: virtual_hosts(&hosts, protocol, &ingresses),
        pipeline: Pipeline::Spec,
        underscores: Underscores::Kept,
        implicit: Policies::default(),
        client: ClientAddress::Peer,
    });
    let mut entry_points = Vec::from(entry_points);
    entry_points.retain(|entry| !entry.hosts.is_empty());
    Routing { name: class.to_owned(), dialect: DIALECT, entry_points, ..Routing::default() }
}

#[derive(Default)]
struct Host {
    /// With the rank of the path: length, then Exact before Prefix.
    rules: Vec<(Rule, (usize, u8))>,
    taken: BTreeMap<(String, bool), Origin>,
    origin: Option<Origin>,
}

struct Lowering<'a> {
    context: &'a Context,
    report: &'a mut Report,
    missing: BTreeSet<(String, String)>,
    /// By Ingress.
    protections: BTreeMap<String, Vec<Located<&'static str>>>,
}

impl Lowering<'_> {
    fn add(&mut self, host: &mut Host, ingress: &Ingress, path: &IngressPath) {
        let origin = ingress.origin(&path.field);
        let exact = path.path_type == PathType::Exact;
        if let Some(winner) = host.taken.get(&(path.path.clone(), exact)) {
            let message = format!("path `{}` is already taken on this host", path.path);
            self.report.push(
                Diagnostic::new(Code::DuplicatePath, message)
                    .at(&origin, "never gets a request")
                    .at(winner, "served by this one"),
            );
            self.report.ledger.record(&origin, Fate::Invalid, Some(Code::DuplicatePath));
            return;
        }
        host.taken.insert((path.path.clone(), exact), origin.clone());
        // Where the controller decides, a last `*` is a wildcard: load balancers of clouds take `/a/*` for all below
        // `/a/` (GKE Ingress, "URL paths"; AWS Load Balancer Controller, "Path patterns").
        let decides = path.path_type == PathType::ImplementationSpecific;
        let open = path.path.strip_suffix('*').filter(|open| decides && open.ends_with('/'));
        let bare = open.unwrap_or(&path.path);
        if decides && (bare.contains(['\\', '(', '[', '{', '|', '^', '*', '?']) || bare.ends_with('$')) {
            let message = format!("path `{}` is taken as plain text", path.path);
            self.report.push(
                Diagnostic::new(Code::PathTakenLiterally, message)
                    .at(&origin, "read without the controller's own expressions")
                    .help(Code::PathTakenLiterally.entry().fix),
            );
        }
        let bare = bare.strip_suffix('/').unwrap_or(bare);
        let matcher = match path.path_type {
            PathType::Exact => PathMatcher::Exact(path.path.clone()),
            PathType::Prefix | PathType::ImplementationSpecific if bare.is_empty() => PathMatcher::Any,
            PathType::Prefix | PathType::ImplementationSpecific => match open {
                Some(open) => PathMatcher::Prefix(open.to_owned()),
                None => PathMatcher::Segment(bare.to_owned()),
            },
        };
        if let Some(rule) = self.rule(ingress, &path.backend, matcher, &path.field, Cause::Declared) {
            host.rules.push((rule, (bare.len() + 1, u8::from(exact))));
        }
    }

    fn rule(
        &mut self,
        ingress: &Ingress,
        backend: &BackendRef,
        path: PathMatcher,
        field: &FieldPath,
        cause: Cause,
    ) -> Option<Rule> {
        let origin = ingress.origin(field);
        let Some((backend, port)) =
            resolve(self.context, &ingress.object.namespace, backend, ingress.origin(&backend.field))
        else {
            self.report.push(
                Diagnostic::new(Code::ResourceBackend, "a resource backend cannot be converted")
                    .at(&origin, "left out"),
            );
            self.report.ledger.record(&origin, Fate::Dropped, Some(Code::ResourceBackend));
            return None;
        };
        let service = (backend.service.namespace.clone(), backend.service.name.clone());
        if !port.service_known && self.missing.insert(service.clone()) {
            let message = format!("Service `{}/{}` is not in the input", service.0, service.1);
            self.report.push(
                Diagnostic::new(Code::ServiceNotFound, message).at(&backend.origin, "its port is taken as written"),
            );
        }
        if !port.port_found {
            let message = format!("Service `{}/{}` has no such port", service.0, service.1);
            self.report.push(Diagnostic::new(Code::PortNotFound, message).at(&backend.origin, "requests fail"));
        }
        let action = Action::Forward(Forward {
            backends: vec![backend],
            rewrite: None,
            host: None,
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            fallback: None,
            unavailable: Unavailable { no_endpoints: 503, missing: 503 },
        });
        let unmodelled = self.protections.get(&ingress.key()).cloned().unwrap_or_default();
        Some(Rule {
            matcher: Matcher::path(path),
            action,
            policies: Policies { unmodelled, ..Policies::default() }.shared(),
            cause,
            origin,
        })
    }
}

fn virtual_hosts(hosts: &BTreeMap<String, Host>, protocol: Protocol, ingresses: &[Ingress]) -> Vec<VirtualHost> {
    let mut out: Vec<VirtualHost> = hosts
        .iter()
        .filter_map(|(name, host)| {
            let tls = tls(name, ingresses);
            if protocol == Protocol::Https && tls.is_none() {
                return None;
            }
            let mut rules = host.rules.clone();
            // Longest path first, Exact before Prefix (Ingress documentation, "Multiple matches").
            rules.sort_by_key(|(_, rank)| std::cmp::Reverse(*rank));
            Some(VirtualHost {
                host: pattern(name),
                paths: PathHandling::Raw,
                rules: rules.into_iter().map(|(rule, _)| rule).collect(),
                unmatched: 404,
                tls: tls.filter(|_| protocol == Protocol::Https),
                passthrough: false,
                origin: host.origin.clone(),
            })
        })
        .collect();
    out.sort_by_key(|host| match &host.host {
        HostPattern::Exact(_) => (0, 0),
        HostPattern::Wildcard { suffix, .. } => (1, usize::MAX - suffix.len()),
        HostPattern::Regex(_) => (2, 0),
        HostPattern::Any => (3, 0),
    });
    out
}

fn pattern(host: &str) -> HostPattern {
    match host.strip_prefix("*.") {
        _ if host.is_empty() => HostPattern::Any,
        Some(suffix) => HostPattern::Wildcard { suffix: suffix.to_owned(), depth: WildcardDepth::One },
        None => HostPattern::Exact(host.to_owned()),
    }
}

/// The tls entries that list the host, or whose wildcard covers it, or that list no host at all.
fn tls(host: &str, ingresses: &[Ingress]) -> Option<Tls> {
    let covers = |listed: &String| {
        listed.eq_ignore_ascii_case(host)
            || listed.strip_prefix("*.").is_some_and(|suffix| {
                host.split_once('.').is_some_and(|(_, parent)| parent.eq_ignore_ascii_case(suffix))
            })
    };
    let names_host = |ingress: &&Ingress| {
        ingress.rules.iter().any(|rule| rule.host.eq_ignore_ascii_case(host))
            || (host.is_empty() && ingress.rules.is_empty())
    };
    let (ingress, entry) = ingresses.iter().filter(names_host).find_map(|ingress| {
        ingress.tls.iter().find(|tls| tls.hosts.is_empty() || tls.hosts.iter().any(covers)).map(|tls| (ingress, tls))
    })?;
    let secrets = entry.secret.iter().map(|secret| (ingress.object.namespace.clone(), secret.clone())).collect();
    Some(Tls { secrets, origin: Some(ingress.origin(&entry.field)), sni: None, client: None })
}
