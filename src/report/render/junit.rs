//! JUnit XML, which build servers show as test results: errors are failures, other findings are passed tests with output.

use super::finding::{Finding, Location, complete, named};
use super::{Places, printable};
use crate::report::{Report, Severity};

/// The findings as one test suite, with a final line break.
#[must_use]
pub fn junit(report: &Report, places: &dyn Places) -> String {
    let findings = complete(report, usize::MAX, places);
    let failures = findings.iter().filter(|finding| finding.diagnostic.severity == Severity::Error).count();
    // A suite without tests counts as a failure on some servers.
    let cases: String = match findings.is_empty() {
        true => "    <testcase classname=\"gatelift\" name=\"no findings\"/>\n".to_owned(),
        false => findings.iter().map(case).collect(),
    };
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", findings.len().max(1));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gatelift\" {counts}>\n  \
         <testsuite name=\"gatelift\" {counts}>\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn case(finding: &Finding<'_>) -> String {
    let diagnostic = finding.diagnostic;
    let (file, place) = match finding.place() {
        Some(Location::Text(place, _)) => {
            (place.file.to_owned(), format!("{}:{}:{}", place.file, place.line, place.column))
        }
        Some(Location::Object(origin)) => (String::new(), named(origin)),
        None => (String::new(), String::new()),
    };
    let name = format!("{} {} {place}", diagnostic.code, diagnostic.code.entry().name);
    let notes: String = diagnostic.notes.iter().map(|note| format!("\nnote: {note}")).collect();
    let help: String = diagnostic.help.iter().map(|help| format!("\nhelp: {help}")).collect();
    let place = if place.is_empty() { place } else { format!("{place}: ") };
    let head = format!("{}[{}]", diagnostic.severity, diagnostic.code);
    let details = xml(&format!("{place}{head} {}{notes}{help}", diagnostic.message));
    let class = if file.is_empty() { "gatelift".to_owned() } else { xml(&file) };
    let body = match diagnostic.severity {
        Severity::Error => {
            let message = xml(&diagnostic.message);
            format!("<failure type=\"{}\" message=\"{message}\">{details}</failure>", diagnostic.code)
        }
        Severity::Warning | Severity::Info => format!("<system-out>{details}</system-out>"),
    };
    format!("    <testcase classname=\"{class}\" name=\"{}\">\n      {body}\n    </testcase>\n", xml(name.trim_end()))
}

/// Text of an element or attribute. XML 1.0 has no way to write most control characters.
fn xml(text: &str) -> String {
    printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
