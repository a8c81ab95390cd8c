//! What the tables say, as text: `explain`, `list`, and every generated file of the repository.

mod annotations;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use annotations::{AnnotationEntry, Claim, OnTarget, annotation, annotations, count};

use clap::{Arg, Command};
use clap_complete::Shell;

use crate::config;
use crate::report::{CODES, Code, CodeEntry, render};
use crate::source::detect::{self, DialectEntry};
use crate::source::gateway_api;
use crate::target::{TARGETS, Target};

/// A name that the command line takes, and what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// As it is written.
    pub name: &'static str,
    /// What it stands for, in one line.
    pub what: &'static str,
}

/// Dialects of Ingress, as `--source` takes them.
pub static DIALECTS: LazyLock<Vec<Named>> = LazyLock::new(|| {
    detect::DIALECTS.iter().map(|DialectEntry { dialect: _, name, meaning }| Named { name, what: meaning }).collect()
});

/// Everything that is read.
pub static SOURCES: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let gateway_api = Named {
        name: gateway_api::DIALECT,
        what: "Gateways and their routes, by the profile of the target; told by their kind, so --source does not take it",
    };
    DIALECTS.iter().copied().chain([gateway_api]).collect()
});

/// Implementations that are written for.
pub static TARGET_NAMES: LazyLock<Vec<Named>> =
    LazyLock::new(|| TARGETS.iter().map(|Target { name, meaning, .. }| Named { name, what: meaning }).collect());

/// What a code means, for a terminal.
#[must_use]
pub fn explain_code(code: Code) -> String {
    let CodeEntry { code, number: _, name, severity, what, why, fix } = code.entry();
    format!("{code} {name} ({severity})\n\n{what}\n\nWhy it matters:\n  {why}\n\nWhat to do:\n  {fix}\n")
}

/// What an annotation means, for a terminal.
#[must_use]
pub fn explain_annotation(entry: &AnnotationEntry) -> String {
    let AnnotationEntry { key, aliases, syntax, default, meaning, category, refused, effect, .. } = entry;
    let aliases: String = aliases.iter().map(|alias| format!("  also written {alias}\n")).collect();
    format!(
        "{key} ({category})\n{aliases}\n{meaning}\n\nValues:\n  {syntax}\n  without it: {default}\n  a value that \
         the controller refuses: {refused}\n\nWhat it becomes:\n  {effect}\n"
    )
}

/// Every generated file, by its path in the repository.
#[must_use]
pub fn generated(command: &Command) -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([
        ("docs/reference/cli.md".to_owned(), command_page(command)),
        ("docs/reference/diagnostics.md".to_owned(), diagnostics_page()),
        ("docs/reference/ingress-nginx.md".to_owned(), annotations_page()),
        ("docs/reference/report.schema.json".to_owned(), render::json_schema()),
        ("docs/reference/config.schema.json".to_owned(), config::schema()),
    ]);
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        let name = clap_complete::Generator::file_name(&shell, command.get_name());
        files.insert(format!("completions/{name}"), completions(command, shell, command.get_name()));
    }
    for (name, page) in man_pages(command) {
        files.insert(format!("docs/man/{name}"), page);
    }
    files
}

