//! ClientTrafficPolicy: what holds for all requests of a listener. One of a listener takes the place of its Gateway's, so
//! each holds all that its listener needs. Listeners of plain HTTP that share a port cannot have one each
//! (clienttrafficpolicy.go, validatePortOverlapForClientTrafficPolicy); they have the Gateway's.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::connections::put;
use super::version::{CLIENT_MODE, LATE_HEADERS, Version};
use super::{GROUP, json as spec_json};
use crate::gateway::{GROUP as GATEWAY_GROUP, HeaderModifier, Object, Resource};
use crate::model::{
    CertificateDemand, ClientAddress, ClientCertificates, ConnectionSetting, EntryPoint, HeaderEdit, Located, Origin,
    Pipeline, Protocol, Underscores,
};
use crate::report::{Code, Diagnostic};
use crate::target::extension::Listeners;
use crate::target::findings::Findings;
use crate::target::listeners::Parent;
use crate::target::sites::{Listening, Speaks};
use crate::target::{Emitted, Feature, Run, client_certificates, headers, managed, names, other_namespace};

/// Kind.
pub(super) const KIND: &str = "ClientTrafficPolicy";

/// `spec` without its targets.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    #[serde(rename = "clientIPDetection", skip_serializing_if = "Option::is_none")]
    client_ip_detection: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Headers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http2: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_protocol: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Headers {
    #[serde(skip_serializing_if = "Option::is_none")]
    late_response_headers: Option<HeaderModifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with_underscores_action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x_forwarded_client_cert: Option<ForwardedCertificate>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ForwardedCertificate {
    cert_details_to_add: Vec<&'static str>,
    mode: &'static str,
}

/// TLS of clients.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tls {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alpn_protocols: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ciphers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ecdh_curves: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_validation: Option<ClientValidation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_version: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ClientValidation {
    ca_certificate_refs: Vec<CaRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    /// Until 1.7.
    #[serde(skip_serializing_if = "Option::is_none")]
    optional: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct CaRef {
    kind: &'static str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
}

/// The policies of the listeners of a routing.
pub(in crate::target) fn write(listeners: Listeners) -> Vec<Emitted> {
    let Listeners { run, sites, attachments, gateways: written, wants: _, reached: _, grants, findings } = listeners;
    let version = run.version();
    let mut by_parent: BTreeMap<(&str, &str, &str), Vec<(Spec, String, Vec<Origin>)>> = BTreeMap::new();
    let mut gateways: BTreeMap<(&str, &str), (Spec, Vec<Origin>)> = BTreeMap::new();
    let mut told: BTreeSet<Origin> = BTreeSet::new();
    for (&(site, position), attachment) in attachments {
        let Some(listening) = sites.get(site).and_then(|site| site.listenings.get(position)) else { continue };
        let Parent { kind, namespace, name, gateway: _ } = &attachment.parent;
        let mut spec = Spec::default();
        let mut of_gateway = Vec::new();
        if let Some(entry) = entry_point(run, listening) {
            address(entry, &mut spec);
            of_gateway = connections(&entry.implicit.connections, version, &mut spec, findings);
        }
        if of_gateway.is_empty() {
            of_gateway.extend(listening.origin.cloned());
        }
        // What holds for all is said of the Gateway; the ListenerSets of a routing belong to each of its Gateways.
        if spec != Spec::default() {
            let own = [(namespace.as_str(), name.as_str())];
            let all: Vec<(&str, &str)> =
                written.iter().map(|(namespace, name)| (namespace.as_str(), name.as_str())).collect();
            let owners = if *kind == "Gateway" { &own[..] } else { &all[..] };
            for owner in owners {
                gateways.entry(*owner).or_insert_with(|| (spec.clone(), of_gateway.clone()));
            }
        }
        let base = spec.clone();
        let mut origins = Vec::new();
        if let Some(Located { value, origin }) = listening.client
            && let Ok(validation) = certificates(value, namespace, version)
        {
            grants.need_from((GROUP, KIND, namespace), ("Secret", &value.authority.0, &value.authority.1), [origin]);
            let elsewhere = "the backend gets the certificate in x-forwarded-client-cert, not in ssl-client-cert";
            let differences = client_certificates::differences(value, run).into_iter();
            let differences = differences.chain(value.passed_on.then_some(elsewhere));
            let message = format!("{}: Envoy Gateway's differ in part", Feature::ClientCertificates.name());
            let finding = differences.fold(Diagnostic::new(Code::SettingApproximated, message), Diagnostic::note);
            if !finding.notes.is_empty() {
                findings.approximate(finding, origin);
            }
            spec.tls.get_or_insert_default().client_validation = Some(validation);
            if value.passed_on {
                let certificate = ForwardedCertificate { cert_details_to_add: vec!["Cert"], mode: "SanitizeSet" };
                spec.headers.get_or_insert_default().x_forwarded_client_cert = Some(certificate);
            }
            origins.push(origin.clone());
        }
        let asked = asked_by_all(listening);
        told.extend(asked.iter().map(|setting| setting.origin.clone()));
        match attachment.section {
            Some(_) => origins.extend(connections(&asked, version, &mut spec, findings)),
            None => {
                let message = format!("{}: not carried to `envoy-gateway`", Feature::Connections.name());
                let finding = Diagnostic::new(Code::SettingNotCarried, message)
                    .note("a policy needs the name of the listener, and those of this Gateway are not known");
                asked.iter().for_each(|setting| findings.lose(finding.clone(), &setting.origin));
            }
        }
        let late = late_headers(run, listening);
        if let Ok(Some(modifier)) = headers::modifier(&late, run.target.profile.header_commands) {
            spec.headers.get_or_insert_default().late_response_headers = Some(modifier);
            let first = listening.rules.first().into_iter().flat_map(|rule| &rule.policies.answer_headers);
            origins.extend(first.filter(|edit| late.contains(&edit.value)).map(|edit| edit.origin.clone()));
        }
        if let Some(section) = attachment.section.clone().filter(|_| spec != base) {
            by_parent.entry((kind, namespace, name)).or_default().push((spec, section, origins));
        }
    }
    homeless(run, &told, findings);
    let mut emitted = Vec::new();
    for ((namespace, name), (spec, origins)) in gateways {
        let target = json!({ "group": GATEWAY_GROUP, "kind": "Gateway", "name": name });
        emitted.push(policy(namespace, name, &spec, vec![target], origins));
    }
    for ((kind, namespace, name), members) in by_parent {
        let mut groups: Vec<(Spec, Vec<String>, Vec<Origin>)> = Vec::new();
        for (spec, section, origins) in members {
            match groups.iter_mut().find(|(other, _, _)| *other == spec) {
                Some((_, sections, all)) => {
                    sections.push(section);
                    all.extend(origins.into_iter().filter(|origin| !all.contains(origin)).collect::<Vec<_>>());
                }
                None => groups.push((spec, vec![section], origins)),
            }
        }
        for (spec, sections, origins) in groups {
            let own = sections.first().map(|section| format!("{name}-{section}")).unwrap_or_default();
            let own = names::fit(&own, &own, names::LABEL);
            let target = |section: &String| json!({ "group": GATEWAY_GROUP, "kind": kind, "name": name, "sectionName": section });
            emitted.push(policy(namespace, &own, &spec, sections.iter().map(target).collect(), origins));
        }
    }
    emitted
}

fn policy(namespace: &str, name: &str, spec: &Spec, targets: Vec<Json>, origins: Vec<Origin>) -> Emitted {
    let mut spec = spec_json(spec);
    if let Some(fields) = spec.as_object_mut() {
        fields.insert("targetRefs".to_owned(), targets.into());
    }
    let object = Object::Policy(Resource {
        api_version: format!("{GROUP}/v1alpha1"),
        kind: KIND.to_owned(),
        metadata: managed(namespace, name),
        spec: spec.into(),
    });
    Emitted { object, origins }
}

/// The entry point that a listener is of.
fn entry_point<'r>(run: &Run<'r>, listening: &Listening) -> Option<&'r EntryPoint> {
    let speaks = |protocol: Protocol| match protocol {
        Protocol::Http | Protocol::Https => true,
        Protocol::Tcp | Protocol::Udp => false,
    };
    run.routing.entry_points.iter().find(|entry| entry.port == listening.port && speaks(entry.protocol))
}

