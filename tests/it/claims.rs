//! What the tables claim for an annotation on a target is shown by a case: one in which it has that fate.

use std::collections::BTreeSet;

use gatelift::reference::{Claim, annotations, count};
use gatelift::source::ingress_nginx::annotations::PREFIX;
use gatelift::target::TARGETS;

use crate::golden::EVERY_RUN;
use crate::report;

/// Annotation, target and fate, wherever a case shows them.
fn shown() -> BTreeSet<(String, String, String)> {
    let mut shown = BTreeSet::new();
    for run in EVERY_RUN.iter() {
        let Some(report) = report::parse(&run.report) else { continue };
        for entry in report::ledger(&report) {
            let name = entry.field.strip_prefix("metadata.annotations[\"").and_then(|rest| rest.strip_suffix("\"]"));
            let Some((prefix, name)) = name.and_then(|name| name.split_once('/')) else { continue };
            if prefix == PREFIX {
                shown.insert((name.to_owned(), run.target.clone(), entry.fate.clone()));
            }
        }
    }
    shown
}

/// The fates that bear out a claim. A setting that is claimed to be written may be written nearly in each of its cases.
fn fates(claim: Claim) -> &'static [&'static str] {
    match claim {
        Claim::Carried | Claim::Approximated => &["carried", "approximated"],
        Claim::LineByLine => &["carried", "approximated", "dropped", "ignored"],
        Claim::Reported => &["dropped"],
        Claim::NoEffect => &["ignored"],
    }
}

#[test]
fn every_claim_is_shown_by_a_case() {
    let shown = shown();
    let mut missing = Vec::new();
    for entry in annotations() {
        let name = entry.key.rsplit('/').next().unwrap();
        for on in &entry.targets {
            let has = |fate: &&str| shown.contains(&(name.to_owned(), on.target.to_owned(), (**fate).to_owned()));
            if !fates(on.claim).iter().any(has) {
                missing.push(format!("{name} on {}: no case shows {:?} ({})", on.target, on.claim, on.text));
            }
        }
    }
    assert!(missing.is_empty(), "{} claims:\n{}", missing.len(), missing.join("\n"));
}

/// The counts of the page and of the README are of all names.
#[test]
fn the_counts_are_of_all_names() {
    let claims = [Claim::Carried, Claim::Approximated, Claim::LineByLine, Claim::Reported, Claim::NoEffect];
    for target in TARGETS {
        let counts = claims.map(|claim| count(target.name, claim));
        println!("{}: {counts:?}", target.name);
        assert_eq!(counts.iter().sum::<usize>(), 138, "{counts:?}");
    }
}
