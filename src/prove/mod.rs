//! Requests against routings: the outcome of one ([`evaluate`]), and the equality of all.

mod outcome;
mod request;

pub use outcome::{Answer, Outcome, Shares};
pub use request::Request;
