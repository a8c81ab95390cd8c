//! Two inputs compared.

use serde::Serialize;

use crate::convert::{chosen_target, convert, target_options};
use crate::input::Input;
use crate::model::Routing;
use crate::options::Options;
use crate::prove::{self, Limits, Outcome, Request};
use crate::report::{Allows, Code, Report};
use crate::routings::{World, lift_access, routings};
use crate::{findings, source, target};

/// The answer of `verify`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Verification {
    /// No request is treated otherwise, as far as was proved.
    pub equivalent: bool,
    /// Nothing was left undecided.
    pub proved: bool,
    /// Classes of requests that were compared.
    pub classes: usize,
    /// One request a difference.
    pub differences: Vec<Difference>,
    /// What could not be decided.
    pub unproved: Vec<String>,
}

/// A request that is treated otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The request.
    pub request: Request,
    /// What became of it.
    pub before: Outcome,
    /// What becomes of it now.
    pub after: Outcome,
    /// The codes that explain it.
    #[serde(serialize_with = "as_text")]
    pub codes: Vec<Code>,
}

fn as_text<S: serde::Serializer>(codes: &[Code], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(codes.iter().map(Code::to_string))
}

/// Compares the meaning of two inputs, each under its own dialect, Gateway API objects under the target's profile.
/// Differences whose codes are all allowed do not count against equivalence.
#[must_use]
pub fn verify(before: &Input, after: &Input, options: &Options) -> Verification {
    let profile = chosen_target(options).profile;
    let mut said = Report::default();
    let mut meaning = |input: &Input| routings(&input.manifests, options, World::Open, profile, &mut said);
    let limits = Limits { max_classes: options.max_classes, ..Limits::default() };
    let (mut meant, mut means) = (meaning(before), meaning(after));
    lift_access(&mut meant, &before.manifests, Some(&after.manifests), (options, profile));
    lift_access(&mut means, &after.manifests, Some(&before.manifests), (options, profile));
    let pairing = target::pairing(&meant, &means, &target_options(options, &Allows::default()));
    let mut proof = prove::compare_all(&meant, &means, &pairing, &limits);
    let is_given = |routing: &Routing| routing.dialect == source::gateway_api::DIALECT;
    if !meant.iter().all(is_given) && means.iter().all(is_given) {
        // What a conversion says of itself explains what it does.
        let conversion = convert(before, &Options { prove: false, ..options.clone() });
        findings::explain(&mut proof.differences, &conversion.portable, &conversion.report);
    } else {
        findings::explain(&mut proof.differences, &[], &said);
    }
    let mut differences: Vec<Difference> = proof
        .differences
        .iter()
        .map(|d| Difference {
            request: d.request.clone(),
            before: d.before.clone(),
            after: d.after.clone(),
            codes: d.codes.clone(),
        })
        .collect();
    // No client asks for the catch-all server of ingress-nginx by its name: what differs for other hosts comes first.
    differences.sort_by_key(|difference| difference.request.host.as_deref() == Some("_"));
    let allowed = |difference: &Difference| difference.codes.iter().all(|code| options.allow.contains(code));
    Verification {
        equivalent: differences.iter().all(allowed),
        proved: proof.proved(),
        classes: proof.classes,
        unproved: proof.unproved.iter().map(|doubt| format!("{}: {}", doubt.host, doubt.doubt)).collect(),
        differences,
    }
}
