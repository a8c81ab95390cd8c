//! Annotations of controllers without a dialect of their own: named, and kept from being lost in silence.

use super::Ingress;
use crate::model::{Located, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::syntax::FieldPath;

/// Prefixes of annotations that some controller acts on (reference/vendors/_classes.tsv).
const PREFIXES: &[&str] = &[
    "alb.ingress.kubernetes.io/",
    "appgw.ingress.kubernetes.io/",
    "getambassador.io/",
    "haproxy-ingress.github.io/",
    "haproxy.com/",
    "haproxy.org/",
    "haproxy.router.openshift.io/",
    "higress.io/",
    "ingress.cilium.io/",
    "ingress.citrix.com/",
    "ingress.gcp.kubernetes.io/",
    "ingress.kubernetes.io/",
    "ingress.pomerium.io/",
    "k8s.apisix.apache.org/",
    "konghq.com/",
    "kubernetes.io/ingress.",
    "networking.gke.io/",
    "nginx.com/",
    "nginx.ingress.kubernetes.io/",
    "nginx.org/",
    "projectcontour.io/",
    "route.openshift.io/",
    "traefik.ingress.kubernetes.io/",
    "virtual-server.f5.com/",
    "zalando.org/",
];

/// Words in the names of annotations that guard a backend, or that attach something that may.
const GUARDS: &[&str] = &[
    "acl",
    "allow-list",
    "allowlist",
    "auth",
    "cert-ca",
    "cidr",
    "client-ca",
    "deny",
    "filter",
    "inbound",
    "jwt",
    "limit",
    "middleware",
    "oidc",
    "plugin",
    "policies",
    "policy",
    "range",
    "security",
    "waf",
    "whitelist",
];

/// Reports the annotations of other controllers on an Ingress; those that may guard it come back as protections.
pub(super) fn account(ingress: &Ingress, report: &mut Report) -> Vec<Located<&'static str>> {
    let mut protections = Vec::new();
    for (key, _) in &ingress.annotations {
        let vendor = key != "kubernetes.io/ingress.class" && PREFIXES.iter().any(|prefix| key.starts_with(prefix));
        if !vendor {
            continue;
        }
        let origin: Origin = ingress.origin(&FieldPath::annotation(key));
        let name = key.rsplit('/').next().unwrap_or(key);
        if GUARDS.iter().any(|guard| name.contains(guard)) {
            report.ledger.record(&origin, Fate::Dropped, Some(Code::ProtectionNotCarried));
            protections.push(Located::new("a vendor annotation that may guard the backend", origin));
        } else {
            report.ledger.record(&origin, Fate::Dropped, Some(Code::AnnotationNotCarried));
            let message = format!("`{key}` is not carried");
            report.push(
                Diagnostic::new(Code::AnnotationNotCarried, message)
                    .at(&origin, "gatelift does not read this controller's annotations yet"),
            );
        }
    }
    protections
}
