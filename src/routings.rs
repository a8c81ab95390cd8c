//! From manifests to routings: every dialect is asked for the objects that are its own.

use crate::gateway::Profile;
use crate::model::{Manifest, Origin, Routing};
use crate::options::Options;
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::retry_policy::RetryPolicies;
use crate::source::context::Context;
use crate::source::detect::{self, Dialect, Group, Known};
use crate::source::ingress::{self, Ingress};
use crate::source::ingress_nginx::{self, Config, Controller, Effective, Globals, Loaded, Reading};
use crate::source::{istio, smi};

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
    let controllers = ingress_nginx::controllers(manifests, report);
    let mut groups = detect::group(ingresses, Known { context: &context, controllers: &controllers, forced }, report);
    groups.extend(idle_controller(&groups, &controllers, &context));
    for (index, controller) in controllers.iter().enumerate() {
        if groups.iter().all(|group| group.controller != Some(index)) {
            controller.idle(report);
        }
    }
    let around = Around { manifests, context: &context, controllers: &controllers, options };
    let mut protections = istio::Protections::read(manifests, &context);
    let mut lowered = |group| lower(group, around, &mut protections, report);
    let mut routings: Vec<Routing> = groups.into_iter().map(&mut lowered).collect();
    if manifests.iter().any(istio::is_ours) {
        routings.extend(istio::read(manifests, &context, &mut protections, report));
    }
    protections.report(manifests, report);
    if manifests.iter().any(smi::is_ours) {
        let access = smi::Access::read(manifests, &context, access_writes(options, profile));
        routings.extend(smi::read(manifests, &context, &access, report));
    }
    if manifests.iter().any(|manifest| manifest.group() == crate::gateway::GROUP) {
        routings.extend(crate::read_gateway_api(manifests, world, profile, report));
    }
    RetryPolicies::read(manifests, report).hold(&mut routings, profile);
    routings
}

/// TrafficTargets protect what AuthorizationPolicies protect in their place: those among some manifests, or all that are
/// written of them.
pub(crate) fn lift_access(
    routings: &mut [Routing],
    manifests: &[Manifest],
    among: Option<&[Manifest]>,
    (options, profile): (&Options, &Profile),
) {
    if manifests.iter().any(smi::asks_for_workloads) {
        let context = Context::read(manifests, World::Open);
        smi::Access::read(manifests, &context, access_writes(options, profile)).lift(routings, among);
    }
}

/// What TrafficTargets are written as.
pub(crate) fn access_writes(options: &Options, profile: &Profile) -> smi::Writes {
    smi::Writes::of(profile.istio_objects, options.waypoint.is_some())
}

/// What a group of Ingresses is read with.
#[derive(Clone, Copy)]
struct Around<'a> {
    manifests: &'a [Manifest],
    context: &'a Context,
    controllers: &'a [Controller],
    options: &'a Options,
}

/// A controller that serves no Ingress still answers: everything gets its default backend.
fn idle_controller(groups: &[Group], controllers: &[Controller], context: &Context) -> Option<Group> {
    if context.world == World::Open || groups.iter().any(|group| group.dialect == Dialect::IngressNginx) {
        return None;
    }
    let class = context.classes.iter().find(|(_, class)| detect::is_ingress_nginx(&class.controller))?.0.clone();
    let controller = controllers.iter().position(|controller| controller.serves_class(&class, context));
    Some(Group { dialect: Dialect::IngressNginx, class, ingresses: Vec::new(), controller })
}

fn is_ingress(manifest: &Manifest) -> bool {
    manifest.object.kind == "Ingress" && matches!(manifest.group(), "networking.k8s.io" | "extensions")
}

fn lower(group: Group, around: Around<'_>, protections: &mut istio::Protections<'_>, report: &mut Report) -> Routing {
    let Around { manifests, context, controllers, options } = around;
    match group.dialect {
        Dialect::Ingress => ingress::lower(&group.class, group.ingresses, context, report),
        Dialect::IstioIngress => istio::ingress::lower(&group.class, group.ingresses, context, protections, report),
        Dialect::IngressNginx => {
            let controller = group.controller.and_then(|index| controllers.get(index));
            let config = controller_config(manifests, controller, options, report);
            let globals = Globals::of(&config, context, report);
            let loaded = group
                .ingresses
                .into_iter()
                .filter_map(|ingress| load(ingress, &config, &globals, context, report))
                .collect();
            let mut routing = ingress_nginx::lower(&group.class, loaded, &globals, context, report);
            routing.entry_points.extend(ingress_nginx::streams(manifests, &config, context, report));
            routing
        }
    }
}

/// The controller's flags and ConfigMap over the defaults of its version. The ConfigMap is the one that the user names,
/// else the one that the controller's command line names, else the one that its chart and manifests install.
fn controller_config(
    manifests: &[Manifest],
    controller: Option<&Controller>,
    options: &Options,
    report: &mut Report,
) -> Config {
    let mut config_maps =
        manifests.iter().filter(|manifest| manifest.object.kind == "ConfigMap" && manifest.group().is_empty());
    let by_flag = controller.and_then(|controller| controller.flags.configmap.split_once('/'));
    let by_user = options.controller_config.as_ref().map(|named| (named.namespace.as_str(), named.name.as_str()));
    let found = match by_user.or(by_flag) {
        Some(named) => config_maps.find(|m| (m.object.namespace.as_str(), m.object.name.as_str()) == named),
        None => config_maps.find(|m| m.object.name == "ingress-nginx-controller"),
    };
    let by_user = options.controller_version.map(|version| (version.major, version.minor));
    let version = by_user.or_else(|| controller.and_then(|controller| controller.version));
    let mut config = version.map_or_else(Config::default, Config::of_version);
    if let Some(controller) = controller {
        controller.apply(&mut config.flags);
    }
    match found {
        Some(manifest) => config.with_config_map(manifest, report),
        None => config,
    }
}

/// The Ingress with its annotations in effect; `None` when the controller leaves it out.
fn load(
    ingress: Ingress,
    config: &Config,
    globals: &Globals,
    context: &Context,
    report: &mut Report,
) -> Option<Loaded> {
    if let Some(why) = ingress_nginx::left_out(&ingress, config) {
        let message = format!("the controller leaves out Ingress `{}`", ingress.key());
        report.push(Diagnostic::new(Code::InvalidValueSkipped, message).at(&why.origin, why.value));
        ingress.account(Fate::Invalid, Some(Code::InvalidValueSkipped), report);
        return None;
    }
    match ingress_nginx::read(&ingress, config, context, report) {
        Reading::Settings(settings) => {
            let effective =
                Effective::of(&settings, config, globals, context, &Origin::object(&ingress.object), report);
            Some(Loaded { ingress, effective })
        }
        Reading::Skipped { .. } => {
            ingress.account(Fate::Invalid, Some(Code::InvalidValueSkipped), report);
            None
        }
    }
}
