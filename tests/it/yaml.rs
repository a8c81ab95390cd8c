//! YAML for tests, read by a parser that the product does not read with.

use serde_json::Value;

/// The documents of a text. Empty ones are left out.
///
/// # Errors
/// What the parser says.
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    let options = serde_saphyr::options! {
        budget: None,
        with_snippet: false,
    };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|error| error.to_string())
}

/// The objects of a document: itself, or what a `List` holds.
pub fn items(document: Value) -> Vec<Value> {
    match document.get("items") {
        Some(Value::Array(items)) if document["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => {
            items.clone()
        }
        _ => vec![document],
    }
}
