//! JSON: always one `kind: List`, so that readers need not tell one object from several.

use serde_json::{Value, json};

use super::{Entry, sorted};

pub(super) fn list(entries: &[Entry<'_>]) -> String {
    let items: Vec<Value> = entries.iter().map(|entry| sorted(entry.object)).collect();
    format!("{:#}\n", json!({ "apiVersion": "v1", "kind": "List", "items": items }))
}
