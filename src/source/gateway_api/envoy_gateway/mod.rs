//! Envoy Gateway's own objects: policies attached to Gateways, listeners, routes and rules, filters, Backends, proxies.
//!
//! Settings that the model has words for become policies of the rules; what is left of an object is compared by its
//! text. Attachment follows envoyproxy/gateway internal/gatewayapi/{securitypolicy,backendtrafficpolicy,
//! clienttrafficpolicy,envoyextensionpolicy}.go, 1.9.

mod attachment;
mod backend;
mod client;
mod fields;
mod filter;
mod merge;
mod proxy;
mod quantity;
mod retry;
mod security;
mod tokens;
mod traffic;

use std::collections::BTreeMap;

use serde_json::Value;

use attachment::Attached;
pub(super) use attachment::Target;
pub(super) use backend::read as read_backend;
pub(super) use client::ListenerSettings;
use fields::{Fields, Source};
pub(super) use filter::{is_route_filter, read as read_filter};
pub(super) use retry::by_default as retries_by_default;

use super::listeners::{Family, Listener, Owner};
use super::objects::{Object, Objects};
use super::rank::Candidate;
use super::route::Place;
use crate::gateway::{GatewaySpec, Profile};
use crate::model::{Action, Foreign, Located, Origin, Policies, Refusal, Respond, Timeouts};
use crate::report::{Code, Diagnostic, Report};

/// The group of these objects.
pub(super) const GROUP: &str = "gateway.envoyproxy.io";

/// An object of the group; its spec is read where its meaning is asked for.
pub(super) type Extension = Object<Value>;

/// What a policy comes to.
#[derive(Debug, Default)]
struct Settings {
    policies: Policies,
    /// Why the policy is refused: its routes answer 500.
    refused: Option<String>,
    /// Why Envoy refuses the configuration that comes of it.
    configuration: Option<String>,
}

/// The policies of the input by what they are attached to.
#[derive(Debug)]
pub(super) struct EnvoyGateway<'o> {
    objects: &'o Objects,
    profile: &'o Profile,
    security: Attached<'o>,
    traffic: Attached<'o>,
    client: Attached<'o>,
    extension: Attached<'o>,
    patch: Attached<'o>,
}

/// A listener as policies see it.
#[derive(Clone, Copy)]
struct Parent<'a> {
    owner: Owner<'a>,
    listener: &'a str,
    gateway: Owner<'a>,
}

impl Parent<'_> {
    /// From the closest on: listener, ListenerSet, Gateway.
    fn targets(self) -> Vec<Target> {
        let of = |owner: Owner<'_>, section: Option<&str>| Target {
            kind: owner.kind.to_owned(),
            namespace: owner.namespace.to_owned(),
            name: owner.name.to_owned(),
            section: section.map(str::to_owned),
        };
        let mut targets = vec![of(self.owner, Some(self.listener)), of(self.owner, None)];
        if self.owner != self.gateway {
            targets.push(of(self.gateway, None));
        }
        targets
    }
}

impl<'o> EnvoyGateway<'o> {
    /// The policies among the objects; `None` under another implementation's profile.
    pub(super) fn of(objects: &'o Objects, profile: &'o Profile) -> Option<Self> {
        profile.envoy_gateway_objects.then(|| Self {
            objects,
            profile,
            security: Attached::of("SecurityPolicy", objects),
            traffic: Attached::of("BackendTrafficPolicy", objects),
            client: Attached::of("ClientTrafficPolicy", objects),
            extension: Attached::of("EnvoyExtensionPolicy", objects),
            patch: Attached::of("EnvoyPatchPolicy", objects),
        })
    }

