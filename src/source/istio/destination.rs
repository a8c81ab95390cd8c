//! Destinations as backends: which Service, which port, and the Service that stands for a subset.

use std::collections::BTreeSet;

use super::destination_rule::Subset;
use super::host;
use super::merged::{Merged, ROOT, Seen, merged};
use super::objects::Objects;
use super::virtual_service::Destination;
use crate::model::{Backend, BackendState, Origin, ServicePort};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::{Context, Service, World};

/// What destinations are looked up in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registry<'a> {
    pub context: &'a Context,
    pub objects: &'a Objects<'a>,
}

impl<'a> Registry<'a> {
    /// The backend of a destination. `port` is the port that the request came in on: that of a destination without one,
    /// unless its Service has only one (istio/istio pilot/pkg/networking/core/route/route.go, GetDestinationCluster).
    pub(super) fn backend(
        &self,
        destination: &Destination,
        namespace: &str,
        port: u16,
        origin: Origin,
        report: &mut Report,
    ) -> Backend {
        let full = host::full(&destination.host, namespace);
        let Some((namespace, name)) = host::service(&full) else {
            return self.outside(full, destination, port, origin, report);
        };
        let service = self.context.service(&namespace, &name);
        let number = self.port(destination, service, &full, port, &origin, report);
        let known = service.is_none_or(|service| service.external || service.ports.iter().any(|p| p.number == number));
        let mut found = ServicePort { namespace, name, port: number, port_name: None };
        let mut state = self.context.state(&found, known);
        if !destination.subset.is_empty() {
            match self.subset(&full, &destination.subset) {
                Some((subset, public)) => {
                    if !public {
                        report.push(for_some(&destination.subset, &full).at(&origin, "other clients get 503"));
                    }
                    found.name = self.subset_service(&found.namespace, &found.name, subset);
                }
                None => {
                    let message = format!("no DestinationRule defines the subset `{}` of `{full}`", destination.subset);
                    let finding = Diagnostic::new(Code::SubsetNotFound, message).at(&origin, "requests fail with 503");
                    report.push(finding.help(Code::SubsetNotFound.entry().fix));
                    report.ledger.record(&origin, Fate::Invalid, Some(Code::SubsetNotFound));
                    found.name = format!("{}-{}", found.name, label(&destination.subset));
                    state = BackendState::Missing;
                }
            }
        }
        Backend { service: found, weight: 1, state, origin }
    }

    fn port(
        &self,
        destination: &Destination,
        service: Option<&Service>,
        full: &str,
        port: u16,
        origin: &Origin,
        report: &mut Report,
    ) -> u16 {
        if let Some(named) = destination.port.as_ref().and_then(|port| port.number.port()) {
            return named;
        }
        match service.map(|service| service.ports.as_slice()) {
            Some([only]) => return only.number,
            Some(several) if several.iter().any(|other| other.number == port) => return port,
            Some(_) | None => {}
        }
        let assumed = self.port_elsewhere(full).unwrap_or(if port == 0 { 80 } else { port });
        let message = format!("the port of `{full}` is not in the input: {assumed} is taken");
        let finding = Diagnostic::new(Code::PortAssumed, message).at(origin, "names no port");
        report.push(finding.help(Code::PortAssumed.entry().fix));
        assumed
    }

