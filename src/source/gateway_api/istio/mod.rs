//! Istio's own objects beside routes of Gateway API: DestinationRules for the hosts behind them, and policies of Gateways.
//!
//! They are laid over what the routes come to, because they are attached to hosts and Gateways and to no route.

mod authorization;
mod destinations;
mod paths;
mod telemetry;
mod tokens;

use serde_json::Value as Json;

use super::listeners::Owner;
use super::objects::Objects;
use crate::gateway::{GROUP, Profile};
use crate::model::{Action, EntryPoint, Foreign, Located, Manifest, MeshService, Origin, Rule};
use crate::syntax::Node;
pub(in crate::source) use authorization::unmatched;
use destinations::Destinations;

/// Whether a kind is one of those that are read here.
pub(super) fn is_policy(group: &str, kind: &str) -> bool {
    matches!(
        (group, kind),
        ("networking.istio.io", "DestinationRule")
            | ("security.istio.io", "AuthorizationPolicy" | "RequestAuthentication")
            | ("telemetry.istio.io", "Telemetry")
    )
}

/// The policies of the input.
#[derive(Debug)]
pub(super) struct Istio<'o> {
    destinations: Destinations<'o>,
    manifests: &'o [Manifest],
}

impl<'o> Istio<'o> {
    /// The policies among the objects; `None` under another implementation's profile.
    pub(super) fn of(objects: &'o Objects, profile: &Profile) -> Option<Self> {
        (profile.istio_objects && !objects.istio.is_empty())
            .then(|| Self { destinations: Destinations::of(&objects.istio), manifests: &objects.istio })
    }

    /// Gives the rules of a Gateway what holds for them.
    pub(super) fn gateway(&self, gateway: Owner<'_>, entry_points: &mut [EntryPoint]) {
        self.destinations.apply(Some(gateway.namespace), entry_points);
        let key = (gateway.namespace, gateway.name);
        match attached(self.manifests, tokens::KIND, key) {
            authentications if authentications.is_empty() => authorization::apply(self.manifests, key, entry_points),
            authentications => {
                let authorizations = attached(self.manifests, authorization::KIND, key);
                tokens::apply(&authentications, &authorizations, entry_points);
            }
        }
        telemetry::apply(self.manifests, key, entry_points);
    }

    /// Gives the rules of a service in the mesh what holds for them.
    pub(super) fn mesh(&self, service: &MeshService, entry_points: &mut [EntryPoint]) {
        self.destinations.apply(service.clients.as_deref(), entry_points);
    }
}

/// The policies of a kind that name a Gateway of their namespace, with their specs.
fn attached<'m>(manifests: &'m [Manifest], kind: &str, (namespace, name): (&str, &str)) -> Vec<(&'m Manifest, Json)> {
    let names = |target: &Json| {
        let text = |key: &str| target.get(key).and_then(Json::as_str).unwrap_or_default();
        text("group") == GROUP && text("kind") == "Gateway" && text("name") == name
    };
    let of_kind = manifests.iter().filter(|one| one.object.kind == kind && !crate::source::istio::is_dry_run(one));
    let beside = of_kind.filter(|manifest| namespace_of(manifest) == namespace);
    let spec = |manifest: &'m Manifest| {
        let spec = manifest.node.get("spec").map(Node::to_json)?;
        let listed = spec.get("targetRefs").and_then(Json::as_array).is_some_and(|targets| targets.iter().any(names));
        (listed || spec.get("targetRef").is_some_and(names)).then_some((manifest, spec))
    };
    beside.filter_map(spec).collect()
}

/// Redirects reach nothing that could be protected.
fn reaches(rule: &Rule) -> bool {
    !matches!(rule.action, Action::Redirect(_))
}

fn namespace_of(manifest: &Manifest) -> &str {
    if manifest.object.namespace.is_empty() { "default" } else { &manifest.object.namespace }
}

/// A policy that is known by its text.
fn foreign(manifest: &Manifest, spec: &Json, protects: bool) -> Located<Foreign> {
    let value = crate::source::istio::without_targets(spec.clone()).to_string();
    let foreign = Foreign { field: manifest.object.kind.clone(), value, protects, said: false };
    Located::new(foreign, Origin::object(&manifest.object))
}
