//! EnvoyProxy: how the proxies of a class or a Gateway are set up.

use serde_json::Value;

use super::fields::Fields;
use super::{Extension, GROUP, merge, source};
use crate::gateway::GatewaySpec;
use crate::model::{Foreign, Located};
use crate::source::gateway_api::objects::{Object, Objects};

/// What an EnvoyProxy says about requests.
#[derive(Debug, Default)]
pub(super) struct ProxySettings {
    /// Rules are tried in the order in which they are written (measured: eg-p-preserve-order-*).
    pub keeps_order: bool,
    /// Requests are not logged.
    pub access_log: Option<Located<bool>>,
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
    let origin = fields.origin("telemetry");
    let off = fields.take("telemetry.accessLog.disable", |value| value.as_bool().filter(|off| *off));
    let access_log = off.map(|_| Located::new(false, origin));
    ProxySettings { keeps_order, access_log, foreign: fields.foreign("EnvoyProxy", |field| field == "filterOrder") }
}

fn find<'o>(reference: &Value, own: Option<&str>, objects: &'o Objects) -> Option<&'o Extension> {
    let text = |key: &str| reference.get(key).and_then(Value::as_str);
    if (text("group"), text("kind")) != (Some(GROUP), Some("EnvoyProxy")) {
        return None;
    }
    let namespace = text("namespace").or(own)?;
    objects.extensions.get("EnvoyProxy")?.get(&(namespace.to_owned(), text("name")?.to_owned()))
}
