//! The API server: connecting, discovery, paged lists, and what is done to it. All network traffic of gatelift is here.
//!
//! Blocking on the outside, one thread on the inside. Nothing here prints: requests are told to a [`Log`].

pub mod apply;
mod capabilities;
mod cluster;
mod connection;
mod definitions;
mod discovery;
mod failure;
mod list;
mod status;

pub use capabilities::{Capabilities, GatewayClass};
pub use cluster::{Answer, Cluster, Log};
pub use connection::{Connection, duration};
pub use discovery::Served;
pub use failure::{Cause, Failure, Refusal};
pub use list::Scope;
pub use status::{Problem, Status, Waited};
