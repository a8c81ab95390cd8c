//! Parser events to a tree, without recursion: anchors, aliases, merge keys, duplicate keys, and the bounds that keep
//! a small text from becoming a large tree.

use std::collections::BTreeMap;

use super::yaml::{MAX_DEPTH, SyntaxError, SyntaxErrorKind};
use super::{Entry, Node, Span, Value, mapping, scalar};

/// Boxed, so that the good case stays small.
pub(super) type Fallible<T = ()> = Result<T, Box<SyntaxError>>;

/// Bytes of tree that anchors and aliases may make for each byte of text. Far above what people write: a 1 kB
/// document may repeat a 500 byte block a hundred times.
const EXPANSION: usize = 64;
/// So that short documents may use anchors freely.
const SMALL_DOCUMENT: usize = 4096;

/// A finished node with what expanding it again would cost.
#[derive(Clone)]
struct Built {
    node: Node,
    /// Bytes of memory, about.
    weight: usize,
    /// Levels, 1 for a scalar.
    height: usize,
}

/// A collection whose end has not come yet.
struct Open {
    start: u32,
    /// After the last token seen inside, for block collections, whose end has no token.
    end: u32,
    flow: bool,
    anchor: usize,
    weight: usize,
    height: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<Key>, merged: Vec<usize> },
}

/// A key that waits for its value.
enum Key {
    Name(Box<str>, Span),
    Merge,
}

pub(super) struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    anchors: BTreeMap<usize, Built>,
    /// Bytes of tree that anchors and aliases may still make.
    budget: usize,
    started: bool,
    duplicates: Vec<SyntaxError>,
}

impl Builder {
    pub(super) fn new(length: usize) -> Self {
        Self {
            open: Vec::new(),
            root: None,
            anchors: BTreeMap::new(),
            budget: length.max(SMALL_DOCUMENT) * EXPANSION,
            started: false,
            duplicates: Vec::new(),
        }
    }

    /// The tree; `None` for nothing or a bare null.
    pub(super) fn finish(self) -> Result<Option<Node>, Vec<SyntaxError>> {
        if self.duplicates.is_empty() {
            Ok(self.root.filter(|node| node.value != Value::Null))
        } else {
            Err(self.duplicates)
        }
    }

    pub(super) fn start_document(&mut self, at: Span) -> Fallible {
        if std::mem::replace(&mut self.started, true) {
            return malformed(at, "a new document starts here without `---`");
        }
        Ok(())
    }

    /// Takes `<<` as a merge key where a key is due. `false`: it is a value.
    pub(super) fn merge_key(&mut self, at: Span) -> bool {
        match self.open.last_mut() {
            Some(Open { content: Content::Mapping { key: key @ None, .. }, end, .. }) => {
                *key = Some(Key::Merge);
                *end = at.end;
                true
            }
            Some(_) | None => false,
        }
    }

    pub(super) fn scalar(&mut self, value: Value, at: Span, anchor: usize) -> Fallible {
        let weight = size_of::<Node>() + text_weight(&value);
        self.place(Built { node: Node { span: at, value }, weight, height: 1 }, at, anchor)
    }

    pub(super) fn open_sequence(&mut self, at: Span, flow: bool, anchor: usize) -> Fallible {
        self.open(at, flow, anchor, Content::Sequence(Vec::new()))
    }

    pub(super) fn open_mapping(&mut self, at: Span, flow: bool, anchor: usize) -> Fallible {
        self.open(at, flow, anchor, Content::Mapping { entries: Vec::new(), key: None, merged: Vec::new() })
    }

    fn open(&mut self, at: Span, flow: bool, anchor: usize, content: Content) -> Fallible {
        self.check_depth(1, at)?;
        let weight = size_of::<Node>();
        self.open.push(Open { start: at.start, end: at.end, flow, anchor, weight, height: 1, content });
        Ok(())
    }

    pub(super) fn close(&mut self, at: Span) -> Fallible {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let end = if open.flow { at.end } else { open.end };
        let value = match open.content {
            Content::Sequence(mut items) => {
                items.shrink_to_fit();
                Value::Sequence(items)
            }
            Content::Mapping { mut entries, merged, .. } => {
                mapping::settle(&mut entries, &merged, &mut self.duplicates);
                entries.shrink_to_fit();
                Value::Mapping(entries)
            }
        };
        let span = Span { start: open.start, end };
        self.place(Built { node: Node { span, value }, weight: open.weight, height: open.height }, span, open.anchor)
    }

    /// The node under an anchor again, standing at the alias; what is inside it keeps its place at the anchor.
    pub(super) fn alias(&mut self, anchor: usize, at: Span) -> Fallible {
        let Some(built) = self.anchors.get(&anchor) else {
            return malformed(at, "the anchor contains itself");
        };
        let (weight, height) = (built.weight, built.height);
        self.check_depth(height, at)?;
        self.spend(weight, at)?;
        let Some(mut built) = self.anchors.get(&anchor).cloned() else { return Ok(()) };
        built.node.span = at;
        self.place(built, at, 0)
    }

    /// Puts a finished node where it is due: as the root, an item, a key or a value.
    fn place(&mut self, built: Built, at: Span, anchor: usize) -> Fallible {
        if anchor != 0 {
            self.spend(built.weight, at)?;
            self.anchors.insert(anchor, built.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(built.node);
            return Ok(());
        };
        open.end = open.end.max(at.end);
        open.weight += built.weight;
        open.height = open.height.max(built.height + 1);
        match &mut open.content {
            Content::Sequence(items) => items.push(built.node),
            Content::Mapping { entries, key, merged } => match key.take() {
                None => *key = Some(name(built.node)?),
                Some(Key::Name(key, key_span)) => {
                    open.weight += size_of::<Entry>() - size_of::<Node>();
                    entries.push(Entry { key, key_span, node: after_key(built.node, key_span) });
                }
                Some(Key::Merge) => mapping::merge(entries, merged, built.node)?,
            },
        }
        Ok(())
    }

    fn check_depth(&self, height: usize, at: Span) -> Fallible {
        if self.open.len() + height > MAX_DEPTH {
            return Err(too_complex(at, format!("more than {MAX_DEPTH} levels of nesting")));
        }
        Ok(())
    }

    fn spend(&mut self, weight: usize, at: Span) -> Fallible {
        self.budget = self
            .budget
            .checked_sub(weight)
            .ok_or_else(|| too_complex(at, format!("anchors and aliases expand to over {EXPANSION} times the text")))?;
        Ok(())
    }
}

/// The parser places an absent value somewhere before the colon; say "after the key".
fn after_key(mut node: Node, key: Span) -> Node {
    if node.span.start == node.span.end {
        node.span = Span { start: key.end, end: key.end };
    }
    node
}

fn name(node: Node) -> Fallible<Key> {
    let what = node.value.what();
    match scalar::key(node.value) {
        Some(name) => Ok(Key::Name(name, node.span)),
        None => Err(fault(node.span, format!("{what} cannot be a key"))),
    }
}

fn text_weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Sequence(_) | Value::Mapping(_) => 0,
    }
}

pub(super) fn fault(at: Span, message: impl Into<String>) -> Box<SyntaxError> {
    Box::new(SyntaxError { kind: SyntaxErrorKind::Malformed, span: at, message: message.into() })
}

fn malformed(at: Span, message: &str) -> Fallible {
    Err(fault(at, message))
}

fn too_complex(at: Span, message: String) -> Box<SyntaxError> {
    Box::new(SyntaxError { kind: SyntaxErrorKind::TooComplex, span: at, message })
}
