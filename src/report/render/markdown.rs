//! Markdown for a comment on a pull request: a verdict, a table of counts, and every finding once.

use std::collections::BTreeMap;

use super::finding::{Group, Location, groups};
use super::{Places, printable};
use crate::report::{Code, Report, Severity, Summary};

/// Places that are listed when the same is said of several.
const LISTED: usize = 10;
/// A comment on GitHub holds 65,536 characters; what does not fit is counted.
const LONGEST: usize = 60_000;

/// The findings as Markdown, with a final line break.
#[must_use]
pub fn markdown(report: &Report, summary: &Summary, places: &dyn Places) -> String {
    let groups = groups(&report.diagnostics, places);
    let mut text = format!("## gatelift: {}\n\n{}\n", verdict(report), escaped(&summary.to_string()));
    text += &counts(report);
    let mut left_out = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let section: Vec<_> = groups.iter().filter(|group| group.first.diagnostic.severity == severity).collect();
        if section.is_empty() {
            continue;
        }
        let title = format!("{} ({})", heading(severity), section.len());
        text += &match severity {
            Severity::Error | Severity::Warning => format!("\n### {title}\n\n"),
            // Worth knowing, but not worth the reader's screen.
            Severity::Info => format!("\n<details>\n<summary>{title}</summary>\n\n"),
        };
        for group in section {
            let item = item(group);
            if text.len() + item.len() > LONGEST {
                left_out += 1;
            } else {
                text += &item;
            }
        }
        if severity == Severity::Info {
            text += "\n</details>\n";
        }
    }
    if left_out > 0 {
        text += &format!("\n{left_out} more findings do not fit into a comment.\n");
    }
    text
}

fn verdict(report: &Report) -> String {
    let count = |severity| report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "nothing found that changes traffic".to_owned(),
        (0, warnings) => format!("no errors, {}", plural(warnings, "warning")),
        (errors, warnings) => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
    }
}

fn heading(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Errors",
        Severity::Warning => "Warnings",
        Severity::Info => "Worth knowing",
    }
}

fn counts(report: &Report) -> String {
    let mut counts: BTreeMap<(std::cmp::Reverse<Severity>, Code), usize> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        *counts.entry((std::cmp::Reverse(diagnostic.severity), diagnostic.code)).or_default() += 1;
    }
    if counts.is_empty() {
        return String::new();
    }
    let rows = counts.into_iter().map(|((severity, code), count)| {
        let what = escaped(code.entry().what).replace('|', "\\|");
        format!("| {} | {code} `{}` | {count} | {what} |\n", severity.0, code.entry().name)
    });
    let head = "\n| severity | code | count | what |\n|---|---|---:|---|\n".to_owned();
    std::iter::once(head).chain(rows).collect()
}

fn item(group: &Group<'_>) -> String {
    let diagnostic = group.first.diagnostic;
    let places: Vec<String> =
        group.first.marks.iter().map(|(place, _)| place).chain(&group.listed).map(place).collect();
    let all = group.first.marks.len() + group.more;
    let more = match all - places.len().min(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let listed = places.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    let at = if listed.is_empty() { String::new() } else { format!("\n  at {listed}{more}") };
    let notes: String = diagnostic.notes.iter().map(|note| format!("\n  {}", escaped(note))).collect();
    let help: String = diagnostic.help.iter().map(|help| format!("\n  *{}*", escaped(help))).collect();
    format!("- **{}** {}{at}{notes}{help}\n", diagnostic.code, escaped(&diagnostic.message))
}

fn place(location: &Location<'_>) -> String {
    format!("`{}`", printable(&location.short()).replace(['`', '\n'], " "))
}

/// Input reaches messages as it is; nothing of it may become markup, a link or a mention. Between backticks all is
/// literal already.
fn escaped(text: &str) -> String {
    let text = printable(text).replace('\n', " ");
    let text = if text.matches('`').count().is_multiple_of(2) { text } else { text.replace('`', "'") };
    let code = |index: usize| index % 2 == 1;
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| if code(index) { format!("`{part}`") } else { plain(part) }).collect()
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '@' => out += "&#64;",
            '#' => out += "&#35;",
            '*' | '_' | '[' | ']' | '~' | '\\' | '!' => out.extend(['\\', character]),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_of_the_input_becomes_markup() {
        assert_eq!(escaped("a <b> @team [x](y) `*.a|b<c>` *"), "a &lt;b> &#64;team \\[x\\](y) `*.a|b<c>` \\*");
        assert_eq!(escaped("one ` only"), "one ' only");
    }
}
