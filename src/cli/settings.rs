//! The configuration file on the command line: where it is, and how flags and file together become options.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf, absolute};

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueHint};

use super::suggest::{self, Deny};
use crate::config::{Config, Loaded};
use crate::options::Target;
use crate::report::{Code, Level, Levels};
use crate::syntax::{FieldPath, wildcard};

/// Names of configuration files, the one that counts first.
const NAMES: [&str; 3] = ["gatelift.toml", "gatelift.yaml", "gatelift.yml"];

/// Which configuration file is read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigArgs {
    /// Read this configuration file; without it gatelift.toml or gatelift.yaml in the working directory or above it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

/// A configuration file that was read, or none.
#[derive(Debug, Default)]
pub(super) struct Settings {
    loaded: Option<Loaded>,
    directory: PathBuf,
    nothing: Config,
}

impl ConfigArgs {
    pub(super) fn load(&self) -> anyhow::Result<Settings> {
        let found = match &self.config {
            Some(file) => Some(file.clone()),
            None if self.no_config => None,
            None => find()?,
        };
        let Some(file) = found else { return Ok(Settings::default()) };
        let name = file.display().to_string();
        let text = fs::read_to_string(&file).with_context(|| name.clone())?;
        let loaded = Loaded::read(&name, &text).map_err(|messages| anyhow!(messages.join("\n")))?;
        let directory = file.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Settings { loaded: Some(loaded), directory, ..Settings::default() })
    }
}

/// The nearest configuration file upwards from the working directory, named as seen from there.
#[expect(clippy::disallowed_methods, reason = "the command line knows where it stands")]
fn find() -> anyhow::Result<Option<PathBuf>> {
    let here = std::env::current_dir().context("the working directory")?;
    for (levels, directory) in here.ancestors().enumerate() {
        let above: PathBuf = std::iter::repeat_n("..", levels).collect();
        let found: Vec<PathBuf> =
            NAMES.iter().filter(|name| directory.join(name).is_file()).map(|name| above.join(name)).collect();
        match found.as_slice() {
            [] => {}
            [file] => return Ok(Some(file.clone())),
            [one, other, ..] => {
                bail!("both {} and {} are there: keep one, or name it with --config", one.display(), other.display())
            }
        }
    }
    Ok(None)
}

impl Settings {
    pub(super) fn config(&self) -> &Config {
        self.loaded.as_ref().map_or(&self.nothing, |loaded| &loaded.config)
    }

    /// A value of the file, read as the flag of the same name is.
    pub(super) fn parsed<T>(
        &self,
        key: &str,
        value: Option<&String>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> anyhow::Result<Option<T>> {
        value
            .map(|text| {
                parse(text).map_err(|wrong| self.wrong(&FieldPath::root().key(key), &format!("`{text}`: {wrong}")))
            })
            .transpose()
    }

    /// The implementation that the file names.
    pub(super) fn target(&self) -> anyhow::Result<Option<Target>> {
        self.parsed("target", self.config().target.as_ref(), suggest::target)
    }

    /// An error at a value of the file.
    pub(super) fn wrong(&self, path: &FieldPath, message: &str) -> anyhow::Error {
        anyhow!(self.loaded.as_ref().map_or_else(|| message.to_owned(), |loaded| loaded.message(path, message)))
    }

    /// A path of the file, as seen from the working directory.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    /// Whether a file or directory is not to be read.
    pub(super) fn skips(&self, path: &Path) -> bool {
        let patterns = &self.config().skip;
        if patterns.is_empty() {
            return false;
        }
        let whole = |path: &Path| absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let (path, directory) = (plain(&whole(path)), plain(&whole(&self.directory)));
        let Ok(below) = path.strip_prefix(&directory) else { return false };
        below.ancestors().filter(|path| !path.as_os_str().is_empty()).any(|path| {
            let text = path.to_string_lossy().replace('\\', "/");
            patterns.iter().any(|pattern| wildcard(pattern.trim_start_matches("./").trim_end_matches('/'), &text))
        })
    }

    /// How bad findings are: by the flags, else by the file. A code counts more than `warnings`.
    pub(super) fn levels(&self, deny: &[Deny], warn: &[Code], allow: &[Code]) -> anyhow::Result<Levels> {
        let mut levels = self.file_levels()?;
        let codes = deny.iter().filter_map(|deny| match deny {
            Deny::Warnings => None,
            Deny::Code(code) => Some((*code, Level::Deny)),
        });
        let codes = codes.chain(warn.iter().map(|code| (*code, Level::Warn)));
        let mut flags = BTreeMap::new();
        for (code, level) in codes.chain(allow.iter().map(|code| (*code, Level::Allow))) {
            if flags.insert(code, level).is_some_and(|other| other != level) {
                let name = code.entry().name;
                bail!("{code} ({name}) is given two levels: pass it to only one of --deny, --warn and --allow");
            }
        }
        levels.by_code.extend(flags);
        levels.deny_warnings |= deny.contains(&Deny::Warnings);
        Ok(levels)
    }

    fn file_levels(&self) -> anyhow::Result<Levels> {
        let given = &self.config().levels;
        let mut levels = Levels::default();
        for (key, names, level) in [
            ("deny", &given.deny, Level::Deny),
            ("warn", &given.warn, Level::Warn),
            ("allow", &given.allow, Level::Allow),
        ] {
            for (index, name) in names.iter().enumerate() {
                let at = FieldPath::root().key("levels").key(key).index(index);
                match suggest::deny(name).map_err(|wrong| self.wrong(&at, &format!("`{name}`: {wrong}")))? {
                    Deny::Warnings if level == Level::Deny => levels.deny_warnings = true,
                    Deny::Warnings => return Err(self.wrong(&at, "`warnings` can only be denied")),
                    Deny::Code(code) => {
                        if levels.by_code.insert(code, level).is_some_and(|other| other != level) {
                            return Err(self.wrong(&at, &format!("{code} is given two levels")));
                        }
                    }
                }
            }
        }
        Ok(levels)
    }
}

/// Without `.` and `..`, by the text alone.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(out.pop()),
            std::path::Component::Prefix(_) | std::path::Component::RootDir | std::path::Component::Normal(_) => {
                out.push(part);
            }
        }
    }
    out
}
