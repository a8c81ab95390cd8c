//! The one integration test binary. A test file is named after what it checks.

// A test says what is wrong by failing, and nothing it does reaches a user.
#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unreachable,
    clippy::unwrap_used
)]

mod annotations;
mod architecture;
mod binary;
mod cases;
mod check;
mod claims;
mod class_features;
mod cluster_manifests;
mod command_line;
mod config;
mod corpus;
mod corpus_read;
mod dependencies;
mod effective;
mod emit;
mod envoy_gateway_cases;
mod formats;
mod fuzz;
mod gateway_api_engines;
#[cfg(feature = "crds")]
mod gateway_api_rules;
mod gateway_api_schema;
mod gateway_api_source;
mod generated;
mod golden;
mod guide;
mod headers;
mod ingress_nginx_cases;
mod istio;
mod istio_cases;
mod json_manifests;
#[cfg(feature = "cluster")]
mod live;
mod loopback;
mod messages;
mod mutations;
mod never_wider;
mod oracle;
mod oracle_cases;
mod ordering;
mod packaging;
mod pairs;
mod pass;
mod passes_proved;
mod peer;
mod properties;
mod prove;
mod read;
mod readme;
#[cfg(feature = "cluster")]
mod recorded;
mod report;
mod robustness;
mod rust_source;
mod score;
mod settings;
mod smi;
mod syntax_de;
mod syntax_fuzz;
mod syntax_sources;
mod syntax_yaml;
mod target;
mod token_holders;
mod tokens;
mod trace;
mod upgrade;
mod verify;
mod yaml;
