//! What the controller's ConfigMap and flags say for all Ingresses together.

use super::config::Config;
use super::connections;
use super::effect::{
    default_balance, default_bandwidth, default_error_pages, default_retry, default_rewrites, default_timeouts, edits,
    global_auth, lose_variables, with_variables,
};
use super::hosts::nowhere;
use super::snippet::may_close;
use super::telemetry;
use crate::model::{
    AccessList, ClientAddress, ExternalAuth, HeaderEdit, Located, NginxHeaders, Policies, Protocol, Underscores,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::annotation::Category;
use crate::source::context::{Context, World};

/// Controller-wide facts.
#[derive(Debug, Clone)]
pub struct Globals {
    /// ConfigMap `http-redirect-code`.
    pub http_redirect_code: u16,
    /// ConfigMap `use-forwarded-headers`.
    pub use_forwarded_headers: bool,
    /// ConfigMap `no-tls-redirect-locations`: location path prefixes that are never redirected to https.
    pub no_tls_redirect_locations: Vec<String>,
    /// ConfigMap `no-auth-locations`: location path prefixes that ask for no authentication.
    pub no_auth_locations: Vec<String>,
    /// ConfigMap `proxy-ssl-location-only`.
    pub backend_tls_of_locations_only: bool,
    /// Flag `--https-port`.
    pub https_port: u16,
    /// Flag `--default-backend-service` as `(namespace, name)`.
    pub default_backend: Option<(String, String)>,
    /// Flag `--enable-ssl-passthrough`.
    pub ssl_passthrough: bool,
    /// Flag `--default-ssl-certificate` as `(namespace, name)`.
    pub default_certificate: Option<(String, String)>,
    /// Services of type ExternalName are served (flag `--disable-svc-external-name`).
    pub external_names: bool,
    /// Flag `--health-check-path`.
    pub health_check_path: String,
    /// ConfigMap `block-user-agents`, as header conditions that answer 403.
    pub blocked_user_agents: Located<Vec<String>>,
    /// ConfigMap `block-referers`.
    pub blocked_referers: Located<Vec<String>>,
    /// ConfigMap `block-cidrs`: clients that get 403 on locations without addresses of their own
    /// (ngx_http_access_module inherits all or nothing).
    pub blocked: Option<Located<AccessList>>,
    /// Whose address a client has.
    pub client: ClientAddress,
    /// ConfigMap `proxy-set-headers`: headers that every backend gets.
    pub request_headers: Vec<HeaderEdit>,
    /// ConfigMap `hide-headers`: headers of backends that no client gets.
    pub response_headers: Vec<HeaderEdit>,
    /// ConfigMap `global-auth-*`.
    pub external_auth: Option<Located<ExternalAuth>>,
    /// Protections of the ConfigMap that the model knows by name only.
    pub protections: Vec<Located<&'static str>>,
    /// ConfigMap `enable-underscores-in-headers`.
    pub underscores: Underscores,
    /// What holds where no Ingress says otherwise.
    pub implicit: Policies,
    /// Strict-Transport-Security of answers over https.
    pub hsts: Option<Located<HeaderEdit>>,
}

impl Globals {
    /// What the controller's configuration says. Manifests that do not show the controller's flags are converted as if
    /// passthrough were switched on where an Ingress asks for it.
    #[must_use]
    pub fn of(config: &Config, context: &Context, report: &mut Report) -> Self {
        account(config, report);
        account_headers(config, context, report);
        let service = config.flags.default_backend_service.split_once('/');
        let list =
            |key, values: &[String]| Located::new(values.to_vec(), config.origin(key).cloned().unwrap_or_else(nowhere));
        Self {
            http_redirect_code: config.http_redirect_code,
            use_forwarded_headers: config.use_forwarded_headers,
            no_tls_redirect_locations: config.no_tls_redirect_locations.clone(),
            no_auth_locations: config.no_auth_locations.clone(),
            backend_tls_of_locations_only: config.proxy_ssl_location_only,
            https_port: u16::try_from(config.flags.https_port).unwrap_or(443),
            default_backend: service.map(|(namespace, name)| (namespace.to_owned(), name.to_owned())),
            ssl_passthrough: config.flags.enable_ssl_passthrough
                || config.flags.origin.is_none() && context.world == World::Open,
            default_certificate: config
                .flags
                .default_ssl_certificate
                .split_once('/')
                .map(|(namespace, name)| (namespace.to_owned(), name.to_owned())),
            external_names: !config.flags.disable_svc_external_name,
            health_check_path: config.flags.health_check_path.clone(),
            blocked_user_agents: list("block-user-agents", &config.block_user_agents),
            blocked_referers: list("block-referers", &config.block_referers),
            blocked: (!config.block_cidrs.is_empty()).then(|| {
                let list = list("block-cidrs", &config.block_cidrs);
                Located::new(AccessList::deny_then_allow(list.value, Vec::new()), list.origin)
            }),
            client: client(config),
            request_headers: edits(config_map(&config.proxy_set_headers, context)),
            response_headers: config.hide_headers.iter().cloned().map(HeaderEdit::Remove).collect(),
            external_auth: global_auth(config),
            protections: protections(config),
            underscores: if config.enable_underscores_in_headers { Underscores::Kept } else { Underscores::Dropped },
            implicit: implicit(config, context),
            hsts: config.hsts.then(|| hsts(config)),
        }
    }

    /// What holds on an entry point where no Ingress says otherwise.
    #[must_use]
    pub fn implicit(&self, protocol: Protocol) -> Policies {
        let mut policies = self.implicit.clone();
        policies.answer_headers.extend(self.hsts.clone().filter(|_| protocol == Protocol::Https));
        policies
    }
}

fn config_map<'c>(name: &str, context: &'c Context) -> Option<&'c std::collections::BTreeMap<String, String>> {
    let (namespace, name) = name.split_once('/')?;
    context.config_maps.get(&(namespace.to_owned(), name.to_owned()))
}

