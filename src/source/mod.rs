//! Manifests to routings: one folder a dialect. A source spends its dialect's ranking and writes first-match lists.

pub mod gateway_api;
