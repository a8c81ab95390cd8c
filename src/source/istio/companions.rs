//! Objects that stand beside the routes: a Service for each subset, with the traffic policy that the subset had.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::destination::{self, Registry};
use super::destination_rule::{DestinationRule, Subset};
use super::host;
use super::merged::{self, Merged};
use super::objects::{self, Object, Objects};
use crate::gateway::{self, Metadata, Resource};
use crate::model::{Action, Located, Manifest, MirrorTarget, Origin, Policies, Routing, Rule, ServicePort};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::{Context, Port, Service};
use crate::syntax::{FieldPath, Node};

/// The label of objects that gatelift wrote.
const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "gatelift");

/// Whether gatelift wrote the object in an earlier conversion.
#[must_use]
pub fn is_written(manifest: &Manifest) -> bool {
    let labels = manifest.node.at(&FieldPath::root().field("metadata.labels"));
    labels.and_then(|labels| labels.get(MANAGED_BY.0)).and_then(Node::as_str) == Some(MANAGED_BY.1)
}

/// The Services that subsets become where a routing uses them, and for Istio itself the DestinationRules of those
/// Services: the one for the whole host does not hold for them.
#[must_use]
pub fn companions(
    manifests: &[Manifest],
    context: &Context,
    routings: &[Routing],
    for_istio: bool,
    report: &mut Report,
) -> Vec<(gateway::Object, Vec<Origin>)> {
    let objects = Objects::read(manifests, &mut Report::default());
    let registry = Registry { context, objects: &objects };
    let used = used(routings);
    let outranked = outranked(&objects);
    let mut written = Vec::new();
    for rule in &objects.destination_rules {
        let full = host::full(&rule.spec.host, rule.namespace());
        let Some((namespace, name)) = host::service(&full) else { continue };
        for (index, subset) in rule.spec.subsets.iter().enumerate() {
            let origin = rule.at(&FieldPath::root().field("spec.subsets").index(index));
            if outranked.contains(&origin) {
                continue;
            }
            let service = registry.subset_service(&namespace, &name, subset);
            let ports = used.get(&(namespace.clone(), service.clone()));
            let Some(ports) = ports.filter(|_| service != name) else {
                report.ledger.record(&origin, Fate::Ignored, None);
                continue;
            };
            if registry.subset(&full, &subset.name).is_some_and(|(counts, _)| !std::ptr::eq(counts, subset)) {
                for_others(rule, &subset.name, &origin, report);
                continue;
            }
            let base = context.service(&namespace, &name);
            if context.service(&namespace, &service).is_none() {
                if base.is_none() {
                    guessed(&service, &name, &origin, report);
                }
                let selector = destination::selector(base, &name, subset);
                let spec = json!({ "ports": service_ports(base, ports), "selector": selector });
                written.push((object("v1", "Service", &namespace, &service, spec), vec![origin.clone()]));
            }
            let policy = policy_of(registry, rule, subset);
            if for_istio && !policy.is_empty() {
                let mut spec = Map::new();
                if !rule.spec.export_to.is_empty() {
                    spec.insert("exportTo".to_owned(), json!(rule.spec.export_to));
                }
                spec.insert("host".to_owned(), format!("{service}.{namespace}.svc.cluster.local").into());
                spec.insert("trafficPolicy".to_owned(), Json::Object(policy));
                let version = &rule.manifest.api_version;
                let name = format!("{}-{}", rule.name(), destination::label(&subset.name));
                let clone = object(version, "DestinationRule", rule.namespace(), &name, Json::Object(spec));
                written.push((clone, vec![origin]));
            }
        }
    }
    written
}

/// Parts of rules that have no effect today.
fn outranked(objects: &Objects<'_>) -> BTreeSet<Origin> {
    merged::outranked(&objects.destination_rules).into_iter().map(|(origin, _)| origin).collect()
}

/// Some clients meet another definition of a subset than most, and the Service is for all of them.
fn for_others(rule: &Object<'_, DestinationRule>, subset: &str, origin: &Origin, report: &mut Report) {
    let code = Code::ExportNotExpressible;
    let message = format!("`{subset}` of {} is another one than most clients meet", rule.manifest.object.label());
    report.push(Diagnostic::new(code, message).at(origin, "the Service that is written has not these pods"));
    report.ledger.record(origin, Fate::Dropped, Some(code));
}

