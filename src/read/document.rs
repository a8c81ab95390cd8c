//! One document to manifests.

use std::sync::Arc;

use super::template::{self, Placeholder};
use super::{Wanted, at, head};
use crate::model::{Manifest, ObjectRef, Origin};
use crate::report::{Code, Diagnostic};
use crate::syntax::{
    DocumentId, Entry, FieldPath, Node, Sources, Span, SyntaxError, SyntaxErrorKind, TextPosition, Value, parse,
};

/// What a document gave.
#[derive(Default)]
pub(super) struct Reading {
    /// The file that holds it.
    pub file: usize,
    pub manifests: Vec<Manifest>,
    pub diagnostics: Vec<Diagnostic>,
    /// What makes the whole file a template.
    pub placeholder: Option<Placeholder>,
}

/// What is read of all documents.
pub(super) struct Asked<'a> {
    pub kinds: &'a Wanted<'a>,
    /// Workloads that run no controller as well.
    pub workloads: bool,
}

impl Asked<'_> {
    fn takes(&self, group: Option<&str>, kind: &str, text: &str) -> bool {
        let is_other = |group| !self.workloads && head::is_other_workload(group, kind, text);
        (self.kinds)(group, kind) && !group.is_some_and(is_other)
    }
}

/// Reads a document; `damage` is the offset of bytes in it that are no text.
pub(super) fn read(sources: &Sources, id: DocumentId, damage: Option<usize>, wanted: &Asked<'_>) -> Reading {
    let Some((file, range)) = sources.range(id) else { return Reading::default() };
    let mut reading = Reading { file, ..Reading::default() };
    let text = sources.text(file);
    let document = text.get(range.clone()).unwrap_or_default();
    if head::group_and_kind(document).is_some_and(|(group, kind)| !wanted.takes(Some(group), kind, document)) {
        return reading;
    }
    if let Some(offset) = damage.and_then(|offset| u32::try_from(offset).ok()) {
        let span = Span { start: offset, end: offset + 3 }; // U+FFFD
        reading
            .diagnostics
            .push(at(Code::Syntax, file, span, "the text is not valid UTF-8 here").help("save the file as UTF-8"));
        return reading;
    }
    match parse(text, range.clone()) {
        Ok(None) => {}
        Ok(Some(node)) => Objects { id, text, wanted, reading: &mut reading }.take(node, FieldPath::root(), None),
        Err(errors) => match template::in_broken(document, range.start) {
            Some(at) => reading.placeholder = Some(Placeholder { at, error: errors.into_iter().next() }),
            None => reading.diagnostics.extend(errors.into_iter().map(|error| syntax_error(sources, file, error))),
        },
    }
    reading
}

fn syntax_error(sources: &Sources, file: usize, error: SyntaxError) -> Diagnostic {
    match error.kind {
        SyntaxErrorKind::Malformed => at(Code::Syntax, file, error.span, error.message),
        SyntaxErrorKind::TooComplex => at(Code::TooComplex, file, error.span, error.message),
        SyntaxErrorKind::DuplicateKey { first } => {
            let place = sources.position(&TextPosition::new(file, first));
            at(Code::DuplicateKey, file, error.span, error.message)
                .note(format!("it stands first at {}:{}:{}", place.name, place.line, place.column))
        }
    }
}

/// Takes the objects out of a document's tree.
struct Objects<'a> {
    id: DocumentId,
    /// The text of the file.
    text: &'a str,
    wanted: &'a Asked<'a>,
    reading: &'a mut Reading,
}

/// What a typed list (`IngressList`) says for items that do not say it themselves.
#[derive(Clone, Copy)]
struct ItemHead<'a> {
    api_version: &'a str,
    kind: &'a str,
}

