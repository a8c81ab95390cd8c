//! What Istio's own kinds say about one rule. They are written later, for Services and Gateways; here is decided what
//! becomes of each setting.

use super::destination_rule::{self, Part};
use super::policies;
use crate::model::{Action, Located, Origin, Rule};
use crate::report::{Code, Diagnostic, Severity};
use crate::target::Feature;
use crate::target::rules::{Draft, Pen};
use crate::target::services::Agreement;
use crate::target::written::Written;

/// Judges what was handed on. True when the rule has to be withheld.
pub(in crate::target) fn write<'a>(pen: &mut Pen<'_, 'a>, rule: &Rule, _: &str, draft: &mut Draft<'a>) -> bool {
    let version = pen.run.version();
    let mut withheld = false;
    for part in destination_rule::parts(&rule.policies, version) {
        if draft.handed_on.contains(&part.feature) {
            withheld |= of_service(pen, rule, part);
        }
    }
    let in_own_words = policies::say_all(pen.run, &rule.policies);
    if draft.handed_on.contains(&Feature::AccessList) && !in_own_words {
        withheld |= addresses(pen, rule);
    }
    if draft.handed_on.contains(&Feature::Tokens) && !in_own_words {
        withheld |= tokens(pen, rule);
    }
    withheld
}

/// Tokens, which the input's own policies ask for where they go with the rule.
fn tokens(pen: &mut Pen, rule: &Rule) -> bool {
    let Some(Located { origin, .. }) = &rule.policies.tokens else { return false };
    let why = "a RequestAuthentication holds for a whole Gateway, and this one has other routes, or is none";
    let message = pen.lost(Feature::Tokens);
    let withheld = pen.findings.withhold(Code::ProtectionNotCarried, message, why, origin);
    let others = rule.policies.foreign.iter().filter(|one| one.value.said && one.origin.object != origin.object);
    others.fold(withheld, |withheld, lost| pen.in_own_words(lost, why) | withheld)
}

/// Client addresses, which an AuthorizationPolicy of the Gateway refuses.
fn addresses(pen: &mut Pen, rule: &Rule) -> bool {
    let Some(Located { origin, .. }) = &rule.policies.access else { return false };
    let why = match pen.listening.unguarded.get(&rule.matcher) {
        Some(why) => why.clone(),
        None if pen.run.routing.mesh.is_some() => {
            "an AuthorizationPolicy of a gateway says nothing to a mesh".to_owned()
        }
        None => {
            let preflight = "preflight requests from refused addresses are refused as well".to_owned();
            let differences = rule.policies.cors.is_some().then_some(preflight);
            approximate(pen, Feature::AccessList, origin, differences.into_iter().collect());
            return false;
        }
    };
    let message = pen.lost(Feature::AccessList);
    pen.findings.withhold(Code::ProtectionNotCarried, message, &why, origin)
}

/// Something that a DestinationRule says.
fn of_service(pen: &mut Pen, rule: &Rule, part: Part) -> bool {
    let Part { feature, origin, name, written } = part;
    let mut differences = match written {
        Written::Exactly(_) => Vec::new(),
        Written::Nearly(_, differences) => differences,
        Written::Not(why) => return lose(pen, rule, feature, origin, &why),
    };
    if pen.run.routing.mesh.is_some() {
        return lose(pen, rule, feature, origin, "a DestinationRule of a gateway says nothing to a mesh");
    }
    let Action::Forward(forward) = &rule.action else { return false };
    match pen.wants.agreement(&forward.backends, name) {
        Agreement::All => {}
        Agreement::Some => {
            differences.push("it holds for every rule that reaches the Service: others ask for nothing".to_owned());
        }
        Agreement::None => {
            let why = "a DestinationRule holds for a whole Service, and other rules ask for something else of it";
            return lose(pen, rule, feature, origin, why);
        }
    }
    approximate(pen, feature, origin, differences);
    false
}

/// Without TLS a backend would get plain text on a port that speaks TLS; everything else is said.
fn lose(pen: &mut Pen, rule: &Rule, feature: Feature, origin: &Origin, why: &str) -> bool {
    let message = pen.lost(feature);
    if [Feature::VerifiedBackendTls, Feature::UnverifiedBackendTls].contains(&feature) {
        return pen.findings.withhold(Code::BackendTlsNotCarried, message, why, origin);
    }
    if feature == Feature::IdleTimeout {
        let whole = rule.policies.timeouts.as_ref().map(|Located { value, .. }| value);
        let others = whole.is_some_and(|times| times.request.is_some() || times.backend_request.is_some());
        pen.lose_idle(others, why, origin);
    } else {
        pen.findings.lose(Diagnostic::new(Code::SettingNotCarried, message).note(why), origin);
    }
    false
}

fn approximate(pen: &mut Pen, feature: Feature, origin: &Origin, differences: Vec<String>) {
    if differences.is_empty() {
        return;
    }
    let message = format!("{}: Istio's differ in part", feature.name());
    let mut finding = Diagnostic::new(Code::SettingApproximated, message);
    finding.severity = Severity::Info;
    pen.findings.approximate(differences.into_iter().fold(finding, Diagnostic::note), origin);
}
