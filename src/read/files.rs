//! Which files a list of paths names, by kubectl's rules (cli-runtime `pkg/resource/builder.go` and `visitor.go`).

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::report::{Code, Diagnostic};

const EXTENSIONS: [&str; 3] = ["json", "yaml", "yml"];

/// Paths of one flag.
#[derive(Debug, Clone, Copy)]
pub struct Paths<'a, P> {
    /// Files, directories, or `-`.
    pub paths: &'a [P],
    /// Whether directories are read with all below them.
    pub recursive: bool,
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    Stdin,
    File(PathBuf),
}

impl Source {
    /// How messages name it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    pub(super) fn read(&self) -> Result<Vec<u8>, Box<Diagnostic>> {
        let bytes = match self {
            Self::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
            }
            Self::File(path) => fs::read(path),
        };
        let bytes = bytes.map_err(|error| Box::new(unreadable(&self.name(), &error)))?;
        match u32::try_from(bytes.len()) {
            Ok(_) => Ok(bytes),
            Err(_) => {
                let message = format!("`{}` is larger than 4 GiB", self.name());
                Err(Box::new(Diagnostic::new(Code::Unreadable, message)))
            }
        }
    }
}

/// The files under the paths, each once, sorted; and what cannot be read.
pub(super) fn find<P: AsRef<Path>>(
    groups: &[Paths<'_, P>],
    skip: &dyn Fn(&Path) -> bool,
) -> (Vec<Source>, Vec<Diagnostic>) {
    let mut search =
        Search { recursive: false, skip, named: 0, stdin: false, found: BTreeMap::new(), diagnostics: Vec::new() };
    for group in groups {
        search.group(group);
    }
    search.diagnostics.sort_by(|a, b| a.message.cmp(&b.message));
    search.diagnostics.dedup();
    let mut files: Vec<PathBuf> = search.found.into_values().collect();
    files.sort();
    let stdin = search.stdin.then_some(Source::Stdin);
    (stdin.into_iter().chain(files.into_iter().map(Source::File)).collect(), search.diagnostics)
}

struct Search<'a> {
    recursive: bool,
    skip: &'a dyn Fn(&Path) -> bool,
    /// How many files were named so far, again and again counted.
    named: usize,
    stdin: bool,
    /// By canonical path, so that a file named twice is read once.
    found: BTreeMap<PathBuf, PathBuf>,
    diagnostics: Vec<Diagnostic>,
}

impl Search<'_> {
    /// A group that names nothing at all is a mistake, whatever the others name.
    fn group<P: AsRef<Path>>(&mut self, group: &Paths<'_, P>) {
        self.recursive = group.recursive;
        let before = (self.named, self.diagnostics.len());
        for path in group.paths.iter().map(AsRef::as_ref) {
            if path == Path::new("-") {
                self.stdin = true;
                self.named += 1;
            } else {
                self.named(path);
            }
        }
        if before == (self.named, self.diagnostics.len()) {
            let nothing = |path: &P| nothing_in(path.as_ref(), group.recursive);
            self.diagnostics.extend(group.paths.iter().map(nothing));
        }
    }

    /// A path of the command line: any extension, and a symbolic link to a directory is that directory.
    fn named(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.directory(path),
            Ok(_) => self.file(path.to_owned()),
            Err(error) => self.diagnostics.push(unreadable(&path.display().to_string(), &error)),
        }
    }

    /// Links inside a directory are files for kubectl, whatever they lead to; so no walk runs in circles.
    fn directory(&mut self, top: &Path) {
        let mut waiting = vec![top.to_owned()];
        while let Some(directory) = waiting.pop() {
            let entries = fs::read_dir(&directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            let entries = match entries {
                Ok(entries) => entries,
                Err(error) => {
                    self.diagnostics.push(unreadable(&directory.display().to_string(), &error));
                    continue;
                }
            };
            for entry in entries {
                let path = entry.path();
                if (self.skip)(&path) {
                    continue;
                }
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    waiting.extend(self.recursive.then_some(path));
                } else if has_extension(&path) {
                    self.file(path);
                }
            }
        }
    }

    fn file(&mut self, path: PathBuf) {
        self.named += 1;
        let canonical = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let shown = self.found.entry(canonical).or_insert_with(|| path.clone());
        if path < *shown {
            *shown = path;
        }
    }
}

fn has_extension(path: &Path) -> bool {
    path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    let is_url = name.starts_with("http://") || name.starts_with("https://");
    let reason = match error.kind() {
        io::ErrorKind::NotFound if is_url => "URLs are not fetched".to_owned(),
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    };
    let diagnostic = Diagnostic::new(Code::Unreadable, format!("cannot read `{name}`: {reason}"));
    if is_url { diagnostic.help(format!("fetch it first: `curl -L {name} | gatelift … -f -`")) } else { diagnostic }
}

fn nothing_in(path: &Path, recursive: bool) -> Diagnostic {
    let message = format!("`{}` holds no file that ends in .json, .yaml or .yml", path.display());
    let diagnostic = Diagnostic::new(Code::Unreadable, message);
    if recursive { diagnostic } else { diagnostic.help("pass -R to read subdirectories too") }
}
