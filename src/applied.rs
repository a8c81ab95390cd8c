//! What the API server and the controllers say of applied objects, told at the line of the input that caused it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::input::Input;
use crate::live::apply::Fate;
use crate::live::{Problem, Refusal, Status};
use crate::model::Origin;
use crate::report::{Code, Diagnostic};
use crate::syntax::{FieldPath, Node, Value};

/// An object that was applied.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// The object.
    pub object: &'a Json,
    /// The fields that it came from.
    pub origins: &'a [Origin],
    /// Where those are.
    pub input: &'a Input,
}

impl Applied<'_> {
    /// What there is to say about its fate; nothing when it is there as wanted, or was not tried.
    #[must_use]
    pub fn fate(&self, fate: &Fate) -> Vec<Diagnostic> {
        match fate {
            Fate::Created | Fate::Configured | Fate::Unchanged | Fate::NotTried => Vec::new(),
            Fate::Conflict(refusal) => vec![self.conflict(refusal)],
            Fate::Refused(refusal) => self.refused(refusal),
            Fate::NotServed => {
                let message = format!("{} is not applied: {}", self.label(), self.not_served());
                vec![self.diagnostic(Code::NotApplied, message, "", "").help("install the CRDs of the target first")]
            }
            Fate::Unsure => {
                let message = format!("{} may or may not have been applied", self.label());
                vec![self.diagnostic(Code::NotApplied, message, "", "").help("run the same command again")]
            }
        }
    }

    /// The cluster does not serve its kind, before anything is applied.
    #[must_use]
    pub fn unserved(&self) -> Diagnostic {
        let message = format!("{} cannot be applied: {}", self.label(), self.not_served());
        self.diagnostic(Code::ClusterWouldRefuse, message, "", "").help(Code::ClusterWouldRefuse.entry().fix)
    }

    /// What the definitions of the cluster say against one of its fields.
    #[must_use]
    pub fn against_definition(&self, field: &FieldPath, reason: &str) -> Diagnostic {
        let field = field.to_string();
        let place = if field.is_empty() { String::new() } else { format!(" at `{field}`") };
        let message = format!("{} does not fit the CRDs of the cluster{place}: {reason}", self.label());
        self.diagnostic(Code::ClusterWouldRefuse, message, &field, reason).help(Code::ClusterWouldRefuse.entry().fix)
    }

    fn not_served(&self) -> String {
        let text = |key: &str| self.object.get(key).and_then(Json::as_str).unwrap_or_default();
        format!("the cluster does not serve {} of `{}`", text("kind"), text("apiVersion"))
    }

    /// What the controllers say against it.
    #[must_use]
    pub fn status(&self, status: &Status) -> Vec<Diagnostic> {
        let mut said: Vec<_> = status.problems.iter().map(|problem| self.problem(problem)).collect();
        if said.is_empty() && !status.missing.is_empty() {
            let message = format!("{} is not ready: nobody has set {}", self.label(), status.missing.join(", "));
            let help = "see whether the controller of its GatewayClass runs, or wait longer with --timeout";
            said.push(self.diagnostic(Code::NotReady, message, "", "").help(help));
        }
        said
    }

    fn problem(&self, problem: &Problem) -> Diagnostic {
        let Problem { condition, reason, message, part } = problem;
        let part = if part.is_empty() { String::new() } else { format!(" ({part})") };
        let what = format!("{}{part}: {condition} is False: {reason}", self.label());
        let diagnostic = self.diagnostic(Code::ConditionFalse, what, "", message);
        diagnostic.note(format!("the controller says: {message}")).help(Code::ConditionFalse.entry().fix)
    }

    fn conflict(&self, refusal: &Refusal) -> Diagnostic {
        let message = format!("{} is not applied: others set some of its fields", self.label());
        let field = refusal.causes.first().map_or("", |cause| cause.field.as_str());
        let mut diagnostic = self.diagnostic(Code::ApplyConflict, message, field, "");
        for cause in &refusal.causes {
            let field = cause.field.trim_start_matches('.');
            diagnostic = diagnostic.note(format!("`{field}`: {}", cause.message));
        }
        diagnostic.help("pass --force-conflicts to take the fields over, or leave the object to its manager")
    }

    fn refused(&self, refusal: &Refusal) -> Vec<Diagnostic> {
        let what = |reason: &str| format!("{} is refused: {reason}", self.label());
        if refusal.causes.is_empty() {
            // `….spec.rules[0].retry: field not declared in schema`, of an apply with strict fields.
            let mut words = refusal.message.split_whitespace().map(|word| word.trim_end_matches(':'));
            let field = words.find(|word| word.starts_with(".spec")).unwrap_or_default();
            return vec![self.diagnostic(Code::ApplyRefused, what(&refusal.message), field, &refusal.message)];
        }
        let one = |cause: &crate::live::Cause| {
            let place = if cause.field.is_empty() { String::new() } else { format!("`{}`: ", cause.field) };
            let message = what(&format!("{place}{}", cause.message));
            self.diagnostic(Code::ApplyRefused, message, &cause.field, &cause.message)
        };
        refusal.causes.iter().map(one).collect()
    }

    fn diagnostic(&self, code: Code, message: String, field: &str, words: &str) -> Diagnostic {
        let diagnostic = Diagnostic::new(code, message);
        match self.culprit(field, words).or_else(|| self.origins.first().cloned()) {
            Some(origin) => diagnostic.at(&origin, ""),
            None => diagnostic,
        }
    }

    /// `HTTPRoute shop/web`.
    #[must_use]
    pub fn label(&self) -> String {
        let text = |pointer: &str| self.object.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
        let (kind, namespace, name) = (text("/kind"), text("/metadata/namespace"), text("/metadata/name"));
        if namespace.is_empty() { format!("{kind} {name}") } else { format!("{kind} {namespace}/{name}") }
    }

    /// The field of the input whose value stands in the field that is wrong, or that the message names. The longest value
    /// is the one that is meant: it is in the fewest places.
    fn culprit(&self, field: &str, words: &str) -> Option<Origin> {
        let object = Node::from_json(self.object);
        let mut values = Vec::new();
        if let Some(node) = path(field).and_then(|path| object.at(&path).cloned()) {
            scalars(&node, &FieldPath::root(), &mut |_, text| values.push(text));
        }
        values.extend(named(words));
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.iter().filter(|value| value.len() > 1).find_map(|value| self.find(value))
    }

    fn find(&self, value: &str) -> Option<Origin> {
        let objects: BTreeSet<_> = self.origins.iter().map(|origin| &origin.object).collect();
        for object in objects {
            let Some(manifest) = self.input.manifests.iter().find(|manifest| manifest.object == *object) else {
                continue;
            };
            let mut found = None;
            scalars(&manifest.node, &FieldPath::root(), &mut |path, text| {
                if text == value && found.is_none() {
                    found = Some(path.clone());
                }
            });
            if let Some(path) = found {
                return Some(Origin::field(object, path));
            }
        }
        None
    }
}

