//! DestinationRule: how a gateway speaks to the Services behind it.
//!
//! It holds for a host and not for a route. Each stands in the namespace of the Gateway and is exported to nobody else, so
//! that it goes before every other for the Gateway's own pods and says nothing to the other clients of the Service
//! (istio/istio pilot/pkg/model/push_context.go, destinationRule). Its settings stand at the port that the routes name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::version::{COOKIE_ATTRIBUTES, Version};
use crate::gateway::{Object, Resource};
use crate::model::{
    Affinity, BackendProtocol, BackendTls, Balance, CircuitBreaker, HashKey, Located, Origin, OutlierDetection,
    Policies, ServicePort, Timeouts,
};
use crate::report::{Code, Diagnostic, Report};
use crate::target::backend_tls::Need;
use crate::target::services::Section;
use crate::target::written::Written;
use crate::target::{Emitted, Feature, Run, durations, hostname, managed, named, names, same_namespace};

/// Group, kind and version.
pub(super) const GROUP: &str = "networking.istio.io";
pub(super) const KIND: &str = "DestinationRule";
const API_VERSION: &str = "networking.istio.io/v1";

/// Largest number of a field of 32 bits.
const MOST: u64 = i32::MAX as u64;

/// One thing that a rule asks of its Services.
pub(super) struct Part<'p> {
    pub feature: Feature,
    pub origin: &'p Origin,
    /// Its name among the sections of a policy.
    pub name: &'static str,
    /// A traffic policy that says it.
    pub written: Written<Json>,
}

/// Everything that policies ask of Services.
pub(super) fn parts(policies: &Policies, version: Version) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut add = |feature, name, origin, written| parts.push(Part { feature, origin, name, written });
    if let Some(Located { value, origin }) = &policies.timeouts
        && (value.connect.is_some() || value.read_idle.is_some() || value.send_idle.is_some())
    {
        add(Feature::IdleTimeout, "connect timeout", origin, connect(value));
    }
    if let Some(Located { value, origin }) = &policies.circuit_breaker {
        add(Feature::CircuitBreaker, "limits", origin, Written::Exactly(limits(value)));
    }
    if let Some(Located { value, origin }) = &policies.outlier_detection {
        add(Feature::OutlierDetection, "outlier detection", origin, Written::Exactly(outliers(value)));
    }
    // A session's endpoint goes before any other choice.
    match (&policies.affinity, &policies.balance) {
        (Some(Located { value, origin }), _) => {
            add(Feature::CookieAffinity, "load balancer", origin, affinity(value, version));
        }
        (None, Some(Located { value, origin })) => {
            add(Feature::LoadBalancing, "load balancer", origin, balance(value));
        }
        (None, None) => {}
    }
    if let Some(Located { value: BackendProtocol::Https | BackendProtocol::Grpcs, origin }) = &policies.backend_protocol
    {
        let tls = policies.backend_tls.as_ref().map(|tls| &tls.value);
        let feature = match Need::of(policies) {
            Need::Checked { .. } => Feature::VerifiedBackendTls,
            Need::Plain | Need::Unchecked => Feature::UnverifiedBackendTls,
        };
        add(feature, TLS, origin, origination(tls));
    }
    parts
}

/// The section about TLS.
pub(super) const TLS: &str = "TLS";

/// What can be written of it.
pub(super) fn sections(policies: &Policies, run: &Run) -> Vec<Section> {
    let version = run.version();
    let section = |part: Part| match part.written {
        Written::Exactly(spec) | Written::Nearly(spec, _) => {
            Some(Section { name: part.name, spec, exclusive: part.name == TLS, origin: part.origin.clone() })
        }
        Written::Not(_) => None,
    };
    parts(policies, version).into_iter().filter_map(section).collect()
}

fn connect(timeouts: &Timeouts) -> Written<Json> {
    let Timeouts { connect, read_idle, send_idle, request: _, backend_request: _ } = timeouts;
    let idle = "the time between two reads or writes is not limited: that needs an EnvoyFilter in Istio";
    let Some(limit) = connect.filter(|limit| *limit > 0).and_then(durations::write) else { return Written::not(idle) };
    let differences = read_idle.or(*send_idle).map(|_| idle.to_owned());
    Written::with(
        json!({ "connectionPool": { "tcp": { "connectTimeout": limit } } }),
        differences.into_iter().collect(),
    )
}

fn limits(bounds: &CircuitBreaker) -> Json {
    let CircuitBreaker { connections, pending, requests, retries, per_connection } = bounds;
    let most = |bound: &Option<u64>| bound.map(|bound| bound.min(MOST));
    let tcp = object([("maxConnections", most(connections).map(Json::from))]);
    let http = object([
        ("http1MaxPendingRequests", most(pending).map(Json::from)),
        ("http2MaxRequests", most(requests).map(Json::from)),
        ("maxRequestsPerConnection", most(per_connection).map(Json::from)),
        ("maxRetries", most(retries).map(Json::from)),
    ]);
    json!({ "connectionPool": object([("tcp", some(tcp)), ("http", some(http))]) })
}

