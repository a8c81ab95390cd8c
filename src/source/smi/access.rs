//! Access control: TrafficTargets as AuthorizationPolicies of the pods that run under their destinations.
//!
//! A policy chooses pods by labels, so it can be written where the input shows the workloads of the account, and where
//! the labels choose nobody else's. An account is written with all of its TrafficTargets or not at all.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::policy::{self, Policy};
use super::traffic_target::{TrafficTarget, Unsaid};
use super::workload::{Labels, Workload};
use super::{ACCESS, Account};
use crate::gateway::Object;
use crate::model::{Action, Manifest, Origin, Routing, Rule};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::account::settle_all;
use crate::source::context::{Context, Service};
use crate::syntax::FieldPath;

/// What protects every Service, where the input has a TrafficTarget.
const GUARD: &str = "the access control of TrafficTargets";

/// The TrafficTargets of the input, and the policies that they come to.
#[derive(Debug)]
pub struct Access<'m> {
    targets: Vec<(&'m Manifest, Result<TrafficTarget<'m>, Unsaid>)>,
    workloads: Vec<Workload<'m>>,
    /// By destination; why there are none.
    policies: BTreeMap<Account, Result<Vec<Policy>, String>>,
    context: &'m Context,
    writes: Writes,
}

/// What is written for TrafficTargets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// There is nothing that they could be written as.
    Nothing,
    /// AuthorizationPolicies that the sidecars of pods ask.
    ForSidecars,
    /// Waypoints stand before the pods, which then see the waypoint's identity in the place of the client's.
    BehindWaypoints,
}

impl Writes {
    /// For a target, and whether waypoints are written with it.
    #[must_use]
    pub fn of(istio: bool, waypoints: bool) -> Self {
        match (istio, waypoints) {
            (false, _) => Self::Nothing,
            (true, false) => Self::ForSidecars,
            (true, true) => Self::BehindWaypoints,
        }
    }
}

impl<'m> Access<'m> {
    /// Reads them.
    #[must_use]
    pub fn read(manifests: &'m [Manifest], context: &'m Context, writes: Writes) -> Self {
        let mut all: Vec<&Manifest> = super::of(manifests, ACCESS, "TrafficTarget").collect();
        all.sort_by_key(|one| (&one.object.namespace, &one.object.name));
        let targets = all.into_iter().map(|one| (one, TrafficTarget::read(one, manifests))).collect();
        let mut access = Self { targets, workloads: Vec::new(), policies: BTreeMap::new(), context, writes };
        if writes != Writes::Nothing && !access.targets.is_empty() {
            access.workloads = Workload::all(manifests);
            access.policies = access.written(manifests);
        }
        access
    }

    /// The policies of every destination.
    fn written(&self, manifests: &[Manifest]) -> BTreeMap<Account, Result<Vec<Policy>, String>> {
        let destinations: BTreeSet<&Account> =
            self.targets.iter().filter_map(|(_, read)| Some(&read.as_ref().ok()?.destination)).collect();
        let mut names = policy::Names::taken(manifests);
        let mut of = |account: &Account| {
            let chosen = self.chosen(account)?;
            let targets: Vec<_> = self.targets_of(account).collect();
            let policies = chosen.into_iter().flat_map(|(labels, workload)| {
                let places = targets.iter().map(|(manifest, _)| Origin::object(&manifest.object));
                let origins = places.chain([workload.origin()]).collect();
                policy::write(targets.iter().map(|(_, target)| *target), workload, labels, origins, &mut names)
            });
            Ok(policies.collect())
        };
        destinations.into_iter().map(|account| (account.clone(), of(account))).collect()
    }

    fn targets_of<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = (&'m Manifest, &'a TrafficTarget<'m>)> {
        let read = self.targets.iter().filter_map(|(manifest, read)| Some((*manifest, read.as_ref().ok()?)));
        read.filter(move |(_, target)| target.destination == *account)
    }

