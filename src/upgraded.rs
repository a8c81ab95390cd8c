//! The Gateway API objects of the input, as objects of v1.

use crate::convert::Conversion;
use crate::gateway::{GROUP, Metadata, Object, Resource};
use crate::input::Input;
use crate::model::{Manifest, Origin};
use crate::report::Summary;
use crate::target::{Emitted, arranged};

/// What became of old objects when they were read, and the objects of v1 beside them. Other kinds are left out.
#[must_use]
pub fn upgraded(input: &Input) -> Conversion {
    let ours = input.manifests.iter().filter(|manifest| manifest.group() == GROUP);
    let (objects, origins): (Vec<Object>, Vec<Vec<Origin>>) =
        arranged(ours.clone().filter_map(emitted).collect()).into_iter().map(|e| (e.object, e.origins)).unzip();
    let report = input.report.clone();
    let kinds = ours.map(|manifest| manifest.object.kind.as_str());
    let summary = Summary::new(kinds, objects.iter().map(Object::kind), &report.ledger);
    Conversion { objects, origins, report, summary, ..Conversion::default() }
}

/// An object of the input as it is written.
pub(crate) fn emitted(manifest: &Manifest) -> Option<Emitted> {
    resource(manifest, &manifest.node.to_json())
}

/// An object of the input with other contents.
pub(crate) fn resource(manifest: &Manifest, json: &serde_json::Value) -> Option<Emitted> {
    let metadata = serde_json::from_value(json.get("metadata")?.clone()).ok()?;
    let resource = Resource {
        api_version: manifest.api_version.clone(),
        kind: manifest.object.kind.clone(),
        metadata: Metadata { namespace: manifest.object.namespace.clone(), ..metadata },
        spec: json.get("spec").cloned().unwrap_or_default().into(),
    };
    Some(Emitted { object: Object::Policy(resource), origins: vec![Origin::object(&manifest.object)] })
}
