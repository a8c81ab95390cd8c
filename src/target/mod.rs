//! A routing as Gateway API objects.
//!
//! [`write`] goes through these steps: [`sites`] says which hosts get listeners, [`routes`] writes their rules and puts
//! them into routes, [`gateways`] puts the listeners on Gateways, [`objects`] makes objects of the routes. What the
//! target cannot carry is decided rule by rule in [`rules`] and [`settings`], and said in [`findings`].

mod arrange;
mod backend_tls;
mod backends;
mod capability;
mod class_features;
mod client_certificates;
mod cors;
mod durations;
mod envoy_gateway;
mod extension;
mod findings;
mod frontend;
mod gateways;
mod grants;
mod grpc;
mod headers;
mod hostname;
mod istio;
mod join;
mod listeners;
mod matches;
mod mesh;
mod names;
mod namespaces;
mod objects;
mod path_modifier;
mod redirects;
mod retries;
mod route_names;
mod routes;
mod rules;
mod services;
mod settings;
mod sites;
mod split;
mod standard;
mod streams;
mod timeouts;
mod url_rewrite;
mod version;
mod written;

use std::collections::{BTreeMap, BTreeSet};

pub use arrange::{arranged, pairing};
pub use capability::{Feature, Support, TARGETS, Target, is_policy_group};
pub use envoy_gateway::ENVOY_GATEWAY;
pub use istio::{ISTIO, one_for_each_host};
pub use join::joined;
pub use retries::{RetriesIn, RetryPolicy};
pub use standard::STANDARD;

use backend_tls::{BackendTlsPolicies, Needs};
use findings::Findings;
use frontend::Frontend;
use grants::Grants;
use namespaces::{named, other_namespace, same_namespace};
use services::Wants;
use version::Version;

use crate::gateway::{GatewayAddress, Metadata, Object};
use crate::model::{EntryPoint, Origin, Policies, Routing};
use crate::report::{Allows, Code, Diagnostic, Report};

/// An object of the output.
#[derive(Debug, Clone, PartialEq)]
pub struct Emitted {
    /// The object.
    pub object: Object,
    /// The fields of the input that it came from.
    pub origins: Vec<Origin>,
}

/// How many Gateways there are and where their listeners stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Topology {
    /// One Gateway for all routes.
    #[default]
    Shared,
    /// One Gateway in every namespace that has routes.
    Namespace,
    /// One Gateway, its listeners in ListenerSets beside the routes.
    ListenerSet,
}

/// Which Gateway API resources the cluster has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// Standard channel.
    #[default]
    Standard,
    /// Experimental channel.
    Experimental,
}

/// What the user chose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// How many Gateways.
    pub topology: Topology,
    /// Namespace and name of a Gateway that exists: only routes and grants are written.
    pub gateway: Option<(String, String)>,
    /// Its class, where it is known.
    pub gateway_class: Option<String>,
    /// Namespace of a shared Gateway.
    pub gateway_namespace: Option<String>,
    /// What the Gateways that are written have in `spec.addresses`.
    pub gateway_addresses: Vec<GatewayAddress>,
    /// Ingress class to gatewayClassName; a class that is not here keeps its name.
    pub class_map: BTreeMap<String, String>,
    /// What GatewayClasses say that they support, by their names; a class that says nothing is not here.
    pub class_features: BTreeMap<String, BTreeSet<String>>,
    /// Namespace and name of the Secret for https hosts that name none.
    pub default_certificate: Option<(String, String)>,
    /// Which fields may be written.
    pub channel: Channel,
    /// Version of the target; the newest known one when absent.
    pub version: Option<String>,
    /// Losses that the user accepts.
    pub allow: BTreeSet<Code>,
    /// Losses that the user accepts at some fields.
    pub allow_at: Allows,
}

/// What is known beside the routing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// Namespaces of the input with their labels; empty when the input has none.
    pub namespaces: BTreeMap<String, BTreeMap<String, String>>,
}

/// What every step sees.
#[derive(Debug, Clone, Copy)]
struct Run<'a> {
    routing: &'a Routing,
    target: &'a Target,
    options: &'a Options,
    context: &'a Context,
}

impl Run<'_> {
    /// The release of the target that is written for.
    fn version(&self) -> Version {
        Version::asked(self.options.version.as_deref(), self.target.versions)
    }
}

/// Writes a routing for a target: sorted objects that the API server takes. Never fails; what cannot be carried is in
/// the report, and a rule that would let more through without it answers 500 instead.
///
/// The lists of the routing are first-match lists whose order the target's profile keeps (`pass` sees to it).
pub fn write(
    routing: &Routing,
    target: &Target,
    options: &Options,
    context: &Context,
    report: &mut Report,
) -> Vec<Emitted> {
    compose(Run { routing, target, options, context }, report).0
}