/// The Service of a host is not in the input, so that its pods are found by convention.
fn guessed(service: &str, name: &str, origin: &Origin, report: &mut Report) {
    let message = format!("Service `{service}` is written for pods with the label `app: {name}`");
    report.push(
        Diagnostic::new(Code::SubsetSelector, message)
            .at(origin, format!("Service `{name}` is not in the input"))
            .help(Code::SubsetSelector.entry().fix),
    );
}

/// The ports of every Service that a routing names.
fn used(routings: &[Routing]) -> BTreeMap<(String, String), BTreeSet<u16>> {
    let mut used: BTreeMap<(String, String), BTreeSet<u16>> = BTreeMap::new();
    let hosts = routings.iter().flat_map(|routing| &routing.entry_points).flat_map(|entry| &entry.hosts);
    for rule in hosts.flat_map(|host| &host.rules) {
        for service in services(rule) {
            used.entry((service.namespace.clone(), service.name.clone())).or_default().insert(service.port);
        }
    }
    used
}

fn services(rule: &Rule) -> Vec<&ServicePort> {
    let Policies { mirror, .. } = &*rule.policies;
    let mut found = Vec::new();
    if let Some(MirrorTarget::Service(service)) = mirror.as_ref().map(|mirror| &mirror.value.to) {
        found.push(service);
    }
    if let Action::Forward(forward) = &rule.action {
        found.extend(forward.backends.iter().map(|backend| &backend.service));
    }
    found
}

fn service_ports(base: Option<&Service>, used: &BTreeSet<u16>) -> Json {
    let of_base = |port: &Port| {
        let mut written = Map::new();
        if let Some(protocol) = &port.app_protocol {
            written.insert("appProtocol".to_owned(), protocol.as_str().into());
        }
        if !port.name.is_empty() {
            written.insert("name".to_owned(), port.name.as_str().into());
        }
        written.insert("port".to_owned(), port.number.into());
        let target = port.target.parse::<u16>().map_or_else(|_| Json::from(port.target.as_str()), Json::from);
        written.insert("targetPort".to_owned(), target);
        Json::Object(written)
    };
    match base {
        Some(service) if !service.ports.is_empty() => service.ports.iter().map(of_base).collect(),
        Some(_) | None => {
            // The name tells Istio the protocol.
            used.iter().map(|port| json!({ "name": format!("http-{port}"), "port": port })).collect()
        }
    }
}

fn object(version: &str, kind: &str, namespace: &str, name: &str, spec: Json) -> gateway::Object {
    gateway::Object::Policy(Resource {
        api_version: version.to_owned(),
        kind: kind.to_owned(),
        metadata: Metadata {
            labels: BTreeMap::from([(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned())]),
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            ..Metadata::default()
        },
        spec: spec.into(),
    })
}

/// The traffic policy of a subset: section by section its own, else that of the host
/// (istio/istio pilot/pkg/networking/core/cluster_traffic_policy.go, MergeTrafficPolicy).
fn policy_of(registry: Registry<'_>, rule: &Object<'_, DestinationRule>, subset: &Subset) -> Map<String, Json> {
    let rules = registry.rules(&host::full(&rule.spec.host, rule.namespace()));
    let is_it = |one: &&Merged<'_>| {
        one.subset(&subset.name).is_some_and(|(other, _)| other.manifest.object == rule.manifest.object)
    };
    let top = rules.iter().find(is_it).map_or(&rule.spec.traffic_policy, |merged| &merged.top().spec.traffic_policy);
    let mut merged = Map::new();
    for policy in [top, &subset.traffic_policy].into_iter().flatten() {
        if let Json::Object(sections) = policy {
            let sections = sections.iter().filter(|(_, section)| !section.is_null());
            merged.extend(sections.map(|(name, section)| (name.clone(), section.clone())));
        }
    }
    merged
}

