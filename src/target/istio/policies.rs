//! Policies of the Istio gateway that is left behind, for the Gateway that stands in its place: word for word, but for the
//! pods that they choose.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::gateway::{GROUP as GATEWAY_GROUP, Object, Resource};
use crate::model::{Located, Origin, Policies};
use crate::target::sites::Site;
use crate::target::{Emitted, Run, managed, names};

const API_VERSION: &str = "security.istio.io/v1";

/// Whether policies of the input go with the rules that they protect.
pub(in crate::target) fn are_carried(run: &Run) -> bool {
    run.target.profile.istio_objects && run.options.gateway.is_none() && run.routing.mesh.is_none()
}

/// Whether what the rule's policies say stands in policies that go with it.
pub(super) fn say_all(run: &Run, policies: &Policies) -> bool {
    are_carried(run) && policies.foreign.iter().any(|foreign| foreign.value.said)
}

/// The policies of some sites, for their Gateway.
pub(super) fn write(run: &Run, (namespace, gateway): &(String, String), members: &[&Site]) -> Vec<Emitted> {
    if !are_carried(run) {
        return Vec::new();
    }
    let rules = members.iter().flat_map(|site| &site.listenings).flat_map(|listening| &listening.rules);
    let mut found: BTreeMap<(&str, &str), &Origin> = BTreeMap::new();
    for Located { value, origin } in rules.flat_map(|rule| &rule.policies.foreign).filter(|one| one.value.protects) {
        found.entry((&value.field, &value.value)).or_insert(origin);
    }
    let policy = |((kind, value), origin): ((&str, &str), &Origin)| {
        let mut spec: Json = serde_json::from_str(value).ok()?;
        let target = json!([{ "group": GATEWAY_GROUP, "kind": "Gateway", "name": gateway }]);
        spec.as_object_mut()?.insert("targetRefs".to_owned(), target);
        let name = format!("{gateway}-{}", origin.object.name);
        let object = Object::Policy(Resource {
            api_version: API_VERSION.to_owned(),
            kind: kind.to_owned(),
            metadata: managed(namespace, &names::of_words(&name, names::LABEL)),
            spec: spec.into(),
        });
        Some(Emitted { object, origins: vec![origin.clone()] })
    };
    found.into_iter().filter_map(policy).collect()
}
