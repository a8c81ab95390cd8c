//! ingress-nginx (controller v1.15): every Ingress of a controller is lowered together, because they share servers.
//!
//! `servers` follows controller.go (which Ingress owns which host and location), `canary` its merging of alternative
//! backends, `locations` location.go and template.go (nginx's own locations and their order), `rules` what a location
//! does to a request, `hosts` what becomes of server names, aliases and redirects between them.

pub mod annotations;
mod canary;
pub mod config;
mod effective;
pub mod extract;
mod hosts;
pub mod inspection;
mod locations;
pub mod lookup;
mod references;
mod rules;
mod servers;
mod settings_effect;
mod upstreams;
pub mod validators;

pub use config::Config;
pub use effective::{CanaryPolicy, Effective, Globals};
pub use extract::{Reading, read};
pub use hosts::DIALECT;
pub use settings_effect::{Treatment, treatment};

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
    let mut upstreams = upstreams::build(&ingresses, context, report);
    let mut servers = servers::build(&ingresses, &upstreams, report);
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
