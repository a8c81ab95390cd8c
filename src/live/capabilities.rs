//! What the cluster has of Gateway API.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::cluster::Call;
use super::{Cluster, Failure, Refusal, Scope, Served};
use crate::gateway::GROUP;

/// What the cluster has of Gateway API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether Gateways are served at all.
    pub installed: bool,
    /// Its GatewayClasses, by name; `None` when they may not be read.
    pub classes: Option<Vec<GatewayClass>>,
    /// The release of the installed CRDs, from their annotation: `v1.6.1`. `None` when it does not say or may not be read.
    pub release: Option<String>,
    /// The channel of the installed CRDs, likewise: `standard`, `experimental`.
    pub channel: Option<String>,
}

/// A GatewayClass.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GatewayClass {
    /// Its name.
    pub name: String,
    /// `spec.controllerName`.
    pub controller: String,
    /// The controller has taken it (condition Accepted).
    pub accepted: bool,
    /// `status.supportedFeatures`; empty when the controller does not say.
    pub features: BTreeSet<String>,
}

/// Where the CRD says which release and channel it is of (gateway-api `pkg/consts/consts.go`).
const RELEASE: &str = "gateway.networking.k8s.io/bundle-version";
const CHANNEL: &str = "gateway.networking.k8s.io/channel";

impl Cluster {
    /// Asks what there is of Gateway API; `served` is the result of [`Cluster::served`]. What may not be read is unknown.
    ///
    /// # Errors
    /// When the API server does not answer.
    pub fn capabilities(&self, served: &[Served]) -> Result<Capabilities, Failure> {
        let find = |kind: &str| served.iter().find(|served| served.group == GROUP && served.kind == kind);
        let mut found = Capabilities { installed: find("Gateway").is_some(), ..Capabilities::default() };
        if let Some(kind) = find("GatewayClass") {
            let mut classes = Vec::new();
            let listed = allowed(self.list(kind, &Scope::default(), &mut |page, is_first| {
                if is_first {
                    classes.clear();
                }
                classes.extend(page.iter().map(gateway_class));
            }))?;
            classes.sort();
            found.classes = listed.map(|()| classes);
        }
        if let Some(kind) = find("Gateway") {
            let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}", kind.resource());
            if let Some(answer) = allowed(self.call(&Call::get(path)))? {
                let crd: Json = answer.json()?;
                let annotation = |name: &str| {
                    let annotations = crd.pointer("/metadata/annotations")?;
                    annotations.get(name)?.as_str().map(str::to_owned)
                };
                found.release = annotation(RELEASE);
                found.channel = annotation(CHANNEL);
            }
        }
        Ok(found)
    }
}

/// What may not be read, or is not there, is unknown.
fn allowed<T>(result: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(failure) if failure.refusal().is_some_and(|r: &Refusal| r.is_forbidden() || r.is_not_found()) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn gateway_class(object: &Json) -> GatewayClass {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned();
    let list = |pointer: &str| object.pointer(pointer).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_accepted = |condition: &Json| {
        condition.get("type").and_then(Json::as_str) == Some("Accepted")
            && condition.get("status").and_then(Json::as_str) == Some("True")
    };
    // Objects with a name since v1.1, plain names before.
    let feature = |feature: &Json| feature.get("name").unwrap_or(feature).as_str().map(str::to_owned);
    GatewayClass {
        name: text("/metadata/name"),
        controller: text("/spec/controllerName"),
        accepted: list("/status/conditions").iter().any(is_accepted),
        features: list("/status/supportedFeatures").iter().filter_map(feature).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn classes_with_features_of_both_forms() {
        let class =
            gateway_class(&json!({ "metadata": { "name": "eg" }, "spec": { "controllerName": "c" }, "status": {
            "conditions": [{ "type": "Accepted", "status": "True" }],
            "supportedFeatures": ["Gateway", { "name": "HTTPRoute" }] } }));
        assert!(class.accepted && class.name == "eg" && class.controller == "c");
        assert_eq!(class.features.into_iter().collect::<Vec<_>>(), ["Gateway", "HTTPRoute"]);
    }
}
