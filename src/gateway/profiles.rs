//! The profiles, each with the sources of its facts.
//!
//! Envoy Gateway's are measured; the others are read from code and documentation at the versions named.

use super::{AfterPath, HttpListeners, PrefixReplacement, Profile, RegexRank};
use crate::model::{Anchoring, PathHandling, Pipeline, Underscores, WildcardDepth};

/// Every profile, the specification's own first.
pub const PROFILES: &[Profile] =
    &[SPEC, ENVOY_GATEWAY, ISTIO, KGATEWAY, NGINX_GATEWAY_FABRIC, TRAEFIK, CILIUM, CONTOUR];

/// What the specification promises; what it leaves open is read as most implementations do.
pub const SPEC: Profile = Profile {
    name: "spec",
    controller: "",
    regex_rank: RegexRank::AbovePrefix,
    regex_by_length: true,
    regex_anchoring: Anchoring::Full,
    regex_prefix: "",
    value_anchoring: Anchoring::Full,
    regex_pcre: false,
    after_path: AfterPath::MethodHeadersQueries,
    wildcard_depth: WildcardDepth::Many,
    host_fall_through: false,
    path_alone_chooses: false,
    stops_at_catch_all: false,
    prefix_slash_counts: false,
    paths: PathHandling::Raw,
    pipeline: Pipeline::Spec,
    underscores: Underscores::Kept,
    missing_backend: 500,
    no_backends: 500,
    no_endpoints: 503,
    default_timeout: None,
    default_retries: None,
    listener_isolation: true,
    http_listeners: HttpListeners::Isolated,
    sni_selects_listener: true,
    prefix_replacement: PrefixReplacement::Elements,
    redirect_keeps_authority: false,
    one_failure_per_rule: false,
    missing_mirror_fails: false,
    unknown_filter_drops_route: false,
    host_edit_fails: false,
    header_commands: false,
    adds_preflight_rule: false,
    envoy_gateway_objects: false,
    istio_objects: false,
    session_persistence: true,
    attempt_is_whole: false,
    backend_kinds: &[],
    evidence: "gateway-api v1.6.1 apis/v1/httproute_types.go, gateway_types.go",
};

/// What implementations on Envoy have in common.
const ENVOY: Profile = Profile {
    paths: PathHandling::MERGED,
    pipeline: Pipeline::Envoy,
    prefix_replacement: PrefixReplacement::Envoy,
    redirect_keeps_authority: true,
    header_commands: true,
    ..SPEC
};

/// Envoy Gateway 1.9.
pub const ENVOY_GATEWAY: Profile = Profile {
    name: "envoy-gateway",
    controller: "gateway.envoyproxy.io/gatewayclass-controller",
    after_path: AfterPath::MethodAsHeader,
    prefix_slash_counts: true,
    paths: PathHandling::ENVOY_GATEWAY,
    underscores: Underscores::Refused,
    default_timeout: Some(15_000),
    http_listeners: HttpListeners::OneTable,
    prefix_replacement: PrefixReplacement::EnvoyGateway,
    one_failure_per_rule: true,
    missing_mirror_fails: true,
    host_edit_fails: true,
    adds_preflight_rule: true,
    envoy_gateway_objects: true,
    backend_kinds: &[("gateway.envoyproxy.io", "Backend"), ("multicluster.x-k8s.io", "ServiceImport")],
    evidence: "measured on 1.9.0 with Envoy 1.40; envoyproxy/gateway internal/gatewayapi/{sort,route,filters,helpers,\
               listener,validate}.go, internal/xds/translator/{route,listener,translator}.go",
    ..ENVOY
};

/// Istio 1.30.
pub const ISTIO: Profile = Profile {
    name: "istio",
    controller: "istio.io/gateway-controller",
    regex_rank: RegexRank::BelowPrefix,
    stops_at_catch_all: true,
    paths: PathHandling::RESOLVED,
    http_listeners: HttpListeners::MergedBySpecificity,
    prefix_replacement: PrefixReplacement::Istio,
    unknown_filter_drops_route: true,
    default_retries: Some(2),
    istio_objects: true,
    session_persistence: false,
    attempt_is_whole: true,
    backend_kinds: &[
        ("networking.istio.io", "Hostname"),
        ("multicluster.x-k8s.io", "ServiceImport"),
        ("inference.networking.k8s.io", "InferencePool"),
        ("gateway.networking.x-k8s.io", "XBackend"),
    ],
    evidence: "measured (testdata/measured-gateway-api); istio/istio pilot/pkg/config/kube/gateway/conversion.go sortHTTPRoutes, \
               getURIRank, createRewriteFilter, createRedirectFilter, hostnameAllowedByIsolation; pilot/pkg/networking/core/route/route.go BuildHTTPRoutesForVirtualService; \
               pilot/pkg/networking/core/route/retry/retry.go DefaultPolicy; pathNormalization BASE (normalizePath, KEEP_UNCHANGED in the goldens)",
    ..ENVOY
};

