//! BackendTrafficPolicy: how backends are spoken to, and what one client may ask for.

use serde_json::Value;

use super::fields::Fields;
use super::{Settings, filter, proxy, quantity, retry};
use crate::model::{
    Affinity, Balance, Bandwidth, CircuitBreaker, ErrorAnswer, ErrorPage, Fault, HashKey, LimitedBy, Located,
    OutlierDetection, Policies, RateLimits, RequestLimit, TimeUnit, Timeouts,
};
use crate::source::gateway_api::objects::Objects;

const KIND: &str = "BackendTrafficPolicy";

/// Reads a policy into settings.
pub(super) fn read(mut fields: Fields, objects: &Objects, settings: &mut Settings) {
    let policies = &mut settings.policies;
    fault(&mut fields, policies);
    timeouts(&mut fields, policies);
    retry::read(&mut fields, policies);
    rate_limits(&mut fields, policies, &mut settings.configuration);
    circuit_breaker(&mut fields, policies);
    outlier_detection(&mut fields, policies);
    balance(&mut fields, policies);
    error_pages(&mut fields, objects, policies);
    compression(&mut fields, policies);
    bandwidth(&mut fields, policies);
    tracing(&mut fields, policies);
    let origin = fields.origin("requestBuffer");
    policies.request_buffer = fields.bytes("requestBuffer.limit").map(|bytes| Located::new(bytes, origin));
    let refuses = |field: &str| matches!(field, "rateLimit" | "admissionControl" | "requestBuffer");
    policies.foreign.extend(fields.foreign(KIND, refuses));
}

/// How many requests begin a trace.
fn tracing(fields: &mut Fields, policies: &mut Policies) {
    let origin = fields.origin("telemetry");
    if let Some(share) = fields.take("telemetry.tracing.samplingFraction", proxy::fraction) {
        policies.tracing = Some(Located::new(share > 0, origin.clone()));
        policies.sampling = (share > 0).then(|| Located::new(share, origin));
    }
}