/// Every scalar of a tree with its path, as text.
fn scalars(node: &Node, path: &FieldPath, take: &mut dyn FnMut(&FieldPath, String)) {
    match &node.value {
        Value::Mapping(entries) => entries.iter().for_each(|entry| scalars(&entry.node, &path.key(&entry.key), take)),
        Value::Sequence(items) => {
            items.iter().enumerate().for_each(|(index, item)| scalars(item, &path.index(index), take));
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => {
            if let Some(text) = node.scalar_text() {
                take(path, text);
            }
        }
    }
}

/// `spec.rules[0].matches` as a path; `None` for what is none.
fn path(text: &str) -> Option<FieldPath> {
    let mut path = FieldPath::root();
    for part in text.trim_start_matches('.').split('.').filter(|part| !part.is_empty()) {
        let (key, indexes) = part.split_once('[').map_or((part, ""), |(key, rest)| (key, rest));
        path = path.key(key);
        for index in indexes.split('[').filter(|index| !index.is_empty()) {
            path = path.index(index.trim_end_matches(']').parse().ok()?);
        }
    }
    (!path.steps().is_empty()).then_some(path)
}

/// What a message names: everything in quotes, and both halves of `namespace/name`.
fn named(words: &str) -> Vec<String> {
    let quoted = words.split(['"', '\'', '`']).skip(1).step_by(2).map(str::to_owned);
    let plain = words.split(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '`' | '(' | ')'));
    let halves =
        plain.filter_map(|word| word.split_once('/')).map(|(_, name)| name.trim_matches(['.', ':']).to_owned());
    quoted.chain(halves).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_text;
    use serde_json::json;

    const INGRESS: &str = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  namespace: shop\n\
        spec:\n  rules:\n  - host: a.example.com\n    http:\n      paths:\n      - path: /a//b\n        pathType: Exact\n\
        \x20       backend:\n          service:\n            name: api\n            port:\n              number: 80\n";

    fn place(diagnostic: &Diagnostic) -> String {
        diagnostic.labels.first().map(|label| label.origin.path.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_line_that_caused_it() {
        let input = read_text("in.yaml", INGRESS);
        let origins = vec![Origin::object(&input.manifests[0].object)];
        let object = json!({ "kind": "HTTPRoute", "metadata": { "name": "web", "namespace": "shop" }, "spec": { "rules": [
            { "matches": [{ "path": { "value": "/a//b" } }], "backendRefs": [{ "name": "api" }] }] } });
        let applied = Applied { object: &object, origins: &origins, input: &input };

        let problem = Problem {
            condition: "ResolvedRefs".to_owned(),
            reason: "BackendNotFound".to_owned(),
            message: "service shop/api not found".to_owned(),
            part: String::new(),
        };
        let status = Status { problems: vec![problem], missing: Vec::new() };
        let said = applied.status(&status);
        assert_eq!(place(&said[0]), "spec.rules[0].http.paths[0].backend.service.name");

        let cause = crate::live::Cause {
            field: "spec.rules[0].matches[0].path".to_owned(),
            reason: "FieldValueInvalid".to_owned(),
            message: "must not contain '//'".to_owned(),
        };
        let refusal = Refusal { code: 422, causes: vec![cause], ..Refusal::default() };
        let said = applied.fate(&Fate::Refused(refusal));
        assert_eq!(place(&said[0]), "spec.rules[0].http.paths[0].path");
        assert!(said[0].message.starts_with("HTTPRoute shop/web is refused: `spec.rules[0].matches[0].path`"));
        assert_eq!(place(&applied.fate(&Fate::NotServed)[0]), "");

        let message =
            "failed to create typed patch object (shop/web): .spec.rules[0].matches: field not declared in schema";
        let refusal = Refusal { code: 500, message: message.to_owned(), ..Refusal::default() };
        assert_eq!(place(&applied.fate(&Fate::Refused(refusal))[0]), "spec.rules[0].http.paths[0].path");
    }

    #[test]
    fn names_in_messages() {
        assert_eq!(named("Service \"api\" in ns/web: no, not 'x'."), ["api", "x", "web"]);
        assert_eq!(
            path("spec.rules[0].a[1][2]").map(|path| path.to_string()).as_deref(),
            Some("spec.rules[0].a[1][2]")
        );
        assert!(path("").is_none() && path("a[x]").is_none());
    }
}