    /// Gives the listeners of a Gateway what its ClientTrafficPolicies and its EnvoyProxy say.
    pub(super) fn listeners(&self, gateway: &Object<GatewaySpec>, listeners: &mut [Listener<'_>]) {
        let owner = gateway_owner(gateway);
        let proxy = proxy::settings(gateway, self.objects);
        let patches = self.patch.get(&whole(owner)).map(|patch| foreign_whole(patch, "EnvoyPatchPolicy", true));
        let shared: Vec<bool> = listeners.iter().map(|listener| shares_port(listener, listeners)).collect();
        for (listener, shared) in listeners.iter_mut().zip(shared) {
            let parent = Parent { owner: listener.owner, listener: &listener.spec.name, gateway: owner };
            let mut targets = parent.targets();
            if shared {
                // Refused for one of several plain listeners of a port (validatePortOverlapForClientTrafficPolicy).
                targets.retain(|target| target.section.is_none());
            }
            if let Some(policy) = targets.iter().find_map(|target| self.client.get(target)) {
                let asked = listener.settings.certificates.take();
                listener.settings = client::read(fields_of(policy), self.profile);
                listener.settings.certificates = listener.settings.certificates.take().or(asked);
            }
            listener.settings.telemetry.clone_from(&proxy.telemetry);
            listener.settings.foreign.extend(proxy.foreign.iter().cloned());
            listener.settings.foreign.extend(patches.clone());
        }
        let differ = |listener: &Listener<'_>, other: &Listener<'_>| {
            let same_port = other.spec.port == listener.spec.port && other.family() == listener.family();
            let (other, own) = (&other.settings, &listener.settings);
            let clients = (&other.client, other.underscores) != (&own.client, own.underscores);
            (same_port && other != own, same_port && clients)
        };
        let own = |listener: &Listener<'_>| {
            let all = listeners.iter().map(|other| differ(listener, other));
            all.fold((false, false), |(own, clients), (differs, otherwise)| (own || differs, clients || otherwise))
        };
        let own: Vec<(bool, bool)> = listeners.iter().map(own).collect();
        for (listener, (own, clients)) in listeners.iter_mut().zip(own) {
            listener.settings.own = own;
            listener.settings.own_clients = clients;
        }
    }

    /// A policy beside a Gateway that the API server refuses: what was meant to hold does not.
    pub(super) fn refused(&self, gateway: &Object<GatewaySpec>) -> Option<Refusal> {
        attachment::misplaced(self.objects, &gateway.namespace)
    }

    /// Whether the routes of a Gateway keep the order in which they are written.
    pub(super) fn keeps_order(&self, gateway: &Object<GatewaySpec>) -> bool {
        proxy::settings(gateway, self.objects).keeps_order
    }

    /// Gives a rule the policies that hold for it on a listener. What Envoy refuses altogether is returned.
    pub(super) fn rule(
        &self,
        candidate: &mut Candidate,
        route: &Place<'_>,
        listener: &Listener<'_>,
        gateway: &Object<GatewaySpec>,
        report: &mut Report,
    ) -> Option<Refusal> {
        let parent = Parent { owner: listener.owner, listener: &listener.spec.name, gateway: gateway_owner(gateway) };
        let target = |section: Option<&String>| Target {
            kind: route.kind.to_owned(),
            namespace: route.namespace.to_owned(),
            name: route.source.name.clone(),
            section: section.cloned(),
        };
        let mut own = vec![target(None)];
        own.extend(candidate.section.as_ref().map(|section| target(Some(section))));
        own.reverse();
        let found = [&self.security, &self.traffic, &self.extension].map(|kind| in_effect(kind, &own, parent));
        if found.iter().all(Option::is_none) {
            return None;
        }
        let [security, traffic, extension] = found;
        let mut settings = Settings::default();
        settings.policies.cors = candidate.rule.policies.cors.clone();
        let mut origin = None;
        if let Some(fields) = security {
            origin = Some(fields.whole());
            security::read(fields, self.objects, &mut settings);
        }
        if let Some(fields) = traffic {
            origin = origin.or_else(|| Some(fields.whole()));
            traffic::read(fields, self.objects, &mut settings);
        }
        if let Some(fields) = extension {
            settings.policies.foreign.extend(fields.foreign("EnvoyExtensionPolicy", |_| true));
        }
        laid_over(&mut candidate.rule.policies, settings.policies, self.profile);
        if let Some(reason) = settings.refused {
            let message = format!("a policy of {} is refused: {reason}", route.source.label());
            report.push(
                Diagnostic::new(Code::PolicyRefused, message).at(origin.as_ref().unwrap_or(&candidate.rule.origin), ""),
            );
            candidate.rule.action = Action::Respond(Respond { status: 500, guarded: true, body: None });
        }
        settings.configuration.map(|reason| Refusal { reason, origin })
    }
}

/// Whether another plain listener of the Gateway has the same port.
fn shares_port(listener: &Listener<'_>, all: &[Listener<'_>]) -> bool {
    let alike = |other: &&Listener<'_>| other.spec.port == listener.spec.port && other.family() == Family::Http;
    listener.family() == Family::Http && all.iter().filter(alike).count() > 1
}

fn gateway_owner(gateway: &Object<GatewaySpec>) -> Owner<'_> {
    Owner { kind: "Gateway", namespace: &gateway.namespace, name: &gateway.metadata.name }
}

fn whole(owner: Owner<'_>) -> Target {
    Target {
        kind: owner.kind.to_owned(),
        namespace: owner.namespace.to_owned(),
        name: owner.name.to_owned(),
        section: None,
    }
}