fn outliers(outliers: &OutlierDetection) -> Json {
    let OutlierDetection { consecutive_errors, consecutive_gateway_errors, interval, ejection, max_ejected } = outliers;
    let duration = |limit: &Option<u64>| limit.filter(|limit| *limit > 0).and_then(durations::write).map(Json::from);
    json!({ "outlierDetection": object([
        ("baseEjectionTime", duration(ejection)),
        ("consecutive5xxErrors", consecutive_errors.map(Json::from)),
        ("consecutiveGatewayErrors", consecutive_gateway_errors.map(Json::from)),
        ("interval", duration(interval)),
        ("maxEjectionPercent", max_ejected.map(|percent| percent.min(100).into())),
    ]) })
}

fn balance(balance: &Balance) -> Written<Json> {
    let simple = |name: &str| json!({ "loadBalancer": { "simple": name } });
    match balance {
        Balance::RoundRobin => Written::Exactly(simple("ROUND_ROBIN")),
        Balance::LeastRequest => Written::Exactly(simple("LEAST_REQUEST")),
        Balance::Random => Written::Exactly(simple("RANDOM")),
        Balance::Ewma => {
            let difference = "the endpoint with the fewest requests is chosen, not the one with the least latency";
            Written::Nearly(simple("LEAST_REQUEST"), vec![difference.to_owned()])
        }
        Balance::Hash(key) => hash(key).map(hashed),
    }
}

fn hashed(hash: Json) -> Json {
    json!({ "loadBalancer": { "consistentHash": hash } })
}

fn hash(key: &HashKey) -> Written<Json> {
    match key {
        HashKey::ClientAddress => Written::Exactly(json!({ "useSourceIp": true })),
        HashKey::Header(name) => Written::Exactly(json!({ "httpHeaderName": name })),
        HashKey::Cookie(name) => Written::Exactly(json!({ "httpCookie": { "name": name } })),
        HashKey::Query(name) => Written::Exactly(json!({ "httpQueryParameterName": name })),
        HashKey::Uri => {
            let difference = "path and query are hashed as the backend gets them, after a rewrite";
            Written::Nearly(json!({ "httpHeaderName": ":path" }), vec![difference.to_owned()])
        }
        HashKey::Expression(text) => Written::Not(format!(
            "Istio hashes an address, a header, a cookie or a parameter of the query, not `{text}`"
        )),
    }
}

/// Session affinity as a hash of a cookie that Envoy sets.
fn affinity(affinity: &Affinity, version: Version) -> Written<Json> {
    let Affinity { cookie, max_age, path, domain, secure, same_site, change_on_failure: _ } = affinity;
    let mut differences = vec![
        "endpoints are chosen by a hash of the cookie: when endpoints come or go, some clients change theirs, and cookies \
         that were set before count as new ones"
            .to_owned(),
    ];
    let texts = [("Domain", domain), ("SameSite", same_site)];
    let mut attributes: Vec<Json> = texts
        .into_iter()
        .filter_map(|(name, text)| Some(json!({ "name": name, "value": text.as_ref()? })))
        .chain(secure.then(|| json!({ "name": "Secure" })))
        .collect();
    if version < COOKIE_ATTRIBUTES && !attributes.is_empty() {
        differences.push("the cookie has no Domain, SameSite and Secure: they came with Istio 1.28".to_owned());
        attributes.clear();
    }
    // A time of 0 is the session; without a time Envoy sets no cookie.
    let ttl = max_age.and_then(|seconds| durations::write(seconds.saturating_mul(1000))).unwrap_or("0s".to_owned());
    let cookie = object([
        ("attributes", Some(attributes).filter(|list| !list.is_empty()).map(Json::from)),
        ("name", Some(cookie.as_str().into())),
        ("path", path.as_deref().map(Json::from)),
        ("ttl", Some(ttl.into())),
    ]);
    Written::Nearly(hashed(json!({ "httpCookie": cookie })), differences)
}

/// TLS towards the backend. ingress-nginx shows its client certificate whether or not it checks that of the backend.
fn origination(tls: Option<&BackendTls>) -> Written<Json> {
    let Some(BackendTls { verify, server_name, secret, protocols, ciphers }) = tls else {
        return Written::Exactly(json!({ "tls": { "insecureSkipVerify": true, "mode": "SIMPLE" } }));
    };
    let name = server_name.as_deref().filter(|name| hostname::is_precise(name));
    if *verify && name.is_none() {
        return Written::not("Istio checks a certificate by the name of the server, which is not given");
    }
    let mut differences = Vec::new();
    if !protocols.is_empty() || !ciphers.is_empty() {
        differences.push("protocols and ciphers towards backends are those of Istio".to_owned());
    }
    let mode = if secret.is_some() { "MUTUAL" } else { "SIMPLE" };
    let spec = object([
        ("credentialName", secret.as_ref().map(|(_, name)| name.as_str().into())),
        ("insecureSkipVerify", (!verify).then_some(Json::Bool(true))),
        ("mode", Some(mode.into())),
        ("sni", name.map(Json::from)),
        ("subjectAltNames", name.filter(|_| *verify).map(|name| json!([name]))),
    ]);
    Written::with(json!({ "tls": spec }), differences)
}

