//! From manifests to routings: every dialect is asked for the objects that are its own.

use std::collections::BTreeMap;

use crate::gateway::Profile;
use crate::model::{Manifest, Origin, Routing};
use crate::options::Options;
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::Context;
use crate::source::detect::{self, Dialect, Group};
use crate::source::ingress::{self, Ingress};
use crate::source::ingress_nginx::lookup::{Found, Inventory, Lookup, SecretKeys};
use crate::source::ingress_nginx::{self, Config, Effective, Globals, Loaded, Reading};

pub use crate::source::context::World;

/// What the manifests mean: a routing for each Ingress controller, and one for each Gateway under the profile.
#[must_use]
pub fn routings(
    manifests: &[Manifest],
    options: &Options,
    world: World,
    profile: &Profile,
    report: &mut Report,
) -> Vec<Routing> {
    let context = Context::read(manifests, world);
    let ingresses = manifests
        .iter()
        .filter(|manifest| is_ingress(manifest))
        .filter_map(|manifest| ingress::read(manifest, world, report))
        .collect();
    let forced = options.source.as_deref().and_then(Dialect::find);
    let mut groups = detect::group(ingresses, &context, forced, report);
    groups.extend(idle_controller(&groups, &context));
    let mut routings: Vec<Routing> =
        groups.into_iter().map(|group| lower(group, manifests, &context, options, report)).collect();
    if manifests.iter().any(|manifest| manifest.group() == crate::gateway::GROUP) {
        routings.extend(crate::read_gateway_api(manifests, profile, report));
    }
    routings
}

/// A controller that serves no Ingress still answers: everything gets its default backend.
fn idle_controller(groups: &[Group], context: &Context) -> Option<Group> {
    if context.world == World::Open || groups.iter().any(|group| group.dialect == Dialect::IngressNginx) {
        return None;
    }
    let class = context.classes.iter().find(|(_, class)| detect::is_ingress_nginx(&class.controller))?.0.clone();
    Some(Group { dialect: Dialect::IngressNginx, class, ingresses: Vec::new() })
}

fn is_ingress(manifest: &Manifest) -> bool {
    manifest.object.kind == "Ingress" && matches!(manifest.group(), "networking.k8s.io" | "extensions")
}

fn lower(group: Group, manifests: &[Manifest], context: &Context, options: &Options, report: &mut Report) -> Routing {
    match group.dialect {
        Dialect::Ingress => ingress::lower(&group.class, group.ingresses, context, report),
        Dialect::IngressNginx => {
            let config = controller_config(manifests, options, report);
            let globals = Globals::of(&config, context.world);
            let objects = Objects::new(manifests, context.world);
            let loaded =
                group.ingresses.into_iter().filter_map(|ingress| load(ingress, &config, &objects, report)).collect();
            ingress_nginx::lower(&group.class, loaded, &globals, context, report)
        }
    }
}

/// The controller's ConfigMap: the one that the user names, else the one that its chart and manifests install.
fn controller_config(manifests: &[Manifest], options: &Options, report: &mut Report) -> Config {
    let config_maps =
        || manifests.iter().filter(|manifest| manifest.object.kind == "ConfigMap" && manifest.group().is_empty());
    let found = match &options.controller_config {
        Some(named) => config_maps().find(|m| m.object.name == named.name && m.object.namespace == named.namespace),
        None => config_maps().find(|m| m.object.name == "ingress-nginx-controller"),
    };
    found.map_or_else(Config::default, |manifest| Config::from_config_map(manifest, report))
}

/// The Ingress with its annotations in effect; `None` when the controller leaves it out.
fn load(ingress: Ingress, config: &Config, objects: &Objects<'_>, report: &mut Report) -> Option<Loaded> {
    let manifest = objects.ingresses.get(&(ingress.object.namespace.as_str(), ingress.object.name.as_str()))?;
    if let Some((origin, why)) = ingress_nginx::inspection::left_out(manifest, config) {
        let message = format!("the controller leaves out Ingress `{}`", ingress.key());
        report.push(Diagnostic::new(Code::InvalidValueSkipped, message).at(&origin, why));
        ingress.account(Fate::Invalid, Some(Code::InvalidValueSkipped), report);
        return None;
    }
    match ingress_nginx::read(manifest, config, objects, report) {
        Reading::Settings(settings) => {
            let effective = Effective::of(&settings, config, &Origin::object(&ingress.object), report);
            Some(Loaded { ingress, effective })
        }
        Reading::Skipped { .. } => {
            ingress.account(Fate::Invalid, Some(Code::InvalidValueSkipped), report);
            None
        }
    }
}

/// Ingresses by name, and the objects that their annotations name.
struct Objects<'m> {
    ingresses: BTreeMap<(&'m str, &'m str), &'m Manifest>,
    inventory: Inventory,
    world: World,
}

impl<'m> Objects<'m> {
    fn new(manifests: &'m [Manifest], world: World) -> Self {
        let ingresses = manifests.iter().filter(|manifest| is_ingress(manifest));
        let by_name =
            ingresses.map(|manifest| ((manifest.object.namespace.as_str(), manifest.object.name.as_str()), manifest));
        Self { ingresses: by_name.collect(), inventory: Inventory::new(manifests), world }
    }

    /// In an open world nothing speaks against what the input does not hold.
    fn known<T>(&self, found: Found<T>) -> Found<T> {
        match (found, self.world) {
            (Found::No, World::Open) => Found::Unknown,
            (found, World::Open | World::Closed) => found,
        }
    }
}

impl Lookup for Objects<'_> {
    fn secret(&self, namespace: &str, name: &str) -> Found<SecretKeys> {
        self.known(self.inventory.secret(namespace, name))
    }

    fn config_map(&self, namespace: &str, name: &str) -> Found<BTreeMap<String, String>> {
        self.known(self.inventory.config_map(namespace, name))
    }

    fn service(&self, namespace: &str, name: &str) -> Found<()> {
        self.known(self.inventory.service(namespace, name))
    }
}
