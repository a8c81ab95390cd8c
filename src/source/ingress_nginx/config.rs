//! The controller's ConfigMap (`template/configmap.go`, ReadConfig; `config.go`, NewDefault).
//!
//! It is decoded weakly typed (mapstructure): keys are compared without case, values of the wrong type keep the
//! default, unknown keys are passed over.

use std::collections::BTreeMap;

use super::flags::Flags;
use super::keyed::ConfigEntry;
use super::keyed::{ABSOLUTE_URL, BOOL, CODES, HEADERS, INT, LIST, ON_OFF, REDIRECT, RISK, SIZE, TEXT, Taken, keyed};
use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::annotation::{Risk, suggestion};
use crate::syntax::{FieldPath, Node};

keyed! {
    /// The controller's settings: those of its ConfigMap, and its flags.
    pub struct Config {
        /// The flags of the controller's command line.
        pub flags: Flags,
        origins: BTreeMap<&'static str, Origin>,
    }
    /// The keys of the ConfigMap that have an effect on requests.
    pub const KEYS;

    /// Default of the annotation ssl-redirect.
    ssl_redirect: bool = "ssl-redirect" [BOOL] Routing, default "true";
    /// Default of the annotation force-ssl-redirect.
    force_ssl_redirect: bool = "force-ssl-redirect" [BOOL] Routing, default "false";
    /// The status of redirects to https and from `www`.
    http_redirect_code: u16 = "http-redirect-code" [REDIRECT] Routing, default "308";
    /// Default of the annotation preserve-trailing-slash.
    preserve_trailing_slash: bool = "preserve-trailing-slash" [BOOL] Routing, default "false";
    /// Default of the annotation use-port-in-redirects.
    use_port_in_redirects: bool = "use-port-in-redirects" [BOOL] Routing, default "false";
    /// Locations of redirects that nginx makes are relative.
    relative_redirects: bool = "relative-redirects" [BOOL] Routing, default "false";
    /// Locations whose path begins so are not redirected to https.
    no_tls_redirect_locations: Vec<String> = "no-tls-redirect-locations" [LIST] Routing,
        default "/.well-known/acme-challenge";
    /// Locations whose path begins so ask for no authentication.
    no_auth_locations: Vec<String> = "no-auth-locations" [LIST] Protection, default "/.well-known/acme-challenge";
    /// Answers over https carry Strict-Transport-Security.
    hsts: bool = "hsts" [BOOL] Header, default "true";
    /// Seconds of Strict-Transport-Security.
    hsts_max_age: String = "hsts-max-age" [TEXT] Header, default "31536000";
    /// Strict-Transport-Security covers subdomains.
    hsts_include_subdomains: bool = "hsts-include-subdomains" [BOOL] Header, default "true";
    /// Strict-Transport-Security asks for preloading.
    hsts_preload: bool = "hsts-preload" [BOOL] Header, default "false";
    /// X-Forwarded-For, -Proto, -Host and -Port of the client are trusted.
    use_forwarded_headers: bool = "use-forwarded-headers" [BOOL] Routing, default "false";
    /// The client's address is taken from a header.
    enable_real_ip: bool = "enable-real-ip" [BOOL] Protection, default "false";
    /// Who is trusted to name the client's address.
    proxy_real_ip_cidr: Vec<String> = "proxy-real-ip-cidr" [LIST] Protection, default "0.0.0.0/0";
    /// The header that names the client's address.
    forwarded_for_header: String = "forwarded-for-header" [TEXT] Protection, default "X-Forwarded-For";
    /// The header that names the host the client asked for.
    forwarded_host_header: String = "forwarded-host-header" [TEXT] Header, default "X-Forwarded-Host";
    /// X-Forwarded-For is appended to instead of replaced.
    compute_full_forwarded_for: bool = "compute-full-forwarded-for" [BOOL] Header, default "false";
    /// Connections begin with the PROXY protocol.
    use_proxy_protocol: bool = "use-proxy-protocol" [BOOL] Routing, default "false";
    /// Default of the annotation allowlist-source-range.
    whitelist_source_range: Vec<String> = "whitelist-source-range" [LIST] Protection, default "";
    /// Default of the annotation denylist-source-range.
    denylist_source_range: Vec<String> = "denylist-source-range" [LIST] Protection, default "";
    /// Clients with these addresses get 403 everywhere.
    block_cidrs: Vec<String> = "block-cidrs" [LIST] Protection, default "";
    /// Requests with these User-Agents get 403 everywhere.
    block_user_agents: Vec<String> = "block-user-agents" [LIST] Protection, default "";
    /// Requests with these Referers get 403 everywhere.
    block_referers: Vec<String> = "block-referers" [LIST] Protection, default "";
    /// Default of the annotation proxy-body-size, in bytes.
    proxy_body_size: u64 = "proxy-body-size" [SIZE] Policy, default "1m";
    /// Default of the annotation client-body-buffer-size.
    client_body_buffer_size: String = "client-body-buffer-size" [TEXT] DropSafe, default "8k";
    /// The buffer for a request's header.
    client_header_buffer_size: String = "client-header-buffer-size" [TEXT] Policy, default "1k";
    /// The buffers for long request headers; longer ones get 414 or 400.
    large_client_header_buffers: String = "large-client-header-buffers" [TEXT] Policy, default "4 8k";
    /// Default of the annotation proxy-connect-timeout.
    proxy_connect_timeout: i64 = "proxy-connect-timeout" [INT] Policy, default "5";
    /// Default of the annotation proxy-send-timeout.
    proxy_send_timeout: i64 = "proxy-send-timeout" [INT] Policy, default "60";
    /// Default of the annotation proxy-read-timeout.
    proxy_read_timeout: i64 = "proxy-read-timeout" [INT] Policy, default "60";
    /// Default of the annotation proxy-next-upstream.
    proxy_next_upstream: String = "proxy-next-upstream" [TEXT] Policy, default "error timeout";
    /// Default of the annotation proxy-next-upstream-timeout.
    proxy_next_upstream_timeout: i64 = "proxy-next-upstream-timeout" [INT] Policy, default "0";
    /// Default of the annotation proxy-next-upstream-tries.
    proxy_next_upstream_tries: i64 = "proxy-next-upstream-tries" [INT] Policy, default "3";
    /// POST and the like are tried again, too.
    retry_non_idempotent: bool = "retry-non-idempotent" [BOOL] Policy, default "false";
    /// Default of the annotation proxy-buffering.
    proxy_buffering: bool = "proxy-buffering" [ON_OFF] DropSafe, default "off";
    /// Default of the annotation proxy-request-buffering.
    proxy_request_buffering: bool = "proxy-request-buffering" [ON_OFF] DropSafe, default "on";
    /// Default of the annotation proxy-buffer-size.
    proxy_buffer_size: String = "proxy-buffer-size" [TEXT] DropSafe, default "4k";
    /// Default of the annotation proxy-buffers-number.
    proxy_buffers_number: i64 = "proxy-buffers-number" [INT] DropSafe, default "4";
    /// Default of the annotation proxy-busy-buffers-size.
    proxy_busy_buffers_size: String = "proxy-busy-buffers-size" [TEXT] DropSafe, default "";
    /// Default of the annotation proxy-http-version.
    proxy_http_version: String = "proxy-http-version" [TEXT] Policy, default "1.1";
    /// Default of the annotation proxy-max-temp-file-size.
    proxy_max_temp_file_size: String = "proxy-max-temp-file-size" [TEXT] DropSafe, default "1024m";
    /// Default of the annotation proxy-redirect-from.
    proxy_redirect_from: String = "proxy-redirect-from" [TEXT] Header, default "off";
    /// Default of the annotation proxy-redirect-to.
    proxy_redirect_to: String = "proxy-redirect-to" [TEXT] Header, default "off";
    /// Default of the annotation proxy-cookie-path.
    proxy_cookie_path: String = "proxy-cookie-path" [TEXT] Header, default "off";
    /// Default of the annotation proxy-cookie-domain.
    proxy_cookie_domain: String = "proxy-cookie-domain" [TEXT] Header, default "off";
    /// Default of the annotation custom-http-errors.
    custom_http_errors: Vec<u16> = "custom-http-errors" [CODES] Policy, default "";
    /// Only nginx's own errors are replaced, not those of backends.
    disable_proxy_intercept_errors: bool = "disable-proxy-intercept-errors" [BOOL] Policy, default "false";
    /// Default of the annotation load-balance.
    load_balance: String = "load-balance" [TEXT] Policy, default "";
    /// Read by nobody: the annotation of this name has no default.
    upstream_hash_by: String = "upstream-hash-by" [TEXT] DropSafe, default "";
    /// Default of the annotation service-upstream.
    service_upstream: bool = "service-upstream" [BOOL] DropSafe, default "false";
    /// Default of the annotation limit-rate.
    limit_rate: i64 = "limit-rate" [INT] Policy, default "0";
    /// Default of the annotation limit-rate-after.
    limit_rate_after: i64 = "limit-rate-after" [INT] Policy, default "0";
    /// The status for requests over a limit.
    limit_req_status_code: i64 = "limit-req-status-code" [INT] Policy, default "503";
    /// The status for connections over a limit.
    limit_conn_status_code: i64 = "limit-conn-status-code" [INT] Policy, default "503";
    /// What connections are counted by.
    limit_conn_zone_variable: String = "limit-conn-zone-variable" [TEXT] Policy, default "$binary_remote_addr";
    /// Asked whether a request is let through, on every location without an auth-url of its own.
    global_auth_url: String = "global-auth-url" [ABSOLUTE_URL] Protection, default "";
    /// The method of the request to global-auth-url.
    global_auth_method: String = "global-auth-method" [TEXT] Protection, default "";
    /// Where a client is sent instead of a 401 of global-auth-url.
    global_auth_signin: String = "global-auth-signin" [ABSOLUTE_URL] Protection, default "";
    /// The query parameter of global-auth-signin that names the page to come back to.
    global_auth_signin_redirect_param: String = "global-auth-signin-redirect-param" [TEXT] Header, default "";
    /// Headers of global-auth-url's answer that backends get.
    global_auth_response_headers: Vec<String> = "global-auth-response-headers" [HEADERS] Header, default "";
    /// What X-Auth-Request-Redirect tells global-auth-url.
    global_auth_request_redirect: String = "global-auth-request-redirect" [TEXT] Header, default "";
    /// nginx configuration for the request to global-auth-url.
    global_auth_snippet: String = "global-auth-snippet" [TEXT] Protection, default "";
    /// The key under which answers of global-auth-url are cached.
    global_auth_cache_key: String = "global-auth-cache-key" [TEXT] Policy, default "";
    /// How long answers of global-auth-url are cached.
    global_auth_cache_duration: String = "global-auth-cache-duration" [TEXT] Policy, default "";
    /// Cookies of global-auth-url's answer are set on error pages, too.
    global_auth_always_set_cookie: bool = "global-auth-always-set-cookie" [BOOL] Header, default "false";
    /// The ConfigMap (`namespace/name`) with headers for every response.
    add_headers: String = "add-headers" [TEXT] Header, default "";
    /// The ConfigMap (`namespace/name`) with headers for every backend.
    proxy_set_headers: String = "proxy-set-headers" [TEXT] Header, default "";
    /// Response headers of backends that clients do not see.
    hide_headers: Vec<String> = "hide-headers" [LIST] Header, default "";
    /// The Server header of backends is passed on.
    allow_backend_server_header: bool = "allow-backend-server-header" [BOOL] Header, default "false";
    /// nginx names its version in the Server header.
    server_tokens: bool = "server-tokens" [BOOL] Header, default "false";
    /// Headers that the annotation custom-headers may set.
    global_allowed_response_headers: Vec<String> = "global-allowed-response-headers" [HEADERS] Header, default "";
    /// Request headers with `_` in their names are kept.
    enable_underscores_in_headers: bool = "enable-underscores-in-headers" [BOOL] Routing, default "false";
    /// Request headers with invalid names are left out.
    ignore_invalid_headers: bool = "ignore-invalid-headers" [BOOL] Header, default "true";
    /// Requests without X-Request-ID get one.
    generate_request_id: bool = "generate-request-id" [BOOL] Header, default "true";
    /// Backends see the request's URI in X-Original-Uri.
    proxy_add_original_uri_header: bool = "proxy-add-original-uri-header" [BOOL] Header, default "false";
    /// Snippets in annotations are used.
    allow_snippet_annotations: bool = "allow-snippet-annotations" [BOOL] Routing, default "false";
    /// Ingresses with an annotation above this risk are left out.
    annotations_risk_level: Risk = "annotations-risk-level" [RISK] Routing, default "High";
    /// Ingresses with one of these words (comma list) in an annotation are left out.
    annotation_value_word_blocklist: String = "annotation-value-word-blocklist" [TEXT] Routing, default "";
    /// Annotations may name Secrets and ConfigMaps of other namespaces.
    allow_cross_namespace_resources: bool = "allow-cross-namespace-resources" [BOOL] Protection, default "false";
    /// The admission webhook refuses unusual characters in paths of the types Exact and Prefix.
    strict_validate_path_type: bool = "strict-validate-path-type" [BOOL] DropSafe, default "true";
    /// nginx configuration outside of everything.
    main_snippet: String = "main-snippet" [TEXT] Routing, default "";
    /// nginx configuration for all hosts together.
    http_snippet: String = "http-snippet" [TEXT] Routing, default "";
    /// nginx configuration for each host.
    server_snippet: String = "server-snippet" [TEXT] Routing, default "";
    /// nginx configuration for each location.
    location_snippet: String = "location-snippet" [TEXT] Routing, default "";
    /// nginx configuration for TCP and UDP.
    stream_snippet: String = "stream-snippet" [TEXT] Routing, default "";
    /// TLS versions.
    ssl_protocols: String = "ssl-protocols" [TEXT] Policy, default "TLSv1.2 TLSv1.3";
    /// Ciphers.
    ssl_ciphers: String = "ssl-ciphers" [TEXT] Policy,
        default "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256";
    /// Curves for the key exchange.
    ssl_ecdh_curve: String = "ssl-ecdh-curve" [TEXT] Policy, default "auto";
    /// TLS 1.3 early data is taken.
    ssl_early_data: bool = "ssl-early-data" [BOOL] Policy, default "false";
    /// Handshakes for hosts that are not served are refused.
    ssl_reject_handshake: bool = "ssl-reject-handshake" [BOOL] Protection, default "false";
    /// HTTP/2 is spoken over https.
    use_http2: bool = "use-http2" [BOOL] Policy, default "true";
    /// Responses are compressed with gzip.
    use_gzip: bool = "use-gzip" [BOOL] Policy, default "false";
    /// Responses are compressed with brotli.
    enable_brotli: bool = "enable-brotli" [BOOL] Policy, default "false";
    /// The annotations proxy-ssl-* hold for their own locations only, not for the host.
    proxy_ssl_location_only: bool = "proxy-ssl-location-only" [BOOL] Policy, default "false";
    /// ModSecurity looks at every request.
    enable_modsecurity: bool = "enable-modsecurity" [BOOL] Protection, default "false";
    /// ModSecurity has the OWASP core rule set.
    enable_owasp_modsecurity_crs: bool = "enable-owasp-modsecurity-crs" [BOOL] Protection, default "false";
    /// Rules for ModSecurity.
    modsecurity_snippet: String = "modsecurity-snippet" [TEXT] Protection, default "";
    /// Requests are traced.
    enable_opentelemetry: bool = "enable-opentelemetry" [BOOL] DropSafe, default "false";
    /// Streams at once on one HTTP/2 connection.
    http2_max_concurrent_streams: i64 = "http2-max-concurrent-streams" [INT] Policy, default "128";
    /// Seconds that a connection may be idle between requests; 0 closes it after the first.
    keep_alive: i64 = "keep-alive" [INT] Policy, default "75";
    /// Requests on one connection.
    keep_alive_requests: i64 = "keep-alive-requests" [INT] Policy, default "1000";
    /// Requests and streams are not logged.
    disable_access_log: bool = "disable-access-log" [BOOL] Policy, default "false";
    /// Requests are not logged.
    disable_http_access_log: bool = "disable-http-access-log" [BOOL] Policy, default "false";
    /// What is logged of a request.
    log_format_upstream: String = "log-format-upstream" [TEXT] Policy,
        default "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id";
    /// Values in the log are escaped for JSON.
    log_format_escape_json: bool = "log-format-escape-json" [BOOL] DropSafe, default "false";
    /// Where requests are logged.
    access_log_path: String = "access-log-path" [TEXT] Policy, default "/var/log/nginx/access.log";
    /// Where requests are logged, and streams are not.
    http_access_log_path: String = "http-access-log-path" [TEXT] Policy, default "";
    /// Requests for these URLs are not logged.
    skip_access_log_urls: Vec<String> = "skip-access-log-urls" [LIST] Policy, default "";
    /// Where traces go.
    otlp_collector_host: String = "otlp-collector-host" [TEXT] DropSafe, default "";
    /// The port of otlp-collector-host.
    otlp_collector_port: String = "otlp-collector-port" [TEXT] DropSafe, default "4317";
    /// Which requests are traced.
    otel_sampler: String = "otel-sampler" [TEXT] DropSafe, default "AlwaysOn";
    /// The share of requests that a sampler by ratio traces.
    otel_sampler_ratio: String = "otel-sampler-ratio" [TEXT] DropSafe, default "0.01";
    /// A request that comes with a trace is sampled as its client decided.
    otel_sampler_parent_based: bool = "otel-sampler-parent-based" [BOOL] DropSafe, default "true";
    /// The name of the service in spans.
    otel_service_name: String = "otel-service-name" [TEXT] DropSafe, default "nginx";
    /// A request that comes with a trace is part of it.
    opentelemetry_trust_incoming_span: bool = "opentelemetry-trust-incoming-span" [BOOL] DropSafe, default "true";
    /// How long a TCP or UDP connection may be idle.
    proxy_stream_timeout: String = "proxy-stream-timeout" [TEXT] Policy, default "600s";
    /// How many datagrams answer one.
    proxy_stream_responses: i64 = "proxy-stream-responses" [INT] Policy, default "1";
    /// A TCP connection is tried on another endpoint.
    proxy_stream_next_upstream: bool = "proxy-stream-next-upstream" [BOOL] Policy, default "true";
    /// How long other endpoints of a TCP connection are tried.
    proxy_stream_next_upstream_timeout: String = "proxy-stream-next-upstream-timeout" [TEXT] Policy, default "600s";
    /// How many endpoints of a TCP connection are tried.
    proxy_stream_next_upstream_tries: i64 = "proxy-stream-next-upstream-tries" [INT] Policy, default "3";
}

