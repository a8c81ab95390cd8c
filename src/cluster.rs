//! What is read from a cluster.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::gateway::GROUP;
use crate::input::{Input, wanted};
use crate::live::{Cluster, Failure, Scope, Served};
use crate::model::Manifest;
use crate::options::{ClusterSide, NamespacedName};
use crate::read::cluster::{manifest, named_by_annotations};
use crate::report::{Code, Diagnostic, Report};
use crate::source::ingress_nginx::{controllers, is_workload};
use crate::source::{istio, smi};
use crate::upgrade;

/// Which objects of a cluster are read.
#[derive(Debug, Clone, Default)]
pub struct ClusterScope {
    /// One namespace; `None` for all.
    pub namespace: Option<String>,
    /// A label selector on the objects that say where requests go; what they refer to is read whatever its labels.
    pub labels: Option<String>,
    /// Which of them.
    pub side: ClusterSide,
    /// Whether it is asked how many endpoints Services have.
    pub endpoints: bool,
    /// The controller's ConfigMap, when its name is not the usual one.
    pub controller_config: Option<NamespacedName>,
}

/// How a kind is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It says where requests go.
    Routing,
    /// Routes refer to it.
    Context,
    /// Routes refer to it, and only its name counts.
    Name,
    /// Read one by one, when something names it.
    Named,
    /// It may run a controller, whose command line counts.
    Controller,
    /// It says who pods are, when something asks.
    Workload,
}

fn role(kind: &Served, scope: &ClusterScope) -> Option<Role> {
    // Gateway API itself and the policies of implementations (gateway.envoyproxy.io, gateway.kgateway.dev).
    let is_gateway_api = crate::upgrade::reads(&kind.group) || kind.group.starts_with("gateway.");
    match (kind.group.as_str(), kind.kind.as_str()) {
        ("", "Service" | "Namespace") => Some(Role::Context),
        ("", "Secret") => Some(Role::Name),
        ("", "ConfigMap") => Some(Role::Named),
        // What Endpoints say stands in EndpointSlices too.
        ("", "Endpoints") => None,
        ("discovery.k8s.io", "EndpointSlice") => scope.endpoints.then_some(Role::Context),
        (group, name) if is_workload(group, name) => (scope.side == ClusterSide::Sources).then_some(Role::Controller),
        (group, name) if smi::is_workload(group, name) => {
            (scope.side == ClusterSide::Sources).then_some(Role::Workload)
        }
        ("networking.k8s.io", "IngressClass") => (scope.side == ClusterSide::Sources).then_some(Role::Context),
        (group, name) => {
            let is_asked = is_gateway_api == (scope.side == ClusterSide::GatewayApi);
            (is_asked && wanted(Some(group), name)).then_some(Role::Routing)
        }
    }
}

/// The labels that the chart and the manifests of ingress-nginx give to its Deployment or DaemonSet.
const CONTROLLER_LABELS: &str = "app.kubernetes.io/name=ingress-nginx,app.kubernetes.io/component=controller";

/// The controller's ConfigMap as its chart and manifests install it.
const CONTROLLER_CONFIG: &str = "ingress-nginx-controller";

/// Reads a cluster. A kind that the user may not read is in the report, and the rest is read; kinds that are not installed
/// are no matter. `served` is the result of [`Cluster::served`]; `progress` is told what is being read and how many objects there are so far.
///
/// # Errors
/// When the API server cannot be asked at all.
pub fn read_cluster(
    cluster: &Cluster,
    served: &[Served],
    scope: &ClusterScope,
    progress: &dyn Fn(&str, usize),
) -> Result<Input, Failure> {
    let mut kinds = served.to_vec();
    // The old groups of Ingress serve the same objects once more.
    kinds.retain(|kind| kind.group != "extensions");
    let mut reading = Reading { cluster, scope, progress, kinds, manifests: Vec::new(), report: Report::default() };
    reading.all()?;
    upgrade::current(&mut reading.manifests, &mut reading.report);
    Ok(Input { manifests: reading.manifests, report: reading.report, ..Input::default() })
}

