//! Checks a value against the table, in the API server's order: prune, default, limits, rules.

use serde_json::{Map as JsonMap, Value as Json};

use super::Channel;
use super::schema::{Integer, List, Map, Object, Rule, Shape, Text, Unique};
use crate::syntax::FieldPath;

/// Something that the API server would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What is broken.
    pub constraint: Constraint,
    /// The field.
    pub path: FieldPath,
    /// What the API server says.
    pub message: String,
}

/// What can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Constraint {
    /// The JSON type.
    Type,
    /// A required field.
    Required,
    /// The values there are.
    Enum,
    /// What a string looks like.
    Pattern,
    /// The length of a string.
    Length,
    /// The range of a number.
    Range,
    /// The number of items.
    Items,
    /// Items that must differ.
    Unique,
    /// A CEL rule, by its message.
    Rule(&'static str),
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Checks a `spec`, which is not needed further: it is brought into the form that is stored in place.
pub(super) fn check(spec: Option<Json>, schema: &'static Object, channel: Channel) -> Vec<Violation> {
    let at = At { above: None, step: Here::Key("spec") };
    let mut found = Found(Vec::new());
    let Some(mut spec) = spec else {
        found.add(Constraint::Required, at, "Required value".to_owned());
        return found.0;
    };
    let shape = Shape::Object(schema);
    store(&mut spec, shape, channel);
    found.limits(&spec, shape, at, channel);
    if found.0.is_empty() {
        found.rules(&spec, shape, at, channel);
    }
    found.0
}

/// The value as it is stored: without unknown fields, with defaults. What has the wrong type stays as it is.
fn store(value: &mut Json, shape: Shape, channel: Channel) {
    match (shape, value) {
        (Shape::Object(object), Json::Object(entries)) => {
            let known =
                |name: &str| object.fields.iter().find(|field| field.name == name && field.scope.holds_in(channel));
            entries.retain(|name, _| known(name).is_some());
            fill_in(entries, object, channel);
            for (name, value) in entries {
                if let Some(field) = known(name) {
                    store(value, field.shape, channel);
                }
            }
        }
        (Shape::List(list), Json::Array(items)) => {
            items.iter_mut().for_each(|item| store(item, list.item, channel));
        }
        (
            Shape::Object(_) | Shape::List(_) | Shape::Text(_) | Shape::Integer(_) | Shape::Boolean | Shape::Map(_),
            _,
        ) => {}
    }
}

fn fill_in(entries: &mut JsonMap<String, Json>, object: &Object, channel: Channel) {
    for field in object.fields.iter().filter(|field| field.scope.holds_in(channel)) {
        if let Some(default) = field.default.filter(|_| !entries.contains_key(field.name))
            && let Ok(default) = serde_json::from_str(default)
        {
            entries.insert(field.name.to_owned(), default);
        }
    }
}

/// Fields that are not in the table, in the order of the object.
pub(super) fn unknown_fields(spec: &Json, schema: &'static Object, channel: Channel) -> Vec<FieldPath> {
    let mut found = Vec::new();
    unknown(spec, Shape::Object(schema), &FieldPath::root().key("spec"), channel, &mut found);
    found
}

fn unknown(value: &Json, shape: Shape, path: &FieldPath, channel: Channel, found: &mut Vec<FieldPath>) {
    match (shape, value) {
        (Shape::Object(object), Json::Object(entries)) => {
            for (key, value) in entries {
                let path = path.key(key);
                let field = object.fields.iter().find(|field| field.name == key && field.scope.holds_in(channel));
                match field {
                    Some(field) => unknown(value, field.shape, &path, channel, found),
                    None => found.push(path),
                }
            }
        }
        (Shape::List(list), Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                unknown(item, list.item, &path.index(index), channel, found);
            }
        }
        (
            Shape::Object(_) | Shape::List(_) | Shape::Text(_) | Shape::Integer(_) | Shape::Boolean | Shape::Map(_),
            _,
        ) => {}
    }
}

/// The way down to a value, on the stack: only a violation makes a path of it.
#[derive(Clone, Copy)]
struct At<'a> {
    above: Option<&'a At<'a>>,
    step: Here<'a>,
}

#[derive(Clone, Copy)]
enum Here<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    fn key(&'a self, key: &'a str) -> Self {
        Self { above: Some(self), step: Here::Key(key) }
    }

    fn index(&'a self, index: usize) -> Self {
        Self { above: Some(self), step: Here::Index(index) }
    }

    fn path(&self) -> FieldPath {
        let above = self.above.map_or_else(FieldPath::root, Self::path);
        match self.step {
            Here::Key(key) => above.key(key),
            Here::Index(index) => above.index(index),
        }
    }
}

impl std::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.path().fmt(f)
    }
}

struct Found(Vec<Violation>);

impl Found {
    fn add(&mut self, constraint: Constraint, at: At<'_>, message: String) {
        self.0.push(Violation { constraint, path: at.path(), message });
    }

    fn limits(&mut self, value: &Json, shape: Shape, at: At<'_>, channel: Channel) {
        match (shape, value) {
            (Shape::Text(text), Json::String(value)) => self.text(value, text, at),
            (Shape::Integer(integer), Json::Number(number)) if number.is_i64() => {
                self.integer(number.as_i64().unwrap_or_default(), integer, at);
            }
            (Shape::Boolean, Json::Bool(_)) => {}
            (Shape::List(list), Json::Array(items)) => self.list(items, list, at, channel),
            (Shape::Object(object), Json::Object(entries)) => self.object(entries, object, at, channel),
            (Shape::Map(map), Json::Object(entries)) => self.map(entries, map, at),
            (shape, value) => {
                let (expected, got) = (type_of_shape(shape), type_of(value));
                let message = format!("Invalid value: {got:?}: {at} in body must be of type {expected}: {got:?}");
                self.add(Constraint::Type, at, message);
            }
        }
    }

