//! Reads the sources of the product just well enough to check their shape: no parser, but comments, strings and tests
//! are told from code.

use std::path::{Path, PathBuf};

/// One file of `src`, without comments, string contents and test modules.
pub struct Source {
    /// `src/report/code.rs`.
    pub path: String,
    /// Its module path: `report`, `code`.
    pub module: Vec<String>,
    pub lines: usize,
    pub code: String,
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    assert!(files.len() > 20, "the sources were not found");
    files.iter().map(|file| source(file)).collect()
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            rust_files(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
}

pub fn source(file: &Path) -> Source {
    let path = file.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    let text = std::fs::read_to_string(file).unwrap();
    Source::new(&path, &text)
}

impl Source {
    /// A file by its path, with or without `src/`, and its text.
    pub fn new(path: &str, text: &str) -> Self {
        let module = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        Self {
            path: path.to_owned(),
            module: module.split('/').map(str::to_owned).collect(),
            lines: text.lines().count(),
            code: without_tests(&without_text(text)),
        }
    }

    /// The modules at the top of the crate that the file names by `crate::x`, `gatelift::x` or a chain of `super`.
    pub fn named_at_top(&self) -> Vec<String> {
        let mut named = Vec::new();
        let starts = ["crate::", "gatelift::", "super::"].into_iter().flat_map(|start| self.code.match_indices(start));
        for (at, start) in starts {
            let before = self.code[..at].chars().next_back();
            if before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == ':') {
                continue;
            }
            let mut rest = &self.code[at..];
            let mut levels = 0;
            while let Some(further) = rest.strip_prefix("super::") {
                rest = further;
                levels += 1;
            }
            if start == "super::" {
                // Fewer steps than the module is deep end inside the same box; a module in a file may be one deeper.
                if levels < self.module.len() {
                    continue;
                }
            } else {
                rest = &rest[start.len()..];
            }
            named.extend(first_steps(rest));
        }
        named.sort();
        named.dedup();
        named
    }
}

/// The code with comments, strings and characters blanked, so that words in them are not taken for code.
fn without_text(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(raw) = rest.strip_prefix('r').filter(|raw| raw.starts_with(['"', '#'])) {
            raw_string_length(raw).map_or(0, |length| length + 1)
        } else if next == '"' {
            string_length(rest)
        } else if next == '\'' {
            character_length(rest)
        } else {
            0
        };
        if skipped == 0 {
            code.push(next);
            rest = &rest[next.len_utf8()..];
        } else {
            code.push(' ');
            code.extend(rest[..skipped].chars().filter(|character| *character == '\n'));
            rest = &rest[skipped..];
        }
    }
    code
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Length of `#"…"#`, if it is one and no raw identifier.
fn raw_string_length(text: &str) -> Option<usize> {
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    let inner = text[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(inner.find(&end).map_or(text.len(), |at| hashes + 1 + at + end.len()))
}

/// Length of `'x'` or `'\n'`; 0 for a lifetime.
fn character_length(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => text[3..].find('\'').map_or(0, |at| at + 4),
        Some(_) => characters.next().filter(|(_, next)| *next == '\'').map_or(0, |(at, _)| at + 1),
        None => 0,
    }
}

/// The code without items under `#[cfg(test)]`: tests may name what they like and panic.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..at]);
        let item = &rest[at..];
        let semicolon = item.find(';').unwrap_or(item.len());
        let end = match item.find('{') {
            Some(open) if open < semicolon => open + block_length(&item[open..]),
            _ => (semicolon + 1).min(item.len()),
        };
        // Lines keep their numbers.
        kept.extend(item[..end].chars().filter(|character| *character == '\n'));
        rest = &item[end..];
    }
    kept + rest
}

fn block_length(text: &str) -> usize {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// The first steps of `a::b`, or of every branch of `{a::b, c}`.
fn first_steps(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return Vec::from_iter(identifier(path));
    };
    let mut depth = 0;
    let mut branches = vec![String::new()];
    for character in group.chars() {
        match character {
            '}' if depth == 0 => break,
            ',' if depth == 0 => branches.push(String::new()),
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => branches.last_mut().unwrap().push(character),
            _ => {}
        }
    }
    branches.iter().filter_map(|branch| identifier(branch.trim())).collect()
}

/// A module's name at the start of a path; types and constants at the top belong to `lib`.
fn identifier(path: &str) -> Option<String> {
    let name: String =
        path.chars().take_while(|next| next.is_ascii_lowercase() || *next == '_' || next.is_ascii_digit()).collect();
    let rest = &path[name.len()..];
    match name.as_str() {
        "" => rest.starts_with(char::is_alphabetic).then(|| "lib".to_owned()),
        "self" => None,
        _ => Some(name),
    }
}
