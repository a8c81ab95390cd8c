//! The vocabulary of the table: what a CRD can say of a value.

use serde_json::Value as Json;

use super::Channel;

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A string.
    Text(&'static Text),
    /// A whole number.
    Integer(&'static Integer),
    /// `true` or `false`.
    Boolean,
    /// A list.
    List(&'static List),
    /// A mapping with known fields.
    Object(&'static Object),
    /// A mapping with any keys.
    Map(&'static Map),
}

/// A string. Lengths are in characters.
#[derive(Debug)]
pub struct Text {
    /// Shortest.
    pub min: usize,
    /// Longest; `usize::MAX` for no limit.
    pub max: usize,
    /// What it looks like.
    pub pattern: Option<Pattern>,
    /// The values there are; empty for any.
    pub one_of: &'static [&'static str],
}

/// What a string looks like.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// The expression in the CRD.
    pub text: &'static str,
    /// The same, without an engine.
    pub holds: fn(&str) -> bool,
}

/// A whole number.
#[derive(Debug)]
pub struct Integer {
    /// Smallest.
    pub min: i64,
    /// Largest.
    pub max: i64,
    /// The values there are; empty for any.
    pub one_of: &'static [i64],
}

/// A list.
#[derive(Debug)]
pub struct List {
    /// How many items.
    pub items: Items,
    /// Which items must differ.
    pub unique: Unique,
    /// What each item has to be.
    pub item: Shape,
    /// Rules on the list.
    pub rules: &'static [Rule],
}

/// How many items a list may hold.
#[derive(Debug, Clone, Copy)]
pub struct Items {
    /// Fewest.
    pub min: usize,
    /// Most; `usize::MAX` for no limit.
    pub max: usize,
}

/// Which items of a list must differ (`x-kubernetes-list-type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// None: `atomic`.
    No,
    /// All: `set`.
    Item,
    /// The values of one field: `map`.
    Field(&'static str),
}

/// A mapping with known fields.
#[derive(Debug)]
pub struct Object {
    /// The fields; others are pruned.
    pub fields: &'static [Field],
    /// Rules on the object.
    pub rules: &'static [Rule],
}

/// A mapping with any keys.
#[derive(Debug)]
pub struct Map {
    /// Most entries; `usize::MAX` for no limit.
    pub max: usize,
    /// What each value has to be.
    pub value: &'static Text,
    /// Rules on the mapping.
    pub rules: &'static [Rule],
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it has to be.
    pub shape: Shape,
    /// It must be there.
    pub required: bool,
    /// What is filled in when it is not there, as JSON.
    pub default: Option<&'static str>,
    /// Where it exists.
    pub scope: Scope,
}

/// A CEL rule (`x-kubernetes-validations`).
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The CRD's message, which names the rule.
    pub message: &'static str,
    /// Whether a value with all defaults keeps it.
    pub holds: fn(&Json) -> bool,
    /// Where it exists.
    pub scope: Scope,
}

/// Channels in which a field or rule exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In both.
    Both,
    /// Only in the standard one (the experimental one says it otherwise).
    Standard,
    /// Only in the experimental one.
    Experimental,
}

impl Scope {
    /// Whether it exists in a channel.
    #[must_use]
    pub fn holds_in(self, channel: Channel) -> bool {
        match (self, channel) {
            (Self::Both, Channel::Standard | Channel::Experimental)
            | (Self::Standard, Channel::Standard)
            | (Self::Experimental, Channel::Experimental) => true,
            (Self::Standard, Channel::Experimental) | (Self::Experimental, Channel::Standard) => false,
        }
    }
}

/// An optional field of both channels.
pub(super) const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, required: false, default: None, scope: Scope::Both }
}

impl Field {
    /// The field must be there.
    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// What is filled in.
    pub(super) const fn default(self, json: &'static str) -> Self {
        Self { default: Some(json), ..self }
    }

    /// The channels in which it exists.
    pub(super) const fn only(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }
}

/// A rule of both channels.
pub(super) const fn rule(message: &'static str, holds: fn(&Json) -> bool) -> Rule {
    Rule { message, holds, scope: Scope::Both }
}

impl Rule {
    /// The channels in which it exists.
    pub(super) const fn only(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }
}

/// A list without rules, at most so long, whose items may repeat.
pub(super) const fn list(max: usize, item: Shape) -> List {
    List { items: Items { min: 0, max }, unique: Unique::No, item, rules: &[] }
}

impl List {
    /// The fewest items.
    pub(super) const fn at_least(self, min: usize) -> Self {
        Self { items: Items { min, max: self.items.max }, ..self }
    }

    /// Which items must differ.
    pub(super) const fn unique(self, unique: Unique) -> Self {
        Self { unique, ..self }
    }

    /// Rules on the list.
    pub(super) const fn rules(self, rules: &'static [Rule]) -> Self {
        Self { rules, ..self }
    }
}

/// An object without rules.
pub(super) const fn object(fields: &'static [Field]) -> Object {
    Object { fields, rules: &[] }
}

/// Any of these strings.
pub(super) const fn one_of(values: &'static [&'static str]) -> Text {
    Text { min: 0, max: usize::MAX, pattern: None, one_of: values }
}

/// A string of some length.
pub(super) const fn length(min: usize, max: usize) -> Text {
    Text { min, max, pattern: None, one_of: &[] }
}

impl Text {
    /// What it looks like.
    pub(super) const fn like(self, pattern: Pattern) -> Self {
        Self { pattern: Some(pattern), ..self }
    }
}

/// Numbers from here to there.
pub(super) const fn between(min: i64, max: i64) -> Integer {
    Integer { min, max, one_of: &[] }
}

/// The largest `int32`, the format of all numbers here.
pub(super) const INT32_MAX: i64 = i32::MAX as i64;
