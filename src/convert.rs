//! A conversion from beginning to end.

use crate::findings;
use crate::gateway::{GROUP, GatewayAddress, Object};
use crate::input::Input;
use crate::model::{Manifest, Origin, Routing};
use crate::options::{Channel, NamespacedName, Options, Topology};
use crate::report::{Acceptance, Allows, Report, Summary};
use crate::retry_policy::RetryPolicies;
use crate::routings::{World, access_writes, lift_access, routings};
use crate::source::{istio, smi};
use crate::syntax::FieldPath;
use crate::target::{self, Emitted, Target};
use crate::{
    annotation_losses, annotation_rules, companions, destination_rules, pass, passed_through, prove, read_back, source,
    waypoints,
};

/// What came of a conversion.
#[derive(Debug, Clone, Default)]
pub struct Conversion {
    /// The objects to apply, in the order in which they should be.
    pub objects: Vec<Object>,
    /// For each object the fields that caused it.
    pub origins: Vec<Vec<Origin>>,
    /// What there is to say, the input's report included.
    pub report: Report,
    /// What the input means, one routing a class or Gateway.
    pub before: Vec<Routing>,
    /// What the output means for the target.
    pub after: Vec<Routing>,
    /// What the input means once its expressions are written as far as the target has them.
    pub(crate) portable: Vec<Routing>,
    /// Counts.
    pub summary: Summary,
}

/// The target that the options name; the standard one when the name is unknown (the command line refuses those).
#[must_use]
pub(crate) fn chosen_target(options: &Options) -> &'static Target {
    Target::find(&options.target.name).unwrap_or(&target::TARGETS[0])
}

/// Converts. Never fails: what cannot be converted is in the report.
#[must_use]
pub fn convert(input: &Input, options: &Options) -> Conversion {
    let mut report = input.report.clone();
    let target = chosen_target(options);
    let mut before = routings(&input.manifests, options, World::Open, target.profile, &mut report);
    lift_access(&mut before, &input.manifests, None, (options, target.profile));
    let context =
        target::Context { namespaces: source::context::Context::read(&input.manifests, World::Open).namespaces };
    let allows =
        Allows { comments: input.allows.clone(), annotations: annotation_rules::accepted(&options.annotation_rules) };
    let mut acceptance = Acceptance::new(&allows);
    let mut writing = target_options(options, &allows);
    writing.gateway_class =
        writing.gateway_class.or_else(|| class_of_gateway(&input.manifests, options.gateway.as_ref()));
    let mut outputs: Vec<Vec<Emitted>> = Vec::new();
    let mut portable = Vec::new();
    for routing in before.iter().filter(|routing| routing.dialect != source::gateway_api::DIALECT) {
        let allowed = |code, origin: &Origin| options.allow.contains(&code) || allows.covers(code, origin);
        let routing = &*pass::within_requests(routing, allowed, &mut report);
        let routing = &*pass::spelled_out(routing);
        let by_regex = target.rewrites_by_regex();
        let core = if by_regex { pass::regex_rewrites(routing) } else { pass::portable(routing, &mut report) };
        let mut prepared = pass::prepare(&core, target.profile, &mut report);
        if target.profile.istio_objects {
            istio::leave_to_destination_rules(&mut prepared);
        }
        outputs.push(target::write(&prepared, target, &writing, &context, &mut report));
        portable.extend((!by_regex).then_some(core));
    }
    let mut emitted = target::one_for_each_host(target::joined(outputs), &mut report);
    emitted.extend(istio_companions(&input.manifests, &before, target, &mut report));
    emitted.extend(access_control(&input.manifests, access_writes(options, target.profile)));
    if target.profile.istio_objects {
        destination_rules::report_beside(&emitted, &input.manifests, &mut report);
    }
    if let Some(name) = options.waypoint.as_deref().filter(|_| target.profile.istio_objects) {
        let waypoints = waypoints::written(&emitted, &input.manifests, name, &mut report);
        emitted.extend(waypoints);
    }
    companions::annotate(&mut emitted, &input.manifests, &mut report);
    emitted.extend(passed_through::emitted(&input.manifests, options.channel, &mut report));
    let retries = RetryPolicies::read(&input.manifests, &mut Report::default());
    retries.write(&mut emitted, target, writing.channel, &mut report);
    let emitted = target::arranged(emitted);
    let written = emitted.iter().map(|emitted| &emitted.object);
    let after = read_back::written(&input.manifests, written, target.profile, World::Open, &mut report);
    if options.prove {
        let limits = prove::Limits { max_classes: options.max_classes, ..prove::Limits::default() };
        let pairing = target::pairing(&before, &after, &writing);
        let proof = prove::compare_all(&before, &after, &pairing, &limits);
        findings::report(proof, &before, &portable, &mut acceptance, &mut report);
    }
    let (objects, origins): (Vec<Object>, Vec<Vec<Origin>>) =
        emitted.into_iter().map(|e| (e.object, e.origins)).unzip();
    let of_a_dialect =
        |manifest: &&Manifest| manifest.object.kind == "Ingress" || istio::is_ours(manifest) || smi::is_ours(manifest);
    let converted = input.manifests.iter().filter(of_a_dialect).map(|manifest| manifest.object.kind.as_str());
    source::ingress_nginx::share_fates(annotation_losses::of(target), &mut report);
    annotation_rules::apply(&options.annotation_rules, &input.manifests, &mut report);
    report.deduplicate();
    acceptance.take_out(&mut report);
    report.diagnostics.extend(acceptance.unused(options.prove));
    let summary = Summary::new(converted, objects.iter().map(Object::kind), &report.ledger);
    Conversion { objects, origins, report, before, after, portable, summary }
}