/// nginx.tmpl:79: the real_ip module, over proxies that are all trusted unless the ConfigMap names some.
fn client(config: &Config) -> ClientAddress {
    if config.use_proxy_protocol {
        return ClientAddress::ProxyProtocol;
    }
    if !config.use_forwarded_headers && !config.enable_real_ip {
        return ClientAddress::Peer;
    }
    if !config.forwarded_for_header.eq_ignore_ascii_case("x-forwarded-for") {
        let name = config.forwarded_for_header.to_ascii_lowercase();
        return ClientAddress::Header { name, required: false };
    }
    match config.proxy_real_ip_cidr.as_slice() {
        [all] if all == "0.0.0.0/0" => ClientAddress::ForwardedFirst,
        proxies => ClientAddress::TrustedProxies(proxies.to_vec()),
    }
}

/// nginx.tmpl, header_filter of lua_ingress.lua: `max-age=…; includeSubDomains; preload`.
fn hsts(config: &Config) -> Located<HeaderEdit> {
    let subdomains = if config.hsts_include_subdomains { "; includeSubDomains" } else { "" };
    let preload = if config.hsts_preload { "; preload" } else { "" };
    let value = format!("max-age={}{subdomains}{preload}", config.hsts_max_age);
    let keys = ["hsts", "hsts-max-age", "hsts-include-subdomains", "hsts-preload"];
    let origin = keys.iter().find_map(|key| config.origin(key)).cloned().unwrap_or_else(nowhere);
    Located::new(HeaderEdit::Set("Strict-Transport-Security".to_owned(), value), origin)
}

fn implicit(config: &Config, context: &Context) -> Policies {
    let origin = |keys: &[&str]| keys.iter().find_map(|key| config.origin(key)).cloned().unwrap_or_else(nowhere);
    let headers = edits(config_map(&config.add_headers, context)).into_iter();
    let codings: Vec<String> = [("gzip", config.use_gzip), ("br", config.enable_brotli)]
        .into_iter()
        .filter(|(_, on)| *on)
        .map(|(coding, _)| coding.to_owned())
        .collect();
    let bandwidth = default_bandwidth(config);
    Policies {
        body_limit: Some(Located::new(config.proxy_body_size, origin(&["proxy-body-size"]))),
        timeouts: Some(Located::new(
            default_timeouts(config),
            origin(&["proxy-read-timeout", "proxy-send-timeout", "proxy-connect-timeout"]),
        )),
        retry: Some(Located::new(
            default_retry(config),
            origin(&[
                "proxy-next-upstream",
                "proxy-next-upstream-tries",
                "proxy-next-upstream-timeout",
                "retry-non-idempotent",
            ]),
        )),
        balance: default_balance(config),
        bandwidth: bandwidth.map(|limit| Located::new(limit, origin(&["limit-rate", "limit-rate-after"]))),
        error_pages: default_error_pages(config, context)
            .map(|page| Located::new(page, origin(&["custom-http-errors"])))
            .into_iter()
            .collect(),
        answer_headers: headers.map(|edit| Located::new(edit, origin(&["add-headers"]))).collect(),
        nginx_headers: nginx_headers(config, context).some(),
        answer_rewrites: default_rewrites(config)
            .into_iter()
            .map(|rewrite| {
                Located::new(rewrite, origin(&["proxy-redirect-to", "proxy-cookie-path", "proxy-cookie-domain"]))
            })
            .collect(),
        compression: (!codings.is_empty()).then(|| Located::new(codings, origin(&["use-gzip", "enable-brotli"]))),
        access_log: (config.disable_access_log || config.disable_http_access_log)
            .then(|| Located::new(false, origin(&["disable-access-log", "disable-http-access-log"]))),
        connections: connections::of(config),
        log_format: telemetry::log_format(config),
        sampling: telemetry::sampling(config),
        tracer: telemetry::tracer(config),
        tracing: config.enable_opentelemetry.then(|| Located::new(true, origin(&["enable-opentelemetry"]))),
        unmodelled: Vec::new(),
        ..Policies::default()
    }
}

