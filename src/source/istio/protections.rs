//! Policies of Istio that stand at a gateway: they choose the pods of the gateway that is left behind.

use std::collections::BTreeMap;

use super::objects::Objects;
use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Report};

/// Whether a kind decides what a proxy lets through.
#[must_use]
pub fn is_protection(group: &str, kind: &str) -> bool {
    match group {
        "security.istio.io" => matches!(kind, "AuthorizationPolicy" | "RequestAuthentication"),
        "networking.istio.io" => kind == "EnvoyFilter",
        _ => false,
    }
}

/// Says which of them are lost: those that choose the pods of a converted Gateway. What chooses other pods stays in
/// force.
pub(super) fn report(manifests: &[Manifest], objects: &Objects<'_>, report: &mut Report) {
    for manifest in manifests.iter().filter(|one| is_protection(one.group(), &one.object.kind)) {
        // What names its target does not choose pods.
        if manifest.node.get("spec").is_some_and(|spec| spec.get("targetRef").or(spec.get("targetRefs")).is_some()) {
            continue;
        }
        let chosen = labels(manifest);
        let namespace = manifest.object.namespace.as_str();
        let holds = objects.gateways.iter().any(|gateway| match &chosen {
            Some(labels) => labels.iter().all(|(key, value)| gateway.spec.selector.get(key) == Some(value)),
            // Without a selector it holds for its namespace, in the root namespace for all.
            None => namespace == "istio-system" || namespace == gateway.namespace(),
        });
        if !holds {
            continue;
        }
        let message = format!("{} is not carried", manifest.object.label());
        let finding = Diagnostic::new(Code::ProtectionNotCarried, message)
            .note("it holds for pods of the Istio gateway; those of the new Gateway are others")
            .help("attach it to the new Gateway (`targetRefs`) before traffic moves, or accept it with --allow G2L119");
        report.push(finding.at(&Origin::object(&manifest.object), ""));
    }
}

/// `spec.selector.matchLabels`, an EnvoyFilter's `spec.workloadSelector.labels`; `None` for every pod.
fn labels(manifest: &Manifest) -> Option<BTreeMap<String, String>> {
    let spec = manifest.node.get("spec")?;
    let selector = spec.get("selector").and_then(|selector| selector.get("matchLabels"));
    let selector = selector.or_else(|| spec.get("workloadSelector").and_then(|selector| selector.get("labels")))?;
    let pair = |entry: &crate::syntax::Entry| Some((entry.key.to_string(), entry.node.as_str()?.to_owned()));
    Some(selector.entries().iter().filter_map(pair).collect()).filter(|labels: &BTreeMap<_, _>| !labels.is_empty())
}
