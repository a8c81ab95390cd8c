//! Findings on standard error, and what they mean for the exit status.

use std::fs;
use std::io;

use anyhow::{Context, bail};
use clap::ColorChoice;

use super::args::{MessageArgs, MessageFormat};
use super::suggest::Deny;
use super::{Exit, terminal};
use crate::report::render::{self, Places};
use crate::report::{Code, Report, Severity, Summary};

impl MessageArgs {
    /// Refuses flags that contradict each other.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        match self.allow.iter().find(|code| self.deny.contains(&Deny::Code(**code))) {
            Some(code) => bail!("{code} ({}) is both allowed and denied", code.entry().name),
            None => Ok(()),
        }
    }

    /// Takes out what is allowed and makes errors of what is denied. A code that is allowed stays so under
    /// `--deny warnings`.
    pub(super) fn apply(&self, report: &mut Report) {
        report.diagnostics.retain(|diagnostic| !self.allow.contains(&diagnostic.code));
        for diagnostic in &mut report.diagnostics {
            let denied = self.deny.contains(&Deny::Code(diagnostic.code))
                || (diagnostic.severity == Severity::Warning && self.deny.contains(&Deny::Warnings));
            if denied {
                diagnostic.severity = Severity::Error;
            }
        }
    }

    /// Prints the findings and the summary, and writes the report file.
    pub(super) fn print(
        &self,
        report: &Report,
        summary: &Summary,
        places: &dyn Places,
        color: ColorChoice,
    ) -> anyhow::Result<()> {
        if let Some(file) = &self.report {
            fs::write(file, render::json(report, summary, places)).with_context(|| file.display().to_string())?;
        }
        let shown = if self.quiet { only_errors(report) } else { report.clone() };
        let text = match self.message_format {
            MessageFormat::Text => render::text(&shown, places, terminal::color(color, &io::stderr())),
            MessageFormat::Concise => render::concise(&shown, places),
            MessageFormat::Json => render::json(&shown, summary, places),
        };
        terminal::say(&text)?;
        match self.message_format {
            MessageFormat::Text | MessageFormat::Concise if !self.quiet => terminal::say(&format!("{summary}\n"))?,
            MessageFormat::Text | MessageFormat::Concise | MessageFormat::Json => {}
        }
        Ok(())
    }
}

fn only_errors(report: &Report) -> Report {
    let mut errors = report.clone();
    errors.diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    errors
}

/// Codes that mean that input could not be read, so that the output may lack some of it.
const UNREADABLE: &[Code] =
    &[Code::Syntax, Code::Unreadable, Code::TooComplex, Code::Template, Code::KindForbidden, Code::KindUnread];

/// The exit status that a report asks for: input that could not be read counts as a failure, any other error as a
/// finding.
pub(super) fn exit(report: &Report) -> Exit {
    report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| if UNREADABLE.contains(&diagnostic.code) { Exit::Failed } else { Exit::Findings })
        .max()
        .unwrap_or(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Diagnostic;

    fn args(allow: &[Code], deny: &[Deny]) -> MessageArgs {
        MessageArgs {
            message_format: MessageFormat::Text,
            report: None,
            deny: deny.to_vec(),
            allow: allow.to_vec(),
            quiet: false,
        }
    }

    fn report(codes: &[Code]) -> Report {
        let mut report = Report::default();
        codes.iter().for_each(|code| report.push(Diagnostic::new(*code, "x")));
        report
    }

    fn exit_of(codes: &[Code], args: &MessageArgs) -> Exit {
        let mut report = report(codes);
        args.apply(&mut report);
        exit(&report)
    }

    #[test]
    fn errors_decide_the_exit_status() {
        let plain = args(&[], &[]);
        assert_eq!(exit_of(&[Code::WildcardWider, Code::HealthEndpoint], &plain), Exit::Done);
        assert_eq!(exit_of(&[Code::WildcardWider, Code::RuleWithheld], &plain), Exit::Findings);
        assert_eq!(exit_of(&[Code::Syntax, Code::RuleWithheld], &plain), Exit::Failed);
    }

    #[test]
    fn levels_change_it() {
        let denied = args(&[], &[Deny::Warnings]);
        assert_eq!(exit_of(&[Code::WildcardWider], &denied), Exit::Findings);
        assert_eq!(exit_of(&[Code::HealthEndpoint], &denied), Exit::Done);
        assert_eq!(exit_of(&[Code::HealthEndpoint], &args(&[], &[Deny::Code(Code::HealthEndpoint)])), Exit::Findings);
        assert_eq!(exit_of(&[Code::RuleWithheld], &args(&[Code::RuleWithheld], &[])), Exit::Done);
        assert_eq!(exit_of(&[Code::WildcardWider], &args(&[Code::WildcardWider], &[Deny::Warnings])), Exit::Done);
    }

    #[test]
    fn contradictions_are_refused() {
        assert!(args(&[Code::RuleWithheld], &[Deny::Code(Code::RuleWithheld)]).check().is_err());
    }
}
