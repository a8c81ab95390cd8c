//! Move ingress traffic to Gateway API, and prove that every request still goes where it went.
//!
//! A tour: [`read_files`] turns files into manifests. [`routings()`] asks the dialects of [`source`] what they mean: a
//! [`model::Routing`] for each controller or Gateway, first match wins. [`convert()`] brings it into an order that the
//! target's ranking keeps ([`pass`]), writes it as objects ([`target`]), reads those back
//! ([`source::gateway_api`]) and compares the two meanings request class by request class ([`prove`]). [`trace()`] asks
//! for one request, [`verify()`] compares two inputs. Everything that is to be said is in a [`report::Report`]; only
//! [`cli`] prints.

#[cfg(feature = "cluster")]
mod against;
mod annotation_losses;
mod annotation_rules;
#[cfg(feature = "cluster")]
mod applied;
pub mod cli;
#[cfg(feature = "cluster")]
mod cluster;
mod companions;
pub mod compare;
pub mod config;
mod convert;
#[cfg(all(feature = "cluster", feature = "crds"))]
mod definitions;
mod destination_rules;
mod differences;
mod drift;
pub mod effective;
pub mod emit;
mod findings;
pub mod gateway;
mod input;
#[cfg(feature = "cluster")]
pub mod live;
pub mod model;
mod options;
pub mod pass;
mod passed_through;
pub mod prove;
pub mod read;
mod read_back;
pub mod reference;
pub mod report;
mod retry_policy;
mod routings;
pub mod source;
#[cfg(feature = "cluster")]
mod suit;
pub mod syntax;
pub mod target;
mod trace;
pub mod upgrade;
mod upgraded;
pub mod validate;
mod validated;
mod verify;
mod waypoints;

use std::borrow::Cow;

use source::gateway_api::Given;

#[cfg(feature = "cluster")]
pub use against::{Compared, against_cluster};
#[cfg(feature = "cluster")]
pub use applied::Applied;
#[cfg(feature = "cluster")]
pub use cluster::{ClusterScope, class_of, read_cluster, read_kinds, says_where_requests_go};
pub use convert::{Conversion, convert};
#[cfg(all(feature = "cluster", feature = "crds"))]
pub use definitions::check_for_cluster;
pub use differences::{as_input, change, changes, read_compared};
pub use drift::drift;
pub use input::{
    Input, read_all_kinds_except, read_files, read_files_beside, read_files_except, read_files_in, read_text,
};
pub use options::{Channel, ClusterSide, Decided, NamespacedName, Options, Target, Topology};
pub use report::Summary;
pub use routings::{World, routings};
#[cfg(feature = "cluster")]
pub use suit::suit;
pub use trace::{Explained, Side, Traced, Tracer};
pub use upgraded::upgraded;
pub use validated::validate_objects;
#[cfg(feature = "crds")]
pub use validated::{read_crds, read_objects, validate_by};
pub use verify::{Difference, Verification, verify};

/// Reads Gateways with their routes under an implementation's profile. What the API server would refuse is reported and
/// left out, and the Gateways that it belongs to are refused.
#[must_use]
pub fn read_gateway_api(
    manifests: &[model::Manifest],
    world: World,
    profile: &gateway::Profile,
    report: &mut report::Report,
) -> Vec<model::Routing> {
    let given = manifests.iter().map(|manifest| Given::Manifest(Cow::Borrowed(manifest))).collect();
    read_back::read(given, world, profile, report)
}