/// What stands beside the routes of Istio's dialect: Services of subsets, and rules for them.
fn istio_companions(manifests: &[Manifest], before: &[Routing], target: &Target, report: &mut Report) -> Vec<Emitted> {
    if !manifests.iter().any(istio::is_ours) {
        return Vec::new();
    }
    let context = source::context::Context::read(manifests, World::Open);
    let for_istio = target.profile.istio_objects;
    if !for_istio {
        istio::not_for_others(manifests, before, report);
    }
    let written = istio::companions(manifests, &context, before, for_istio, report);
    written.into_iter().map(|(object, origins)| Emitted { object, origins }).collect()
}

/// What TrafficTargets allow, for the pods of their destinations.
fn access_control(manifests: &[Manifest], writes: smi::Writes) -> Vec<Emitted> {
    if !manifests.iter().any(smi::asks_for_workloads) {
        return Vec::new();
    }
    let context = source::context::Context::read(manifests, World::Open);
    let access = smi::Access::read(manifests, &context, writes);
    access.objects().into_iter().map(|(object, origins)| Emitted { object, origins }).collect()
}

/// The class of the Gateway that routes are attached to, where the input holds it.
fn class_of_gateway(manifests: &[Manifest], gateway: Option<&NamespacedName>) -> Option<String> {
    let NamespacedName { namespace, name } = gateway?;
    let is_it = |one: &&Manifest| {
        one.object.kind == "Gateway"
            && one.group() == GROUP
            && one.object.name == *name
            && one.object.namespace == *namespace
    };
    let class = manifests.iter().find(is_it)?.node.at(&FieldPath::root().field("spec.gatewayClassName"))?;
    class.as_str().map(str::to_owned)
}

fn address(address: &crate::options::GatewayAddress) -> GatewayAddress {
    let (kind, value) = match address {
        crate::options::GatewayAddress::Ip(address) => ("IPAddress", address.to_string()),
        crate::options::GatewayAddress::Host(host) => ("Hostname", host.clone()),
    };
    GatewayAddress { kind: Some(kind.to_owned()), value: Some(value) }
}

pub(crate) fn target_options(options: &Options, allows: &Allows) -> target::Options {
    let pair = |name: &crate::options::NamespacedName| (name.namespace.clone(), name.name.clone());
    target::Options {
        topology: match options.topology {
            Topology::Shared => target::Topology::Shared,
            Topology::Namespace => target::Topology::Namespace,
            Topology::ListenerSet => target::Topology::ListenerSet,
        },
        gateway: options.gateway.as_ref().map(pair),
        gateway_class: options.gateway_class.clone(),
        gateway_namespace: options.gateway_namespace.clone(),
        gateway_addresses: options.gateway_addresses.iter().map(address).collect(),
        class_map: options.class_map.clone(),
        class_features: options.class_features.clone(),
        default_certificate: options.default_certificate.as_ref().map(pair),
        channel: match options.channel {
            Channel::Standard => target::Channel::Standard,
            Channel::Experimental => target::Channel::Experimental,
        },
        version: options.target.version.clone(),
        allow: options.allow.clone(),
        allow_at: allows.clone(),
    }
}
