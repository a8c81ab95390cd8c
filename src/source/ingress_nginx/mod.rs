//! ingress-nginx (controller v1.15): every Ingress of a controller is lowered together, because they share servers.
//!
//! `servers` follows controller.go (which Ingress owns which host and location), `canary` its merging of alternative
//! backends, `locations` location.go and template.go (nginx's own locations and their order), `rules` what a location
//! does to a request, `hosts` what becomes of server names, aliases and redirects between them.
//!
//! `effect` makes policies of settings, `globals` of the ConfigMap.
//!
//! `annotations` is the table of annotations, `validators` and `choices` are their values, `extract` reads them with the
//! controller's outcomes, `references` are the objects they name. `config` and `flags` are the controller's own
//! settings, `controller` finds its command line, `inspection` tells which Ingresses it leaves out.

pub mod annotations;
mod blocked;
mod canary;
pub mod choices;
pub mod config;
mod connections;
mod controller;
mod dead;
mod effect;
mod effective;
mod extract;
pub mod flags;
mod globals;
mod hosts;
mod inspection;
mod keyed;
mod locations;
mod lookup;
mod redirects;
pub mod references;
mod refused;
mod rules;
mod servers;
mod shared_fate;
mod snippet;
mod steps;
mod streams;
mod telemetry;
mod upstreams;
pub mod validators;

pub use config::Config;
pub use controller::{Controller, controllers, is_workload};
pub use dead::DEAD;
pub use effect::{Treatment, treatment};
pub use effective::{CanaryPolicy, Effective};
pub use extract::{Reading, entry, read};
pub use globals::Globals;
pub use hosts::DIALECT;
pub use inspection::left_out;
pub use keyed::ConfigEntry;
pub use lookup::{Found, Lookup, SecretKeys};
pub use shared_fate::share_fates;
pub use streams::streams;

use crate::model::Routing;
use crate::report::{Fate, Report};
use crate::source::context::Context;
use crate::source::ingress::Ingress;

/// An Ingress that the controller loads, with its annotations in effect.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The object.
    pub ingress: Ingress,
    /// What its annotations and the controller's configuration make of its locations.
    pub effective: Effective,
}

/// The meaning of all Ingresses that one controller serves.
#[must_use]
pub fn lower(
    name: &str,
    mut ingresses: Vec<Loaded>,
    globals: &Globals,
    context: &Context,
    report: &mut Report,
) -> Routing {
    sort(&mut ingresses);
    for loaded in &ingresses {
        loaded.ingress.account(Fate::Carried, None, report);
    }
    let mut upstreams = upstreams::build(&ingresses, globals, context, report);
    let mut servers = servers::build(&ingresses, &upstreams, globals, report);
    canary::merge(&ingresses, &mut upstreams, &servers, report);
    for server in servers.values_mut() {
        locations::finish(server, &ingresses, report);
    }
    hosts::routing(
        name,
        &servers,
        &hosts::Inputs { ingresses: &ingresses, upstreams: &upstreams, globals, context },
        report,
    )
}

/// Oldest first; the same age in descending order of `namespace/name` (store.go, ListIngresses).
fn sort(ingresses: &mut [Loaded]) {
    ingresses
        .sort_by(|a, b| a.ingress.created.cmp(&b.ingress.created).then_with(|| b.ingress.key().cmp(&a.ingress.key())));
}