/// Keys of the ConfigMap that no client or backend could tell apart: logs, workers, buffers, caches, tracing.
const QUIET_KEYS: &str = "\
    access-log-params bind-address brotli-level brotli-min-length brotli-types client-body-timeout \
    client-header-timeout debug-connections default-type disable-ipv6 \
    disable-ipv6-dns disable-stream-access-log enable-access-log-for-default-backend enable-aio-write \
    enable-auth-access-log enable-multi-accept enable-ocsp enable-serial-reloads enable-syslog error-log-level \
    error-log-path forwarded-for-proxy-protocol-header geoip2-autoreload-in-minutes grpc-buffer-size-kb \
    gzip-disable gzip-level gzip-min-length gzip-types \
    http2-max-field-size http2-max-header-size http2-max-requests \
    log-format-escape-none log-format-stream lua-shared-dicts \
    map-hash-bucket-size max-worker-connections max-worker-open-files nginx-status-ipv4-whitelist \
    nginx-status-ipv6-whitelist opentelemetry-config opentelemetry-operation-name \
    otel-max-export-batch-size otel-max-queuesize \
    otel-schedule-delay-millis \
    proxy-headers-hash-bucket-size proxy-headers-hash-max-size proxy-protocol-header-timeout \
    reuse-port server-name-hash-bucket-size server-name-hash-max-size ssl-buffer-size \
    ssl-dh-param ssl-session-cache ssl-session-cache-size ssl-session-ticket-key ssl-session-tickets \
    ssl-session-timeout stream-access-log-path syslog-host syslog-port upstream-keepalive-connections \
    upstream-keepalive-requests upstream-keepalive-time upstream-keepalive-timeout use-geoip2 \
    variables-hash-bucket-size variables-hash-max-size worker-cpu-affinity worker-processes \
    worker-shutdown-timeout";

