//! Backend: a place outside of Services, or a Service that is spoken to in a way that only a Backend can say.

use serde::Serialize;

use super::GROUP;
use super::connections::CIPHERS;
use super::version::{BACKEND_SNI, BACKEND_VERSIONS, Version};
use crate::gateway::{BackendRef, Object, Resource};
use crate::model::{BackendTls, ServicePort};
use crate::target::{hostname, managed, named, names};

/// Kind.
pub(super) const KIND: &str = "Backend";

/// `spec`.
#[derive(Debug, PartialEq, Serialize)]
struct Spec {
    endpoints: Vec<Endpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<Tls>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Endpoint {
    fqdn: Fqdn,
}

#[derive(Debug, PartialEq, Serialize)]
struct Fqdn {
    hostname: String,
    port: u16,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tls {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ciphers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insecure_skip_verify: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sni: Option<String>,
    #[serde(rename = "wellKnownCACertificates", skip_serializing_if = "Option::is_none")]
    well_known_ca_certificates: Option<&'static str>,
}

/// Where a URL points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Service(ServicePort),
    Host(Host),
}

/// A host and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    pub name: String,
    pub port: u16,
    pub secure: bool,
}

/// A URL taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub place: Place,
    /// Never empty.
    pub path: String,
}

/// Takes a URL apart, as an object of a namespace would name it.
///
/// # Errors
/// Says why it cannot stand for one place.
pub(super) fn parse(url: &str, namespace: &str) -> Result<Url, String> {
    let refuse = |why: &str| Err(format!("`{url}` {why}"));
    let Some((scheme, rest)) = url.split_once("://") else { return refuse("has no scheme") };
    let secure = match scheme {
        "http" => false,
        "https" => true,
        _ => return refuse("is no http URL"),
    };
    let (authority, path) = match rest.find(['/', '?', '#']) {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    if url.contains('$') {
        return refuse("holds variables");
    }
    if path.contains(['?', '#']) {
        return refuse("has a query");
    }
    let (name, port) = authority.split_once(':').unwrap_or((authority, if secure { "443" } else { "80" }));
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let Ok(port) = port.parse::<u16>() else { return refuse("has no port number") };
    if !hostname::is_precise(&name) {
        return refuse("names no host that a Backend can name");
    }
    let place = match service(&name, namespace) {
        Some((own, service)) if !secure => {
            Place::Service(ServicePort { namespace: own, name: service, port, port_name: None })
        }
        Some(_) | None => Place::Host(Host { name, port, secure }),
    };
    Ok(Url { place, path: path.to_owned() })
}

/// `name.namespace.svc[.cluster.local]`, or a bare name. The proxy's own search list does not matter: what has one dot
/// only may be a host of the internet.
fn service(host: &str, namespace: &str) -> Option<(String, String)> {
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [name] => Some((namespace.to_owned(), (*name).to_owned())),
        [name, own, "svc"] | [name, own, "svc", "cluster", "local"] => Some(((*own).to_owned(), (*name).to_owned())),
        _ => None,
    }
}

impl Host {
    fn object_name(&self) -> String {
        let words = format!("{}-{}", self.name, self.port);
        names::fit(&words, &words, names::LABEL)
    }

    /// A reference from the namespace of the object.
    pub(super) fn reference(&self) -> BackendRef {
        reference(self.object_name())
    }

    /// The object. A certificate is checked against the system's authorities.
    pub(super) fn object(&self, namespace: &str) -> Object {
        let tls = self.secure.then(|| Tls {
            sni: Some(self.name.clone()),
            well_known_ca_certificates: Some("System"),
            ..Tls::default()
        });
        object(namespace, &self.object_name(), endpoint(&self.name, self.port), tls)
    }
}

