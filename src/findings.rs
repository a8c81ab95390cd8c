//! What a proof found, as diagnostics.

use crate::model::Routing;
use crate::prove::{self, Proof, Request};
use crate::report::{Code, Diagnostic, Report};

/// Reports differences (one diagnostic for each reason, with its shortest witness) and what could not be decided.
pub(crate) fn report(proof: &Proof, portable: &[Routing], report: &mut Report) {
    let mut differences = proof.differences.clone();
    for difference in &mut differences {
        // The pass that writes expressions as prefixes has said so; a difference that it alone makes is explained by it.
        if !portable.is_empty() && explained_by_pass(portable, difference) {
            difference.codes = vec![Code::RegexApproximated];
        }
    }
    for group in prove::group(&differences) {
        let example = group.example;
        for code in &example.codes {
            let mut message = code.entry().what.trim_end_matches('.').to_owned();
            if !example.families.is_empty() {
                let families: Vec<&str> = example.families.iter().map(|family| family.name()).collect();
                message = format!("{} ({})", message, families.join(", "));
            }
            let mut diagnostic = Diagnostic::new(*code, lower_first(&message));
            for origin in example.before_rule.iter().take(1) {
                diagnostic = diagnostic.at(origin, "taken by this before");
            }
            diagnostic = diagnostic.note(format!(
                "{}: before {}, after {}",
                shown(&example.request),
                example.before,
                example.after
            ));
            let hosts = group.hosts();
            if hosts > 1 {
                let names = group.host_names(3).join(", ");
                diagnostic =
                    diagnostic.note(format!("so do {hosts} hosts: {names}{}", if hosts > 3 { ", …" } else { "" }));
            }
            report.push(diagnostic.note(code.entry().why).help(code.entry().fix));
        }
    }
    for doubt in &proof.unproved {
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