/// Keys of the ConfigMap that the controller knows and that change nothing for requests.
pub fn quiet_keys() -> impl Iterator<Item = &'static str> {
    QUIET_KEYS.split_whitespace()
}

impl Config {
    /// The defaults of a version `(major, minor)`. Snippets were allowed until 1.9; annotations were not checked, Critical
    /// ones allowed and other namespaces open until 1.12 (changelog/controller-1.12.0.md).
    #[must_use]
    pub fn of_version(version: (u16, u16)) -> Self {
        let mut config = Self::default();
        if version < (1, 12) {
            config.flags.enable_annotation_validation = false;
            config.annotations_risk_level = Risk::Critical;
            config.allow_cross_namespace_resources = true;
            config.strict_validate_path_type = false;
        }
        config.allow_snippet_annotations = version < (1, 9);
        config
    }

    /// Reads the controller's ConfigMap over the defaults of the newest version.
    #[must_use]
    pub fn from_config_map(config_map: &Manifest, report: &mut Report) -> Self {
        Self::default().with_config_map(config_map, report)
    }

    /// Reads the controller's ConfigMap over what holds. Says which keys are unknown or refused, and writes down
    /// their fate and that of keys without effect; the others are in [`Config::each`].
    #[must_use]
    pub fn with_config_map(self, config_map: &Manifest, report: &mut Report) -> Self {
        let mut config = self;
        for item in config_map.node.get("data").map_or(&[][..], Node::entries) {
            let origin = Origin::field(&config_map.object, FieldPath::root().key("data").key(&item.key));
            let text = item.node.scalar_text().unwrap_or_default();
            match config.set(&item.key, &text) {
                Taken::Yes(entry) => {
                    config.origins.insert(entry.key, origin);
                }
                Taken::Refused(entry) => {
                    let message =
                        format!("the controller refuses `{}: {text}` and keeps `{}`", entry.key, entry.default);
                    let diagnostic = Diagnostic::new(Code::ConfigValueRefused, message);
                    report.push(diagnostic.at(&origin, format!("accepted: {}", entry.syntax)));
                    report.ledger.record(&origin, Fate::Invalid, Some(Code::ConfigValueRefused));
                }
                Taken::Unknown if quiet_keys().any(|key| key.eq_ignore_ascii_case(&item.key)) => {
                    report.ledger.record(&origin, Fate::Ignored, None);
                }
                Taken::Unknown => {
                    report.push(unknown_key(&item.key, &origin));
                    report.ledger.record(&origin, Fate::Ignored, Some(Code::ConfigKeyUnknown));
                }
            }
        }
        config
    }

