//! Dialects that are read: each turns manifests into routings.

pub mod context;
pub mod detect;
pub mod ingress;
pub mod ingress_nginx;
