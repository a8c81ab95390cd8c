//! From a manifest to an [`Ingress`], with the checks of the API server.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::object::{BackendRef, Ingress, IngressPath, IngressRule, IngressTls, PathType, PortRef};
use super::validation;
use crate::model::{Located, Manifest, ObjectRef, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::{DEFAULT_NAMESPACE, World};
use crate::syntax::{FieldPath, Node, Value};

/// Reads an Ingress. `None` when the API server would refuse the object; the report says why. What a cluster holds has
/// passed the API server, whose checks were fewer once: there, texts are taken as they are.
pub fn read(manifest: &Manifest, world: World, report: &mut Report) -> Option<Ingress> {
    let old = manifest.version() != "v1";
    let checked = world == World::Open;
    let mut reader =
        Reader { object: namespaced(manifest), report, old, checked, refused: None, unknown: BTreeSet::new() };
    if old {
        let message = format!("`{}` is read with its old field names", manifest.api_version);
        reader.report.push(Diagnostic::new(Code::OldApiVersion, message).at(&Origin::object(&reader.object), ""));
    }
    reader.names();
    let mut ingress = reader.ingress(&manifest.node);
    if let Some(code) = reader.refused {
        reader.give_up(&ingress, code);
        return None;
    }
    ingress.settings = reader.settings(&manifest.node, &ingress);
    Some(ingress)
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
    /// Texts are checked as the API server checks those of new objects.
    checked: bool,
    /// The first reason to refuse the object.
    refused: Option<Code>,
    unknown: BTreeSet<FieldPath>,
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
        if spec.get("rules").is_none_or(is_empty) && spec.get(default_key).is_none() {
            self.check(Some(format!("neither `rules` nor `{default_key}`")), &spec_path);
        }
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
            settings: Vec::new(),
        }
    }

    /// An object that the API server refuses serves nothing, whatever its settings say.
    fn give_up(&mut self, ingress: &Ingress, code: Code) {
        let annotations = ingress.annotations.iter().map(|(key, _)| FieldPath::annotation(key));
        for field in std::iter::once(FieldPath::root().key("spec")).chain(annotations) {
            self.report.ledger.settle_whole(&ingress.origin(&field), Fate::Invalid, Some(code));
        }
    }

    fn settings(&self, root: &Node, ingress: &Ingress) -> Vec<FieldPath> {
        let paths = ingress.rules.iter().flat_map(|rule| rule.paths.iter().flatten().map(|path| &path.field));
        let default = ingress.default_backend.iter().map(|backend| &backend.field);
        let units = ingress.tls.iter().map(|tls| &tls.field).chain(default).chain(paths).cloned().collect();
        let mut found = Vec::new();
        if let Some(spec) = root.get("spec") {
            spread(spec, FieldPath::root().key("spec"), &units, &self.unknown, &mut found);
        }
        found
    }

    fn rule(&mut self, node: &Node, field: FieldPath) -> Option<IngressRule> {
        self.known(node, &field, &["host", "http"]);
        let host = self.text(node, &field, "host").unwrap_or_default();
        if !host.is_empty() {
            self.check(validation::host(&host), &field.key("host"));
        }
        let paths = match node.get("http") {
            Some(http) if !matches!(http.value, Value::Null) => {
                let http_path = field.key("http");
                self.known(http, &http_path, &["paths"]);
                if http.get("paths").is_none_or(is_empty) {
                    self.check(Some("`http` has no paths".to_owned()), &http_path);
                }
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
            Some("ImplementationSpecific") => PathType::ImplementationSpecific,
            None => {
                if !self.old && node.get("pathType").is_none_or(|kind| kind.value == Value::Null) {
                    self.check(Some("a path has no `pathType`".to_owned()), &field);
                }
                PathType::ImplementationSpecific
            }
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
        let written = node.get("path").and_then(Node::as_str).unwrap_or_default();
        let problem = match path_type {
            PathType::Exact | PathType::Prefix => validation::strict_path(written),
            PathType::ImplementationSpecific => validation::path(written),
        };
        self.check(problem, &field.key("path"));
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
        if node.get("resource").is_some_and(|resource| resource.value != Value::Null) {
            self.check(Some("a backend names a service and a resource".to_owned()), field);
        }
        let service_path = field.key("service");
        self.known(service, &service_path, &["name", "port"]);
        let name = self.text(service, &service_path, "name");
        if name.is_some() || service.get("name").is_none() {
            self.check(validation::service(name.as_deref().unwrap_or_default()), &service_path.key("name"));
        }
        let port = match service.get("port") {
            Some(port) => {
                let port_path = service_path.key("port");
                self.known(port, &port_path, &["name", "number"]);
                self.check(validation::port(port), &port_path);
                match self.text(port, &port_path, "name") {
                    Some(name) if !name.is_empty() => PortRef::Name(name),
                    Some(_) | None => self.port(port, &port_path, "number"),
                }
            }
            None => PortRef::Number(0),
        };
        Some(BackendRef { service: name, port, field: field.clone() })
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
                Some(host) => {
                    self.check(validation::host(host), &path);
                    hosts.push(host.to_owned());
                }
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
                self.unknown.insert(field.key(&entry.key));
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

    /// Name and namespace (ValidateIngress: a DNS subdomain, a DNS label).
    fn names(&mut self) {
        let metadata = FieldPath::root().key("metadata");
        let object = Arc::clone(&self.object);
        self.check(validation::subdomain(&object.name), &metadata.key("name"));
        self.check(validation::label(&object.namespace), &metadata.key("namespace"));
    }

    fn check(&mut self, problem: Option<String>, field: &FieldPath) {
        if let Some(problem) = problem.filter(|_| self.checked) {
            self.refuse(Diagnostic::new(Code::InvalidObject, problem), field, "the API server refuses it");
        }
    }

    fn refuse(&mut self, diagnostic: Diagnostic, field: &FieldPath, label: &str) {
        self.refused.get_or_insert(diagnostic.code);
        self.report.push(diagnostic.at(&Origin::field(&self.object, field.clone()), label));
    }
}

/// Null, or a list without items.
fn is_empty(list: &Node) -> bool {
    match &list.value {
        Value::Null => true,
        Value::Sequence(items) => items.is_empty(),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Mapping(_) => false,
    }
}

/// The settings of a field: itself if it is one and all its parts are known, else those of its parts.
fn spread(
    node: &Node,
    path: FieldPath,
    units: &BTreeSet<FieldPath>,
    unknown: &BTreeSet<FieldPath>,
    found: &mut Vec<FieldPath>,
) {
    if unknown.contains(&path) || node.value == Value::Null {
        return;
    }
    let parts = node.entries().iter().map(|entry| (&entry.node, path.key(&entry.key)));
    let items = node.items().iter().enumerate().map(|(index, item)| (item, path.index(index)));
    let parts: Vec<(&Node, FieldPath)> = parts.chain(items).collect();
    let scalar = !matches!(node.value, Value::Mapping(_) | Value::Sequence(_));
    if scalar || (units.contains(&path) && !unknown.iter().any(|field| path.covers(field))) {
        found.push(path);
        return;
    }
    for (node, path) in parts {
        spread(node, path, units, unknown, found);
    }
}
