//! Integration tests, one binary.

mod command_line;
mod emit;
mod envoy_gateway_cases;
mod generated;
mod json_manifests;
mod messages;
