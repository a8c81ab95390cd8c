//! Listeners: one a host and port, on as few Gateways as their limits and the topology allow.

use std::collections::{BTreeMap, BTreeSet};

use super::Run;
use super::grants::Grants;
use super::names::{self, Wanted};
use super::namespaces::{other_namespace, same_namespace};
use super::sites::{Listening, Site, Speaks, covers};
use crate::gateway::{
    AllowedRoutes, FromNamespaces, GROUP, LabelExpression, LabelSelector, Listener, ListenerTls, ObjectReference,
    ParentReference,
};
use crate::model::Origin;

/// Listeners of a Gateway or ListenerSet.
pub(super) const MOST: usize = 64;

/// Where a listening is attached, by the indexes of site and listening.
pub(super) type Attachments = BTreeMap<(usize, usize), Attachment>;

/// A listener of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attachment {
    pub parent: Parent,
    /// Unknown for a Gateway that is not ours.
    pub section: Option<String>,
}

/// An object with listeners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parent {
    /// `Gateway` or `ListenerSet`.
    pub kind: &'static str,
    pub namespace: String,
    pub name: String,
    /// The Gateway of a ListenerSet, by namespace and name.
    pub gateway: Option<(String, String)>,
}

impl Parent {
    pub(super) fn gateway(namespace: &str, name: String) -> Self {
        Self { kind: "Gateway", namespace: namespace.to_owned(), name, gateway: None }
    }

    pub(super) fn key(&self) -> (String, String) {
        (self.namespace.clone(), self.name.clone())
    }

    /// Namespace and name of the Gateway that has the listeners in the end.
    pub(super) fn home(&self) -> (String, String) {
        self.gateway.clone().unwrap_or_else(|| self.key())
    }
}

impl Attachment {
    /// The parentRef of a route of a namespace.
    pub(super) fn reference(&self, namespace: &str) -> ParentReference {
        let set = self.parent.kind != "Gateway";
        ParentReference {
            group: set.then(|| GROUP.to_owned()),
            kind: set.then(|| self.parent.kind.to_owned()),
            name: self.parent.name.clone(),
            namespace: other_namespace(&self.parent.namespace, namespace),
            port: None,
            section_name: self.section.clone(),
        }
    }
}

/// The listeners of some sites on one object.
pub(super) struct Bench<'r, 'a> {
    pub run: &'r Run<'a>,
    pub sites: &'r [Site<'a>],
    /// Namespaces of the routes of each listening.
    pub routes: &'r BTreeMap<(usize, usize), BTreeSet<String>>,
    pub attachments: Attachments,
    pub grants: &'r mut Grants,
}

impl Bench<'_, '_> {
    /// The listeners of these sites on an object, and where they came from.
    pub(super) fn listeners(&mut self, parent: &Parent, members: &[usize]) -> (Vec<Listener>, Vec<Origin>) {
        let sites = self.sites;
        let wanted: Vec<(usize, usize, &Site, &Listening)> = members
            .iter()
            .filter_map(|&index| Some((index, sites.get(index)?)))
            .flat_map(|(index, site)| site.listenings.iter().enumerate().map(move |(l, one)| (index, l, site, one)))
            .collect();
        let words: Vec<Wanted> = wanted.iter().map(|(_, _, site, listening)| want(site, listening)).collect();
        let mut listeners = Vec::new();
        let mut origins = BTreeSet::new();
        for ((index, position, site, listening), name) in wanted.into_iter().zip(names::unique(&words)) {
            let section = Some(name.clone());
            self.attachments.insert((index, position), Attachment { parent: parent.clone(), section });
            origins.extend(listening.origin.into_iter().chain(listening.tls).cloned());
            listeners.push(Listener {
                allowed_routes: Some(allowed(self.routes.get(&(index, position)), &parent.namespace)),
                hostname: site.host.clone(),
                name,
                port: listening.port,
                protocol: protocol(&listening.speaks).to_owned(),
                tls: self.tls(parent, listening),
            });
        }
        (listeners, origins.into_iter().collect())
    }

    /// Listeners of a Gateway that is not ours have any name. A route has to name its own only when its host covers
    /// another one: it would serve that host's listener as well.
    pub(super) fn forget_names(&mut self) {
        let sites = self.sites;
        for ((index, _), attachment) in &mut self.attachments {
            let host = sites.get(*index).and_then(|site| site.host.as_deref());
            if !sites.iter().any(|other| covers(host, other.host.as_deref())) {
                attachment.section = None;
            }
        }
    }

