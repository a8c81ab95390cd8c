//! Upstreams: one a namespace, Service and port as written (controller.go, createUpstreams).

use std::collections::{BTreeMap, BTreeSet};

use super::Loaded;
use super::effective::CanaryPolicy;
use super::globals::Globals;
use crate::model::{Affinity, Backend, BackendState, Balance, Located};
use crate::report::{Code, Diagnostic, Report};
use crate::source::context::Context;
use crate::source::ingress::{BackendRef, Ingress, resolve};

/// Names an upstream: `namespace-service-port` in the controller.
pub(super) type Key = (String, String, String);

/// An upstream.
#[derive(Debug, Clone)]
pub(super) struct Upstream {
    /// The Service port behind it.
    pub backend: Backend,
    /// A canary named it first: it gets no server of its own.
    pub canary_only: bool,
    /// The policy of the canary that named it first.
    pub policy: Option<CanaryPolicy>,
    /// How an endpoint is chosen: as the Ingress that named it first says (controller.go:1104).
    pub balance: Option<Located<Balance>>,
    /// The session cookie: as the youngest Ingress with affinity says (controller.go:883).
    pub affinity: Option<Located<Affinity>>,
    /// Canaries merged into it; only the first counts (balancer.lua).
    pub alternatives: Vec<Key>,
    /// Its canary could not be merged: the controller deletes the upstream, whoever else uses it.
    pub deleted: bool,
}

/// The key of a backend; `None` for a resource backend.
#[must_use]
pub(super) fn key(ingress: &Ingress, backend: &BackendRef) -> Option<Key> {
    Some((ingress.object.namespace.clone(), backend.service.clone()?, backend.port.to_string()))
}

/// All upstreams; the first Ingress that names one decides about it.
#[must_use]
pub(super) fn build(
    ingresses: &[Loaded],
    globals: &Globals,
    context: &Context,
    report: &mut Report,
) -> BTreeMap<Key, Upstream> {
    let mut upstreams = BTreeMap::new();
    let mut reported = BTreeSet::new();
    for loaded in ingresses {
        let ingress = &loaded.ingress;
        let paths = ingress.rules.iter().flat_map(|rule| rule.paths.iter().flatten());
        for backend in ingress.default_backend.iter().chain(paths.map(|path| &path.backend)) {
            let origin = ingress.origin(&backend.field);
            let (Some(key), Some((mut resolved, port))) =
                (key(ingress, backend), resolve(context, &ingress.object.namespace, backend, origin.clone()))
            else {
                continue;
            };
            let service = (ingress.object.namespace.clone(), resolved.service.name.clone());
            if !globals.external_names && context.service(&service.0, &service.1).is_some_and(|known| known.external) {
                resolved.state = BackendState::NoEndpoints;
                if reported.insert(service.clone()) {
                    let message = format!("Service `{}/{}` is of type ExternalName", service.0, service.1);
                    let label = "the controller runs with --disable-svc-external-name, and answers 503";
                    report.push(Diagnostic::new(Code::BackendUnusable, message).at(&origin, label));
                }
            }
            if !port.service_known && reported.insert(service.clone()) {
                let message = format!("Service `{}/{}` is not in the input", service.0, service.1);
                report
                    .push(Diagnostic::new(Code::ServiceNotFound, message).at(&origin, "its port is taken as written"));
            }
            if !port.port_found {
                let message = format!("Service `{}/{}` has no port `{}`", service.0, service.1, backend.port);
                report.push(Diagnostic::new(Code::PortNotFound, message).at(&origin, "the controller answers 503"));
            }
            let upstream = upstreams.entry(key).or_insert_with(|| Upstream {
                backend: resolved,
                canary_only: loaded.effective.canary.is_some(),
                policy: loaded.effective.canary.clone(),
                balance: loaded.effective.balance.clone(),
                affinity: None,
                alternatives: Vec::new(),
                deleted: false,
            });
            if loaded.effective.affinity.is_some() {
                upstream.affinity.clone_from(&loaded.effective.affinity);
            }
        }
    }
    upstreams
}
