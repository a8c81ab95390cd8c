//! Requests against routings: the outcome of one ([`evaluate()`]), and the equality of all ([`compare()`]).

mod action;
mod automaton;
mod compare;
mod conditions;
mod evaluate;
mod explain;
#[cfg(test)]
mod fixture;
mod group;
mod host_pairs;
mod language;
mod literal_regions;
mod location;
mod outcome;
mod outside;
mod pattern;
mod policy;
mod proof;
mod redirect;
mod region;
mod request;
mod rewrite;
mod side;
mod virtual_host;
pub mod wire_path;

pub use compare::{compare, compare_all};
pub use evaluate::{Trace, evaluate, in_host, nginx_origin_allowed, trace};
pub use group::{Group, group};
pub use outcome::{Outcome, Received};
pub use proof::{Difference, Doubt, Family, Limits, Proof, Unproved};
pub use request::Request;
