//! The controller's access log and tracing, from its ConfigMap.

use std::collections::BTreeMap;

use super::config::Config;
use super::hosts::nowhere;
use crate::model::{EVERY_REQUEST, Located, LogFormat, LogLine, Tracer, nginx_variable};

/// Variables of nginx, what Envoy writes for them, and how that is something else. Envoy 1.40 takes all of these operators.
const OPERATORS: &[(&str, &str, Option<&str>)] = &[
    ("remote_addr", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", None),
    ("the_real_ip", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", None),
    ("realip_remote_addr", "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%", None),
    ("remote_port", "%DOWNSTREAM_REMOTE_PORT%", None),
    ("server_addr", "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%", None),
    ("server_port", "%DOWNSTREAM_LOCAL_PORT%", Some(PORTS)),
    ("connection", "%CONNECTION_ID%", None),
    ("hostname", "%HOSTNAME%", None),
    ("time_local", "%START_TIME(%d/%b/%Y:%H:%M:%S %z)%", Some(START)),
    ("time_iso8601", "%START_TIME(%Y-%m-%dT%H:%M:%S%Ez)%", Some(START)),
    ("msec", "%START_TIME(%s.%3f)%", Some(START)),
    ("request", "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%", None),
    ("request_method", "%REQ(:METHOD)%", None),
    ("request_uri", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%", None),
    ("server_protocol", "%PROTOCOL%", None),
    ("scheme", "%REQ(:SCHEME)%", None),
    ("host", "%REQ(:AUTHORITY)%", None),
    ("http_host", "%REQ(:AUTHORITY)%", None),
    ("best_http_host", "%REQ(:AUTHORITY)%", None),
    ("request_id", "%REQ(X-REQUEST-ID)%", None),
    ("req_id", "%REQ(X-REQUEST-ID)%", None),
    ("request_length", "%DOWNSTREAM_WIRE_BYTES_RECEIVED%", None),
    ("request_time", "%DURATION%", Some("`$request_time` is in milliseconds, not in seconds")),
    ("status", "%RESPONSE_CODE%", None),
    ("body_bytes_sent", "%BYTES_SENT%", None),
    ("bytes_sent", "%DOWNSTREAM_WIRE_BYTES_SENT%", None),
    ("upstream_addr", "%UPSTREAM_HOST%", Some("`$upstream_addr` is the last endpoint that was tried, not all of them")),
    ("ssl_protocol", "%DOWNSTREAM_TLS_VERSION%", None),
    ("ssl_cipher", "%DOWNSTREAM_TLS_CIPHER%", None),
    ("ssl_server_name", "%REQUESTED_SERVER_NAME%", None),
    ("ssl_client_s_dn", "%DOWNSTREAM_PEER_SUBJECT%", None),
    ("ssl_client_i_dn", "%DOWNSTREAM_PEER_ISSUER%", None),
    ("ssl_client_serial", "%DOWNSTREAM_PEER_SERIAL%", None),
];

const START: &str = "times are those at which a request begins, not at which it is logged";
const PORTS: &str = "ports are those of the proxy's Pod, not of its Service";

/// `log-format-upstream`, where the ConfigMap sets it (template.go, buildLogFormatUpstream).
pub(super) fn log_format(config: &Config) -> Option<Located<LogFormat>> {
    let origin = config.origin("log-format-upstream")?;
    if config.log_format_upstream.is_empty() || config.same(&Config::default(), "log-format-upstream") {
        return None;
    }
    let format = Translator::default().format(&config.log_format_upstream, config.log_format_escape_json);
    Some(Located::new(format, origin.clone()))
}

#[derive(Default)]
struct Translator {
    differences: Vec<String>,
}

impl Translator {
    fn format(mut self, text: &str, escaped: bool) -> LogFormat {
        let line = match object(text) {
            Some(fields) => {
                self.differ("numbers have no quotes, and what is not there is `null`");
                LogLine::Json(fields.into_iter().map(|(name, value)| (name, self.translated(&value))).collect())
            }
            None => {
                if escaped {
                    self.differ("values are not escaped for JSON");
                }
                LogLine::Text(format!("{}\n", self.translated(text)))
            }
        };
        LogFormat { line, differences: self.differences }
    }

    /// A text with Envoy's operators in the place of nginx's variables. What has none is logged as nginx logs what is not
    /// there.
    fn translated(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(&before.replace('%', "%%"));
            let (name, behind) = nginx_variable(after);
            rest = behind;
            match self.operator(name) {
                Some(operator) => out.push_str(&operator),
                None => {
                    self.differ(format!("`${name}` has no equal in Envoy: `-` is logged"));
                    out.push('-');
                }
            }
        }
        out + &rest.replace('%', "%%")
    }

    fn operator(&mut self, name: &str) -> Option<String> {
        if let Some((_, operator, difference)) = OPERATORS.iter().find(|(known, ..)| *known == name) {
            difference.iter().for_each(|difference| self.differ(*difference));
            return Some((*operator).to_owned());
        }
        let header = |name: &str| name.replace('_', "-").to_ascii_uppercase();
        let sent = name.strip_prefix("sent_http_").map(|name| format!("%RESP({})%", header(name)));
        sent.or_else(|| name.strip_prefix("http_").map(|name| format!("%REQ({})%", header(name))))
    }

    fn differ(&mut self, difference: impl Into<String>) {
        let difference = difference.into();
        if !self.differences.contains(&difference) {
            self.differences.push(difference);
        }
    }
}

/// A flat JSON object. Variables may stand in it without quotes, as numbers do.
fn object(text: &str) -> Option<BTreeMap<String, String>> {
    let quoted = with_quotes(text);
    let fields: BTreeMap<String, serde_json::Value> = serde_json::from_str(&quoted).ok()?;
    let scalar = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(bool) => Some(bool.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    };
    fields.into_iter().map(|(name, value)| Some((name, scalar(value)?))).collect()
}

/// A text in which variables outside of quotes are put into some.
fn with_quotes(text: &str) -> String {
    let mut out = String::new();
    let (mut quoted, mut escaped) = (false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let behind = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == '$' && !quoted {
            let (name, after) = nginx_variable(behind);
            out.push_str(&format!("\"${{{name}}}\""));
            rest = after;
            continue;
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        out.push(c);
        rest = behind;
    }
    out
}

/// Where spans go, and the share of requests that begin a trace. A request that comes with a trace is part of it or not as
/// its client decided, which is what nginx does unless `otel-sampler-parent-based` or `opentelemetry-trust-incoming-span`
/// is off.
pub(super) fn tracer(config: &Config) -> Option<Located<Tracer>> {
    let origin = config.origin("otlp-collector-host").filter(|_| !config.otlp_collector_host.is_empty())?;
    let service = Some(config.otel_service_name.clone()).filter(|name| !name.is_empty());
    let port = config.otlp_collector_port.parse().ok()?;
    Some(Located::new(Tracer { host: config.otlp_collector_host.clone(), port, service }, origin.clone()))
}

/// How many of the traced requests begin a trace, in a million.
pub(super) fn sampling(config: &Config) -> Option<Located<u32>> {
    let origin = ["otel-sampler", "otel-sampler-ratio"].iter().find_map(|key| config.origin(key));
    let share = match config.otel_sampler.as_str() {
        "AlwaysOff" => 0,
        "TraceIdRatioBased" => {
            let ratio = config.otel_sampler_ratio.parse::<f64>().ok().filter(|ratio| (0.0..=1.0).contains(ratio))?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a million")]
            let share = (ratio * f64::from(EVERY_REQUEST)).round() as u32;
            share
        }
        _ => EVERY_REQUEST,
    };
    (share != EVERY_REQUEST).then(|| Located::new(share, origin.cloned().unwrap_or_else(nowhere)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(format: &str) -> (String, Vec<String>) {
        let LogFormat { line, differences } = Translator::default().format(format, false);
        match line {
            LogLine::Text(text) => (text, differences),
            LogLine::Json(fields) => (format!("{fields:?}"), differences),
        }
    }

    #[test]
    fn variables_become_operators_and_texts_stay() {
        let (line, differences) = text("$remote_addr 100% \"${http_user_agent}\" $status$sent_http_x_id");
        assert_eq!(
            line,
            "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% 100%% \"%REQ(USER-AGENT)%\" %RESPONSE_CODE%%RESP(X-ID)%\n"
        );
        assert_eq!(differences, Vec::<String>::new());
    }

    #[test]
    fn what_has_no_equal_is_said() {
        let (line, differences) = text("$remote_user $proxy_upstream_name $request_time $remote_user");
        assert_eq!(line, "- - %DURATION% -\n");
        assert_eq!(differences.len(), 3, "{differences:?}");
    }

    #[test]
    fn flat_objects_are_json() {
        let (line, _) = text(r#"{"status": $status, "path": "$request_uri", "n": 1}"#);
        assert_eq!(line, r#"{"n": "1", "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%", "status": "%RESPONSE_CODE%"}"#);
        let (line, _) = text(r#"{"a": {"b": "$status"}}"#);
        assert_eq!(line, "{\"a\": {\"b\": \"%RESPONSE_CODE%\"}}\n");
    }
}
