//! Traffic policies of DestinationRules as policies of the rules that reach their hosts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::destination::Registry;
use super::destination_rule::DestinationRule;
use super::entries::Entry;
use super::host;
use super::merged::{Merged, ROOT, Seen, merged};
use super::objects::{self, Object};
use super::proto::{Duration, EnumName, Whole};
use super::virtual_service::{Destination, HttpDestination};
use crate::model::{
    Affinity, BackendProtocol, BackendTls, Balance, CircuitBreaker, HashKey, Located, Manifest, Origin,
    OutlierDetection, Policies, Timeouts,
};
use crate::report::Report;
use crate::syntax::{FieldPath, Node};

/// The parts of a traffic policy that the model holds.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TrafficPolicy {
    #[serde(alias = "load_balancer")]
    load_balancer: Option<LoadBalancer>,
    #[serde(alias = "connection_pool")]
    connection_pool: Option<ConnectionPool>,
    #[serde(alias = "outlier_detection")]
    outlier_detection: Option<Outlier>,
    tls: Option<ClientTls>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LoadBalancer {
    simple: Option<EnumName>,
    #[serde(alias = "consistent_hash")]
    consistent_hash: Option<ConsistentHash>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ConsistentHash {
    #[serde(alias = "http_header_name")]
    http_header_name: Option<String>,
    #[serde(alias = "http_cookie")]
    http_cookie: Option<HttpCookie>,
    #[serde(alias = "use_source_ip")]
    use_source_ip: Option<bool>,
    #[serde(alias = "http_query_parameter_name")]
    http_query_parameter_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HttpCookie {
    name: String,
    path: String,
    ttl: Option<Duration>,
    attributes: Vec<Attribute>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
struct Attribute {
    name: String,
    value: String,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ConnectionPool {
    tcp: Option<TcpPool>,
    http: Option<HttpPool>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TcpPool {
    #[serde(alias = "max_connections")]
    max_connections: Option<Whole>,
    #[serde(alias = "connect_timeout")]
    connect_timeout: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HttpPool {
    #[serde(alias = "http1_max_pending_requests")]
    http1_max_pending_requests: Option<Whole>,
    #[serde(alias = "http2_max_requests")]
    http2_max_requests: Option<Whole>,
    #[serde(alias = "max_requests_per_connection")]
    max_requests_per_connection: Option<Whole>,
    #[serde(alias = "max_retries")]
    max_retries: Option<Whole>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Outlier {
    #[serde(alias = "consecutive_5xx_errors", alias = "consecutiveErrors")]
    #[serde(rename = "consecutive5xxErrors")]
    consecutive_5xx_errors: Option<Whole>,
    #[serde(alias = "consecutive_gateway_errors")]
    consecutive_gateway_errors: Option<Whole>,
    interval: Option<Duration>,
    #[serde(alias = "base_ejection_time")]
    base_ejection_time: Option<Duration>,
    #[serde(alias = "max_ejection_percent")]
    max_ejection_percent: Option<Whole>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClientTls {
    mode: Option<EnumName>,
    sni: String,
    #[serde(alias = "credential_name")]
    credential_name: String,
    #[serde(alias = "ca_certificates")]
    ca_certificates: String,
    #[serde(alias = "insecure_skip_verify")]
    insecure_skip_verify: Option<bool>,
}

/// A traffic policy with its place.
struct Found<'a> {
    /// Section by section: that of a subset goes before that of the host, that of a port before both.
    policy: TrafficPolicy,
    /// Where each section stands.
    places: Vec<(&'static str, &'a Object<'a, DestinationRule>, FieldPath)>,
}

/// Sections of a traffic policy.
const SECTIONS: [(&str, &str); 4] = [
    ("loadBalancer", "load_balancer"),
    ("connectionPool", "connection_pool"),
    ("outlierDetection", "outlier_detection"),
    ("tls", "tls"),
];

/// Adds the policies of the destinations, where all of them have the same.
pub(super) fn apply(
    entry: &Entry<'_>,
    registry: Registry<'_>,
    destinations: &[HttpDestination],
    policies: &mut Policies,
    _report: &mut Report,
) {
    let found: Vec<Option<Found<'_>>> =
        destinations.iter().map(|to| find(registry, &to.destination, entry.namespace())).collect();
    let Some(Some(first)) = found.first() else { return };
    let same = found.iter().all(|other| other.as_ref().is_some_and(|other| other.policy == first.policy));
    if same {
        add(first, policies);
    }
}

fn find<'a>(registry: Registry<'a>, destination: &Destination, namespace: &str) -> Option<Found<'a>> {
    let rules = registry.rules(&host::full(&destination.host, namespace));
    let defines = |rule: &&Merged<'_>| !destination.subset.is_empty() && rule.subset(&destination.subset).is_some();
    // One that is for some pods only says nothing of the others.
    let rule = rules.iter().find(defines).or_else(|| rules.first().filter(|rule| !rule.is_chosen()))?;
    let port = destination.port.as_ref().and_then(|port| port.number.port());
    found(rule, &destination.subset, port)
}

/// What the DestinationRules of a host say to a subset of it, at a port.
fn found<'a>(rule: &Merged<'a>, subset: &str, port: Option<u16>) -> Option<Found<'a>> {
    let own = rule
        .subset(subset)
        .map(|(rule, index)| (rule, FieldPath::root().field("spec.subsets").index(index).key("trafficPolicy")));
    let top = (rule.top(), FieldPath::root().field("spec.trafficPolicy"));
    let levels: Vec<_> = own.into_iter().chain([top]).map(|(rule, path)| (rule, rule.at(&path).path)).collect();
    let of_ports = levels.iter().filter_map(|(rule, level)| Some((*rule, of_port(&rule.manifest.node, level, port?)?)));
    let sources: Vec<(&'a Object<'a, DestinationRule>, FieldPath)> = of_ports.chain(levels.iter().cloned()).collect();
    let mut merged = serde_json::Map::new();
    let mut places = Vec::new();
    for (section, snake) in SECTIONS {
        let mut place = sources.iter().flat_map(|(rule, path)| [(*rule, path.key(section)), (*rule, path.key(snake))]);
        if let Some((rule, path, node)) =
            place.find_map(|(rule, path)| Some((rule, path.clone(), rule.manifest.node.at(&path)?)))
        {
            merged.insert(section.to_owned(), node.to_json());
            places.push((section, rule, path));
        }
    }
    let policy = serde_json::from_value(Json::Object(merged)).ok()?;
    Some(Found { policy, places })
}

/// The settings of a port. They take the place of the others as a whole, section by section.
fn of_port(root: &Node, level: &FieldPath, port: u16) -> Option<FieldPath> {
    ["portLevelSettings", "port_level_settings"].into_iter().find_map(|key| {
        let list = level.key(key);
        let is_port =
            |item: &Node| item.get("port").and_then(|named| named.get("number")).and_then(Node::as_u16) == Some(port);
        let index = root.at(&list)?.items().iter().position(is_port)?;
        Some(list.index(index))
    })
}

/// A DestinationRule as routes of Gateway API meet it.
#[derive(Debug)]
pub(in crate::source) struct TrafficRule<'m>(Object<'m, DestinationRule>);

impl<'m> TrafficRule<'m> {
    /// The rule, where it can be read.
    pub(in crate::source) fn read(manifest: &'m Manifest) -> Option<Self> {
        objects::typed(manifest, &mut Report::default()).map(Self)
    }

    /// Its host in full.
    pub(in crate::source) fn host(&self) -> String {
        host::full(&self.0.spec.host, self.namespace())
    }

    /// Whether all clients in a namespace see it.
    pub(in crate::source) fn is_seen(&self, namespace: &str) -> bool {
        host::exported(&self.0.spec.export_to, self.namespace(), namespace) && self.0.spec.workload_selector.is_none()
    }

    /// Its own namespace.
    pub(in crate::source) fn namespace(&self) -> &str {
        if self.0.namespace().is_empty() { "default" } else { self.0.namespace() }
    }

    /// Whether it is exported to its own namespace alone, in the word that gatelift writes.
    pub(in crate::source) fn is_private(&self) -> bool {
        self.0.spec.export_to == ["."]
    }

    /// Whether it has a traffic policy for the whole host.
    pub(in crate::source) fn has_policy(&self) -> bool {
        self.0.spec.traffic_policy.is_some()
    }
}

/// The DestinationRules of the input, as clients meet them.
#[derive(Debug)]
pub(in crate::source) struct TrafficRules<'m>(BTreeMap<String, Vec<Object<'m, DestinationRule>>>);

impl<'m> TrafficRules<'m> {
    /// Those that can be read, by host.
    pub(in crate::source) fn read(manifests: &'m [Manifest]) -> Self {
        let rules = manifests.iter().filter(|one| one.object.kind == "DestinationRule");
        let mut hosts: BTreeMap<String, Vec<Object<'_, DestinationRule>>> = BTreeMap::new();
        for rule in rules.filter_map(TrafficRule::read) {
            hosts.entry(rule.host()).or_default().push(rule.0);
        }
        Self(hosts)
    }

    pub(in crate::source) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is said to requests of a namespace's clients for a port of a host. Their namespace goes before that of the
    /// host's Service, and that before the root namespace (istio/istio pilot/pkg/model/push_context.go, destinationRule).
    pub(in crate::source) fn of_port(&self, clients: &str, host: &str, service: &str, port: u16) -> Option<OfPort<'_>> {
        let first = if clients == ROOT { Seen::OfRoot } else { Seen::Inside };
        let outside = Seen::Outside(Some(clients));
        let all = [(clients, first), (service, outside), (ROOT, outside)];
        let rules = self.0.get(host)?;
        let mut seen = all.into_iter().map(|(namespace, seen)| merged(rules.iter(), host, namespace, seen));
        let rule = seen.find(|rules| !rules.is_empty())?.into_iter().next().filter(|rule| !rule.is_chosen())?;
        found(&rule, "", Some(port)).map(OfPort)
    }
}

/// What is said to a port of a host.
pub(in crate::source) struct OfPort<'m>(Found<'m>);

