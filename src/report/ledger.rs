//! What became of every field of the input.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Code;
use crate::model::{ObjectRef, Origin};
use crate::syntax::FieldPath;

/// What became of a field.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// The output does the same.
    Carried,
    /// It has no effect at run time (a note, another tool's annotation, a default written out).
    Ignored,
    /// The output does nearly the same; a diagnostic says where not.
    Approximated,
    /// The output does not do it; a diagnostic says so.
    Dropped,
    /// The input is wrong, so the data plane never did it; a diagnostic says so.
    Invalid,
}

impl Fate {
    /// In a word: `carried`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Ignored => "ignored",
            Self::Approximated => "approximated",
            Self::Dropped => "dropped",
            Self::Invalid => "invalid",
        }
    }
}

impl std::fmt::Display for Fate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The fates of one object's fields, each with the code that says why.
type Fields = BTreeMap<FieldPath, (Fate, Option<Code>)>;

/// The fate of every setting. A source accounts for its objects setting by setting (an annotation, a host, a path, a
/// tls section); from then on each field has exactly one entry at or above it, whatever is recorded later.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: BTreeMap<Arc<ObjectRef>, Fields>,
}

impl Ledger {
    /// Writes down a fate. A later, worse fate wins: a source says `Carried` when the model holds the setting, a target
    /// lowers it when it cannot write it.
    ///
    /// A fate for a part of a setting (the backend of a path) is the setting's. A fate for a field that holds several
    /// settings (a rule) is that of each of them. An object as a whole is no setting.
    pub fn record(&mut self, origin: &Origin, fate: Fate, code: Option<Code>) {
        if origin.path.steps().is_empty() {
            return;
        }
        let fields = self.entries.entry(Arc::clone(&origin.object)).or_default();
        let worsen = |entry: &mut (Fate, Option<Code>)| {
            if entry.0 < fate {
                *entry = (fate, code);
            }
        };
        if let Some(entry) = above(&origin.path).find(|path| fields.contains_key(path)) {
            fields.entry(entry).and_modify(worsen);
            return;
        }
        let below: Vec<FieldPath> = below(fields, &origin.path).cloned().collect();
        for path in &below {
            fields.entry(path.clone()).and_modify(worsen);
        }
        if below.is_empty() {
            fields.insert(origin.path.clone(), (fate, code));
        }
    }

    /// Writes down a fate for a field that has none yet, at its own level or above.
    pub fn settle(&mut self, origin: &Origin, fate: Fate, code: Option<Code>) {
        let fields = self.entries.entry(Arc::clone(&origin.object)).or_default();
        if !above(&origin.path).any(|path| fields.contains_key(&path)) {
            fields.insert(origin.path.clone(), (fate, code));
        }
    }

    /// Gives one fate to a field and all below it, whatever was said of them.
    pub fn settle_whole(&mut self, origin: &Origin, fate: Fate, code: Option<Code>) {
        let fields = self.entries.entry(Arc::clone(&origin.object)).or_default();
        let known: Vec<FieldPath> = below(fields, &origin.path).cloned().collect();
        for path in known {
            fields.remove(&path);
        }
        fields.insert(origin.path.clone(), (fate, code));
    }

    /// All entries, by object and field.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<ObjectRef>, &FieldPath, Fate, Option<Code>)> {
        self.entries
            .iter()
            .flat_map(|(object, fields)| fields.iter().map(move |(path, (fate, code))| (object, path, *fate, *code)))
    }

    /// How many settings have each fate.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Fate, usize> {
        let mut counts = BTreeMap::new();
        for (_, _, fate, _) in self.iter() {
            *counts.entry(fate).or_default() += 1;
        }
        counts
    }

    /// Takes over another ledger.
    pub fn merge(&mut self, other: Self) {
        for (object, path, fate, code) in other.iter() {
            self.record(&Origin::field(object, path.clone()), fate, code);
        }
    }
}

/// The field itself and those that hold it.
fn above(path: &FieldPath) -> impl Iterator<Item = FieldPath> {
    std::iter::successors(Some(path.clone()), FieldPath::parent)
}

/// The entries of the field itself and of those that it holds: they follow it, because paths are ordered step by step.
fn below<'f>(fields: &'f Fields, path: &'f FieldPath) -> impl Iterator<Item = &'f FieldPath> {
    fields.range(path..).map(|(known, _)| known).take_while(|known| path.covers(known))
}

#[cfg(test)]
mod tests {
    use super::{Fate, Ledger};
    use crate::model::{ObjectRef, Origin};
    use crate::report::Code;
    use crate::syntax::{DocumentId, FieldPath};
    use std::sync::Arc;

    fn at(dotted: &str) -> Origin {
        let object = ObjectRef {
            kind: "Ingress".to_owned(),
            namespace: "shop".to_owned(),
            name: "web".to_owned(),
            document: DocumentId(0),
            within: FieldPath::root(),
        };
        Origin::field(&Arc::new(object), FieldPath::root().field(dotted))
    }

    fn entries(ledger: &Ledger) -> Vec<(String, Fate)> {
        ledger.iter().map(|(_, path, fate, _)| (path.to_string(), fate)).collect()
    }

    #[test]
    fn every_field_keeps_one_entry() {
        let mut ledger = Ledger::default();
        for setting in ["spec.rule.host", "spec.rule.path", "spec.tls"] {
            ledger.settle(&at(setting), Fate::Carried, None);
        }
        ledger.settle(&at("spec.tls.secret"), Fate::Invalid, None);
        ledger.record(&at("spec.rule.path.backend"), Fate::Dropped, Some(Code::PortUnresolved));
        ledger.record(&at("spec.rule"), Fate::Approximated, Some(Code::BackendError));
        ledger.record(&Origin { path: FieldPath::root(), ..at("spec") }, Fate::Invalid, None);
        let text = |(path, fate): (&str, Fate)| (path.to_owned(), fate);
        let expected =
            [("spec.rule.host", Fate::Approximated), ("spec.rule.path", Fate::Dropped), ("spec.tls", Fate::Carried)];
        assert_eq!(entries(&ledger), expected.map(text));
        ledger.settle_whole(&at("spec"), Fate::Invalid, Some(Code::InvalidObject));
        assert_eq!(entries(&ledger), [text(("spec", Fate::Invalid))]);
    }
}
