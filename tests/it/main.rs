//! Integration tests: one binary.

mod envoy_gateway_cases;
mod json_manifests;
