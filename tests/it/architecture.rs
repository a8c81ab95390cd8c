//! The shape of the source: who may name whom, how long a file may be, who may print. Each rule is a table here, and
//! each has a test that shows it finding a breach.

use std::collections::BTreeSet;

use crate::rust_source::{Source, root, source, sources};

/// Who may name whom, besides themselves: left may use right, never back. `*` is every box.
const MAY_USE: &[(&str, &[&str])] = &[
    ("syntax", &[]),
    ("model", &["syntax"]),
    ("gateway", &["model", "syntax"]),
    ("report", &["model", "syntax"]),
    ("read", MEANING),
    ("source", MEANING),
    ("pass", MEANING),
    ("target", MEANING),
    ("validate", MEANING),
    ("prove", MEANING),
    ("compare", MEANING),
    ("emit", MEANING),
    ("live", MEANING),
    ("upgrade", MEANING),
    ("effective", MEANING),
    ("options", &["report"]),
    ("against", LIBRARY),
    ("applied", LIBRARY),
    ("cluster", LIBRARY),
    ("differences", LIBRARY),
    ("config", &["options", "syntax"]),
    ("annotation_losses", LIBRARY),
    ("annotation_rules", LIBRARY),
    ("definitions", LIBRARY),
    ("destination_rules", LIBRARY),
    ("drift", LIBRARY),
    ("validated", LIBRARY),
    ("companions", LIBRARY),
    ("convert", LIBRARY),
    ("findings", LIBRARY),
    ("passed_through", LIBRARY),
    ("read_back", LIBRARY),
    ("input", LIBRARY),
    ("retry_policy", LIBRARY),
    ("routings", LIBRARY),
    ("suit", LIBRARY),
    ("trace", LIBRARY),
    ("verify", LIBRARY),
    ("waypoints", LIBRARY),
    ("companions", LIBRARY),
    ("upgraded", LIBRARY),
    ("lib", LIBRARY),
    ("reference", &["*"]),
    ("cli", &["*"]),
    ("main", &["*"]),
];

/// What every box between the command line and the text may name.
const MEANING: &[&str] = &["model", "gateway", "report", "syntax"];

/// What lib.rs and the files beside it wire together: every box but the outermost.
const LIBRARY: &[&str] = &["*"];

/// What nobody below may name, although `*` stands for every box: the command line is the outermost.
const OUTERMOST: &[&str] = &["cli", "main"];

/// A longer file holds more than one concept.
const LONGEST_FILE: usize = 400;
/// Files that may be longer, with the reason.
const MAY_BE_LONGER: &[(&str, &str)] = &[
    ("src/report/code.rs", "one table, a row of text a code"),
    ("src/source/ingress_nginx/annotations.rs", "one table, a row an annotation"),
    ("src/prove/evaluate.rs", "the way of one request, step by step"),
    ("src/prove/explain.rs", "one table, a row a reason"),
];

/// Boxes whose files may print.
const MAY_PRINT: &[&str] = &["cli", "main"];
const PRINTING: &[&str] = &["println!", "print!", "eprintln!", "eprint!", "dbg!"];

/// Their order differs from run to run, so they must not come near an output.
const UNORDERED: &[&str] = &["HashMap", "HashSet"];

/// Files that may use them all the same, with the reason. Such a file looks things up and never walks over them.
const MAY_BE_UNORDERED: &[(&str, &str)] = &[];

/// They end the program on some input.
const PANICKING: &[&str] = &[".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("];

/// What a file names against the table.
fn breaches(source: &Source, boxes: &[&str]) -> Vec<String> {
    let own = source.module[0].as_str();
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == own) else {
        return vec![format!("{}: `{own}` has no row in the table of boxes", source.path)];
    };
    let is_outermost = |name: &str| OUTERMOST.contains(&name) && !OUTERMOST.contains(&own);
    // A name that is no box is a type or function of lib.rs.
    let named = source.named_at_top().into_iter();
    let named: BTreeSet<_> =
        named.map(|name| if boxes.contains(&name.as_str()) { name } else { "lib".to_owned() }).collect();
    named
        .into_iter()
        .filter(|name| name != own)
        .filter(|name| is_outermost(name) || !(allowed.contains(&"*") || allowed.contains(&name.as_str())))
        .map(|name| format!("{}: `{own}` names `{name}`", source.path))
        .collect()
}

