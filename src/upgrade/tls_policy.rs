//! BackendTLSPolicy of v1alpha2.

use super::Upgrade;
use super::edit::list;
use crate::syntax::{FieldPath, Node};

/// `targetRef` → `targetRefs`, `tls` → `validation` (v1.1.0).
pub(super) fn upgrade(spec: &mut Node, path: &FieldPath, upgrade: &mut Upgrade<'_>) {
    if let Some(target) = spec.take("targetRef") {
        let span = target.span;
        spec.put("targetRefs", list(vec![target], span));
        upgrade.changed(&path.key("targetRef"), "`targetRef` is written as a list, `targetRefs`");
    }
    if spec.rename("tls", "validation") {
        upgrade.changed(&path.key("tls"), "`tls` is written `validation`");
    }
    if let Some(validation) = spec.get_mut("validation") {
        validation.rename("caCertRefs", "caCertificateRefs");
        validation.rename("wellKnownCACerts", "wellKnownCACertificates");
    }
}
