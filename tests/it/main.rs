//! Integration tests: one binary.

mod envoy_gateway_cases;
mod gateway_api_engines;
mod gateway_api_schema;
mod json_manifests;