    fn text(&mut self, value: &str, text: &Text, at: At<'_>) {
        let length = value.chars().count();
        if !text.one_of.is_empty() && !text.one_of.contains(&value) {
            let supported = text.one_of.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
            self.add(Constraint::Enum, at, format!("Unsupported value: {value:?}: supported values: {supported}"));
        }
        if length < text.min {
            let message = format!("Invalid value: {value:?}: {at} in body should be at least {} chars long", text.min);
            self.add(Constraint::Length, at, message);
        }
        if length > text.max {
            self.add(Constraint::Length, at, format!("Too long: may not be more than {} bytes", text.max));
        }
        if let Some(pattern) = text.pattern
            && !(pattern.holds)(value)
        {
            let message = format!("Invalid value: {value:?}: {at} in body should match '{}'", pattern.text);
            self.add(Constraint::Pattern, at, message);
        }
    }

    fn integer(&mut self, value: i64, integer: &Integer, at: At<'_>) {
        if !integer.one_of.is_empty() && !integer.one_of.contains(&value) {
            let supported = integer.one_of.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ");
            self.add(Constraint::Enum, at, format!("Unsupported value: {value}: supported values: {supported}"));
        }
        let bound = |what: &str, bound: i64| format!("Invalid value: {value}: {at} in body should be {what} {bound}");
        if value < integer.min {
            self.add(Constraint::Range, at, bound("greater than or equal to", integer.min));
        }
        if value > integer.max {
            self.add(Constraint::Range, at, bound("less than or equal to", integer.max));
        }
    }

    fn list(&mut self, items: &[Json], list: &List, at: At<'_>, channel: Channel) {
        let (count, limits) = (items.len(), list.items);
        if count < limits.min {
            let message = format!("Invalid value: {count}: {at} in body should have at least {} items", limits.min);
            self.add(Constraint::Items, at, message);
        }
        if count > limits.max {
            let message = format!("Too many: {count}: must have at most {} items", limits.max);
            self.add(Constraint::Items, at, message);
        }
        let key = |item: &Json| match list.unique {
            Unique::No => None,
            Unique::Item => Some(item.to_string()),
            Unique::Field(field) => item.get(field).map(|value| format!("{{{field:?}:{value}}}")),
        };
        let keys: Vec<_> = items.iter().map(key).collect();
        for (index, item) in items.iter().enumerate() {
            let at = at.index(index);
            if let Some(Some(own)) = keys.get(index)
                && keys.iter().take(index).flatten().any(|earlier| earlier == own)
            {
                self.add(Constraint::Unique, at, format!("Duplicate value: {own}"));
            }
            self.limits(item, list.item, at, channel);
        }
    }

    fn object(&mut self, entries: &JsonMap<String, Json>, object: &Object, at: At<'_>, channel: Channel) {
        for field in object.fields.iter().filter(|field| field.scope.holds_in(channel)) {
            let at = at.key(field.name);
            match entries.get(field.name) {
                Some(value) => self.limits(value, field.shape, at, channel),
                None if field.required => self.add(Constraint::Required, at, "Required value".to_owned()),
                None => {}
            }
        }
    }

    fn map(&mut self, entries: &JsonMap<String, Json>, map: &Map, at: At<'_>) {
        if entries.len() > map.max {
            let message = format!("Too many: {}: must have at most {} items", entries.len(), map.max);
            self.add(Constraint::Items, at, message);
        }
        for (key, value) in entries {
            self.limits(value, Shape::Text(map.value), at.key(key), Channel::Standard);
        }
    }

    fn rules(&mut self, value: &Json, shape: Shape, at: At<'_>, channel: Channel) {
        match (shape, value) {
            (Shape::List(list), Json::Array(items)) => {
                self.kept(value, list.rules, at, channel);
                for (index, item) in items.iter().enumerate() {
                    self.rules(item, list.item, at.index(index), channel);
                }
            }
            (Shape::Object(object), Json::Object(entries)) => {
                self.kept(value, object.rules, at, channel);
                for field in object.fields.iter().filter(|field| field.scope.holds_in(channel)) {
                    if let Some(value) = entries.get(field.name) {
                        self.rules(value, field.shape, at.key(field.name), channel);
                    }
                }
            }
            (Shape::Map(map), _) => self.kept(value, map.rules, at, channel),
            (Shape::Text(_) | Shape::Integer(_) | Shape::Boolean | Shape::List(_) | Shape::Object(_), _) => {}
        }
    }

    fn kept(&mut self, value: &Json, rules: &[Rule], at: At<'_>, channel: Channel) {
        for rule in rules.iter().filter(|rule| rule.scope.holds_in(channel) && !(rule.holds)(value)) {
            self.add(Constraint::Rule(rule.message), at, format!("Invalid value: {}", rule.message));
        }
    }
}

fn type_of_shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Text(_) => "string",
        Shape::Integer(_) => "integer",
        Shape::Boolean => "boolean",
        Shape::List(_) => "array",
        Shape::Object(_) | Shape::Map(_) => "object",
    }
}

fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}
