//! The routing itself.

use super::{
    Action, ClientAddress, ClientCertificates, HostPattern, Located, Matcher, Origin, PathHandling, Policies, Shared,
};

/// What a set of manifests does with requests.
#[derive(Debug, Clone, Default)]
pub struct Routing {
    /// What serves it: an IngressClass name for Ingress dialects, `namespace/name` of a Gateway for Gateway API.
    pub name: String,
    /// The dialect it was read from: `ingress-nginx`, `ingress`, `gateway-api`, …
    pub dialect: &'static str,
    /// Ports that accept requests, by port.
    pub entry_points: Vec<EntryPoint>,
    /// The configuration as a whole is refused: no request is served by it (`nginx -t` fails).
    pub refused: Option<Refusal>,
    /// The class that serves it, where that is not its name.
    pub class: Option<String>,
    /// Requests of the mesh to one of its services, not those that come in from outside.
    pub mesh: Option<MeshService>,
}

/// A service of a mesh, whose clients are told how to route (GAMMA, GEP-1294).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MeshService {
    /// A Service, or a host that is known by other means.
    pub kind: MeshKind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Only clients in this namespace; `None` for all others.
    pub clients: Option<String>,
}

/// What a service of a mesh is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeshKind {
    /// A Service.
    Service,
    /// A ServiceEntry of Istio.
    ServiceEntry,
}

impl MeshService {
    /// The port of an [`EntryPoint`] that stands for every port of the service that has none of its own.
    pub const EVERY_PORT: u16 = 0;

    /// The name of its routing: `reviews.bookinfo.svc.cluster.local`, with the namespace of its clients behind.
    #[must_use]
    pub fn routing_name(&self) -> String {
        match &self.clients {
            Some(clients) => format!("{} for clients of {clients}", self.host()),
            None => self.host(),
        }
    }

    /// The host name that stands for it.
    #[must_use]
    pub fn host(&self) -> String {
        match self.kind {
            MeshKind::Service => format!("{}.{}.svc.cluster.local", self.name, self.namespace),
            MeshKind::ServiceEntry => format!("{}.{}.serviceentry", self.name, self.namespace),
        }
    }

    /// Whether a Host header names it.
    #[must_use]
    pub fn is_named(&self, host: &str) -> bool {
        let mut labels = host.split('.');
        self.kind == MeshKind::Service
            && labels.next() == Some(self.name.as_str())
            && labels.next().is_none_or(|label| label == self.namespace)
            && labels.next().is_none_or(|label| label == "svc")
    }
}

/// A refused configuration or object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why, in the words of the data plane where it has some.
    pub reason: String,
    /// What caused it.
    pub origin: Option<Origin>,
}

/// A port and what it serves.
#[derive(Debug, Clone)]
pub struct EntryPoint {
    /// TCP port (UDP for [`Protocol::Udp`]).
    pub port: u16,
    /// What is spoken on it.
    pub protocol: Protocol,
    /// In the order in which they are asked; the first whose host matches decides.
    pub hosts: Vec<VirtualHost>,
    /// The data plane whose pipeline this is.
    pub pipeline: Pipeline,
    /// What holds for every rule that does not say otherwise: a data plane's own defaults (a body limit of 1m, …), and
    /// what is asked for all of it at once. Lists of headers and rewrites hold beside those of a rule.
    pub implicit: Policies,
    /// Whose address a client has.
    pub client: ClientAddress,
    /// What becomes of headers with an underscore in their name.
    pub underscores: Underscores,
}

/// What a port speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS that ends here. Hosts of [`VirtualHost::passthrough`] are handed on unopened.
    Https,
    /// A TCP stream.
    Tcp,
    /// Datagrams.
    Udp,
}

/// The order in which a data plane runs its steps, where that is visible to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pipeline {
    /// As little as possible: match, then act.
    #[default]
    Spec,
    /// ingress-nginx: preflight, redirect, 503, limits, access, proxy (reference 2.8).
    Nginx,
    /// Envoy: filters (CORS, auth, limits) run before the route's redirect or response.
    Envoy,
}

/// What a data plane does with headers whose name holds an underscore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Underscores {
    /// They are headers like others.
    #[default]
    Kept,
    /// They are left out (nginx, unless `underscores_in_headers`).
    Dropped,
    /// The request is refused: 400 (Envoy Gateway; measured: eg-header-underscore).
    Refused,
}

/// The rules of one host.
#[derive(Debug, Clone)]
pub struct VirtualHost {
    /// Hosts that end up here.
    pub host: HostPattern,
    /// How paths are prepared.
    pub paths: PathHandling,
    /// In the order in which they are tried; the first match decides. Copies of a routing share them.
    pub rules: Shared<Vec<Rule>>,
    /// Status when no rule takes the request.
    pub unmatched: u16,
    /// The certificate for the host; entry points of [`Protocol::Https`] only.
    pub tls: Option<Tls>,
    /// TLS is handed to the backend unopened; the only rule forwards.
    pub passthrough: bool,
    /// The first object that named the host.
    pub origin: Option<Origin>,
}

impl VirtualHost {
    /// Whether no object named it and all that it does is the data plane's own: nothing that a manifest can ask for.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.origin.is_none() && !self.rules.is_empty() && self.rules.iter().all(|rule| rule.cause == Cause::BuiltIn)
    }
}

/// How TLS ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Secrets with certificates, `(namespace, name)`; empty for the controller's own default certificate.
    pub secrets: Vec<(String, String)>,
    /// Server names (SNI) for which the host is asked at all, where a data plane chooses by SNI before it looks at the
    /// Host header (Envoy filter chains); `None` where SNI only chooses the certificate.
    pub sni: Option<HostPattern>,
    /// What the client has to show in the handshake.
    pub client: Option<Located<ClientCertificates>>,
    /// The field that asked for it.
    pub origin: Option<Origin>,
}

/// Conditions and what follows from them.
#[derive(Debug, Clone)]
pub struct Rule {
    /// When it applies.
    pub matcher: Matcher,
    /// What it does.
    pub action: Action,
    /// What else holds for its requests.
    pub policies: Shared<Policies>,
    /// Why it exists.
    pub cause: Cause,
    /// The field it came from.
    pub origin: Origin,
}

/// Why a rule exists. Explains differences: an implied rule may have no equivalent elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The manifest says so.
    Declared,
    /// nginx sends `/foo` to `/foo/` (auto_redirect of a location that ends in a slash).
    SlashRedirect,
    /// http goes to https.
    HttpsRedirect,
    /// `app-root`.
    AppRoot,
    /// `from-to-www-redirect`.
    WwwRedirect,
    /// `permanent-redirect`, `temporal-redirect`.
    Redirect,
    /// A canary's header, cookie or weight.
    Canary,
    /// The `/` that ingress-nginx adds to every host (controller.go, createServers).
    DefaultBackend,
    /// The data plane's own endpoints (`/healthz`).
    BuiltIn,
    /// The data plane denies the location or server because an annotation is broken.
    Denied,
    /// Requests that no rule takes, where policies are asked before rules are looked for.
    Unmatched,
    /// Made by a pass to keep the order (a carved intersection, a hole).
    Carved,
    /// Answers in place of a rule that was withheld because the target cannot carry it.
    Withheld,
}
