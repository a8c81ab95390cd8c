//! Every annotation of ingress-nginx v1.15.1, one row each. Families are the controller's parsers
//! (`internal/ingress/annotations/*/main.go`); rows stand in the order in which a parser reads them.

use super::choices::*;
use super::references::*;
use super::validators::*;
use crate::model::{BackendProtocol, Located};
use crate::source::annotation::annotations;

/// The prefix of the controller's annotations unless `--annotations-prefix` says otherwise.
pub const PREFIX: &str = "nginx.ingress.kubernetes.io";

annotations! {
    /// What the annotations of one Ingress say: those that the controller reads, accepts and acts on.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Settings {
        /// The paths of the Ingress answer 503, because an annotation is refused (controller.go, Denied; nginx.tmpl:1427).
        pub denied: Option<Located<String>>,
        /// The hosts of the Ingress answer 403, because the client CA cannot be read (controller.go, AuthTLSError).
        pub forbidden: Option<Located<String>>,
        /// Families that the controller runs without, because it refuses one annotation of them.
        pub lost: Vec<Located<&'static str>>,
    }

    family "rewrite" {
        /// Replaces the whole path that the backend sees; puts every path of the host into regex mode. A full URL
        /// answers with a redirect (302).
        rewrite_target: String = "rewrite-target" [CAPTURES] Medium Routing, default "off";
        /// Sends http requests to https when the host has a certificate.
        ssl_redirect: bool = "ssl-redirect" [BOOL] Low Routing, default "ConfigMap ssl-redirect (true)";
        /// Keeps the slash at the end of the path in the redirect to https.
        preserve_trailing_slash: bool = "preserve-trailing-slash" [BOOL] Medium Routing,
            default "ConfigMap preserve-trailing-slash (false)";
        /// Sends http requests to https even when the host has no certificate.
        force_ssl_redirect: bool = "force-ssl-redirect" [BOOL] Medium Routing,
            default "ConfigMap force-ssl-redirect (false)";
        /// Paths are regular expressions, for every path of the host.
        use_regex: bool = "use-regex" [BOOL] Low Routing, default "false";
        /// Redirects requests for `/` of the host to this path (302).
        app_root: String = "app-root" [APP_ROOT] Medium Routing, default "off";
    }
    family "redirect" {
        /// Redirects `www.host` to `host`, or the other way round, unless both are served (308).
        from_to_www_redirect: bool = "from-to-www-redirect" [BOOL] Low Routing, default "false", refused Skipped, empty Lost;
        /// Locations of redirects that nginx makes are relative.
        relative_redirects: bool = "relative-redirects" [BOOL] Low Routing,
            default "ConfigMap relative-redirects (false)", refused Skipped, empty Lost;
        /// Answers every request with a redirect to this URL; wins over permanent-redirect.
        temporal_redirect: String = "temporal-redirect" [URL] Medium Routing, default "off", refused Skipped, empty Lost;
        /// The status of temporal-redirect.
        temporal_redirect_code: u16 = "temporal-redirect-code" [TEMPORAL_CODE] Low Routing,
            default "302", refused Skipped, empty Lost, needs ToBeRead ["temporal-redirect"];
        /// Answers every request with a redirect to this URL.
        permanent_redirect: String = "permanent-redirect" [URL] Medium Routing,
            default "off", refused Skipped, empty Lost, needs Unless ["temporal-redirect"];
        /// The status of permanent-redirect.
        permanent_redirect_code: u16 = "permanent-redirect-code" [PERMANENT_CODE] Low Routing,
            default "301", refused Skipped, empty Lost,
            needs Unless ["temporal-redirect"], needs ToAct ["permanent-redirect"];
    }
    family "use-port-in-redirects" {
        /// The redirect to https names the port.
        use_port_in_redirects: bool = "use-port-in-redirects" [BOOL] Low Routing,
            default "ConfigMap use-port-in-redirects (false)";
    }
    family "alias" {
        /// Further names of the host. The oldest Ingress of the host that sets it wins.
        server_alias: Vec<String> = "server-alias" [SERVER_NAMES] High Routing, default "none", refused Skipped;
    }
    family "canary" {
        /// The Ingress takes a share of the requests of another one with the same host, path and path type.
        canary: bool = "canary" [BOOL] Low Routing, default "false";
        /// How many of canary-weight-total requests go to the canary.
        canary_weight: i64 = "canary-weight" [INT] Low Routing, default "0", needs ToAct ["canary"];
        /// The whole of which canary-weight is a part; below 100 it counts as 100.
        canary_weight_total: i64 = "canary-weight-total" [INT] Low Routing, default "100", needs ToAct ["canary"];
        /// The header that decides: `always` goes to the canary, `never` does not.
        canary_by_header: String = "canary-by-header" [BASIC] Medium Routing, default "none", needs ToAct ["canary"];
        /// The value of the header that goes to the canary, instead of `always` and `never`.
        canary_by_header_value: String = "canary-by-header-value" [BASIC] Medium Routing,
            default "none", needs ToAct ["canary"];
        /// The pattern (PCRE, unanchored) of the header's values that go to the canary.
        canary_by_header_pattern: String = "canary-by-header-pattern" [REGEX] Medium Routing,
            default "none", needs ToAct ["canary"];
        /// The cookie that decides: `always` goes to the canary, `never` does not.
        canary_by_cookie: String = "canary-by-cookie" [BASIC] Medium Routing, default "none", needs ToAct ["canary"];
    }
    family "ssl-passthrough" {
        /// Hands TLS to the backend unopened; needs `--enable-ssl-passthrough`.
        ssl_passthrough: bool = "ssl-passthrough" [BOOL] Low Routing, default "false", refused Skipped;
    }
    family "default-backend" {
        /// The Service that takes over when the path's own has no endpoints, and that serves error pages.
        default_backend: String = "default-backend" [SERVICE] Low Routing,
            default "the controller's default backend", refused Skipped;
    }

    family "basic-auth" {
        /// Asks for a password.
        auth_type: AuthKind = "auth-type" [AUTH_KIND] Low Protection, default "off", refused Skipped;
        /// How the Secret holds passwords.
        auth_secret_type: SecretKind = "auth-secret-type" [SECRET_KIND] Low Protection,
            default "auth-file", refused Skipped, needs ToBeRead ["auth-type"];
        /// The Secret with the passwords.
        auth_secret: Reference = "auth-secret" [SECRET] Medium Protection,
            default "required with auth-type", refused Denied, empty Denied, needs ToBeRead ["auth-type"];
        /// What the browser shows when it asks for the password.
        auth_realm: String = "auth-realm" [WORDS] Medium Header,
            default "empty", refused Skipped, needs ToBeRead ["auth-type"];
    }
    family "external-auth" {
        /// Asks this URL whether a request is let through: 2xx lets it, 401 and 403 are passed on.
        auth_url: String = "auth-url" [AUTH_URL] High Protection, default "off", refused Skipped;
        /// The method of the request to auth-url.
        auth_method: String = "auth-method" [METHOD] Low Protection,
            default "the request's own", refused Denied, needs ToBeRead ["auth-url"];
        /// Where a client is sent (302) instead of a 401.
        auth_signin: String = "auth-signin" [URL_VARIABLES] High Protection, default "off", needs ToBeRead ["auth-url"];
        /// The query parameter of auth-signin that names the page to come back to.
        auth_signin_redirect_param: String = "auth-signin-redirect-param" [URL_SPACED] Medium Header,
            default "rd", needs ToBeRead ["auth-url"];
        /// nginx configuration for the request to auth-url.
        auth_snippet: String = "auth-snippet" [SNIPPET] Critical Protection, default "none", needs ToBeRead ["auth-url"];
        /// The key under which answers of auth-url are cached.
        auth_cache_key: String = "auth-cache-key" [VARIABLES] Medium Policy, default "off", needs ToBeRead ["auth-url"];
        /// Idle connections kept to auth-url.
        auth_keepalive: i64 = "auth-keepalive" [INT] Low DropSafe, default "0", needs ToBeRead ["auth-url"];
        /// The request to auth-url shares nginx's variables.
        auth_keepalive_share_vars: bool = "auth-keepalive-share-vars" [BOOL] Low DropSafe,
            default "false", needs ToBeRead ["auth-url"];
        /// Requests to auth-url on one connection.
        auth_keepalive_requests: i64 = "auth-keepalive-requests" [INT] Low DropSafe,
            default "1000", needs ToBeRead ["auth-url"];
        /// Seconds for which an idle connection to auth-url is kept.
        auth_keepalive_timeout: i64 = "auth-keepalive-timeout" [INT] Low DropSafe,
            default "60", needs ToBeRead ["auth-url"];
        /// How long answers of auth-url are cached.
        auth_cache_duration: Vec<String> = "auth-cache-duration" [CACHE_DURATION] Medium Policy,
            default "200 202 401 5m", refused Lost, needs ToBeRead ["auth-url"];
        /// Headers of auth-url's answer that the backend gets.
        auth_response_headers: Vec<String> = "auth-response-headers" [AUTH_HEADERS] Medium Header,
            default "none", refused Denied, needs ToBeRead ["auth-url"];
        /// The ConfigMap with headers for the request to auth-url.
        auth_proxy_set_headers: Reference = "auth-proxy-set-headers" [CONFIG_MAP] Medium Header,
            default "none", needs ToBeRead ["auth-url"];
        /// What X-Auth-Request-Redirect tells auth-url.
        auth_request_redirect: String = "auth-request-redirect" [URL_SPACED] Medium Header,
            default "the request's URI", refused Lost, needs ToBeRead ["auth-url"];
        /// Cookies of auth-url's answer are set on error pages, too.
        auth_always_set_cookie: bool = "auth-always-set-cookie" [BOOL] Low Header,
            default "false", refused Lost, needs ToBeRead ["auth-url"];
    }
    family "global-auth" {
        /// The ConfigMap's global-auth-url is asked for this Ingress.
        enable_global_auth: bool = "enable-global-auth" [BOOL] Low Protection, default "true";
    }
    family "client-certificate" {
        /// The Secret with the CA of client certificates, for every path of the host.
        auth_tls_secret: Reference = "auth-tls-secret" [CLIENT_CA] Medium Protection, default "off", refused Skipped;
        /// Which clients must show a certificate.
        auth_tls_verify_client: VerifyClient = "auth-tls-verify-client" [VERIFY_CLIENT] Medium Protection,
            default "on", needs ToBeRead ["auth-tls-secret"];
        /// How long the chain of a client certificate may be.
        auth_tls_verify_depth: i64 = "auth-tls-verify-depth" [INT] Low Protection,
            default "1", needs ToBeRead ["auth-tls-secret"];
        /// Where a client without a valid certificate is sent.
        auth_tls_error_page: String = "auth-tls-error-page" [ERROR_PAGE] High Protection,
            default "400", refused Skipped, needs ToBeRead ["auth-tls-secret"];
        /// The backend gets the client certificate in a header.
        auth_tls_pass_certificate: bool = "auth-tls-pass-certificate-to-upstream" [BOOL] Low Header,
            default "false", refused Skipped, needs ToBeRead ["auth-tls-secret"];
        /// The subject that a client certificate must have; others get 403.
        auth_tls_match_cn: String = "auth-tls-match-cn" [COMMON_NAME] High Protection,
            default "any", refused Skipped, needs ToBeRead ["auth-tls-secret"];
    }
    family "allow-list" {
        /// Only clients with these addresses are let through; others get 403.
        allowlist_source_range: Vec<String> = "allowlist-source-range" [NETWORKS] Medium Protection,
            default "ConfigMap whitelist-source-range (all)", refused Denied, empty Denied,
            aliases ["whitelist-source-range"];
    }
    family "deny-list" {
        /// Clients with these addresses get 403; asked before the allow-list.
        denylist_source_range: Vec<String> = "denylist-source-range" [NETWORKS] Medium Protection,
            default "ConfigMap denylist-source-range (none)", refused Denied, empty Denied;
    }
    family "satisfy" {
        /// Whether the allow-list or authentication suffices, or both are needed.
        satisfy: Satisfy = "satisfy" [SATISFY] Low Protection, default "all";
    }
    family "modsecurity" {
        /// ModSecurity (a web application firewall) looks at requests.
        enable_modsecurity: bool = "enable-modsecurity" [BOOL] Low Protection,
            default "ConfigMap enable-modsecurity (false)";
        /// ModSecurity has the OWASP core rule set.
        enable_owasp_core_rules: bool = "enable-owasp-core-rules" [BOOL] Low Protection,
            default "ConfigMap enable-owasp-modsecurity-crs (false)";
        /// What ModSecurity calls a request in its log.
        modsecurity_transaction_id: String = "modsecurity-transaction-id" [VARIABLES] High DropSafe, default "none";
        /// Rules for ModSecurity.
        modsecurity_snippet: String = "modsecurity-snippet" [SNIPPET] Critical Protection, default "none";
    }

    family "backend-protocol" {
        /// What the backend speaks.
        backend_protocol: BackendProtocol = "backend-protocol" [BACKEND_PROTOCOL] Low Policy, default "HTTP";
    }
    family "proxy-ssl" {
        /// The Secret with the CA of the backend's certificate, and perhaps a certificate for the backend.
        proxy_ssl_secret: Reference = "proxy-ssl-secret" [PROXY_SECRET] Medium Policy, default "off", refused Skipped;
        /// The ciphers towards the backend.
        proxy_ssl_ciphers: String = "proxy-ssl-ciphers" [PROXY_CIPHERS] Medium Policy,
            default "DEFAULT", needs ToBeRead ["proxy-ssl-secret"];
        /// The TLS versions towards the backend.
        proxy_ssl_protocols: String = "proxy-ssl-protocols" [PROXY_PROTOCOLS] Low Policy,
            default "TLSv1.2", needs ToBeRead ["proxy-ssl-secret"];
        /// The name in the backend's certificate, also sent as SNI.
        proxy_ssl_name: String = "proxy-ssl-name" [SERVER_NAME] High Policy,
            default "the backend's own", needs ToBeRead ["proxy-ssl-secret"];
        /// The backend's certificate is checked.
        proxy_ssl_verify: bool = "proxy-ssl-verify" [ON_OFF] Low Policy, default "off", needs ToBeRead ["proxy-ssl-secret"];
        /// How long the chain of the backend's certificate may be.
        proxy_ssl_verify_depth: i64 = "proxy-ssl-verify-depth" [INT] Low Policy,
            default "1", needs ToBeRead ["proxy-ssl-secret"];
        /// The backend is sent a server name (SNI).
        proxy_ssl_server_name: bool = "proxy-ssl-server-name" [ON_OFF] Low Policy,
            default "off", needs ToBeRead ["proxy-ssl-secret"];
    }
    family "cors" {
        /// Sends CORS headers and answers OPTIONS requests.
        enable_cors: bool = "enable-cors" [BOOL] Low Policy, default "false";
        /// Origins that are allowed. An empty list (no usable origin) switches CORS off.
        cors_allow_origin: Vec<String> = "cors-allow-origin" [CORS_ORIGINS] Medium Policy,
            default "*", needs ToAct ["enable-cors"];
        /// Request headers that are allowed.
        cors_allow_headers: Vec<String> = "cors-allow-headers" [CORS_HEADERS] Medium Policy,
            default "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization",
            needs ToAct ["enable-cors"];
        /// Methods that are allowed.
        cors_allow_methods: Vec<String> = "cors-allow-methods" [CORS_METHODS] Medium Policy,
            default "GET, PUT, POST, DELETE, PATCH, OPTIONS", needs ToAct ["enable-cors"];
        /// Cookies and credentials are allowed.
        cors_allow_credentials: bool = "cors-allow-credentials" [BOOL] Low Policy,
            default "true", needs ToAct ["enable-cors"];
        /// Response headers that scripts may read.
        cors_expose_headers: Vec<String> = "cors-expose-headers" [CORS_EXPOSED] Medium Policy,
            default "none", needs ToAct ["enable-cors"];
        /// Seconds for which a preflight is cached.
        cors_max_age: i64 = "cors-max-age" [INT] Low Policy, default "1728000", needs ToAct ["enable-cors"];
    }
    family "proxy" {
        /// Seconds to connect to the backend.
        proxy_connect_timeout: i64 = "proxy-connect-timeout" [INT] Low Policy,
            default "ConfigMap proxy-connect-timeout (5)";
        /// Seconds between two writes to the backend.
        proxy_send_timeout: i64 = "proxy-send-timeout" [INT] Low Policy, default "ConfigMap proxy-send-timeout (60)";
        /// Seconds between two reads from the backend.
        proxy_read_timeout: i64 = "proxy-read-timeout" [INT] Low Policy, default "ConfigMap proxy-read-timeout (60)";
        /// How many buffers hold a response.
        proxy_buffers_number: i64 = "proxy-buffers-number" [INT] Low DropSafe,
            default "ConfigMap proxy-buffers-number (4)";
        /// The buffer for a response's headers; larger headers give 502.
        proxy_buffer_size: String = "proxy-buffer-size" [SIZE] Low DropSafe, default "ConfigMap proxy-buffer-size (4k)";
        /// How much of a response may wait to be sent.
        proxy_busy_buffers_size: String = "proxy-busy-buffers-size" [SIZE] Low DropSafe,
            default "ConfigMap proxy-busy-buffers-size (unset)";
        /// Rewrites the path of the backend's cookies.
        proxy_cookie_path: String = "proxy-cookie-path" [URL_SPACED] Medium Header,
            default "ConfigMap proxy-cookie-path (off)";
        /// Rewrites the domain of the backend's cookies.
        proxy_cookie_domain: String = "proxy-cookie-domain" [BASIC] Medium Header,
            default "ConfigMap proxy-cookie-domain (off)";
        /// Bytes of the largest request body; larger ones get 413. 0 lifts the limit.
        proxy_body_size: u64 = "proxy-body-size" [BODY_SIZE] Medium Policy, default "ConfigMap proxy-body-size (1m)";
        /// When a request is tried on another endpoint.
        proxy_next_upstream: Vec<String> = "proxy-next-upstream" [NEXT_UPSTREAM] Medium Policy,
            default "ConfigMap proxy-next-upstream (error timeout)";
        /// Seconds in which other endpoints are tried; 0 for no end.
        proxy_next_upstream_timeout: i64 = "proxy-next-upstream-timeout" [INT] Low Policy,
            default "ConfigMap proxy-next-upstream-timeout (0)";
        /// How many endpoints are tried in all.
        proxy_next_upstream_tries: i64 = "proxy-next-upstream-tries" [INT] Low Policy,
            default "ConfigMap proxy-next-upstream-tries (3)";
        /// The whole request body is read before the backend gets it.
        proxy_request_buffering: bool = "proxy-request-buffering" [SWITCH] Low DropSafe,
            default "ConfigMap proxy-request-buffering (on)";
        /// What is replaced in the backend's Location and Refresh headers.
        proxy_redirect_from: String = "proxy-redirect-from" [URL_SPACED] Medium Header,
            default "ConfigMap proxy-redirect-from (off)";
        /// What replaces proxy-redirect-from.
        proxy_redirect_to: String = "proxy-redirect-to" [URL_SPACED] Medium Header,
            default "ConfigMap proxy-redirect-to (off)";
        /// The response is read as fast as the backend sends it.
        proxy_buffering: bool = "proxy-buffering" [SWITCH] Low DropSafe, default "ConfigMap proxy-buffering (off)";
        /// The version of HTTP towards the backend.
        proxy_http_version: HttpVersion = "proxy-http-version" [HTTP_VERSION] Low Policy,
            default "ConfigMap proxy-http-version (1.1)";
        /// How much of a response may wait on disk.
        proxy_max_temp_file_size: String = "proxy-max-temp-file-size" [SIZE] Low DropSafe,
            default "ConfigMap proxy-max-temp-file-size (1024m)";
    }
    family "client-body-buffer-size" {
        /// The buffer for a request's body.
        client_body_buffer_size: String = "client-body-buffer-size" [SIZE] Low DropSafe,
            default "ConfigMap client-body-buffer-size (8k)", refused Skipped;
    }
    family "rate-limit" {
        /// Kilobytes a second of one response.
        limit_rate: i64 = "limit-rate" [INT] Low Policy, default "ConfigMap limit-rate (0)";
        /// Kilobytes of a response before limit-rate begins.
        limit_rate_after: i64 = "limit-rate-after" [INT] Low Policy, default "ConfigMap limit-rate-after (0)";
        /// Requests a minute of one client address; more get 503.
        limit_rpm: i64 = "limit-rpm" [INT] Low Policy, default "0", refused Skipped;
        /// Requests a second of one client address; more get 503.
        limit_rps: i64 = "limit-rps" [INT] Low Policy, default "0", refused Skipped;
        /// Connections of one client address; more get 503.
        limit_connections: i64 = "limit-connections" [INT] Low Policy, default "0", refused Skipped;
        /// How many times the limit a burst may be.
        limit_burst_multiplier: i64 = "limit-burst-multiplier" [INT] Low Policy,
            default "5", needs ToAct ["limit-rpm", "limit-rps"];
        /// Client addresses without limits.
        limit_allowlist: Vec<String> = "limit-allowlist" [NETWORKS] Low Policy,
            default "none", refused Skipped, needs ToAct ["limit-rpm", "limit-rps", "limit-connections"],
            aliases ["limit-whitelist"];
    }
    family "session-affinity" {
        /// Requests of one client go to one endpoint, for the whole Service.
        affinity: AffinityKind = "affinity" [AFFINITY] Low Policy, default "off";
        /// What becomes of sessions when endpoints are added.
        affinity_mode: AffinityMode = "affinity-mode" [AFFINITY_MODE] Medium Policy,
            default "balanced", needs ToAct ["affinity"];
        /// Whether a client that reached the canary stays there.
        affinity_canary_behavior: CanaryBehavior = "affinity-canary-behavior" [CANARY_BEHAVIOR] Low Policy,
            default "sticky";
        /// The name of the cookie.
        session_cookie_name: String = "session-cookie-name" [BASIC] Medium Policy,
            default "INGRESSCOOKIE", needs ToBeRead ["affinity"];
        /// The cookie's Expires, in seconds from now.
        session_cookie_expires: i64 = "session-cookie-expires" [EXPIRES] Medium Policy,
            default "none", needs ToBeRead ["affinity"];
        /// The cookie's Max-Age in seconds.
        session_cookie_max_age: i64 = "session-cookie-max-age" [MAX_AGE] Medium Policy,
            default "none", needs ToBeRead ["affinity"];
        /// The cookie's Path.
        session_cookie_path: String = "session-cookie-path" [URL_SPACED] Medium Policy,
            default "the Ingress's path", needs ToBeRead ["affinity"];
        /// The cookie's Domain.
        session_cookie_domain: String = "session-cookie-domain" [BASIC] Medium Policy,
            default "none", needs ToBeRead ["affinity"];
        /// The cookie's SameSite.
        session_cookie_samesite: SameSite = "session-cookie-samesite" [SAME_SITE] Low Policy,
            default "none", needs ToBeRead ["affinity"];
        /// The cookie is Secure over http, too.
        session_cookie_secure: bool = "session-cookie-secure" [BOOL] Low Policy,
            default "with https", needs ToBeRead ["affinity"];
        /// SameSite=None is left out for browsers that cannot read it.
        session_cookie_conditional_samesite_none: bool = "session-cookie-conditional-samesite-none" [BOOL] Low Policy,
            default "false", needs ToBeRead ["affinity"];
        /// The client is moved when its endpoint fails.
        session_cookie_change_on_failure: bool = "session-cookie-change-on-failure" [BOOL] Low Policy,
            default "false", needs ToBeRead ["affinity"];
    }
    family "load-balance" {
        /// How an endpoint is chosen. The oldest Ingress that names the Service wins.
        load_balance: LoadBalance = "load-balance" [LOAD_BALANCE] Low Policy,
            default "ConfigMap load-balance (round_robin)", refused Skipped;
    }
    family "upstream-hash-by" {
        /// Chooses the endpoint by the hash of this text. The oldest Ingress that names the Service wins.
        upstream_hash_by: String = "upstream-hash-by" [VARIABLES] High Policy, default "off", refused Skipped, empty Lost;
        /// The hash chooses a subset of the endpoints.
        upstream_hash_by_subset: bool = "upstream-hash-by-subset" [BOOL] Low Policy,
            default "false", refused Skipped, empty Lost, needs ToAct ["upstream-hash-by"];
        /// How many endpoints a subset has.
        upstream_hash_by_subset_size: i64 = "upstream-hash-by-subset-size" [INT] Low Policy,
            default "3", refused Skipped, empty Lost, needs ToAct ["upstream-hash-by-subset"];
    }
    family "service-upstream" {
        /// Requests go to the Service's address instead of its endpoints.
        service_upstream: bool = "service-upstream" [BOOL] Low DropSafe, default "ConfigMap service-upstream (false)";
    }
    family "mirror" {
        /// The copies have the request's body.
        mirror_request_body: bool = "mirror-request-body" [ON_OFF] Low Policy,
            default "on", needs ToAct ["mirror-target"];
        /// Sends a copy of each request to this URL.
        mirror_target: String = "mirror-target" [SERVER_NAME] High Policy, default "off";
        /// The Host header of the copies.
        mirror_host: String = "mirror-host" [SERVER_NAME] High Policy,
            default "the host of mirror-target", needs ToAct ["mirror-target"];
    }
    family "custom-http-errors" {
        /// Answers of the backend with these statuses are replaced by the default backend's.
        custom_http_errors: Vec<u16> = "custom-http-errors" [ERROR_CODES] Low Policy,
            default "ConfigMap custom-http-errors (none)", refused Skipped;
    }
    family "disable-proxy-intercept-errors" {
        /// Only nginx's own errors are replaced, not the backend's.
        disable_proxy_intercept_errors: bool = "disable-proxy-intercept-errors" [BOOL] Low Policy, default "false";
    }
    family "fastcgi" {
        /// The file that FastCGI runs for a path that ends in a slash.
        fastcgi_index: String = "fastcgi-index" [FILE_NAME] Medium Policy, default "none", refused Skipped;
        /// The ConfigMap with FastCGI's parameters.
        fastcgi_params_configmap: Reference = "fastcgi-params-configmap" [LOCAL_CONFIG_MAP] Medium Policy,
            default "none", refused Skipped;
    }
    family "ssl-ciphers" {
        /// The server's order of ciphers counts.
        ssl_prefer_server_ciphers: bool = "ssl-prefer-server-ciphers" [BOOL] Low Policy, default "on";
        /// The ciphers of the host. The oldest Ingress of the host that sets them wins.
        ssl_ciphers: String = "ssl-ciphers" [CIPHERS] Low Policy, default "ConfigMap ssl-ciphers", refused Skipped;
    }

    family "upstream-vhost" {
        /// The Host header that the backend sees.
        upstream_vhost: String = "upstream-vhost" [SERVER_NAME] Low Header, default "the request's", refused Skipped;
    }
    family "x-forwarded-prefix" {
        /// The X-Forwarded-Prefix header that the backend sees.
        x_forwarded_prefix: String = "x-forwarded-prefix" [CAPTURES_SPACED] Medium Header,
            default "none", refused Skipped, needs ToAct ["rewrite-target"];
    }
    family "custom-headers" {
        /// The ConfigMap with headers for responses, as far as global-allowed-response-headers allows them.
        custom_headers: Reference = "custom-headers" [CONFIG_MAP] Medium Header, default "none";
    }
    family "connection" {
        /// The Connection header that the backend sees.
        connection_proxy_header: String = "connection-proxy-header" [CONNECTION] Low Header,
            default "keep-alive, or upgrade", refused Skipped;
    }

    family "configuration-snippet" {
        /// nginx configuration for the Ingress's locations.
        configuration_snippet: String = "configuration-snippet" [SNIPPET] Critical Routing, default "none";
    }
    family "server-snippet" {
        /// nginx configuration for the host. The oldest Ingress of the host wins.
        server_snippet: String = "server-snippet" [SNIPPET] Critical Routing, default "none";
    }
    family "stream-snippet" {
        /// nginx configuration for TCP and UDP.
        stream_snippet: String = "stream-snippet" [SNIPPET] Critical Routing, default "none";
    }

    family "logs" {
        /// Requests are logged.
        enable_access_log: bool = "enable-access-log" [BOOL] Low DropSafe, default "true";
        /// Rewrites are logged.
        enable_rewrite_log: bool = "enable-rewrite-log" [BOOL] Low DropSafe, default "false";
    }
    family "opentelemetry" {
        /// Requests are traced.
        enable_opentelemetry: bool = "enable-opentelemetry" [BOOL] Low DropSafe,
            default "ConfigMap enable-opentelemetry (false)";
        /// Spans of the client are continued.
        opentelemetry_trust_incoming_span: bool = "opentelemetry-trust-incoming-span" [BOOL] Low DropSafe,
            default "ConfigMap opentelemetry-trust-incoming-span (true)", needs ToBeRead ["enable-opentelemetry"];
        /// The name of the spans.
        opentelemetry_operation_name: String = "opentelemetry-operation-name" [OPERATION] Medium DropSafe,
            default "ConfigMap opentelemetry-operation-name (none)", refused Skipped,
            needs ToBeRead ["enable-opentelemetry"];
    }
    family "http2-push-preload" {
        /// Preload links are pushed; nginx no longer knows how.
        http2_push_preload: bool = "http2-push-preload" [BOOL] Low DropSafe, default "false", refused Skipped;
    }
}
