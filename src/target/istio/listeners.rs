//! What Istio's own kinds say about whole Gateways, and about the Services behind them.

use std::collections::{BTreeMap, BTreeSet};

use super::destination_rule::{self, Ports};
use super::{authorization_policy, client_certificates, policies, telemetry};
use crate::model::{Located, Origin, Policies, Rule, ServicePort};
use crate::report::{Code, Diagnostic};
use crate::target::extension::Listeners;
use crate::target::sites::Site;
use crate::target::{Emitted, named, same_namespace, services};

/// Namespace and name of a Gateway.
type Key = (String, String);

/// Everything that stands beside the routes.
pub(in crate::target) fn write(listeners: Listeners) -> Vec<Emitted> {
    let mut gateways: BTreeMap<Key, Vec<&Rule>> = BTreeMap::new();
    let mut members: BTreeMap<Key, BTreeSet<usize>> = BTreeMap::new();
    for (place, attachment) in listeners.attachments {
        let rules = listeners.reached.get(place).into_iter().flatten().copied();
        gateways.entry(attachment.parent.home()).or_default().extend(rules);
        members.entry(attachment.parent.home()).or_default().insert(place.0);
    }
    let mut listeners = listeners;
    let mut namespaces = BTreeSet::new();
    let mut emitted = Vec::new();
    for (gateway, rules) in &gateways {
        // What Gateways of one namespace need of a Service is the same: it is that of the routing.
        if namespaces.insert(&gateway.0) {
            let all = gateways.iter().filter(|((namespace, _), _)| *namespace == gateway.0);
            emitted.extend(destination_rules(&listeners, gateway, all.flat_map(|(_, rules)| rules)));
        }
        secrets(&mut listeners, gateway, rules);
        emitted.extend(telemetry::write(&mut listeners, gateway, rules));
    }
    for (gateway, members) in &members {
        let sites: Vec<&Site> = members.iter().filter_map(|&index| listeners.sites.get(index)).collect();
        sites.iter().for_each(|site| client_certificates::tell(&mut listeners, site));
        emitted.extend(policies::write(listeners.run, gateway, &sites));
        emitted.extend(authorization_policy::write(listeners.run, listeners.sites, gateway, &sites));
    }
    emitted
}

/// The rules for the Services that the routes of a Gateway reach.
fn destination_rules<'r>(
    listeners: &Listeners,
    gateway: &Key,
    rules: impl Iterator<Item = &'r &'r Rule>,
) -> Vec<Emitted> {
    let reached: BTreeSet<&ServicePort> = rules.flat_map(|rule| services::services(rule)).collect();
    let mut hosts: BTreeMap<String, (&ServicePort, Ports)> = BTreeMap::new();
    for service in reached {
        if let Some(policy) = listeners.wants.policy(service) {
            let (_, ports) = hosts.entry(destination_rule::host(service)).or_insert_with(|| (service, Ports::new()));
            ports.insert(service.port, policy);
        }
    }
    hosts.into_values().map(|(service, ports)| destination_rule::write(gateway, service, ports)).collect()
}

/// Istio looks for the Secrets of a DestinationRule beside the pods of the gateway.
fn secrets(listeners: &mut Listeners, (namespace, _): &Key, rules: &[&Rule]) {
    let mut said: BTreeSet<(&Origin, &Key)> = BTreeSet::new();
    for rule in rules {
        let Policies { backend_tls: Some(Located { value, origin }), backend_protocol: Some(_), .. } = &*rule.policies
        else {
            continue;
        };
        let Some(secret) = value.secret.as_ref().filter(|(own, _)| !same_namespace(own, namespace)) else { continue };
        if said.insert((origin, secret)) {
            let (own, name) = secret;
            let gateway = named(namespace);
            let message = format!("Secret `{}/{name}` has to be in namespace `{gateway}` as well", named(own));
            let finding = Diagnostic::new(Code::SecretKeyNeeded, message)
                .note("Istio reads the certificates for backends in the namespace of the Gateway");
            listeners.findings.say(finding, Some(origin));
        }
    }
}
