//! What became of every field of the input.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Code;
use crate::model::{ObjectRef, Origin};
use crate::syntax::FieldPath;

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema)]
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

/// The fate of every setting: an annotation, or a field of `spec` with all below it.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: BTreeMap<Arc<ObjectRef>, Fields>,
}

impl Ledger {
    /// Writes down a fate. A later, worse fate for the same field wins: a source says `Carried` when the model holds
    /// the setting, a target lowers it when it cannot write it.
    pub fn record(&mut self, origin: &Origin, fate: Fate, code: Option<Code>) {
        let fields = self.entries.entry(Arc::clone(&origin.object)).or_default();
        match fields.get_mut(&origin.path) {
            Some(entry) if entry.0 >= fate => {}
            Some(entry) => *entry = (fate, code),
            None => {
                fields.insert(origin.path.clone(), (fate, code));
            }
        }
    }

    /// Writes down a fate for a field that has none yet, at its own level or above.
    pub fn settle(&mut self, origin: &Origin, fate: Fate, code: Option<Code>) {
        let known =
            self.entries.get(&origin.object).is_some_and(|fields| fields.keys().any(|path| path.covers(&origin.path)));
        if !known {
            self.record(origin, fate, code);
        }
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
