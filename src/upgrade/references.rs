//! Groups in references: renamed, written with a version, or `core` for the empty one.

use super::Upgrade;
use super::edit::text;
use super::versions::{EXPERIMENTAL_GROUP, is_gateway_api};
use crate::gateway::GROUP;
use crate::syntax::{FieldPath, Node, Value};

/// Puts every `group` below a node right.
pub(super) fn groups(node: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    if let Some(group) = node.get("group").and_then(Node::as_str).map(str::to_owned)
        && let Some(right) = right_group(&group)
    {
        let span = node.get("group").map_or(node.span, |group| group.span);
        node.put("group", text(right, span));
        upgrade.changed(&path.key("group"), format!("group `{group}` is written `{right}`"));
    }
    // A ListenerSet has a group of its own no longer.
    if node.text_of("kind") == Some("XListenerSet") {
        let span = node.span;
        node.put("kind", text("ListenerSet", span));
        node.put("group", text(GROUP, span));
    }
    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                groups(&mut entry.node, &path.key(&entry.key), upgrade);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                groups(item, &path.index(index), upgrade);
            }
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => {}
    }
}

/// The group that is meant, where another is written.
pub(super) fn right_group(written: &str) -> Option<&'static str> {
    let bare = written.split_once('/').map_or(written, |(group, _)| group);
    match bare {
        "core" => Some(""),
        _ if is_gateway_api(bare) && written != GROUP => Some(GROUP),
        EXPERIMENTAL_GROUP if written != EXPERIMENTAL_GROUP => Some(EXPERIMENTAL_GROUP),
        _ => None,
    }
}
