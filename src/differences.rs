//! The output of a conversion against what is there: files or a cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::compare::{Change, file_name, masked};
use crate::gateway::{GROUP, Object};
use crate::input::Input;
use crate::model::{Manifest, ObjectRef};
use crate::syntax::{DocumentId, FieldPath, Node};
use crate::{emit, read};

/// Reads the objects of files that an output can be compared with: those of Gateway API, and other kinds that are in the
/// output.
#[must_use]
pub fn read_compared(paths: &[String], namespace: &str, output: &[Object]) -> Input {
    let is_written = |group: Option<&str>, kind: &str| {
        let group = group.unwrap_or_default();
        group == GROUP
            || output.iter().any(|object| {
                object.kind() == kind && object.api_version().split_once('/').map_or("", |(group, _)| group) == group
            })
    };
    crate::input::taken(read::files(paths, true, &is_written), namespace)
}

/// The output as what files hold, for reading its meaning.
#[must_use]
pub fn as_input(output: &[Object]) -> Input {
    let manifest = |object: &Object| {
        let metadata = object.metadata();
        let reference = ObjectRef {
            kind: object.kind().to_owned(),
            namespace: metadata.namespace.clone(),
            name: metadata.name.clone(),
            document: DocumentId(u32::MAX),
            within: FieldPath::root(),
        };
        Manifest {
            object: Arc::new(reference),
            api_version: object.api_version().to_owned(),
            node: Node::from_json(&emit::value(object)),
        }
    };
    Input { manifests: output.iter().map(manifest).collect(), ..Input::default() }
}

/// Every object that is on either side, by name; those that are equal are there too.
#[must_use]
pub fn changes(before: &Input, output: &[Object]) -> Vec<Change> {
    let mut sides: BTreeMap<(String, String, String, String), (Option<Json>, Option<Json>)> = BTreeMap::new();
    for manifest in &before.manifests {
        let object = &manifest.object;
        let mut json = manifest.node.to_json();
        if !object.namespace.is_empty()
            && let Some(Json::Object(metadata)) = json.get_mut("metadata")
        {
            metadata.insert("namespace".to_owned(), object.namespace.clone().into());
        }
        let key = (manifest.group().to_owned(), object.kind.clone(), object.namespace.clone(), object.name.clone());
        sides.entry(key).or_default().0 = Some(without_status(json));
    }
    for object in output {
        let metadata = object.metadata();
        let group = object.api_version().split_once('/').map_or("", |(group, _)| group).to_owned();
        let key = (group, object.kind().to_owned(), metadata.namespace.clone(), metadata.name.clone());
        sides.entry(key).or_default().1 = Some(emit::value(object));
    }
    sides.into_values().filter_map(|(before, after)| change(before, after)).collect()
}

/// One object as text; `None` when it is on neither side.
#[must_use]
pub fn change(before: Option<Json>, after: Option<Json>) -> Option<Change> {
    let name = file_name(after.as_ref().or(before.as_ref())?);
    let (before, after) = masked(before, after);
    let text = |object: Option<Json>| object.map(emit::text);
    Some(Change { name, before: text(before), after: text(after) })
}

fn without_status(mut object: Json) -> Json {
    if let Json::Object(fields) = &mut object {
        fields.remove("status");
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, convert, read_text};

    const INGRESS: &str = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\n\
        spec: {rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: \
        {name: web, port: {number: 80}}}}]}}]}\n";

    #[test]
    fn an_output_is_equal_to_itself_and_not_to_another() {
        let options = Options { source: Some("ingress".to_owned()), ..Options::default() };
        let output = convert(&read_text("in.yaml", INGRESS), &options).objects;
        let entries: Vec<_> = output.iter().map(|object| emit::Entry { object, comments: &[], source: None }).collect();
        let written = emit::write(&entries, emit::Format::Yaml);
        assert!(changes(&read_text("out.yaml", &written), &output).iter().all(|change| !change.is_change()));

        let other = written.replace("a.example.com", "b.example.com");
        let found = changes(&read_text("out.yaml", &other), &output);
        assert!(found.iter().filter(|change| change.is_change()).count() >= 2, "{found:?}");

        let nothing = changes(&read_text("out.yaml", ""), &output);
        assert!(nothing.iter().all(|change| change.before.is_none() && change.after.is_some()), "{nothing:?}");
    }
}