/// A Service behind TLS of which nobody checks the certificate.
///
/// # Errors
/// Says what the release cannot do.
pub(super) fn unchecked(
    service: &ServicePort,
    tls: Option<&BackendTls>,
    namespace: &str,
    version: Version,
) -> Result<(BackendRef, Object), String> {
    let server_name = tls.and_then(|tls| tls.server_name.clone()).filter(|name| hostname::is_precise(name));
    if server_name.is_some()
        && let Some(why) = version.lacks(&BACKEND_SNI)
    {
        return Err(why);
    }
    let (min_version, max_version) = match tls.map(|tls| versions(&tls.protocols)) {
        Some(bounds) if version.lacks(&BACKEND_VERSIONS).is_none() => bounds,
        Some(_) | None => (None, None),
    };
    let tls = Tls {
        // TLS 1.3 has ciphers of its own, and the API refuses others beside it alone (spec.tls, CEL).
        ciphers: tls
            .filter(|_| min_version != Some("1.3"))
            .map(|tls| ciphers(&tls.ciphers, version))
            .unwrap_or_default(),
        insecure_skip_verify: Some(true),
        max_version,
        min_version,
        sni: server_name.clone(),
        well_known_ca_certificates: None,
    };
    let own = named(&service.namespace);
    let words = match &server_name {
        Some(server_name) => format!("{}-{own}-{}-{server_name}", service.name, service.port),
        None => format!("{}-{own}-{}", service.name, service.port),
    };
    let name = names::fit(&words, &words, names::LABEL);
    let host = format!("{}.{own}.svc.cluster.local", service.name);
    Ok((reference(name.clone()), object(namespace, &name, endpoint(&host, service.port), Some(tls))))
}

/// Those of a list in OpenSSL's notation that Envoy has.
fn ciphers(list: &str, version: Version) -> Vec<String> {
    let known = list.split(':').filter(|name| CIPHERS.contains(name));
    known.filter(|_| version.lacks(&BACKEND_VERSIONS).is_none()).map(str::to_owned).collect()
}

/// In what TLS towards a backend is not what was asked for.
pub(super) fn differences(tls: &BackendTls, version: Version) -> Vec<String> {
    let names = tls.ciphers.split(':').filter(|name| !name.is_empty() && *name != "DEFAULT");
    let unknown: Vec<&str> = names.filter(|name| !CIPHERS.contains(name)).collect();
    let asked = !tls.protocols.is_empty() || !tls.ciphers.is_empty();
    let whole = match version.lacks(&BACKEND_VERSIONS) {
        Some(why) => asked.then_some(format!("versions of TLS and ciphers are Envoy's own: {why}")),
        None => None,
    };
    let words = (whole.is_none() && !unknown.is_empty())
        .then(|| format!("Envoy does not have the ciphers {}", unknown.join(", ")));
    whole.into_iter().chain(words).collect()
}

/// The lowest and the highest protocol of a list in OpenSSL's names.
fn versions(protocols: &[String]) -> (Option<&'static str>, Option<&'static str>) {
    let known = [("TLSv1", "1.0"), ("TLSv1.1", "1.1"), ("TLSv1.2", "1.2"), ("TLSv1.3", "1.3")];
    let mut named = known.iter().filter(|(name, _)| protocols.iter().any(|p| p == name)).map(|(_, number)| *number);
    let lowest = named.next();
    (lowest, named.next_back().or(lowest))
}

fn endpoint(hostname: &str, port: u16) -> Endpoint {
    Endpoint { fqdn: Fqdn { hostname: hostname.to_owned(), port } }
}

fn reference(name: String) -> BackendRef {
    BackendRef { group: Some(GROUP.to_owned()), kind: Some(KIND.to_owned()), name, ..BackendRef::default() }
}

fn object(namespace: &str, name: &str, endpoint: Endpoint, tls: Option<Tls>) -> Object {
    Object::Policy(Resource {
        api_version: format!("{GROUP}/v1alpha1"),
        kind: KIND.to_owned(),
        metadata: managed(namespace, name),
        spec: super::json(&Spec { endpoints: vec![endpoint], tls }).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_services_and_of_hosts() {
        let place = |url: &str| parse(url, "shop").map(|url| url.place);
        let service = |url: &str| match place(url) {
            Ok(Place::Service(service)) => service.to_string(),
            other => panic!("{url}: {other:?}"),
        };
        assert_eq!(service("http://auth"), "shop/auth:80");
        assert_eq!(service("http://auth.sso.svc/x"), "sso/auth:80");
        assert!(matches!(place("https://auth.sso.svc.cluster.local"), Ok(Place::Host(_))), "a Service has no TLS here");
        assert!(matches!(place("http://auth.sso:8080/"), Ok(Place::Host(host)) if host.port == 8080));
        assert!(parse("http://a.example.com/x?y", "shop").is_err());
        assert!(parse("ftp://a.example.com", "shop").is_err());
    }

    #[test]
    fn protocols_become_bounds() {
        let of = |list: &[&str]| versions(&list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["TLSv1.2", "TLSv1.3"]), (Some("1.2"), Some("1.3")));
        assert_eq!(of(&["TLSv1.2"]), (Some("1.2"), Some("1.2")));
        assert_eq!(of(&[]), (None, None));
    }
}