/// A share in hundredths of a percent; all where none is written.
fn share(fields: &mut Fields, path: &str) -> u32 {
    let percent = fields.take(path, Value::as_f64).unwrap_or(100.0).clamp(0.0, 100.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 10,000")]
    let hundredths = (percent * 100.0).round() as u32;
    hundredths
}

fn fault(fields: &mut Fields, policies: &mut Policies) {
    let origin = fields.origin("faultInjection");
    let status = fields.number("faultInjection.abort.httpStatus").and_then(|status| u16::try_from(status).ok());
    let abort = status.map(|status| (status, share(fields, "faultInjection.abort.percentage")));
    let delay = fields.duration("faultInjection.delay.fixedDelay");
    let delay = delay.map(|delay| (delay, share(fields, "faultInjection.delay.percentage")));
    if abort.is_some() || delay.is_some() {
        policies.fault = Some(Located::new(Fault { abort, delay }, origin));
    }
}

/// The route's own limits go before (measured: eg-p-btp-timeout-vs-route); see `laid_over` in mod.rs.
fn timeouts(fields: &mut Fields, policies: &mut Policies) {
    let origin = fields.origin("timeout");
    let idle = fields.duration("timeout.http.streamIdleTimeout");
    let timeouts = Timeouts {
        connect: fields.duration("timeout.tcp.connectTimeout"),
        read_idle: idle,
        send_idle: idle,
        request: fields.duration("timeout.http.requestTimeout"),
        backend_request: None,
    };
    if timeouts != Timeouts::default() {
        policies.timeouts = Some(Located::new(timeouts, origin));
    }
}

fn rate_limits(fields: &mut Fields, policies: &mut Policies, configuration: &mut Option<String>) {
    let origin = fields.origin("rateLimit");
    let Some(kind) = fields.peek("rateLimit").map(|limit| limit.get("local").is_some()) else { return };
    let path = if kind { "rateLimit.local.rules" } else { "rateLimit.global.rules" };
    let Some(rules) = fields.take(path, |value| value.as_array().cloned()) else { return };
    fields.ignore("rateLimit.type");
    let none = rules.iter().any(|rule| rule.pointer("/limit/requests").and_then(Value::as_u64) == Some(0));
    if kind && none {
        // measured: eg-p-btp-ratelimit-zero
        *configuration = Some("TokenBucketValidationError.TokensPerFill: value must be greater than 0".to_owned());
    }
    let limits = RateLimits {
        requests: rules.iter().filter_map(request_limit).collect(),
        connections: None,
        exempt: Vec::new(),
        status: 429,
        of: limited_by(&rules, kind),
    };
    policies.rate_limits = Some(Located::new(limits, origin));
}

fn request_limit(rule: &Value) -> Option<RequestLimit> {
    let unit = match rule.pointer("/limit/unit")?.as_str()? {
        "Second" => TimeUnit::Second,
        "Minute" => TimeUnit::Minute,
        "Hour" => TimeUnit::Hour,
        _ => TimeUnit::Day,
    };
    Some(RequestLimit { requests: rule.pointer("/limit/requests")?.as_u64()?, unit, burst: 0 })
}

/// Who shares a bucket: for rules that say no more than a number and one `Distinct` client address, the model's words.
fn limited_by(rules: &[Value], local: bool) -> LimitedBy {
    let plain = |rule: &Value| {
        let fields = rule.as_object()?;
        let unit = rule.pointer("/limit/unit").and_then(Value::as_str)?;
        let known = fields.keys().all(|key| matches!(key.as_str(), "limit" | "clientSelectors"));
        (known && matches!(unit, "Second" | "Minute" | "Hour" | "Day")).then_some(())?;
        match fields.get("clientSelectors").and_then(Value::as_array).map(Vec::as_slice) {
            None | Some([]) => Some(if local { LimitedBy::Instance } else { LimitedBy::Everyone }),
            Some([one]) if local && each_address(one) => Some(LimitedBy::EachClient),
            Some(_) => None,
        }
    };
    let mut kinds = rules.iter().map(plain);
    let first = kinds.next().flatten();
    match first {
        Some(first) if kinds.all(|kind| kind.as_ref() == Some(&first)) => first,
        Some(_) | None => {
            let scope = if local { "local" } else { "global" };
            LimitedBy::Selectors(format!("{scope} {}", Value::Array(rules.to_vec())))
        }
    }
}

/// A selector that gives every client address a bucket of its own.
fn each_address(selector: &Value) -> bool {
    let only = selector.as_object().is_some_and(|fields| fields.len() == 1);
    let text = |key: &str| selector.pointer(&format!("/sourceCIDR/{key}")).and_then(Value::as_str);
    only && text("type") == Some("Distinct") && matches!(text("value"), Some("0.0.0.0/0" | "::/0"))
}

fn circuit_breaker(fields: &mut Fields, policies: &mut Policies) {
    let origin = fields.origin("circuitBreaker");
    let bounds = CircuitBreaker {
        connections: fields.number("circuitBreaker.maxConnections"),
        pending: fields.number("circuitBreaker.maxPendingRequests"),
        requests: fields.number("circuitBreaker.maxParallelRequests"),
        retries: fields.number("circuitBreaker.maxParallelRetries"),
        per_connection: fields.number("circuitBreaker.maxRequestsPerConnection"),
    };
    if bounds != CircuitBreaker::default() {
        policies.circuit_breaker = Some(Located::new(bounds, origin));
    }
}

fn outlier_detection(fields: &mut Fields, policies: &mut Policies) {
    if fields.peek("healthCheck.passive").is_none() {
        return;
    }
    let origin = fields.origin("healthCheck");
    let small = |value: Option<u64>| value.and_then(|value| u32::try_from(value).ok());
    let detection = OutlierDetection {
        consecutive_errors: small(fields.number("healthCheck.passive.consecutive5XxErrors")),
        consecutive_gateway_errors: small(fields.number("healthCheck.passive.consecutiveGatewayErrors")),
        interval: fields.duration("healthCheck.passive.interval"),
        ejection: fields.duration("healthCheck.passive.baseEjectionTime"),
        max_ejected: small(fields.number("healthCheck.passive.maxEjectionPercent")),
    };
    policies.outlier_detection = Some(Located::new(detection, origin));
}

fn balance(fields: &mut Fields, policies: &mut Policies) {
    let origin = fields.origin("loadBalancer");
    let hash = |fields: &mut Fields| {
        let hash = "loadBalancer.consistentHash";
        let kind = fields.peek(&format!("{hash}.type")).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = |value: &Value| match value.as_array()?.as_slice() {
            [one] => one.get("name")?.as_str().map(str::to_owned),
            _ => None,
        };
        let key = match kind.as_str() {
            "SourceIP" => Some(HashKey::ClientAddress),
            "Header" => fields.text(&format!("{hash}.header.name")).map(HashKey::Header),
            "Headers" => fields.take(&format!("{hash}.headers"), name).map(HashKey::Header),
            "QueryParams" => fields.take(&format!("{hash}.queryParams"), name).map(HashKey::Query),
            _ => None,
        };
        if key.is_some() {
            fields.ignore(&format!("{hash}.type"));
        }
        key.map(Balance::Hash)
    };
    let balance = match fields.peek("loadBalancer.type").and_then(Value::as_str) {
        Some("RoundRobin") => Some(Balance::RoundRobin),
        Some("LeastRequest") => Some(Balance::LeastRequest),
        Some("Random") => Some(Balance::Random),
        Some("ConsistentHash") => {
            affinity(fields, policies);
            hash(fields).or_else(|| cookie_hash(fields))
        }
        Some(_) | None => None,
    };
    if balance.is_some() || policies.affinity.is_some() {
        fields.ignore("loadBalancer.type");
    }
    policies.balance = balance.map(|balance| Located::new(balance, origin));
}

/// A cookie with a lifetime is made by Envoy where a request has none (measured: eg-p-btp-hash-cookie).
fn affinity(fields: &mut Fields, policies: &mut Policies) {
    let cookie = "loadBalancer.consistentHash.cookie";
    if fields.peek(&format!("{cookie}.ttl")).is_none() {
        return;
    }
    let located = fields.origin("loadBalancer");
    let Some(name) = fields.text(&format!("{cookie}.name")) else { return };
    let lifetime = fields.duration(&format!("{cookie}.ttl")).map(|ms| ms / 1000);
    let written = fields.take(&format!("{cookie}.attributes"), |value| value.as_object().cloned()).unwrap_or_default();
    let attribute = |name: &str| {
        let found = written.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_str()).map(str::to_owned)
    };
    let affinity = Affinity {
        cookie: name,
        max_age: lifetime.filter(|seconds| *seconds > 0),
        path: attribute("path"),
        domain: attribute("domain"),
        secure: written.keys().any(|key| key.eq_ignore_ascii_case("secure")),
        same_site: attribute("samesite"),
        change_on_failure: false,
    };
    fields.ignore("loadBalancer.consistentHash.type");
    policies.affinity = Some(Located::new(affinity, located));
}

