//! Every field of every object gets a fate: what nothing else was said of is carried.

use crate::model::{Manifest, Origin};
use crate::report::{Code, Fate, Report};
use crate::syntax::{FieldPath, Node, Value};

/// Settles the annotations and the fields below `spec` that have no fate yet.
pub(super) fn account(manifests: &[Manifest], is_ours: impl Fn(&Manifest) -> bool, report: &mut Report) {
    for manifest in manifests.iter().filter(|manifest| is_ours(manifest)) {
        let settle = |path: FieldPath, fate, report: &mut Report| {
            report.ledger.settle(&Origin::field(&manifest.object, path), fate, None);
        };
        let annotations = manifest.node.get("metadata").and_then(|metadata| metadata.get("annotations"));
        for entry in annotations.map(Node::entries).unwrap_or_default() {
            settle(FieldPath::annotation(&entry.key), Fate::Ignored, report);
        }
        if let Some(spec) = manifest.node.get("spec") {
            leaves(spec, FieldPath::root().key("spec"), &mut |path| settle(path, Fate::Carried, report));
        }
    }
}

/// Gives every field below the head of an object that has no fate yet this one.
pub(super) fn settle_all(manifest: &Manifest, fate: Fate, code: Option<Code>, report: &mut Report) {
    let own = manifest
        .node
        .entries()
        .iter()
        .filter(|entry| !["apiVersion", "kind", "metadata", "status"].contains(&&*entry.key));
    for entry in own {
        leaves(&entry.node, FieldPath::root().key(&entry.key), &mut |path| {
            report.ledger.settle(&Origin::field(&manifest.object, path), fate, code);
        });
    }
}

/// Every scalar; a null is an absent field.
fn leaves(node: &Node, path: FieldPath, found: &mut impl FnMut(FieldPath)) {
    match &node.value {
        Value::Null => {}
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => found(path),
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, path.index(index), found);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                leaves(&entry.node, path.key(&entry.key), found);
            }
        }
    }
}
