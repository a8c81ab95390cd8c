//! The Ingress API itself: what all its dialects share.

mod backend;
mod object;

pub use backend::{ResolvedPort, resolve, resolve_port};
pub use object::{BackendRef, Ingress, IngressPath, IngressRule, IngressTls, PathType, PortRef, read};
