//! Certificates that routes of v1alpha1 brought to listeners with `routeOverride.certificate: Allow`, as listeners: one
//! for each host of the route beside the one that let it (httproute_types.go v0.3.0, RouteTLSConfig).

use std::collections::{BTreeMap, BTreeSet};

use super::Surroundings;
use super::edit::text;
use super::selection::{self, Listener};
use super::versions::X_GROUP;
use crate::model::Manifest;
use crate::syntax::{FieldPath, Node};

/// What became of a route's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Listeners have it.
    Moved,
    /// No listener let the route bring it.
    WithoutEffect,
    /// It cannot be told which listener had it, or there is none: what to do.
    Lost(&'static str),
}

/// By namespace and name of the route.
pub(super) type Fates = BTreeMap<Name, Fate>;

type Name = (String, String);

/// A place for a certificate: Gateway, listener and host.
type Place = (Name, usize, String);

/// Gives Gateways the listeners. They choose the routes that the listener beside them chooses, so this goes before
/// everything else.
pub(super) fn to_listeners(manifests: &mut [Manifest], around: &Surroundings) -> Fates {
    let mut fates = Fates::new();
    let mut places: BTreeMap<Place, Vec<(Name, Node)>> = BTreeMap::new();
    for route in manifests.iter().filter(|one| one.group() == X_GROUP && one.object.kind == "HTTPRoute") {
        let Some(certificate) = route.node.at(&FieldPath::root().field("spec.tls.certificateRef")) else { continue };
        let name = name(route);
        match wanted(route, manifests, around) {
            Ok(found) => {
                fates.insert(name.clone(), Fate::Moved);
                for place in found {
                    places.entry(place).or_default().push((name.clone(), certificate.clone()));
                }
            }
            Err(fate) => drop(fates.insert(name, fate)),
        }
    }
    let mut served: BTreeSet<(Name, usize)> = BTreeSet::new();
    for ((gateway, index, host), brought) in places {
        let Some((_, certificate)) = brought.first() else { continue };
        let same = brought.iter().all(|(_, other)| other.to_json() == certificate.to_json());
        let gateway_node = manifests.iter_mut().find(|one| one.object.kind == "Gateway" && self::name(one) == gateway);
        let listeners = gateway_node.and_then(|one| one.node.get_mut("spec")?.get_mut("listeners"));
        let first = served.insert((gateway, index));
        let given = same && listeners.is_some_and(|listeners| give(listeners, index, &host, certificate, first));
        if !given {
            let why =
                "several listeners or routes give the host a certificate: write a listener with the one that is meant";
            fates.extend(brought.into_iter().map(|(route, _)| (route, Fate::Lost(why))));
        }
    }
    fates
}

fn name(manifest: &Manifest) -> Name {
    (manifest.object.namespace.clone(), manifest.object.name.clone())
}

/// Where the certificate of a route takes effect.
fn wanted(route: &Manifest, manifests: &[Manifest], around: &Surroundings) -> Result<Vec<Place>, Fate> {
    let taking = around.listeners.iter().filter(|one| selection::takes(one, route, &around.namespaces));
    let taking: Vec<(&Listener, &Node)> = taking
        .filter_map(|one| Some((one, node(one, manifests)?)))
        .filter(|(_, node)| node.get("tls").is_some())
        .collect();
    if taking.is_empty() {
        return Err(Fate::Lost(
            "no listener with TLS among the input chooses the route: give the Gateway one for its hosts with this certificate",
        ));
    }
    let allows = |node: &Node| {
        let path = FieldPath::root().field("tls.routeOverride.certificate");
        node.at(&path).and_then(Node::as_str) == Some("Allow")
    };
    let allowing: Vec<&(&Listener, &Node)> = taking.iter().filter(|(_, node)| allows(node)).collect();
    if allowing.is_empty() {
        return Err(Fate::WithoutEffect);
    }
    if allowing.iter().any(|(listener, _)| listener.gateway.0 != route.object.namespace) {
        return Err(Fate::Lost(
            "the Gateway is in another namespace: give it a listener for the route's hosts with this certificate, and a \
             ReferenceGrant for the Secret",
        ));
    }
    let hosts: Vec<&str> = route
        .node
        .at(&FieldPath::root().field("spec.hostnames"))
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .collect();
    if hosts.is_empty() || hosts.contains(&"*") {
        return Err(Fate::Lost("the route names no hosts: say which listener is to have the certificate"));
    }
    let of = |(listener, node): &&(&Listener, &Node)| {
        let own = node.text_of("hostname").unwrap_or("*").to_owned();
        let inside = hosts.clone().into_iter().filter(move |host| is_inside(host, &own));
        let place = |host: &str| (listener.gateway.clone(), listener.index, host.to_owned());
        inside.map(place).collect::<Vec<_>>()
    };
    Ok(allowing.iter().flat_map(of).collect())
}

fn node<'m>(listener: &Listener, manifests: &'m [Manifest]) -> Option<&'m Node> {
    let gateway = manifests.iter().find(|one| one.object.kind == "Gateway" && name(one) == listener.gateway)?;
    gateway.node.get("spec")?.get("listeners")?.items().get(listener.index)
}

/// Whether a listener's hostname takes the host.
fn is_inside(host: &str, own: &str) -> bool {
    let below = own.strip_prefix('*').is_some_and(|suffix| host.strip_prefix('*').unwrap_or(host).ends_with(suffix));
    own == "*" || own.is_empty() || own == host || own.starts_with("*.") && below
}

/// Puts a certificate on the listener of a host, which is made of the one that let routes bring theirs. False when the
/// host has another listener.
fn give(listeners: &mut Node, index: usize, host: &str, certificate: &Node, first: bool) -> bool {
    let Some(model) = listeners.items_mut().get_mut(index) else { return false };
    if let Some(tls) = model.get_mut("tls") {
        tls.take("routeOverride");
    }
    // One that has no certificate of its own served nothing else.
    let bare = model.get("tls").is_none_or(|tls| tls.get("certificateRef").is_none());
    let own = first && bare || model.text_of("hostname") == Some(host);
    let mut made = model.clone();
    made.put("hostname", text(host, certificate.span));
    if let Some(tls) = made.get_mut("tls") {
        tls.put("certificateRef", certificate.clone());
    }
    if !own {
        made.take("name");
    }
    let port = made.get("port").map(Node::to_json);
    let is_there = |(at, other): (usize, &Node)| {
        at != index && other.get("port").map(Node::to_json) == port && other.text_of("hostname") == Some(host)
    };
    if listeners.items().iter().enumerate().any(is_there) {
        return false;
    }
    match listeners.items_mut().get_mut(index).filter(|_| own) {
        Some(model) => *model = made,
        None => listeners.push(made),
    }
    true
}
