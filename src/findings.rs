//! What a proof found, as diagnostics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{ObjectRef, Origin, Routing};
use crate::prove::{self, Outcome, Proof, Request};
use crate::report::{Acceptance, Code, Diagnostic, Report, Severity};
use crate::source::gateway_api;
use crate::syntax::FieldPath;

/// Reports differences (one diagnostic for each reason, with its shortest witness) and what could not be decided.
pub(crate) fn report(
    proof: Proof,
    before: &[Routing],
    portable: &[Routing],
    acceptance: &mut Acceptance<'_>,
    report: &mut Report,
) {
    let Proof { mut differences, unproved, .. } = proof;
    explain(&mut differences, portable, report);
    for difference in &mut differences {
        if let Some(rule) = &difference.before_rule {
            difference.codes.retain(|code| !acceptance.covers(*code, rule));
        }
    }
    let mut by_code: BTreeMap<Code, Vec<&prove::Difference>> = BTreeMap::new();
    for difference in &differences {
        for code in &difference.codes {
            by_code.entry(*code).or_default().push(difference);
        }
    }
    // The source names the place where the configuration is refused.
    let told = |diagnostic: &Diagnostic| matches!(diagnostic.code, Code::ConfigurationRefused | Code::InvalidObject);
    if report.diagnostics.iter().any(told) {
        by_code.remove(&Code::ConfigurationRefused);
    }
    let dialect = only_dialect(before);
    for (code, members) in by_code {
        let mut diagnostic = finding(code, &members, dialect);
        if matches!(code, Code::RegexApproximated | Code::RawPrefix) {
            take_over(&mut diagnostic, &members, report);
        }
        report.push(diagnostic);
    }
    for doubt in &unproved {
        let mut diagnostic = Diagnostic::new(Code::Unproved, format!("`{}`: {}", doubt.host, doubt.doubt));
        for origin in doubt.before_rule.iter().take(1) {
            diagnostic = diagnostic.at(origin, "");
        }
        if let Some(request) = &doubt.request {
            diagnostic = diagnostic.note(format!("for example {}", shown(request)));
        }
        report.push(diagnostic.help(Code::Unproved.entry().fix));
    }
}

/// The dialect of what is converted, when all of it is of one.
pub(crate) fn only_dialect(routings: &[Routing]) -> Option<&'static str> {
    let dialects = routings.iter().map(|routing| routing.dialect).filter(|dialect| *dialect != gateway_api::DIALECT);
    let dialects: BTreeSet<&'static str> = dialects.collect();
    dialects.first().copied().filter(|_| dialects.len() == 1)
}

/// The pass has said the same without a request that shows it: one finding is enough.
fn take_over(diagnostic: &mut Diagnostic, members: &[&prove::Difference], report: &mut Report) {
    let objects: BTreeSet<_> = members.iter().filter_map(|d| d.before_rule.as_ref()).map(|rule| &rule.object).collect();
    let mut said = Vec::new();
    report.diagnostics.retain(|other| {
        let same = other.code == diagnostic.code && other.labels.iter().all(|l| objects.contains(&l.origin.object));
        said.extend(other.labels.iter().filter(|_| same).cloned());
        !same
    });
    said.retain(|label| !diagnostic.labels.iter().any(|own| own.origin == label.origin));
    diagnostic.labels.extend(said);
}

/// Gives differences the codes of what the conversion has said of itself.
pub(crate) fn explain(differences: &mut [prove::Difference], portable: &[Routing], report: &Report) {
    let said = |code: Code| report.diagnostics.iter().any(|diagnostic| diagnostic.code == code);
    let approximated = [Code::RegexApproximated, Code::RawPrefix].into_iter().find(|code| said(*code));
    let closed = closed_objects(report);
    let left_out = rules_left_out(report);
    // What protects a server of a Gateway protects every rule that is bound to it.
    let guarded = report.diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::ProtectionNotCarried);
    let of_server =
        guarded.flat_map(|diagnostic| &diagnostic.labels).any(|label| label.origin.object.kind == "Gateway");
    for difference in differences.iter_mut() {
        // The pass that writes expressions as prefixes has said so; a difference that it alone makes is explained by it.
        if let Some(code) = approximated.filter(|_| explained_by_pass(portable, difference)) {
            difference.codes = vec![code];
        } else if withheld(&closed, of_server, difference) || is_left_out(&left_out, difference) {
            difference.codes = vec![Code::RuleWithheld];
        }
    }
    let accepted = accepted_objects(report);
    let limited = with_own_body_limit(report);
    let beside_accepted = accepted.iter().any(|object| protects_from_beside(object));
    for difference in differences {
        // Somebody has accepted that the protection is lost; that requests are let in follows from it.
        if beside_accepted || difference.before_rule.as_ref().is_some_and(|rule| accepted.contains(&rule.object)) {
            for code in difference.codes.iter_mut().filter(|code| **code == Code::LetIn) {
                *code = Code::PolicyDiffers;
            }
        }
        let implicit = difference.families.iter().all(|family| *family == prove::Family::BodyLimit)
            && difference.before_rule.as_ref().is_none_or(|rule| !limited.contains(&rule.object));
        if difference.codes.contains(&Code::PolicyDiffers) && !difference.families.is_empty() && implicit {
            difference.codes = vec![Code::ImplicitBodyLimit];
        }
    }
}

/// The objects that set a body limit of their own; for the others the controller's default holds.
fn with_own_body_limit(report: &Report) -> BTreeSet<Arc<ObjectRef>> {
    let named = |path: &FieldPath| path.to_string().contains("proxy-body-size");
    report.ledger.iter().filter(|(_, path, _, _)| named(path)).map(|(object, ..)| Arc::clone(object)).collect()
}

