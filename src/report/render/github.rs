//! Workflow commands of GitHub Actions: a finding is shown at its line of the pull request.

use super::finding::{Finding, Location, complete, named};
use super::{Place, Places, printable};
use crate::report::{Report, Severity};

/// One workflow command a finding.
#[must_use]
pub fn github(report: &Report, places: &dyn Places) -> String {
    complete(report, usize::MAX, places).iter().map(command).collect()
}

fn command(finding: &Finding<'_>) -> String {
    let diagnostic = finding.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let title = format!("{} {}", diagnostic.code, diagnostic.code.entry().name);
    let (place, object) = match finding.place() {
        Some(Location::Text(place, _)) => (properties(place), String::new()),
        Some(Location::Object(origin)) => (String::new(), format!("{}: ", named(origin))),
        None => (String::new(), String::new()),
    };
    let notes: String = diagnostic.notes.iter().map(|note| format!("\n{note}")).collect();
    let help: String = diagnostic.help.iter().map(|help| format!("\nhelp: {help}")).collect();
    let message = escaped(&printable(&format!("{object}{}{notes}{help}", diagnostic.message)));
    format!("::{level} title={}{place}::{message}\n", property(&title))
}

/// `,file=f,line=7,…`. Columns only within one line: GitHub refuses them otherwise.
fn properties(place: &Place<'_>) -> String {
    let (end_line, end_column) = place.end();
    let file = property(place.file.strip_prefix("./").unwrap_or(place.file));
    let columns =
        if end_line == place.line { format!(",col={},endColumn={}", place.column, end_column) } else { String::new() };
    format!(",file={file},line={},endLine={end_line}{columns}", place.line)
}

/// The message ends at a line break, so those are encoded.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}