/// Reads the objects of some kinds and nothing else.
///
/// # Errors
/// When the API server cannot be asked at all.
pub fn read_kinds(
    cluster: &Cluster,
    kinds: &[Served],
    scope: &ClusterScope,
    progress: &dyn Fn(&str, usize),
) -> Result<Input, Failure> {
    let mut reading =
        Reading { cluster, scope, progress, kinds: Vec::new(), manifests: Vec::new(), report: Report::default() };
    kinds.iter().try_for_each(|kind| reading.routing(kind))?;
    Ok(Input { manifests: reading.manifests, report: reading.report, ..Input::default() })
}

/// The class of a Gateway; `None` when it is not there or may not be read.
///
/// # Errors
/// When the API server cannot be asked at all.
pub fn class_of(cluster: &Cluster, served: &[Served], gateway: &NamespacedName) -> Result<Option<String>, Failure> {
    let kind = served.iter().find(|kind| kind.group == GROUP && kind.kind == "Gateway");
    let Some(kind) = kind else { return Ok(None) };
    match cluster.object(kind, &gateway.namespace, &gateway.name, false) {
        Ok(found) => {
            let class = found.as_ref().and_then(|object| object.pointer("/spec/gatewayClassName"));
            Ok(class.and_then(Json::as_str).map(str::to_owned))
        }
        Err(failure) if failure.ends_everything() => Err(failure),
        Err(_) => Ok(None),
    }
}

/// Whether an object is one that is converted, or of Gateway API; all others are there for those.
#[must_use]
pub fn says_where_requests_go(manifest: &Manifest) -> bool {
    let of_gateway_api = manifest.group() == GROUP && manifest.object.kind != "GatewayClass";
    manifest.object.kind == "Ingress" || istio::is_ours(manifest) || smi::is_ours(manifest) || of_gateway_api
}

struct Reading<'a> {
    cluster: &'a Cluster,
    scope: &'a ClusterScope,
    progress: &'a dyn Fn(&str, usize),
    kinds: Vec<Served>,
    manifests: Vec<Manifest>,
    report: Report,
}

