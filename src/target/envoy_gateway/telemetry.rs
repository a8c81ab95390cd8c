//! What the proxies of a Gateway log, and where their spans go: `spec.telemetry` of an EnvoyProxy.

use serde_json::{Value as Json, json};

use super::backend_traffic_policy::Fraction;
use super::json as spec_json;
use crate::model::{EVERY_REQUEST, EntryPoint, Located, LogFormat, LogLine, Policies, Routing, Tracer};
use crate::target::traces;

/// Standard output, to which the log of ingress-nginx goes as well.
const STANDARD_OUTPUT: &str = "/dev/stdout";

/// What the entry points of a routing have in common.
#[derive(Debug, Default)]
pub(super) struct Telemetry<'r> {
    pub log_format: Option<&'r Located<LogFormat>>,
    pub tracer: Option<&'r Located<Tracer>>,
    /// Rules that do not say otherwise are traced.
    pub traced: bool,
    /// How many of those begin a trace, in a million.
    pub sampling: u32,
}

impl<'r> Telemetry<'r> {
    pub(super) fn of(routing: &'r Routing) -> Self {
        let said: Vec<&'r Policies> = routing.entry_points.iter().map(|entry: &EntryPoint| &entry.implicit).collect();
        let logged = |implicit: &&&Policies| implicit.access_log.as_ref().is_none_or(|logged| logged.value);
        let traced = said.iter().any(|implicit| implicit.tracing.as_ref().is_some_and(|tracing| tracing.value));
        let tracer = said.iter().find_map(|implicit| implicit.tracer.as_ref());
        let sampling = said.iter().find_map(|implicit| implicit.sampling.as_ref());
        Self {
            log_format: said.iter().filter(logged).find_map(|implicit| implicit.log_format.as_ref()),
            tracer: tracer.filter(|_| traces(routing)),
            traced,
            sampling: sampling.map_or(EVERY_REQUEST, |sampling| sampling.value),
        }
    }

    /// `tracing`. Envoy leaves a request that comes with a trace to its client's decision.
    pub(super) fn tracing(&self, tracer: &Tracer) -> Json {
        let Tracer { host, port, service } = tracer;
        let mut provider = json!({ "host": host, "port": port, "type": "OpenTelemetry" });
        if let (Some(service), Some(fields)) = (service, provider.as_object_mut()) {
            fields.insert("serviceName".to_owned(), service.as_str().into());
        }
        let share = if self.traced { self.sampling } else { 0 };
        json!({ "provider": provider, "samplingFraction": spec_json(&fraction(share)) })
    }
}

/// `accessLog`.
pub(super) fn access_log(format: &LogFormat) -> Json {
    let format = match &format.line {
        LogLine::Text(text) => json!({ "text": text, "type": "Text" }),
        LogLine::Json(fields) => json!({ "json": fields, "type": "JSON" }),
    };
    let sink = json!({ "file": { "path": STANDARD_OUTPUT }, "type": "File" });
    json!({ "settings": [{ "format": format, "sinks": [sink], "type": "Route" }] })
}

/// A share in a million, in the coarsest of Envoy's fractions.
pub(super) fn fraction(share: u32) -> Fraction {
    match share {
        _ if share.is_multiple_of(10_000) => Fraction { numerator: share / 10_000, denominator: None },
        _ if share.is_multiple_of(100) => Fraction { numerator: share / 100, denominator: Some(10_000) },
        _ => Fraction { numerator: share, denominator: Some(EVERY_REQUEST) },
    }
}
