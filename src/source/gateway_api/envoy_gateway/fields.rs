//! The fields of a policy, taken one by one: what is left over in the end is known only by its text.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::quantity;
use crate::gateway::milliseconds;
use crate::model::{Foreign, Located, ObjectRef, Origin};
use crate::syntax::FieldPath;

/// A spec, or a part of one, that is being read.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    rest: Value,
    source: Source,
    /// Fields that come from a policy of a parent, and that policy.
    inherited: Option<(Vec<String>, Source)>,
}

/// The object that holds a field.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub object: Arc<ObjectRef>,
    pub namespace: String,
}

impl Fields {
    pub(super) fn new(spec: Value, source: Source) -> Self {
        Self { rest: spec, source, inherited: None }
    }

    /// Says that these fields come from another object.
    pub(super) fn inheriting(self, fields: Vec<String>, from: Source) -> Self {
        Self { inherited: Some((fields, from)), ..self }
    }

    /// The object that holds the first of a path's fields.
    fn source(&self, path: &str) -> &Source {
        let first = path.split('.').next().unwrap_or_default();
        match &self.inherited {
            Some((fields, from)) if fields.iter().any(|field| field == first) => from,
            Some(_) | None => &self.source,
        }
    }

    /// The namespace in which a field's references are looked up.
    pub(super) fn namespace(&self, path: &str) -> &str {
        &self.source(path).namespace
    }

    /// Where a field stands.
    pub(super) fn origin(&self, path: &str) -> Origin {
        Origin::field(&self.source(path).object, FieldPath::root().field("spec").field(path))
    }

    /// The object as a whole.
    pub(super) fn whole(&self) -> Origin {
        Origin::object(&self.source.object)
    }

    /// Pairs a value with the field that gave it.
    pub(super) fn located<T>(&self, path: &str, value: T) -> Located<T> {
        Located::new(value, self.origin(path))
    }

    /// A field that is left.
    pub(super) fn peek(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.rest, |value, key| value.get(key))
    }

    /// Takes a field out, if it reads as what it should be. Objects that are empty then go as well.
    pub(super) fn take<T>(&mut self, path: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let taken = read(self.peek(path)?)?;
        let keys: Vec<&str> = path.split('.').collect();
        remove(&mut self.rest, &keys);
        Some(taken)
    }

    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        self.take(path, |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn texts(&mut self, path: &str) -> Option<Vec<String>> {
        self.take(path, texts)
    }

    pub(super) fn flag(&mut self, path: &str) -> Option<bool> {
        self.take(path, Value::as_bool)
    }

    pub(super) fn number(&mut self, path: &str) -> Option<u64> {
        self.take(path, Value::as_u64)
    }

    /// A duration in milliseconds.
    pub(super) fn duration(&mut self, path: &str) -> Option<u64> {
        self.take(path, |value| milliseconds(value.as_str()?))
    }

    /// A number of bytes.
    pub(super) fn bytes(&mut self, path: &str) -> Option<u64> {
        self.take(path, quantity::bytes)
    }

    /// Leaves out a field that says nothing about requests.
    pub(super) fn ignore(&mut self, path: &str) {
        self.take(path, |_| Some(()));
    }

    /// Another value of the same object.
    pub(super) fn within(&self, value: Value) -> Self {
        Self { rest: value, ..self.clone() }
    }

    /// Whether nothing is left.
    pub(super) fn is_read(&self) -> bool {
        self.rest.as_object().is_some_and(Map::is_empty)
    }

    /// What nothing has read, field by field.
    pub(super) fn foreign(self, kind: &str, protects: impl Fn(&str) -> bool) -> Vec<Located<Foreign>> {
        let Value::Object(fields) = &self.rest else { return Vec::new() };
        let foreign = fields.iter().map(|(key, value)| {
            let field = format!("{kind}.{key}");
            self.located(key, Foreign { field, value: value.to_string(), protects: protects(key), said: false })
        });
        foreign.collect()
    }
}

/// A list of texts; `None` when it holds anything else.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

fn remove(value: &mut Value, path: &[&str]) {
    let Value::Object(fields) = value else { return };
    match path {
        [] => {}
        [key] => drop(fields.remove(*key)),
        [key, rest @ ..] => {
            if let Some(inner) = fields.get_mut(*key) {
                remove(inner, rest);
                if inner.as_object().is_some_and(Map::is_empty) {
                    fields.remove(*key);
                }
            }
        }
    }
}
