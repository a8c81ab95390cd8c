//! Who is served: one site a host, with the listeners it needs and the rules behind each.

use std::collections::{BTreeMap, BTreeSet};

use super::{Run, findings::Findings, hostname};
use crate::model::{
    Action, Cause, ClientCertificates, EntryPoint, HostPattern, Located, Origin, PathHandling, Protocol, Rule,
    VirtualHost,
};
use crate::report::{Code, Diagnostic};

/// Namespace and name of a Secret.
pub(super) type SecretName = (String, String);

/// One host on every port that serves it; or one port of streams.
#[derive(Debug)]
pub(super) struct Site<'a> {
    /// `shop.example.com`, `*.example.com`; `None` for every host that nothing else took.
    pub host: Option<String>,
    /// By port.
    pub listenings: Vec<Listening<'a>>,
}

/// A site on one port: becomes one listener.
#[derive(Debug)]
pub(super) struct Listening<'a> {
    pub host: &'a HostPattern,
    pub port: u16,
    pub speaks: Speaks,
    pub paths: PathHandling,
    /// The rules that are written: without what the API does by itself.
    pub rules: Vec<&'a Rule>,
    /// A less specific host of the port has rules. A listener without routes does not keep them away from this host in
    /// Envoy Gateway (measured, eg-late2-isolation-leak-any).
    pub shadowed: bool,
    /// The field that asked for TLS.
    pub tls: Option<&'a Origin>,
    /// What clients have to show in the handshake.
    pub client: Option<&'a Located<ClientCertificates>>,
    /// The object that named the host.
    pub origin: Option<&'a Origin>,
}

/// What a listener speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Speaks {
    Http,
    /// The certificates.
    Https(Vec<SecretName>),
    /// TLS that is handed on unopened.
    Passthrough,
    Tcp,
    Udp,
}

impl Site<'_> {
    /// The namespace of its first rule; the one in which everything of the site is put where it has to be one.
    pub(super) fn namespace(&self) -> &str {
        let rules = self.listenings.iter().flat_map(|l| &l.rules).map(|rule| &rule.origin);
        let declared = self.listenings.iter().filter_map(|l| l.origin);
        rules.chain(declared).map(|o| o.object.namespace.as_str()).find(|ns| !ns.is_empty()).unwrap_or("")
    }

    /// The first object that has a rule for it.
    pub(super) fn first_object(&self) -> Option<&str> {
        let rules = self.listenings.iter().flat_map(|l| &l.rules).map(|rule| &rule.origin);
        let declared = self.listenings.iter().filter_map(|l| l.origin);
        rules.chain(declared).map(|o| o.object.name.as_str()).next()
    }
}

impl Listening<'_> {
    /// Whether the protocol has HTTP rules.
    pub(super) fn is_http(&self) -> bool {
        matches!(self.speaks, Speaks::Http | Speaks::Https(_))
    }
}

/// The port of streams, and the host.
type Key = (Option<(u16, Protocol)>, Option<String>);

/// All sites: the host-less one first, then by host, then streams by port.
pub(super) fn collect<'a>(run: &Run<'a>, findings: &mut Findings) -> Vec<Site<'a>> {
    let mut sites: BTreeMap<Key, Site<'a>> = BTreeMap::new();
    let mut entry_points: Vec<&EntryPoint> = run.routing.entry_points.iter().collect();
    entry_points.sort_by_key(|entry| (entry.port, entry.protocol));
    for entry in entry_points {
        for host in entry.hosts.iter().filter(|host| !host.is_built_in()) {
            let Ok(name) = host_name(host, entry.protocol, findings) else { continue };
            let stream = match entry.protocol {
                Protocol::Http | Protocol::Https => None,
                Protocol::Tcp | Protocol::Udp => Some((entry.port, entry.protocol)),
            };
            let site =
                sites.entry((stream, name.clone())).or_insert_with(|| Site { host: name, listenings: Vec::new() });
            // `*.x` of one label and `*.x` of any number are one hostname; the first asked keeps it.
            if !site.listenings.iter().any(|l| l.port == entry.port) {
                site.listenings.push(listening(entry, host));
            }
        }
    }
    let mut sites: Vec<Site> = sites.into_values().collect();
    certificates(run, &mut sites, findings);
    shadows(&mut sites);
    for site in &mut sites {
        let hostless = site.host.is_none();
        site.listenings.retain(|l| !l.rules.is_empty() || !hostless);
    }
    sites.retain(|site| !site.listenings.is_empty());
    sites
}

/// The hostname of a virtual host; an error when Gateway API has none for it, and that has been said.
fn host_name(host: &VirtualHost, protocol: Protocol, findings: &mut Findings) -> Result<Option<String>, ()> {
    let name = match (&host.host, protocol) {
        (_, Protocol::Tcp | Protocol::Udp) => return Ok(None),
        (HostPattern::Any, Protocol::Http | Protocol::Https) if !host.passthrough => return Ok(None),
        (HostPattern::Exact(_) | HostPattern::Wildcard { .. }, Protocol::Http | Protocol::Https) => {
            host.host.to_string()
        }
        (HostPattern::Any | HostPattern::Regex(_), Protocol::Http | Protocol::Https) => String::new(),
    };
    if hostname::is_hostname(&name) {
        return Ok(Some(name));
    }
    let finding = Diagnostic::new(Code::HostNotExpressible, format!("`{}` is no Gateway API hostname", host.host));
    match &host.origin {
        Some(origin) => findings.lose(finding, origin),
        None => findings.say(finding, None),
    }
    Err(())
}

