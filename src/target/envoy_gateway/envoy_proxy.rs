//! EnvoyProxy: how the proxies of a Gateway are set up, named by `spec.infrastructure.parametersRef`.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::telemetry::{self, Telemetry};
use super::version::MERGE_TYPE;
use crate::model::{Action, Located, Origin, Rule};
use crate::report::{Code, Diagnostic, Severity};
use crate::target::extension::Proxy;
use crate::target::findings::Findings;
use crate::target::sites::Site;
use crate::target::{Feature, Run};

/// Kind.
pub(super) const KIND: &str = "EnvoyProxy";

/// The proxies of a routing's Gateways.
pub(in crate::target) fn write(run: &Run, sites: &[Site], findings: &mut Findings) -> Option<Proxy> {
    let listenings = sites.iter().flat_map(|site| &site.listenings).filter(|listening| listening.is_http());
    let rules: Vec<&Rule> = listenings.flat_map(|listening| listening.rules.iter().copied()).collect();
    if rules.is_empty() {
        return None;
    }
    // An EnvoyProxy of a Gateway takes the place of its class's, unless it asks to be laid over it.
    let alone = run.version().lacks(&MERGE_TYPE).is_some();
    let mut writer = Writer { run, findings, alone, telemetry: Map::new(), origins: Vec::new() };
    let silent = writer.silent(&rules);
    let telemetry = Telemetry::of(run.routing);
    if let Some(Located { value, origin }) = telemetry.log_format.filter(|_| !silent) {
        let written = telemetry::access_log(value);
        writer.put(Feature::LogFormat, "accessLog", written, origin, value.differences.clone());
    }
    if let Some(Located { value, origin }) = telemetry.tracer {
        writer.put(Feature::Tracer, "tracing", telemetry.tracing(value), origin, Vec::new());
    }
    let Writer { telemetry, origins, .. } = writer;
    if telemetry.is_empty() {
        return None;
    }
    let mut spec = json!({ "telemetry": telemetry });
    if let (false, Some(fields)) = (alone, spec.as_object_mut()) {
        fields.insert("mergeType".to_owned(), "StrategicMerge".into());
    }
    Some(Proxy { kind: KIND, spec, origins })
}

struct Writer<'w, 'r, 'f> {
    run: &'w Run<'r>,
    findings: &'w mut Findings<'f>,
    /// It takes the place of another one.
    alone: bool,
    telemetry: Map<String, Json>,
    origins: Vec<Origin>,
}

impl Writer<'_, '_, '_> {
    /// The access log of a Gateway is one for all requests, so it is switched off where no rule that forwards wants it.
    /// True when it is.
    fn silent(&mut self, rules: &[&Rule]) -> bool {
        let silent: BTreeSet<&Origin> = rules.iter().filter_map(|rule| not_logged(rule)).collect();
        if silent.is_empty() {
            return false;
        }
        let forwards = |rule: &&&Rule| matches!(rule.action, Action::Forward(_));
        if !rules.iter().filter(forwards).all(|rule| not_logged(rule).is_some()) {
            let why = "EnvoyProxy switches the access log of a whole Gateway, and other rules of it are logged";
            silent.iter().for_each(|origin| self.lose(Feature::AccessLog, why, origin));
            return false;
        }
        let off = json!({ "disable": true });
        for origin in silent {
            // An Ingress speaks of its own paths, the controller's configuration of all requests.
            let of_paths = origin.object.kind == "Ingress";
            let more = "the whole Gateway has no access log: requests that no rule takes are not logged either";
            let differences = of_paths.then(|| more.to_owned()).into_iter().collect();
            self.put(Feature::AccessLog, "accessLog", off.clone(), origin, differences);
        }
        true
    }

    /// Puts a part into the object, and says in what it differs.
    fn put(&mut self, feature: Feature, part: &str, written: Json, origin: &Origin, mut differences: Vec<String>) {
        let alone = "it takes the place of an EnvoyProxy of the GatewayClass, which has to be merged by hand";
        differences.extend(self.alone.then(|| alone.to_owned()));
        if self.run.options.gateway.is_some() {
            let why = "an EnvoyProxy is named by its Gateway, and this one is not part of the output";
            return self.lose(feature, why, origin);
        }
        let message = format!("{}: Envoy Gateway's differ in part", feature.name());
        let finding = Diagnostic::new(Code::SettingApproximated, message);
        let mut finding = differences.into_iter().fold(finding, Diagnostic::note);
        finding.severity = if self.alone { Severity::Warning } else { Severity::Info };
        if !finding.notes.is_empty() {
            self.findings.approximate(finding, origin);
        }
        self.telemetry.insert(part.to_owned(), written);
        self.origins.push(origin.clone());
    }

    fn lose(&mut self, feature: Feature, why: &str, origin: &Origin) {
        let message = format!("{}: not carried to `{}`", feature.name(), self.run.target.name);
        self.findings.lose(Diagnostic::new(Code::SettingNotCarried, message).note(why), origin);
    }
}

fn not_logged(rule: &Rule) -> Option<&Origin> {
    let Located { value, origin } = rule.policies.access_log.as_ref()?;
    (!value).then_some(origin)
}
