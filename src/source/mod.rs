//! Dialects: manifests in, routing out. One folder a dialect.

pub mod annotation;
pub mod ingress_nginx;
pub mod value;
