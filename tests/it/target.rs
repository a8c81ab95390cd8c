//! Routings written as Gateway API objects. Every output of these tests goes through `oracle`.

mod actions;
mod build;
mod determinism;
mod hosts;
mod limits;
mod namespaces;
mod oracle;
mod policies;
mod protocols;
mod topologies;
