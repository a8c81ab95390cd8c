//! Annotations, for people: what they mean on their controller and what becomes of them here.

use std::sync::LazyLock;

use crate::annotation_losses;
use crate::source::annotation::{AnnotationEntry as Row, Category, Refusal};
use crate::source::ingress_nginx::annotations::{ANNOTATIONS, PREFIX};
use crate::source::ingress_nginx::{Treatment, treatment};
use crate::target::{Feature, Support, TARGETS, Target};

/// An annotation that a dialect knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationEntry {
    /// With its prefix.
    pub key: String,
    /// Other keys of the same setting, with their prefix.
    pub aliases: Vec<String>,
    /// The values it takes.
    pub syntax: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// What it does on its controller.
    pub meaning: String,
    /// What kind of effect it has, in a word or two.
    pub category: &'static str,
    /// What the controller does with a value that it refuses.
    pub refused: &'static str,
    /// What it becomes, in a word or two.
    pub fate: &'static str,
    /// What it becomes.
    pub effect: &'static str,
    /// Why nothing of it is carried, where that is so.
    pub why: Option<&'static str>,
    /// What it becomes on each target.
    pub targets: Vec<OnTarget>,
}

/// What an annotation becomes on a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnTarget {
    /// The target's name.
    pub target: &'static str,
    /// In short.
    pub claim: Claim,
    /// In words.
    pub text: String,
}

/// What is claimed of an annotation and a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// It is written.
    Carried,
    /// It is written nearly; a finding says where not.
    Approximated,
    /// It is read line by line, each with a fate of its own.
    LineByLine,
    /// It is not written; a finding says so.
    Reported,
    /// Nobody can tell whether it is there.
    NoEffect,
}

/// How many of the controller's names, aliases included, have a claim on a target.
#[must_use]
pub fn count(target: &str, claim: Claim) -> usize {
    let has = |entry: &&AnnotationEntry| entry.targets.iter().any(|on| on.target == target && on.claim == claim);
    annotations().iter().filter(has).map(|entry| 1 + entry.aliases.len()).sum()
}

/// What a target needs to have for an annotation, where core fields of Gateway API are not enough. Annotations that only
/// adjust another one need what that one needs.
const NEEDS: &[(&str, Feature)] = &[
    ("affinity", Feature::CookieAffinity),
    ("session-cookie-name", Feature::CookieAffinity),
    ("session-cookie-expires", Feature::CookieAffinity),
    ("session-cookie-max-age", Feature::CookieAffinity),
    ("session-cookie-path", Feature::CookieAffinity),
    ("session-cookie-domain", Feature::CookieAffinity),
    ("session-cookie-samesite", Feature::CookieAffinity),
    ("session-cookie-secure", Feature::CookieAffinity),
    ("session-cookie-change-on-failure", Feature::CookieAffinity),
    ("allowlist-source-range", Feature::AccessList),
    ("denylist-source-range", Feature::AccessList),
    ("satisfy", Feature::SatisfyAny),
    ("backend-protocol", Feature::UnverifiedBackendTls),
    ("ssl-ciphers", Feature::Connections),
    ("custom-headers", Feature::AnswerHeaders),
    ("custom-http-errors", Feature::ErrorService),
    ("default-backend", Feature::FallbackBackend),
    ("enable-access-log", Feature::AccessLog),
    ("enable-opentelemetry", Feature::Tracing),
    ("limit-rate", Feature::Bandwidth),
    ("limit-rate-after", Feature::Bandwidth),
    ("load-balance", Feature::LoadBalancing),
    ("upstream-hash-by", Feature::LoadBalancing),
    ("mirror-target", Feature::MirrorToService),
    ("proxy-body-size", Feature::BodyLimit),
    ("proxy-connect-timeout", Feature::IdleTimeout),
    ("proxy-read-timeout", Feature::IdleTimeout),
    ("proxy-send-timeout", Feature::IdleTimeout),
    ("proxy-next-upstream", Feature::Retry),
    ("proxy-next-upstream-timeout", Feature::Retry),
    ("proxy-next-upstream-tries", Feature::Retry),
    ("proxy-cookie-domain", Feature::AnswerRewrites),
    ("proxy-cookie-path", Feature::AnswerRewrites),
    ("proxy-redirect-from", Feature::AnswerRewrites),
    ("proxy-redirect-to", Feature::AnswerRewrites),
    ("rewrite-target", Feature::RegexRewrite),
];

/// The same for all annotations of a family.
const FAMILY_NEEDS: &[(&str, Feature)] = &[
    ("basic-auth", Feature::BasicAuth),
    ("client-certificate", Feature::ClientCertificates),
    ("cors", Feature::Cors),
    ("external-auth", Feature::ExternalAuth),
    ("proxy-ssl", Feature::VerifiedBackendTls),
    ("rate-limit", Feature::RateLimits),
];

static INGRESS_NGINX: LazyLock<Vec<AnnotationEntry>> = LazyLock::new(|| {
    let mut entries: Vec<_> = ANNOTATIONS.iter().map(entry).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
});

/// Every annotation that the dialects know, by key.
#[must_use]
pub fn annotations() -> &'static [AnnotationEntry] {
    &INGRESS_NGINX
}