fn assert_none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn boxes_name_only_what_the_table_allows() {
    let sources = sources();
    let boxes: Vec<&str> = sources.iter().map(|source| source.module[0].as_str()).collect();
    let found: Vec<_> = sources.iter().flat_map(|source| breaches(source, &boxes)).collect();
    assert_none(&found);
}

#[test]
fn no_file_is_too_long() {
    let found: Vec<_> = sources()
        .iter()
        .filter(|source| source.lines > LONGEST_FILE && !MAY_BE_LONGER.iter().any(|(path, _)| *path == source.path))
        .map(|source| format!("{}: {} lines, {LONGEST_FILE} are allowed", source.path, source.lines))
        .collect();
    assert_none(&found);
}

#[test]
fn exceptions_are_still_needed() {
    for (path, reason) in MAY_BE_LONGER {
        let lines = source(&root().join(path)).lines;
        assert!(lines > LONGEST_FILE, "{path} has {lines} lines: `{reason}` is no exception any more");
    }
    for (path, reason) in MAY_BE_UNORDERED {
        let code = source(&root().join(path)).code;
        let is_used = UNORDERED.iter().any(|word| contains_word(&code, word));
        assert!(is_used, "{path} has nothing unordered: `{reason}` is no exception any more");
    }
}

fn occurrences(words: &[&str], is_allowed: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().into_iter().filter(|source| !is_allowed(source)) {
        for (number, line) in source.code.lines().enumerate() {
            let used = words.iter().filter(|word| contains_word(line, word));
            found.extend(used.map(|word| format!("{}: line {}: {word}", source.path, number + 1)));
        }
    }
    found
}

/// Whether a line has the word with no letter before it: `print!` is not in `sprint!`.
fn contains_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !word.starts_with(char::is_alphabetic)
            || !before.is_some_and(|before| before.is_alphanumeric() || before == '_')
    })
}

#[test]
fn only_the_command_line_prints() {
    assert_none(&occurrences(PRINTING, |source| MAY_PRINT.contains(&source.module[0].as_str())));
}

#[test]
fn nothing_depends_on_hash_order() {
    let is_excepted = |source: &Source| MAY_BE_UNORDERED.iter().any(|(path, _)| *path == source.path);
    assert_none(&occurrences(UNORDERED, is_excepted));
}

#[test]
fn nothing_ends_the_program() {
    assert_none(&occurrences(PANICKING, |_| false));
}

#[test]
fn no_test_file_is_forgotten() {
    let folder = root().join("tests/it");
    let declared = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    let forgotten: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .filter(|name| name != "main" && !declared.lines().any(|line| line == format!("mod {name};")))
        .collect();
    assert_none(&forgotten);
}

#[test]
fn breaches_are_found() {
    let boxes = ["syntax", "model", "report", "source", "target", "prove", "cli", "lib"];
    let found = |path: &str, text: &str| breaches(&Source::new(path, text), &boxes);

    assert_eq!(found("model/path.rs", "use crate::report::Code;"), ["model/path.rs: `model` names `report`"]);
    assert_eq!(found("target/name.rs", "use crate::{model::{Path, prove}, source::{ingress, x}};").len(), 1);
    assert_eq!(found("prove/space.rs", "use super::super::target::Target;").len(), 1);
    assert_eq!(found("prove/space.rs", "fn f() { super::super::super::target() }").len(), 1);
    assert_eq!(
        found("source/a.rs", "fn f() -> crate::Options { crate::convert() }"),
        ["source/a.rs: `source` names `lib`"]
    );
    assert_eq!(found("lib.rs", "use crate::cli::run;"), ["lib.rs: `lib` names `cli`"]);
    assert_eq!(found("attic.rs", ""), ["attic.rs: `attic` has no row in the table of boxes"]);

    let fine = "// use crate::report\nuse super::path; let a = \"crate::cli \\\" crate::cli\"; let b = '\"'; \
                #[cfg(test)] mod tests { use crate::cli; fn f() { if true { } } } use crate::syntax::Node;";
    assert_eq!(found("model/path.rs", fine), Vec::<String>::new());
    assert_eq!(found("cli/convert.rs", "use gatelift::{convert, model}; use crate::cli::args;"), Vec::<String>::new());
    assert!(contains_word("a.unwrap()", ".unwrap()") && !contains_word("sprint!()", "print!"));
}