    /// The labels that choose the pods of an account, each with a workload that has them; why they are not known.
    fn chosen(&self, account: &Account) -> Result<Vec<(&Labels, &Workload<'m>)>, String> {
        if self.writes == Writes::BehindWaypoints {
            return Err("behind a waypoint, pods see its identity in the place of the client's".to_owned());
        }
        let own: Vec<&Workload> = self.workloads.iter().filter(|one| one.account == *account).collect();
        let mut chosen: Vec<(&Labels, &Workload)> = Vec::new();
        for workload in &own {
            if let Some(labels) = &workload.chosen_by
                && chosen.iter().all(|(other, _)| *other != labels)
            {
                chosen.push((labels, workload));
            }
        }
        if own.is_empty() {
            return Err(format!(
                "no workload of the input runs under ServiceAccount `{account}`: the labels of its pods are not known"
            ));
        }
        let label = |workload: &Workload| workload.manifest.object.label();
        if let Some(left) = own.iter().find(|one| chosen.iter().all(|(labels, _)| !one.has(labels))) {
            return Err(format!("no policy can choose the pods of {}", label(left)));
        }
        if let Some(bare) = own.iter().find(|one| !one.proxied) {
            return Err(format!("no sidecar stands before the pods of {}", label(bare)));
        }
        for (labels, workload) in &chosen {
            let near = self.workloads.iter().filter(|one| one.account.namespace == account.namespace);
            if let Some(other) = near.filter(|one| one.account != *account).find(|one| one.has(labels)) {
                return Err(format!("the labels of {} choose pods of {}, too", label(workload), label(other)));
            }
            if let Some(unsaid) = self.targets_of(account).find_map(|(_, target)| self.moved_port(target, workload)) {
                return Err(unsaid);
            }
        }
        Ok(chosen)
    }

    /// A policy counts the ports of pods, a TrafficTarget those of Services: where the two differ, why.
    fn moved_port(&self, target: &TrafficTarget, workload: &Workload) -> Option<String> {
        let services =
            self.context.services.iter().filter(|((namespace, _), service)| {
                *namespace == workload.account.namespace && chooses(service, workload)
            });
        let ports: Vec<_> = services.flat_map(|(_, service)| &service.ports).collect();
        let mut named = target.allowed.iter().flat_map(|allowed| &allowed.ports);
        named.find_map(|port| {
            let is_kept =
                |other: &&crate::source::context::Port| (other.number == *port) == (other.target.parse() == Ok(*port));
            let known = ports.iter().any(|other| other.number == *port) && ports.iter().all(is_kept);
            (!known).then(|| {
                format!("port {port} is not known to be the same at the pods of {}", workload.manifest.object.label())
            })
        })
    }

    /// The policies, with what they come from.
    #[must_use]
    pub fn objects(&self) -> Vec<(Object, Vec<Origin>)> {
        self.all().map(|policy| (policy.object(), policy.origins.clone())).collect()
    }

    fn all(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values().flatten().flatten()
    }

    /// Rules are not written without the access control.
    pub(super) fn guard(&self, routing: &mut Routing) {
        let Some((target, _)) = self.targets.first() else { return };
        for rule in rules(routing) {
            let guard = crate::model::Located::new(GUARD, Origin::object(&target.object));
            rule.policies.unmodelled.push(guard);
        }
    }

    /// Rules to Services whose pods all have policies are protected where the policies stand: among these manifests, or
    /// everywhere when they are written.
    pub fn lift(&self, routings: &mut [Routing], among: Option<&[Manifest]>) {
        let specs: Option<Vec<(&str, Json)>> = among.map(|manifests| {
            let policies = manifests.iter().filter(|one| policy::is_policy(one));
            policies.filter_map(|one| Some((one.object.namespace.as_str(), one.node.get("spec")?.to_json()))).collect()
        });
        let stands = |policy: &Policy| {
            let is_it = |(namespace, spec): &(&str, Json)| *namespace == policy.namespace && *spec == policy.spec;
            specs.as_ref().is_none_or(|specs| specs.iter().any(is_it))
        };
        for routing in routings.iter_mut().filter(|routing| routing.dialect == super::DIALECT) {
            for rule in rules(routing).filter(|rule| self.is_protected(rule, &stands)) {
                rule.policies.unmodelled.retain(|guard| guard.value != GUARD);
            }
        }
    }