impl Objects<'_> {
    fn take(&mut self, node: Node, within: FieldPath, default: Option<ItemHead<'_>>) {
        if !matches!(node.value, Value::Mapping(_)) {
            let message = format!("{} is no Kubernetes object", node.value.what());
            return self.tell(Code::NotAManifest, node.span, message);
        }
        let Some(api_version) = self.api_version(&node, default) else { return };
        let Some(kind) = self.head(&node, "kind", default.map(|head| head.kind)) else { return };
        match items(node, &kind) {
            Items::List(items) => self.take_items(items, &within, &api_version, &kind),
            Items::Object(node) => self.take_object(node, within, api_version, kind),
        }
    }

    fn take_items(&mut self, items: Vec<Node>, within: &FieldPath, api_version: &str, kind: &str) {
        let default = match kind.strip_suffix("List") {
            None | Some("") => None,
            Some(kind) => Some(ItemHead { api_version, kind }),
        };
        for (index, item) in items.into_iter().enumerate() {
            self.take(item, within.key("items").index(index), default);
        }
    }

    fn take_object(&mut self, mut node: Node, within: FieldPath, api_version: String, kind: String) {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let text = self.text.get(node.span.start as usize..node.span.end as usize).unwrap_or_default();
        if !self.wanted.takes(Some(group).filter(|_| !api_version.is_empty()), &kind, text) {
            return;
        }
        if let Some(at) = template::in_object(&node) {
            self.reading.placeholder.get_or_insert(Placeholder { at, error: None });
            return;
        }
        let (name, namespace) = match (name_field(&node, "name"), name_field(&node, "namespace")) {
            (Ok(name), Ok(namespace)) => (name.to_owned(), namespace.to_owned()),
            (Err(wrong), _) | (_, Err(wrong)) => {
                let message = format!("a name is text, and this is {}", wrong.value.what());
                return self.tell(Code::WrongType, wrong.span, message);
            }
        };
        let object = Arc::new(ObjectRef { kind, namespace, name, document: self.id, within });
        if object.name.is_empty() {
            let origin = Origin::field(&object, FieldPath::root().field("metadata.name"));
            let message = format!("the {} has no `metadata.name`", object.kind);
            self.reading.diagnostics.push(Diagnostic::new(Code::MissingName, message).at(&origin, ""));
            return;
        }
        let found = self.reading.diagnostics.len();
        for field in ["annotations", "labels"] {
            self.check_texts(&mut node, &object, field);
        }
        if self.reading.diagnostics.len() == found {
            self.reading.manifests.push(Manifest { object, api_version, node });
        }
    }

    /// `apiVersion`; empty for kinds that are read without it.
    fn api_version(&mut self, node: &Node, default: Option<ItemHead<'_>>) -> Option<String> {
        let written = node.get("apiVersion").is_some() || default.is_some();
        match node.get("kind").and_then(Node::as_str) {
            Some(kind) if !written && (self.wanted.kinds)(None, kind) => Some(String::new()),
            Some(_) | None => self.head(node, "apiVersion", default.map(|head| head.api_version)),
        }
    }

    /// `apiVersion` or `kind`; without it the node is no object.
    fn head(&mut self, node: &Node, field: &str, default: Option<&str>) -> Option<String> {
        match node.get(field).map(|node| (&node.value, node.span)) {
            Some((Value::String(text), _)) if !text.is_empty() => return Some(text.to_string()),
            Some((Value::String(_) | Value::Null, _)) | None => {
                if default.is_none() {
                    self.tell(
                        Code::NotAManifest,
                        node.span,
                        format!("no `{field}` here, so this is no Kubernetes object"),
                    );
                }
            }
            Some((value, span)) => {
                let message = format!("`{field}` is text, and this is {}", value.what());
                self.tell(Code::WrongType, span, message);
                return None;
            }
        }
        default.map(str::to_owned)
    }

    /// Annotations and labels map text to text. The API server reads null as the empty text and refuses the rest.
    fn check_texts(&mut self, node: &mut Node, object: &Arc<ObjectRef>, field: &'static str) {
        let Some(texts) = child_mut(node, "metadata").and_then(|metadata| child_mut(metadata, field)) else { return };
        let path = FieldPath::root().key("metadata").key(field);
        match &mut texts.value {
            Value::Null => {}
            Value::Mapping(entries) => {
                for entry in entries {
                    if entry.node.value == Value::Null {
                        entry.node.value = Value::String("".into());
                    }
                    self.reading.diagnostics.extend(not_text(entry, object, &path, self.text));
                }
            }
            other => {
                let message = format!("`{path}` is a mapping, and this is {}", other.what());
                let origin = Origin::field(object, path);
                self.reading.diagnostics.push(Diagnostic::new(Code::WrongType, message).at(&origin, ""));
            }
        }
    }

    fn tell(&mut self, code: Code, span: Span, message: String) {
        self.reading.diagnostics.push(at(code, self.reading.file, span, message));
    }
}

/// The finding for an annotation or label whose value is no text.
fn not_text(entry: &Entry, object: &Arc<ObjectRef>, path: &FieldPath, text: &str) -> Option<Diagnostic> {
    let code = match &entry.node.value {
        Value::String(_) => return None,
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => Code::AnnotationNotString,
        Value::Sequence(_) | Value::Mapping(_) => Code::WrongType,
    };
    let path = path.key(&entry.key);
    let message = format!("`{path}` is text, and this is {}", entry.node.value.what());
    let diagnostic = Diagnostic::new(code, message).at(&Origin::field(object, path), "");
    let Span { start, end } = entry.node.span;
    let written = text.get(start as usize..end as usize).filter(|written| !written.starts_with(['*', '[', '{']));
    Some(match written {
        Some(written) if code == Code::AnnotationNotString => {
            diagnostic.help(format!("quote the value: `{}: \"{written}\"`", entry.key))
        }
        Some(_) | None => diagnostic,
    })
}

enum Items {
    List(Vec<Node>),
    Object(Node),
}

/// The items of `List` and of typed lists; other kinds that end so and have no items are objects.
fn items(node: Node, kind: &str) -> Items {
    if !kind.ends_with("List") || (kind != "List" && !matches!(node.get("items"), Some(items) if is_list(items))) {
        return Items::Object(node);
    }
    let Value::Mapping(entries) = node.value else { return Items::List(Vec::new()) };
    let items = entries.into_iter().find(|entry| &*entry.key == "items").map(|entry| entry.node.value);
    Items::List(match items {
        Some(Value::Sequence(items)) => items,
        Some(Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Mapping(_))
        | None => Vec::new(),
    })
}

fn is_list(node: &Node) -> bool {
    matches!(node.value, Value::Sequence(_) | Value::Null)
}

/// `metadata.name` or `metadata.namespace`: empty when absent; the node when it is something else.
fn name_field<'a>(node: &'a Node, field: &str) -> Result<&'a str, &'a Node> {
    let Some(metadata) = node.get("metadata") else { return Ok("") };
    match &metadata.value {
        Value::Mapping(_) => {}
        Value::Null => return Ok(""),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Sequence(_) => {
            return Err(metadata);
        }
    }
    match metadata.get(field) {
        None => Ok(""),
        Some(Node { value: Value::String(text), .. }) => Ok(text),
        Some(Node { value: Value::Null, .. }) => Ok(""),
        Some(other) => Err(other),
    }
}

fn child_mut<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        Value::Mapping(entries) => entries.iter_mut().find(|entry| &*entry.key == key).map(|entry| &mut entry.node),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Sequence(_) => None,
    }
}
