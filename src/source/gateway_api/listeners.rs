//! Listeners of a Gateway and its ListenerSets: which of them are programmed.

use std::collections::BTreeSet;

use super::envoy_gateway::ListenerSettings;
use super::grants::Reference;
use super::objects::{Key, Object, Objects, by_age};
use super::{frontend, hostname};
use crate::gateway::{self, GROUP, GatewaySpec, Profile};
use crate::model::{HostPattern, Origin};
use crate::report::{Code, Diagnostic, Report};
use crate::syntax::FieldPath;

/// A listener.
pub(super) struct Listener<'o> {
    pub owner: Owner<'o>,
    pub spec: &'o gateway::Listener,
    pub protocol: ListenerProtocol,
    pub host: HostPattern,
    /// Secrets with certificates.
    pub secrets: Vec<Key>,
    pub origin: Origin,
    /// What holds for all of its requests.
    pub settings: ListenerSettings,
    /// It serves; a conflict or an unusable certificate takes it out.
    pub programmed: bool,
}

/// The object that holds a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner<'o> {
    pub kind: &'static str,
    pub namespace: &'o str,
    pub name: &'o str,
}

/// What a listener speaks, with the mode of its TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ListenerProtocol {
    Http,
    Https,
    /// TLS handed on unopened, by SNI.
    TlsPassthrough,
    /// TLS that ends here, a stream behind it.
    TlsTerminate,
    Tcp,
    Udp,
}

impl ListenerProtocol {
    fn of(spec: &gateway::Listener) -> Option<Self> {
        let passthrough = spec.tls.as_ref().and_then(|tls| tls.mode.as_deref()) == Some("Passthrough");
        match spec.protocol.as_str() {
            "HTTP" => Some(Self::Http),
            "HTTPS" => Some(Self::Https),
            "TLS" if passthrough => Some(Self::TlsPassthrough),
            "TLS" => Some(Self::TlsTerminate),
            "TCP" => Some(Self::Tcp),
            "UDP" => Some(Self::Udp),
            _ => None,
        }
    }

    /// Kinds of routes that can attach (gateway_types.go, AllowedRoutes.kinds).
    pub(super) fn route_kinds(self) -> &'static [&'static str] {
        match self {
            Self::Http | Self::Https => &["HTTPRoute", "GRPCRoute"],
            Self::TlsPassthrough => &["TLSRoute"],
            Self::TlsTerminate => &["TLSRoute", "TCPRoute"],
            Self::Tcp => &["TCPRoute"],
            Self::Udp => &["UDPRoute"],
        }
    }

    /// Protocols that can share a port: the listeners are told apart by hostname.
    fn family(self) -> Family {
        match self {
            Self::Http => Family::Http,
            Self::Https | Self::TlsPassthrough | Self::TlsTerminate => Family::Tls,
            Self::Tcp => Family::Tcp,
            Self::Udp => Family::Udp,
        }
    }
}

/// What decides between the listeners of a port: the Host header, SNI, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Http,
    Tls,
    Tcp,
    Udp,
}

impl Listener<'_> {
    /// The family of protocols that the listener shares its port with.
    pub(super) fn family(&self) -> Family {
        self.protocol.family()
    }

    /// Whether routes of a kind may attach.
    pub(super) fn allows_kind(&self, kind: &str) -> bool {
        let kinds = self.spec.allowed_routes.as_ref().map_or(&[][..], |allowed| &allowed.kinds);
        self.protocol.route_kinds().contains(&kind)
            && (kinds.is_empty()
                || kinds.iter().any(|k| k.kind == kind && k.group.as_deref().unwrap_or(GROUP) == GROUP))
    }

    /// Whether routes of a namespace may attach: by default those of the own one.
    pub(super) fn allows_namespace(&self, objects: &Objects, namespace: &str) -> bool {
        let choice = self.spec.allowed_routes.as_ref().and_then(|allowed| allowed.namespaces.as_ref());
        objects.namespace_chosen(choice, "Same", self.owner.namespace, namespace)
    }
}

/// The listeners of a Gateway: its own, then those of its ListenerSets by age (GEP-1713).
pub(super) fn listeners<'o>(
    gateway: &'o Object<GatewaySpec>,
    objects: &'o Objects,
    profile: &Profile,
    report: &mut Report,
) -> Vec<Listener<'o>> {
    let own = Owner { kind: "Gateway", namespace: &gateway.namespace, name: &gateway.metadata.name };
    let mut found = Vec::new();
    for (index, spec) in gateway.spec.listeners.iter().enumerate() {
        let origin = gateway.field(FieldPath::root().field("spec.listeners").index(index));
        found.extend(listener(own, spec, origin, objects, profile, report));
    }
    for set in by_age(&objects.listener_sets) {
        if !joins(set, gateway, objects, report) {
            continue;
        }
        let owner = Owner { kind: "ListenerSet", namespace: &set.namespace, name: &set.metadata.name };
        for (index, spec) in set.spec.listeners.iter().enumerate() {
            let origin = set.field(FieldPath::root().field("spec.listeners").index(index));
            found.extend(listener(owner, spec, origin, objects, profile, report));
        }
    }
    for listener in found.iter_mut().filter(|listener| listener.protocol == ListenerProtocol::Https) {
        listener.settings.certificates = frontend::certificates(gateway, listener.spec.port).or_else(|| {
            frontend::of_option(listener.spec, &listener.origin, listener.owner.namespace, objects, profile)
        });
    }
    take_out_conflicts(&mut found, report);
    found
}

