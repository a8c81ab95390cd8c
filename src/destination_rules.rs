//! DestinationRules that are written for hosts that have one already: Istio takes the traffic policy of one of them.

use crate::gateway::Object;
use crate::model::Manifest;
use crate::report::{Code, Diagnostic, Report, Severity};
use crate::source::istio::{Beside, RulesBeside};
use crate::target::Emitted;

/// Says which rules of the input meet one of the output.
pub(crate) fn report_beside(emitted: &[Emitted], manifests: &[Manifest], report: &mut Report) {
    let rules = RulesBeside::read(manifests);
    for Emitted { object, origins } in emitted {
        let Object::Policy(resource) = object else { continue };
        let host = resource.spec.get("host").and_then(serde_json::Value::as_str);
        let Some(host) = host.filter(|_| resource.kind == "DestinationRule") else { continue };
        let name = &resource.metadata.name;
        for (beside, place) in rules.of(&resource.metadata.namespace, host) {
            let other = &place.object.name;
            let code = Code::DestinationRuleBeside;
            let message = format!("DestinationRule `{other}` and the one that is written, `{name}`, are for one host");
            let mut finding = Diagnostic::new(code, message).at(&place, "");
            finding = match beside {
                Beside::Rival => {
                    finding.severity = Severity::Error;
                    finding.note(format!(
                        "both are exported to their own namespace alone, so that the older one's traffic policy counts: `{name}` has no effect"
                    ))
                }
                Beside::Replaced => finding.note(format!(
                    "for the Gateway's requests `{name}` goes before `{other}`, whose settings no longer hold"
                )),
            };
            for origin in origins {
                finding = finding.at(origin, "asks for the one that is written");
            }
            report.push(finding.help(code.entry().fix));
        }
    }
}
