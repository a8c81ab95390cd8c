//! Routings written as Gateway API objects. Every output of these tests goes through `invariants`, and through the API
//! server's own rules where the CRDs are at hand.

mod actions;
mod build;
mod determinism;
mod hosts;
mod invariants;
mod limits;
mod listener_settings;
mod namespaces;
mod policies;
mod protocols;
mod round_trip;
mod several;
mod topologies;
