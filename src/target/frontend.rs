//! Client certificates in standard fields: `spec.tls.frontend` of a Gateway asks the same of all https hosts of a port
//! (gateway_types.go, FrontendTLSConfig), because the handshake comes before the host.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::capability::Carry;
use super::findings::Findings;
use super::grants::Grants;
use super::namespaces::other_namespace;
use super::sites::{Site, Speaks};
use super::{Emitted, Feature, Run, Topology, client_certificates, named};
use crate::gateway::{GatewaySpec, Object};
use crate::model::{CertificateDemand, ClientCertificates, Located};
use crate::report::{Code, Diagnostic};

/// What the https hosts of each port ask of their clients: why it has no place, or what is asked by all of them.
#[derive(Debug, Default)]
pub(super) struct Frontend(BTreeMap<u16, Result<Located<ClientCertificates>, &'static str>>);

impl Frontend {
    /// Looks at all hosts, whichever Gateway they get.
    pub(super) fn of(run: &Run, sites: &[Site]) -> Self {
        let mut ports: BTreeMap<u16, Vec<Option<&Located<ClientCertificates>>>> = BTreeMap::new();
        for listening in sites.iter().flat_map(|site| &site.listenings) {
            if matches!(listening.speaks, Speaks::Https(_)) {
                ports.entry(listening.port).or_default().push(listening.client);
            }
        }
        let asked = |hosts: Vec<Option<&Located<ClientCertificates>>>| {
            let first = hosts.iter().copied().flatten().next()?;
            let alike = hosts.iter().all(|host| host.is_some_and(|host| host.value == first.value));
            let lacking = refused(&first.value).or_else(|| run.lacks_field_of(Feature::ClientCertificates));
            Some(match (lacking, alike, run.options.gateway.is_some()) {
                (Some(why), ..) => Err(why),
                (None, false, _) => {
                    Err("Gateway API asks all hosts of a port alike, and others of this one ask otherwise")
                }
                (None, true, true) => Err("the Gateway asks for certificates, and this one is not part of the output"),
                (None, true, false) => Ok(first.clone()),
            })
        };
        Self(ports.into_iter().filter_map(|(port, hosts)| Some((port, asked(hosts)?))).collect())
    }

    /// Why the hosts of a port cannot ask their clients; `None` where they can.
    pub(super) fn refused(&self, port: u16) -> Option<String> {
        self.0.get(&port).and_then(|asked| asked.as_ref().err()).map(|why| (*why).to_owned())
    }

    /// Gives the Gateways of an output what their ports ask for.
    pub(super) fn write(&self, run: &Run, emitted: &mut [Emitted], grants: &mut Grants, findings: &mut Findings) {
        match run.target.support(Feature::ClientCertificates).carry(run.options.channel) {
            Carry::Write => {}
            Carry::HandOn | Carry::Lose(_) => return,
        }
        let asked: BTreeMap<u16, &Located<ClientCertificates>> =
            self.0.iter().filter_map(|(port, asked)| Some((*port, asked.as_ref().ok()?))).collect();
        for one in emitted.iter_mut() {
            let Object::Gateway(gateway) = &mut one.object else { continue };
            let sets = run.options.topology == Topology::ListenerSet;
            let own = asked.iter().filter(|(port, _)| sets || serves(&gateway.spec, **port));
            let own: BTreeMap<u16, &Located<ClientCertificates>> = own.map(|(port, asked)| (*port, *asked)).collect();
            let namespace = gateway.metadata.namespace.clone();
            let per_port: Vec<Json> = own
                .iter()
                .map(|(port, asked)| json!({ "port": port, "tls": { "validation": validation(&asked.value, &namespace) } }))
                .collect();
            if per_port.is_empty() {
                continue;
            }
            Arc::make_mut(&mut gateway.spec).tls = Some(json!({ "frontend": { "default": {}, "perPort": per_port } }));
            for asked in own.values() {
                let (home, name) = &asked.value.authority;
                grants.need(("Gateway", &namespace), ("ConfigMap", home, name), [&asked.origin]);
                one.origins.push(asked.origin.clone());
            }
        }
        asked.values().for_each(|asked| tell(asked, run, findings));
    }
}

fn serves(gateway: &GatewaySpec, port: u16) -> bool {
    gateway.listeners.iter().any(|listener| listener.port == port && listener.protocol == "HTTPS")
}

fn refused(asked: &ClientCertificates) -> Option<&'static str> {
    if asked.common_name.is_some() {
        return Some("Gateway API does not look at the name in a certificate");
    }
    match asked.demand {
        CertificateDemand::Required | CertificateDemand::Unchecked => None,
        CertificateDemand::Optional => Some("Gateway API demands valid certificates of all clients, or of none"),
    }
}

fn validation(asked: &ClientCertificates, namespace: &str) -> Json {
    let (home, name) = &asked.authority;
    let mut authority = json!({ "group": "", "kind": "ConfigMap", "name": name });
    if let (Some(home), Some(fields)) = (other_namespace(home, namespace), authority.as_object_mut()) {
        fields.insert("namespace".to_owned(), home.into());
    }
    let mode = match asked.demand {
        CertificateDemand::Required => "AllowValidOnly",
        CertificateDemand::Optional | CertificateDemand::Unchecked => "AllowInsecureFallback",
    };
    json!({ "caCertificateRefs": [authority], "mode": mode })
}

/// What has to be done for it, and in what it differs.
fn tell(Located { value, origin }: &Located<ClientCertificates>, run: &Run, findings: &mut Findings) {
    let ClientCertificates { authority, demand, passed_on, .. } = value;
    let (namespace, secret) = (named(&authority.0), &authority.1);
    let message = format!("the authority in Secret `{namespace}/{secret}` has to be in a ConfigMap");
    let help = format!(
        "kubectl create configmap {secret} -n {namespace} --from-literal=ca.crt=\"$(kubectl get secret {secret} -n \
         {namespace} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d)\""
    );
    findings.say(Diagnostic::new(Code::CaConfigMapNeeded, message).help(help), Some(origin));
    // An extended field that protects: where it is not known, it is pruned or passed over, and nobody is asked.
    let feature = match demand {
        CertificateDemand::Required => "GatewayFrontendClientCertificateValidation",
        CertificateDemand::Optional | CertificateDemand::Unchecked => {
            "GatewayFrontendClientCertificateValidationInsecureFallback"
        }
    };
    let needed = format!(
        "an implementation without the feature {feature} asks nobody for a certificate: see status.supportedFeatures of \
         the GatewayClass"
    );
    let passed_on = passed_on.then_some("the backend does not get the certificate");
    let differences = client_certificates::differences(value, run).into_iter().chain(passed_on);
    let message = format!("{}: Gateway API's differ in part", Feature::ClientCertificates.name());
    let finding = Diagnostic::new(Code::SettingApproximated, message);
    let finding = differences.fold(finding.note(needed), Diagnostic::note);
    findings.approximate(finding, origin);
}
