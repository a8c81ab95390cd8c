//! DestinationRules: which of them a client sees for a host, and what it says.

use crate::model::{Action, Backend, EntryPoint, Manifest, Policies, Shared};
use crate::source::istio::TrafficRules;

/// The rules of the input.
#[derive(Debug)]
pub(super) struct Destinations<'o>(TrafficRules<'o>);

impl<'o> Destinations<'o> {
    pub(super) fn of(manifests: &'o [Manifest]) -> Self {
        Self(TrafficRules::read(manifests))
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
        let of = |backend: &Backend| {
            let service = &backend.service;
            let host = match service.is_outside() {
                true => service.name.clone(),
                false => format!("{}.{}.svc.cluster.local", service.name, service.namespace),
            };
            self.0.of_port(clients.unwrap_or(&service.namespace), &host, &service.namespace, service.port)
        };
        let Some(first) = backends.first().and_then(of) else { return };
        if backends.iter().skip(1).all(|backend| of(backend).is_some_and(|other| other.is_same(&first))) {
            first.add(policies);
        }
    }
}
