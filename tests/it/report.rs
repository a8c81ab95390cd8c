//! The one place of the tests that knows how `--message-format json` is built.

use serde_json::Value;

/// One line of the ledger: what became of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// `Ingress shop/web`.
    pub object: String,
    /// `spec.rules[0].host`.
    pub field: String,
    pub fate: String,
}

/// The report on stderr, which is one JSON document.
pub fn parse(stderr: &str) -> Option<Value> {
    serde_json::from_str(stderr).ok()
}

/// What became of every setting.
pub fn ledger(report: &Value) -> Vec<LedgerEntry> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let entries = report["ledger"]["entries"].as_array().cloned().unwrap_or_default();
    entries
        .iter()
        .map(|entry| LedgerEntry {
            object: text(entry, "object"),
            field: text(entry, "field"),
            fate: text(entry, "fate"),
        })
        .collect()
}

/// Whether there is an error with one of the codes.
pub fn has_error(report: &Value, codes: &[&str]) -> bool {
    let diagnostics = report["diagnostics"].as_array().map_or(&[][..], Vec::as_slice);
    diagnostics.iter().any(|diagnostic| {
        diagnostic["severity"] == "error" && diagnostic["code"].as_str().is_some_and(|code| codes.contains(&code))
    })
}
