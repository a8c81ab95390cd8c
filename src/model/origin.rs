//! Where a node of the model came from.

use std::sync::Arc;

use crate::syntax::{DocumentId, FieldPath};

/// A field of an input document. The text position is looked up only when a message is drawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The object that holds the field.
    pub object: Arc<ObjectRef>,
    /// The field; empty for the object itself.
    pub path: FieldPath,
}

/// Names one object of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// `Ingress`, `HTTPRoute`, …
    pub kind: String,
    /// Empty for objects of the cluster scope.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// The document of the input; objects of one `List` share it.
    pub document: DocumentId,
    /// Field path of the object inside its document: empty, or `items[3]` inside a `List`.
    pub within: FieldPath,
}

impl ObjectRef {
    /// `Ingress shop/web`, as messages name it.
    #[must_use]
    pub fn label(&self) -> String {
        if self.namespace.is_empty() {
            format!("{} {}", self.kind, self.name)
        } else {
            format!("{} {}/{}", self.kind, self.namespace, self.name)
        }
    }
}

impl Origin {
    /// The object as a whole.
    #[must_use]
    pub fn object(object: &Arc<ObjectRef>) -> Self {
        Self { object: Arc::clone(object), path: FieldPath::root() }
    }

    /// A field of the object.
    #[must_use]
    pub fn field(object: &Arc<ObjectRef>, path: FieldPath) -> Self {
        Self { object: Arc::clone(object), path }
    }

    /// What nobody asks for: the default of a controller or implementation.
    #[must_use]
    pub fn default_of(name: &str) -> Self {
        Self::object(&Arc::new(ObjectRef {
            kind: "controller".to_owned(),
            namespace: String::new(),
            name: name.to_owned(),
            document: DocumentId(u32::MAX),
            within: FieldPath::root(),
        }))
    }

    /// Whether no object asks for it: it is a controller's own default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.object.kind == "controller"
    }

    /// The field path from the top of the document, for looking up text.
    #[must_use]
    pub fn document_path(&self) -> FieldPath {
        self.object.within.join(&self.path)
    }
}

/// A value with the field that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// What the field says.
    pub value: T,
    /// The field.
    pub origin: Origin,
}

impl<T> Located<T> {
    /// Pairs a value with its origin.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}
