//! The Ingress API itself: what all its dialects share.

mod backend;
mod lower;
mod object;
mod reader;
mod validation;
mod vendor;

pub use backend::{ResolvedPort, resolve, resolve_port};
pub use lower::{DIALECT, lower};
pub use object::{BackendRef, Ingress, IngressPath, IngressRule, IngressTls, PathType, PortRef};
pub use reader::read;
