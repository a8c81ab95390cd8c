//! How one Gateway API implementation ranks and matches: facts as data, each with its source.
//!
//! `source::gateway_api` reads objects under a profile, `pass` orders rules for one, targets name theirs.

use super::profiles::PROFILES;
use crate::model::{Anchoring, PathHandling, Pipeline, Underscores, WildcardDepth};

/// How one implementation ranks and matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// `envoy-gateway`, …
    pub name: &'static str,
    /// `controllerName` of its GatewayClasses; empty for the specification.
    pub controller: &'static str,
    /// Where a regular expression on the path ranks.
    pub regex_rank: RegexRank,
    /// Among regular expressions the longer text is tried first; otherwise method, headers, then list order decide.
    pub regex_by_length: bool,
    /// How much of the path a regular expression has to take.
    pub regex_anchoring: Anchoring,
    /// What the implementation writes in front of an expression on the path.
    pub regex_prefix: &'static str,
    /// How much of a header or query value a regular expression has to take.
    pub value_anchoring: Anchoring,
    /// Expressions are PCRE (look-around works), not RE2.
    pub regex_pcre: bool,
    /// What ranks next when paths tie.
    pub after_path: AfterPath,
    /// How many labels `*.` takes.
    pub wildcard_depth: WildcardDepth,
    /// A request that no rule of the most specific host takes goes on to less specific hosts.
    pub host_fall_through: bool,
    /// The path alone chooses: a request that fails the other conditions of every rule with its path gets a 404, and no
    /// shorter path is tried.
    pub path_alone_chooses: bool,
    /// Rules after a catch-all are dropped (Istio, BuildHTTPRoutesForVirtualService).
    pub stops_at_catch_all: bool,
    /// `/foo/` outranks `/foo` as a prefix by its length.
    pub prefix_slash_counts: bool,
    /// Preparation of the path.
    pub paths: PathHandling,
    /// Order of the visible steps.
    pub pipeline: Pipeline,
    /// What becomes of headers with an underscore in their name.
    pub underscores: Underscores,
    /// Status for a backend that does not exist.
    pub missing_backend: u16,
    /// Status for a rule without backends, or of weight 0 altogether.
    pub no_backends: u16,
    /// Status for a Service without endpoints.
    pub no_endpoints: u16,
    /// Milliseconds after which a request fails when no timeout is set; `None` for never.
    pub default_timeout: Option<u64>,
    /// How often a request is sent again after a failed attempt where no route says so; `None` for never.
    pub default_retries: Option<u32>,
    /// Requests of a listener's host never reach routes of a less specific listener.
    pub listener_isolation: bool,
    /// What the plain HTTP listeners of one port share.
    pub http_listeners: HttpListeners,
    /// SNI chooses the listener before the Host header is looked at.
    pub sni_selects_listener: bool,
    /// What ReplacePrefixMatch does with the matched prefix.
    pub prefix_replacement: PrefixReplacement,
    /// A Location keeps the Host header with its port where the redirect names neither host nor port.
    pub redirect_keeps_authority: bool,
    /// A rule without a usable backend and with a missing one answers as for the missing one, whatever its weights.
    pub one_failure_per_rule: bool,
    /// A rule whose mirror cannot be resolved fails; otherwise only the copy is dropped.
    pub missing_mirror_fails: bool,
    /// A filter that it does not know makes it leave out the whole route; otherwise the rule fails.
    pub unknown_filter_drops_route: bool,
    /// A header modifier that names Host fails its rule.
    pub host_edit_fails: bool,
    /// `%…%` in a header value is a command of the data plane; a lone `%` makes it refuse the configuration.
    pub header_commands: bool,
    /// Preflights of a rule for another method find the rule's CORS filter.
    pub adds_preflight_rule: bool,
    /// Objects of Envoy Gateway count: policies, HTTPRouteFilter, Backend, EnvoyProxy.
    pub envoy_gateway_objects: bool,
    /// Objects of Istio count: DestinationRules, and policies of Gateways.
    pub istio_objects: bool,
    /// `sessionPersistence` of a rule is read.
    pub session_persistence: bool,
    /// `timeouts.backendRequest` of a rule without `retry` is taken for the whole exchange.
    pub attempt_is_whole: bool,
    /// Kinds of backendRefs beside Service: group and kind.
    pub backend_kinds: &'static [(&'static str, &'static str)],
    /// Names the sources of these facts.
    pub evidence: &'static str,
}

/// Where a regular expression on the path ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegexRank {
    /// Exact > regex > prefix.
    AbovePrefix,
    /// Exact > prefix > regex.
    BelowPrefix,
    /// Exact first; prefix and regex together by length of the text.
    WithPrefix,
}

/// What ranks next when paths tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterPath {
    /// Has a method > number of headers > number of query parameters (the specification).
    MethodHeadersQueries,
    /// The method counts as one exact header: number of headers > number of exact headers > queries (Envoy Gateway).
    MethodAsHeader,
    /// Headers > queries; the method last (Linkerd) or not at all (Contour).
    HeadersQueries,
    /// One sum with the path and the host: method 1000, header 100, query 10 (Traefik).
    Sum,
}

/// What the plain HTTP listeners of one port share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpListeners {
    /// A request goes to the listener with the most specific hostname, and to no other (the specification).
    Isolated,
    /// One table of hosts for the port. A hostname that another listener has is left to it; a host that two listeners
    /// give is refused (Envoy Gateway).
    OneTable,
    /// One table of hosts for the port; the rules of equal hosts are put together.
    Merged,
    /// The same, but a hostname that a more specific listener covers is left to that one (Istio). A listener that gives
    /// no host hides none of a wider one.
    MergedBySpecificity,
}

/// What ReplacePrefixMatch does with the matched prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrefixReplacement {
    /// By path elements, with one slash between replacement and rest (the specification).
    Elements,
    /// As text where the prefix is the root: `/` with `/v1` turns `/x` into `/v1x` (Envoy's prefix_rewrite).
    Envoy,
    /// The same, with Envoy Gateway's handling of trailing slashes.
    EnvoyGateway,
    /// The same; in a Location the text as it stands, trailing slash and all, and an empty one changes nothing (istio/istio
    /// pilot/pkg/config/kube/gateway/conversion.go, createRewriteFilter and createRedirectFilter; measured).
    Istio,
}

impl Profile {
    /// The profile of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// The profile of a controller, by the `controllerName` of its GatewayClasses.
    #[must_use]
    pub fn of_controller(controller: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| !controller.is_empty() && profile.controller == controller)
    }
}
