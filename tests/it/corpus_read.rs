//! Real manifests, where they are at hand: `../shared/corpus` beside the project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gatelift::read;

fn yaml_files(top: &Path) -> Vec<PathBuf> {
    let (mut files, mut waiting) = (Vec::new(), vec![top.to_owned()]);
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                files.push(path);
            }
        }
    }
    files
}

#[test]
fn every_file_of_the_corpus_is_read() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("NOT TESTED: {} is not there", corpus.display());
        return;
    }
    let files = yaml_files(&corpus);
    let (mut manifests, mut codes) = (0, BTreeMap::<&str, usize>::new());
    for file in &files {
        let input = read::files(&[file], false, &|_, _| true);
        for diagnostic in &input.diagnostics {
            *codes.entry(diagnostic.code.entry().name).or_default() += 1;
        }
        assert!(!(input.manifests.is_empty() && input.diagnostics.is_empty()), "{} vanished", file.display());
        manifests += input.manifests.len();
        for manifest in &input.manifests {
            let name = manifest.object.within.field("metadata.name");
            let place = input.sources.locate(manifest.object.document, &name).expect("located");
            assert!(place.key.is_some(), "{}: {}", file.display(), manifest.object.label());
        }
    }
    eprintln!("{} files, {manifests} manifests, {codes:?}", files.len());
    assert_eq!(codes.get("unreadable-input"), None);
    // kubectl's own reader parses every one of these files.
    assert_eq!(codes.get("syntax-error"), None);
}

#[test]
fn the_corpus_as_a_whole_does_not_depend_on_the_order() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("NOT TESTED: {} is not there", corpus.display());
        return;
    }
    let only = |_: Option<&str>, kind: &str| kind == "Ingress";
    let mut files = yaml_files(&corpus);
    let forward = read::files(&files, false, &only);
    files.reverse();
    let backward = read::files(&files, false, &only);
    let directory = read::files(&[&corpus], true, &only);
    for other in [&backward, &directory] {
        assert_eq!(forward.diagnostics, other.diagnostics);
        let objects = |input: &read::Input| -> Vec<_> { input.manifests.iter().map(|m| m.object.clone()).collect() };
        assert_eq!(objects(&forward), objects(other));
    }
}
