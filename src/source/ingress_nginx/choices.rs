//! Values of annotations out of a fixed set.

use super::validators::{Spaces, pattern, text};
use crate::model::BackendProtocol;
use crate::source::annotation::{Problem, Refusal, Switch, Syntax};

/// Values out of a fixed set.
macro_rules! choices {
    ($(
        $(#[$doc:meta])*
        $choice:ident $syntax:ident = $accepts:literal { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }
    )+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $choice {
            $($(#[$variant_doc])* $variant,)+
        }

        impl Switch for $choice {}

        $(#[$doc])*
        pub const $syntax: Syntax<$choice> = Syntax {
            accepts: $accepts,
            valid: |raw| matches!(raw.trim(), $($text)|+),
            convert: |raw| match text(raw)?.as_str() {
                $($text => Ok($choice::$variant),)+
                _ => Err(Problem::Unreadable),
            },
        };)+
    };
}

choices! {
    /// What keeps a client on its endpoint.
    AffinityKind AFFINITY = "`cookie`" {
        /// A cookie.
        Cookie = "cookie",
    }
    /// What becomes of sessions when endpoints are added.
    AffinityMode AFFINITY_MODE = "`balanced` or `persistent`" {
        /// Some are moved.
        Balanced = "balanced",
        /// All stay.
        Persistent = "persistent",
    }
    /// Whether a client that reached a canary stays there.
    CanaryBehavior CANARY_BEHAVIOR = "`sticky` or `legacy`" {
        /// It stays.
        Sticky = "sticky",
        /// Each request decides anew.
        Legacy = "legacy",
    }
    /// How an endpoint is chosen.
    LoadBalance LOAD_BALANCE =
        "`round_robin`, `ewma`, `chash`, `chashsubset`, `sticky_balanced` or `sticky_persistent`" {
        /// In turn.
        RoundRobin = "round_robin",
        /// The one with the lowest peak latency.
        Ewma = "ewma",
        /// By hash.
        Hash = "chash",
        /// By hash to a subset.
        HashSubset = "chashsubset",
        /// By cookie.
        StickyBalanced = "sticky_balanced",
        /// By cookie, for good.
        StickyPersistent = "sticky_persistent",
    }
    /// Which of several access rules must hold.
    Satisfy SATISFY = "`any` or `all`" {
        /// One of them.
        Any = "any",
        /// Each of them.
        All = "all",
    }
    /// The version of HTTP towards backends.
    HttpVersion HTTP_VERSION = "`1.0` or `1.1`" {
        /// HTTP/1.0.
        Http10 = "1.0",
        /// HTTP/1.1.
        Http11 = "1.1",
    }
}

/// How a password is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthKind {
    /// HTTP basic authentication.
    Basic,
    /// HTTP digest authentication: whatever holds `basic` or `digest` and is not `basic` (nginx.tmpl:1254).
    Digest,
}

impl Switch for AuthKind {}

/// The expression is not anchored (auth/main.go, authTypeRegex).
pub const AUTH_KIND: Syntax<AuthKind> = Syntax {
    accepts: "`basic` or `digest`",
    valid: |raw| pattern!("basic|digest").validates(raw, Spaces::Drop),
    convert: |raw| match text(raw)?.as_str() {
        "basic" => Ok(AuthKind::Basic),
        kind if pattern!("basic|digest").is_match(kind) => Ok(AuthKind::Digest),
        _ => Err(Problem::Later(Refusal::Denied, "there are spaces where none may be")),
    },
};

/// How a Secret holds passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// The key `auth` holds an htpasswd file.
    File,
    /// Each key is a user.
    Map,
}

impl Switch for SecretKind {}

/// The expression is not anchored (auth/main.go, authSecretTypeRegex); what it lets through and is neither closes the
/// location.
pub const SECRET_KIND: Syntax<SecretKind> = Syntax {
    accepts: "`auth-file` or `auth-map`",
    valid: |raw| pattern!("auth-file|auth-map").validates(raw, Spaces::Drop),
    convert: |raw| match text(raw)?.as_str() {
        "auth-file" => Ok(SecretKind::File),
        "auth-map" => Ok(SecretKind::Map),
        _ => Err(Problem::Later(Refusal::Denied, "it is neither `auth-file` nor `auth-map`")),
    },
};

/// Which clients must show a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VerifyClient {
    /// All.
    On,
    /// None.
    Off,
    /// A certificate is checked if there is one.
    Optional,
    /// A certificate is asked for and not checked.
    OptionalNoCa,
}

impl Switch for VerifyClient {}

/// Spaces pass the validator and fail later (authtls/main.go, authVerifyClientRegex).
pub const VERIFY_CLIENT: Syntax<VerifyClient> = Syntax {
    accepts: "`on`, `off`, `optional` or `optional_no_ca`",
    valid: |raw| pattern!(r"^(on|off|optional|optional_no_ca)$").validates(raw, Spaces::Drop),
    convert: |raw| match text(raw)?.as_str() {
        "on" => Ok(VerifyClient::On),
        "off" => Ok(VerifyClient::Off),
        "optional" => Ok(VerifyClient::Optional),
        "optional_no_ca" => Ok(VerifyClient::OptionalNoCa),
        _ => Err(Problem::Later(Refusal::Default, "there are spaces where none may be")),
    },
};

/// The SameSite attribute of a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SameSite {
    /// `SameSite=None`.
    None,
    /// `SameSite=Lax`.
    Lax,
    /// `SameSite=Strict`.
    Strict,
}

impl Switch for SameSite {}

/// Case does not matter.
pub const SAME_SITE: Syntax<SameSite> = Syntax {
    accepts: "`None`, `Lax` or `Strict`",
    valid: |raw| matches!(raw.trim().to_lowercase().as_str(), "none" | "lax" | "strict"),
    convert: |raw| match text(raw)?.to_lowercase().as_str() {
        "none" => Ok(SameSite::None),
        "lax" => Ok(SameSite::Lax),
        "strict" => Ok(SameSite::Strict),
        _ => Err(Problem::Unreadable),
    },
};

impl Switch for BackendProtocol {}

/// Case does not matter for how the backend is spoken to (template.go, buildProxyPass).
pub const BACKEND_PROTOCOL: Syntax<BackendProtocol> = Syntax {
    accepts: "`HTTP`, `HTTPS`, `AUTO_HTTP`, `GRPC`, `GRPCS` or `FCGI`",
    valid: |raw| protocol(raw).is_some(),
    convert: |raw| protocol(&text(raw)?).ok_or(Problem::Unreadable),
};

fn protocol(raw: &str) -> Option<BackendProtocol> {
    match raw.trim().to_lowercase().as_str() {
        "http" => Some(BackendProtocol::Http),
        "https" => Some(BackendProtocol::Https),
        "auto_http" => Some(BackendProtocol::SameAsRequest),
        "grpc" => Some(BackendProtocol::Grpc),
        "grpcs" => Some(BackendProtocol::Grpcs),
        "fcgi" => Some(BackendProtocol::Fcgi),
        _ => None,
    }
}
