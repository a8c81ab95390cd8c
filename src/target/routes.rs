//! Routes: one for each host and namespace, attached to the listeners that have the same rules.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{Draft, Pen};
use super::sites::{Listening, Site, Speaks};
use super::{Run, Topology, grpc, matches, route_names, split, streams};
use crate::gateway::{HttpMatch, HttpPathMatch};
use crate::model::{Origin, Protocol, Rule};

/// A route that is going to be written.
#[derive(Debug, Clone)]
pub(super) struct Plan<'a> {
    /// Index of the site.
    pub site: usize,
    /// Indexes of the site's listenings.
    pub listenings: Vec<usize>,
    pub namespace: String,
    pub name: String,
    pub content: Content<'a>,
    /// What named the host: where the route came from when no rule says so.
    pub origin: Option<&'a Origin>,
}

/// What a route holds.
#[derive(Debug, Clone)]
pub(super) struct Content<'a> {
    pub kind: Kind,
    /// The rules; more than one list when one route cannot hold them.
    pub parts: Vec<Vec<Draft<'a>>>,
}

/// A kind of route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    Grpc,
    Tls,
    Tcp,
    Udp,
}

impl Kind {
    /// `kind` of the object.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTPRoute",
            Self::Grpc => "GRPCRoute",
            Self::Tls => "TLSRoute",
            Self::Tcp => "TCPRoute",
            Self::Udp => "UDPRoute",
        }
    }

    /// Whether it can be attached to several listeners of a host.
    pub(super) fn is_http(self) -> bool {
        match self {
            Self::Http | Self::Grpc => true,
            Self::Tls | Self::Tcp | Self::Udp => false,
        }
    }
}

impl<'a> Content<'a> {
    /// The rules of all parts.
    pub(super) fn drafts(&self) -> impl Iterator<Item = &Draft<'a>> {
        self.parts.iter().flatten()
    }

    fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.kind.is_http()
            && self.drafts().count() == other.drafts().count()
            && self.drafts().zip(other.drafts()).all(|(our, their)| our.is_same(their))
    }
}

/// All routes, named.
pub(super) fn plan<'a>(pen: &mut Pen<'_, 'a>, sites: &[Site<'a>]) -> Vec<Plan<'a>> {
    let mut plans = Vec::new();
    for (index, site) in sites.iter().enumerate() {
        let mut of_site: Vec<Plan<'a>> = Vec::new();
        for (position, listening) in site.listenings.iter().enumerate() {
            for (namespace, content) in contents(pen, site, listening) {
                let same = |plan: &&mut Plan| plan.namespace == namespace && plan.content.is_same(&content);
                match of_site.iter_mut().find(same) {
                    Some(plan) => plan.listenings.push(position),
                    None => of_site.push(Plan {
                        site: index,
                        listenings: vec![position],
                        namespace,
                        name: String::new(),
                        content,
                        origin: listening.origin,
                    }),
                }
            }
        }
        plans.extend(of_site.into_iter().flat_map(|plan| one_port_each(pen.run, site, plan)));
    }
    route_names::give(&mut plans, sites);
    plans
}

/// A Gateway that is not ours has listeners of unknown names. A route for all its ports needs none, any other names
/// its port, and two references with ports alone are refused in the standard channel.
fn one_port_each<'a>(run: &Run, site: &Site, plan: Plan<'a>) -> Vec<Plan<'a>> {
    if run.options.gateway.is_none() || plan.listenings.len() < 2 || serves_every_port(run, site, &plan) {
        return vec![plan];
    }
    plan.listenings.iter().map(|&listening| Plan { listenings: vec![listening], ..plan.clone() }).collect()
}

/// Whether a route is for every http and https port of the routing.
pub(super) fn serves_every_port(run: &Run, site: &Site, plan: &Plan) -> bool {
    let ports: BTreeSet<u16> =
        plan.listenings.iter().filter_map(|&index| site.listenings.get(index)).map(|l| l.port).collect();
    run.routing.entry_points.iter().all(|entry| match entry.protocol {
        Protocol::Http | Protocol::Https => ports.contains(&entry.port),
        Protocol::Tcp | Protocol::Udp => true,
    })
}