fn speaks(entry: &EntryPoint, host: &VirtualHost) -> Speaks {
    match entry.protocol {
        Protocol::Http => Speaks::Http,
        Protocol::Https if host.passthrough => Speaks::Passthrough,
        Protocol::Https => Speaks::Https(host.tls.iter().flat_map(|tls| tls.secrets.iter().cloned()).collect()),
        Protocol::Tcp => Speaks::Tcp,
        Protocol::Udp => Speaks::Udp,
    }
}

pub(super) fn listening<'a>(entry: &EntryPoint, host: &'a VirtualHost) -> Listening<'a> {
    Listening {
        host: &host.host,
        port: entry.port,
        speaks: speaks(entry, host),
        paths: host.paths,
        rules: written(host),
        shadowed: false,
        tls: host.tls.as_ref().and_then(|tls| tls.origin.as_ref()),
        client: host.tls.as_ref().and_then(|tls| tls.client.as_ref()),
        origin: host.origin.as_ref(),
    }
}

/// The rules without those that the API has by itself, and those that cannot be told from it.
fn written(host: &VirtualHost) -> Vec<&Rule> {
    // The controller's own /healthz and /nginx_status go with the controller (G2L217 says so).
    let own = |rule: &&Rule| rule.cause == Cause::BuiltIn && matches!(rule.action, Action::Respond(_));
    let mut rules: Vec<&Rule> = host.rules.iter().filter(|rule| !own(rule)).collect();
    // A request that no rule takes gets 404, so 404s at the end need no rule.
    while rules.last().is_some_and(|rule| matches!(&rule.action, Action::Respond(answer) if answer.status == 404)) {
        rules.pop();
    }
    rules
}

/// Gives every https listening its certificates, or takes it away.
fn certificates(run: &Run, sites: &mut [Site], findings: &mut Findings) {
    let own: BTreeMap<(u16, Option<String>), Vec<SecretName>> = sites
        .iter()
        .flat_map(|site| site.listenings.iter().map(move |l| (site, l)))
        .filter_map(|(site, l)| match &l.speaks {
            Speaks::Https(secrets) if !secrets.is_empty() => Some(((l.port, site.host.clone()), secrets.clone())),
            Speaks::Https(_) | Speaks::Http | Speaks::Passthrough | Speaks::Tcp | Speaks::Udp => None,
        })
        .collect();
    for site in sites {
        let host = site.host.clone();
        site.listenings.retain_mut(|listening| {
            let Speaks::Https(secrets) = &mut listening.speaks else { return true };
            if !secrets.is_empty() {
                return true;
            }
            // The listener of a wildcard takes the connection anyway, so without a listener of its own the host would
            // be served by the wildcard's rules. ingress-nginx looks up the parent's certificate as well
            // (certificate.lua, configured_for_server_name).
            let wildcard = wider(host.as_deref()).find_map(|wide| own.get(&(listening.port, Some(wide))));
            let every_host = || own.get(&(listening.port, None)).filter(|_| host.is_some());
            let default = || run.options.default_certificate.clone().map(|secret| vec![secret]);
            *secrets = wildcard.cloned().or_else(default).or_else(|| every_host().cloned()).unwrap_or_default();
            if secrets.is_empty() {
                uncertified(listening, host.as_deref(), findings);
                return false;
            }
            true
        });
    }
}

/// Says that a TLS section has no certificate. Hosts that never asked for TLS are left to the proof.
fn uncertified(listening: &Listening, host: Option<&str>, findings: &mut Findings) {
    if let Some(origin) = listening.tls {
        let host = host.unwrap_or("*");
        let message = format!("no certificate is named for `{host}`, so it has no https listener");
        findings.lose(Diagnostic::new(Code::CertificateMissing, message), origin);
    }
}

/// Marks hosts beside less specific ones that have rules.
fn shadows(sites: &mut [Site]) {
    let busy: BTreeSet<(u16, Option<String>)> = sites
        .iter()
        .flat_map(|site| site.listenings.iter().map(move |l| (site.host.clone(), l)))
        .filter(|(_, l)| l.is_http() && !l.rules.is_empty())
        .map(|(host, l)| (l.port, host))
        .collect();
    for site in sites {
        for listening in &mut site.listenings {
            let mut less_specific = wider(site.host.as_deref()).map(Some).chain(site.host.as_ref().map(|_| None));
            listening.shadowed =
                listening.is_http() && less_specific.any(|wide| busy.contains(&(listening.port, wide)));
        }
    }
}

/// The wildcards that would take the requests of a host, the most specific first.
fn wider(host: Option<&str>) -> impl Iterator<Item = String> {
    let host = host.unwrap_or_default();
    let suffixes = host.match_indices('.').filter_map(|(dot, _)| host.get(dot..));
    suffixes.map(|suffix| format!("*{suffix}")).filter(move |wide| wide != host)
}

/// Whether a less specific listener would take the requests of a host.
pub(super) fn covers(wide: Option<&str>, narrow: Option<&str>) -> bool {
    match (wide, narrow) {
        (None, Some(_)) => true,
        (Some(wide), Some(narrow)) => {
            wide != narrow && wide.strip_prefix('*').is_some_and(|suffix| narrow.ends_with(suffix))
        }
        (None | Some(_), None) => false,
    }
}
