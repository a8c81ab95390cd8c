//! The report as JSON, version 1. `gatelift list schema` prints its schema, made from these types.

use schemars::JsonSchema;
use serde::Serialize;

use super::finding::{Finding, Location, complete};
use super::{Place, Places};
use crate::model::Origin;
use crate::report::{self, Fate, Ledger, Severity, Summary};

/// The report as JSON, with a final line break.
#[must_use]
pub fn json(report: &report::Report, summary: &Summary, places: &dyn Places) -> String {
    let report = Report {
        version: 1,
        diagnostics: complete(report, usize::MAX, places).iter().map(Diagnostic::new).collect(),
        ledger: ledger(&report.ledger, places),
        summary: summary.into(),
    };
    // Strings, numbers and lists: nothing that JSON lacks.
    format!("{}\n", serde_json::to_string_pretty(&report).unwrap_or_default())
}

/// JSON Schema of [`json`]'s output, with a final line break.
#[must_use]
pub fn json_schema() -> String {
    format!("{:#}\n", schemars::schema_for!(Report).to_value())
}

/// What gatelift found in an input, and what became of every setting.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "gatelift report")]
struct Report {
    /// Version of this format. New fields may appear within a version; none changes its meaning.
    version: u32,
    /// Findings, by place.
    diagnostics: Vec<Diagnostic>,
    /// What became of every setting of the input.
    ledger: JsonLedger,
    /// What went in and what came out.
    summary: JsonSummary,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
struct Diagnostic {
    /// `G2L118`.
    #[schemars(regex(pattern = r"^G2L[0-9]{3}$"))]
    code: String,
    /// `annotation-not-carried`.
    name: &'static str,
    /// How bad it is.
    severity: Severity,
    /// What, in one line.
    message: String,
    /// Where. The first is the place itself; none when it is about no place.
    places: Vec<JsonPlace>,
    /// What it means for requests; further facts.
    notes: Vec<String>,
    /// The next action.
    help: Option<String>,
}

/// A place in a file, an object or both.
#[derive(Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct JsonPlace {
    /// The file as it was named by the user; null for an object of a cluster.
    file: Option<String>,
    /// Line of the first character, from 1.
    line: Option<usize>,
    /// Column of the first character, from 1.
    column: Option<usize>,
    /// Line after the last character.
    end_line: Option<usize>,
    /// Column after the last character.
    end_column: Option<usize>,
    /// `Ingress shop/web`; null for text that is no object.
    object: Option<String>,
    /// `spec.rules[0].host`; empty for the object as a whole.
    field: Option<String>,
    /// What is said there; may be empty.
    text: String,
}

/// What became of every setting.
#[derive(Serialize, JsonSchema)]
struct JsonLedger {
    /// How many settings have each fate.
    counts: Fates,
    /// Every setting, by object and field.
    entries: Vec<Setting>,
}

/// Settings by fate.
#[derive(Serialize, JsonSchema)]
struct Fates {
    /// The output does the same.
    carried: usize,
    /// No effect at run time.
    ignored: usize,
    /// The output does nearly the same.
    approximated: usize,
    /// The output does not do it.
    dropped: usize,
    /// The input is wrong, so the data plane never did it.
    invalid: usize,
}

/// A setting: an annotation, or a field with all below it.
#[derive(Serialize, JsonSchema)]
struct Setting {
    /// `Ingress shop/web`.
    object: String,
    /// `metadata.annotations["…"]`.
    field: String,
    /// The file; null for an object of a cluster.
    file: Option<String>,
    /// From 1.
    line: Option<usize>,
    /// What became of it.
    fate: Fate,
    /// The code of the diagnostic that says why.
    code: Option<String>,
}

/// What went in and what came out.
#[derive(Serialize, JsonSchema)]
struct JsonSummary {
    /// Objects that were converted.
    inputs: Vec<Kinds>,
    /// Objects that were written.
    outputs: Vec<Kinds>,
    /// The same, with the counts of the ledger, as a line of text.
    text: String,
}

/// How many objects of a kind.
#[derive(Serialize, JsonSchema)]
struct Kinds {
    /// Kind.
    kind: String,
    /// How many.
    count: usize,
}

impl Diagnostic {
    fn new(finding: &Finding<'_>) -> Self {
        let report::Diagnostic { code, severity, message, labels: _, notes, help, text: _ } = finding.diagnostic;
        Self {
            code: code.to_string(),
            name: code.entry().name,
            severity: *severity,
            message: message.clone(),
            places: finding.marks.iter().map(|(location, text)| JsonPlace::new(location, text)).collect(),
            notes: notes.clone(),
            help: help.clone(),
        }
    }
}

impl JsonPlace {
    fn new(location: &Location<'_>, text: &str) -> Self {
        let (place, origin) = match location {
            Location::Text(place, origin) => (Self::in_text(place), *origin),
            Location::Object(origin) => (Self::default(), Some(*origin)),
        };
        let object = origin.map(|origin| origin.object.label());
        Self { object, field: origin.map(|origin| origin.path.to_string()), text: text.to_owned(), ..place }
    }

    fn in_text(place: &Place<'_>) -> Self {
        let (end_line, end_column) = place.end();
        Self {
            file: Some(place.file.to_owned()),
            line: Some(place.line),
            column: Some(place.column),
            end_line: Some(end_line),
            end_column: Some(end_column),
            ..Self::default()
        }
    }
}

fn ledger(ledger: &Ledger, places: &dyn Places) -> JsonLedger {
    let counts = ledger.counts();
    let count = |fate| counts.get(&fate).copied().unwrap_or_default();
    let entries = ledger.iter().map(|(object, path, fate, code)| {
        let origin = Origin::field(object, path.clone());
        let place = places.locate(&origin);
        Setting {
            object: object.label(),
            field: path.to_string(),
            file: place.as_ref().map(|place| place.file.to_owned()),
            line: place.map(|place| place.line),
            fate,
            code: code.map(|code| code.to_string()),
        }
    });
    JsonLedger {
        entries: entries.collect(),
        counts: Fates {
            carried: count(Fate::Carried),
            ignored: count(Fate::Ignored),
            approximated: count(Fate::Approximated),
            dropped: count(Fate::Dropped),
            invalid: count(Fate::Invalid),
        },
    }
}

impl From<&Summary> for JsonSummary {
    fn from(summary: &Summary) -> Self {
        let kinds = |kind: &String, count: &usize| Kinds { kind: kind.clone(), count: *count };
        Self {
            inputs: summary.inputs.iter().map(|(kind, count)| kinds(kind, count)).collect(),
            outputs: summary.outputs.iter().map(|(kind, count)| kinds(kind, count)).collect(),
            text: summary.to_string(),
        }
    }
}
