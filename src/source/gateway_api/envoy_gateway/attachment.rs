//! Which policy holds for what: `targetRefs`, `targetSelectors`, `sectionName`, and the older of two.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Extension;
use crate::gateway::{GROUP, LabelSelector};
use crate::model::{Origin, Refusal};
use crate::source::gateway_api::objects::{Objects, by_age};
use crate::source::gateway_api::selector;

/// What a policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::source::gateway_api) struct Target {
    /// `Gateway`, `ListenerSet`, `HTTPRoute`, …
    pub kind: String,
    pub namespace: String,
    pub name: String,
    /// A listener or a rule.
    pub section: Option<String>,
}

/// The policies of one kind by what they are attached to. Of several on one target the oldest counts (Envoy Gateway
/// internal/gatewayapi, `Conflicted`; measured: eg-p-ctp-conflict).
#[derive(Debug, Default)]
pub(super) struct Attached<'o>(BTreeMap<Target, &'o Extension>);

impl<'o> Attached<'o> {
    pub(super) fn of(kind: &str, objects: &'o Objects) -> Self {
        let mut attached = BTreeMap::new();
        for policy in objects.extensions.get(kind).map(by_age).unwrap_or_default() {
            for target in targets(policy, objects) {
                attached.entry(target).or_insert(policy);
            }
        }
        Self(attached)
    }

    pub(super) fn get(&self, target: &Target) -> Option<&'o Extension> {
        self.0.get(target).copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Everything that a policy names, in its own namespace.
pub(super) fn targets(policy: &Extension, objects: &Objects) -> Vec<Target> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let list = |key: &str| policy.spec.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let named = list("targetRefs").iter().chain(policy.spec.get("targetRef")).filter(|target| {
        let group = text(target, "group");
        group.as_deref().is_none_or(|group| group == GROUP)
    });
    let mut targets: Vec<Target> = named
        .filter_map(|target| {
            Some(Target {
                kind: text(target, "kind")?,
                namespace: policy.namespace.clone(),
                name: text(target, "name")?,
                section: text(target, "sectionName"),
            })
        })
        .collect();
    for chosen in list("targetSelectors") {
        let Some(kind) = text(chosen, "kind") else { continue };
        let Ok(labels) = serde_json::from_value::<LabelSelector>(chosen.clone()) else { continue };
        let fits = |own: &BTreeMap<String, String>| selector::matches(&labels, own);
        let found = labelled(&kind, objects)
            .into_iter()
            .filter(|(namespace, _, own)| *namespace == policy.namespace && fits(own));
        targets.extend(found.map(|(namespace, name, _)| Target {
            kind: kind.clone(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            section: None,
        }));
    }
    targets
}

/// Kinds that a policy can be attached to (CEL rules of the CRDs).
const ALLOWED: &[(&str, &[&str])] = &[
    ("ClientTrafficPolicy", &["Gateway", "ListenerSet"]),
    ("SecurityPolicy", &["Gateway", "ListenerSet", "HTTPRoute", "GRPCRoute", "TCPRoute"]),
];

/// A policy that the API server refuses because of what it names (measured: eg-p-ctp-route-target).
pub(super) fn misplaced(objects: &Objects, namespace: &str) -> Option<Refusal> {
    ALLOWED.iter().find_map(|(kind, allowed)| {
        let policies = objects.extensions.get(*kind)?.values().filter(|policy| policy.namespace == namespace);
        let wrong = policies.filter_map(|policy| {
            let target =
                targets(policy, objects).into_iter().find(|target| !allowed.contains(&target.kind.as_str()))?;
            let reason = format!("{} cannot be attached to a {}", policy.source.label(), target.kind);
            Some(Refusal { reason, origin: Some(Origin::object(&policy.source)) })
        });
        wrong.into_iter().next()
    })
}

type Labelled<'o> = (&'o str, &'o str, &'o BTreeMap<String, String>);

/// Objects of a kind with their labels.
fn labelled<'o>(kind: &str, objects: &'o Objects) -> Vec<Labelled<'o>> {
    macro_rules! all {
        ($of:expr) => {
            $of.values().map(|o| (o.namespace.as_str(), o.metadata.name.as_str(), &o.metadata.labels)).collect()
        };
    }
    match kind {
        "Gateway" => all!(objects.gateways),
        "ListenerSet" => all!(objects.listener_sets),
        "HTTPRoute" => all!(objects.http_routes),
        "GRPCRoute" => all!(objects.grpc_routes),
        "TLSRoute" => all!(objects.tls_routes),
        "TCPRoute" => all!(objects.tcp_routes),
        "UDPRoute" => all!(objects.udp_routes),
        _ => Vec::new(),
    }
}
