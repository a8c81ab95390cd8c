//! Telemetry of a Gateway: whether its requests are logged and traced.

use serde_json::{Value as Json, json};

use super::{attached, foreign};
use crate::model::{EntryPoint, Located, Manifest, Origin};

const KIND: &str = "Telemetry";

/// Gives the rules of a Gateway what holds for all of them.
pub(super) fn apply(manifests: &[Manifest], gateway: (&str, &str), entry_points: &mut [EntryPoint]) {
    for (manifest, spec) in attached(manifests, KIND, gateway) {
        let origin = Origin::object(&manifest.object);
        let (mut log, mut traces, mut known) = (None, None, true);
        for (key, value) in spec.as_object().into_iter().flatten() {
            match (key.as_str(), entry(value)) {
                ("targetRef" | "targetRefs", _) => {}
                ("accessLogging", Some(one)) if *one == json!({ "disabled": true }) => log = Some(false),
                ("accessLogging", Some(one)) if only(one, "providers") => log = Some(true),
                ("tracing", Some(one)) if *one == json!({ "disableSpanReporting": true }) => traces = Some(false),
                _ => known = false,
            }
        }
        for rule in entry_points.iter_mut().flat_map(|entry| &mut entry.hosts).flat_map(|host| host.rules.iter_mut()) {
            rule.policies.access_log = log.map(|on| Located::new(on, origin.clone()));
            rule.policies.tracing = traces.map(|on| Located::new(on, origin.clone()));
            if !known {
                rule.policies.foreign.push(foreign(manifest, &spec, false));
            }
        }
    }
}

/// The only one of a list.
fn entry(list: &Json) -> Option<&Json> {
    match list.as_array()?.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

fn only(object: &Json, key: &str) -> bool {
    object.as_object().is_some_and(|fields| fields.keys().eq([key]))
}
