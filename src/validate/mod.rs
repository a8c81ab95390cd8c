//! What the API server would refuse, without an API server.

pub mod attachment;
#[cfg(feature = "crds")]
pub mod crds;
pub mod gateway_api;
pub mod metadata;
