//! Gateway API v1.6.1: the limits of the CustomResourceDefinitions and their CEL rules as a typed table.
//!
//! The table ([`schema`]) has the shape of the CRDs: fields with their limits and defaults, and rules on the node they
//! belong to. An object is checked the way the API server does it: unknown fields are pruned, defaults filled in, limits
//! checked, and, where none is broken, the rules. A test holds the table against the CRDs themselves.

mod gateway;
mod grpc_route;
mod http_filter;
mod http_route;
mod parent_refs;
mod policy;
mod reference;
mod schema;
mod stream_route;
mod text;
mod walk;

use serde_json::Value as Json;

pub use schema::{Field, Integer, Items, List, Map, Object, Pattern, Rule, Scope, Shape, Text, Unique};
pub use walk::{Constraint, Violation};

use crate::gateway::GROUP;
use crate::model::Manifest;
use crate::syntax::FieldPath;

/// The release channel whose CRDs are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Channel {
    /// Fields of the experimental channel are pruned.
    #[default]
    Standard,
    /// All fields.
    Experimental,
}

/// The shape of an object's `spec`; `None` for kinds and versions that are not known.
#[must_use]
pub fn schema(kind: &str, version: &str) -> Option<&'static Object> {
    Some(match (kind, version) {
        ("Gateway", "v1" | "v1beta1") => &gateway::GATEWAY,
        ("ListenerSet", "v1") => &gateway::LISTENER_SET,
        ("GatewayClass", "v1" | "v1beta1") => &gateway::GATEWAY_CLASS,
        ("HTTPRoute", "v1" | "v1beta1") => &http_route::HTTP_ROUTE,
        ("GRPCRoute", "v1") => &grpc_route::GRPC_ROUTE,
        ("TLSRoute", "v1" | "v1alpha3") => &stream_route::TLS_ROUTE,
        ("TLSRoute", "v1alpha2") => &stream_route::TLS_ROUTE_V1ALPHA2,
        ("TCPRoute" | "UDPRoute", "v1") => &stream_route::STREAM_ROUTE,
        ("TCPRoute" | "UDPRoute", "v1alpha2") => &stream_route::STREAM_ROUTE_V1ALPHA2,
        ("ReferenceGrant", "v1" | "v1beta1") => &policy::REFERENCE_GRANT,
        ("BackendTLSPolicy", "v1" | "v1alpha3") => &policy::BACKEND_TLS_POLICY,
        _ => return None,
    })
}

/// What the API server would refuse of an object's `spec`, in the order of the table. Objects of other groups, kinds
/// and versions pass.
#[must_use]
pub fn check(object: &Json, channel: Channel) -> Vec<Violation> {
    schema_of(object).map_or_else(Vec::new, |schema| walk::check(object.get("spec").cloned(), schema, channel))
}

/// [`check`] of an object that is not needed further, which saves a copy of it.
#[must_use]
pub fn check_owned(mut object: Json, channel: Channel) -> Vec<Violation> {
    let Some(schema) = schema_of(&object) else { return Vec::new() };
    walk::check(object.get_mut("spec").map(Json::take), schema, channel)
}

/// Fields of `spec` that the channel does not know: the API server prunes them, strict decoding refuses the object.
#[must_use]
pub fn unknown_fields(object: &Json, channel: Channel) -> Vec<FieldPath> {
    match (schema_of(object), object.get("spec")) {
        (Some(schema), Some(spec)) => walk::unknown_fields(spec, schema, channel),
        (None, _) | (_, None) => Vec::new(),
    }
}

fn schema_of(object: &Json) -> Option<&'static Object> {
    let text = |key: &str| object.get(key).and_then(Json::as_str).unwrap_or_default();
    let (group, version) = text("apiVersion").split_once('/').unwrap_or_default();
    schema(text("kind"), version).filter(|_| group == GROUP)
}

/// [`check`] of an object of the input.
#[must_use]
pub fn check_manifest(manifest: &Manifest, channel: Channel) -> Vec<Violation> {
    if manifest.group() == GROUP { check_owned(manifest.stored(), channel) } else { Vec::new() }
}
