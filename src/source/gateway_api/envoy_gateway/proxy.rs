//! EnvoyProxy: how the proxies of a class or a Gateway are set up.

use serde_json::{Value, json};

use super::fields::Fields;
use super::{Extension, GROUP, merge, source};
use crate::gateway::GatewaySpec;
use crate::model::{EVERY_REQUEST, Foreign, Located, LogFormat, LogLine, Policies, Tracer};
use crate::source::gateway_api::objects::{Object, Objects};

/// What an EnvoyProxy says about requests.
#[derive(Debug, Default)]
pub(super) struct ProxySettings {
    /// Rules are tried in the order in which they are written (measured: eg-p-preserve-order-*).
    pub keeps_order: bool,
    pub telemetry: Telemetry,
    pub foreign: Vec<Located<Foreign>>,
}

/// Where and how proxies run, which no request sees.
const DEPLOYMENT: &[&str] = &["provider", "logging", "concurrency", "ipFamily", "shutdown", "mergeType"];

/// The settings of a Gateway's proxies: its own EnvoyProxy, else the one of its class.
pub(super) fn settings(gateway: &Object<GatewaySpec>, objects: &Objects) -> ProxySettings {
    let own = gateway.spec.infrastructure.as_ref().and_then(|i| i.get("parametersRef"));
    let own = own.and_then(|reference| find(reference, Some(&gateway.namespace), objects));
    let class = objects.gateway_classes.get(&gateway.spec.gateway_class_name);
    let class = class.and_then(|class| class.get("parametersRef")).and_then(|reference| find(reference, None, objects));
    let mut fields = match (own, class) {
        (Some(own), Some(class)) => match own.spec.get("mergeType").and_then(Value::as_str) {
            Some(how @ ("StrategicMerge" | "JSONMerge")) => {
                Fields::new(merge::merged(&class.spec, &own.spec, how == "StrategicMerge"), source(own))
            }
            Some(_) | None => Fields::new(Value::clone(&own.spec), source(own)),
        },
        (Some(one), None) | (None, Some(one)) => Fields::new(Value::clone(&one.spec), source(one)),
        (None, None) => return ProxySettings::default(),
    };
    DEPLOYMENT.iter().for_each(|field| fields.ignore(field));
    let keeps_order = fields.flag("preserveRouteOrder").unwrap_or_default();
    let telemetry = telemetry(&mut fields);
    ProxySettings { keeps_order, telemetry, foreign: fields.foreign("EnvoyProxy", |field| field == "filterOrder") }
}

/// What is logged and traced of all requests.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::source::gateway_api) struct Telemetry {
    /// Requests are not logged.
    access_log: Option<Located<bool>>,
    log_format: Option<Located<LogFormat>>,
    tracing: Option<Located<bool>>,
    sampling: Option<Located<u32>>,
    tracer: Option<Located<Tracer>>,
}

impl Telemetry {
    /// Holds where nothing else does.
    pub(in crate::source::gateway_api) fn hold(&self, policies: &mut Policies) {
        fn fill<T: Clone>(own: &mut Option<T>, all: &Option<T>) {
            if own.is_none() {
                own.clone_from(all);
            }
        }
        let Self { access_log, log_format, tracing, sampling, tracer } = self;
        if policies.tracing.is_none() {
            fill(&mut policies.sampling, sampling);
        }
        fill(&mut policies.access_log, access_log);
        fill(&mut policies.log_format, log_format);
        fill(&mut policies.tracing, tracing);
        fill(&mut policies.tracer, tracer);
    }
}

fn telemetry(fields: &mut Fields) -> Telemetry {
    let origin = fields.origin("telemetry");
    let located = |value| Located::new(value, origin.clone());
    let off = fields.take("telemetry.accessLog.disable", |value| value.as_bool().filter(|off| *off));
    let line = fields.take("telemetry.accessLog.settings", line);
    let traced = fields.take("telemetry.tracing", traced);
    let share = traced.as_ref().map(|(_, share)| *share);
    Telemetry {
        access_log: off.map(|_| located(false)),
        log_format: line.map(|line| Located::new(LogFormat { line, differences: Vec::new() }, origin.clone())),
        tracing: share.map(|share| located(share > 0)),
        sampling: share.filter(|share| *share > 0).map(|share| Located::new(share, origin.clone())),
        tracer: traced.map(|(tracer, _)| Located::new(tracer, origin.clone())),
    }
}

/// One line on standard output.
fn line(settings: &Value) -> Option<LogLine> {
    let [setting] = settings.as_array()?.as_slice() else { return None };
    let sinks = json!([{ "file": { "path": "/dev/stdout" }, "type": "File" }]);
    let known = |(key, value): (&String, &Value)| match key.as_str() {
        "format" => true,
        "sinks" => *value == sinks,
        "type" => value == "Route",
        _ => false,
    };
    let format =
        setting.get("format").filter(|_| setting.as_object().is_some_and(|fields| fields.iter().all(known)))?;
    match (format.get("text"), format.get("json")) {
        (Some(text), None) => Some(LogLine::Text(text.as_str()?.to_owned())),
        (None, Some(fields)) => {
            let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
            Some(LogLine::Json(fields.as_object()?.iter().map(text).collect::<Option<_>>()?))
        }
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// A collector by its name, and how many requests begin a trace.
fn traced(tracing: &Value) -> Option<(Tracer, u32)> {
    let provider = tracing.get("provider")?;
    let only = |value: &Value, known: &[&str]| {
        value.as_object().is_some_and(|fields| fields.keys().all(|key| known.contains(&key.as_str())))
    };
    if !only(tracing, &["provider", "samplingFraction"]) || !only(provider, &["host", "port", "serviceName", "type"]) {
        return None;
    }
    let tracer = Tracer {
        host: provider.get("host")?.as_str()?.to_owned(),
        port: provider.get("port").map_or(Some(4317), |port| u16::try_from(port.as_u64()?).ok())?,
        service: provider.get("serviceName").and_then(Value::as_str).map(str::to_owned),
    };
    let share = tracing.get("samplingFraction").map_or(Some(EVERY_REQUEST), fraction)?;
    (provider.get("type")? == "OpenTelemetry").then_some((tracer, share))
}

/// A share in a million.
pub(super) fn fraction(written: &Value) -> Option<u32> {
    let numerator = written.get("numerator")?.as_u64()?;
    let denominator = written.get("denominator").map_or(Some(100), Value::as_u64).filter(|whole| *whole > 0)?;
    u32::try_from(numerator.checked_mul(u64::from(EVERY_REQUEST))? / denominator).ok()
}

fn find<'o>(reference: &Value, own: Option<&str>, objects: &'o Objects) -> Option<&'o Extension> {
    let text = |key: &str| reference.get(key).and_then(Value::as_str);
    if (text("group"), text("kind")) != (Some(GROUP), Some("EnvoyProxy")) {
        return None;
    }
    let namespace = text("namespace").or(own)?;
    objects.extensions.get("EnvoyProxy")?.get(&(namespace.to_owned(), text("name")?.to_owned()))
}
