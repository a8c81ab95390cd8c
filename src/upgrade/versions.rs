//! Which versions there were (CRDs of every tag of kubernetes-sigs/gateway-api) and what takes their place.

use crate::gateway::GROUP;

/// The group of v1alpha1 (v0.1.0–v0.4.3).
pub(super) const X_GROUP: &str = "networking.x-k8s.io";
/// The group of experimental kinds (v1.3–).
pub(super) const EXPERIMENTAL_GROUP: &str = "gateway.networking.x-k8s.io";
/// A group that never was, from the text of GEP-709.
const GEP_GROUP: &str = "networking.gateway.k8s.io";

/// How old an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Age {
    /// Proposals that no CRD ever took: no apiVersion, `forwardTo.backend`.
    Proposal,
    /// networking.x-k8s.io/v1alpha1.
    V1Alpha1,
    /// gateway.networking.k8s.io/v1alpha2 and later ones that are not the last.
    Later,
}

/// The group names that mean Gateway API.
pub(super) fn is_gateway_api(group: &str) -> bool {
    [GROUP, X_GROUP, GEP_GROUP].contains(&group)
}

/// Kinds that no other API group in use has, so that they are known without an apiVersion.
pub(super) const UNMISTAKABLE: &[&str] =
    &["HTTPRoute", "TLSRoute", "TCPRoute", "UDPRoute", "GRPCRoute", "ReferenceGrant", "ReferencePolicy"];

/// What an object is now called: apiVersion and kind; `None` for what has no successor or is not old.
pub(super) fn successor(group: &str, version: &str, kind: &str) -> Option<(Age, &'static str, &'static str)> {
    let age = match (group, version) {
        ("" | GEP_GROUP, _) => Age::Proposal,
        (X_GROUP, _) => Age::V1Alpha1,
        (GROUP, "v1alpha2" | "v1alpha3" | "v1beta1") | (EXPERIMENTAL_GROUP, "v1alpha1") => Age::Later,
        _ => return None,
    };
    let (api_version, kind) = match kind {
        "GatewayClass" => (V1, "GatewayClass"),
        "Gateway" => (V1, "Gateway"),
        "HTTPRoute" => (V1, "HTTPRoute"),
        "GRPCRoute" => (V1, "GRPCRoute"),
        "TLSRoute" => (V1, "TLSRoute"),
        "TCPRoute" | "TcpRoute" => (V1, "TCPRoute"),
        "UDPRoute" => (V1, "UDPRoute"),
        "ReferencePolicy" | "ReferenceGrant" => (V1, "ReferenceGrant"),
        "BackendTLSPolicy" => (V1, "BackendTLSPolicy"),
        "ListenerSet" | "XListenerSet" => (V1, "ListenerSet"),
        _ => return None,
    };
    let old = match age {
        Age::Proposal => !version.is_empty() || UNMISTAKABLE.contains(&kind),
        Age::V1Alpha1 | Age::Later => true,
    };
    old.then_some((age, api_version, kind))
}

/// What everything becomes.
const V1: &str = "gateway.networking.k8s.io/v1";
