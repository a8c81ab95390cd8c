//! TCP and UDP services: `port: namespace/service:port[:PROXY][:PROXY]` in two ConfigMaps (controller.go,
//! getStreamServices).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::config::Config;
use crate::model::{
    Action, Backend, Cause, ClientAddress, EntryPoint, Forward, HostPattern, Manifest, Matcher, ObjectRef, Origin,
    PathHandling, PathMatcher, Pipeline, Policies, Protocol, Rule, ServicePort, Shared, Unavailable, Underscores,
    VirtualHost,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::Context;
use crate::syntax::{FieldPath, Node};

/// Where the controller's chart and manifests put the ConfigMaps.
const USUAL: [(&str, Protocol); 2] =
    [("ingress-nginx/tcp-services", Protocol::Tcp), ("ingress-nginx/udp-services", Protocol::Udp)];

/// Entry points of the streams that the ConfigMaps among the manifests name.
#[must_use]
pub fn streams(manifests: &[Manifest], config: &Config, context: &Context, report: &mut Report) -> Vec<EntryPoint> {
    let given = [&config.flags.tcp_services_configmap, &config.flags.udp_services_configmap];
    let names = USUAL
        .into_iter()
        .zip(given)
        .map(|((usual, protocol), given)| (if given.is_empty() { usual } else { given.as_str() }, protocol));
    let mut found = Vec::new();
    for (name, protocol) in names {
        let is_meant = |manifest: &&Manifest| {
            manifest.object.kind == "ConfigMap"
                && manifest.group().is_empty()
                && name == format!("{}/{}", manifest.object.namespace, manifest.object.name)
        };
        let Some(manifest) = manifests.iter().find(is_meant) else { continue };
        for entry in manifest.node.get("data").map_or(&[][..], Node::entries) {
            let text = entry.node.scalar_text().unwrap_or_default();
            let field = FieldPath::root().key("data").key(&entry.key);
            let origin = Origin::field(&beside_its_service(&manifest.object, &text), field);
            let stream = Stream { port: &entry.key, text: &text, protocol, origin: &origin };
            found.extend(stream.read(config, context, report));
        }
    }
    found.sort_by_key(|entry: &EntryPoint| (entry.port, entry.protocol));
    found
}

/// The ConfigMap as if it were in the namespace of the Service that an entry names: there its route belongs, as the
/// routes of Ingresses are beside their Services.
fn beside_its_service(object: &Arc<ObjectRef>, text: &str) -> Arc<ObjectRef> {
    match text.split_once('/') {
        Some((namespace, _)) if !namespace.is_empty() => {
            Arc::new(ObjectRef { namespace: namespace.to_owned(), ..ObjectRef::clone(object) })
        }
        Some(_) | None => Arc::clone(object),
    }
}

struct Stream<'t> {
    port: &'t str,
    text: &'t str,
    protocol: Protocol,
    origin: &'t Origin,
}

impl Stream<'_> {
    fn read(&self, config: &Config, context: &Context, report: &mut Report) -> Option<EntryPoint> {
        match self.backend(config, context) {
            Ok((port, backend)) => {
                report.ledger.record(self.origin, Fate::Carried, None);
                self.proxy_protocol(report);
                Some(self.entry_point(port, backend))
            }
            Err(why) => {
                let message = format!("the controller leaves out `{}: {}`", self.port, self.text);
                report.push(Diagnostic::new(Code::ConfigValueRefused, message).at(self.origin, why));
                report.ledger.record(self.origin, Fate::Invalid, Some(Code::ConfigValueRefused));
                None
            }
        }
    }

    fn backend(&self, config: &Config, context: &Context) -> Result<(u16, Backend), &'static str> {
        let port: u16 = self.port.trim().parse().map_err(|_| "it is no port")?;
        if reserved(config).contains(&port) {
            return Err("the controller needs the port itself");
        }
        let mut parts = self.text.split(':');
        let (Some(name), Some(wanted)) = (parts.next(), parts.next()) else {
            return Err("accepted: namespace/service:port, then perhaps :PROXY");
        };
        let (namespace, name) = name.split_once('/').ok_or("the namespace is missing")?;
        let known = context.service(namespace, name);
        let numbered = wanted.parse::<u16>().ok();
        let found = known.and_then(|service| {
            service.ports.iter().find(|port| numbered.map_or(port.name == wanted, |number| port.number == number))
        });
        let (number, port_name) = match (found, numbered) {
            (Some(port), _) => (port.number, None),
            (None, _) if known.is_some() => return Err("the Service has no such port"),
            (None, Some(number)) => (number, None),
            (None, None) => (0, Some(wanted.to_owned())),
        };
        let service = ServicePort { namespace: namespace.to_owned(), name: name.to_owned(), port: number, port_name };
        let state = context.state(&service, true);
        Ok((port, Backend { service, weight: 1, state, origin: self.origin.clone() }))
    }

    /// What precedes the stream itself is the implementation's matter.
    fn proxy_protocol(&self, report: &mut Report) {
        let mut flags = self.text.split(':').skip(2).map(|flag| flag.eq_ignore_ascii_case("proxy"));
        let (read, sent) = (flags.next().unwrap_or(false), flags.next().unwrap_or(false));
        let what = match (read, sent) {
            _ if self.protocol == Protocol::Udp => return,
            (false, false) => return,
            (true, false) => "clients begin with the PROXY protocol",
            (false, true) => "the backend is sent the PROXY protocol",
            (true, true) => "clients begin with the PROXY protocol, and the backend is sent it",
        };
        let message = format!("`{}: {}`: the PROXY protocol is not carried", self.port, self.text);
        report.push(Diagnostic::new(Code::ConfigNotCarried, message).at(self.origin, what));
        report.ledger.record(self.origin, Fate::Approximated, Some(Code::ConfigNotCarried));
    }

    fn entry_point(&self, port: u16, backend: Backend) -> EntryPoint {
        let forward = Forward {
            backends: vec![backend],
            rewrite: None,
            host: None,
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            fallback: None,
            unavailable: Unavailable { no_endpoints: 503, missing: 503 },
        };
        let rule = Rule {
            matcher: Matcher::path(PathMatcher::Any),
            action: Action::Forward(forward),
            policies: Shared::default(),
            cause: Cause::Declared,
            origin: self.origin.clone(),
        };
        let host = VirtualHost {
            host: HostPattern::Any,
            paths: PathHandling::Raw,
            rules: vec![rule].into(),
            unmatched: 404,
            tls: None,
            passthrough: false,
            origin: Some(self.origin.clone()),
        };
        EntryPoint {
            port,
            protocol: self.protocol,
            hosts: vec![host],
            pipeline: Pipeline::Nginx,
            underscores: Underscores::Kept,
            implicit: Policies::default(),
            client: ClientAddress::Peer,
        }
    }
}

/// http, https, passthrough, health, default server, profiler, status and stream (controller.go:472).
fn reserved(config: &Config) -> BTreeSet<u16> {
    let own = [config.flags.http_port, config.flags.https_port].into_iter().filter_map(|port| u16::try_from(port).ok());
    own.chain([442, 8181, 10245, 10246, 10247, 10254]).collect()
}
