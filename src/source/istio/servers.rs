//! Servers of Gateways: who listens on which port, for which hosts, with which certificates.

use std::collections::{BTreeMap, BTreeSet};

use super::destination::Registry;
use super::gateway::{Gateway, Server, ServerTls, TlsMode};
use super::host::{self, ServerHost};
use super::http::gateway_name;
use super::objects::{Object, Objects};
use super::protections::Pods;
use crate::model::{CertificateDemand, ClientCertificates, Located, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::{Context, World};
use crate::source::metadata;
use crate::syntax::FieldPath;

/// The gateway pods that a selector chooses, with everything that they listen on. Several Gateways with one selector
/// share their pods.
#[derive(Debug)]
pub(super) struct Workload {
    /// `namespace/name` of the oldest Gateway.
    pub name: String,
    /// `namespace/name` of all of them.
    pub gateways: Vec<String>,
    pub listenings: Vec<Listening>,
    /// Labels of the pods; `None` for a Gateway that is not in the input.
    pub selector: Option<BTreeMap<String, String>>,
}

/// Where Istio's own installation has the pods labelled `istio: ingressgateway`.
const INSTALLED: (&str, &str, &str) = ("istio", "ingressgateway", "istio-system");

impl Workload {
    /// Where the pods are, as far as Services show it.
    pub(super) fn shown_namespaces<'a>(&self, registry: Registry<'a>) -> BTreeSet<&'a str> {
        let Some(labels) = self.selector.as_ref().filter(|labels| !labels.is_empty()) else { return BTreeSet::new() };
        let services = registry.context.services.iter();
        let selecting =
            services.filter(|(_, service)| labels.iter().all(|(key, value)| service.selector.get(key) == Some(value)));
        selecting.map(|((namespace, _), _)| namespace.as_str()).collect()
    }

    /// Where the pods are: as shown, else where Istio's own are by default, else in the namespace of the Gateway.
    pub(super) fn namespaces<'a>(&self, registry: Registry<'a>, own: &'a str) -> BTreeSet<&'a str> {
        let shown = self.shown_namespaces(registry);
        if !shown.is_empty() {
            return shown;
        }
        let (key, value, namespace) = INSTALLED;
        let installed = self.selector.as_ref().and_then(|labels| labels.get(key)).is_some_and(|label| label == value);
        BTreeSet::from([if installed { namespace } else { own }])
    }

    /// What is known of the pods.
    pub(super) fn pods(&self) -> Pods<'_> {
        let namespaces = self.gateways.iter().filter_map(|gateway| gateway.split('/').next()).collect();
        Pods { labels: self.selector.as_ref(), namespaces }
    }
}

/// A server.
#[derive(Debug, Clone)]
pub(super) struct Listening {
    /// `namespace/name` of its Gateway.
    pub gateway: String,
    pub port: u16,
    pub speaks: Speaks,
    pub hosts: Vec<ServerHost>,
    /// Secrets with certificates.
    pub secrets: Vec<(String, String)>,
    /// What clients have to show in the handshake.
    pub client: Option<Located<ClientCertificates>>,
    /// What protects all of its hosts.
    pub guards: Vec<Located<&'static str>>,
    /// `None` for a Gateway that is not in the input.
    pub origin: Option<Origin>,
}

/// What a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Http,
    /// Everything is sent to https.
    HttpToHttps,
    Https,
    /// TLS that is handed on unopened.
    Passthrough,
    Tcp,
}

/// Every workload, those of the input first.
pub(super) fn workloads(objects: &Objects<'_>, context: &Context, report: &mut Report) -> Vec<Workload> {
    let mut found: BTreeMap<&BTreeMap<String, String>, Workload> = BTreeMap::new();
    for gateway in &objects.gateways {
        let workload = found.entry(&gateway.spec.selector).or_insert_with(|| Workload {
            name: gateway.key(),
            gateways: Vec::new(),
            listenings: Vec::new(),
            selector: Some(gateway.spec.selector.clone()),
        });
        workload.gateways.push(gateway.key());
        for (index, server) in gateway.spec.servers.iter().enumerate() {
            workload.listenings.extend(listening(gateway, index, server, context, report));
        }
    }
    let mut workloads: Vec<Workload> = found.into_values().collect();
    workloads.sort_by(|a, b| a.name.cmp(&b.name));
    if context.world == World::Open {
        workloads.extend(assumed(objects, report));
    }
    workloads
}