impl Reading<'_> {
    fn all(&mut self) -> Result<(), Failure> {
        for kind in self.kinds_of(Role::Routing) {
            self.routing(&kind)?;
        }
        let mut named = named_by_annotations(&self.manifests);
        for kind in self.kinds_of(Role::Controller) {
            let scope = Scope { labels: Some(CONTROLLER_LABELS.to_owned()), ..Scope::default() };
            let found = self.cluster_list(&kind, &scope);
            self.take(&kind, Role::Controller, found)?;
        }
        if self.manifests.iter().any(smi::asks_for_workloads) {
            self.workloads()?;
        }
        let controllers = controllers(&self.manifests, &mut Report::default());
        named.extend(controllers.iter().flat_map(|controller| controller.flags.names()));
        for kind in self.kinds_of(Role::Context) {
            let found = self.cluster_list(&kind, &self.within());
            self.take(&kind, Role::Context, found)?;
        }
        for kind in self.kinds_of(Role::Name) {
            let found = self.cluster_list(&kind, &Scope { heads_only: true, ..self.within() });
            self.take(&kind, Role::Name, found)?;
            self.outside(&kind, &named, true)?;
        }
        for kind in self.kinds_of(Role::Named) {
            self.named(&kind, &named)?;
        }
        Ok(())
    }

    fn routing(&mut self, kind: &Served) -> Result<(), Failure> {
        let scope = Scope { labels: self.scope.labels.clone(), ..self.within() };
        let found = self.cluster_list(kind, &scope);
        self.take(kind, Role::Routing, found)
    }

    /// Who pods are; controllers are known already.
    fn workloads(&mut self) -> Result<(), Failure> {
        for kind in self.kinds_of(Role::Workload).into_iter().chain(self.kinds_of(Role::Controller)) {
            let mut found = self.cluster_list(&kind, &self.within());
            if let Ok(found) = &mut found {
                found.retain(|one| !self.has(&kind, &one.object.namespace, &one.object.name));
            }
            self.take(&kind, Role::Workload, found)?;
        }
        Ok(())
    }

    fn kinds_of(&self, wanted: Role) -> Vec<Served> {
        self.kinds.iter().filter(|kind| role(kind, self.scope) == Some(wanted)).cloned().collect()
    }

    fn within(&self) -> Scope {
        Scope { namespace: self.scope.namespace.clone(), ..Scope::default() }
    }

    fn cluster_list(&self, kind: &Served, scope: &Scope) -> Result<Vec<Manifest>, Failure> {
        let mut found: Vec<Manifest> = Vec::new();
        self.cluster.list(kind, scope, &mut |page: Vec<Json>, is_first| {
            if is_first {
                found.clear();
            }
            found.extend(page.into_iter().filter_map(manifest));
            (self.progress)(&kind.resource(), self.manifests.len() + found.len());
        })?;
        Ok(found)
    }

    /// Takes what was listed, or says why it could not be.
    fn take(&mut self, kind: &Served, role: Role, found: Result<Vec<Manifest>, Failure>) -> Result<(), Failure> {
        match found {
            Ok(found) => self.manifests.extend(found),
            Err(failure) if failure.ends_everything() => return Err(failure),
            // Gone between discovery and the list: not installed any more.
            Err(failure) if failure.refusal().is_some_and(|refusal| refusal.is_not_found()) => {}
            Err(failure) => self.report.push(unread(kind, role, &failure)),
        }
        Ok(())
    }

    /// ConfigMaps hold dashboards and programs: only those are read that an annotation or a controller's command line names,
    /// and the controller's own.
    fn named(&mut self, kind: &Served, named: &BTreeSet<(String, String)>) -> Result<(), Failure> {
        if let Some(NamespacedName { namespace, name }) = &self.scope.controller_config {
            let found = self.cluster.object(kind, namespace, name, false);
            let found = found.map(|found| found.and_then(manifest).into_iter().collect());
            self.take(kind, Role::Named, found)?;
        } else {
            let fields = Some(format!("metadata.name={CONTROLLER_CONFIG}"));
            let found = self.cluster_list(kind, &Scope { fields, ..Scope::default() });
            self.take(kind, Role::Named, found)?;
        }
        let heads = self.cluster_list(kind, &Scope { heads_only: true, ..self.within() });
        let heads = match heads {
            Ok(heads) => heads,
            Err(failure) => return self.take(kind, Role::Named, Err(failure)),
        };
        for head in heads.iter().map(|head| &head.object) {
            let is_named = named.contains(&(head.namespace.clone(), head.name.clone()));
            if is_named && !self.has(kind, &head.namespace, &head.name) {
                self.one(kind, &head.namespace, &head.name, false)?;
            }
        }
        self.outside(kind, named, false)
    }

    /// What annotations name in namespaces that are not read.
    fn outside(&mut self, kind: &Served, named: &BTreeSet<(String, String)>, head: bool) -> Result<(), Failure> {
        let Some(inside) = &self.scope.namespace else { return Ok(()) };
        let others: Vec<_> = named.iter().filter(|(namespace, _)| namespace != inside).collect();
        others.into_iter().try_for_each(|(namespace, name)| self.one(kind, namespace, name, head))
    }

    fn one(&mut self, kind: &Served, namespace: &str, name: &str, head: bool) -> Result<(), Failure> {
        let found = self.cluster.object(kind, namespace, name, head);
        let found = found.map(|found| found.and_then(manifest).into_iter().collect());
        self.take(kind, Role::Named, found)
    }

    fn has(&self, kind: &Served, namespace: &str, name: &str) -> bool {
        self.manifests.iter().any(|manifest| {
            let object = &manifest.object;
            object.kind == kind.kind && object.namespace == namespace && object.name == name
        })
    }
}

fn unread(kind: &Served, role: Role, failure: &Failure) -> Diagnostic {
    let code = match (failure.refusal().is_some_and(|refusal| refusal.is_forbidden()), role) {
        (false, _) => Code::KindUnread,
        (true, Role::Routing) => Code::KindForbidden,
        (true, Role::Context | Role::Name | Role::Named | Role::Controller | Role::Workload) => Code::ContextForbidden,
    };
    let what = if code == Code::KindUnread { "could not be listed" } else { "may not be read" };
    let message = format!("{} {what}", kind.resource());
    Diagnostic::new(code, message).note(failure.to_string()).note(code.entry().why).help(code.entry().fix)
}