    fn tls(&mut self, parent: &Parent, listening: &Listening) -> Option<ListenerTls> {
        let (mode, secrets) = match &listening.speaks {
            Speaks::Http | Speaks::Tcp | Speaks::Udp => return None,
            Speaks::Passthrough => ("Passthrough", &[][..]),
            Speaks::Https(secrets) => ("Terminate", secrets.as_slice()),
        };
        let mut certificate_refs: Vec<ObjectReference> = Vec::new();
        for (namespace, name) in secrets {
            let origins = listening.tls.or(listening.origin);
            self.grants.need((parent.kind, &parent.namespace), ("Secret", namespace, name), origins);
            let reference = ObjectReference {
                name: name.clone(),
                namespace: other_namespace(namespace, &parent.namespace),
                ..ObjectReference::default()
            };
            if !certificate_refs.contains(&reference) {
                certificate_refs.push(reference);
            }
        }
        certificate_refs.truncate(MOST);
        let options =
            self.run.target.kinds.map(|kinds| (kinds.listener_options)(self.run, listening)).unwrap_or_default();
        Some(ListenerTls { certificate_refs, mode: Some(mode.to_owned()), options })
    }
}

/// `https-shop-example-com`, `http-wildcard-example-com`, `http` for every host, `tcp-9000`.
fn want(site: &Site, listening: &Listening) -> Wanted {
    let protocol = protocol(&listening.speaks).to_ascii_lowercase();
    let usual = match listening.speaks {
        Speaks::Http => Some(80),
        Speaks::Https(_) | Speaks::Passthrough => Some(443),
        Speaks::Tcp | Speaks::Udp => None,
    };
    let port = (usual != Some(listening.port)).then(|| listening.port.to_string());
    let host = site.host.as_deref().map(names::host_part);
    let words: Vec<&str> = [Some(protocol.as_str()), port.as_deref(), host.as_deref()].into_iter().flatten().collect();
    Wanted { key: words.join("|"), name: words.join("-"), limit: names::LABEL }
}

fn protocol(speaks: &Speaks) -> &'static str {
    match speaks {
        Speaks::Http => "HTTP",
        Speaks::Https(_) => "HTTPS",
        Speaks::Passthrough => "TLS",
        Speaks::Tcp => "TCP",
        Speaks::Udp => "UDP",
    }
}

/// The namespaces that have routes for a listener, and no others.
fn allowed(routes: Option<&BTreeSet<String>>, own: &str) -> AllowedRoutes {
    let namespaces = selection(routes.into_iter().flatten(), own);
    AllowedRoutes { kinds: Vec::new(), namespaces: Some(namespaces) }
}

/// These namespaces as seen from their own. Every namespace carries its name as a label (KEP-2161).
pub(super) fn selection<'n>(namespaces: impl Iterator<Item = &'n String>, own: &str) -> FromNamespaces {
    let names: BTreeSet<&str> = namespaces.map(|namespace| super::named(namespace)).collect();
    if names.iter().all(|name| same_namespace(name, own)) {
        return FromNamespaces { from: Some("Same".to_owned()), selector: None };
    }
    let expression = LabelExpression {
        key: "kubernetes.io/metadata.name".to_owned(),
        operator: "In".to_owned(),
        values: names.into_iter().map(str::to_owned).collect(),
    };
    let selector = LabelSelector { match_expressions: vec![expression], match_labels: BTreeMap::new() };
    FromNamespaces { from: Some("Selector".to_owned()), selector: Some(selector) }
}

/// Groups sites so that none has more listeners than an object may hold. A host keeps all its ports in one group:
/// every Gateway has an address of its own, and a host has one.
pub(super) fn groups(sites: &[Site], members: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    for &index in members {
        let size = sites.get(index).map_or(0, |site| site.listenings.len());
        match groups.last_mut().filter(|(used, _)| used + size <= MOST) {
            Some((used, group)) => {
                *used += size;
                group.push(index);
            }
            None => groups.push((size, vec![index])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What a Gateway that is not ours has to offer, one line a listener.
pub(super) fn needed(bench: &Bench) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, site) in bench.sites.iter().enumerate() {
        for (position, listening) in site.listenings.iter().enumerate() {
            let certificates = match &listening.speaks {
                Speaks::Https(secrets) => {
                    secrets.iter().map(|(ns, name)| format!("{}/{name}", super::named(ns))).collect()
                }
                Speaks::Http | Speaks::Passthrough | Speaks::Tcp | Speaks::Udp => Vec::new(),
            };
            let namespaces: Vec<&str> =
                bench.routes.get(&(index, position)).into_iter().flatten().map(|ns| super::named(ns)).collect();
            let named = bench.attachments.get(&(index, position)).and_then(|a| a.section.as_deref());
            let mut line = format!(
                "{} on port {} for {}",
                protocol(&listening.speaks),
                listening.port,
                site.host.as_deref().unwrap_or("every host")
            );
            if let Some(name) = named {
                line.push_str(&format!(", named {name}"));
            }
            if !certificates.is_empty() {
                line.push_str(&format!(", certificate {}", certificates.join(", ")));
            }
            if !namespaces.is_empty() {
                line.push_str(&format!(", routes of {}", namespaces.join(", ")));
            }
            lines.push(line);
        }
    }
    lines
}