fn cookie_hash(fields: &mut Fields) -> Option<Balance> {
    let name = fields.text("loadBalancer.consistentHash.cookie.name")?;
    fields.ignore("loadBalancer.consistentHash.type");
    Some(Balance::Hash(HashKey::Cookie(name)))
}

fn error_pages(fields: &mut Fields, objects: &Objects, policies: &mut Policies) {
    let Some(written) = fields.take("responseOverride", |value| value.as_array().cloned()) else { return };
    let origin = fields.origin("responseOverride");
    let mut left = Vec::new();
    for entry in written {
        match error_page(&entry, fields, objects) {
            Some(page) => policies.error_pages.push(Located::new(page, origin.clone())),
            None => left.push(entry),
        }
    }
    if !left.is_empty() {
        let value = Value::Array(left).to_string();
        let foreign =
            crate::model::Foreign { field: format!("{KIND}.responseOverride"), value, protects: false, said: false };
        policies.foreign.push(Located::new(foreign, origin));
    }
}

/// `None` for what the model has no words for: conditions on headers, headers of the answer.
fn error_page(entry: &Value, fields: &Fields, objects: &Objects) -> Option<ErrorPage> {
    let mut entry = fields.within(entry.clone());
    let statuses = entry.take("match.statusCodes", |value| value.as_array()?.iter().map(statuses).collect())?;
    let instead = if let Some(redirect) = entry.take("redirect", |value| Some(value.clone())) {
        ErrorAnswer::Redirect(redirect.to_string())
    } else {
        let status = entry.number("response.statusCode").and_then(|status| u16::try_from(status).ok());
        let content_type = entry.text("response.contentType");
        ErrorAnswer::Text { status, content_type, body: filter::body(&mut entry, "response.body", objects) }
    };
    entry.is_read().then_some(ErrorPage { statuses, instead })
}

fn statuses(written: &Value) -> Option<(u16, u16)> {
    let number = |pointer: &str| u16::try_from(written.pointer(pointer)?.as_u64()?).ok();
    match written.get("type").and_then(Value::as_str) {
        Some("Range") => Some((number("/range/start")?, number("/range/end")?)),
        Some(_) | None => number("/value").map(|status| (status, status)),
    }
}

fn compression(fields: &mut Fields, policies: &mut Policies) {
    let read = |value: &Value| {
        let coding = |entry: &Value| {
            let fields = entry.as_object()?;
            // Settings of an encoding say nothing about which are offered.
            let bare =
                fields.iter().all(|(key, value)| key == "type" || value.as_object().is_some_and(|o| o.is_empty()));
            match entry.get("type")?.as_str()? {
                _ if !bare => None,
                "Gzip" => Some("gzip".to_owned()),
                "Brotli" => Some("br".to_owned()),
                "Zstd" => Some("zstd".to_owned()),
                _ => None,
            }
        };
        value.as_array()?.iter().map(coding).collect::<Option<Vec<_>>>()
    };
    for path in ["compressor", "compression"] {
        let origin = fields.origin(path);
        if let Some(codings) = fields.take(path, read) {
            policies.compression.get_or_insert(Located::new(codings, origin));
        }
    }
}

fn bandwidth(fields: &mut Fields, policies: &mut Policies) {
    let limit = "bandwidthLimit.response.limit";
    if fields.peek(&format!("{limit}.unit")).and_then(Value::as_str) != Some("Second") {
        return;
    }
    let origin = fields.origin("bandwidthLimit");
    if let Some(bytes) = fields.take(&format!("{limit}.value"), quantity::bytes) {
        fields.ignore(&format!("{limit}.unit"));
        policies.bandwidth = Some(Located::new(Bandwidth { rate: bytes / 1024, after: 0 }, origin));
    }
}