fn listening(
    gateway: &Object<'_, Gateway>,
    index: usize,
    server: &Server,
    context: &Context,
    report: &mut Report,
) -> Option<Listening> {
    let path = FieldPath::root().field("spec.servers").index(index);
    let at = |dotted: &str| gateway.at(&path.field(dotted));
    let speaks = match speaks(server) {
        Ok(speaks) => speaks,
        Err(why) => {
            let origin = gateway.at(&path);
            report.ledger.record(&origin, Fate::Dropped, Some(Code::ServerNotExpressible));
            let finding = Diagnostic::new(Code::ServerNotExpressible, why).at(&at("port.protocol"), "not converted");
            report.push(finding.help(Code::ServerNotExpressible.entry().fix));
            return None;
        }
    };
    let mut guards = Vec::new();
    let mut secrets = Vec::new();
    let mut client = None;
    if let Some(tls) = server.tls.as_ref().filter(|_| speaks == Speaks::Https) {
        secrets = certificates(gateway, tls, &at("tls"), context, report);
        client = clients(tls, &secrets, &at, context);
        guards = demands(tls, client.is_some(), &at);
        for (field, files) in [("serverCertificate", &tls.server_certificate), ("privateKey", &tls.private_key)] {
            if !files.is_empty() {
                lose_tls(&at(&format!("tls.{field}")), "a certificate in a file of the pod is not carried", report);
            }
        }
        for (field, set) in [
            ("minProtocolVersion", tls.min_protocol_version.is_some()),
            ("maxProtocolVersion", tls.max_protocol_version.is_some()),
            ("cipherSuites", !tls.cipher_suites.is_empty()),
        ] {
            if set {
                lose_tls(&at(&format!("tls.{field}")), &format!("`{field}` is not carried"), report);
            }
        }
    }
    if !server.bind.is_empty() {
        lose_tls(&at("bind"), "the address that the server binds to is not carried", report);
    }
    Some(Listening {
        gateway: gateway.key(),
        port: server.port.number.port()?,
        speaks,
        hosts: server.hosts.iter().map(|written| host::of_server(written, gateway.namespace())).collect(),
        secrets,
        client,
        guards,
        origin: Some(gateway.at(&path)),
    })
}

fn lose_tls(origin: &Origin, message: &str, report: &mut Report) {
    report.ledger.record(origin, Fate::Dropped, Some(Code::SettingNotCarried));
    report.push(Diagnostic::new(Code::SettingNotCarried, message).at(origin, ""));
}

/// What a server speaks; why it has no counterpart otherwise.
fn speaks(server: &Server) -> Result<Speaks, String> {
    let protocol = server.port.protocol.to_ascii_uppercase();
    let mode = server.tls.as_ref().map(ServerTls::mode);
    match (protocol.as_str(), mode) {
        ("HTTP" | "HTTP2" | "GRPC" | "GRPC-WEB", _) => {
            let redirects = server.tls.as_ref().is_some_and(|tls| tls.https_redirect);
            Ok(if redirects { Speaks::HttpToHttps } else { Speaks::Http })
        }
        ("HTTPS" | "TLS", Some(TlsMode::AutoPassthrough)) => {
            Err("AUTO_PASSTHROUGH hands connections on by names that only Istio knows".to_owned())
        }
        ("HTTPS" | "TLS", Some(TlsMode::Passthrough)) => Ok(Speaks::Passthrough),
        ("HTTPS" | "TLS", Some(TlsMode::IstioMutual)) => {
            Err("ISTIO_MUTUAL ends TLS with certificates of the mesh".to_owned())
        }
        ("HTTPS", Some(TlsMode::Simple | TlsMode::Mutual | TlsMode::OptionalMutual)) => Ok(Speaks::Https),
        ("HTTPS" | "TLS", None) => Err("the server has no `tls`: Istio refuses it".to_owned()),
        ("TCP" | "MONGO" | "MYSQL" | "REDIS", None) => Ok(Speaks::Tcp),
        ("TLS" | "TCP" | "MONGO" | "MYSQL" | "REDIS", Some(_)) => {
            Err("a stream behind TLS that ends at the gateway is not written yet".to_owned())
        }
        (other, _) => Err(format!("the protocol `{other}` of a server has no counterpart")),
    }
}

