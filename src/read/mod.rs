//! Files to manifests: what `-f` names is found, decoded, cut into documents and objects. What cannot be read is told
//! and left out; the rest goes on.

mod allow;
#[cfg(feature = "cluster")]
pub mod cluster;
mod document;
mod duplicates;
mod encoding;
mod files;
mod head;
mod template;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use crate::model::Manifest;
use crate::report::{Allow, Code, Diagnostic};
use crate::syntax::{DocumentId, Sources, Span, TextPosition, documents};
use document::{Asked, Reading};
use encoding::Decoded;
pub use files::Paths;
use files::Source;
use template::Placeholder;

/// The namespace of a namespaced object that names none (kubectl's, unless the context says otherwise). Manifests
/// keep what is written; whoever resolves references puts this in.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Tells which kinds to read, by group and kind; the group is `None` for an object without apiVersion. Other objects
/// pass by in silence.
pub type Wanted<'a> = dyn Fn(Option<&str>, &str) -> bool + Sync + 'a;

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The text of every file.
    pub sources: Sources,
    /// The objects, in the order of the sorted file names; one of each kind, namespace and name.
    pub manifests: Vec<Manifest>,
    /// What could not be read, and what is strange.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings that comments accept.
    pub allows: Vec<Allow>,
}

/// Reads the files and directories that `-f` names; `-` is the standard input. The result does not depend on the
/// order of the paths.
///
/// Directories as in kubectl: files with the extensions .json, .yaml and .yml, those of subdirectories if
/// `recursive`. What cannot be read is in the diagnostics with [`Code::Unreadable`].
#[must_use]
pub fn files<P: AsRef<Path>>(paths: &[P], recursive: bool, wanted: &Wanted<'_>) -> Input {
    files_except(paths, recursive, &|_| false, wanted)
}

/// As [`files`], without what `skip` names below directories.
#[must_use]
pub fn files_except<P: AsRef<Path>>(
    paths: &[P],
    recursive: bool,
    skip: &dyn Fn(&Path) -> bool,
    wanted: &Wanted<'_>,
) -> Input {
    all_of(&[Paths { paths, recursive }], skip, wanted)
}

/// As [`files_except`], the paths of several flags: what two of them name is read once.
#[must_use]
pub fn all_of<P: AsRef<Path>>(groups: &[Paths<'_, P>], skip: &dyn Fn(&Path) -> bool, wanted: &Wanted<'_>) -> Input {
    let (found, mut diagnostics) = files::find(groups, skip);
    let read_file = |file: Source| file.read().map(|bytes| Text::new(file.name(), bytes));
    let results: Vec<_> = found.into_par_iter().map(read_file).collect();
    let mut texts = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(text) => texts.push(text),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    read(texts, diagnostics, wanted)
}

/// Reads one text, named `name` in messages.
#[must_use]
pub fn text(name: &str, text: &str, wanted: &Wanted<'_>) -> Input {
    read(vec![Text::new(name.to_owned(), text.as_bytes().to_vec())], Vec::new(), wanted)
}

/// A file in memory, cut into documents.
struct Text {
    name: String,
    decoded: Decoded,
    documents: Vec<Range<usize>>,
}

impl Text {
    fn new(name: String, bytes: Vec<u8>) -> Self {
        let decoded = encoding::decode(bytes);
        let documents = documents(&decoded.text);
        Self { name, decoded, documents }
    }
}

fn read(texts: Vec<Text>, mut diagnostics: Vec<Diagnostic>, wanted: &Wanted<'_>) -> Input {
    let mut sources = Sources::default();
    let mut damaged: Vec<Vec<usize>> = Vec::with_capacity(texts.len());
    let workloads = texts.iter().any(|text| head::asks_for_accounts(&text.decoded.text));
    let asked = Asked { kinds: wanted, workloads };
    for text in texts {
        sources.add(&text.name, text.decoded.text, &text.documents);
        damaged.push(text.decoded.damaged);
    }
    let ids: Vec<DocumentId> = sources.documents().collect();
    let mut readings: Vec<Reading> = ids
        .par_iter()
        .map(|id| {
            let (file, range) = sources.range(*id).unwrap_or_default();
            let damage = damaged.get(file).and_then(|offsets| offsets.iter().find(|at| range.contains(at)));
            document::read(&sources, *id, damage.copied(), &asked)
        })
        .collect();

    // A file with a placeholder anywhere is a template as a whole; it is told once, by its first placeholder.
    let mut templates: BTreeMap<usize, Option<Placeholder>> = BTreeMap::new();
    for reading in &mut readings {
        if let Some(placeholder) = reading.placeholder.take() {
            templates.entry(reading.file).or_insert(Some(placeholder));
        }
    }
    let mut manifests = Vec::new();
    for reading in readings {
        match templates.get_mut(&reading.file) {
            Some(placeholder) => {
                diagnostics.extend(placeholder.take().map(|found| template::diagnostic(&sources, reading.file, found)));
            }
            None => {
                manifests.extend(reading.manifests);
                diagnostics.extend(reading.diagnostics);
            }
        }
    }
    let manifests = duplicates::keep_last(manifests, &mut diagnostics);
    let (allows, wrong) = allow::allows(&sources);
    diagnostics.extend(wrong);
    Input { sources, manifests, diagnostics, allows }
}

/// A finding at a place of a file.
fn at(code: Code, file: usize, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, message).in_text(TextPosition::new(file, span))
}
