//! Telemetry: what a Gateway logs and traces. It holds for all requests of the Gateway.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::gateway::{GROUP as GATEWAY_GROUP, Object, Resource};
use crate::model::{Located, Origin, Policies, Rule};
use crate::report::{Code, Diagnostic};
use crate::target::extension::Listeners;
use crate::target::{Emitted, Feature, managed, names};

/// Kind and version.
pub(super) const KIND: &str = "Telemetry";
const API_VERSION: &str = "telemetry.istio.io/v1";

/// What a setting of a rule is, and the features that it belongs to.
type Setting = (Feature, fn(&Policies) -> &Option<Located<bool>>, fn(bool) -> Option<(&'static str, Json)>);

const SETTINGS: [Setting; 2] = [
    (Feature::AccessLog, |policies| &policies.access_log, log),
    (Feature::Tracing, |policies| &policies.tracing, trace),
];

/// `envoy` is the provider that every mesh has: the log on standard output.
fn log(on: bool) -> Option<(&'static str, Json)> {
    let entry = if on { json!({ "providers": [{ "name": "envoy" }] }) } else { json!({ "disabled": true }) };
    Some(("accessLogging", json!([entry])))
}

/// Where traces go is set in the configuration of the mesh.
fn trace(on: bool) -> Option<(&'static str, Json)> {
    (!on).then(|| ("tracing", json!([{ "disableSpanReporting": true }])))
}

/// What the rules of a Gateway agree about; what they do not is lost.
pub(super) fn write(listeners: &mut Listeners, gateway: &(String, String), rules: &[&Rule]) -> Option<Emitted> {
    let mut spec = Map::new();
    let mut origins: BTreeSet<&Origin> = BTreeSet::new();
    for (feature, part, written) in SETTINGS {
        let places: BTreeSet<&Origin> =
            rules.iter().filter_map(|rule| part(&rule.policies).as_ref()).map(|s| &s.origin).collect();
        let values: BTreeSet<Option<bool>> =
            rules.iter().map(|rule| part(&rule.policies).as_ref().map(|setting| setting.value)).collect();
        let field = match values.into_iter().collect::<Vec<_>>().as_slice() {
            [] | [None] => continue,
            [Some(on)] => written(*on).ok_or("where traces go is set in Istio's mesh configuration"),
            _ => Err("a Telemetry holds for a whole Gateway, and its rules ask for different things"),
        };
        match field {
            Ok((field, value)) => {
                spec.insert(field.to_owned(), value);
                origins.extend(places);
            }
            Err(why) => {
                for origin in places {
                    let message = format!("{}: not carried to `{}`", feature.name(), listeners.run.target.name);
                    listeners.findings.lose(Diagnostic::new(Code::SettingNotCarried, message).note(why), origin);
                }
            }
        }
    }
    if spec.is_empty() {
        return None;
    }
    let (namespace, name) = gateway;
    spec.insert("targetRefs".to_owned(), json!([{ "group": GATEWAY_GROUP, "kind": "Gateway", "name": name }]));
    let object = Object::Policy(Resource {
        api_version: API_VERSION.to_owned(),
        kind: KIND.to_owned(),
        metadata: managed(namespace, &names::of_words(name, names::LABEL)),
        spec: Json::Object(spec).into(),
    });
    Some(Emitted { object, origins: origins.into_iter().cloned().collect() })
}
