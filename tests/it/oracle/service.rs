//! What the API server asks of a Service, as far as gatelift writes it (kubernetes pkg/apis/core/validation,
//! ValidateService).

use serde_json::Value;

use super::{Violation, metadata};

/// Why the API server would refuse the Service.
pub fn violations(object: &Value) -> Vec<Violation> {
    let mut found = metadata::violations(object, true);
    let mut refuse = |field: String, reason: &str| found.push(Violation { field, reason: reason.to_owned() });
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    if !is_label(name) || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        refuse("metadata.name".to_owned(), "no DNS label that starts with a letter (RFC 1035)");
    }
    let ports = object["spec"]["ports"].as_array().cloned().unwrap_or_default();
    if ports.is_empty() {
        refuse("spec.ports".to_owned(), "required");
    }
    for (index, port) in ports.iter().enumerate() {
        let at = |field: &str| format!("spec.ports[{index}].{field}");
        if !port["port"].as_u64().is_some_and(|number| (1..=65535).contains(&number)) {
            refuse(at("port"), "not between 1 and 65535");
        }
        if ports.len() > 1 && port["name"].as_str().is_none() {
            refuse(at("name"), "required with several ports");
        }
        if port["name"].as_str().is_some_and(|name| !is_label(name)) {
            refuse(at("name"), "no DNS label");
        }
        if ports[..index].iter().any(|other| other["name"] == port["name"]) {
            refuse(at("name"), "twice");
        }
    }
    if object["spec"]["selector"].as_object().is_none_or(serde_json::Map::is_empty) {
        refuse("spec.selector".to_owned(), "a Service without selector has no endpoints");
    }
    found
}

fn is_label(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    text.len() <= 63
        && bytes.first().copied().is_some_and(plain)
        && bytes.last().copied().is_some_and(plain)
        && bytes.iter().all(|b| plain(*b) || *b == b'-')
}