impl OfPort<'_> {
    /// Whether both say the same.
    pub(in crate::source) fn is_same(&self, other: &Self) -> bool {
        self.0.policy == other.0.policy
    }

    /// Puts it into the policies of a rule.
    pub(in crate::source) fn add(&self, policies: &mut Policies) {
        add(&self.0, policies);
    }
}

fn add(found: &Found<'_>, policies: &mut Policies) {
    let at = |section: &str| {
        let (_, rule, path) = found.places.iter().find(|(name, ..)| *name == section)?;
        Some((*rule, Origin::field(&rule.manifest.object, path.clone())))
    };
    let TrafficPolicy { load_balancer, connection_pool, outlier_detection, tls } = &found.policy;
    if let (Some(balancer), Some((_, origin))) = (load_balancer, at("loadBalancer")) {
        policies.affinity = affinity(balancer).map(|affinity| Located::new(affinity, origin.clone()));
        if policies.affinity.is_none() {
            policies.balance = balance(balancer).map(|balance| Located::new(balance, origin));
        }
    }
    if let (Some(pool), Some((_, origin))) = (connection_pool, at("connectionPool")) {
        let connect = pool.tcp.as_ref().and_then(|tcp| tcp.connect_timeout).map(|Duration(limit)| limit);
        if connect.is_some() {
            let timeouts = policies.timeouts.get_or_insert_with(|| Located::new(Timeouts::default(), origin.clone()));
            timeouts.value.connect = connect;
        }
        let bounds = breaker(pool);
        if bounds != CircuitBreaker::default() {
            policies.circuit_breaker = Some(Located::new(bounds, origin));
        }
    }
    if let (Some(outlier), Some((_, origin))) = (outlier_detection, at("outlierDetection")) {
        let number = |whole: Option<Whole>| whole.map(|Whole(number)| number);
        let milliseconds = |limit: Option<Duration>| limit.map(|Duration(limit)| limit);
        let value = OutlierDetection {
            consecutive_errors: number(outlier.consecutive_5xx_errors),
            consecutive_gateway_errors: number(outlier.consecutive_gateway_errors),
            interval: milliseconds(outlier.interval),
            ejection: milliseconds(outlier.base_ejection_time),
            max_ejected: number(outlier.max_ejection_percent),
        };
        policies.outlier_detection = Some(Located::new(value, origin));
    }
    if let (Some(written), Some((rule, origin))) = (tls.as_ref().filter(|tls| originates(tls)), at("tls")) {
        let secret = Some(written.credential_name.as_str()).filter(|name| !name.is_empty());
        let namespace = rule.namespace().to_owned();
        let value = BackendTls {
            verify: written.insecure_skip_verify != Some(true),
            server_name: Some(written.sni.clone())
                .filter(|sni| !sni.is_empty())
                // What nobody checks needs no name.
                .or_else(|| Some(rule.spec.host.clone()).filter(|_| written.insecure_skip_verify != Some(true))),
            secret: secret.map(|name| (namespace, name.to_owned())),
            ..BackendTls::default()
        };
        let protocol = match policies.backend_protocol.as_ref().map(|protocol| protocol.value) {
            Some(BackendProtocol::Grpc | BackendProtocol::Grpcs) => BackendProtocol::Grpcs,
            None
            | Some(
                BackendProtocol::Http | BackendProtocol::Https | BackendProtocol::SameAsRequest | BackendProtocol::Fcgi,
            ) => BackendProtocol::Https,
        };
        policies.backend_protocol = Some(Located::new(protocol, origin.clone()));
        policies.backend_tls = Some(Located::new(value, origin));
    }
}

