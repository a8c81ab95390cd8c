//! One line a finding, for editors and grep: `file:line:column: warning[G2L118] message`.

use super::finding::{Location, complete, named};
use super::{Places, printable};
use crate::report::Report;

/// One line a finding.
#[must_use]
pub fn concise(report: &Report, places: &dyn Places) -> String {
    complete(report, 1, places)
        .iter()
        .map(|finding| {
            let place = match finding.place() {
                Some(Location::Text(place, _)) => format!("{}:{}:{}: ", place.file, place.line, place.column),
                Some(Location::Object(origin)) => format!("{}: ", named(origin)),
                None => String::new(),
            };
            let diagnostic = finding.diagnostic;
            let line = format!("{place}{}[{}] {}", diagnostic.severity, diagnostic.code, diagnostic.message);
            format!("{}\n", printable(&line).replace('\n', " "))
        })
        .collect()
}