/// The whole chain of addresses (nginx.tmpl:1290), and headers of ConfigMaps whose values hold variables.
fn nginx_headers(config: &Config, context: &Context) -> NginxHeaders {
    let full = config.use_forwarded_headers && config.compute_full_forwarded_for;
    let chain = full.then(|| HeaderEdit::Set("X-Forwarded-For".to_owned(), "$full_x_forwarded_for".to_owned()));
    let set = with_variables(config_map(&config.proxy_set_headers, context));
    NginxHeaders {
        received: chain.into_iter().chain(set).collect(),
        answered: with_variables(config_map(&config.add_headers, context)),
    }
}

/// What a key cannot say in the model.
fn unclear(config: &Config, key: &str) -> Option<&'static str> {
    match key {
        "ssl-protocols" if connections::tls_versions(&config.ssl_protocols).is_none() => {
            Some("listeners have a lowest and a highest version of TLS")
        }
        "ssl-ciphers" if connections::ciphers(&config.ssl_ciphers).is_none() => {
            Some("it is no list of ciphers by their names")
        }
        "ssl-ecdh-curve" if connections::curves(&config.ssl_ecdh_curve).is_none() => {
            Some("one of the curves is not known elsewhere")
        }
        "enable-opentelemetry" if config.otlp_collector_host.is_empty() => {
            Some("no `otlp-collector-host` says where traces go")
        }
        _ => None,
    }
}

/// Keys that change what requests see and that the model does not hold.
const NOT_HELD: &[(&str, &str)] = &[
    ("forwarded-host-header", "implementations read the host from their own header"),
    ("compute-full-forwarded-for", "implementations append to X-Forwarded-For by themselves"),
    ("client-header-buffer-size", "buffers for headers are the implementation's own"),
    ("large-client-header-buffers", "buffers for headers are the implementation's own"),
    ("proxy-http-version", "implementations choose the version of HTTP themselves"),
    ("disable-proxy-intercept-errors", "errors of the data plane and of backends are not told apart"),
    ("limit-conn-zone-variable", "connections are counted by client address"),
    ("global-auth-snippet", "it is nginx configuration for the question"),
    ("allow-backend-server-header", "what the Server header says is the implementation's choice"),
    ("server-tokens", "what the Server header says is the implementation's choice"),
    ("ignore-invalid-headers", "what becomes of invalid header names is the implementation's choice"),
    ("generate-request-id", "implementations make up request ids by themselves"),
    ("proxy-add-original-uri-header", "X-Original-Uri needs the request's own text"),
    ("access-log-path", "where the access log goes is set on the implementation"),
    ("http-access-log-path", "where the access log goes is set on the implementation"),
    ("skip-access-log-urls", "which requests are logged is set on the implementation"),
    ("otel-sampler-parent-based", "implementations on Envoy trace what the client traces"),
    ("opentelemetry-trust-incoming-span", "implementations on Envoy trace what the client traces"),
    ("main-snippet", "it is nginx configuration outside of all hosts"),
    ("http-snippet", "it is nginx configuration for all hosts"),
    ("server-snippet", "it is nginx configuration for all hosts"),
    ("location-snippet", "it is nginx configuration for all paths"),
    ("stream-snippet", "it is nginx configuration for TCP and UDP"),
    ("ssl-early-data", "early data is the implementation's choice"),
    ("ssl-reject-handshake", "listeners answer only the hosts that they name"),
    ("proxy-stream-timeout", "how long a stream may be idle is set on the implementation"),
    ("proxy-stream-responses", "how many datagrams answer one is the implementation's choice"),
    ("proxy-stream-next-upstream", "whether a stream is tried elsewhere is the implementation's choice"),
    ("proxy-stream-next-upstream-timeout", "whether a stream is tried elsewhere is the implementation's choice"),
    ("proxy-stream-next-upstream-tries", "whether a stream is tried elsewhere is the implementation's choice"),
];

