//! ingress-nginx, controller v1.15.1: its annotations, its ConfigMap and flags, and which Ingresses are its own.

pub mod annotations;
pub mod config;
pub mod detect;
pub mod extract;
pub mod lookup;
mod references;
pub mod validators;
