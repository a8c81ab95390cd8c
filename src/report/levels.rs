//! How bad findings are to this user.

use std::collections::BTreeMap;

use super::{Code, Report, Severity};

/// What the user makes of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Accepted: not a finding.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

/// How bad findings are to this user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// By code.
    pub by_code: BTreeMap<Code, Level>,
    /// Warnings of all other codes are errors.
    pub deny_warnings: bool,
}

impl Levels {
    /// The codes that are accepted, with what follows from them.
    pub fn allowed(&self) -> impl Iterator<Item = Code> + '_ {
        self.by_code.iter().filter(|(_, level)| **level == Level::Allow).map(|(code, _)| *code)
    }

    /// Takes out what is allowed and sets severities.
    pub fn apply(&self, report: &mut Report) {
        report.diagnostics.retain(|diagnostic| self.by_code.get(&diagnostic.code) != Some(&Level::Allow));
        for diagnostic in &mut report.diagnostics {
            diagnostic.severity = match (self.by_code.get(&diagnostic.code), diagnostic.severity) {
                (Some(Level::Deny), _) => Severity::Error,
                (Some(Level::Warn), _) => Severity::Warning,
                (None, Severity::Warning) if self.deny_warnings => Severity::Error,
                (Some(Level::Allow) | None, severity) => severity,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Diagnostic;

    #[test]
    fn a_code_counts_more_than_all_warnings() {
        let mut report = Report::default();
        let codes = [
            Code::WildcardWider,
            Code::HealthEndpoint,
            Code::RuleWithheld,
            Code::OrderDiffers,
            Code::SlashRedirectLost,
        ];
        codes.iter().for_each(|code| report.push(Diagnostic::new(*code, "x")));
        let by_code = BTreeMap::from([
            (Code::WildcardWider, Level::Warn),
            (Code::HealthEndpoint, Level::Deny),
            (Code::RuleWithheld, Level::Warn),
            (Code::OrderDiffers, Level::Allow),
        ]);
        Levels { by_code, deny_warnings: true }.apply(&mut report);
        let left: Vec<_> = report.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.severity)).collect();
        let expected = [
            (Code::WildcardWider, Severity::Warning),
            (Code::HealthEndpoint, Severity::Error),
            (Code::RuleWithheld, Severity::Warning),
            (Code::SlashRedirectLost, Severity::Error),
        ];
        assert_eq!(left, expected);
    }
}
