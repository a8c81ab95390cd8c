//! What policies are attached to, and the levels above a route.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Manifest;
use crate::syntax::Node;

/// An object, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    pub kind: String,
    /// Empty for kinds of the cluster scope.
    pub namespace: String,
    pub name: String,
    /// A listener of a Gateway, a rule of a route.
    pub section: Option<String>,
}

/// Kinds that policies are attached to, from the top. Others (workloads that an autoscaler names) are no targets.
const KINDS: &[&str] = &[
    "GatewayClass",
    "Gateway",
    "ListenerSet",
    "Namespace",
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "TCPRoute",
    "UDPRoute",
    "Service",
    "ServiceEntry",
    "ServiceImport",
];

impl Reference {
    /// A target; `None` for kinds that are none.
    pub(super) fn new(kind: &str, namespace: &str, name: &str, section: Option<&str>) -> Option<Self> {
        let scoped = !matches!(kind, "GatewayClass" | "Namespace");
        KINDS.contains(&kind).then(|| Self {
            kind: kind.to_owned(),
            namespace: if scoped { namespace.to_owned() } else { String::new() },
            name: name.to_owned(),
            section: section.map(str::to_owned),
        })
    }

    /// `HTTPRoute shop/web, rule admin`.
    pub(super) fn label(&self) -> String {
        let object =
            if self.namespace.is_empty() { self.name.clone() } else { format!("{}/{}", self.namespace, self.name) };
        let part = match (&self.section, self.kind.as_str()) {
            (None, _) => String::new(),
            (Some(section), "Gateway" | "ListenerSet") => format!(", listener {section}"),
            (Some(section), "Service") => format!(", port {section}"),
            (Some(section), _) => format!(", rule {section}"),
        };
        format!("{} {object}{part}", self.kind)
    }

    fn whole(&self) -> Self {
        Self { section: None, ..self.clone() }
    }
}

/// The objects of the input that stand above and below each other.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    /// GatewayClass of each Gateway.
    classes: BTreeMap<(String, String), String>,
    /// Parents of each route: Gateways, with a listener where the route names one.
    parents: BTreeMap<Reference, BTreeSet<Reference>>,
    /// Services behind each route, by rule name where the rule has one.
    backends: BTreeMap<Reference, BTreeSet<(Option<String>, Reference)>>,
}

impl Hierarchy {
    pub(super) fn of(manifests: &[Manifest]) -> Self {
        let mut found = Self::default();
        for manifest in manifests.iter().filter(|manifest| manifest.group() == crate::gateway::GROUP) {
            let Some(spec) = manifest.node.get("spec") else { continue };
            let object = &manifest.object;
            match object.kind.as_str() {
                "Gateway" => {
                    let class = spec.get("gatewayClassName").and_then(Node::as_str).unwrap_or_default();
                    found.classes.insert((object.namespace.clone(), object.name.clone()), class.to_owned());
                }
                kind if kind.ends_with("Route") => {
                    if let Some(route) = Reference::new(kind, &object.namespace, &object.name, None) {
                        found
                            .parents
                            .insert(route.clone(), references(spec, "parentRefs", "Gateway", &object.namespace));
                        found.backends.insert(route, backends(spec, &object.namespace));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Whether the input holds the object.
    pub(super) fn holds(&self, subject: &Reference) -> bool {
        match subject.kind.as_str() {
            "Gateway" => self.classes.contains_key(&(subject.namespace.clone(), subject.name.clone())),
            kind if kind.ends_with("Route") => self.parents.contains_key(&subject.whole()),
            // Of these the input need not hold the object for a policy to be about it.
            _ => true,
        }
    }

    /// Routes of the input, and their rules and backends.
    pub(super) fn routes(&self) -> impl Iterator<Item = &Reference> {
        self.parents.keys()
    }

    /// The ways down to a subject, each from the top: a route has one for each Gateway.
    pub(super) fn paths(&self, subject: &Reference) -> Vec<Vec<Reference>> {
        let kind = subject.kind.as_str();
        match kind {
            "Gateway" => vec![self.gateway_path(subject)],
            _ if kind.ends_with("Route") => self.route_paths(subject),
            "Service" => {
                let above = self.backends.iter().flat_map(|(route, services)| {
                    let mine = services.iter().filter(|(_, service)| service.whole() == subject.whole());
                    mine.map(move |(rule, _)| Reference { section: rule.clone(), ..route.clone() })
                });
                let above: BTreeSet<Reference> = above.collect();
                let mut paths: Vec<Vec<Reference>> = above.iter().flat_map(|route| self.route_paths(route)).collect();
                if paths.is_empty() {
                    paths.push(namespace_of(subject).into_iter().collect());
                }
                for path in &mut paths {
                    path.push(subject.whole());
                    path.extend(subject.section.is_some().then(|| subject.clone()));
                }
                paths
            }
            _ => vec![vec![subject.clone()]],
        }
    }

    fn route_paths(&self, route: &Reference) -> Vec<Vec<Reference>> {
        let none = BTreeSet::new();
        let parents = self.parents.get(&route.whole()).unwrap_or(&none);
        let mut paths: Vec<Vec<Reference>> = parents.iter().map(|gateway| self.gateway_path(gateway)).collect();
        if paths.is_empty() {
            paths.push(Vec::new());
        }
        for path in &mut paths {
            path.extend(namespace_of(route));
            path.push(route.whole());
            path.extend(route.section.is_some().then(|| route.clone()));
        }
        paths
    }

    fn gateway_path(&self, gateway: &Reference) -> Vec<Reference> {
        let class = self.classes.get(&(gateway.namespace.clone(), gateway.name.clone()));
        let class = class.and_then(|class| Reference::new("GatewayClass", "", class, None));
        let listener = gateway.section.is_some().then(|| gateway.clone());
        class.into_iter().chain([gateway.whole()]).chain(listener).collect()
    }
}

fn namespace_of(subject: &Reference) -> Option<Reference> {
    Reference::new("Namespace", "", &subject.namespace, None)
}

fn references(spec: &Node, field: &str, default_kind: &str, namespace: &str) -> BTreeSet<Reference> {
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let one = |node: &Node| {
        let kind = text(node, "kind").unwrap_or_else(|| default_kind.to_owned());
        let namespace = text(node, "namespace").unwrap_or_else(|| namespace.to_owned());
        Reference::new(&kind, &namespace, &text(node, "name")?, text(node, "sectionName").as_deref())
    };
    spec.get(field).map(Node::items).unwrap_or_default().iter().filter_map(one).collect()
}

fn backends(spec: &Node, namespace: &str) -> BTreeSet<(Option<String>, Reference)> {
    let rules = spec.get("rules").map(Node::items).unwrap_or_default();
    let of = |rule: &Node| {
        let name = rule.get("name").and_then(Node::as_str).map(str::to_owned);
        references(rule, "backendRefs", "Service", namespace).into_iter().map(move |service| (name.clone(), service))
    };
    rules.iter().flat_map(of).collect()
}
