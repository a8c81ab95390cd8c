//! Findings that were there before: an old repository starts green, and what is new is told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Code, Diagnostic, Fingerprint, Report, Severity};
use crate::syntax::TextPosition;

/// How often each finding was there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    counts: BTreeMap<Fingerprint, usize>,
}

/// What a baseline took out of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Findings that were there before.
    pub known: usize,
    /// Findings of the baseline that are not there any more.
    pub gone: usize,
}

/// The file: version 1.
#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    code: String,
    object: String,
    field: String,
    count: usize,
}

/// Names the file of a place that is no field.
pub type FileOf<'a> = dyn Fn(&TextPosition) -> String + 'a;

impl Baseline {
    /// The warnings and errors of a report. What could not be read is no finding to get used to.
    #[must_use]
    pub fn of(report: &Report, file_of: &FileOf<'_>) -> Self {
        let mut baseline = Self::default();
        let mut report = report.clone();
        report.diagnostics.retain(counts);
        report.each_place(file_of, |print| {
            *baseline.counts.entry(print).or_default() += 1;
            false
        });
        baseline
    }

    /// Takes out of a report what was there before.
    pub fn subtract(&self, report: &mut Report, file_of: &FileOf<'_>) -> Known {
        let mut left = self.counts.clone();
        let mut known = 0;
        report.each_place(file_of, |print| match left.get_mut(&print) {
            Some(count) if *count > 0 => {
                *count -= 1;
                known += 1;
                false
            }
            Some(_) | None => true,
        });
        Known { known, gone: left.values().sum() }
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.values().sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The file's text, sorted, with a final line break.
    #[must_use]
    pub fn to_json(&self) -> String {
        let entry = |(print, count): (&Fingerprint, &usize)| Entry {
            code: print.code.to_string(),
            object: print.object.clone(),
            field: print.field.clone(),
            count: *count,
        };
        let file = File { version: 1, findings: self.counts.iter().map(entry).collect() };
        // Strings and numbers: nothing that JSON lacks.
        format!("{}\n", serde_json::to_string_pretty(&file).unwrap_or_default())
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.version != 1 {
            return Err(format!("version {} is not known; write the baseline anew", file.version));
        }
        let mut counts = BTreeMap::new();
        for Entry { code, object, field, count } in file.findings {
            let found = Code::find(&code).ok_or_else(|| format!("no such diagnostic `{code}`"))?;
            *counts.entry(Fingerprint { code: found, object, field }).or_default() += count;
        }
        Ok(Self { counts })
    }
}

fn counts(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity != Severity::Info && !diagnostic.code.is_unreadable()
}

impl Report {
    /// Asks for each place of each warning and error whether to keep it.
    fn each_place(&mut self, file_of: &FileOf<'_>, mut keep: impl FnMut(Fingerprint) -> bool) {
        self.diagnostics.retain(|diagnostic| {
            let about_no_field = diagnostic.text.is_some() || diagnostic.labels.is_empty();
            if !about_no_field || !counts(diagnostic) {
                return true;
            }
            let file = diagnostic.text.as_ref().map(file_of).unwrap_or_default();
            keep(Fingerprint::without_field(diagnostic.code, &file))
        });
        let mut counted = std::mem::take(&mut self.diagnostics);
        let others = counted.extract_if(.., |diagnostic| !counts(diagnostic)).collect::<Vec<_>>();
        self.diagnostics = counted;
        self.retain_places(|code, origin| keep(Fingerprint::at(code, origin)));
        self.diagnostics.extend(others);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{ObjectRef, Origin};
    use crate::syntax::{DocumentId, FieldPath};

    fn finding(code: Code, document: u32, items: &[usize]) -> Diagnostic {
        let object = Arc::new(ObjectRef {
            kind: "Ingress".to_owned(),
            namespace: "shop".to_owned(),
            name: "web".to_owned(),
            document: DocumentId(document),
            within: FieldPath::root(),
        });
        let at = |item: &usize| Origin::field(&object, FieldPath::root().field("spec.rules").index(*item));
        items.iter().fold(Diagnostic::new(code, "x"), |diagnostic, item| diagnostic.at(&at(item), ""))
    }

    fn report(diagnostics: Vec<Diagnostic>) -> Report {
        Report { diagnostics, ..Report::default() }
    }

    #[test]
    fn only_what_is_new_is_left() {
        let file_of = |_: &TextPosition| "f".to_owned();
        let syntax = Diagnostic::new(Code::Syntax, "x").in_text(TextPosition { file: 0, span: (0, 0) });
        let old = report(vec![
            finding(Code::WildcardWider, 0, &[0]),
            finding(Code::RuleWithheld, 0, &[0, 1]),
            finding(Code::HealthEndpoint, 0, &[0]),
            syntax.clone(),
        ]);
        let baseline = Baseline::of(&old, &file_of);
        assert_eq!(baseline.len(), 3, "infos and unreadable files are not part of it");
        assert_eq!(Baseline::from_json(&baseline.to_json()), Ok(baseline.clone()));

        // Elsewhere in the files, one fixed, one new place of the same, one of another code.
        let mut new = report(vec![
            finding(Code::RuleWithheld, 7, &[3, 4, 5]),
            finding(Code::OrderDiffers, 7, &[3]),
            finding(Code::HealthEndpoint, 7, &[3]),
            syntax,
        ]);
        let known = baseline.subtract(&mut new, &file_of);
        assert_eq!(known, Known { known: 2, gone: 1 });
        let left: Vec<_> = new.diagnostics.iter().map(|d| (d.code, d.labels.len())).collect();
        let expected = [(Code::RuleWithheld, 1), (Code::OrderDiffers, 1), (Code::HealthEndpoint, 1), (Code::Syntax, 0)];
        assert_eq!(left.len(), expected.len());
        assert!(expected.iter().all(|found| left.contains(found)), "{left:?}");
    }

    #[test]
    fn files_of_another_version_are_refused() {
        assert!(Baseline::from_json("{\"version\":2,\"findings\":[]}").unwrap_err().contains("version 2"));
        assert!(Baseline::from_json("[]").is_err());
    }
}
