//! The keys of a mapping: merge keys and duplicates.

use std::collections::BTreeMap;

use super::build::{Fallible, fault};
use super::yaml::{SyntaxError, SyntaxErrorKind};
use super::{Entry, Node, Value};

/// Duplicate keys told for one document; more help nobody.
const MAX_DUPLICATES: usize = 16;

/// Adds what `<<` brings in. `merged` takes the positions of the entries that came this way.
pub(super) fn merge(entries: &mut Vec<Entry>, merged: &mut Vec<usize>, node: Node) -> Fallible {
    match node.value {
        Value::Mapping(more) => {
            merged.extend(entries.len()..entries.len() + more.len());
            entries.extend(more);
            Ok(())
        }
        // The first mapping of a list wins, and the last entry wins here: so from the back.
        Value::Sequence(items) => {
            let mut items = items.into_iter().rev();
            items.try_for_each(|item| match item.value {
                Value::Mapping(_) => merge(entries, merged, item),
                Value::Null
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Float(_)
                | Value::String(_)
                | Value::Sequence(_) => Err(fault(item.span, not_a_mapping(&item.value))),
            })
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => {
            Err(fault(node.span, not_a_mapping(&node.value)))
        }
    }
}

fn not_a_mapping(value: &Value) -> String {
    format!("`<<` merges mappings, and this is {}", value.what())
}

/// Leaves one entry a key: the last one, as goyaml v2 does for merged keys whatever side of `<<` the written key is
/// on (`decode.go`, `mapping`). Keys that are written twice are noted as errors.
pub(super) fn settle(entries: &mut Vec<Entry>, merged: &[usize], duplicates: &mut Vec<SyntaxError>) {
    if !has_repeats(entries) {
        return;
    }
    let mut keep = vec![true; entries.len()];
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    let mut written: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if let Some(overridden) = last.insert(&entry.key, at).and_then(|before| keep.get_mut(before)) {
            *overridden = false;
        }
        if merged.binary_search(&at).is_ok() {
            continue;
        }
        if let Some(before) = written.insert(&entry.key, at).and_then(|before| entries.get(before))
            && duplicates.len() < MAX_DUPLICATES
        {
            duplicates.push(SyntaxError {
                kind: SyntaxErrorKind::DuplicateKey { first: before.key_span },
                span: entry.key_span,
                message: format!("the key `{}` stands twice in one mapping", entry.key),
            });
        }
    }
    let mut keep = keep.into_iter();
    entries.retain(|_| keep.next().unwrap_or(true));
}

fn has_repeats(entries: &[Entry]) -> bool {
    // Nearly every mapping is small; comparing its keys by pairs needs no memory.
    if entries.len() <= 8 {
        return entries
            .iter()
            .enumerate()
            .any(|(at, entry)| entries.iter().take(at).any(|before| before.key == entry.key));
    }
    let mut keys: Vec<&str> = entries.iter().map(|entry| &*entry.key).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}