/// The certificates of clients that are taken. The authority is in a Secret of its own name, in `x-cacert` beside the
/// certificate `x`, or in `x` itself (istio/istio pilot/pkg/credentials/kube/secrets.go, GetCaCert). `None` where it is in
/// a file of the pod.
fn clients(
    tls: &ServerTls,
    secrets: &[(String, String)],
    at: &impl Fn(&str) -> Origin,
    context: &Context,
) -> Option<Located<ClientCertificates>> {
    let demand = match tls.mode() {
        TlsMode::Mutual => CertificateDemand::Required,
        TlsMode::OptionalMutual => CertificateDemand::Optional,
        TlsMode::Passthrough | TlsMode::Simple | TlsMode::AutoPassthrough | TlsMode::IstioMutual => return None,
    };
    let (namespace, name) = secrets.first()?;
    let beside = (namespace.clone(), format!("{name}-cacert"));
    let (authority, or_beside) = match tls.ca_cert_credential_name.split_once('/') {
        Some((namespace, name)) => {
            ((namespace.rsplit('/').next().unwrap_or(namespace).to_owned(), name.to_owned()), false)
        }
        None if !tls.ca_cert_credential_name.is_empty() => {
            ((namespace.clone(), tls.ca_cert_credential_name.clone()), false)
        }
        None if context.secrets.contains_key(&beside) => (beside, false),
        None => ((namespace.clone(), name.clone()), true),
    };
    let asked = ClientCertificates {
        authority,
        or_beside,
        demand,
        depth: 1,
        error_page: None,
        // Envoy's own header is made by the gateway's configuration, before and after.
        passed_on: false,
        common_name: None,
    };
    Some(Located::new(asked, at("tls.mode")))
}

/// What else clients have to show. None of it has a field on any target, so that the rules are guarded.
fn demands(tls: &ServerTls, certificates_read: bool, at: &impl Fn(&str) -> Origin) -> Vec<Located<&'static str>> {
    let mut found = Vec::new();
    let asks = matches!(tls.mode(), TlsMode::Mutual | TlsMode::OptionalMutual);
    if asks && !certificates_read {
        found.push(Located::new("client certificates", at("tls.mode")));
    }
    let pinned = [
        ("tls.caCrl", asks && !tls.ca_crl.is_empty()),
        ("tls.subjectAltNames", !tls.subject_alt_names.is_empty()),
        ("tls.verifyCertificateSpki", !tls.verify_certificate_spki.is_empty()),
        ("tls.verifyCertificateHash", !tls.verify_certificate_hash.is_empty()),
    ];
    found.extend(
        pinned
            .into_iter()
            .filter(|(_, set)| *set)
            .map(|(field, _)| Located::new("which client certificates are taken", at(field))),
    );
    found
}

/// The Secrets of a server: `name`, `kubernetes://name`, `kubernetes://ns/name`, `kubernetes-gateway://ns/name`
/// (istio/istio pilot/pkg/model/credentials/resource.go, ParseResourceName).
fn certificates(
    gateway: &Object<'_, Gateway>,
    tls: &ServerTls,
    origin: &Origin,
    context: &Context,
    report: &mut Report,
) -> Vec<(String, String)> {
    let one = Some(&tls.credential_name).filter(|name| !name.is_empty());
    let names = one.into_iter().chain(&tls.credential_names);
    names
        .map(|written| {
            let plain = written.split_once("://").map_or(written.as_str(), |(_, rest)| rest);
            if let Some((namespace, name)) = plain.split_once('/') {
                return (namespace.to_owned(), name.to_owned());
            }
            (credential_namespace(gateway, plain, origin, context, report), plain.to_owned())
        })
        .collect()
}