/// The Gateway of [`Options::gateway`] with the listeners that the routes of a routing need: not part of the output, but
/// what the output means is known only with it.
#[must_use]
pub fn expected_gateway(routing: &Routing, target: &Target, options: &Options, context: &Context) -> Option<Emitted> {
    compose(Run { routing, target, options, context }, &mut Report::default()).1
}

fn compose(run: Run, report: &mut Report) -> (Vec<Emitted>, Option<Emitted>) {
    let mut findings = Findings::new(&run.options.allow, &run.options.allow_at);
    let mut grants = Grants::default();
    let mut tls = BackendTlsPolicies::default();

    let needs = Needs::of(run.routing);
    let wants = Wants::of(&run);
    if let Some(service) = &run.routing.mesh {
        let mut pen = rules::Pen {
            run: &run,
            findings: &mut findings,
            needs: &needs,
            wants: &wants,
            sites: &[],
            tls: &mut tls,
            frontend: &Frontend::default(),
            listening: Default::default(),
        };
        let mut emitted = mesh::write(&mut pen, service);
        emitted.extend(tls.write());
        findings.report(report);
        return (arranged(emitted), None);
    }
    let sites = sites::collect(&run, &mut findings);
    let frontend = Frontend::of(&run, &sites);
    let mut pen = rules::Pen {
        run: &run,
        findings: &mut findings,
        needs: &needs,
        wants: &wants,
        sites: &sites,
        tls: &mut tls,
        frontend: &frontend,
        listening: Default::default(),
    };
    let plans = routes::plan(&mut pen, &sites);
    let namespaces = routes::namespaces(&plans);
    let reached = routes::reached(&plans);
    let mut emitted = Vec::new();
    let mut expected = None;
    of_gateways(&run, &mut findings);
    if !sites.is_empty() {
        let placement = gateways::place(&run, &sites, &namespaces, &mut grants, &mut findings);
        emitted.extend(placement.objects);
        expected = placement.expected;
        frontend.write(&run, &mut emitted, &mut grants, &mut findings);
        let attachments = &placement.attachments;
        emitted.extend(objects::write(&run, plans, &sites, attachments, &mut grants, &mut findings));
        if let Some(kinds) = run.target.kinds {
            let listeners = extension::Listeners {
                run: &run,
                sites: &sites,
                attachments,
                gateways: gateways::written(&emitted),
                wants: &wants,
                reached: &reached,
                grants: &mut grants,
                findings: &mut findings,
            };
            emitted.extend((kinds.listeners)(listeners));
            if let Some(proxy) = (kinds.proxy)(&run, &sites, &mut findings) {
                extension::equip(&kinds, &proxy, &mut emitted);
            }
        }
    }
    emitted.extend(grants.write());
    emitted.extend(tls.write());
    run.unlisted_kinds(&emitted, &mut findings);
    findings.report(report);
    (arranged(emitted), expected)
}

/// Says what is lost of settings for whole Gateways by a target that has no kind of its own for them.
fn of_gateways(run: &Run, findings: &mut Findings) {
    for entry in &run.routing.entry_points {
        let Policies { connections, log_format, tracer, .. } = &entry.implicit;
        let of_rules = entry.hosts.iter().flat_map(|host| &host.rules).flat_map(|rule| &rule.policies.connections);
        let connections = connections.iter().chain(of_rules).map(|setting| (Feature::Connections, &setting.origin));
        let format = log_format.iter().map(|format| (Feature::LogFormat, &format.origin));
        let tracer = tracer.iter().filter(|_| traces(run.routing)).map(|tracer| (Feature::Tracer, &tracer.origin));
        for (feature, origin) in connections.chain(format).chain(tracer) {
            if let capability::Carry::Lose(why) = run.target.support(feature).carry(run.options.channel) {
                let message = format!("{}: not carried to `{}`", feature.name(), run.target.name);
                findings.lose(Diagnostic::new(Code::SettingNotCarried, message).note(why), origin);
            }
        }
    }
}

/// Whether any requests are traced.
fn traces(routing: &Routing) -> bool {
    let on = |policies: &Policies| policies.tracing.as_ref().is_some_and(|tracing| tracing.value);
    let of_rules = |entry: &EntryPoint| entry.hosts.iter().flat_map(|host| &host.rules).any(|rule| on(&rule.policies));
    routing.entry_points.iter().any(|entry| on(&entry.implicit) || of_rules(entry))
}

/// The head of an object of ours.
fn managed(namespace: &str, name: &str) -> Metadata {
    let label = ("app.kubernetes.io/managed-by".to_owned(), "gatelift".to_owned());
    Metadata {
        labels: BTreeMap::from([label]),
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        ..Metadata::default()
    }
}
