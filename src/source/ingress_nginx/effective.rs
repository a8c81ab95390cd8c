//! What annotations and the controller's configuration make of an Ingress's locations.

use super::snippet::Snippet;
use crate::model::{Affinity, Balance, ClientCertificates, Located, Origin, Policies, Shared};

/// What holds for the locations of one Ingress.
#[derive(Debug, Clone, Default)]
pub struct Effective {
    /// `use-regex`.
    pub use_regex: bool,
    /// `rewrite-target`.
    pub rewrite_target: Option<Located<String>>,
    /// `x-forwarded-prefix`.
    pub x_forwarded_prefix: Option<Located<String>>,
    /// `app-root`.
    pub app_root: Option<Located<String>>,
    /// `temporal-redirect` or `permanent-redirect`: status and URL.
    pub redirect: Option<Located<(u16, String)>>,
    /// `relative-redirects`.
    pub relative_redirects: bool,
    /// `ssl-redirect`.
    pub ssl_redirect: bool,
    /// `force-ssl-redirect`.
    pub force_ssl_redirect: bool,
    /// `preserve-trailing-slash`.
    pub preserve_trailing_slash: bool,
    /// `use-port-in-redirects`.
    pub port_in_redirects: bool,
    /// `from-to-www-redirect`.
    pub www_redirect: Option<Origin>,
    /// `server-alias`.
    pub aliases: Vec<Located<String>>,
    /// `ssl-passthrough`.
    pub ssl_passthrough: Option<Origin>,
    /// The location answers 503: an annotation is broken.
    pub denied: Option<Origin>,
    /// The server answers 403: the client CA cannot be read.
    pub forbidden: Option<Origin>,
    /// `canary` and its companions.
    pub canary: Option<CanaryPolicy>,
    /// `default-backend`: Service of the same namespace.
    pub default_backend: Option<Located<String>>,
    /// `upstream-vhost`.
    pub upstream_vhost: Option<Located<String>>,
    /// `auth-tls-*`: the host's.
    pub client_certificates: Option<Located<ClientCertificates>>,
    /// `ssl-ciphers`: the host's.
    pub ciphers: Option<Located<Vec<String>>>,
    /// `upstream-hash-by`, `load-balance`: the Service's.
    pub balance: Option<Located<Balance>>,
    /// `affinity`, `session-cookie-*`: the Service's.
    pub affinity: Option<Located<Affinity>>,
    /// `configuration-snippet`.
    pub(super) snippet: Option<Located<Snippet>>,
    /// `server-snippet`: the host's.
    pub(super) server_snippet: Option<Located<Snippet>>,
    /// What holds for each of the locations.
    pub policies: Shared<Policies>,
}

/// How a canary takes its share (balancer.lua, route_to_alternative_balancer).
#[derive(Debug, Clone)]
pub struct CanaryPolicy {
    /// `canary-weight`.
    pub weight: u32,
    /// `canary-weight-total`; below 100 it counts as 100.
    pub weight_total: u32,
    /// `canary-by-header`.
    pub header: Option<String>,
    /// `canary-by-header-value`.
    pub header_value: Option<String>,
    /// `canary-by-header-pattern`.
    pub header_pattern: Option<String>,
    /// `canary-by-cookie`.
    pub cookie: Option<String>,
    /// `canary`.
    pub origin: Origin,
}
