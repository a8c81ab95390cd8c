//! DestinationRules: which of them a client sees for a host, and what it says.

use std::collections::BTreeMap;

use crate::model::{Action, Backend, EntryPoint, Manifest, Policies, ServicePort, Shared};
use crate::source::istio::TrafficRule;

/// The namespace whose rules hold where no other does (MeshConfig `rootNamespace`).
const ROOT: &str = "istio-system";

/// The rules of the input by host.
#[derive(Debug)]
pub(super) struct Destinations<'o>(BTreeMap<String, Vec<TrafficRule<'o>>>);

impl<'o> Destinations<'o> {
    pub(super) fn of(manifests: &'o [Manifest]) -> Self {
        let rules = manifests.iter().filter(|manifest| manifest.object.kind == "DestinationRule");
        let mut hosts: BTreeMap<String, Vec<TrafficRule<'_>>> = BTreeMap::new();
        for rule in rules.filter_map(TrafficRule::read) {
            hosts.entry(rule.host()).or_default().push(rule);
        }
        Self(hosts)
    }

    /// Gives rules what holds for all their backends alike. Without a namespace of clients, that of the Service counts.
    pub(super) fn apply(&self, clients: Option<&str>, entry_points: &mut [EntryPoint]) {
        if self.0.is_empty() {
            return;
        }
        for rule in entry_points.iter_mut().flat_map(|entry| &mut entry.hosts).flat_map(|host| host.rules.iter_mut()) {
            if let Action::Forward(forward) = &rule.action {
                self.add(clients, &forward.backends, &mut rule.policies);
            }
        }
    }

    fn add(&self, clients: Option<&str>, backends: &[Backend], policies: &mut Shared<Policies>) {
        let of = |backend: &Backend| self.find(clients, &backend.service)?.of_port(backend.service.port);
        let Some(first) = backends.first().and_then(of) else { return };
        if backends.iter().skip(1).all(|backend| of(backend).is_some_and(|other| other.is_same(&first))) {
            first.add(policies);
        }
    }

    /// The client's namespace goes before the Service's, and that before the root namespace
    /// (istio/istio pilot/pkg/model/push_context.go, destinationRule).
    fn find(&self, clients: Option<&str>, service: &ServicePort) -> Option<&TrafficRule<'o>> {
        let host = match service.is_outside() {
            true => service.name.clone(),
            false => format!("{}.{}.svc.cluster.local", service.name, service.namespace),
        };
        let clients = clients.unwrap_or(&service.namespace);
        let seen: Vec<_> = self.0.get(&host)?.iter().filter(|rule| rule.is_seen(clients)).collect();
        let of = |namespace: &str| seen.iter().copied().find(|rule| rule.namespace() == namespace);
        of(clients).or_else(|| of(&service.namespace)).or_else(|| of(ROOT))
    }
}
