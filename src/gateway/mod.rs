//! Gateway API v1.6 objects as typed data: what targets write and `source::gateway_api` reads.
//!
//! Our own structs rather than a crate's: one family of filters for rules and backends, both channels in one type,
//! fields in the order in which kubectl prints them (alphabetical). Unknown fields are left out on reading.

mod cookie;
mod duration;
mod gateway;
mod grpc_route;
mod http_route;
mod layer4;
mod mesh;
mod metadata;
mod profile;
mod profiles;
mod reference;

pub use cookie::*;
pub use duration::milliseconds;
pub use gateway::*;
pub use grpc_route::*;
pub use http_route::*;
pub use layer4::*;
pub use mesh::*;
pub use metadata::*;
pub use profile::*;
pub use profiles::*;
pub use reference::*;

use serde::Serialize;

/// The group of all these kinds.
pub const GROUP: &str = "gateway.networking.k8s.io";

/// Any object that gatelift writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Object {
    /// Entry points.
    Gateway(Resource<GatewaySpec>),
    /// More listeners for a Gateway.
    ListenerSet(Resource<ListenerSetSpec>),
    /// HTTP routing.
    HttpRoute(Resource<HttpRouteSpec>),
    /// gRPC routing.
    GrpcRoute(Resource<GrpcRouteSpec>),
    /// TLS passthrough.
    TlsRoute(Resource<TlsRouteSpec>),
    /// TCP streams.
    TcpRoute(Resource<StreamRouteSpec>),
    /// UDP datagrams.
    UdpRoute(Resource<StreamRouteSpec>),
    /// References across namespaces.
    ReferenceGrant(Resource<ReferenceGrantSpec>),
    /// TLS towards backends.
    BackendTlsPolicy(Resource<BackendTlsPolicySpec>),
    /// A policy or filter of an implementation: the target that writes it keeps its type beside it.
    Policy(Resource<serde_json::Value>),
}

impl Object {
    /// `apiVersion`.
    #[must_use]
    pub fn api_version(&self) -> &str {
        self.head().0
    }

    /// `kind`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.head().1
    }

    /// `metadata`.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        self.head().2
    }

    /// `metadata`, to be changed.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        match self {
            Self::Gateway(r) => &mut r.metadata,
            Self::ListenerSet(r) => &mut r.metadata,
            Self::HttpRoute(r) => &mut r.metadata,
            Self::GrpcRoute(r) => &mut r.metadata,
            Self::TlsRoute(r) => &mut r.metadata,
            Self::TcpRoute(r) | Self::UdpRoute(r) => &mut r.metadata,
            Self::ReferenceGrant(r) => &mut r.metadata,
            Self::BackendTlsPolicy(r) => &mut r.metadata,
            Self::Policy(r) => &mut r.metadata,
        }
    }

    fn head(&self) -> (&str, &str, &Metadata) {
        match self {
            Self::Gateway(r) => r.head(),
            Self::ListenerSet(r) => r.head(),
            Self::HttpRoute(r) => r.head(),
            Self::GrpcRoute(r) => r.head(),
            Self::TlsRoute(r) => r.head(),
            Self::TcpRoute(r) | Self::UdpRoute(r) => r.head(),
            Self::ReferenceGrant(r) => r.head(),
            Self::BackendTlsPolicy(r) => r.head(),
            Self::Policy(r) => r.head(),
        }
    }
}
