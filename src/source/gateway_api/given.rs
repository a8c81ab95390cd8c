//! What is read: objects of an input, and objects that a target has just written.

use std::borrow::Cow;
use std::sync::Arc;

use crate::gateway::Object;
use crate::model::{Manifest, ObjectRef};
use crate::syntax::{DocumentId, FieldPath, Node};

/// An object to be read.
#[derive(Debug, Clone)]
pub enum Given<'a> {
    /// An object of the input.
    Manifest(Cow<'a, Manifest>),
    /// An object that was written, with its name: it is typed already and has no text.
    Written(Arc<ObjectRef>, &'a Object),
}

impl<'a> Given<'a> {
    /// An object that was written.
    #[must_use]
    pub fn written(object: &'a Object) -> Self {
        match object {
            // Objects of the input that are passed through, and policies of the target: they have no type here.
            Object::Policy(_) => Self::Manifest(Cow::Owned(manifest(object))),
            Object::Gateway(_)
            | Object::ListenerSet(_)
            | Object::HttpRoute(_)
            | Object::GrpcRoute(_)
            | Object::TlsRoute(_)
            | Object::TcpRoute(_)
            | Object::UdpRoute(_)
            | Object::ReferenceGrant(_)
            | Object::BackendTlsPolicy(_) => Self::Written(name(object), object),
        }
    }

    /// The object as a manifest.
    #[must_use]
    pub fn manifest(&self) -> Cow<'_, Manifest> {
        match self {
            Self::Manifest(manifest) => Cow::Borrowed(manifest),
            Self::Written(_, object) => Cow::Owned(manifest(object)),
        }
    }
}

fn manifest(object: &Object) -> Manifest {
    let json = serde_json::to_value(object).unwrap_or_default();
    Manifest { object: name(object), api_version: object.api_version().to_owned(), node: Node::from_json(&json) }
}

fn name(object: &Object) -> Arc<ObjectRef> {
    let metadata = object.metadata();
    Arc::new(ObjectRef {
        kind: object.kind().to_owned(),
        namespace: metadata.namespace.clone(),
        name: metadata.name.clone(),
        document: DocumentId(u32::MAX),
        within: FieldPath::root(),
    })
}
