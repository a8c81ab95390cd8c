//! SARIF 2.1.0 (OASIS), which code scanning services take.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::finding::{Finding, Location, complete, named};
use super::{Place, Places, printable};
use crate::report::{Code, CodeEntry, Fingerprint, Report, Severity};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The findings as one SARIF log, with a final line break.
#[must_use]
pub fn sarif(report: &Report, places: &dyn Places) -> String {
    let findings = complete(report, usize::MAX, places);
    let codes: Vec<Code> =
        findings.iter().map(|finding| finding.diagnostic.code).collect::<BTreeSet<_>>().into_iter().collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gatelift",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|code| rule(code.entry())).collect::<Value>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(|finding| result(finding, &codes)).collect::<Value>(),
        }],
    });
    format!("{log:#}\n")
}

fn rule(entry: &CodeEntry) -> Value {
    let CodeEntry { code, number: _, name, severity, what, why, fix } = entry;
    json!({
        "id": code.to_string(),
        "name": name,
        "shortDescription": { "text": what },
        "fullDescription": { "text": format!("{what} {why}") },
        "help": { "text": fix, "markdown": format!("**Why it matters.** {why}\n\n**What to do.** {fix}") },
        "defaultConfiguration": { "level": level(*severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(finding: &Finding<'_>, codes: &[Code]) -> Value {
    let diagnostic = finding.diagnostic;
    let notes = diagnostic.notes.iter().map(|note| format!("\n{}", printable(note)));
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {}", printable(help)));
    let text: String = std::iter::once(printable(&diagnostic.message)).chain(notes).chain(help).collect();
    let file = finding.place().map_or("", Location::file);
    let mut result = json!({
        "ruleId": diagnostic.code.to_string(),
        "ruleIndex": codes.binary_search(&diagnostic.code).unwrap_or_default(),
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "partialFingerprints": { "gatelift/v1": Fingerprint::of(diagnostic, file).digest() },
    });
    // The first place is where the result is; the others say more about it.
    let mut locations = finding.marks.iter().map(|(place, label)| location(place, label));
    if let (Some(first), Some(fields)) = (locations.next(), result.as_object_mut()) {
        fields.insert("locations".to_owned(), Value::Array(vec![first]));
        let related: Vec<Value> = locations.collect();
        if !related.is_empty() {
            fields.insert("relatedLocations".to_owned(), Value::Array(related));
        }
    }
    result
}

fn location(place: &Location<'_>, label: &str) -> Value {
    let (physical, object) = match place {
        Location::Text(place, origin) => (Some(physical(place)), origin.map(named)),
        Location::Object(origin) => (None, Some(named(origin))),
    };
    let mut location = json!({});
    if let Some(fields) = location.as_object_mut() {
        fields.extend(physical.map(|physical| ("physicalLocation".to_owned(), physical)));
        let logical = |object: String| ("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": object }]));
        fields.extend(object.map(logical));
        if !label.is_empty() {
            fields.insert("message".to_owned(), json!({ "text": printable(label) }));
        }
    }
    location
}

fn physical(place: &Place<'_>) -> Value {
    let (end_line, end_column) = place.end();
    json!({
        "artifactLocation": { "uri": uri(place.file) },
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": end_line,
            "endColumn": end_column,
        },
    })
}

/// A path as a URI reference: relative ones stay relative, so that a service finds the file in its checkout.
fn uri(file: &str) -> String {
    let path = file.strip_prefix("./").unwrap_or(file).replace('\\', "/");
    let mut text = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_as_references() {
        assert_eq!(uri("./shop/a b.yaml"), "shop/a%20b.yaml");
        assert_eq!(uri("/tmp/ä:1.yaml"), "file:///tmp/%C3%A4%3A1.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