/// Whether the sidecar or gateway opens TLS by itself. ISTIO_MUTUAL is the mesh's own, between sidecars.
fn originates(tls: &ClientTls) -> bool {
    matches!(tls.mode.as_ref().map(|mode| mode.0.as_str()), Some("SIMPLE" | "MUTUAL" | "1" | "2"))
}

fn balance(written: &LoadBalancer) -> Option<Balance> {
    if let Some(hash) = &written.consistent_hash {
        let key = match hash {
            ConsistentHash { http_header_name: Some(name), .. } => HashKey::Header(name.clone()),
            ConsistentHash { http_cookie: Some(cookie), .. } => HashKey::Cookie(cookie.name.clone()),
            ConsistentHash { http_query_parameter_name: Some(name), .. } => HashKey::Query(name.clone()),
            ConsistentHash { use_source_ip: Some(true), .. } => HashKey::ClientAddress,
            ConsistentHash { .. } => return None,
        };
        return Some(Balance::Hash(key));
    }
    match written.simple.as_ref()?.0.as_str() {
        "LEAST_CONN" | "LEAST_REQUEST" | "1" | "5" => Some(Balance::LeastRequest),
        "RANDOM" | "2" => Some(Balance::Random),
        "ROUND_ROBIN" | "4" => Some(Balance::RoundRobin),
        _ => None,
    }
}

