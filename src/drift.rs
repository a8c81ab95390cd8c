//! Committed Gateway API objects against the Ingresses beside them.

use std::collections::{BTreeMap, BTreeSet};

use crate::convert::{chosen_target, convert, target_options};
use crate::findings::{self, shown};
use crate::gateway::GROUP;
use crate::input::Input;
use crate::model::{Manifest, Origin, Routing};
use crate::options::Options;
use crate::prove::{self, Family, Proof};
use crate::report::{Acceptance, Allows, Code, Diagnostic, Report, Summary};
use crate::routings::{World, lift_access, routings};
use crate::{Conversion, annotation_rules, source, target};

/// Compares what the Ingresses of an input mean with what its Gateway API objects mean under the target's profile.
///
/// What a conversion could not keep either is told as `convert` tells it. Everything else that differs has drifted: the
/// Ingresses were changed and not converted again, or the objects were changed by hand.
#[must_use]
pub fn drift(input: &Input, options: &Options) -> Conversion {
    let mut report = input.report.clone();
    let profile = chosen_target(options).profile;
    let mut all = routings(&input.manifests, options, World::Open, profile, &mut report);
    lift_access(&mut all, &input.manifests, Some(&input.manifests), (options, profile));
    let (after, before): (Vec<Routing>, Vec<Routing>) =
        all.into_iter().partition(|routing| routing.dialect == source::gateway_api::DIALECT);
    let allows =
        Allows { comments: input.allows.clone(), annotations: annotation_rules::accepted(&options.annotation_rules) };
    let mut acceptance = Acceptance::new(&allows);
    if options.prove {
        let limits = prove::Limits { max_classes: options.max_classes, ..prove::Limits::default() };
        let writing = target_options(options, &allows);
        let proof = prove::compare_all(&before, &after, &target::pairing(&before, &after, &writing), &limits);
        let fresh = fresh(input, options);
        let today = prove::compare_all(&before, &fresh, &target::pairing(&before, &fresh, &writing), &limits);
        let (inherent, drifted) = parted(proof, &after, &fresh, &today);
        tell(&drifted, &fresh, &mut acceptance, &mut report);
        findings::report(inherent, &before, &[], &mut acceptance, &mut report);
    }
    annotation_rules::apply(&options.annotation_rules, &input.manifests, &mut report);
    report.deduplicate();
    acceptance.take_out(&mut report);
    let summary = Summary::new(
        input.manifests.iter().map(|manifest| manifest.object.kind.as_str()).filter(|kind| *kind == "Ingress"),
        input
            .manifests
            .iter()
            .filter(|manifest| is_route_or_gateway(manifest))
            .map(|manifest| manifest.object.kind.as_str()),
        &report.ledger,
    );
    Conversion { report, before, after, summary, ..Conversion::default() }
}

fn is_route_or_gateway(manifest: &Manifest) -> bool {
    manifest.group() == GROUP && manifest.object.kind != "GatewayClass"
}

/// What a conversion of the Ingresses would mean today.
fn fresh(input: &Input, options: &Options) -> Vec<Routing> {
    let manifests = input.manifests.iter().filter(|manifest| !is_route_or_gateway(manifest)).cloned().collect();
    let ingresses = Input { manifests, allows: input.allows.clone(), ..Input::default() };
    convert(&ingresses, &Options { prove: false, ..options.clone() }).after
}

/// Differences that a conversion would make too, and those that it would not.
fn parted(proof: Proof, after: &[Routing], fresh: &[Routing], today: &Proof) -> (Proof, Vec<prove::Difference>) {
    let policies: BTreeSet<(Option<&Origin>, &[Family])> =
        today.differences.iter().map(|d| (d.before_rule.as_ref(), d.families.as_slice())).collect();
    let is_inherent = |difference: &prove::Difference| {
        let same_answer = prove::evaluate(fresh, &difference.request) == prove::evaluate(after, &difference.request);
        let policy_only = difference.before == difference.after;
        same_answer
            && (!policy_only || policies.contains(&(difference.before_rule.as_ref(), difference.families.as_slice())))
    };
    let (inherent, drifted) = proof.differences.into_iter().partition(is_inherent);
    (Proof { differences: inherent, ..proof }, drifted)
}

/// One finding for each rule whose requests are treated otherwise, with the shortest of them.
fn tell(drifted: &[prove::Difference], fresh: &[Routing], acceptance: &mut Acceptance<'_>, report: &mut Report) {
    let mut by_rule: BTreeMap<Option<&Origin>, Vec<&prove::Difference>> = BTreeMap::new();
    for difference in drifted {
        by_rule.entry(difference.before_rule.as_ref()).or_default().push(difference);
    }
    for (rule, differences) in by_rule {
        if rule.is_some_and(|rule| acceptance.covers(Code::Drifted, rule)) {
            continue;
        }
        let witness =
            |difference: &&&prove::Difference| (difference.request.path.len(), difference.request.headers.len());
        let Some(example) = differences.iter().min_by_key(witness) else { continue };
        let request = shown(&example.request);
        let mut diagnostic =
            Diagnostic::new(Code::Drifted, "the Gateway API objects treat requests otherwise than the Ingresses");
        if let Some(rule) = rule.filter(|rule| rule.object.kind != "controller") {
            diagnostic = diagnostic.at(rule, "taken by this");
        }
        let (before, after) = (&example.before, &example.after);
        diagnostic = match before == after {
            true => {
                let families: Vec<&str> = example.families.iter().map(|family| family.name()).collect();
                diagnostic.note(format!("{request}: {before} by both, under other policies: {}", families.join(", ")))
            }
            false => diagnostic.note(format!("{request}: Ingresses {before}, Gateway API objects {after}")),
        };
        let today = prove::evaluate(fresh, &example.request);
        if today != *before {
            diagnostic = diagnostic.note(format!("a conversion of the Ingresses would give: {today}"));
        }
        report.push(diagnostic.help(Code::Drifted.entry().fix));
    }
}
