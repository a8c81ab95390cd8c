//! Annotations of which a target writes nothing, although it writes the policy that they are part of. The finding about the
//! policy says what differs; here is said of which annotation nothing is left.

use crate::target::Target;

/// An annotation of ingress-nginx, and why nothing is written of it.
type Loss = (&'static str, &'static str);

/// By target.
const NOT_WRITTEN: &[(&str, &[Loss])] = &[
    (
        "standard",
        &[
            ("auth-tls-error-page", "a client without leave fails in the handshake"),
            ("auth-tls-match-cn", "Gateway API does not look at the name in a certificate"),
            ("auth-tls-pass-certificate-to-upstream", "Gateway API hands no certificate on"),
            ("auth-tls-verify-depth", "chains are not limited to a depth"),
            ("proxy-next-upstream-timeout", "the time for all attempts together is not limited"),
            ("proxy-ssl-ciphers", "a BackendTLSPolicy has no ciphers"),
            ("proxy-ssl-protocols", "a BackendTLSPolicy has no versions of TLS"),
            (
                "session-cookie-change-on-failure",
                "what becomes of a session without its pod is the implementation's choice",
            ),
            ("session-cookie-domain", "SessionPersistence leaves it to the implementation"),
            ("session-cookie-path", "SessionPersistence leaves it to the implementation"),
            ("session-cookie-samesite", "SessionPersistence leaves it to the implementation"),
            ("session-cookie-secure", "SessionPersistence leaves it to the implementation"),
        ],
    ),
    (
        "envoy-gateway",
        &[
            ("auth-always-set-cookie", "cookies of the service reach the client only when it refuses"),
            ("auth-cache-duration", "the service is asked about each request"),
            ("auth-cache-key", "the service is asked about each request"),
            ("auth-method", "the question has the request's own method"),
            ("auth-proxy-set-headers", "the question carries headers of the request only"),
            ("auth-realm", "the realm is the URL that was asked for"),
            ("auth-request-redirect", "the question carries headers of the request only"),
            ("auth-signin-redirect-param", "the sign-in page is not told where to go back to"),
            ("auth-tls-error-page", "a client without leave fails in the handshake"),
            ("auth-tls-match-cn", "Envoy Gateway looks at alternative names of a certificate, not at its common name"),
            ("auth-tls-verify-depth", "chains are not limited to a depth"),
            ("limit-allowlist", "every address is limited"),
            ("limit-burst-multiplier", "there is no burst"),
            ("limit-connections", "connections of one client at once are not limited"),
            ("proxy-next-upstream-timeout", "the time for all attempts together is not limited"),
        ],
    ),
    (
        "istio",
        &[
            ("auth-tls-error-page", "a client without leave fails in the handshake"),
            ("auth-tls-match-cn", "Istio does not look at the name in a certificate"),
            ("auth-tls-pass-certificate-to-upstream", "the gateway hands no certificate on"),
            ("auth-tls-verify-depth", "chains are not limited to a depth"),
            ("proxy-ssl-ciphers", "a DestinationRule has no ciphers"),
            ("proxy-ssl-protocols", "a DestinationRule has no versions of TLS"),
        ],
    ),
];

/// The annotations of which a target writes nothing, although it writes their policy.
pub(crate) fn of(target: &Target) -> &'static [Loss] {
    NOT_WRITTEN.iter().find(|(name, _)| *name == target.name).map_or(&[], |(_, losses)| losses)
}

/// Why a target writes nothing of an annotation.
pub(crate) fn why(target: &Target, key: &str) -> Option<&'static str> {
    of(target).iter().find(|(lost, _)| *lost == key).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::NOT_WRITTEN;
    use crate::source::ingress_nginx::entry;
    use crate::target::Target;

    #[test]
    fn targets_and_annotations_exist() {
        for (target, losses) in NOT_WRITTEN {
            assert!(Target::find(target).is_some(), "{target}");
            assert!(losses.is_sorted() && losses.iter().all(|(key, _)| entry(key).is_some_and(|row| row.key == *key)));
        }
    }
}
