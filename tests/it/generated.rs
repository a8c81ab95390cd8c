//! Files that are made from the tables: `UPDATE=1 cargo test --test it generated` writes them, otherwise the test fails
//! when one is stale.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn generated_files_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = gatelift::reference::generated(&gatelift::cli::command());
    let directories: BTreeSet<_> =
        files.keys().filter_map(|path| root.join(path).parent().map(Path::to_path_buf)).collect();
    let left_over: Vec<PathBuf> = directories
        .iter()
        .filter_map(|directory| fs::read_dir(directory).ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !files.contains_key(&path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/")))
        .collect();
    let stale: Vec<_> = files
        .iter()
        .filter(|(path, contents)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(contents))
        .collect();
    if std::env::var_os("UPDATE").is_some() {
        for directory in directories {
            fs::create_dir_all(directory).unwrap();
        }
        for (path, contents) in stale {
            fs::write(root.join(path), contents).unwrap();
        }
        for path in left_over {
            fs::remove_file(path).unwrap();
        }
        return;
    }
    let stale: Vec<_> = stale.iter().map(|(path, _)| path).collect();
    assert!(stale.is_empty() && left_over.is_empty(), "run with UPDATE=1: stale {stale:?}, left over {left_over:?}");
}
