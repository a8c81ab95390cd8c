//! Which object goes into which file.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::{Entry, Format, write};
use crate::gateway::Object;

/// First line of every file that gatelift writes; it decides which files gatelift may replace and remove.
pub const MARKER: &str = "# Written by gatelift";

/// How objects are spread over files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Layout {
    /// One file an object: NAMESPACE/KIND-NAME.yaml.
    #[default]
    Object,
    /// The tree of the input: an object goes into the file of the same name as the one it came from. Objects that came
    /// from several files have a file of their own.
    Source,
}

/// Formats of files: those with comments, which hold the marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// YAML.
    Yaml,
    /// kubectl's strict subset of YAML.
    Kyaml,
}

/// Files by path, relative to the output directory.
pub type Files = BTreeMap<PathBuf, String>;

/// Spreads objects over files.
#[must_use]
pub fn files(entries: &[Entry<'_>], layout: Layout, format: FileFormat) -> Files {
    let mut places: BTreeMap<PathBuf, Vec<Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        let mirrored = match layout {
            Layout::Object => None,
            Layout::Source => entry.source.and_then(mirror),
        };
        match mirrored {
            Some(path) => places.entry(path).or_default().push(*entry),
            None => {
                let path = unused(&own_path(entry.object), |path| places.contains_key(path));
                places.insert(path, vec![*entry]);
            }
        }
    }
    let format = match format {
        FileFormat::Yaml => Format::Yaml,
        FileFormat::Kyaml => Format::Kyaml,
    };
    places.into_iter().map(|(path, entries)| (path, format!("{MARKER}\n{}", write(&entries, format)))).collect()
}

/// The input's path below the output directory: always `.yaml`, never outside.
fn mirror(source: &str) -> Option<PathBuf> {
    let inside: PathBuf =
        Path::new(source).components().filter(|component| matches!(component, Component::Normal(_))).collect();
    inside.file_name().is_some().then(|| inside.with_extension("yaml"))
}

/// `namespace/kind-name.yaml`, or `kind-name.yaml` without a namespace.
fn own_path(object: &Object) -> PathBuf {
    let metadata = object.metadata();
    let stem = file_name(&format!("{}-{}", object.kind().to_lowercase(), metadata.name));
    if metadata.namespace.is_empty() {
        PathBuf::from(format!("{stem}.yaml"))
    } else {
        Path::new(&file_name(&metadata.namespace)).join(format!("{stem}.yaml"))
    }
}

/// Kubernetes names are file names already. Anything else (no API server would take it) is made one, within the 255
/// bytes that file systems allow.
fn file_name(text: &str) -> String {
    let allowed = |(position, c): (usize, char)| match c {
        'a'..='z' | '0'..='9' | '-' | '_' => c,
        '.' if position > 0 => c,
        _ => '_',
    };
    text.chars().enumerate().map(allowed).take(240).collect()
}

/// The path, or the first of `x-2.yaml`, `x-3.yaml`, … that is not taken (same kind and name in two API groups).
fn unused(path: &Path, taken: impl Fn(&Path) -> bool) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut candidate = path.to_path_buf();
    let mut number = 2;
    while taken(&candidate) {
        candidate = path.with_file_name(format!("{stem}-{number}.yaml"));
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrored_paths_stay_inside() {
        assert_eq!(mirror("shop/web.yml"), Some(PathBuf::from("shop/web.yaml")));
        assert_eq!(mirror("../../etc/passwd"), Some(PathBuf::from("etc/passwd.yaml")));
        assert_eq!(mirror("/abs/list.json"), Some(PathBuf::from("abs/list.yaml")));
        assert_eq!(mirror(".."), None);
    }

    #[test]
    fn names_that_no_server_takes_stay_inside() {
        assert_eq!(file_name("../x"), "_._x");
        assert_eq!(file_name(&"a".repeat(300)).len(), 240);
    }
}
