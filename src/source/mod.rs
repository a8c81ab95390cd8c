//! Manifests to routings: one folder a dialect. A source spends its dialect's ranking and writes first-match lists.

mod account;
pub mod annotation;
pub mod context;
pub mod detect;
pub mod gateway_api;
pub mod ingress;
pub mod ingress_nginx;
pub mod istio;
mod metadata;
pub mod smi;
pub mod value;
