//! TLS towards Services as BackendTLSPolicy, which holds for a Service and not for a rule.

use std::collections::{BTreeMap, BTreeSet};

use super::sites::SecretName;
use super::{Emitted, hostname, managed, names};
use crate::gateway::{
    BackendTlsPolicySpec, BackendTlsValidation, GROUP, Object, ObjectReference, PolicyTargetRef, Resource,
};
use crate::model::{Action, Backend, BackendProtocol, Origin, Policies, Routing};

/// How a rule speaks to its backends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    Plain,
    /// TLS, certificate checked against these authorities (the system's without a Secret).
    Checked {
        server_name: String,
        authorities: Option<SecretName>,
    },
    /// TLS without a check, or one that BackendTLSPolicy cannot make.
    Unchecked,
}

impl Need {
    /// What a rule's policies ask for.
    pub(super) fn of(policies: &Policies) -> Self {
        match policies.backend_protocol.as_ref().map(|protocol| protocol.value) {
            Some(BackendProtocol::Https | BackendProtocol::Grpcs) => {}
            None
            | Some(
                BackendProtocol::Http | BackendProtocol::SameAsRequest | BackendProtocol::Grpc | BackendProtocol::Fcgi,
            ) => return Self::Plain,
        }
        match policies.backend_tls.as_ref().map(|tls| &tls.value) {
            Some(tls) if tls.verify => match &tls.server_name {
                Some(name) if hostname::is_precise(name) => {
                    Self::Checked { server_name: name.clone(), authorities: tls.secret.clone() }
                }
                Some(_) | None => Self::Unchecked,
            },
            Some(_) | None => Self::Unchecked,
        }
    }
}

/// What all rules of a routing need of each Service. A policy without a port's name holds for all its ports, and port
/// names are not in the model, so a Service can have a policy only when every rule needs the same of it.
#[derive(Debug, Default)]
pub(super) struct Needs(BTreeMap<(String, String), BTreeSet<Need>>);

impl Needs {
    pub(super) fn of(routing: &Routing) -> Self {
        let mut needs = Self::default();
        let hosts = routing.entry_points.iter().flat_map(|entry| &entry.hosts).filter(|host| !host.passthrough);
        for rule in hosts.flat_map(|host| &host.rules) {
            if let Action::Forward(forward) = &rule.action {
                let need = Need::of(&rule.policies);
                for Backend { service, .. } in &forward.backends {
                    let key = (service.namespace.clone(), service.name.clone());
                    needs.0.entry(key).or_default().insert(need.clone());
                }
            }
        }
        needs
    }

    /// Whether every rule that uses one of these Services needs this of it.
    pub(super) fn agree(&self, need: &Need, backends: &[Backend]) -> bool {
        backends.iter().all(|Backend { service, .. }| {
            let key = (service.namespace.clone(), service.name.clone());
            self.0.get(&key).is_some_and(|needs| needs.iter().eq([need]))
        })
    }
}

/// The policies that written rules need, by Service.
#[derive(Debug, Default)]
pub(super) struct BackendTlsPolicies(BTreeMap<(String, String), (Need, BTreeSet<Origin>)>);

impl BackendTlsPolicies {
    /// A rule that is written needs this of its backends.
    pub(super) fn add(&mut self, need: &Need, backends: &[Backend], origin: &Origin) {
        for Backend { service, .. } in backends {
            let key = (service.namespace.clone(), service.name.clone());
            self.0.entry(key).or_insert_with(|| (need.clone(), BTreeSet::new())).1.insert(origin.clone());
        }
    }

    /// One policy a Service.
    pub(super) fn write(self) -> Vec<Emitted> {
        let policy = |((namespace, service), (need, origins)): ((String, String), (Need, BTreeSet<Origin>))| {
            let Need::Checked { server_name, authorities } = need else { return None };
            let ca = authorities.map(|(_, name)| ObjectReference {
                group: Some(String::new()),
                kind: Some("ConfigMap".to_owned()),
                name,
                namespace: None,
            });
            let spec = BackendTlsPolicySpec {
                target_refs: vec![PolicyTargetRef {
                    group: String::new(),
                    kind: "Service".to_owned(),
                    name: service.clone(),
                    section_name: None,
                }],
                validation: BackendTlsValidation {
                    well_known_ca_certificates: ca.is_none().then(|| "System".to_owned()),
                    ca_certificate_refs: ca.into_iter().collect(),
                    hostname: server_name,
                },
            };
            let object = Object::BackendTlsPolicy(Resource {
                api_version: format!("{GROUP}/v1"),
                kind: "BackendTLSPolicy".to_owned(),
                metadata: managed(&namespace, &names::of_words(&service, names::LABEL)),
                spec: spec.into(),
            });
            Some(Emitted { object, origins: origins.into_iter().collect() })
        };
        self.0.into_iter().filter_map(policy).collect()
    }
}