    /// The port that another destination names for the host, where all that name one agree.
    fn port_elsewhere(&self, full: &str) -> Option<u16> {
        let mut ports: Vec<u16> = Vec::new();
        for service in &self.objects.virtual_services {
            let http = service.spec.http.iter().flat_map(|route| &route.route).map(|to| &to.destination);
            let tls = service.spec.tls.iter().flat_map(|route| &route.route).map(|to| &to.destination);
            let tcp = service.spec.tcp.iter().flat_map(|route| &route.route).map(|to| &to.destination);
            let same = |to: &&Destination| host::full(&to.host, service.namespace()) == full;
            ports.extend(http.chain(tls).chain(tcp).filter(same).filter_map(|to| to.port.as_ref()?.number.port()));
        }
        ports.sort_unstable();
        ports.dedup();
        match ports.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// A host that is no Service: known by a ServiceEntry, or not at all.
    fn outside(
        &self,
        full: String,
        destination: &Destination,
        port: u16,
        origin: Origin,
        report: &mut Report,
    ) -> Backend {
        let entry = self.objects.service_entries.iter().find(|entry| {
            entry.spec.hosts.iter().any(|listed| {
                let listed = listed.to_ascii_lowercase();
                listed == full || listed.strip_prefix('*').is_some_and(|suffix| full.ends_with(suffix))
            })
        });
        let named = destination.port.as_ref().and_then(|port| port.number.port());
        let only = entry.and_then(|entry| match entry.spec.ports.as_slice() {
            [only] => only.number.port(),
            _ => None,
        });
        let number = named.or(only).unwrap_or(if port == 0 { 80 } else { port });
        if entry.is_none() {
            let message = format!("`{full}` is no Service, and no ServiceEntry of the input names it");
            let mut finding = Diagnostic::new(Code::HostIsNoService, message).at(&origin, "");
            if full.split('.').count() == 2 {
                finding = finding.note("Istio completes only names without a dot: a name with one is taken as it is");
            }
            report.push(finding.help(Code::HostIsNoService.entry().fix));
        }
        // No reference can name an empty host or a wildcard, and Istio refuses them (pkg/config/validation,
        // validateDestination): there is nothing behind the rule.
        let nameless = full.is_empty() || full.starts_with('*');
        let number = if nameless { 0 } else { number };
        let missing = nameless || entry.is_none() && self.context.world == World::Closed;
        Backend {
            service: ServicePort { namespace: String::new(), name: full, port: number, port_name: None },
            weight: 1,
            state: if missing { BackendState::Missing } else { BackendState::Usable },
            origin,
        }
    }

    /// The definition of a subset of a host, and whether clients of every namespace see it.
    pub(super) fn subset(&self, full: &str, name: &str) -> Option<(&'a Subset, bool)> {
        let rules = self.rules(full);
        let mut found = rules.iter().filter_map(|merged| Some((merged.subset(name)?, merged.is_public())));
        let ((rule, index), public) = found.next()?;
        rule.spec.subsets.get(index).map(|subset| (subset, public))
    }

    /// The DestinationRules of a host as they are merged, those that most clients take first: of the Service's namespace,
    /// of the root namespace, and of others, whose own clients they are for.
    pub(super) fn rules(&self, full: &str) -> Vec<Merged<'a>> {
        let all = self.objects.destination_rules.iter();
        let rules: Vec<_> = all.filter(|rule| host::full(&rule.spec.host, rule.namespace()) == full).collect();
        let rules = || rules.iter().copied();
        let of_service = host::service(full).map(|(namespace, _)| namespace);
        let near = of_service.iter().map(String::as_str).chain([ROOT]);
        let outside = near.flat_map(|namespace| merged(rules(), full, namespace, Seen::Outside(None)));
        let others: BTreeSet<&str> = rules().map(|rule| rule.namespace()).collect();
        let inside = others.into_iter().flat_map(|namespace| merged(rules(), full, namespace, Seen::Inside));
        outside.chain(inside).collect()
    }

    /// The name of the Service for a subset: `reviews-v1`, unless another Service has it. A subset without labels is the
    /// Service itself.
    pub(super) fn subset_service(&self, namespace: &str, name: &str, subset: &Subset) -> String {
        if subset.labels.is_empty() && subset.traffic_policy.is_none() {
            return name.to_owned();
        }
        let usual = format!("{name}-{}", label(&subset.name));
        let taken = self.context.service(namespace, &usual);
        let base = self.context.service(namespace, name);
        match taken {
            Some(other) if other.selector != selector(base, name, subset) => {
                fitting(&format!("{name}-subset-{}", label(&subset.name)))
            }
            Some(_) | None => fitting(&usual),
        }
    }
}

/// Clients of namespaces that do not see the DestinationRule find no subset (measured: destination-rules-of-one-host).
fn for_some(subset: &str, full: &str) -> Diagnostic {
    let message = format!("only clients of some namespaces have the subset `{subset}` of `{full}`");
    Diagnostic::new(Code::ExportNotExpressible, message).help(Code::ExportNotExpressible.entry().fix)
}

/// The pods of a subset: those of the Service with the subset's labels. Without the Service, by the label `app` that
/// Istio's own manifests use (istio.io, "Pod requirements").
pub(super) fn selector(
    base: Option<&Service>,
    name: &str,
    subset: &Subset,
) -> std::collections::BTreeMap<String, String> {
    let mut selector = match base {
        Some(service) => service.selector.clone(),
        None => [("app".to_owned(), name.to_owned())].into(),
    };
    selector.extend(subset.labels.clone());
    selector
}

/// A part of a name of a Service.
pub(super) fn label(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let label: String = text.chars().map(plain).collect();
    label.trim_matches('-').to_owned()
}

/// A name of at most 63 characters.
fn fitting(name: &str) -> String {
    const LONGEST: usize = 63;
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    // FNV-1a: short, and the same everywhere.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let head: String = name.chars().take(LONGEST - 9).collect();
    format!("{}-{hash:08x}", head.trim_end_matches('-'))
}
