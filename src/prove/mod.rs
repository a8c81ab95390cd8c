//! Requests against routings: the outcome of one ([`evaluate()`]), and the equality of all.

mod evaluate;
mod location;
mod outcome;
mod request;
pub mod wire_path;

pub use evaluate::{Trace, evaluate, in_host, nginx_origin_allowed, trace};
pub use outcome::{Outcome, Received};
pub use request::Request;