/// Whose address a client has, and whether headers with an underscore are kept: Envoy Gateway refuses them, and a
/// controller that leaves them out by default is not asked.
fn address(entry: &EntryPoint, spec: &mut Spec) {
    if entry.pipeline == Pipeline::Nginx && entry.underscores == Underscores::Kept {
        spec.headers.get_or_insert_default().with_underscores_action = Some("Allow");
    }
    spec.client_ip_detection = match &entry.client {
        ClientAddress::Peer => None,
        ClientAddress::ForwardedFirst => Some(json!({ "xForwardedFor": { "trustedCIDRs": ["0.0.0.0/0", "::/0"] } })),
        ClientAddress::TrustedHops(hops) => Some(json!({ "xForwardedFor": { "numTrustedHops": hops } })),
        ClientAddress::TrustedProxies(blocks) => Some(json!({ "xForwardedFor": { "trustedCIDRs": blocks } })),
        ClientAddress::Header { name, required } => {
            Some(json!({ "customHeader": { "failClosed": required, "name": name } }))
        }
        ClientAddress::ProxyProtocol => {
            spec.proxy_protocol = Some(json!({}));
            None
        }
    };
}

/// What is asked of connections; the fields that are written.
fn connections(
    asked: &[Located<ConnectionSetting>],
    version: Version,
    spec: &mut Spec,
    findings: &mut Findings,
) -> Vec<Origin> {
    let mut origins = Vec::new();
    for Located { value, origin } in asked {
        match put(value, version, spec) {
            Ok(differences) => {
                origins.push(origin.clone());
                if !differences.is_empty() {
                    let message = format!("{}: Envoy Gateway's differ in part", Feature::Connections.name());
                    let finding = Diagnostic::new(Code::SettingApproximated, message);
                    findings.approximate(differences.into_iter().fold(finding, Diagnostic::note), origin);
                }
            }
            Err(why) => {
                let message = format!("{}: not carried to `envoy-gateway`", Feature::Connections.name());
                findings.lose(Diagnostic::new(Code::SettingNotCarried, message).note(why), origin);
            }
        }
    }
    // TLS 1.3 has ciphers of its own, and the API refuses others beside it alone (spec.tls, CEL).
    if let Some(tls) = spec.tls.as_mut().filter(|tls| tls.min_version.as_deref() == Some("1.3")) {
        tls.ciphers.clear();
    }
    origins
}

