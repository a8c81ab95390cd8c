//! What a code says where the source is of a known dialect: more exactly than for all of them.

use super::Code;

const NGINX: &[&str] = &["ingress-nginx"];
const ISTIO: &[&str] = &["istio", "istio-ingress"];

/// Dialects, code, and what is wrong there.
const WORDS: &[(&[&str], Code, &str)] = &[
    (
        NGINX,
        Code::TrailingSlashKept,
        "A redirect to https or to another host keeps the trailing slash that ingress-nginx strips.",
    ),
    (
        NGINX,
        Code::HttpsDefaultCertificate,
        "ingress-nginx answers https for every host with its own default certificate; the output has no https listener for \
         hosts without TLS.",
    ),
    (
        NGINX,
        Code::PathHandlingDiffers,
        "ingress-nginx matches decoded, merged paths and sends the path as it came; the target normalises in its own way.",
    ),
    (
        NGINX,
        Code::RegexApproximated,
        "A host in ingress-nginx's regex mode is written with case-sensitive, element-wise path prefixes.",
    ),
    (
        NGINX,
        Code::ImplicitBodyLimit,
        "Ingress-nginx refuses request bodies over its default limit (1m); the output has no limit.",
    ),
    (
        NGINX,
        Code::RedirectKeepsQuery,
        "A redirect to a fixed address keeps the request's query, which ingress-nginx drops.",
    ),
    (
        NGINX,
        Code::ImplicitDefaults,
        "Ingress-nginx has defaults that the output does not have: timeouts (5 s to connect, 60 s between reads and writes), \
         retries on another endpoint (3 in all), Strict-Transport-Security over https.",
    ),
    (
        ISTIO,
        Code::ImplicitDefaults,
        "By default Istio sends a request again (twice at most, after failed connections and gRPC's `cancelled` and \
         `unavailable`), which the output does not.",
    ),
];

impl Code {
    /// What is wrong, in the words of the only dialect that was read.
    #[must_use]
    pub fn what_in(self, dialect: Option<&str>) -> &'static str {
        let own = WORDS
            .iter()
            .find(|(known, code, _)| *code == self && dialect.is_some_and(|dialect| known.contains(&dialect)));
        own.map_or(self.entry().what, |(_, _, what)| what)
    }
}
