//! Requests against routings: the outcome of one ([`evaluate()`]), and the equality of all ([`compare()`]).

mod action;
mod addresses;
mod asked;
mod automaton;
mod beyond;
mod compare;
mod conditions;
mod credentials;
mod dimensions;
mod envoy;
mod evaluate;
mod explain;
#[cfg(test)]
mod fixture;
mod group;
mod guard;
mod headers;
mod host_pairs;
mod language;
mod literal_regions;
mod location;
mod nginx_headers;
mod outcome;
mod pattern;
mod policy;
mod proof;
mod redirect;
mod region;
mod request;
mod rewrite;
mod side;
mod telling;
mod tried;
mod virtual_host;
mod whole;
pub mod wire_path;

pub use asked::difference;
pub use compare::{compare, compare_all};
pub use evaluate::{Trace, evaluate, in_host, trace};
pub use group::{Group, group};
pub use guard::nginx_origin_allowed;
pub use headers::{Answered, Changes, Headers, headers};
pub use outcome::{Outcome, Received};
pub use proof::{Difference, Doubt, Family, Limits, Proof, Unproved};
pub use request::Request;
pub use tried::{Miss, Tried, tried};
