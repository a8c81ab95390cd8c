//! Annotations that make one policy together have one fate: what a target does not write of the policy is lost of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::annotations::ANNOTATIONS;
use super::config::KEYS;
use super::effect::lose;
use super::extract::entry;
use crate::model::{ObjectRef, Origin};
use crate::report::{Code, Fate, Report};
use crate::source::annotation::Need;
use crate::syntax::{FieldPath, Step};

/// Annotations, or keys of the ConfigMap, that are one policy although none needs another.
const ONE_POLICY: &[&[&str]] = &[
    &["limit-connections", "limit-rpm", "limit-rps"],
    &["limit-rate", "limit-rate-after"],
    &[
        "enable-opentelemetry",
        "otel-sampler",
        "otel-sampler-ratio",
        "otel-service-name",
        "otlp-collector-host",
        "otlp-collector-port",
    ],
    &["proxy-connect-timeout", "proxy-read-timeout", "proxy-send-timeout"],
    &["proxy-cookie-domain", "proxy-cookie-path", "proxy-redirect-from", "proxy-redirect-to"],
    &["proxy-next-upstream", "proxy-next-upstream-timeout", "proxy-next-upstream-tries"],
];

/// A setting of an Ingress or of the controller's ConfigMap with its fate.
struct Known {
    path: FieldPath,
    key: &'static str,
    fate: Fate,
    code: Option<Code>,
}

/// Lowers the fate of every annotation to that of the policy that it is part of, and of those of which nothing is written
/// although their policy is. To be called when everything is written.
pub fn share_fates(not_written: &[(&str, &str)], report: &mut Report) {
    let mut objects: BTreeMap<Arc<ObjectRef>, Vec<Known>> = BTreeMap::new();
    for (object, path, fate, code) in report.ledger.iter() {
        if let Some(known) = known(object, path, fate, code) {
            objects.entry(Arc::clone(object)).or_default().push(known);
        }
    }
    for (object, known) in &objects {
        share_fates_of(object, known, not_written, report);
    }
}

fn share_fates_of(object: &Arc<ObjectRef>, known: &[Known], not_written: &[(&str, &str)], report: &mut Report) {
    for one in known.iter().filter(|one| matches!(one.fate, Fate::Carried | Fate::Approximated)) {
        let leads = |other: &&Known| other.key == one.key || leads(other.key, one.key);
        let lost = |other: &&Known| matches!(other.fate, Fate::Approximated | Fate::Dropped);
        let worst = known.iter().filter(lost).filter(leads).max_by_key(|other| other.fate);
        let origin = Origin::field(object, one.path.clone());
        let nothing = not_written.iter().find(|(key, _)| *key == one.key);
        match (worst, nothing) {
            (Some(worst), None) => report.ledger.record(&origin, worst.fate, worst.code),
            // What is lost of the policy has been said.
            (Some(worst), Some(_)) => report.ledger.record(&origin, Fate::Dropped, worst.code),
            (None, Some((key, why))) => lose(key, &origin, why, report),
            (None, None) => {}
        }
    }
}

fn known(object: &ObjectRef, path: &FieldPath, fate: Fate, code: Option<Code>) -> Option<Known> {
    if let (true, [Step::Key(data), Step::Key(name)]) = (object.kind == "ConfigMap", path.steps()) {
        let key = KEYS.iter().find(|entry| entry.key == &**name).filter(|_| &**data == "data")?.key;
        return Some(Known { path: path.clone(), key, fate, code });
    }
    let [Step::Key(metadata), Step::Key(annotations), Step::Key(name)] = path.steps() else { return None };
    let is_annotation = object.kind == "Ingress" && &**metadata == "metadata" && &**annotations == "annotations";
    let (_, name) = name.split_once('/').filter(|_| is_annotation)?;
    Some(Known { path: path.clone(), key: entry(name)?.key, fate, code })
}

/// Whether what becomes of one annotation becomes of the other.
fn leads(leader: &str, key: &str) -> bool {
    let row = |key: &str| ANNOTATIONS.iter().find(|entry| entry.key == key);
    let is_needed = row(leader).zip(row(key)).is_some_and(|(first, second)| {
        let names = |need: &Need| match need {
            Need::ToBeRead(others) | Need::ToAct(others) => others.contains(&leader),
            Need::Unless(_) => false,
        };
        first.family == second.family && second.needs.iter().any(names)
    });
    is_needed || ONE_POLICY.iter().any(|policy| policy.contains(&leader) && policy.contains(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_annotations_or_keys() {
        let known = |name: &&str| entry(name).is_some() || KEYS.iter().any(|key| key.key == *name);
        assert!(ONE_POLICY.iter().flat_map(|policy| policy.iter()).all(known));
    }

    #[test]
    fn a_lost_policy_is_lost_of_all_its_annotations() {
        let origin = super::super::hosts::nowhere();
        let object = Arc::new(ObjectRef { kind: "Ingress".to_owned(), ..ObjectRef::clone(&origin.object) });
        let path = |key: &str| FieldPath::annotation(&format!("nginx.ingress.kubernetes.io/{key}"));
        let mut report = Report::default();
        for key in ["auth-realm", "auth-secret", "use-regex", "proxy-send-timeout"] {
            report.ledger.record(&Origin::field(&object, path(key)), Fate::Carried, None);
        }
        let lost = [("auth-type", Fate::Dropped), ("proxy-read-timeout", Fate::Approximated)];
        for (key, fate) in lost {
            report.ledger.record(&Origin::field(&object, path(key)), fate, Some(Code::ProtectionNotCarried));
        }
        share_fates(&[("auth-method", "")], &mut report);
        let fate = |key: &str| report.ledger.iter().find(|(_, at, _, _)| **at == path(key)).map(|(_, _, fate, _)| fate);
        assert_eq!(fate("auth-realm"), Some(Fate::Dropped));
        assert_eq!(fate("auth-secret"), Some(Fate::Dropped));
        assert_eq!(fate("proxy-send-timeout"), Some(Fate::Approximated));
        assert_eq!(fate("use-regex"), Some(Fate::Carried));
    }
}
