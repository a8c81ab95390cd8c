//! Changes to the tree of an object. What is new takes the place of what it came from, so that messages about it point
//! at the text that was written.

use crate::syntax::{Entry, Node, Span, Value};

impl Node {
    /// The entries of a mapping, to be changed; `None` for anything else.
    fn entries_mut(&mut self) -> Option<&mut Vec<Entry>> {
        match &mut self.value {
            Value::Mapping(entries) => Some(entries),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Sequence(_) => {
                None
            }
        }
    }

    /// The items of a list, to be changed; none for anything else.
    pub(super) fn items_mut(&mut self) -> &mut [Node] {
        match &mut self.value {
            Value::Sequence(items) => items,
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Mapping(_) => {
                &mut []
            }
        }
    }

    /// Puts an item at the end of a list.
    pub(super) fn push(&mut self, item: Node) {
        match &mut self.value {
            Value::Sequence(items) => items.push(item),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Mapping(_) => {}
        }
    }

    /// The value under a key, to be changed.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries_mut()?.iter_mut().find(|entry| &*entry.key == key).map(|entry| &mut entry.node)
    }

    /// Takes a key out.
    pub(super) fn take(&mut self, key: &str) -> Option<Node> {
        let entries = self.entries_mut()?;
        let at = entries.iter().position(|entry| &*entry.key == key)?;
        Some(entries.remove(at).node)
    }

    /// Puts a value under a key, in the place of the one that is there.
    pub(super) fn put(&mut self, key: &str, node: Node) {
        match self.get_mut(key) {
            Some(old) => *old = node,
            None => {
                let key_span = node.span;
                if let Some(entries) = self.entries_mut() {
                    entries.push(Entry { key: key.into(), key_span, node });
                }
            }
        }
    }

    /// Gives a key another name. True when it was there.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> bool {
        let Some(node) = self.take(from) else { return false };
        self.put(to, node);
        true
    }

    /// The items of a list; a single value counts as a list of one.
    pub(super) fn into_items(self) -> Vec<Node> {
        match self.value {
            Value::Sequence(items) => items,
            Value::Null => Vec::new(),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Mapping(_) => vec![self],
        }
    }

    /// The text under a key.
    pub(super) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::as_str)
    }
}

/// Text that was made of what stood here.
pub(super) fn text(value: &str, span: Span) -> Node {
    Node { span, value: Value::String(value.into()) }
}

/// A number that was made of what stood here.
pub(super) fn number(value: i64, span: Span) -> Node {
    Node { span, value: Value::Int(value) }
}

/// A list that was made of what stood here.
pub(super) fn list(items: Vec<Node>, span: Span) -> Node {
    Node { span, value: Value::Sequence(items) }
}

/// A mapping that was made of what stood here.
pub(super) fn mapping<const N: usize>(entries: [(&str, Node); N], span: Span) -> Node {
    let entry = |(key, node): (&str, Node)| Entry { key: key.into(), key_span: node.span, node };
    Node { span, value: Value::Mapping(entries.into_iter().map(entry).collect()) }
}