/// kgateway 2.4.
pub const KGATEWAY: Profile = Profile {
    name: "kgateway",
    controller: "kgateway.dev/kgateway",
    regex_by_length: false,
    prefix_slash_counts: true,
    default_timeout: Some(15_000),
    backend_kinds: &[("gateway.kgateway.dev", "Backend"), ("inference.networking.k8s.io", "InferencePool")],
    evidence: "kgateway-dev/kgateway internal/kgateway/translator/routeutils/sortable_route.go; translator/irtranslator/\
               fc.go initializeHCM (NormalizePath, MergeSlashes); Envoy's default timeout (kgateway docs)",
    ..ENVOY
};

/// NGINX Gateway Fabric 2.6.
pub const NGINX_GATEWAY_FABRIC: Profile = Profile {
    name: "nginx-gateway-fabric",
    controller: "gateway.nginx.org/nginx-gateway-controller",
    regex_anchoring: Anchoring::Search,
    regex_prefix: "^",
    value_anchoring: Anchoring::Search,
    regex_pcre: true,
    path_alone_chooses: true,
    paths: PathHandling::Nginx,
    sni_selects_listener: false,
    evidence: "nginx/nginx-gateway-fabric internal/controller/nginx/config/servers.go (`=`, `~ ^path`, prefix), \
               state/dataplane/sort.go, nginx/modules/src/httpmatches.js (no match of the path: 404); core timeouts are \
               ignored with a warning",
    ..SPEC
};

/// Traefik 3.7.
pub const TRAEFIK: Profile = Profile {
    name: "traefik",
    controller: "traefik.io/gateway-controller",
    regex_rank: RegexRank::WithPrefix,
    regex_anchoring: Anchoring::Search,
    value_anchoring: Anchoring::Search,
    after_path: AfterPath::Sum,
    host_fall_through: true,
    prefix_slash_counts: true,
    paths: PathHandling::MERGED,
    no_backends: 503,
    listener_isolation: false,
    http_listeners: HttpListeners::Merged,
    sni_selects_listener: false,
    backend_kinds: &[("traefik.io", "TraefikService")],
    evidence: "traefik/traefik pkg/provider/kubernetes/gateway/httproute.go buildMatchRule, buildPathRule, buildHostRule, \
               loadService; routers of all hosts are tried by priority; no GatewayHTTPListenerIsolation in the \
               conformance report of v3.7.10",
    ..SPEC
};

/// Cilium 1.20.
pub const CILIUM: Profile = Profile {
    name: "cilium",
    controller: "io.cilium/gateway-controller",
    paths: PathHandling::Raw,
    backend_kinds: &[("multicluster.x-k8s.io", "ServiceImport")],
    evidence: "cilium/cilium operator/pkg/model/translation/envoy_virtual_host.go SortableRoute, pathPrefixMutation, \
               timeoutMutation (max_stream_duration 0 without timeouts); envoy_http_connection_manager.go \
               (normalize_path is not set)",
    ..ENVOY
};

/// Contour 1.33.
pub const CONTOUR: Profile = Profile {
    name: "contour",
    controller: "projectcontour.io/gateway-controller",
    after_path: AfterPath::HeadersQueries,
    default_timeout: Some(15_000),
    header_commands: false,
    evidence: "projectcontour/contour internal/sorter/sorter.go; docs configuration/#path-transformation (normalised, \
               merged, escaped slashes kept); Envoy's default timeout",
    ..ENVOY
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_controllers_are_unique_and_every_profile_names_its_sources() {
        for (index, profile) in PROFILES.iter().enumerate() {
            assert!(!profile.evidence.is_empty(), "{}", profile.name);
            for other in &PROFILES[..index] {
                assert_ne!(profile.name, other.name);
                assert_ne!(profile.controller, other.controller);
            }
        }
        assert_eq!(Profile::find("istio"), Some(&ISTIO));
        assert_eq!(Profile::of_controller(CILIUM.controller), Some(&CILIUM));
        assert_eq!((Profile::find("nginx"), Profile::of_controller("")), (None, None));
    }
}