    /// The keys that the ConfigMap sets, with their rows, by key.
    pub fn each(&self) -> impl Iterator<Item = (&'static ConfigEntry, &Origin)> {
        self.origins.iter().filter_map(|(key, origin)| Some((KEYS.iter().find(|entry| entry.key == *key)?, origin)))
    }

    /// Where the ConfigMap sets a key; `None` when the default holds.
    #[must_use]
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.origins.get(key)
    }
}

fn unknown_key(key: &str, origin: &Origin) -> Diagnostic {
    let known = KEYS.iter().map(|entry| entry.key).chain(quiet_keys());
    let diagnostic = Diagnostic::new(Code::ConfigKeyUnknown, format!("the controller knows no key `{key}`"));
    match suggestion(key, known) {
        Some(known) => diagnostic.at(origin, format!("did you mean `{known}`?")),
        None => diagnostic.at(origin, "has no effect"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_controllers_trust_more() {
        let [old, older] = [(1, 11), (1, 8)].map(Config::of_version);
        assert!(!old.flags.enable_annotation_validation && old.annotations_risk_level == Risk::Critical);
        assert!(!old.allow_snippet_annotations && older.allow_snippet_annotations);
        assert_eq!(Config::of_version((1, 15)), Config::default());
    }

    #[test]
    fn every_default_is_a_value() {
        let mut config = Config::default();
        for entry in KEYS {
            assert!(matches!(config.set(entry.key, entry.default), Taken::Yes(_)), "{}", entry.key);
        }
        assert_eq!(config, Config::default());
    }
}
