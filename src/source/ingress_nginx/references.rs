//! Objects that annotations name: how they are written, may they be used, do they exist, do they hold what is needed?
//! And what a parser asks once it has read all of its annotations.

use std::collections::BTreeMap;

use super::annotations::Settings;
use super::choices::SecretKind;
use super::config::Config;
use super::lookup::{Found, Lookup, SecretKeys};
use super::validators::{BASIC, is_fastcgi_parameter, is_header_name, is_header_value, text};
use crate::model::Located;
use crate::source::annotation::{Problem, Refusal, Switch, Syntax};
use crate::source::value;

/// Another object: `[namespace/]name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// `None` for the Ingress's own.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl Switch for Reference {}

/// The Secret of basic authentication: `[namespace/]name` (auth/main.go, SplitMetaNamespaceKey).
pub const SECRET: Syntax<Reference> =
    Syntax { accepts: "`name` or `namespace/name` of a Secret", valid: BASIC.valid, convert: reference };

/// The Secret of a client CA; needs its namespace (authtls/main.go, ParseNameNS).
pub const CLIENT_CA: Syntax<Reference> = Syntax {
    accepts: "`namespace/name` of a Secret",
    valid: BASIC.valid,
    convert: |raw| qualified(raw, Problem::Later(Refusal::Forbidden, "the namespace is missing")),
};

/// The Secret for TLS towards backends; needs its namespace (proxyssl/main.go, ParseNameNS).
pub const PROXY_SECRET: Syntax<Reference> = Syntax {
    accepts: "`namespace/name` of a Secret",
    valid: BASIC.valid,
    convert: |raw| qualified(raw, Problem::Later(Refusal::Denied, "the namespace is missing")),
};

/// A ConfigMap that is looked up by the text as written, so that it needs its namespace (customheaders, authreq).
pub const CONFIG_MAP: Syntax<Reference> = Syntax {
    accepts: "`namespace/name` of a ConfigMap",
    valid: BASIC.valid,
    convert: |raw| qualified(raw, Problem::Later(Refusal::Denied, "the namespace is missing")),
};

/// A ConfigMap of the Ingress's own namespace (fastcgi/main.go).
pub const LOCAL_CONFIG_MAP: Syntax<Reference> =
    Syntax { accepts: "the name of a ConfigMap of the same namespace", valid: BASIC.valid, convert: reference };

fn reference(raw: &str) -> Result<Reference, Problem> {
    let text = text(raw)?;
    match text.split('/').collect::<Vec<_>>()[..] {
        [name] | ["", name] => Ok(Reference { namespace: None, name: name.to_owned() }),
        [namespace, name] => Ok(Reference { namespace: Some(namespace.to_owned()), name: name.to_owned() }),
        _ => Err(Problem::Later(Refusal::Denied, "it has more than two parts")),
    }
}

fn qualified(raw: &str, problem: Problem) -> Result<Reference, Problem> {
    let text = text(raw)?;
    match text.split('/').collect::<Vec<_>>()[..] {
        [namespace, name] if !namespace.is_empty() => {
            Ok(Reference { namespace: Some(namespace.to_owned()), name: name.to_owned() })
        }
        _ => Err(problem),
    }
}

/// An outcome with its reason.
pub(super) type Verdict = Option<(Refusal, String)>;

/// Whom the annotations belong to, and where other objects are found.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The Ingress's namespace.
    pub(super) namespace: &'a str,
    /// The controller's settings.
    pub(super) config: &'a Config,
    /// The other objects.
    pub(super) lookup: &'a dyn Lookup,
}

/// What a parser asks of an annotation's object as soon as it has read the annotation.
pub(super) fn check(key: &str, settings: &Settings, around: Surroundings<'_>) -> Verdict {
    match key {
        "auth-secret" => secret(settings.auth_secret.as_ref()?, Refusal::Denied, around),
        "auth-tls-secret" => certificate(settings.auth_tls_secret.as_ref()?, Refusal::Forbidden, around),
        "proxy-ssl-secret" => certificate(settings.proxy_ssl_secret.as_ref()?, Refusal::Denied, around),
        "auth-proxy-set-headers" => auth_headers(settings.auth_proxy_set_headers.as_ref()?, around),
        "custom-headers" => custom_headers(settings.custom_headers.as_ref()?, around),
        "fastcgi-params-configmap" => fastcgi(settings.fastcgi_params_configmap.as_ref()?, around),
        // cors/main.go, Parse: origins that are no origins are left out one by one, and CORS goes with the last of them
        // (measured: nginx-a-cors-bad).
        "cors-allow-origin" if settings.cors_allow_origin.as_ref()?.value.is_empty() => {
            Some((Refusal::Lost, "no origin is left: each needs its scheme, as in `https://example.com`".to_owned()))
        }
        "default-backend" => default_backend(&settings.default_backend.as_ref()?.value, around),
        _ => None,
    }
}

/// What a parser asks after its last annotation: the annotation that is to blame, and the outcome.
pub(super) fn conclude(
    family: &str,
    settings: &Settings,
    around: Surroundings<'_>,
) -> Option<(&'static str, Refusal, String)> {
    match family {
        // auth/main.go: without a secret there is nobody to let through.
        "basic-auth" if settings.auth_type.is_some() => {
            let Some(reference) = &settings.auth_secret else {
                return Some(("auth-type", Refusal::Denied, "`auth-secret` is missing".to_owned()));
            };
            let keys = keys(reference, around)?;
            let is_map = settings.auth_secret_type.as_ref().is_some_and(|kind| kind.value == SecretKind::Map);
            let lacking = !is_map && !keys.contains("auth");
            lacking.then(|| ("auth-secret", Refusal::Denied, "the Secret has no key `auth`".to_owned()))
        }
        // redirect.go, isValidURL: checked after everything else was read.
        "redirect" => {
            let url = value::parse_url(&settings.temporal_redirect.as_ref()?.value);
            let web = url.is_some_and(|url| url.scheme.starts_with("http"));
            (!web).then(|| ("temporal-redirect", Refusal::Lost, "it is no http or https URL".to_owned()))
        }
        // controller.go: "has no 'ca.crt' key, mutual authentication disabled".
        "client-certificate" => {
            let keys = keys(settings.auth_tls_secret.as_ref()?, around)?;
            let why = "the Secret has no key `ca.crt`, so that no client certificate is asked for";
            (!keys.contains("ca.crt")).then(|| ("auth-tls-secret", Refusal::Lost, why.to_owned()))
        }
        _ => None,
    }
}

