//! Ingress objects of all three API versions as one type.

use std::sync::Arc;

use crate::model::{Located, ObjectRef, Origin};
use crate::report::{Code, Fate, Report};
use crate::syntax::FieldPath;

/// An Ingress, whatever its API version.
#[derive(Debug, Clone)]
pub struct Ingress {
    /// Its name and place; the namespace is filled in.
    pub object: Arc<ObjectRef>,
    /// `metadata.creationTimestamp`; empty in files that were never in a cluster.
    pub created: String,
    /// `spec.ingressClassName`.
    pub class_name: Option<Located<String>>,
    /// Annotation `kubernetes.io/ingress.class`.
    pub class_annotation: Option<Located<String>>,
    /// Annotations in the order of the text.
    pub annotations: Vec<(String, String)>,
    /// `spec.defaultBackend` (`spec.backend` before v1).
    pub default_backend: Option<BackendRef>,
    /// `spec.rules`.
    pub rules: Vec<IngressRule>,
    /// `spec.tls`.
    pub tls: Vec<IngressTls>,
    /// The fields of `spec` that have a fate each: class, hosts, paths, tls sections, the default backend. Where one
    /// holds an unknown field, which has a fate of its own, its other parts stand here.
    pub settings: Vec<FieldPath>,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct IngressRule {
    /// Host; empty for every host.
    pub host: String,
    /// `None` when the rule has no `http` section.
    pub paths: Option<Vec<IngressPath>>,
    /// The rule.
    pub field: FieldPath,
}

/// A path.
#[derive(Debug, Clone)]
pub struct IngressPath {
    /// Path; `/` when the object has none.
    pub path: String,
    /// How it matches.
    pub path_type: PathType,
    /// Where it goes.
    pub backend: BackendRef,
    /// The path entry.
    pub field: FieldPath,
}

/// How a path matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathType {
    /// The very path.
    Exact,
    /// Element by element.
    Prefix,
    /// The controller decides; also when absent.
    ImplementationSpecific,
}

/// A backend.
#[derive(Debug, Clone)]
pub struct BackendRef {
    /// Service name; `None` for a resource backend.
    pub service: Option<String>,
    /// Its port.
    pub port: PortRef,
    /// The backend.
    pub field: FieldPath,
}

/// A port as an Ingress names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortRef {
    /// By number.
    Number(u16),
    /// By name.
    Name(String),
}

impl std::fmt::Display for PortRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// A TLS section.
#[derive(Debug, Clone)]
pub struct IngressTls {
    /// Hosts.
    pub hosts: Vec<String>,
    /// Secret; empty names count as none.
    pub secret: Option<String>,
    /// The entry.
    pub field: FieldPath,
}

impl Ingress {
    /// `namespace/name`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.object.namespace, self.object.name)
    }

    /// Origin of a field.
    #[must_use]
    pub fn origin(&self, field: &FieldPath) -> Origin {
        Origin::field(&self.object, field.clone())
    }

    /// Gives every setting that has none yet a fate. An annotation that nobody has spoken for is another tool's.
    pub fn account(&self, fate: Fate, code: Option<Code>, report: &mut Report) {
        for field in &self.settings {
            report.ledger.settle(&self.origin(field), fate, code);
        }
        // `spec.ingressClassName` beats the annotation.
        if let Some(class) = self.class_annotation.as_ref().filter(|_| self.class_name.is_none()) {
            report.ledger.settle(&class.origin, fate, code);
        }
        for (key, _) in &self.annotations {
            report.ledger.settle(&self.origin(&FieldPath::annotation(key)), Fate::Ignored, None);
        }
    }

    /// An annotation's value.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}
