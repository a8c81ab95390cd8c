//! backendRefs: which Service a rule reaches, and whether it can.

use super::envoy_gateway;
use super::grants::Reference;
use super::objects::{Object, ServicePortSpec};
use super::route::{Lowering, Place};
use crate::gateway::{BackendRef, GROUP};
use crate::model::{
    Backend, BackendProtocol, BackendState, BackendTls, Located, Origin, Policies, ServicePort, Unavailable,
};
use crate::report::Code;
use crate::source::context::World;
use crate::syntax::FieldPath;

impl Lowering<'_> {
    /// The group of a rule.
    pub(super) fn backends(&mut self, at: &Place<'_>, rule: &FieldPath, refs: &[BackendRef]) -> Vec<Backend> {
        let path = rule.key("backendRefs");
        refs.iter().enumerate().map(|(index, reference)| self.backend(at, &path.index(index), reference)).collect()
    }

    /// One destination. What cannot be resolved is missing: its share of the requests fails.
    pub(super) fn backend(&mut self, at: &Place<'_>, path: &FieldPath, reference: &BackendRef) -> Backend {
        let origin = at.field(path);
        let namespace = reference.namespace.as_deref().unwrap_or(at.namespace);
        let is_host = reference.kind.as_deref() == Some("Hostname");
        let named = ServicePort {
            namespace: if is_host { String::new() } else { namespace.to_owned() },
            name: reference.name.clone(),
            port: reference.port.unwrap_or_default(),
            port_name: None,
        };
        let service = self.service_behind(namespace, reference).unwrap_or(named);
        let state = match self.resolve(at, namespace, reference) {
            Ok(state) => state,
            Err(problem) => {
                self.find(Code::ReferenceRefused, &origin, problem);
                BackendState::Missing
            }
        };
        Backend { service, weight: reference.weight.unwrap_or(1), state, origin }
    }

    fn resolve(&self, at: &Place<'_>, namespace: &str, reference: &BackendRef) -> Result<BackendState, String> {
        let group = reference.group.as_deref().unwrap_or_default();
        let kind = reference.kind.as_deref().unwrap_or("Service");
        let named = format!("{kind} `{namespace}/{}`", reference.name);
        let granted = self.objects.granted(&Reference {
            from_group: GROUP,
            from_kind: at.kind,
            from_namespace: at.namespace,
            to_group: group,
            to_kind: kind,
            to_namespace: namespace,
            to_name: &reference.name,
        });
        if !granted && !self.mesh {
            return Err(format!("no ReferenceGrant in `{namespace}` allows {named}"));
        }
        if (group, kind) != ("", "Service") {
            return self.of_implementation(group, kind, namespace, reference, &named);
        }
        // With no Service at all in the input nothing speaks against this one.
        if self.objects.world == World::Open || self.objects.services.is_empty() {
            return Ok(BackendState::Usable);
        }
        let key = (namespace.to_owned(), reference.name.clone());
        match self.objects.services.get(&key) {
            None => Err(format!("{named} is not in the input")),
            Some(_) if self.service_port(at, namespace, reference).is_none() => {
                Err(format!("{named} has no port {}", reference.port.unwrap_or_default()))
            }
            Some(_) if self.objects.endpoints.get(&key) == Some(&false) => Ok(BackendState::NoEndpoints),
            Some(_) => Ok(BackendState::Usable),
        }
    }

    /// The Service that a Backend of Envoy Gateway names by its one host, `web.shop.svc.cluster.local`.
    fn service_behind(&self, namespace: &str, reference: &BackendRef) -> Option<ServicePort> {
        let endpoints = self.written_backend(namespace, reference)?.spec.get("endpoints")?.as_array()?;
        let [endpoint] = endpoints.as_slice() else { return None };
        let host = endpoint.get("fqdn")?;
        let mut labels = host.get("hostname")?.as_str()?.split('.');
        let (name, namespace) = (labels.next()?, labels.next()?);
        let rest: Vec<&str> = labels.collect();
        matches!(rest.as_slice(), ["svc"] | ["svc", "cluster", "local"]).then_some(())?;
        let port = u16::try_from(host.get("port")?.as_u64()?).ok()?;
        Some(ServicePort { namespace: namespace.to_owned(), name: name.to_owned(), port, port_name: None })
    }

    /// The Backend that a reference names, where the implementation has such objects.
    fn written_backend(&self, namespace: &str, reference: &BackendRef) -> Option<&Object<serde_json::Value>> {
        let is_backend = reference.group.as_deref() == Some(envoy_gateway::GROUP);
        let backends = self.objects.extensions.get("Backend");
        let backends = backends.filter(|_| is_backend && self.profile.envoy_gateway_objects)?;
        backends.get(&(namespace.to_owned(), reference.name.clone()))
    }

    /// A backend of another kind: usable where the implementation knows the kind.
    fn of_implementation(
        &self,
        group: &str,
        kind: &str,
        namespace: &str,
        reference: &BackendRef,
        named: &str,
    ) -> Result<BackendState, String> {
        if !self.profile.backend_kinds.contains(&(group, kind)) {
            return Err(format!("{named} of `{group}` is no backend that `{}` knows", self.profile.name));
        }
        let others = &self.objects.others;
        // Backends of Envoy Gateway are read like Services.
        let read = self.profile.envoy_gateway_objects && group == envoy_gateway::GROUP;
        let listed = read || others.iter().any(|(g, k, _)| g == group && k == kind);
        let key = (group.to_owned(), kind.to_owned(), (namespace.to_owned(), reference.name.clone()));
        // A host is the name of no object: Istio looks for a Service or ServiceEntry that has it (istio/istio
        // pilot/pkg/config/kube/gateway/conversion.go, buildDestination; measured: weights--after).
        if kind == "Hostname" {
            return if self.objects.world == World::Open || self.objects.has_host(&reference.name) {
                Ok(BackendState::Usable)
            } else {
                Err(format!("`{}` is no Service, and no ServiceEntry of the input names it", reference.name))
            };
        }
        if self.objects.world == World::Closed && listed && !others.contains(&key) {
            Err(format!("{named} is not in the input"))
        } else {
            Ok(BackendState::Usable)
        }
    }

    fn service_port(&self, at: &Place<'_>, namespace: &str, reference: &BackendRef) -> Option<&ServicePortSpec> {
        let protocol = if at.kind == "UDPRoute" { "UDP" } else { "TCP" };
        self.objects
            .services
            .get(&(namespace.to_owned(), reference.name.clone()))?
            .ports
            .iter()
            .find(|port| reference.port == Some(port.port) && port.protocol.as_deref().unwrap_or("TCP") == protocol)
    }

    /// Failures of a group under the profile. Where nothing is usable and something is missing, Envoy Gateway answers
    /// for the whole rule as for a missing backend (internal/gatewayapi/route.go, processHTTPRouteRules).
    pub(super) fn unavailable(&self, backends: &[Backend]) -> Unavailable {
        let weighted = || backends.iter().filter(|backend| backend.weight > 0);
        let usable = weighted().any(|backend| backend.state == BackendState::Usable);
        let missing = backends.iter().any(|backend| backend.state == BackendState::Missing);
        let status = if weighted().next().is_none() { self.profile.no_backends } else { self.profile.missing_backend };
        let whole_rule = self.profile.one_failure_per_rule && !usable && missing;
        Unavailable { no_endpoints: if whole_rule { status } else { self.profile.no_endpoints }, missing: status }
    }

    /// What the backend speaks, from the Service's appProtocol (GEP-1911), and TLS towards it (BackendTLSPolicy).
    pub(super) fn backend_policies(
        &self,
        at: &Place<'_>,
        refs: &[BackendRef],
        backends: &[Backend],
        policies: &mut Policies,
    ) {
        let ports = || {
            refs.iter().zip(backends).filter_map(|(reference, backend)| {
                let port = self.service_port(at, &backend.service.namespace, reference)?;
                Some((port, backend))
            })
        };
        policies.backend_protocol = ports()
            .find(|(port, _)| port.app_protocol.as_deref() == Some("kubernetes.io/h2c"))
            .map(|(_, backend)| Located::new(BackendProtocol::Grpc, backend.origin.clone()));
        let is_service = |reference: &BackendRef| reference.kind.as_deref().is_none_or(|kind| kind == "Service");
        let services = refs.iter().zip(backends).filter(|(reference, _)| is_service(reference));
        policies.backend_tls = services.into_iter().find_map(|(reference, backend)| {
            self.backend_tls(&backend.service, self.service_port(at, &backend.service.namespace, reference))
        });
        if let Some(tls) = &policies.backend_tls {
            let protocol = match policies.backend_protocol.as_ref().map(|located| located.value) {
                Some(BackendProtocol::Grpc | BackendProtocol::Grpcs) => BackendProtocol::Grpcs,
                Some(_) | None => BackendProtocol::Https,
            };
            policies.backend_protocol = Some(Located::new(protocol, tls.origin.clone()));
        }
        let extensions = refs.iter().filter_map(|reference| {
            self.written_backend(reference.namespace.as_deref().unwrap_or(at.namespace), reference)
        });
        for backend in extensions {
            envoy_gateway::read_backend(backend, policies);
        }
    }

    fn backend_tls(&self, service: &ServicePort, port: Option<&ServicePortSpec>) -> Option<Located<BackendTls>> {
        let port_name = port.and_then(|port| port.name.as_deref());
        let policies = self.objects.backend_tls.values().filter(|policy| policy.namespace == service.namespace);
        // A policy for the port goes before one for the whole Service (backendtlspolicy_types.go, targetRefs).
        let mut found = policies
            .filter_map(|policy| {
                let target = policy.spec.target_refs.iter().find(|target| {
                    target.kind == "Service"
                        && target.name == service.name
                        && target.section_name.as_deref().is_none_or(|name| Some(name) == port_name)
                })?;
                Some((target.section_name.is_none(), policy.age(), policy))
            })
            .collect::<Vec<_>>();
        found.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let (_, _, policy) = found.first()?;
        let validation = &policy.spec.validation;
        let tls = BackendTls {
            verify: true,
            server_name: Some(validation.hostname.clone()),
            secret: validation.ca_certificate_refs.first().map(|ca| (policy.namespace.clone(), ca.name.clone())),
            ..BackendTls::default()
        };
        Some(Located::new(tls, Origin::object(&policy.source)))
    }
}
