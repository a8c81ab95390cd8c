//! A value whose leaves know which policy gave them, and how such values are put together.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// What gave a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stanza {
    /// The lower level wins.
    Default,
    /// The upper level wins.
    Override,
}

impl Stanza {
    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Override => "override",
        }
    }
}

/// A value with the policy (by its place in the list) and stanza that it came from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Leaf { value: Json, policy: usize, stanza: Stanza },
    Map(BTreeMap<String, Tree>),
}

impl Tree {
    pub(super) fn empty() -> Self {
        Self::Map(BTreeMap::new())
    }

    pub(super) fn of(value: &Json, policy: usize, stanza: Stanza) -> Self {
        match value {
            Json::Object(fields) if !fields.is_empty() => {
                let field = |(key, value): (&String, &Json)| (key.clone(), Self::of(value, policy, stanza));
                Self::Map(fields.iter().map(field).collect())
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
                Self::Leaf { value: value.clone(), policy, stanza }
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Leaf { .. } => false,
            Self::Map(fields) => fields.is_empty(),
        }
    }

    /// JSON merge patch (RFC 7386): fields of maps by themselves, everything else whole, null takes away.
    pub(super) fn patch(self, over: Self) -> Self {
        match (self, over) {
            (Self::Map(mut fields), Self::Map(over)) => {
                for (key, value) in over {
                    match (fields.remove(&key), value) {
                        (_, Self::Leaf { value: Json::Null, .. }) => {}
                        (Some(old), value) => drop(fields.insert(key, old.patch(value))),
                        (None, value) => drop(fields.insert(key, value)),
                    }
                }
                Self::Map(fields)
            }
            (_, over) => over,
        }
    }

    /// The value alone.
    pub(super) fn value(&self) -> Json {
        match self {
            Self::Leaf { value, .. } => value.clone(),
            Self::Map(fields) => fields.iter().map(|(key, tree)| (key.clone(), tree.value())).collect(),
        }
    }

    /// Every leaf with its path, in order.
    pub(super) fn leaves(&self) -> Vec<(Vec<String>, &Json, usize, Stanza)> {
        match self {
            Self::Leaf { value, policy, stanza } => vec![(Vec::new(), value, *policy, *stanza)],
            Self::Map(fields) => {
                let mut all = Vec::new();
                for (key, tree) in fields {
                    for (mut path, value, policy, stanza) in tree.leaves() {
                        path.insert(0, key.clone());
                        all.push((path, value, policy, stanza));
                    }
                }
                all
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tree(value: &Json, policy: usize) -> Tree {
        Tree::of(value, policy, Stanza::Default)
    }

    #[test]
    fn patches_are_those_of_rfc_7386() {
        let base = json!({"a": 1, "b": {"c": [1, 2], "d": 1}, "e": 1});
        let over = json!({"b": {"c": [3], "f": true}, "e": null});
        let merged = tree(&base, 0).patch(tree(&over, 1));
        assert_eq!(merged.value(), json!({"a": 1, "b": {"c": [3], "d": 1, "f": true}}));
        let from: Vec<usize> = merged.leaves().iter().map(|leaf| leaf.2).collect();
        assert_eq!(from, [0, 1, 0, 1]);
    }

    #[test]
    fn patching_is_associative() {
        let values = [json!({"a": {"x": 1}}), json!({"a": {"y": 2}, "b": 1}), json!({"a": {"x": 3}, "b": {"z": 1}})];
        let [one, two, three] = values.map(|value| tree(&value, 0));
        let left = one.clone().patch(two.clone()).patch(three.clone());
        assert_eq!(left, one.patch(two.patch(three)));
    }
}
