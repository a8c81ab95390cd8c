//! From the Service port that an Ingress names to the Service's port number.

use super::{BackendRef, PortRef};
use crate::model::{Backend, BackendState, Origin, ServicePort};
use crate::source::context::{Context, Port};

/// A port looked up in its Service.
#[derive(Debug, Clone)]
pub struct ResolvedPort {
    /// The Service port to write.
    pub service: ServicePort,
    /// The Service is in the input.
    pub service_known: bool,
    /// The Service has such a port (or is not in the input).
    pub port_found: bool,
}

/// Looks a port up. ingress-nginx takes a Service port by its number, its `targetPort` (as text) or its name,
/// whichever comes first in the Service (controller.go, serviceEndpoints); so do we for every dialect, because the
/// other controllers accept a subset.
#[must_use]
pub fn resolve_port(context: &Context, namespace: &str, name: &str, port: &PortRef) -> ResolvedPort {
    let text = port.to_string();
    let service = context.service(namespace, name);
    let found: Option<&Port> = service
        .and_then(|s| s.ports.iter().find(|p| p.number.to_string() == text || p.target == text || p.name == text));
    let (number, port_name) = match (found, port) {
        (Some(found), _) => (found.number, None),
        (None, PortRef::Number(number)) => (*number, None),
        (None, PortRef::Name(name)) => (0, Some(name.clone())),
    };
    ResolvedPort {
        service: ServicePort { namespace: namespace.to_owned(), name: name.to_owned(), port: number, port_name },
        service_known: service.is_some(),
        // An ExternalName Service forwards to whatever port is asked for.
        port_found: found.is_some() || service.is_none_or(|s| s.external),
    }
}

/// The model's backend for an Ingress backend; `None` for a resource backend.
#[must_use]
pub fn resolve(
    context: &Context,
    namespace: &str,
    backend: &BackendRef,
    origin: Origin,
) -> Option<(Backend, ResolvedPort)> {
    let name = backend.service.as_deref()?;
    let resolved = resolve_port(context, namespace, name, &backend.port);
    let state: BackendState = context.state(&resolved.service, resolved.port_found);
    Some((Backend { service: resolved.service.clone(), weight: 1, state, origin }, resolved))
}
