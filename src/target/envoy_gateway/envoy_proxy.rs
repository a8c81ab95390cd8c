//! EnvoyProxy: how the proxies of a Gateway are set up, named by `spec.infrastructure.parametersRef`.

use std::collections::BTreeSet;

use serde_json::json;

use super::version::MERGE_TYPE;
use crate::model::{Action, Located, Origin, Rule};
use crate::report::{Code, Diagnostic, Severity};
use crate::target::extension::Proxy;
use crate::target::findings::Findings;
use crate::target::sites::Site;
use crate::target::{Feature, Run};

/// Kind.
pub(super) const KIND: &str = "EnvoyProxy";

/// The proxies of a routing's Gateways. Their access log is one for all requests, so it is switched off where no rule
/// that forwards wants it.
pub(in crate::target) fn write(run: &Run, sites: &[Site], findings: &mut Findings) -> Option<Proxy> {
    let listenings = sites.iter().flat_map(|site| &site.listenings).filter(|listening| listening.is_http());
    let rules: Vec<&Rule> = listenings.flat_map(|listening| listening.rules.iter().copied()).collect();
    let silent: BTreeSet<&Origin> = rules.iter().filter_map(|rule| not_logged(rule)).collect();
    if silent.is_empty() {
        return None;
    }
    let forwards = |rule: &&&Rule| matches!(rule.action, Action::Forward(_));
    let all = rules.iter().filter(forwards).all(|rule| not_logged(rule).is_some());
    let why = match (run.options.gateway.is_some(), all) {
        (true, _) => Some("an EnvoyProxy is named by its Gateway, and this one is not part of the output"),
        (false, false) => {
            Some("EnvoyProxy switches the access log of a whole Gateway, and other rules of it are logged")
        }
        (false, true) => None,
    };
    if let Some(why) = why {
        let message = format!("{}: not carried to `{}`", Feature::AccessLog.name(), run.target.name);
        silent.iter().for_each(|origin| {
            findings.lose(Diagnostic::new(Code::SettingNotCarried, message.clone()).note(why), origin);
        });
        return None;
    }
    // An EnvoyProxy of a Gateway takes the place of its class's, unless it asks to be laid over it.
    let alone = run.version().lacks(&MERGE_TYPE);
    for origin in &silent {
        // An Ingress speaks of its own paths, the controller's configuration of all requests.
        let of_paths = origin.object.kind == "Ingress";
        let differences = [
            of_paths
                .then_some("the whole Gateway has no access log: requests that no rule takes are not logged either"),
            alone
                .is_some()
                .then_some("it takes the place of an EnvoyProxy of the GatewayClass, which has to be merged by hand"),
        ];
        let message = format!("{}: Envoy Gateway's differ in part", Feature::AccessLog.name());
        let finding = Diagnostic::new(Code::SettingApproximated, message);
        let mut finding = differences.into_iter().flatten().fold(finding, Diagnostic::note);
        finding.severity = if alone.is_some() { Severity::Warning } else { Severity::Info };
        if !finding.notes.is_empty() {
            findings.approximate(finding, origin);
        }
    }
    let origins = silent.into_iter().cloned().collect();
    let mut spec = json!({ "telemetry": { "accessLog": { "disable": true } } });
    if let (None, Some(fields)) = (alone, spec.as_object_mut()) {
        fields.insert("mergeType".to_owned(), "StrategicMerge".into());
    }
    Some(Proxy { kind: KIND, spec, origins })
}

fn not_logged(rule: &Rule) -> Option<&Origin> {
    let Located { value, origin } = rule.policies.access_log.as_ref()?;
    (!value).then_some(origin)
}