/// An object of the fields that are there.
fn object<const N: usize>(fields: [(&str, Option<Json>); N]) -> Json {
    Json::Object(fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
}

/// An object that holds something.
fn some(object: Json) -> Option<Json> {
    object.as_object().is_some_and(|fields| !fields.is_empty()).then_some(object)
}

/// The traffic policies of the ports of one host, with the fields that asked for them.
pub(super) type Ports = BTreeMap<u16, (Json, BTreeSet<Origin>)>;

/// The name that stands for a Service, or the host itself outside of the cluster.
pub(super) fn host(service: &ServicePort) -> String {
    if service.is_outside() {
        return service.name.clone();
    }
    format!("{}.{}.svc.cluster.local", service.name, named(&service.namespace))
}

/// The rule for a host, seen from the pods of a Gateway.
pub(super) fn write((namespace, gateway): &(String, String), service: &ServicePort, ports: Ports) -> Emitted {
    let mut words = vec![gateway.as_str(), service.name.as_str()];
    if !service.is_outside() && !same_namespace(&service.namespace, namespace) {
        words.push(named(&service.namespace));
    }
    let words = words.join("-");
    let mut origins = BTreeSet::new();
    let mut settings = Vec::new();
    for (port, (mut policy, of_port)) in ports {
        if let Some(fields) = policy.as_object_mut() {
            fields.insert("port".to_owned(), json!({ "number": port }));
        }
        settings.push(policy);
        origins.extend(of_port);
    }
    let spec = json!({
        "exportTo": ["."],
        "host": host(service),
        "trafficPolicy": { "portLevelSettings": settings },
    });
    let object = Object::Policy(Resource {
        api_version: API_VERSION.to_owned(),
        kind: KIND.to_owned(),
        metadata: managed(namespace, &names::of_words(&words, names::LABEL)),
        spec: spec.into(),
    });
    Emitted { object, origins: origins.into_iter().collect() }
}

/// Puts the rules that several routings have for one host of a namespace together: Istio takes the oldest and passes over
/// the others (pilot/pkg/model/destination_rule.go, mergeDestinationRule).
#[must_use]
pub fn one_for_each_host(emitted: Vec<Emitted>, report: &mut Report) -> Vec<Emitted> {
    let mut kept: Vec<Emitted> = Vec::with_capacity(emitted.len());
    let mut first: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in emitted {
        let Some(key) = local_host(&one.object) else {
            kept.push(one);
            continue;
        };
        match first.get(&key).and_then(|index| kept.get_mut(*index)) {
            Some(earlier) => join(earlier, one, report),
            None => {
                first.insert(key, kept.len());
                kept.push(one);
            }
        }
    }
    kept
}

/// Namespace and host of a rule that is exported to nobody else.
fn local_host(object: &Object) -> Option<(String, String)> {
    let Object::Policy(resource) = object else { return None };
    let local = resource.kind == KIND && resource.spec.get("exportTo") == Some(&json!(["."]));
    let host = resource.spec.get("host").and_then(Json::as_str).filter(|_| local)?;
    Some((resource.metadata.namespace.clone(), host.to_owned()))
}

fn join(earlier: &mut Emitted, other: Emitted, report: &mut Report) {
    let (Object::Policy(into), Object::Policy(from)) = (&mut earlier.object, other.object) else { return };
    let list = "/trafficPolicy/portLevelSettings";
    let (Some(own), Some(more)) = (
        Arc::make_mut(&mut into.spec).pointer_mut(list).and_then(Json::as_array_mut),
        from.spec.pointer(list).and_then(Json::as_array),
    ) else {
        return;
    };
    let port = |settings: &Json| settings.pointer("/port/number").and_then(Json::as_u64);
    for settings in more {
        match own.iter().find(|one| port(one) == port(settings)) {
            Some(one) if one == settings => {}
            Some(_) => {
                let message =
                    format!("two Gateways of a namespace ask for different things of `{}`", into.metadata.name);
                let mut finding = Diagnostic::new(Code::SettingNotCarried, message)
                    .note("a DestinationRule holds for a host and a namespace: that of the first Gateway is written");
                for origin in &other.origins {
                    finding = finding.at(origin, "");
                }
                report.push(finding.help(Code::SettingNotCarried.entry().fix));
            }
            None => own.push(settings.clone()),
        }
    }
    own.sort_by_key(port);
    earlier
        .origins
        .extend(other.origins.into_iter().filter(|origin| !earlier.origins.contains(origin)).collect::<Vec<_>>());
}
