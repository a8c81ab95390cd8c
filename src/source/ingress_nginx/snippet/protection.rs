//! What the loss of a directive may open.

use super::parse::{Directive, parse};

/// Directives that let no request through and keep none out: their loss changes how answers look or how fast they come.
const HARMLESS: &[&str] = &[
    "access_log",
    "add_header",
    "auth_request_set",
    "charset",
    "chunked_transfer_encoding",
    "client_max_body_size",
    "default_type",
    "error_log",
    "error_page",
    "etag",
    "expires",
    "keepalive_requests",
    "keepalive_timeout",
    "large_client_header_buffers",
    "limit_rate",
    "limit_rate_after",
    "log_not_found",
    "more_clear_headers",
    "more_clear_input_headers",
    "more_set_headers",
    "more_set_input_headers",
    "resolver",
    "resolver_timeout",
    "rewrite_log",
    "send_timeout",
    "sendfile",
    "server_tokens",
    "tcp_nodelay",
    "tcp_nopush",
    "underscores_in_headers",
];

/// The same, by how their names begin.
const HARMLESS_FAMILIES: &[&str] = &[
    "brotli",
    "client_body_",
    "client_header_",
    "gzip",
    "http2_",
    "opentelemetry",
    "opentracing",
    "proxy_buffer",
    "proxy_busy_",
    "proxy_cache",
    "proxy_connect_timeout",
    "proxy_cookie_",
    "proxy_force_ranges",
    "proxy_hide_header",
    "proxy_http_version",
    "proxy_ignore_",
    "proxy_intercept_errors",
    "proxy_max_temp_",
    "proxy_next_upstream",
    "proxy_no_cache",
    "proxy_pass_header",
    "proxy_read_timeout",
    "proxy_redirect",
    "proxy_request_buffering",
    "proxy_send_timeout",
    "proxy_socket_keepalive",
    "proxy_ssl_",
    "proxy_temp_",
    "sub_filter",
];

/// Beginnings of variables that say nothing but what the client sent or where it is: whoever is behind loses nothing by
/// not being told.
const OF_THE_REQUEST: &[&str] = &[
    "$host",
    "$http_",
    "$remote_",
    "$proxy_add_x_forwarded_for",
    "$scheme",
    "$pass_",
    "$request",
    "$req_id",
    "$server_",
    "$best_http_host",
    "$the_real_ip",
    "$connection_upgrade",
    "$uri",
    "$args",
    "$arg_",
    "$cookie_",
    "$is_args",
    "$realip_",
    "$namespace",
    "$ingress_name",
    "$service_name",
    "$msec",
    "$time_",
];

/// Whether the loss of a directive may let more through. What is not known is taken to protect.
pub(super) fn may_protect(directive: &Directive) -> bool {
    let name = directive.name.as_str();
    match (name, directive.words().as_slice()) {
        // A header of the client would take the place of one that nginx sets from elsewhere.
        ("proxy_set_header" | "more_set_input_headers", words) => {
            let variables = words.iter().flat_map(|word| word.match_indices('$').filter_map(|(at, _)| word.get(at..)));
            variables
                .map(|variable| variable.replacen("${", "$", 1))
                .any(|variable| !OF_THE_REQUEST.iter().any(|known| variable.starts_with(known)))
        }
        // A variable does nothing by itself, but for those that the controller routes by.
        ("set", [variable, ..]) => ["$proxy_", "$location_", "$balancer_"].iter().any(|own| variable.starts_with(own)),
        ("if", _) => directive.block.iter().flatten().any(may_protect),
        _ => !HARMLESS.contains(&name) && !HARMLESS_FAMILIES.iter().any(|family| name.starts_with(family)),
    }
}

/// Whether a snippet of the ConfigMap may keep requests from backends.
pub(in super::super) fn may_close(text: &str) -> bool {
    match parse(text) {
        Ok(directives) => directives.iter().any(may_protect),
        Err(_) => true,
    }
}
