//! What annotations and the controller's configuration make of an Ingress's locations.

use super::config::Config;
use crate::model::{
    AccessList, Affinity, BackendProtocol, BackendTls, Cors, Located, Mirror, Origin, Policies, Timeouts,
};
use crate::source::context::World;

/// Controller-wide facts.
#[derive(Debug, Clone)]
pub struct Globals {
    /// ConfigMap `http-redirect-code`.
    pub http_redirect_code: u16,
    /// ConfigMap `use-forwarded-headers`.
    pub use_forwarded_headers: bool,
    /// ConfigMap `no-tls-redirect-locations`: location path prefixes that are never redirected to https.
    pub no_tls_redirect_locations: Vec<String>,
    /// Flag `--default-backend-service` as `(namespace, name)`.
    pub default_backend: Option<(String, String)>,
    /// Flag `--enable-ssl-passthrough`.
    pub ssl_passthrough: bool,
    /// ConfigMap `block-user-agents`, as header conditions that answer 403.
    pub blocked_user_agents: Vec<String>,
    /// ConfigMap `block-referers`.
    pub blocked_referers: Vec<String>,
    /// Body limit in bytes where nothing else is said; 0 for none.
    pub body_limit: u64,
    /// The controller's ConfigMap, when the input has it.
    pub origin: Option<Origin>,
}

impl Globals {
    /// What the controller's configuration says. Manifests do not show the controller's flags, so a conversion takes
    /// passthrough to be switched on where an Ingress asks for it.
    #[must_use]
    pub fn of(config: &Config, world: World) -> Self {
        let service = config.flags.default_backend_service.split_once('/');
        Self {
            http_redirect_code: config.http_redirect_code,
            use_forwarded_headers: config.use_forwarded_headers,
            no_tls_redirect_locations: config.no_tls_redirect_locations.clone(),
            default_backend: service.map(|(namespace, name)| (namespace.to_owned(), name.to_owned())),
            ssl_passthrough: config.flags.enable_ssl_passthrough || world == World::Open,
            blocked_user_agents: config.block_user_agents.clone(),
            blocked_referers: config.block_referers.clone(),
            body_limit: config.proxy_body_size,
            origin: config.origin("proxy-body-size").cloned(),
        }
    }
}

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
    /// `enable-cors` and its companions.
    pub cors: Option<Located<Cors>>,
    /// Source ranges.
    pub access: Option<Located<AccessList>>,
    /// `proxy-body-size` in bytes.
    pub body_limit: Option<Located<u64>>,
    /// `backend-protocol`.
    pub backend_protocol: Option<Located<BackendProtocol>>,
    /// `proxy-ssl-*`, in effect only with a secret.
    pub backend_tls: Option<Located<BackendTls>>,
    /// `proxy-*-timeout`.
    pub timeouts: Option<Located<Timeouts>>,
    /// `mirror-*`.
    pub mirror: Option<Located<Mirror>>,
    /// `affinity`, `session-cookie-*`.
    pub affinity: Option<Located<Affinity>>,
    /// Protections that the model does not hold yet: a rule under one may not be written without it.
    pub protections: Vec<Located<&'static str>>,
}

impl Effective {
    /// What holds for the requests of every location beside where they go.
    pub(super) fn policies(&self) -> Policies {
        Policies {
            cors: self.cors.clone(),
            access: self.access.clone(),
            backend_protocol: self.backend_protocol.clone(),
            backend_tls: self.backend_tls.clone(),
            timeouts: self.timeouts.clone(),
            body_limit: self.body_limit.clone(),
            mirror: self.mirror.clone(),
            affinity: self.affinity.clone(),
            unmodelled: self.protections.clone(),
            ..Policies::default()
        }
    }
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