/// A shell's completions for a program of the given name.
#[must_use]
pub fn completions(command: &Command, shell: Shell, program: &str) -> String {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut command.clone(), program, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The man pages, by file name: one for the program, one a subcommand.
#[must_use]
pub fn man_pages(command: &Command) -> BTreeMap<String, String> {
    let mut command = command.clone().disable_help_subcommand(true);
    // Gives subcommands their display name, `gatelift-convert`, and the global flags.
    command.build();
    std::iter::once(&command).chain(command.get_subcommands()).map(man_page).collect()
}

fn man_page(command: &Command) -> (String, String) {
    let man = clap_mangen::Man::new(command.clone()).source(format!("gatelift {}", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    // Writing to memory does not fail.
    let _ = man.render(&mut page);
    (man.get_filename(), String::from_utf8_lossy(&page).into_owned())
}

const GENERATED: &str = "<!-- Generated from the code: UPDATE=1 cargo test --test it generated -->\n";

/// Every diagnostic with what, why and what to do.
#[must_use]
pub fn diagnostics_page() -> String {
    let mut page = format!(
        "{GENERATED}\n# Diagnostics\n\n\
         `--allow CODE` accepts a finding, `--deny CODE` makes it an error; both take the code or its name.\n\n\
         | code | name | severity | what |\n|---|---|---|---|\n"
    );
    for CodeEntry { code, name, severity, what, .. } in CODES {
        page += &format!("| [{code}](#{}) | `{name}` | {severity} | {} |\n", anchor(*code, name), cell(what));
    }
    for CodeEntry { code, name, severity, what, why, fix, number: _ } in CODES {
        page += &format!(
            "\n## {code} {name}\n\n*{severity}.* {what}\n\n**Why it matters.** {why}\n\n**What to do.** {fix}\n"
        );
    }
    page
}

/// Every annotation of ingress-nginx with what becomes of it.
#[must_use]
pub fn annotations_page() -> String {
    let mut page = format!(
        "{GENERATED}\n# Annotations of ingress-nginx\n\n\
         As controller v1.15 reads them, and what becomes of each. `gatelift explain KEY` prints one of these.\n\n\
         {}\n\
         The last columns say what is written for a target: fields of Gateway API, or the kind that has it. *no* and *not \
         carried* are reported, with a code; rules that would be open without a lost annotation are withheld.\n\n\
         | annotation | kind | what it becomes | {} |\n|---|---|---|{}\n",
        counts(),
        targets().collect::<Vec<_>>().join(" | "),
        "---|".repeat(targets().count())
    );
    for AnnotationEntry { key, category, fate, targets, .. } in annotations() {
        let cells: String = targets.iter().map(|on| format!(" {} |", cell(&on.text))).collect();
        page += &format!("| [`{0}`](#{0}) | {category} | {fate} |{cells}\n", short(key));
    }
    for entry in annotations() {
        let AnnotationEntry { key, aliases, syntax, default, meaning, category, refused, effect, why, .. } = entry;
        page += &format!("\n## {}\n\n`{key}` ({category})\n\n{meaning}\n\n", short(key));
        for alias in aliases {
            page += &format!("- Also written: `{alias}`\n");
        }
        page += &format!("- Values: {syntax}\n- Without it: {default}\n- A refused value: {refused}\n");
        page += &format!("\n**What it becomes.** {effect}\n");
        if let Some(why) = why {
            page += &format!("Why: {why}.\n");
        }
    }
    page
}

/// How many of the controller's names there are, and what becomes of them on each target.
fn counts() -> String {
    let claims = [Claim::Carried, Claim::Approximated, Claim::LineByLine, Claim::Reported, Claim::NoEffect];
    let all: usize = annotations().iter().map(|entry| 1 + entry.aliases.len()).sum();
    let rows: String = targets()
        .map(|target| {
            let cells: String = claims.iter().map(|claim| format!(" {} |", count(target, *claim))).collect();
            format!("| {target} |{cells}\n")
        })
        .collect();
    format!(
        "The controller knows {all} names, two of them old ones. Of these, by target:\n\n\
         | target | carried | nearly | line by line | reported | no effect |\n|---|---|---|---|---|---|\n{rows}"
    )
}

fn targets() -> impl Iterator<Item = &'static str> {
    crate::target::TARGETS.iter().map(|target| target.name)
}

/// An annotation without its prefix.
fn short(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or(key)
}

/// The anchor that Markdown renderers give to a code's heading.
fn anchor(code: Code, name: &str) -> String {
    format!("{code}-{name}").to_lowercase()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The command line's reference.
#[must_use]
pub fn command_page(command: &Command) -> String {
    let mut command = command.clone().disable_help_subcommand(true);
    command.build();
    let mut page = format!("{GENERATED}\n# Command line\n");
    page += &section(&command, "");
    for subcommand in command.get_subcommands() {
        page += &section(subcommand, &format!("{} ", command.get_name()));
    }
    page
}

fn section(command: &Command, before: &str) -> String {
    let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).trim().to_owned();
    let mut text = format!("\n## {before}{}\n\n{about}\n\n```text\n{usage}\n```\n", command.get_name());
    if command.has_subcommands() {
        text.push('\n');
    }
    for subcommand in command.get_subcommands() {
        let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
        text += &format!("- `{}`: {about}\n", subcommand.get_name());
    }
    let mut headings: Vec<&str> = Vec::new();
    let heading = |arg: &Arg| if arg.is_positional() { "Arguments" } else { "Options" };
    let visible = || command.get_arguments().filter(|arg| !arg.is_hide_set());
    for arg in visible() {
        let name = arg.get_help_heading().unwrap_or_else(|| heading(arg));
        if !headings.contains(&name) {
            headings.push(name);
        }
    }
    for name in headings {
        text += &format!("\n### {name}\n\n");
        for arg in visible().filter(|arg| arg.get_help_heading().unwrap_or_else(|| heading(arg)) == name) {
            text += &argument(arg);
        }
    }
    if let Some(examples) = command.get_after_long_help() {
        text += &format!("\n```text\n{}\n```\n", examples.to_string().trim());
    }
    text
}

fn argument(arg: &Arg) -> String {
    let values = match arg.get_value_names() {
        Some(names) if arg.get_action().takes_values() => {
            names.iter().map(|name| format!(" <{name}>")).collect::<String>()
        }
        Some(_) | None => String::new(),
    };
    let names = [arg.get_short().map(|short| format!("-{short}")), arg.get_long().map(|long| format!("--{long}"))];
    let names: Vec<_> = names.into_iter().flatten().collect();
    let signature = format!("{}{values}", names.join(", "));
    let help = arg.get_long_help().or_else(|| arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut text = format!("- `{}`: {}", signature.trim(), help.replace("\n\n", " ").replace('\n', " "));
    let defaults: Vec<_> =
        arg.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        text += &format!(" (default: {})", defaults.join(", "));
    }
    for value in
        arg.get_possible_values().iter().filter(|value| arg.get_action().takes_values() && !value.is_hide_set())
    {
        let help = value.get_help().map(|help| format!(": {help}")).unwrap_or_default();
        text += &format!("\n  - `{}`{help}", value.get_name());
    }
    text + "\n"
}