/// What every rule of a listener asks of its connections: they come before any rule.
fn asked_by_all(listening: &Listening) -> Vec<Located<ConnectionSetting>> {
    let Some((first, others)) = listening.rules.split_first() else { return Vec::new() };
    let asked = first.policies.connections.iter();
    asked.filter(|setting| others.iter().all(|rule| rule.policies.connections.contains(setting))).cloned().collect()
}

/// Says which settings of hosts are on no listener.
fn homeless(run: &Run, told: &BTreeSet<Origin>, findings: &mut Findings) {
    let rules = run.routing.entry_points.iter().flat_map(|entry| &entry.hosts).flat_map(|host| &host.rules);
    for setting in rules.flat_map(|rule| &rule.policies.connections).filter(|setting| !told.contains(&setting.origin)) {
        let message = format!("{}: not carried to `envoy-gateway`", Feature::Connections.name());
        let finding = Diagnostic::new(Code::SettingNotCarried, message).note("its host has no https listener");
        findings.lose(finding, &setting.origin);
    }
}

/// What a listener asks of its clients, seen from its namespace.
///
/// # Errors
/// Why it cannot be asked.
fn certificates(
    asked: &ClientCertificates,
    namespace: &str,
    version: Version,
) -> Result<ClientValidation, &'static str> {
    if asked.common_name.is_some() {
        return Err("Envoy Gateway looks at alternative names of a certificate, not at its common name");
    }
    let modes = version.lacks(&CLIENT_MODE).is_none();
    let (mode, optional) = match (asked.demand, modes) {
        (CertificateDemand::Required, true) => (Some("RequireAndVerify"), None),
        (CertificateDemand::Required, false) => (None, None),
        (CertificateDemand::Optional, true) => (Some("VerifyIfGiven"), None),
        (CertificateDemand::Optional, false) => (None, Some(true)),
        (CertificateDemand::Unchecked, true) => (Some("Request"), None),
        (CertificateDemand::Unchecked, false) => return Err("this release always checks certificates"),
    };
    let (own, name) = &asked.authority;
    let authority = CaRef { kind: "Secret", name: name.clone(), namespace: other_namespace(own, namespace) };
    Ok(ClientValidation { ca_certificate_refs: vec![authority], mode, optional })
}

/// Why a listener cannot ask its clients for certificates; `None` where it can.
pub(in crate::target) fn refused(asked: &ClientCertificates, run: &Run) -> Option<String> {
    if run.options.gateway.is_some() {
        return Some("a policy needs the name of the listener, and those of this Gateway are not known".to_owned());
    }
    certificates(asked, "", run.version()).err().map(str::to_owned)
}

/// The headers that every answer of a TLS listener gets, whichever rule made it.
pub(in crate::target) fn late_headers(run: &Run, listening: &Listening) -> Vec<HeaderEdit> {
    let secure = match listening.speaks {
        Speaks::Https(_) => true,
        Speaks::Http | Speaks::Passthrough | Speaks::Tcp | Speaks::Udp => false,
    };
    let version = run.version();
    let Some((first, others)) = listening.rules.split_first() else { return Vec::new() };
    if !secure || run.options.gateway.is_some() || version.lacks(&LATE_HEADERS).is_some() {
        return Vec::new();
    }
    let edits = first.policies.answer_headers.iter().map(|edit| &edit.value);
    edits
        .filter(|edit| others.iter().all(|rule| rule.policies.answer_headers.iter().any(|other| other.value == **edit)))
        .cloned()
        .collect()
}
