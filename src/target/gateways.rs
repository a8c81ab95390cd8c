//! Gateways and ListenerSets, by topology.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::grants::Grants;
use super::listeners::{self, Attachments, Bench, MOST, Parent};
use super::sites::{Site, Speaks};
use super::{Emitted, Run, Topology, managed, named, names, namespaces};
use crate::gateway::{
    AllowedListeners, AllowedRoutes, GROUP, GatewaySpec, Listener, ListenerSetSpec, Object, ParentReference, Resource,
};
use crate::model::Origin;
use crate::report::{Code, Diagnostic};

/// Objects with listeners, and who is attached where.
pub(super) struct Placement {
    pub objects: Vec<Emitted>,
    /// A Gateway that is not ours, as it has to be for the routes.
    pub expected: Option<Emitted>,
    pub attachments: Attachments,
}

/// Gives every listening a listener.
pub(super) fn place(
    run: &Run,
    sites: &[Site],
    routes: &BTreeMap<(usize, usize), BTreeSet<String>>,
    grants: &mut Grants,
    findings: &mut Findings,
) -> Placement {
    let mut bench = Bench { run, sites, routes, attachments: Attachments::new(), grants };
    let mut expected = None;
    let objects = match (&run.options.gateway, run.options.topology) {
        (Some((namespace, name)), _) => {
            expected = Some(attach_to_existing(run, namespace, name, &mut bench, findings));
            Vec::new()
        }
        (None, Topology::Shared) => {
            let namespace = gateway_namespace(run, routes, sites, findings);
            gateways(run, &namespace, &(0..sites.len()).collect::<Vec<_>>(), &mut bench, findings)
        }
        (None, Topology::Namespace) => by_namespace(sites, 0..sites.len())
            .into_iter()
            .flat_map(|(namespace, members)| gateways(run, &namespace, &members, &mut bench, findings))
            .collect(),
        (None, Topology::ListenerSet) => {
            let namespace = gateway_namespace(run, routes, sites, findings);
            with_listener_sets(run, &namespace, &mut bench)
        }
    };
    Placement { objects, expected, attachments: bench.attachments }
}

/// Namespaces and names of the Gateways among objects.
pub(super) fn written(emitted: &[Emitted]) -> Vec<(String, String)> {
    let name = |one: &Emitted| {
        let Object::Gateway(gateway) = &one.object else { return None };
        Some((gateway.metadata.namespace.clone(), gateway.metadata.name.clone()))
    };
    emitted.iter().filter_map(name).collect()
}

fn by_namespace(sites: &[Site], members: impl Iterator<Item = usize>) -> BTreeMap<String, Vec<usize>> {
    let mut namespaces: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for index in members {
        if let Some(site) = sites.get(index) {
            namespaces.entry(site.namespace().to_owned()).or_default().push(index);
        }
    }
    namespaces
}

/// Gateways of one namespace, as many as the listeners need.
fn gateways(run: &Run, namespace: &str, members: &[usize], bench: &mut Bench, findings: &mut Findings) -> Vec<Emitted> {
    let groups = listeners::groups(bench.sites, members);
    if groups.len() > 1 {
        let message = format!("the listeners of namespace `{}` need {} Gateways", named(namespace), groups.len());
        let note = format!("a Gateway has at most {MOST} listeners, and each Gateway has an address of its own");
        findings.say(Diagnostic::new(Code::ListenerLimit, message).note(note), None);
    }
    groups
        .iter()
        .enumerate()
        .map(|(number, group)| {
            let name = numbered(&gateway_name(run), number);
            let parent = Parent::gateway(namespace, name);
            let (listeners, origins) = bench.listeners(&parent, group);
            gateway(run, &parent, listeners, None, origins)
        })
        .collect()
}

/// One Gateway with the listeners for every host and of streams, and ListenerSets beside the routes.
fn with_listener_sets(run: &Run, namespace: &str, bench: &mut Bench) -> Vec<Emitted> {
    let (shared, hosts): (Vec<usize>, Vec<usize>) =
        (0..bench.sites.len()).partition(|&index| bench.sites.get(index).is_none_or(|site| site.host.is_none()));
    let parent = Parent::gateway(namespace, gateway_name(run));
    let (mut listeners, origins) = bench.listeners(&parent, &shared);
    if listeners.is_empty() {
        listeners.push(placeholder(bench.sites));
    }
    let mut sets = Vec::new();
    let homes = by_namespace(bench.sites, hosts.into_iter());
    for (home, members) in &homes {
        for (number, group) in listeners::groups(bench.sites, members).iter().enumerate() {
            let name = numbered(&parent.name, number);
            let gateway = Some(parent.key());
            let set = Parent { kind: "ListenerSet", namespace: home.clone(), name, gateway };
            let (listeners, origins) = bench.listeners(&set, group);
            sets.push(listener_set(&set, &parent, listeners, origins));
        }
    }
    let allowed = (!homes.is_empty())
        .then(|| AllowedListeners { namespaces: Some(listeners::selection(homes.keys(), namespace)) });
    let gateway = gateway(run, &parent, listeners, allowed, origins);
    std::iter::once(gateway).chain(sets).collect()
}

