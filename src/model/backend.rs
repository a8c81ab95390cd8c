//! Where a request goes.

use super::Origin;

/// A port of a Service, or of a host outside of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServicePort {
    /// Namespace of the Service; empty for a host outside of the cluster.
    pub namespace: String,
    /// Name of the Service, or the host.
    pub name: String,
    /// The Service's port (not its targetPort); 0 when it is named and the Service is not in the input.
    pub port: u16,
    /// The port's name as the source wrote it, when it could not be resolved to a number.
    pub port_name: Option<String>,
}

impl ServicePort {
    /// Whether it is a host outside of the cluster: no Service has a dot in its name.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        self.namespace.is_empty() && self.name.contains('.')
    }
}

impl std::fmt::Display for ServicePort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.port_name {
            None if self.is_outside() => write!(f, "{}:{}", self.name, self.port),
            Some(name) => write!(f, "{}/{}:{name}", self.namespace, self.name),
            None => write!(f, "{}/{}:{}", self.namespace, self.name, self.port),
        }
    }
}

/// One destination of a weighted group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// The Service port; `None` for a reference that resolves to nothing (its share of requests fails).
    pub service: ServicePort,
    /// Share of requests, relative to the group's sum.
    pub weight: u32,
    /// What the input says about the Service.
    pub state: BackendState,
    /// The field that names it.
    pub origin: Origin,
}

/// What is known about a backend from the objects of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BackendState {
    /// The Service is in the input, or no Services are, so that nothing speaks against it.
    Usable,
    /// The Service exists and has no ready endpoints.
    NoEndpoints,
    /// Services are in the input and this one (or this port of it) is not, or the reference is not granted.
    Missing,
}