fn resolve<'a>(reference: &'a Reference, own: &'a str) -> (&'a str, &'a str) {
    (reference.namespace.as_deref().unwrap_or(own), &reference.name)
}

fn may_use(namespace: &str, around: Surroundings<'_>) -> bool {
    namespace == around.namespace || around.config.allow_cross_namespace_resources
}

fn keys(reference: &Located<Reference>, around: Surroundings<'_>) -> SecretKeys {
    let (namespace, name) = resolve(&reference.value, around.namespace);
    match around.lookup.secret(namespace, name) {
        Found::Yes(keys) => keys,
        Found::No | Found::Unknown => None,
    }
}

fn secret(reference: &Located<Reference>, refusal: Refusal, around: Surroundings<'_>) -> Verdict {
    let (namespace, name) = resolve(&reference.value, around.namespace);
    if !may_use(namespace, around) {
        return Some((refusal, "the Secret is of another namespace".to_owned()));
    }
    let exists = value::is_object_name(name) && around.lookup.secret(namespace, name) != Found::No;
    (!exists).then(|| (refusal, format!("there is no Secret `{namespace}/{name}`")))
}

/// backend_ssl.go, getPemCertificate: a key pair, a CA, or both.
fn certificate(reference: &Located<Reference>, refusal: Refusal, around: Surroundings<'_>) -> Verdict {
    if let Some(verdict) = secret(reference, refusal, around) {
        return Some(verdict);
    }
    let keys = keys(reference, around)?;
    let pair = keys.contains("tls.crt") && keys.contains("tls.key");
    let usable = pair || keys.contains("ca.crt");
    (!usable).then(|| (refusal, "the Secret has neither `ca.crt` nor `tls.crt` and `tls.key`".to_owned()))
}

fn config_map(
    reference: &Located<Reference>,
    around: Surroundings<'_>,
) -> Result<BTreeMap<String, String>, (Refusal, String)> {
    let (namespace, name) = resolve(&reference.value, around.namespace);
    match around.lookup.config_map(namespace, name) {
        Found::Yes(data) if value::is_object_name(name) => Ok(data),
        Found::Unknown if value::is_object_name(name) => Ok(BTreeMap::new()),
        Found::Yes(_) | Found::Unknown | Found::No => {
            Err((Refusal::Denied, format!("there is no ConfigMap `{namespace}/{name}`")))
        }
    }
}

fn auth_headers(reference: &Located<Reference>, around: Surroundings<'_>) -> Verdict {
    if !may_use(resolve(&reference.value, around.namespace).0, around) {
        return Some((Refusal::Denied, "the ConfigMap is of another namespace".to_owned()));
    }
    match config_map(reference, around) {
        Err(verdict) => Some(verdict),
        Ok(data) => {
            let bad = data.keys().find(|name| !is_header_name(name))?;
            Some((Refusal::Denied, format!("the ConfigMap's key `{bad}` is no header name")))
        }
    }
}

/// customheaders/main.go; the namespace is not checked there.
fn custom_headers(reference: &Located<Reference>, around: Surroundings<'_>) -> Verdict {
    let data = match config_map(reference, around) {
        Err(verdict) => return Some(verdict),
        Ok(data) => data,
    };
    let allowed = &around.config.global_allowed_response_headers;
    data.iter().find_map(|(name, text)| {
        let why = if !is_header_name(name) {
            format!("the ConfigMap's key `{name}` is no header name")
        } else if !is_header_value(text) {
            format!("the ConfigMap's value of `{name}` is no header value")
        } else if !allowed.contains(name) {
            format!("`{name}` is not among the controller's `global-allowed-response-headers`")
        } else {
            return None;
        };
        Some((Refusal::Denied, why))
    })
}

/// fastcgi/main.go; another namespace is an error of no kind there, so that the family is lost without a word.
fn fastcgi(reference: &Located<Reference>, around: Surroundings<'_>) -> Verdict {
    let (namespace, name) = resolve(&reference.value, around.namespace);
    if !may_use(namespace, around) {
        return Some((Refusal::Lost, "the ConfigMap is of another namespace".to_owned()));
    }
    let own = Reference { namespace: None, name: name.to_owned() };
    match config_map(&Located::new(own, reference.origin.clone()), around) {
        Err(verdict) => Some(verdict),
        Ok(data) => {
            let (bad, _) = data.iter().find(|(key, text)| !is_fastcgi_parameter(key, text))?;
            Some((Refusal::Skipped, format!("the ConfigMap's `{bad}` is no parameter of FastCGI")))
        }
    }
}

/// defaultbackend/main.go: a missing Service is an error of no kind, so that the annotation is as good as absent.
fn default_backend(name: &str, around: Surroundings<'_>) -> Verdict {
    let missing = around.lookup.service(around.namespace, name) == Found::No;
    missing.then(|| (Refusal::Default, format!("there is no Service `{}/{name}`", around.namespace)))
}
