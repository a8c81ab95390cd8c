//! The routing: what a set of manifests means, in no dialect and for no target.
//!
//! A [`Routing`] holds one [`EntryPoint`] per port and protocol, each with its virtual hosts in the
//! order in which they are asked, each with its rules in the order in which they are tried. At both
//! levels the first match wins: whatever ranking a dialect has (exact before prefix, longest first,
//! oldest object first) is spent when its source writes the lists, so nothing here ranks.

mod action;
mod backend;
mod host;
mod manifest;
mod matcher;
mod origin;
mod path;
mod policy;
mod rewrite;
mod routing;
mod search;
mod shared;

pub use action::*;
pub use backend::*;
pub use host::*;
pub use manifest::*;
pub use matcher::*;
pub use origin::*;
pub use path::*;
pub use policy::*;
pub use rewrite::*;
pub use routing::*;
pub use search::*;
pub use shared::*;
