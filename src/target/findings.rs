//! What there is to say about the output. The same thing is said once, with every place it applies to.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Origin, Rule};
use crate::report::{Allows, Code, Diagnostic, Fate, Report, Severity};

/// Collects until the routing is written: both entry points of a host ask about the same rules.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    allow: &'a BTreeSet<Code>,
    allow_at: &'a Allows,
    said: BTreeMap<Words, Said>,
    fates: Vec<(Origin, Fate, Code)>,
}

/// Code, message, notes and help.
type Words = (Code, String, Vec<String>, Option<String>);

/// How bad it is and where it applies.
#[derive(Debug)]
struct Said {
    severity: Severity,
    places: BTreeSet<Origin>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(allow: &'a BTreeSet<Code>, allow_at: &'a Allows) -> Self {
        Self { allow, allow_at, said: BTreeMap::new(), fates: Vec::new() }
    }

    /// Says something about a place (or about the output as a whole).
    pub(super) fn say(&mut self, diagnostic: Diagnostic, origin: Option<&Origin>) {
        let Diagnostic { code, severity, message, labels: _, notes, help, text: _ } = diagnostic;
        let said =
            self.said.entry((code, message, notes, help)).or_insert_with(|| Said { severity, places: BTreeSet::new() });
        said.severity = said.severity.max(severity);
        said.places.extend(origin.cloned());
    }

    /// The setting is in the output, but not quite.
    pub(super) fn approximate(&mut self, diagnostic: Diagnostic, origin: &Origin) {
        self.fates.push((origin.clone(), Fate::Approximated, diagnostic.code));
        self.say(diagnostic, Some(origin));
    }

    /// The setting is not in the output.
    pub(super) fn lose(&mut self, diagnostic: Diagnostic, origin: &Origin) {
        self.fates.push((origin.clone(), Fate::Dropped, diagnostic.code));
        self.say(diagnostic, Some(origin));
    }

    /// The setting is not in the output, and without it the rule would let more through or break the backend. True
    /// when the rule has to be withheld: nobody has allowed the loss.
    pub(super) fn withhold(&mut self, code: Code, message: impl Into<String>, why: &str, origin: &Origin) -> bool {
        let then = "the rule is withheld: its requests are answered with 500";
        self.unless_allowed(Diagnostic::new(code, message).note(why), then, origin)
    }

    /// A rule is withheld, for reasons that have been given at the settings they are about.
    pub(super) fn withheld(&mut self, rule: &Origin) {
        self.fates.push((rule.clone(), Fate::Dropped, Code::RuleWithheld));
    }

    /// A rule whose paths are all closed by one before it that is withheld.
    pub(super) fn behind(&mut self, rule: &Rule) {
        let finding = Diagnostic::new(Code::RuleWithheld, "a rule before this one is withheld for all of its paths")
            .note("its requests are answered with 500 as well");
        self.lose(finding, &rule.origin);
    }

    /// The rule's conditions cannot be written, so that its requests fall to the rules after it. True when those have
    /// to be closed: nobody has allowed that.
    pub(super) fn leave_out(&mut self, code: Code, message: impl Into<String>, origin: &Origin) -> bool {
        let then =
            "the rule is left out, and the rules of the host after it, which could take its requests, answer 500";
        self.unless_allowed(Diagnostic::new(code, message), then, origin)
    }

    /// The rule cannot be written, whatever is allowed.
    pub(super) fn refuse(&mut self, code: Code, message: impl Into<String>, why: &str, origin: &Origin) {
        let finding = Diagnostic::new(code, message)
            .note(why)
            .note("the rule is withheld: its requests are answered with 500")
            .help(code.entry().fix);
        self.lose(finding, origin);
    }

    fn unless_allowed(&mut self, mut finding: Diagnostic, then: &str, origin: &Origin) -> bool {
        let code = finding.code;
        let allowed = self.allow.contains(&code) || self.allow_at.covers(code, origin);
        if allowed {
            finding.severity = Severity::Info;
            finding = finding.note(format!("{code} is allowed: the output does without it"));
        } else {
            finding = finding.note(then).help(format!("{} Or accept it with --allow {code}.", code.entry().fix));
        }
        self.lose(finding, origin);
        !allowed
    }

    /// Hands everything over, sorted.
    pub(super) fn report(self, report: &mut Report) {
        for ((code, message, notes, help), Said { severity, places }) in self.said {
            let mut diagnostic = Diagnostic::new(code, message);
            diagnostic.severity = severity;
            diagnostic.notes = notes;
            diagnostic.help = help;
            report.push(places.iter().fold(diagnostic, |d, origin| d.at(origin, "")));
        }
        for (origin, fate, code) in self.fates {
            report.ledger.record(&origin, fate, Some(code));
        }
    }
}
