//! Other objects that annotations name: does it exist, and what does it hold?

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Manifest;
use crate::syntax::{Node, Value};

/// What is known of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// It exists.
    Yes(T),
    /// It does not exist.
    No,
    /// The input does not tell: it holds no object of this kind at all.
    Unknown,
}

/// The keys of a Secret; `None` when they are not known (redacted, sealed, or made by another controller).
pub type SecretKeys = Option<BTreeSet<String>>;

/// Looks up objects by namespace and name.
pub trait Lookup {
    /// A Secret.
    fn secret(&self, namespace: &str, name: &str) -> Found<SecretKeys>;
    /// A ConfigMap and its `data`.
    fn config_map(&self, namespace: &str, name: &str) -> Found<BTreeMap<String, String>>;
    /// A Service.
    fn service(&self, namespace: &str, name: &str) -> Found<()>;
}

type ByName<T> = BTreeMap<(String, String), T>;

/// The objects of an input.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    secrets: ByName<SecretKeys>,
    config_maps: ByName<BTreeMap<String, String>>,
    services: ByName<()>,
}

impl Inventory {
    /// Takes up Secrets (and what makes Secrets), ConfigMaps and Services.
    pub fn new<'a>(manifests: impl IntoIterator<Item = &'a Manifest>) -> Self {
        let mut inventory = Self::default();
        for manifest in manifests {
            inventory.add(manifest);
        }
        inventory
    }

    fn add(&mut self, manifest: &Manifest) {
        let name = |path: &str| {
            let named = path.split('.').try_fold(&manifest.node, |node, key| node.get(key)).and_then(Node::as_str);
            (manifest.object.namespace.clone(), named.unwrap_or(&manifest.object.name).to_owned())
        };
        match (manifest.group(), manifest.object.kind.as_str()) {
            ("", "Secret") => {
                self.secrets.insert(name("metadata.name"), secret_keys(&manifest.node));
            }
            ("bitnami.com", "SealedSecret") => {
                self.secrets.insert(name("spec.template.metadata.name"), None);
            }
            ("external-secrets.io", "ExternalSecret") => {
                self.secrets.insert(name("spec.target.name"), None);
            }
            ("cert-manager.io", "Certificate") => {
                self.secrets.insert(name("spec.secretName"), None);
            }
            ("", "ConfigMap") => {
                self.config_maps.insert(name("metadata.name"), data(&manifest.node));
            }
            ("", "Service") => {
                self.services.insert(name("metadata.name"), ());
            }
            _ => {}
        }
    }
}

/// A Secret without any data is one whose data was taken out, rather than an empty one.
fn secret_keys(secret: &Node) -> SecretKeys {
    let parts = [secret.get("data"), secret.get("stringData")];
    if parts.iter().all(Option::is_none) {
        return None;
    }
    Some(parts.iter().flatten().flat_map(|part| part.entries()).map(|entry| entry.key.to_string()).collect())
}

/// The `data` of a ConfigMap.
pub(super) fn data(config_map: &Node) -> BTreeMap<String, String> {
    let entries = config_map.get("data").map_or(&[][..], Node::entries);
    entries.iter().filter_map(|entry| Some((entry.key.to_string(), scalar_text(&entry.node)?))).collect()
}

/// A scalar's text. The API server takes only strings where this is asked; other scalars are read as what was meant.
pub(super) fn scalar_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(value) => Some(value.to_string()),
        Value::Float(value) => Some(value.to_string()),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
    }
}

fn find<T: Clone>(objects: &ByName<T>, namespace: &str, name: &str) -> Found<T> {
    match objects.get(&(namespace.to_owned(), name.to_owned())) {
        Some(object) => Found::Yes(object.clone()),
        None if objects.is_empty() => Found::Unknown,
        None => Found::No,
    }
}

impl Lookup for Inventory {
    fn secret(&self, namespace: &str, name: &str) -> Found<SecretKeys> {
        find(&self.secrets, namespace, name)
    }

    fn config_map(&self, namespace: &str, name: &str) -> Found<BTreeMap<String, String>> {
        find(&self.config_maps, namespace, name)
    }

    fn service(&self, namespace: &str, name: &str) -> Found<()> {
        find(&self.services, namespace, name)
    }
}