    fn is_protected(&self, rule: &Rule, stands: &dyn Fn(&Policy) -> bool) -> bool {
        let Action::Forward(forward) = &rule.action else { return false };
        forward.backends.iter().all(|backend| {
            let service = self.context.service(&backend.service.namespace, &backend.service.name);
            let near = self.workloads.iter().filter(|one| one.account.namespace == backend.service.namespace);
            let pods: Vec<_> = near.filter(|one| service.is_some_and(|service| chooses(service, one))).collect();
            !pods.is_empty()
                && pods.iter().all(|pod| match self.policies.get(&pod.account) {
                    Some(Ok(policies)) => policies.iter().all(stands),
                    Some(Err(_)) | None => false,
                })
        })
    }

    /// Says of each what became of it.
    pub(super) fn report(&self, report: &mut Report) {
        for (manifest, read) in &self.targets {
            let origin = Origin::object(&manifest.object);
            match self.unwritten(read) {
                None => {
                    if let Ok(target) = read {
                        target.report(report);
                    }
                    let code = Code::TrafficTargetAsPolicy;
                    let message = format!("{} is written as AuthorizationPolicies", manifest.object.label());
                    report.push(Diagnostic::new(code, message).at(&origin, "").help(code.entry().fix));
                    settle_all(manifest, Fate::Carried, None, report);
                }
                Some(why) => not_carried(manifest, why, report),
            }
        }
    }

    /// Why a TrafficTarget is not written; nothing to add where none could be.
    fn unwritten(&self, read: &Result<TrafficTarget, Unsaid>) -> Option<Option<Unsaid>> {
        match read {
            _ if self.writes == Writes::Nothing => Some(None),
            Err(unsaid) => Some(Some(unsaid.clone())),
            Ok(target) => {
                let why = self.policies.get(&target.destination)?.as_ref().err()?;
                Some(Some(Unsaid { why: why.clone(), origin: None }))
            }
        }
    }

    /// Gives an object that written TrafficTargets name its fates: what none of them takes has no effect. False for one
    /// that none names.
    pub(super) fn settle_spec(&self, spec: &Manifest, report: &mut Report) -> bool {
        let written = self.targets.iter().filter_map(|(_, read)| read.as_ref().ok());
        let written = written.filter(|target| matches!(self.policies.get(&target.destination), Some(Ok(_))));
        let named: Vec<&Vec<FieldPath>> = written
            .flat_map(|target| &target.specs)
            .filter(|(named, _)| named.object == spec.object)
            .map(|(_, taken)| taken)
            .collect();
        if spec.object.kind == "HTTPRouteGroup" && !named.is_empty() {
            let (path, nodes) = super::route_group::matches(spec);
            for left in
                (0..nodes.len()).map(|index| path.index(index)).filter(|one| !named.iter().any(|all| all.contains(one)))
            {
                report.ledger.settle_whole(&Origin::field(&spec.object, left), Fate::Ignored, None);
            }
        }
        !named.is_empty()
    }
}

/// Says that an object of access control is not carried.
pub(super) fn not_carried(manifest: &Manifest, why: Option<Unsaid>, report: &mut Report) {
    let message = format!("{} is not carried", manifest.object.label());
    let mut finding = Diagnostic::new(Code::ProtectionNotCarried, message).at(&Origin::object(&manifest.object), "");
    if let Some(Unsaid { why, origin }) = why {
        finding = origin.iter().fold(finding, |finding, origin| finding.at(origin, "")).note(why);
    }
    finding = finding
        .note("a mesh that acts on TrafficTargets refuses what none of them allows; without them everything is let in")
        .help("write an AuthorizationPolicy of the mesh for the same service accounts before the routes are applied");
    report.push(finding);
    settle_all(manifest, Fate::Dropped, Some(Code::ProtectionNotCarried), report);
}

fn rules(routing: &mut Routing) -> impl Iterator<Item = &mut Rule> {
    let hosts = routing.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts);
    hosts.flat_map(|host| host.rules.iter_mut())
}

/// Whether a Service has the pods of a workload behind it.
fn chooses(service: &Service, workload: &Workload) -> bool {
    !service.external && !service.selector.is_empty() && workload.has(&service.selector)
}
