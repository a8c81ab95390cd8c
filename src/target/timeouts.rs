//! Timeouts of a rule.

use super::capability::{Carry, Feature};
use super::durations;
use super::rules::{Draft, Pen};
use crate::model::{Located, Origin, Timeouts};
use crate::report::{Code, Diagnostic, Severity};

impl<'a> Pen<'_, 'a> {
    pub(super) fn timeouts(
        &mut self,
        Located { value, origin }: &Located<Timeouts>,
        tries_again: bool,
        draft: &mut Draft<'a>,
    ) {
        let Timeouts { connect, read_idle, send_idle, request, backend_request } = value;
        let mut backend_request = *backend_request;
        if backend_request.is_some() && self.run.target.profile.attempt_is_whole && !tries_again {
            let message = "one attempt has no time of its own: without retries it would be that of the whole exchange";
            let finding = Diagnostic::new(Code::SettingNotCarried, message);
            match request.or(*connect).or(*read_idle).or(*send_idle) {
                Some(_) => self.findings.approximate(finding, origin),
                None => self.findings.lose(finding, origin),
            }
            backend_request = None;
        }
        let whole = request.is_some() || backend_request.is_some();
        if connect.or(*read_idle).or(*send_idle).is_some() {
            match self.carry(Feature::IdleTimeout) {
                Carry::HandOn => {
                    draft.handed_on.insert(Feature::IdleTimeout);
                }
                Carry::Write => self.lose_idle(whole, "HTTPRoute timeouts limit whole requests", origin),
                Carry::Lose(why) => self.lose_idle(whole, why, origin),
            }
        }
        if whole && self.writes(Feature::RequestTimeout, origin, draft) {
            draft.body.timeouts = durations::timeouts(*request, backend_request);
            if draft.body.timeouts.is_none() {
                let finding = Diagnostic::new(Code::SettingNotCarried, "a timeout is longer than any duration");
                self.findings.lose(finding, origin);
            }
        }
    }

    pub(super) fn lose_idle(&mut self, others_are_kept: bool, why: &str, origin: &Origin) {
        let mut finding = Diagnostic::new(Code::SettingNotCarried, self.lost(Feature::IdleTimeout)).note(why);
        finding.severity = Severity::Info;
        if others_are_kept {
            self.findings.approximate(finding, origin);
        } else {
            self.findings.lose(finding, origin);
        }
    }
}