/// The rules of one listener by the namespace of their routes.
fn contents<'a>(pen: &mut Pen<'_, 'a>, site: &Site<'a>, listening: &Listening<'a>) -> Vec<(String, Content<'a>)> {
    match listening.speaks {
        Speaks::Passthrough | Speaks::Tcp | Speaks::Udp => {
            return streams::content(pen, site, listening).into_iter().collect();
        }
        Speaks::Http | Speaks::Https(_) => {}
    }
    let parts: Vec<(String, Vec<Draft>)> = partition(pen.run, site, listening)
        .into_iter()
        .map(|(namespace, rules)| {
            let drafts = pen.drafts(&rules, listening, &namespace);
            (namespace, drafts)
        })
        .filter(|(_, drafts)| !drafts.is_empty())
        .collect();
    if parts.is_empty() && listening.shadowed {
        let content = Content { kind: Kind::Http, parts: vec![vec![nothing()]] };
        return vec![(site.namespace().to_owned(), content)];
    }
    let all: Vec<Draft> = parts.iter().flat_map(|(_, drafts)| drafts.iter().cloned()).collect();
    let kind = if grpc::fits(&all) { Kind::Grpc } else { Kind::Http };
    parts
        .into_iter()
        .map(|(namespace, drafts)| (namespace, Content { kind, parts: split::chunks(split::merge(drafts)) }))
        .collect()
}

/// A rule that no request meets (CONNECT names no path), so that the host has a route and answers 404.
fn nothing<'a>() -> Draft<'a> {
    let path = HttpPathMatch { kind: Some("Exact".to_owned()), value: Some("/".to_owned()) };
    let never = HttpMatch { method: Some("CONNECT".to_owned()), path: Some(path), ..HttpMatch::default() };
    Draft { matches: vec![never], ..Draft::default() }
}

/// The rules by namespace of the route, each list in order.
fn partition<'a>(run: &Run, site: &Site, listening: &Listening<'a>) -> Vec<(String, Vec<&'a Rule>)> {
    let owner = site.namespace();
    let home = |rule: &Rule| {
        let own = rule.origin.object.namespace.as_str();
        if own.is_empty() { owner.to_owned() } else { own.to_owned() }
    };
    let together = match run.options.topology {
        Topology::Namespace => Some(owner.to_owned()),
        Topology::Shared | Topology::ListenerSet if independent(listening, &home) => None,
        Topology::Shared | Topology::ListenerSet => listening.rules.first().map(|rule| home(rule)),
    };
    if let Some(namespace) = together {
        return vec![(namespace, listening.rules.clone())];
    }
    let mut parts: BTreeMap<String, Vec<&'a Rule>> = BTreeMap::new();
    for rule in &listening.rules {
        parts.entry(home(rule)).or_default().push(rule);
    }
    parts.into_iter().collect()
}

/// Whether no rule depends on its place before a rule of another namespace: ties between routes go to the older one
/// (httproute_types.go, HTTPRouteRule.Matches), so paths of different namespaces must be told apart by themselves.
fn independent(listening: &Listening, home: &impl Fn(&Rule) -> String) -> bool {
    let mut namespaces: BTreeMap<(Option<String>, Option<String>), BTreeSet<String>> = BTreeMap::new();
    for rule in &listening.rules {
        let Ok(HttpMatch { path: Some(path), .. }) = matches::write(&rule.matcher, listening.paths) else {
            return false;
        };
        namespaces.entry((path.kind, path.value)).or_default().insert(home(rule));
    }
    let several = namespaces.values().flatten().collect::<BTreeSet<_>>().len() > 1;
    let expressions = namespaces.keys().any(|(kind, _)| kind.as_deref() == Some("RegularExpression"));
    namespaces.values().all(|of_path| of_path.len() == 1) && !(several && expressions)
}

/// The rules of each listener that reach backends: without those that are withheld.
pub(super) fn reached<'a>(plans: &[Plan<'a>]) -> BTreeMap<(usize, usize), Vec<&'a Rule>> {
    let mut reached: BTreeMap<(usize, usize), Vec<&'a Rule>> = BTreeMap::new();
    for plan in plans {
        let drafts = plan.content.parts.iter().flatten().filter(|draft| !draft.body.backend_refs.is_empty());
        let rules: Vec<&'a Rule> = drafts.flat_map(|draft| draft.rules.iter().copied()).collect();
        for &listening in &plan.listenings {
            reached.entry((plan.site, listening)).or_default().extend(&rules);
        }
    }
    reached
}

/// Which namespaces have routes on each listener.
pub(super) fn namespaces(plans: &[Plan]) -> BTreeMap<(usize, usize), BTreeSet<String>> {
    let mut namespaces: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
    for plan in plans {
        for &listening in &plan.listenings {
            namespaces.entry((plan.site, listening)).or_default().insert(plan.namespace.clone());
        }
    }
    namespaces
}
