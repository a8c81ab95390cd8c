//! Move ingress traffic to Gateway API, and prove that every request still goes where it went.

pub mod gateway;
pub mod model;
pub mod pass;
pub mod prove;
pub mod report;
pub mod syntax;