/// A Gateway needs a listener of its own; this one has no routes and answers 404 to hosts that nobody serves.
fn placeholder(sites: &[Site]) -> Listener {
    let http = sites.iter().flat_map(|site| &site.listenings).filter(|l| l.speaks == Speaks::Http);
    Listener {
        allowed_routes: Some(AllowedRoutes {
            kinds: Vec::new(),
            namespaces: Some(listeners::selection(std::iter::empty(), "")),
        }),
        name: "http".to_owned(),
        port: http.map(|l| l.port).min().unwrap_or(80),
        protocol: "HTTP".to_owned(),
        ..Listener::default()
    }
}

fn gateway(
    run: &Run,
    parent: &Parent,
    listeners: Vec<Listener>,
    allowed_listeners: Option<AllowedListeners>,
    origins: Vec<Origin>,
) -> Emitted {
    let spec = GatewaySpec {
        addresses: run.options.gateway_addresses.clone(),
        allowed_listeners,
        gateway_class_name: gateway_class(run),
        listeners,
        ..GatewaySpec::default()
    };
    let object = Object::Gateway(Resource {
        api_version: format!("{GROUP}/v1"),
        kind: parent.kind.to_owned(),
        metadata: managed(&parent.namespace, &parent.name),
        spec: spec.into(),
    });
    Emitted { object, origins }
}

fn listener_set(set: &Parent, gateway: &Parent, listeners: Vec<Listener>, origins: Vec<Origin>) -> Emitted {
    let parent_ref = ParentReference {
        name: gateway.name.clone(),
        namespace: namespaces::other_namespace(&gateway.namespace, &set.namespace),
        ..ParentReference::default()
    };
    let object = Object::ListenerSet(Resource {
        api_version: format!("{GROUP}/v1"),
        kind: set.kind.to_owned(),
        metadata: managed(&set.namespace, &set.name),
        spec: ListenerSetSpec { listeners, parent_ref }.into(),
    });
    Emitted { object, origins }
}

fn attach_to_existing(run: &Run, namespace: &str, name: &str, bench: &mut Bench, findings: &mut Findings) -> Emitted {
    let parent = Parent::gateway(namespace, name.to_owned());
    let (listeners, origins) = bench.listeners(&parent, &(0..bench.sites.len()).collect::<Vec<_>>());
    bench.forget_names();
    let needed = listeners::needed(bench);
    let message = format!("Gateway `{namespace}/{name}` needs listeners for the routes");
    let finding = Diagnostic::new(Code::ListenersNeeded, message);
    findings.say(needed.into_iter().fold(finding, Diagnostic::note), None);
    gateway(run, &parent, listeners, None, origins)
}

/// The namespace of a shared Gateway: the one that was named, or the first that has routes.
fn gateway_namespace(
    run: &Run,
    routes: &BTreeMap<(usize, usize), BTreeSet<String>>,
    sites: &[Site],
    findings: &mut Findings,
) -> String {
    let candidates: BTreeSet<&str> = routes.values().flatten().map(String::as_str).collect();
    let of_a_site = || sites.iter().map(Site::namespace).find(|namespace| !namespace.is_empty());
    let first = candidates.first().copied().or_else(of_a_site).unwrap_or("");
    // A routing that has the name of a Gateway is that Gateway's, which stays where it is.
    let own = run.routing.name.rsplit_once('/').map(|(namespace, _)| namespace).filter(|_| run.routing.class.is_some());
    let chosen = run.options.gateway_namespace.as_deref().or(own).unwrap_or(first);
    let known = &run.context.namespaces;
    let missing = !known.is_empty() && !known.contains_key(named(chosen));
    let guessed = run.options.gateway_namespace.is_none() && own.is_none() && candidates.len() > 1;
    if guessed || missing {
        let message = format!("the Gateway is put into namespace `{}`", named(chosen));
        let mut finding = Diagnostic::new(Code::GatewayNamespace, message);
        if guessed {
            finding = finding.note("the first by name of the namespaces with routes");
        }
        if missing {
            finding = finding.note("this namespace is not in the input");
        }
        findings.say(finding, None);
    }
    chosen.to_owned()
}

/// The class that a routing's name stands for: an ingress class, or the name of a Gateway after its namespace.
pub(super) fn class_of(routing: &str) -> &str {
    let class = routing.rsplit_once('/').map_or(routing, |(_, name)| name);
    if class.is_empty() { "default" } else { class }
}

fn gateway_name(run: &Run) -> String {
    names::of_words(class_of(&run.routing.name), names::LABEL)
}

pub(super) fn gateway_class(run: &Run) -> String {
    if let (Some(_), Some(class)) = (&run.options.gateway, &run.options.gateway_class) {
        return class.clone();
    }
    let name = &run.routing.name;
    let class = run.routing.class.as_deref().unwrap_or_else(|| class_of(name));
    let mapped = run.options.class_map.get(name).or_else(|| run.options.class_map.get(class));
    mapped.map_or_else(|| run.target.class.unwrap_or(class).to_owned(), String::clone)
}

/// The name itself, then `-2`, `-3`, …
fn numbered(name: &str, index: usize) -> String {
    if index == 0 { name.to_owned() } else { names::fit(&format!("{name}-{}", index + 1), name, names::LABEL) }
}
