//! A directory of files on disk, compared with or brought to the files that should be there.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Files, MARKER};

/// How a directory differs from the files that should be in it. Paths are relative to the directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Not there.
    pub missing: Vec<PathBuf>,
    /// There with other contents.
    pub stale: Vec<PathBuf>,
    /// Written by an earlier run, no longer part of the output.
    pub left_over: Vec<PathBuf>,
    /// In the way: there with other contents, and not written by gatelift.
    pub foreign: Vec<PathBuf>,
}

impl Changes {
    /// Whether the directory is as it should be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { missing, stale, left_over, foreign } = self;
        missing.is_empty() && stale.is_empty() && left_over.is_empty() && foreign.is_empty()
    }
}

/// Why a directory could not be read or written.
#[derive(Debug)]
pub enum TreeError {
    /// Files that gatelift did not write are in the way; nothing was written.
    Foreign(Vec<PathBuf>),
    /// The operating system refused.
    Io {
        /// Which file or directory.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

impl std::fmt::Display for TreeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Foreign(paths) => {
                let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
                write!(f, "not written by gatelift, left alone without --force: {}", paths.join(", "))
            }
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for TreeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Foreign(_) => None,
            Self::Io { path: _, error } => Some(error),
        }
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> TreeError + '_ {
    move |error| TreeError::Io { path: path.to_path_buf(), error }
}

/// Compares a directory with the files that should be in it; writes nothing.
///
/// # Errors
/// When the directory or a file cannot be read. A directory that does not exist is empty.
pub fn compare(directory: &Path, files: &Files) -> Result<Changes, TreeError> {
    let mut changes = Changes::default();
    for (path, contents) in files {
        let full = directory.join(path);
        match fs::read(&full) {
            Ok(found) if found == contents.as_bytes() => {}
            Ok(found) if found.starts_with(MARKER.as_bytes()) => changes.stale.push(path.clone()),
            Ok(_) => changes.foreign.push(path.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => changes.missing.push(path.clone()),
            Err(error) => return Err(at(&full)(error)),
        }
    }
    let mut owned = Vec::new();
    find_owned(directory, Path::new(""), &mut owned)?;
    owned.sort();
    changes.left_over = owned.into_iter().filter(|path| !files.contains_key(path)).collect();
    Ok(changes)
}

/// Brings a directory to the files that should be in it: writes what is missing or stale, removes what an earlier run
/// left over. Files that gatelift did not write are replaced only with `force`; without it nothing at all is written
/// when one is in the way.
///
/// # Errors
/// When a foreign file is in the way, or something cannot be read or written.
pub fn update(directory: &Path, files: &Files, force: bool) -> Result<Changes, TreeError> {
    let changes = compare(directory, files)?;
    if !force && !changes.foreign.is_empty() {
        return Err(TreeError::Foreign(changes.foreign));
    }
    for path in changes.missing.iter().chain(&changes.stale).chain(&changes.foreign) {
        if let Some(contents) = files.get(path) {
            replace(&directory.join(path), contents)?;
        }
    }
    for path in &changes.left_over {
        let full = directory.join(path);
        fs::remove_file(&full).map_err(at(&full))?;
    }
    Ok(changes)
}

fn replace(path: &Path, contents: &str) -> Result<(), TreeError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(at(parent))?;
    }
    write_file(path, contents).map_err(at(path))
}

/// Writes beside the file and renames, so that a reader never sees half a file. What is there and no plain file (a
/// pipe, a terminal) is written to as it is; a link stays, and the file that it leads to is replaced.
///
/// # Errors
/// When the file, or one beside it, cannot be written.
pub fn write_file(path: &Path, contents: &str) -> io::Result<()> {
    let path = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return fs::write(path, contents),
        Ok(_) => fs::canonicalize(path)?,
        Err(_) => path.to_path_buf(),
    };
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    fs::write(&temporary, contents).and_then(|()| fs::rename(&temporary, &path)).inspect_err(|_| {
        // Best effort: the error that counts is the first one.
        let _ = fs::remove_file(&temporary);
    })
}

/// Files with the marker below a directory. Links and hidden directories are not followed.
fn find_owned(directory: &Path, below: &Path, found: &mut Vec<PathBuf>) -> Result<(), TreeError> {
    let here = directory.join(below);
    let entries = match fs::read_dir(&here) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(&here)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(at(&here))?;
        let path = below.join(entry.file_name());
        let kind = entry.file_type().map_err(at(&here))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden {
            find_owned(directory, &path, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|e| e == "yaml") && is_owned(&directory.join(&path))? {
            found.push(path);
        }
    }
    Ok(())
}

fn is_owned(path: &Path) -> Result<bool, TreeError> {
    let mut start = Vec::with_capacity(MARKER.len());
    fs::File::open(path).and_then(|file| file.take(MARKER.len() as u64).read_to_end(&mut start)).map_err(at(path))?;
    Ok(start == MARKER.as_bytes())
}
