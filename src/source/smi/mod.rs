//! SMI, the Service Mesh Interface (archived; spec v0.6.0): TrafficSplits become routings of the Services that they split,
//! with the HTTPRouteGroups that they name. TrafficTargets say who may speak to whom, which no route can say: for Istio they
//! become AuthorizationPolicies of the pods that they protect ([`Access`]).
//!
//! Versions (reference: istio.md 6.1): split.smi-spec.io v1alpha1 (weights as quantities) to v1alpha4 (matches),
//! specs.smi-spec.io v1alpha1 (matches at the top) to v1alpha4, access.smi-spec.io v1alpha1 to v1alpha3.

mod access;
mod policy;
mod quantity;
mod route_group;
mod split;
mod traffic_target;
mod wording;
mod workload;

use std::collections::BTreeSet;

use crate::model::{Manifest, Origin, Routing};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::Context;
use crate::syntax::FieldPath;
use route_group::RouteGroups;

pub use access::{Access, Writes};

/// The dialect's name.
pub const DIALECT: &str = "smi";

/// The group of TrafficSplits.
const SPLIT: &str = "split.smi-spec.io";
/// The group of HTTPRouteGroups, TCPRoutes and UDPRoutes.
const SPECS: &str = "specs.smi-spec.io";
/// The group of TrafficTargets.
const ACCESS: &str = "access.smi-spec.io";

/// Whether an object belongs to SMI.
#[must_use]
pub fn is_ours(manifest: &Manifest) -> bool {
    is_kind(manifest.group(), &manifest.object.kind)
}

/// Whether a kind of a group belongs to SMI. TrafficMetrics are served, never stored.
#[must_use]
pub fn is_kind(group: &str, kind: &str) -> bool {
    match group {
        SPLIT => kind == "TrafficSplit",
        SPECS => matches!(kind, "HTTPRouteGroup" | "TCPRoute" | "UDPRoute"),
        ACCESS => matches!(kind, "TrafficTarget" | "IdentityBinding"),
        _ => false,
    }
}

/// Whether objects of a kind say which pods run under a service account.
#[must_use]
pub fn is_workload(group: &str, kind: &str) -> bool {
    workload::is_workload(group, kind)
}

/// Whether an object asks which pods run under a service account.
#[must_use]
pub fn asks_for_workloads(manifest: &Manifest) -> bool {
    manifest.group() == ACCESS && manifest.object.kind == "TrafficTarget"
}

/// A service account: who pods are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Account {
    namespace: String,
    name: String,
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// What the SMI objects of the input mean: a routing for each Service that is split. Where there are TrafficTargets, its
/// rules have a protection beside them, until [`Access::lift`] finds it in policies.
#[must_use]
pub fn read(manifests: &[Manifest], context: &Context, access: &Access<'_>, report: &mut Report) -> Vec<Routing> {
    let groups = RouteGroups::read(manifests);
    let mut used = BTreeSet::new();
    let mut routings = Vec::new();
    let mut services = BTreeSet::new();
    for manifest in of(manifests, SPLIT, "TrafficSplit") {
        let Some(mut routing) = split::routing(manifest, &groups, context, &mut used, report) else { continue };
        if services.insert(routing.name.clone()) {
            access.guard(&mut routing);
            routings.push(routing);
        } else {
            let message = format!("another TrafficSplit already splits `{}`", routing.name);
            let origin = Origin::field(&manifest.object, FieldPath::root().field("spec.service"));
            report.push(Diagnostic::new(Code::SplitNotExpressible, message).at(&origin, "without effect"));
            report.ledger.record(&origin, Fate::Invalid, Some(Code::SplitNotExpressible));
        }
    }
    access.report(report);
    for manifest in of(manifests, ACCESS, "IdentityBinding") {
        access::not_carried(manifest, None, report);
    }
    for manifest in manifests.iter().filter(|manifest| manifest.group() == SPECS) {
        route_group::settle(manifest, &used, access, report);
    }
    super::account::account(manifests, is_ours, report);
    // The first versions have no `spec`.
    for manifest in manifests.iter().filter(|manifest| is_ours(manifest)) {
        super::account::settle_all(manifest, Fate::Carried, None, report);
    }
    routings
}

fn of<'m>(manifests: &'m [Manifest], group: &'static str, kind: &'static str) -> impl Iterator<Item = &'m Manifest> {
    manifests.iter().filter(move |manifest| manifest.group() == group && manifest.object.kind == kind)
}