/// Whether a ListenerSet belongs to the Gateway and is allowed to; by default none is.
fn joins(
    set: &Object<gateway::ListenerSetSpec>,
    gateway: &Object<GatewaySpec>,
    objects: &Objects,
    report: &mut Report,
) -> bool {
    let parent = &set.spec.parent_ref;
    if parent.name != gateway.metadata.name
        || parent.kind.as_deref().unwrap_or("Gateway") != "Gateway"
        || parent.namespace.as_deref().unwrap_or(&set.namespace) != gateway.namespace
    {
        return false;
    }
    let choice = gateway.spec.allowed_listeners.as_ref().and_then(|allowed| allowed.namespaces.as_ref());
    let allowed = objects.namespace_chosen(choice, "None", &gateway.namespace, &set.namespace);
    if !allowed {
        let message = format!("`{}` allows no ListenerSet of namespace `{}`", gateway.metadata.name, set.namespace);
        report.push(
            Diagnostic::new(Code::ListenerNotProgrammed, message)
                .at(&set.field(FieldPath::root().field("spec.parentRef")), "")
                .help("set spec.allowedListeners on the Gateway"),
        );
    }
    allowed
}

/// What Istio's waypoints listen for (istio/istio pilot/pkg/config/kube/gateway/conversion.go). Routes reach them by the
/// Services that they stand before, which are read as the mesh.
const TUNNEL: &str = "HBONE";

fn listener<'o>(
    owner: Owner<'o>,
    spec: &'o gateway::Listener,
    origin: Origin,
    objects: &Objects,
    profile: &Profile,
    report: &mut Report,
) -> Option<Listener<'o>> {
    let Some(protocol) = ListenerProtocol::of(spec) else {
        if profile.istio_objects && spec.protocol == TUNNEL {
            return None;
        }
        let message = format!("listener `{}` has the unknown protocol `{}`", spec.name, spec.protocol);
        report.push(Diagnostic::new(Code::ListenerNotProgrammed, message).at(&origin, ""));
        return None;
    };
    let certificates = match protocol {
        ListenerProtocol::Https | ListenerProtocol::TlsTerminate => certificates(owner, spec, objects),
        ListenerProtocol::Http | ListenerProtocol::TlsPassthrough | ListenerProtocol::Tcp | ListenerProtocol::Udp => {
            Ok(Vec::new())
        }
    };
    let programmed = certificates.is_ok();
    if let Err(reason) = &certificates {
        let message = format!("listener `{}` is not programmed: {reason}", spec.name);
        report.push(Diagnostic::new(Code::ListenerNotProgrammed, message).at(&origin, ""));
    }
    let host = hostname::pattern(spec.hostname.as_deref(), profile.wildcard_depth);
    let settings = ListenerSettings::of(profile);
    Some(Listener {
        owner,
        spec,
        protocol,
        host,
        secrets: certificates.unwrap_or_default(),
        origin,
        settings,
        programmed,
    })
}

/// The Secrets of a listener that ends TLS. A Secret that is not in the input is taken to exist: certificates are
/// seldom kept in files.
fn certificates(owner: Owner<'_>, spec: &gateway::Listener, objects: &Objects) -> Result<Vec<Key>, String> {
    let tls = spec.tls.as_ref().filter(|tls| !tls.certificate_refs.is_empty() || !tls.options.is_empty());
    let tls = tls.ok_or_else(|| "it names no certificate".to_owned())?;
    let mut secrets = Vec::new();
    for reference in &tls.certificate_refs {
        let group = reference.group.as_deref().unwrap_or_default();
        let kind = reference.kind.as_deref().unwrap_or("Secret");
        let namespace = reference.namespace.as_deref().unwrap_or(owner.namespace);
        let named = format!("{kind} `{namespace}/{}`", reference.name);
        if !group.is_empty() || kind != "Secret" {
            return Err(format!("{named} is no Secret"));
        }
        let granted = objects.granted(&Reference {
            from_group: GROUP,
            from_kind: owner.kind,
            from_namespace: owner.namespace,
            to_group: group,
            to_kind: kind,
            to_namespace: namespace,
            to_name: &reference.name,
        });
        if !granted {
            return Err(format!("no ReferenceGrant in `{namespace}` allows {named}"));
        }
        let key = (namespace.to_owned(), reference.name.clone());
        if objects.secrets.get(&key).is_some_and(|kind| kind != "kubernetes.io/tls") {
            return Err(format!("{named} is not of type kubernetes.io/tls"));
        }
        secrets.push(key);
    }
    Ok(secrets)
}

/// Listeners of one port with protocols that cannot share it, or with one hostname, conflict. Inside one object all of
/// them are out (envoyproxy/gateway validate.go, validateConflictedLayer7Listeners; measured:
/// eg-listener-proto-conflict); against an earlier object the later one is (GEP-1713).
fn take_out_conflicts(listeners: &mut [Listener<'_>], report: &mut Report) {
    let mut out: BTreeSet<usize> = BTreeSet::new();
    for (later, b) in listeners.iter().enumerate() {
        for (earlier, a) in listeners.iter().enumerate().take(later) {
            if !conflict(a, b) {
                continue;
            }
            if a.owner == b.owner {
                out.extend([earlier, later]);
            } else if !out.contains(&earlier) {
                out.insert(later);
            }
        }
    }
    for index in out {
        if let Some(listener) = listeners.get_mut(index) {
            listener.programmed = false;
            let message =
                format!("listener `{}` conflicts with another one on port {}", listener.spec.name, listener.spec.port);
            report.push(Diagnostic::new(Code::ListenerNotProgrammed, message).at(&listener.origin, ""));
        }
    }
}

fn conflict(a: &Listener<'_>, b: &Listener<'_>) -> bool {
    let (family, other) = (a.family(), b.family());
    if a.spec.port != b.spec.port || (family == Family::Udp) != (other == Family::Udp) {
        return false;
    }
    family != other || matches!(family, Family::Tcp | Family::Udp) || a.host == b.host
}