/// A Secret without a namespace is read from the one of the gateway's pods: that of a Service of the input that selects
/// them, or where the input has the Secret, or where Istio installs its gateway.
fn credential_namespace(
    gateway: &Object<'_, Gateway>,
    name: &str,
    origin: &Origin,
    context: &Context,
    report: &mut Report,
) -> String {
    let selector = &gateway.spec.selector;
    let selects = |labels: &BTreeMap<String, String>| {
        !selector.is_empty() && selector.iter().all(|(key, value)| labels.get(key) == Some(value))
    };
    let of_service = context.services.iter().find(|(_, service)| selects(&service.selector));
    if let Some(((namespace, _), _)) = of_service {
        return namespace.clone();
    }
    let own = gateway.namespace();
    let of_secret: Vec<&String> = context.secrets.keys().filter(|(_, n)| n == name).map(|(ns, _)| ns).collect();
    match of_secret.as_slice() {
        [only] => return (*only).clone(),
        several if several.iter().any(|namespace| *namespace == own) => return own.to_owned(),
        _ => {}
    }
    let usual = selector.get("istio").is_some_and(|value| value == "ingressgateway");
    let namespace = if usual { "istio-system" } else { own };
    if namespace != own {
        let message = format!("Secret `{name}` is taken to be in namespace `{namespace}`");
        let finding = Diagnostic::new(Code::CredentialNamespace, message).at(origin, "");
        report.push(finding.help(Code::CredentialNamespace.entry().fix));
    }
    namespace.to_owned()
}

/// Gateways that VirtualServices name and the input does not have: their servers are not known.
fn assumed(objects: &Objects<'_>, report: &mut Report) -> Vec<Workload> {
    let mut named: BTreeMap<String, Vec<Origin>> = BTreeMap::new();
    let mut tls: BTreeSet<String> = BTreeSet::new();
    let mut http: BTreeSet<String> = BTreeSet::new();
    let mut tcp: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for service in &objects.virtual_services {
        for (index, name) in service.spec.gateways.iter().enumerate() {
            if name == "mesh" {
                continue;
            }
            let key = gateway_name(name, service.namespace());
            if objects.gateways.iter().any(|gateway| gateway.key() == key) {
                continue;
            }
            let place = service.at(&FieldPath::root().field("spec.gateways").index(index));
            if !metadata::is_key(&key) {
                let finding = Diagnostic::new(Code::InvalidObject, format!("`{name}` names no Gateway"));
                report.push(finding.at(&place, "Istio refuses the VirtualService"));
                report.ledger.record(&place, Fate::Invalid, Some(Code::InvalidObject));
                continue;
            }
            named.entry(key.clone()).or_default().push(place);
            if !service.spec.http.is_empty() {
                http.insert(key.clone());
            }
            if !service.spec.tls.is_empty() {
                tls.insert(key.clone());
            }
            let ports = service.spec.tcp.iter().flat_map(|route| &route.matches).filter_map(|one| one.port?.port());
            tcp.entry(key).or_default().extend(ports);
        }
    }
    let workload = |(key, places): (String, Vec<Origin>)| {
        let message = format!("Gateway `{key}` is not in the input");
        let first = Diagnostic::new(Code::GatewayNotInInput, message).help(Code::GatewayNotInInput.entry().fix);
        report.push(places.iter().fold(first, |finding, place| finding.at(place, "")));
        let every = || vec![host::of_server("*/*", "")];
        let one = |port, speaks| Listening {
            gateway: key.clone(),
            port,
            speaks,
            hosts: every(),
            secrets: Vec::new(),
            client: None,
            guards: Vec::new(),
            origin: None,
        };
        let mut listenings = Vec::new();
        listenings.extend(http.contains(&key).then(|| one(80, Speaks::Http)));
        listenings.extend(tls.contains(&key).then(|| one(443, Speaks::Passthrough)));
        listenings.extend(tcp.get(&key).into_iter().flatten().map(|port| one(*port, Speaks::Tcp)));
        Workload { name: key.clone(), gateways: vec![key], listenings, selector: None }
    };
    named.into_iter().map(workload).collect()
}
