//! Findings on standard error, and what they mean for the exit status.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use anyhow::Context;
use clap::ColorChoice;

use super::args::{MessageArgs, MessageFormat};
use super::settings::Settings;
use super::{Exit, terminal};
use crate::emit;
use crate::report::render::{self, Infos, Places};
use crate::report::{Code, Levels, Report, Severity, Summary};

impl MessageArgs {
    /// How bad findings are, by the flags and the configuration file.
    pub(super) fn levels(&self, settings: &Settings) -> anyhow::Result<Levels> {
        settings.levels(&self.deny, &self.warn, &self.allow)
    }

    /// Prints the findings and the summary, and writes the report file.
    pub(super) fn print(
        &self,
        report: &Report,
        summary: &Summary,
        places: &dyn Places,
        color: ColorChoice,
    ) -> anyhow::Result<()> {
        self.write_reports(report, summary, places)?;
        let color = terminal::color(color, &io::stderr());
        terminal::say(&self.rendered(report, summary, places, color))?;
        if self.has_summary() {
            terminal::say(&format!("{summary}\n"))?;
        }
        Ok(())
    }

    /// The findings in the format that was asked for.
    pub(super) fn rendered(&self, report: &Report, summary: &Summary, places: &dyn Places, color: bool) -> String {
        let infos = self.verbosity.infos();
        match self.quiet {
            true => rendered(self.message_format, &only_errors(report), summary, places, (color, infos)),
            false => rendered(self.message_format, report, summary, places, (color, infos)),
        }
    }

    /// Writes the report files.
    pub(super) fn write_reports(&self, report: &Report, summary: &Summary, places: &dyn Places) -> anyhow::Result<()> {
        for file in &self.report {
            let text = rendered(format_of(file), report, summary, places, (false, Infos::Each));
            emit::write_file(file, &text).with_context(|| file.display().to_string())?;
        }
        Ok(())
    }

    /// Whether a line for people follows the findings: not where a program reads them.
    fn has_summary(&self) -> bool {
        match self.message_format {
            MessageFormat::Text | MessageFormat::Concise | MessageFormat::Github => !self.quiet,
            MessageFormat::Json | MessageFormat::Sarif | MessageFormat::Junit | MessageFormat::Markdown => false,
        }
    }
}

fn rendered(
    format: MessageFormat,
    report: &Report,
    summary: &Summary,
    places: &dyn Places,
    (color, infos): (bool, Infos),
) -> String {
    match format {
        MessageFormat::Text => render::text(report, places, color, infos),
        MessageFormat::Concise => render::concise(report, places),
        MessageFormat::Json => render::json(report, summary, places),
        MessageFormat::Sarif => render::sarif(report, places),
        MessageFormat::Github => render::github(report, places),
        MessageFormat::Junit => render::junit(report, places),
        MessageFormat::Markdown => render::markdown(report, summary, places),
    }
}

/// The format that a report file is to have, by its name.
fn format_of(file: &Path) -> MessageFormat {
    let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("sarif") => MessageFormat::Sarif,
        Some("xml") => MessageFormat::Junit,
        Some("md" | "markdown") => MessageFormat::Markdown,
        Some(_) | None => MessageFormat::Json,
    }
}

fn only_errors(report: &Report) -> Report {
    let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    Report { diagnostics: errors.cloned().collect(), ledger: report.ledger.clone() }
}

/// `2 errors, 1 warning, 4 notes`.
pub(super) fn counted(report: &Report) -> String {
    let count = |severity, noun: &str| {
        let count = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
    };
    [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")]
        .map(|(severity, noun)| count(severity, noun))
        .join(", ")
}

/// How often each code was found, the worst first.
pub(super) fn table(report: &Report) -> String {
    let mut counts: BTreeMap<(Reverse<Severity>, Code), usize> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        *counts.entry((Reverse(diagnostic.severity), diagnostic.code)).or_default() += 1;
    }
    let rows = counts.into_iter();
    rows.map(|((severity, code), count)| {
        format!("{count:>6}  {:<7}  {code}  {}\n", severity.0.name(), code.entry().name)
    })
    .collect()
}

/// The exit status that a report asks for: input that could not be read counts as a failure, any other error as a
/// finding.
pub(super) fn exit(report: &Report) -> Exit {
    report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| if diagnostic.code.is_unreadable() { Exit::Failed } else { Exit::Findings })
        .max()
        .unwrap_or(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Diagnostic;

    fn report(codes: &[Code]) -> Report {
        let mut report = Report::default();
        codes.iter().for_each(|code| report.push(Diagnostic::new(*code, "x")));
        report
    }

    #[test]
    fn errors_decide_the_exit_status() {
        assert_eq!(exit(&report(&[Code::WildcardWider, Code::HealthEndpoint])), Exit::Done);
        assert_eq!(exit(&report(&[Code::WildcardWider, Code::RuleWithheld])), Exit::Findings);
        assert_eq!(exit(&report(&[Code::Syntax, Code::RuleWithheld])), Exit::Failed);
    }

    #[test]
    fn findings_by_severity_and_code() {
        let report = report(&[Code::WildcardWider, Code::HealthEndpoint, Code::RuleWithheld, Code::WildcardWider]);
        assert_eq!(counted(&report), "1 error, 2 warnings, 1 note");
        assert_eq!(
            table(&report),
            "     1  error    G2L213  rule-withheld\n     2  warning  G2L203  wildcard-matches-more-labels\n     \
             1  info     G2L217  built-in-endpoint-lost\n"
        );
    }
}
