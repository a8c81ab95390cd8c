//! Istio: Gateways, VirtualServices, DestinationRules and ServiceEntries.
//!
//! Gateways that select the same pods become one routing: their servers are the entry points, and the VirtualServices
//! that are bound to them give the rules, in the order of the lists. What is bound to `mesh` becomes a routing of each
//! Service that it names. Subsets of DestinationRules become Services, which [`companions`] writes.

mod action;
mod asked;
mod authorization;
mod beside;
mod carried;
mod claims;
mod companions;
mod destination;
mod destination_rule;
mod entries;
mod gateway;
mod gateways;
mod held;
mod host;
mod http;
pub mod ingress;
mod matches;
mod merged;
mod mesh;
mod objects;
mod operation;
mod protections;
mod proto;
mod request_authentication;
mod retry;
mod servers;
mod service_entry;
mod settings;
mod stream;
mod string_match;
mod sums;
mod traffic;
mod virtual_service;

use std::collections::BTreeSet;

pub use beside::{Beside, RulesBeside};
pub(in crate::source) use carried::{is_dry_run, without_targets};
pub use companions::{companions, is_written, leave_to_destination_rules, not_for_others};
pub(in crate::source) use held::{Held, Policy, held};
pub use objects::{GROUP, is_ours};
pub use protections::{Protections, is_protection};
pub(in crate::source) use traffic::TrafficRules;

use destination::Registry;
use objects::Objects;

use crate::gateway::ISTIO;
use crate::model::{Manifest, ObjectRef, Policies, Protocol, Routing, VirtualHost};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::Context;
use crate::source::gateway_api;
use crate::syntax::{DocumentId, FieldPath};

/// The dialect's name.
pub const DIALECT: &str = "istio";

/// What the Istio objects of the input mean: a routing for each set of gateway pods, and one for each service of the
/// mesh that is routed to.
#[must_use]
pub fn read(
    manifests: &[Manifest],
    context: &Context,
    protections: &mut Protections<'_>,
    report: &mut Report,
) -> Vec<Routing> {
    let objects = Objects::read(manifests, report);
    super::account::account(manifests, is_ours, report);
    merged::report(&objects.destination_rules, report);
    let registry = Registry { context, objects: &objects };
    let mut bound = BTreeSet::new();
    let mut routings: Vec<Routing> = Vec::new();
    for workload in servers::workloads(&objects, context, report) {
        let mut routing = gateways::routing(&workload, registry, &mut bound, report);
        protections.protect(&mut routing, &workload.pods(), context);
        if !routing.entry_points.is_empty() {
            routings.push(routing);
        }
    }
    routings.extend(mesh::routings(registry, &mut bound, report));
    unbound(&objects, &bound, report);
    report.deduplicate();
    routings
}

/// What Istio does for requests of which no VirtualService says otherwise.
fn defaults(protocol: Protocol, hosts: &[VirtualHost]) -> Policies {
    gateway_api::defaults(&ISTIO, protocol, hosts)
}

/// VirtualServices that no proxy takes. One without hosts is there for others to delegate to.
fn unbound(objects: &Objects<'_>, bound: &BTreeSet<String>, report: &mut Report) {
    for service in &objects.virtual_services {
        if service.spec.hosts.is_empty() || bound.contains(&service.key()) {
            continue;
        }
        let message = format!("VirtualService `{}` is bound to no server of a Gateway", service.key());
        let place = service.spec_at("gateways");
        report.push(
            Diagnostic::new(Code::VirtualServiceUnbound, message)
                .at(&place, "")
                .help(Code::VirtualServiceUnbound.entry().fix),
        );
        report.ledger.record(
            &service.at(&FieldPath::root().key("spec")),
            Fate::Invalid,
            Some(Code::VirtualServiceUnbound),
        );
    }
}

/// Stands where an object would be named and there is none.
fn nobody(kind: &str) -> ObjectRef {
    ObjectRef {
        kind: kind.to_owned(),
        namespace: String::new(),
        name: String::new(),
        document: DocumentId(u32::MAX),
        within: FieldPath::root(),
    }
}
