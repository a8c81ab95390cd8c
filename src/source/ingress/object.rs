//! Ingress objects of all three API versions as one type.

use std::sync::Arc;

use crate::model::{Located, Manifest, ObjectRef, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::DEFAULT_NAMESPACE;
use crate::syntax::{FieldPath, Node, Value};

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

    /// Gives every field that has none yet a fate: class, hosts, paths, tls sections, the default backend, annotations.
    pub fn account(&self, fate: Fate, code: Option<Code>, report: &mut Report) {
        let class = self.class_name.iter().chain(&self.class_annotation).map(|class| class.origin.clone());
        let tls = self.tls.iter().map(|tls| self.origin(&tls.field));
        let default = self.default_backend.iter().map(|backend| self.origin(&backend.field));
        let rules = self.rules.iter().flat_map(|rule| {
            let host = (!rule.host.is_empty()).then(|| rule.field.key("host"));
            host.into_iter()
                .chain(rule.paths.iter().flatten().map(|path| path.field.clone()))
                .map(|field| self.origin(&field))
        });
        for origin in class.chain(tls).chain(default).chain(rules) {
            report.ledger.settle(&origin, fate, code);
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

/// Reads an Ingress. `None` when the API server would refuse the object; the report says why.
pub fn read(manifest: &Manifest, report: &mut Report) -> Option<Ingress> {
    let old = manifest.version() != "v1";
    let mut reader = Reader { object: namespaced(manifest), report, old, refused: false };
    if old {
        let message = format!("`{}` is read with its old field names", manifest.api_version);
        reader.report.push(Diagnostic::new(Code::OldApiVersion, message).at(&Origin::object(&reader.object), ""));
    }
    let ingress = reader.ingress(&manifest.node);
    (!reader.refused).then_some(ingress)
}

fn namespaced(manifest: &Manifest) -> Arc<ObjectRef> {
    if manifest.object.namespace.is_empty() {
        let mut object = (*manifest.object).clone();
        DEFAULT_NAMESPACE.clone_into(&mut object.namespace);
        return Arc::new(object);
    }
    Arc::clone(&manifest.object)
}

struct Reader<'r> {
    object: Arc<ObjectRef>,
    report: &'r mut Report,
    old: bool,
    refused: bool,
}

impl Reader<'_> {
    fn ingress(&mut self, root: &Node) -> Ingress {
        let metadata = root.get("metadata");
        let annotations: Vec<(String, String)> = metadata
            .and_then(|m| m.get("annotations"))
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .map(|entry| (entry.key.to_string(), entry.node.scalar_text().unwrap_or_default()))
            .collect();
        let class_annotation = annotations
            .iter()
            .find(|(key, _)| key == "kubernetes.io/ingress.class")
            .map(|(key, value)| Located::new(value.clone(), Origin::field(&self.object, FieldPath::annotation(key))));
        let created =
            metadata.and_then(|m| m.get("creationTimestamp")).and_then(Node::as_str).unwrap_or_default().to_owned();
        let spec_path = FieldPath::root().key("spec");
        let empty = Node { span: root.span, value: Value::Null };
        let spec = root.get("spec").unwrap_or(&empty);
        let default_key = if self.old { "backend" } else { "defaultBackend" };
        self.known(spec, &spec_path, &["ingressClassName", default_key, "rules", "tls"]);
        Ingress {
            object: Arc::clone(&self.object),
            created,
            class_name: self
                .text(spec, &spec_path, "ingressClassName")
                .map(|value| Located::new(value, Origin::field(&self.object, spec_path.key("ingressClassName")))),
            class_annotation,
            annotations,
            default_backend: spec.get(default_key).and_then(|node| self.backend(node, &spec_path.key(default_key))),
            rules: self.list(spec, &spec_path, "rules").filter_map(|(node, path)| self.rule(node, path)).collect(),
            tls: self.list(spec, &spec_path, "tls").map(|(node, path)| self.tls(node, path)).collect(),
        }
    }

    fn rule(&mut self, node: &Node, field: FieldPath) -> Option<IngressRule> {
        self.known(node, &field, &["host", "http"]);
        let host = self.text(node, &field, "host").unwrap_or_default();
        let paths = match node.get("http") {
            Some(http) if !matches!(http.value, Value::Null) => {
                let http_path = field.key("http");
                self.known(http, &http_path, &["paths"]);
                Some(self.list(http, &http_path, "paths").filter_map(|(node, path)| self.path(node, path)).collect())
            }
            Some(_) | None => None,
        };
        Some(IngressRule { host, paths, field })
    }

    fn path(&mut self, node: &Node, field: FieldPath) -> Option<IngressPath> {
        self.known(node, &field, &["path", "pathType", "backend"]);
        let path = self.text(node, &field, "path").filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned());
        let path_type = match self.text(node, &field, "pathType").as_deref() {
            Some("Exact") => PathType::Exact,
            Some("Prefix") => PathType::Prefix,
            Some("ImplementationSpecific") | None => PathType::ImplementationSpecific,
            Some(other) => {
                let message = format!("`{other}` is no path type");
                self.refuse(
                    Diagnostic::new(Code::InvalidObject, message),
                    &field.key("pathType"),
                    "Exact, Prefix or ImplementationSpecific",
                );
                return None;
            }
        };
        let backend = match node.get("backend") {
            Some(backend) => self.backend(backend, &field.key("backend"))?,
            None => {
                self.refuse(
                    Diagnostic::new(Code::InvalidObject, "a path has no backend"),
                    &field,
                    "the API server refuses it",
                );
                return None;
            }
        };
        Some(IngressPath { path, path_type, backend, field })
    }

    fn backend(&mut self, node: &Node, field: &FieldPath) -> Option<BackendRef> {
        if matches!(node.value, Value::Null) {
            return None;
        }
        if self.old && node.get("serviceName").is_some() {
            self.known(node, field, &["serviceName", "servicePort", "resource"]);
            let port = self.port(node, field, "servicePort");
            return Some(BackendRef { service: self.text(node, field, "serviceName"), port, field: field.clone() });
        }
        self.known(node, field, &["service", "resource"]);
        let Some(service) = node.get("service").filter(|s| !matches!(s.value, Value::Null)) else {
            if node.get("resource").is_none() {
                self.refuse(
                    Diagnostic::new(Code::InvalidObject, "a backend names neither a service nor a resource"),
                    field,
                    "the API server refuses it",
                );
            }
            return Some(BackendRef { service: None, port: PortRef::Number(0), field: field.clone() });
        };
        let service_path = field.key("service");
        self.known(service, &service_path, &["name", "port"]);
        let port = match service.get("port") {
            Some(port) => {
                let port_path = service_path.key("port");
                self.known(port, &port_path, &["name", "number"]);
                match self.text(port, &port_path, "name") {
                    Some(name) if !name.is_empty() => PortRef::Name(name),
                    Some(_) | None => self.port(port, &port_path, "number"),
                }
            }
            None => PortRef::Number(0),
        };
        Some(BackendRef { service: self.text(service, &service_path, "name"), port, field: field.clone() })
    }

    fn port(&mut self, node: &Node, field: &FieldPath, key: &str) -> PortRef {
        let Some(port) = node.get(key) else { return PortRef::Number(0) };
        match &port.value {
            Value::Int(number) => match u16::try_from(*number) {
                Ok(number) => PortRef::Number(number),
                Err(_) => {
                    let message = format!("`{number}` is no port number");
                    self.refuse(Diagnostic::new(Code::InvalidObject, message), &field.key(key), "between 1 and 65535");
                    PortRef::Number(0)
                }
            },
            // servicePort was an int-or-string; a number in quotes is a port name to the API server.
            Value::String(name) if self.old => PortRef::Name(name.to_string()),
            Value::Null => PortRef::Number(0),
            Value::Bool(_) | Value::Float(_) | Value::String(_) | Value::Sequence(_) | Value::Mapping(_) => {
                self.wrong_type(&field.key(key), "a number");
                PortRef::Number(0)
            }
        }
    }

    fn tls(&mut self, node: &Node, field: FieldPath) -> IngressTls {
        self.known(node, &field, &["hosts", "secretName"]);
        let mut hosts = Vec::new();
        for (node, path) in self.list(node, &field, "hosts") {
            match node.as_str() {
                Some(host) => hosts.push(host.to_owned()),
                None => self.wrong_type(&path, "a string"),
            }
        }
        let secret = self.text(node, &field, "secretName").filter(|name| !name.is_empty());
        IngressTls { hosts, secret, field }
    }

    fn text(&mut self, node: &Node, field: &FieldPath, key: &str) -> Option<String> {
        let value = node.get(key)?;
        match &value.value {
            Value::String(text) => Some(text.to_string()),
            Value::Null => None,
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Sequence(_) | Value::Mapping(_) => {
                self.wrong_type(&field.key(key), "a string");
                None
            }
        }
    }

    fn list<'n>(&mut self, node: &'n Node, field: &FieldPath, key: &str) -> std::vec::IntoIter<(&'n Node, FieldPath)> {
        let path = field.key(key);
        let items: Vec<(&Node, FieldPath)> = match node.get(key).map(|list| (&list.value, list)) {
            Some((Value::Sequence(items), _)) => {
                items.iter().enumerate().map(|(index, item)| (item, path.index(index))).collect()
            }
            Some((Value::Null, _)) | None => Vec::new(),
            Some(_) => {
                self.wrong_type(&path, "a list");
                Vec::new()
            }
        };
        items.into_iter()
    }

    fn known(&mut self, node: &Node, field: &FieldPath, names: &[&str]) {
        for entry in node.entries() {
            if !names.contains(&&*entry.key) {
                let origin = Origin::field(&self.object, field.key(&entry.key));
                self.report.ledger.record(&origin, Fate::Ignored, Some(Code::UnknownField));
                let mut diagnostic = Diagnostic::new(Code::UnknownField, format!("unknown field `{}`", entry.key))
                    .at(&origin, "the API server drops it");
                if let Some(near) = names.iter().find(|name| strsim::damerau_levenshtein(name, &entry.key) <= 2) {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                }
                self.report.push(diagnostic);
            }
        }
    }

    fn wrong_type(&mut self, field: &FieldPath, expected: &str) {
        let message = format!("`{field}` must be {expected}");
        self.refuse(Diagnostic::new(Code::WrongType, message), field, "the API server refuses the object");
    }

    fn refuse(&mut self, diagnostic: Diagnostic, field: &FieldPath, label: &str) {
        self.refused = true;
        let origin = Origin::field(&self.object, field.clone());
        let code = diagnostic.code;
        self.report.push(diagnostic.at(&origin, label));
        self.report.ledger.record(
            &Origin::field(&self.object, FieldPath::root().key("spec")),
            Fate::Invalid,
            Some(code),
        );
    }
}
