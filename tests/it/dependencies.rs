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

/// `fuzz/` is a workspace of its own, which nothing here builds: its lock file has to name what the library needs.
#[test]
fn the_fuzzers_lock_file_is_current() {
    let lock = read("fuzz/Cargo.lock");
    let library = lock.split("[[package]]").find(|package| package.contains("\nname = \"gatelift\"\n")).unwrap();
    let locked: BTreeSet<String> = library
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once('"'))
        .map(|(n, _)| n.to_owned())
        .collect();
    let manifest = read("Cargo.toml");
    let needed = manifest.split("\n[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let mandatory = needed.lines().filter(|line| !line.contains("optional = true"));
    let needed: BTreeSet<String> =
        mandatory.filter_map(|line| line.split_once(" =")).map(|(name, _)| name.to_owned()).collect();
    assert_eq!(locked, needed);
}