fn foreign_whole(object: &Extension, kind: &str, protects: bool) -> Located<Foreign> {
    let foreign = Foreign { field: kind.to_owned(), value: object.spec.to_string(), protects, said: false };
    Located::new(foreign, Origin::object(&object.source))
}

fn source(object: &Extension) -> Source {
    Source { object: object.source.clone(), namespace: object.namespace.clone() }
}

fn fields_of(object: &Extension) -> Fields {
    without_targets(Fields::new(Value::clone(&object.spec), source(object)))
}

fn without_targets(mut fields: Fields) -> Fields {
    for field in ["targetRef", "targetRefs", "targetSelectors", "mergeType"] {
        fields.ignore(field);
    }
    fields
}

/// The policy that holds for a rule: the rule's own, the route's, or that of the listener, ListenerSet or Gateway. One of
/// a rule or route takes the place of its parent's unless it asks to be merged with it.
fn in_effect(attached: &Attached<'_>, own: &[Target], parent: Parent<'_>) -> Option<Fields> {
    if attached.is_empty() {
        return None;
    }
    let of_parent = || parent.targets().iter().find_map(|target| attached.get(target));
    let Some(policy) = own.iter().find_map(|target| attached.get(target)) else { return of_parent().map(fields_of) };
    let merge_type = policy.spec.get("mergeType").and_then(Value::as_str);
    let (Some(how), Some(parent)) = (merge_type.filter(|how| *how != "Replace"), of_parent()) else {
        return Some(fields_of(policy));
    };
    let merged = merge::merged(&parent.spec, &policy.spec, how == "StrategicMerge");
    let keys = |spec: &Value| -> BTreeMap<String, ()> {
        spec.as_object().map(|fields| fields.keys().map(|key| (key.clone(), ())).collect()).unwrap_or_default()
    };
    let own_keys = keys(&policy.spec);
    let inherited = keys(&parent.spec).into_keys().filter(|key| !own_keys.contains_key(key)).collect();
    Some(without_targets(Fields::new(merged, source(policy)).inheriting(inherited, source(parent))))
}

/// Puts what policies say into a rule's own settings, which go before where both speak: a CORS filter, `timeouts`,
/// `retry` and session persistence of the route.
fn laid_over(own: &mut Policies, policies: Policies, profile: &Profile) {
    let Policies {
        cors,
        access,
        basic_auth,
        external_auth,
        api_keys,
        tokens,
        satisfy_any: _,
        rate_limits,
        bandwidth,
        backend_protocol: _,
        backend_tls: _,
        timeouts,
        retry,
        body_limit: _,
        request_buffer,
        mirror: _,
        affinity,
        balance,
        circuit_breaker,
        outlier_detection,
        error_pages,
        answer_headers,
        nginx_headers: _,
        answer_rewrites: _,
        compression,
        fault,
        access_log,
        log_format: _,
        tracing,
        sampling,
        tracer: _,
        // Of listeners.
        connections: _,
        unmodelled: _,
        foreign,
    } = policies;
    own.cors = cors;
    own.access = access;
    own.basic_auth = basic_auth;
    own.external_auth = external_auth;
    own.api_keys = api_keys;
    own.tokens = tokens;
    own.rate_limits = rate_limits;
    own.bandwidth = bandwidth;
    own.timeouts = timeouts_of(own.timeouts.take(), timeouts, profile);
    own.retry = own.retry.take().or(retry);
    own.request_buffer = request_buffer;
    own.affinity = own.affinity.take().or(affinity);
    own.balance = balance;
    own.circuit_breaker = circuit_breaker;
    own.outlier_detection = outlier_detection;
    own.error_pages = error_pages;
    own.answer_headers.extend(answer_headers);
    own.compression = compression;
    own.fault = fault;
    own.access_log = access_log;
    own.tracing = tracing;
    own.sampling = sampling;
    own.foreign.extend(foreign);
}

/// The route's `timeouts` go before the policy's, and the policy's before the implementation's default.
fn timeouts_of(
    own: Option<Located<Timeouts>>,
    policy: Option<Located<Timeouts>>,
    profile: &Profile,
) -> Option<Located<Timeouts>> {
    let Some(policy) = policy else { return own };
    let Some(own) = own else { return Some(policy) };
    let by_default = own.value.request == profile.default_timeout && own.value.backend_request.is_none();
    let request = if by_default { policy.value.request.or(own.value.request) } else { own.value.request };
    Some(Located::new(Timeouts { request, backend_request: own.value.backend_request, ..policy.value }, policy.origin))
}