/// Without Istio behind the target nobody reads DestinationRules and ServiceEntries. What a rule of a routing holds is
/// for the target to say; everything else is lost.
pub fn not_for_others(manifests: &[Manifest], routings: &[Routing], report: &mut Report) {
    let hosts = routings.iter().flat_map(|routing| &routing.entry_points).flat_map(|entry| &entry.hosts);
    let rules = || hosts.clone().flat_map(|host| &host.rules);
    let held: BTreeSet<&Origin> = rules().flat_map(|rule| traffic(&rule.policies)).collect();
    let objects = Objects::read(manifests, &mut Report::default());
    let outranked = outranked(&objects);
    for manifest in manifests.iter().filter(|manifest| objects::is_ours(manifest)) {
        match manifest.object.kind.as_str() {
            "DestinationRule" => lose_policies(manifest, &held, &outranked, report),
            "ServiceEntry" => {
                let origin = Origin::field(&manifest.object, FieldPath::root().key("spec"));
                report.ledger.record(&origin, Fate::Dropped, Some(Code::TrafficPolicyNotCarried));
                let message = format!("{} is read by Istio only", manifest.object.label());
                report.push(Diagnostic::new(Code::TrafficPolicyNotCarried, message).at(&origin, ""));
            }
            _ => {}
        }
    }
}

/// Takes out of a routing what DestinationRules of the input say: where Istio stays they stay in force, and say it
/// themselves.
pub fn leave_to_destination_rules(routing: &mut Routing) {
    fn leave<T>(setting: &mut Option<Located<T>>) {
        setting.take_if(|located| is_of_rule(&located.origin));
    }
    let hosts = routing.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts);
    for rule in hosts.flat_map(|host| host.rules.iter_mut()) {
        // VirtualServices have no time for connecting, so one beside theirs is that of a DestinationRule.
        let connects = rule.policies.timeouts.as_ref().is_some_and(|limits| limits.value.connect.is_some());
        let says_both = routing.dialect == super::DIALECT && connects;
        if !says_both && !traffic(&rule.policies).into_iter().any(is_of_rule) {
            continue;
        }
        let policies = &mut *rule.policies;
        leave(&mut policies.balance);
        leave(&mut policies.affinity);
        leave(&mut policies.circuit_breaker);
        leave(&mut policies.outlier_detection);
        leave(&mut policies.backend_protocol);
        leave(&mut policies.backend_tls);
        leave(&mut policies.timeouts);
        if let Some(limits) = policies.timeouts.as_mut().filter(|_| says_both) {
            limits.value.connect = None;
        }
    }
}

fn is_of_rule(origin: &Origin) -> bool {
    origin.object.kind == "DestinationRule"
}

/// The places of the policies that DestinationRules give.
fn traffic(policies: &Policies) -> Vec<&Origin> {
    let Policies { balance, affinity, circuit_breaker, outlier_detection, backend_tls, timeouts, .. } = policies;
    let places = [
        balance.as_ref().map(|one| &one.origin),
        affinity.as_ref().map(|one| &one.origin),
        circuit_breaker.as_ref().map(|one| &one.origin),
        outlier_detection.as_ref().map(|one| &one.origin),
        backend_tls.as_ref().map(|one| &one.origin),
        timeouts.as_ref().map(|one| &one.origin),
    ];
    places.into_iter().flatten().collect()
}

fn lose_policies(manifest: &Manifest, held: &BTreeSet<&Origin>, outranked: &BTreeSet<Origin>, report: &mut Report) {
    let spec = FieldPath::root().key("spec");
    let subsets = manifest.node.at(&spec.key("subsets")).map(Node::items).unwrap_or_default();
    let levels = (0..subsets.len()).map(|index| spec.key("subsets").index(index)).chain([spec.clone()]);
    for level in levels {
        let Some(policy) =
            manifest.node.at(&level).and_then(|node| node.entry("trafficPolicy").or(node.entry("traffic_policy")))
        else {
            continue;
        };
        let at = |path: FieldPath| Origin::field(&manifest.object, path);
        if outranked.contains(&at(level.clone())) || outranked.contains(&at(level.key(&policy.key))) {
            continue;
        }
        for section in policy.node.entries() {
            let origin = Origin::field(&manifest.object, level.key(&policy.key).key(&section.key));
            if held.contains(&origin) {
                continue;
            }
            report.ledger.record(&origin, Fate::Dropped, Some(Code::TrafficPolicyNotCarried));
            let message = format!("`{}` of {} is read by Istio only", section.key, manifest.object.label());
            report.push(
                Diagnostic::new(Code::TrafficPolicyNotCarried, message)
                    .at(&origin, "")
                    .help(Code::TrafficPolicyNotCarried.entry().fix),
            );
        }
    }
}
