//! What the API server would refuse, without an API server.

pub mod attachment;
pub mod gateway_api;
pub mod metadata;