/// Finds an annotation by one of its keys, or by what follows the `/`.
#[must_use]
pub fn annotation(text: &str) -> Option<&'static AnnotationEntry> {
    let is_meant = |key: &String| key == text || key.rsplit('/').next() == Some(text);
    annotations().iter().find(|entry| is_meant(&entry.key) || entry.aliases.iter().any(is_meant))
}

fn entry(row: &Row) -> AnnotationEntry {
    let full = |name: &str| format!("{PREFIX}/{name}");
    AnnotationEntry {
        key: full(row.key),
        aliases: row.aliases.iter().map(|alias| full(alias)).collect(),
        syntax: row.syntax,
        default: row.default,
        meaning: row.meaning.split_whitespace().collect::<Vec<_>>().join(" "),
        category: category(row.category),
        refused: refused(row.refused),
        fate: fate(treatment(row)),
        effect: effect(treatment(row)),
        why: match treatment(row) {
            Treatment::NotCarried(why) => Some(why),
            Treatment::Carried
            | Treatment::Partly
            | Treatment::Withheld
            | Treatment::ProtectionNotCarried
            | Treatment::NoEffect => None,
        },
        targets: TARGETS.iter().map(|target| on_target(row, target)).collect(),
    }
}

fn on_target(row: &Row, target: &Target) -> OnTarget {
    let (claim, text) = claim(row, target);
    OnTarget { target: target.name, claim, text }
}

fn claim(row: &Row, target: &Target) -> (Claim, String) {
    match treatment(row) {
        Treatment::NoEffect => return (Claim::NoEffect, "no effect".to_owned()),
        Treatment::NotCarried(_) => return (Claim::Reported, "not carried".to_owned()),
        Treatment::Withheld | Treatment::ProtectionNotCarried => return (Claim::Reported, "rule withheld".to_owned()),
        Treatment::Partly => return (Claim::LineByLine, "line by line".to_owned()),
        Treatment::Carried => {}
    }
    if let Some(why) = annotation_losses::why(target, row.key) {
        return (Claim::Reported, format!("no: {why}"));
    }
    let needs = NEEDS.iter().find(|(key, _)| *key == row.key);
    let needs = needs.or_else(|| FAMILY_NEEDS.iter().find(|(family, _)| *family == row.family));
    match needs.map(|(_, feature)| target.support(*feature)) {
        None | Some(Support::Core) => (Claim::Carried, "core fields".to_owned()),
        Some(Support::Extended) => (Claim::Carried, "extended fields".to_owned()),
        Some(Support::Experimental) => (Claim::Carried, "`--channel experimental`".to_owned()),
        Some(Support::Policy(kind)) => (Claim::Carried, kind.to_owned()),
        Some(Support::Approximate(why)) => (Claim::Approximated, format!("nearly: {why}")),
        Some(Support::Unsupported(why)) => (Claim::Reported, format!("no: {why}")),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Routing => "routing",
        Category::Protection => "protection",
        Category::Policy => "policy",
        Category::Header => "headers",
        Category::DropSafe => "no visible effect",
    }
}

fn refused(refused: Refusal) -> &'static str {
    match refused {
        Refusal::Default => "the default holds",
        Refusal::Lost => "the annotations that are read with it count for nothing",
        Refusal::Denied => "the paths of the Ingress answer 503",
        Refusal::Forbidden => "the hosts of the Ingress answer 403",
        Refusal::Skipped => "the controller leaves out the whole Ingress",
    }
}

fn fate(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::Carried => "carried",
        Treatment::Partly => "line by line",
        Treatment::Withheld => "rule withheld",
        Treatment::ProtectionNotCarried => "part of a protection",
        Treatment::NotCarried(_) => "not carried",
        Treatment::NoEffect => "no effect",
    }
}

fn effect(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::Carried => "It is part of the meaning that is converted; what the target cannot say is reported.",
        Treatment::Partly => {
            "Lines with a certain meaning are part of what is converted; the others are reported one by one as \
             annotation-not-carried (G2L118). With one among them that may protect the backend, the rules answer 500 until \
             `--allow protection-not-carried` accepts the loss."
        }
        Treatment::Withheld => {
            "It is not carried, and reported as protection-not-carried (G2L119): it may protect the backend, so its rules \
             answer 500 until `--allow protection-not-carried` accepts the loss."
        }
        Treatment::ProtectionNotCarried => {
            "It is not carried. It adjusts a protection; the annotation that switches the protection on decides \
             whether the rule is written."
        }
        Treatment::NotCarried(_) => "It is not carried, and reported as annotation-not-carried (G2L118).",
        Treatment::NoEffect => "It is left out in silence: no client and no backend can tell the difference.",
    }
}

#[cfg(test)]
mod tests {
    use super::annotation;

    #[test]
    fn found_by_every_name() {
        let full = annotation("nginx.ingress.kubernetes.io/rewrite-target");
        assert!(full.is_some());
        assert_eq!(annotation("rewrite-target"), full);
        assert_eq!(annotation("whitelist-source-range"), annotation("allowlist-source-range"));
        assert_eq!(annotation("target"), None);
    }
}