/// A cookie with a lifetime is made by the proxy.
fn affinity(written: &LoadBalancer) -> Option<Affinity> {
    let cookie = written.consistent_hash.as_ref()?.http_cookie.as_ref()?;
    let Duration(lifetime) = cookie.ttl?;
    let attribute = |name: &str| cookie.attributes.iter().find(|one| one.name.eq_ignore_ascii_case(name));
    Some(Affinity {
        cookie: cookie.name.clone(),
        max_age: Some(lifetime / 1000).filter(|seconds| *seconds > 0),
        path: Some(cookie.path.clone()).filter(|path| !path.is_empty()),
        domain: attribute("domain").map(|attribute| attribute.value.clone()),
        secure: attribute("secure").is_some(),
        same_site: attribute("samesite").map(|attribute| attribute.value.clone()),
        ..Affinity::default()
    })
}

fn breaker(pool: &ConnectionPool) -> CircuitBreaker {
    let number = |whole: Option<Whole>| whole.map(|Whole(number)| u64::from(number)).filter(|number| *number > 0);
    let http = pool.http.clone().unwrap_or_default();
    CircuitBreaker {
        connections: number(pool.tcp.as_ref().and_then(|tcp| tcp.max_connections)),
        pending: number(http.http1_max_pending_requests),
        requests: number(http.http2_max_requests),
        retries: number(http.max_retries),
        per_connection: number(http.max_requests_per_connection),
    }
}
