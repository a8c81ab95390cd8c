//! The Istio objects of the input.

use serde::de::DeserializeOwned;

use super::destination_rule::DestinationRule;
use super::gateway::Gateway;
use super::service_entry::ServiceEntry;
use super::virtual_service::VirtualService;
use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::metadata;
use crate::syntax::{FieldPath, Node, Step, Value};

/// The group of these kinds.
pub const GROUP: &str = "networking.istio.io";

/// One object with its place.
#[derive(Debug, Clone)]
pub(super) struct Object<'m, S> {
    pub manifest: &'m Manifest,
    pub spec: S,
}

impl<S> Object<'_, S> {
    pub(super) fn namespace(&self) -> &str {
        &self.manifest.object.namespace
    }

    pub(super) fn name(&self) -> &str {
        &self.manifest.object.name
    }

    /// `namespace/name`.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.namespace(), self.name())
    }

    /// `metadata.creationTimestamp`; empty in files that were never in a cluster.
    pub(super) fn created(&self) -> &str {
        let metadata = self.manifest.node.get("metadata");
        metadata.and_then(|metadata| metadata.get("creationTimestamp")).and_then(Node::as_str).unwrap_or_default()
    }

    /// An annotation's value.
    pub(super) fn annotation(&self, key: &str) -> Option<&str> {
        self.manifest.node.at(&FieldPath::annotation(key)).and_then(Node::as_str)
    }

    /// The origin of a field, spelt as the text spells it: protobuf's JSON takes `exportTo` and `export_to`.
    pub(super) fn at(&self, path: &FieldPath) -> Origin {
        Origin::field(&self.manifest.object, spelt(&self.manifest.node, path))
    }

    /// A field below `spec`.
    pub(super) fn spec_at(&self, dotted: &str) -> Origin {
        self.at(&FieldPath::root().key("spec").field(dotted))
    }
}

/// The path with the keys that the text has.
fn spelt(root: &Node, path: &FieldPath) -> FieldPath {
    let mut node = Some(root);
    path.steps().iter().fold(FieldPath::root(), |found, step| match step {
        Step::Index(index) => {
            node = node.and_then(|node| node.items().get(*index as usize));
            found.index(*index as usize)
        }
        Step::Key(key) => {
            let snake = snake_case(key);
            let written = if node.is_some_and(|node| node.get(key).is_none() && node.get(&snake).is_some()) {
                snake
            } else {
                key.to_string()
            };
            node = node.and_then(|node| node.get(&written));
            found.key(&written)
        }
    })
}

fn snake_case(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 2);
    for character in key.chars() {
        if character.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}

/// Everything that is read, each kind by age, name and namespace: the order in which Istio takes them
/// (istio/istio pkg/config/model.go, SortConfigByCreationTime).
#[derive(Debug, Default)]
pub(super) struct Objects<'m> {
    pub virtual_services: Vec<Object<'m, VirtualService>>,
    pub gateways: Vec<Object<'m, Gateway>>,
    pub destination_rules: Vec<Object<'m, DestinationRule>>,
    pub service_entries: Vec<Object<'m, ServiceEntry>>,
}

impl<'m> Objects<'m> {
    /// Sorts the input by kind. What cannot be read is reported and left out.
    pub(super) fn read(manifests: &'m [Manifest], report: &mut Report) -> Self {
        let mut objects = Self::default();
        for manifest in manifests.iter().filter(|manifest| is_ours(manifest)) {
            match manifest.object.kind.as_str() {
                "VirtualService" => objects.virtual_services.extend(typed(manifest, report)),
                "Gateway" => objects.gateways.extend(typed(manifest, report)),
                "DestinationRule" => objects.destination_rules.extend(typed(manifest, report)),
                "ServiceEntry" => objects.service_entries.extend(typed(manifest, report)),
                _ => {}
            }
        }
        sort(&mut objects.virtual_services);
        sort(&mut objects.gateways);
        sort(&mut objects.destination_rules);
        sort(&mut objects.service_entries);
        objects
    }
}

/// Whether a manifest is one of the kinds that are read here. Rules that gatelift wrote itself are output.
#[must_use]
pub fn is_ours(manifest: &Manifest) -> bool {
    manifest.group() == GROUP
        && matches!(manifest.object.kind.as_str(), "VirtualService" | "Gateway" | "DestinationRule" | "ServiceEntry")
        && !crate::source::istio::is_written(manifest)
}

fn sort<S>(objects: &mut [Object<'_, S>]) {
    objects.sort_by(|a, b| (a.created(), a.name(), a.namespace()).cmp(&(b.created(), b.name(), b.namespace())));
}

pub(super) fn typed<'m, S: DeserializeOwned + Default>(
    manifest: &'m Manifest,
    report: &mut Report,
) -> Option<Object<'m, S>> {
    let spec_path = FieldPath::root().key("spec");
    let label = manifest.object.label();
    if !matches!(manifest.version(), "v1" | "v1beta1" | "v1alpha3") {
        let message = format!("`{}` of {label} is not read", manifest.api_version);
        report.push(Diagnostic::new(Code::VersionNotRead, message).at(&Origin::object(&manifest.object), ""));
        metadata::refused(manifest, Code::VersionNotRead, report);
        return None;
    }
    if !metadata::can_exist(manifest, report) {
        return None;
    }
    let empty = Node { span: manifest.node.span, value: Value::Null };
    let node = manifest.node.get("spec").unwrap_or(&empty);
    if node.value == Value::Null {
        return Some(Object { manifest, spec: S::default() });
    }
    let (read, unknown) = node.read_strict::<S>();
    match read {
        Ok(spec) => {
            for field in unknown {
                let origin = Origin::field(&manifest.object, spec_path.join(&field));
                let message = format!("unknown field `{}`", origin.path);
                report.push(Diagnostic::new(Code::UnknownField, message).at(&origin, "Istio does not know it"));
                report.ledger.settle(&origin, Fate::Invalid, Some(Code::UnknownField));
            }
            Some(Object { manifest, spec })
        }
        Err(wrong) => {
            let origin = Origin::field(&manifest.object, spec_path.join(&wrong.path()));
            let message = format!("{label} cannot be read: {}", wrong.message);
            report.push(Diagnostic::new(Code::WrongType, message).at(&origin, ""));
            metadata::refused(manifest, Code::WrongType, report);
            None
        }
    }
}