/// One reason with its shortest witness.
fn finding(code: Code, members: &[&prove::Difference], dialect: Option<&str>) -> Diagnostic {
    let entry = code.entry();
    let families: BTreeSet<&str> =
        members.iter().flat_map(|difference| difference.families.iter().map(|family| family.name())).collect();
    let mut message = lower_first(code.what_in(dialect).trim_end_matches('.'));
    let names_them = code == Code::PolicyDiffers || code == Code::ImplicitDefaults && dialect.is_none();
    if names_them && !families.is_empty() {
        message = format!("{message}: {}", families.into_iter().collect::<Vec<_>>().join(", "));
    }
    let mut diagnostic = Diagnostic::new(code, message);
    // The same reason over many rules is one finding; its places are the rules that took the requests before.
    let places: BTreeSet<_> = members.iter().filter_map(|difference| difference.before_rule.as_ref()).collect();
    for (index, origin) in places.into_iter().filter(|origin| origin.object.kind != "controller").enumerate() {
        diagnostic = diagnostic.at(origin, if index == 0 { "taken by this before" } else { "" });
    }
    let witness = |difference: &&&prove::Difference| (difference.request.path.len(), difference.request.headers.len());
    if let Some(example) = members.iter().min_by_key(witness) {
        let request = shown(&example.request);
        diagnostic = diagnostic.note(format!("{request}: before {}, after {}", example.before, example.after));
    }
    let hosts: BTreeSet<&str> = members.iter().filter_map(|difference| difference.request.host.as_deref()).collect();
    if hosts.len() > 1 {
        let names: Vec<&str> = hosts.iter().take(3).copied().collect();
        let more = if hosts.len() > 3 { ", …" } else { "" };
        diagnostic = diagnostic.note(format!("so on {} hosts: {}{more}", hosts.len(), names.join(", ")));
    }
    diagnostic.note(entry.why).help(entry.fix)
}

/// Objects of which the target has said that it answers 500 in place of a rule: there is an error at a field of them.
fn closed_objects(report: &Report) -> BTreeSet<Arc<ObjectRef>> {
    let is_error = |diagnostic: &&Diagnostic| {
        diagnostic.severity == Severity::Error && !(200..300).contains(&diagnostic.code.entry().number)
    };
    let labels = report.diagnostics.iter().filter(is_error).flat_map(|diagnostic| &diagnostic.labels);
    labels.map(|label| Arc::clone(&label.origin.object)).collect()
}

/// Rules of which the target has said that it cannot write them.
fn rules_left_out(report: &Report) -> BTreeSet<&Origin> {
    let is_left_out = |diagnostic: &&Diagnostic| {
        diagnostic.severity == Severity::Error
            && matches!(diagnostic.code, Code::RegexNotExpressible | Code::OrderNotExpressible)
    };
    report.diagnostics.iter().filter(is_left_out).flat_map(|d| &d.labels).map(|label| &label.origin).collect()
}

/// Whether a difference is that a rule is not there, and that nothing stands behind it.
fn is_left_out(left_out: &BTreeSet<&Origin>, difference: &prove::Difference) -> bool {
    difference.after == Outcome::Respond { status: 404 }
        && difference.before != difference.after
        && difference.before_rule.as_ref().is_some_and(|rule| left_out.contains(rule))
}

/// Objects whose protection may be lost: the target has said so without an error.
fn accepted_objects(report: &Report) -> BTreeSet<Arc<ObjectRef>> {
    let is_accepted = |diagnostic: &&Diagnostic| {
        diagnostic.severity == Severity::Info && diagnostic.code == Code::ProtectionNotCarried
    };
    let labels = report.diagnostics.iter().filter(is_accepted).flat_map(|diagnostic| &diagnostic.labels);
    labels.map(|label| Arc::clone(&label.origin.object)).collect()
}

/// Whether a difference is the answer of 500 that stands in place of a rule.
fn withheld(closed: &BTreeSet<Arc<ObjectRef>>, of_server: bool, difference: &prove::Difference) -> bool {
    difference.after == Outcome::Respond { status: 500 }
        && difference.before != difference.after
        && difference.before_rule.as_ref().is_some_and(|rule| {
            closed.contains(&rule.object)
                || closed.iter().any(|object| protects_from_beside(object))
                || of_server && rule.object.kind == "VirtualService"
        })
}

/// Whether an object protects rules that it does not hold: what a controller's ConfigMap asks for is asked of every rule,
/// what policies of a mesh ask for of every rule of a gateway or Service.
fn protects_from_beside(object: &ObjectRef) -> bool {
    const KINDS: &[&str] =
        &["ConfigMap", "AuthorizationPolicy", "RequestAuthentication", "EnvoyFilter", "WasmPlugin", "TrafficTarget"];
    KINDS.contains(&object.kind.as_str())
}

/// Whether the routing after the pass already answers the witness as the output does.
fn explained_by_pass(portable: &[Routing], difference: &prove::Difference) -> bool {
    difference.before != difference.after && prove::evaluate(portable, &difference.request) == difference.after
}

/// `GET http://foo.com/a`, with headers as curl takes them.
pub(crate) fn shown(request: &Request) -> String {
    let headers: String = request.headers.iter().map(|(name, value)| format!(" -H '{name}: {value}'")).collect();
    format!(
        "{} {}://{}{}{headers}",
        request.method,
        request.scheme,
        request.host.as_deref().unwrap_or_default(),
        request.path
    )
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        // A word of capitals (HTTP, CORS) stays.
        Some(first) if !characters.clone().next().is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        Some(_) | None => text.to_owned(),
    }
}