/// Keys that say how requests are traced.
const TRACING: &[&str] = &[
    "enable-opentelemetry",
    "otlp-collector-host",
    "otlp-collector-port",
    "otel-sampler",
    "otel-sampler-ratio",
    "otel-sampler-parent-based",
    "otel-service-name",
    "opentelemetry-trust-incoming-span",
];

/// Protections for every location that are known by name only; an empty snippet protects nothing.
fn protections(config: &Config) -> Vec<Located<&'static str>> {
    let snippets = [
        ("modsecurity-snippet", config.enable_modsecurity && !config.modsecurity_snippet.is_empty()),
        ("server-snippet", may_close(&config.server_snippet)),
        ("location-snippet", may_close(&config.location_snippet)),
        ("http-snippet", may_close(&config.http_snippet)),
        ("global-auth-snippet", !config.global_auth_url.is_empty() && may_close(&config.global_auth_snippet)),
    ];
    let all = [
        ("enable-modsecurity", config.enable_modsecurity),
        ("enable-owasp-modsecurity-crs", config.enable_modsecurity && config.enable_owasp_modsecurity_crs),
    ];
    let on = all.into_iter().chain(snippets).filter(|(_, on)| *on);
    on.filter_map(|(key, _)| Some(Located::new(key, config.origin(key)?.clone()))).collect()
}

/// Says which headers for all are not carried: those with variables, and those of a ConfigMap that is not there.
fn account_headers(config: &Config, context: &Context, report: &mut Report) {
    for (key, name) in [("add-headers", &config.add_headers), ("proxy-set-headers", &config.proxy_set_headers)] {
        let Some(origin) = config.origin(key).filter(|_| !name.is_empty()) else { continue };
        let data = config_map(name, context);
        if data.is_none() {
            report.ledger.record(origin, Fate::Dropped, Some(Code::ConfigNotCarried));
            let message = format!("`{key}` of the controller's ConfigMap is not carried");
            let why = "the ConfigMap that it names is not in the input";
            report.push(Diagnostic::new(Code::ConfigNotCarried, message).at(origin, why));
        }
        lose_variables(key, data, origin, Code::ConfigNotCarried, report);
    }
}

/// The default path is a link to it (rootfs/Dockerfile).
fn logs_to_standard_output(config: &Config, key: &str) -> bool {
    let path = match key {
        "access-log-path" => &config.access_log_path,
        "http-access-log-path" => &config.http_access_log_path,
        _ => return false,
    };
    matches!(path.as_str(), "/dev/stdout" | "/var/log/nginx/access.log")
}

/// Every key of the ConfigMap gets a fate. A key that says what holds anyway has no effect.
fn account(config: &Config, report: &mut Report) {
    let default = Config::default();
    let protections = protections(config);
    for (entry, origin) in config.each() {
        let usual = config.same(&default, entry.key)
            || logs_to_standard_output(config, entry.key)
            || connections::chooses_nothing(config, entry.key);
        let why = NOT_HELD.iter().find(|(key, _)| *key == entry.key).map(|(_, why)| *why);
        let why = why.or_else(|| unclear(config, entry.key));
        let traced = config.enable_opentelemetry && TRACING.contains(&entry.key);
        if usual || entry.category == Category::DropSafe && !traced {
            report.ledger.record(origin, Fate::Ignored, None);
        } else if protections.iter().any(|protection| protection.value == entry.key) {
            report.ledger.record(origin, Fate::Dropped, Some(Code::ProtectionNotCarried));
        } else if let Some(why) = why {
            report.ledger.record(origin, Fate::Dropped, Some(Code::ConfigNotCarried));
            let message = format!("`{}` of the controller's ConfigMap is not carried", entry.key);
            report.push(Diagnostic::new(Code::ConfigNotCarried, message).at(origin, why));
        } else {
            report.ledger.record(origin, Fate::Carried, None);
        }
    }
}
