//! `docs/dependencies.md` has a line for every dependency of `Cargo.toml`, and for no other.

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Names in every `[…dependencies]` table.
fn declared(manifest: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_dependency = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_dependency = line.trim_end_matches(']').ends_with("dependencies");
        } else if let Some((name, _)) = line.split_once('=').filter(|_| is_dependency && !line.starts_with('#')) {
            names.insert(name.trim().to_owned());
        }
    }
    names
}

/// Names in the first column of every table.
fn documented(document: &str) -> BTreeSet<String> {
    document
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn every_dependency_is_explained() {
    let declared = declared(&read("Cargo.toml"));
    assert!(declared.contains("clap") && declared.contains("insta"), "{declared:?}");
    assert_eq!(declared, documented(&read("docs/dependencies.md")));
}
