//! ReferenceGrants: one for each kind and namespace that refers to an object, so that none allows more than is used.

use std::collections::{BTreeMap, BTreeSet};

use super::{Emitted, managed, named, names, same_namespace};
use crate::gateway::{GROUP, GrantFrom, GrantTo, Object, ReferenceGrantSpec, Resource};
use crate::model::Origin;

/// A reference across namespaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reference {
    namespace: String,
    from_group: &'static str,
    from_kind: &'static str,
    from_namespace: String,
    to_kind: &'static str,
    to_name: String,
}

/// The references that have to be granted.
#[derive(Debug, Default)]
pub(super) struct Grants(BTreeMap<Reference, BTreeSet<Origin>>);

impl Grants {
    /// An object of a kind in a namespace refers to an object; nothing is needed when that is in the same namespace.
    pub(super) fn need<'a>(
        &mut self,
        (from_kind, from_namespace): (&'static str, &str),
        to: (&'static str, &str, &str),
        origins: impl IntoIterator<Item = &'a Origin>,
    ) {
        self.need_from((GROUP, from_kind, from_namespace), to, origins);
    }

    /// The same for an object of any group.
    pub(super) fn need_from<'a>(
        &mut self,
        (from_group, from_kind, from_namespace): (&'static str, &'static str, &str),
        (to_kind, namespace, to_name): (&'static str, &str, &str),
        origins: impl IntoIterator<Item = &'a Origin>,
    ) {
        if same_namespace(from_namespace, namespace) {
            return;
        }
        let reference = Reference {
            namespace: named(namespace).to_owned(),
            from_group,
            from_kind,
            from_namespace: named(from_namespace).to_owned(),
            to_kind,
            to_name: to_name.to_owned(),
        };
        self.0.entry(reference).or_default().extend(origins.into_iter().cloned());
    }

    /// The objects, named after what they allow: the same reference makes the same object in every run.
    pub(super) fn write(self) -> Vec<Emitted> {
        self.0
            .into_iter()
            .map(|(reference, origins)| {
                let Reference { namespace, from_group, from_kind, from_namespace, to_kind, to_name } = reference;
                let words = format!(
                    "{}s-in-{from_namespace}-to-{}-{to_name}",
                    from_kind.to_ascii_lowercase(),
                    to_kind.to_ascii_lowercase()
                );
                let spec = ReferenceGrantSpec {
                    from: vec![GrantFrom {
                        group: from_group.to_owned(),
                        kind: from_kind.to_owned(),
                        namespace: from_namespace,
                    }],
                    to: vec![GrantTo { group: String::new(), kind: to_kind.to_owned(), name: Some(to_name) }],
                };
                let object = Object::ReferenceGrant(Resource {
                    api_version: format!("{GROUP}/v1"),
                    kind: "ReferenceGrant".to_owned(),
                    metadata: managed(&namespace, &names::of_words(&words, names::LABEL)),
                    spec: spec.into(),
                });
                Emitted { object, origins: origins.into_iter().collect() }
            })
            .collect()
    }
}
