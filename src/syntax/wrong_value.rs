//! A value that does not fit its field, said in the words of manifests rather than of Rust.

use std::fmt::{self, Display};

use serde::de::{Expected, Unexpected};

use super::FieldPath;

/// A value does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongValue {
    path: Option<FieldPath>,
    /// What is wrong, in one line: `expected a whole number, found text "80"`.
    pub message: String,
}

impl WrongValue {
    /// The field, from the top of what was read.
    #[must_use]
    pub fn path(&self) -> FieldPath {
        self.path.clone().unwrap_or_default()
    }

    /// Names the field unless it is named already: the innermost place knows best.
    pub(super) fn or_at(mut self, path: impl FnOnce() -> FieldPath) -> Self {
        self.path.get_or_insert_with(path);
        self
    }
}

impl Display for WrongValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) if !path.steps().is_empty() => write!(f, "{path}: {}", self.message),
            Some(_) | None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for WrongValue {}

impl serde::de::Error for WrongValue {
    fn custom<T: Display>(message: T) -> Self {
        Self { path: None, message: message.to_string() }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {}, found {}", wanted(&expected.to_string()), Found(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {}, found {}", in_range(&expected.to_string()), Found(found)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format_args!("the field `{field}` is missing"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let known: Vec<String> = expected.iter().map(|name| format!("`{name}`")).collect();
        Self::custom(format_args!("`{variant}` is none of {}", known.join(", ")))
    }
}

/// serde names Rust's types; manifests have other names for them.
fn wanted(expected: &str) -> &str {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a string" | "string" => "text",
        "a sequence" => "a list",
        "a map" => "a mapping",
        other if other.starts_with("struct ") => "a mapping",
        other => other,
    }
}

fn in_range(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" => "a whole number from 0",
        "i32" => "a whole number from -2147483648 to 2147483647",
        other => wanted(other),
    }
}

struct Found<'a>(Unexpected<'a>);

impl Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Bool(value) => write!(f, "the boolean `{value}`"),
            Unexpected::Unsigned(value) => write!(f, "the number `{value}`"),
            Unexpected::Signed(value) => write!(f, "the number `{value}`"),
            Unexpected::Float(value) => write!(f, "the number `{value}`"),
            Unexpected::Str(text) => write!(f, "text {text:?}"),
            Unexpected::Unit | Unexpected::Option => f.write_str("null"),
            Unexpected::Seq => f.write_str("a list"),
            Unexpected::Map => f.write_str("a mapping"),
            other => other.fmt(f),
        }
    }
}
