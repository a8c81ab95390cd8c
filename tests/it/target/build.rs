//! Routings in few words, and what becomes of them.

use std::sync::{Arc, OnceLock};

use gatelift::gateway::{GatewaySpec, GrpcRouteSpec, HttpRouteSpec, HttpRule, Object, Resource};
use gatelift::model::*;
use gatelift::report::{Code, Fate, Report};
use gatelift::syntax::{DocumentId, FieldPath};
use gatelift::target::{Channel, Context, Emitted, Options, STANDARD, Target, write};

use super::invariants;
use crate::oracle::{Oracle, Verdict};

/// `shop/web` is Ingress web of namespace shop.
pub fn at(object: &str, field: &str) -> Origin {
    let (namespace, name) = object.split_once('/').unwrap();
    let object = Arc::new(ObjectRef {
        kind: "Ingress".into(),
        namespace: namespace.into(),
        name: name.into(),
        document: DocumentId(0),
        within: FieldPath::root(),
    });
    Origin::field(&object, FieldPath::root().field(field))
}

/// `shop/api:80`, `shop/api:http`.
pub fn service(text: &str) -> ServicePort {
    let (namespace, rest) = text.split_once('/').unwrap();
    let (name, port) = rest.split_once(':').unwrap();
    let number = port.parse::<u16>().ok();
    ServicePort {
        namespace: namespace.into(),
        name: name.into(),
        port: number.unwrap_or(0),
        port_name: number.is_none().then(|| port.to_owned()),
    }
}

pub fn backend(object: &str, to: &str, weight: u32) -> Backend {
    Backend { service: service(to), weight, state: BackendState::Usable, origin: at(object, "spec.backend") }
}

/// `=/a` is exact, `~/a.*` an expression, `/a` a prefix by segments, `/` any path.
pub fn path(text: &str) -> PathMatcher {
    if let Some(exact) = text.strip_prefix('=') {
        PathMatcher::Exact(exact.into())
    } else if let Some(pattern) = text.strip_prefix('~') {
        let pattern = pattern.to_owned();
        PathMatcher::Regex(PathRegex { pattern, case_insensitive: true, anchoring: Anchoring::Full })
    } else if text == "/" {
        PathMatcher::Any
    } else {
        PathMatcher::Segment(text.into())
    }
}

pub fn rule(object: &str, on: &str, action: Action) -> Rule {
    Rule {
        matcher: Matcher::path(path(on)),
        action,
        policies: Shared::default(),
        cause: Cause::Declared,
        origin: at(object, &format!("spec.{}", on.replace('/', "_"))),
    }
}

pub fn weighted(object: &str, to: &[(&str, u32)]) -> Forward {
    Forward {
        backends: to.iter().map(|(to, weight)| backend(object, to, *weight)).collect(),
        rewrite: None,
        host: None,
        request_headers: Vec::new(),
        response_headers: Vec::new(),
        fallback: None,
        unavailable: Unavailable { no_endpoints: 503, missing: 503 },
    }
}

pub fn forward(object: &str, on: &str, to: &str) -> Rule {
    rule(object, on, Action::Forward(weighted(object, &[(to, 1)])))
}

/// A forward that something is changed about.
pub fn forward_with(object: &str, on: &str, to: &str, change: impl FnOnce(&mut Forward)) -> Rule {
    let mut forward = weighted(object, &[(to, 1)]);
    change(&mut forward);
    rule(object, on, Action::Forward(forward))
}

/// A forward under policies.
pub fn under(object: &str, on: &str, to: &str, change: impl FnOnce(&mut Policies)) -> Rule {
    let mut rule = forward(object, on, to);
    change(&mut rule.policies);
    rule
}

pub fn located<T>(object: &str, field: &str, value: T) -> Option<Located<T>> {
    Some(Located::new(value, at(object, field)))
}

pub fn redirect(object: &str, on: &str, status: u16, parts: RedirectParts) -> Rule {
    rule(object, on, Action::Redirect(Redirect { status, location: Location::Parts(parts) }))
}

pub fn to_https(object: &str, on: &str) -> Rule {
    let parts = RedirectParts { scheme: Some("https".into()), strip_trailing_slash: true, ..RedirectParts::default() };
    Rule { cause: Cause::HttpsRedirect, ..redirect(object, on, 308, parts) }
}

pub fn to_url(object: &str, on: &str, url: &str) -> Rule {
    let location = Location::Fixed { url: url.into(), absolute: true };
    rule(object, on, Action::Redirect(Redirect { status: 301, location }))
}

pub fn answer(object: &str, on: &str, status: u16) -> Rule {
    rule(object, on, Action::Respond(Respond { status, guarded: true, body: None }))
}

/// `*` is every host, `*.x` one label below x, `~x` an expression.
pub fn host(name: &str, rules: Vec<Rule>) -> VirtualHost {
    let origin = rules.first().map_or_else(|| at("shop/web", "spec"), |rule| Origin::object(&rule.origin.object));
    VirtualHost {
        host: match (name, name.strip_prefix("*."), name.strip_prefix('~')) {
            ("*", _, _) => HostPattern::Any,
            (_, Some(suffix), _) => HostPattern::Wildcard { suffix: suffix.into(), depth: WildcardDepth::One },
            (_, _, Some(pattern)) => HostPattern::Regex(pattern.into()),
            (_, None, None) => HostPattern::Exact(name.into()),
        },
        paths: PathHandling::Nginx,
        rules: rules.into(),
        unmatched: 404,
        tls: None,
        passthrough: false,
        origin: Some(origin),
    }
}

/// A host with a TLS section; `shop/cert` names a Secret, nothing the controller's own certificate.
pub fn secure(name: &str, secrets: &[&str], rules: Vec<Rule>) -> VirtualHost {
    let plain = host(name, rules);
    let secrets = secrets
        .iter()
        .map(|secret| secret.split_once('/').unwrap())
        .map(|(namespace, name)| (namespace.to_owned(), name.to_owned()))
        .collect();
    let object = &plain.origin.as_ref().unwrap().object;
    let origin = Some(Origin::field(object, FieldPath::root().field("spec.tls")));
    VirtualHost { tls: Some(Tls { secrets, sni: None, client: None, origin }), ..plain }
}

pub fn entry(port: u16, protocol: Protocol, hosts: Vec<VirtualHost>) -> EntryPoint {
    EntryPoint {
        port,
        protocol,
        hosts,
        implicit: Policies::default(),
        client: gatelift::model::ClientAddress::Peer,
        pipeline: Pipeline::Nginx,
        underscores: gatelift::model::Underscores::Dropped,
    }
}

pub fn routing(http: Vec<VirtualHost>, https: Vec<VirtualHost>) -> Routing {
    let ports = [entry(80, Protocol::Http, http), entry(443, Protocol::Https, https)];
    let entry_points = ports.into_iter().filter(|port| !port.hosts.is_empty()).collect();
    Routing { name: "nginx".into(), dialect: "ingress-nginx", entry_points, ..Routing::default() }
}

/// What was written, and what was said.
pub struct Output {
    pub objects: Vec<Emitted>,
    pub report: Report,
}

pub fn written(routing: &Routing) -> Output {
    with(routing, &Options::default())
}

pub fn with(routing: &Routing, options: &Options) -> Output {
    for_target(&STANDARD, routing, options)
}

/// Writes, and checks what no output may get wrong.
pub fn for_target(target: &Target, routing: &Routing, options: &Options) -> Output {
    let mut report = Report::default();
    let objects = write(routing, target, options, &Context::default(), &mut report);
    invariants::check(&objects, options.gateway.is_some());
    accepted(&objects, options.channel);
    Output { objects, report }
}

/// Asks the CRDs about every object.
fn accepted(objects: &[Emitted], channel: Channel) {
    const KINDS: &[&str] = &["envoy-gateway", "istio"];
    static STANDARD: OnceLock<Option<Oracle>> = OnceLock::new();
    static EXPERIMENTAL: OnceLock<Option<Oracle>> = OnceLock::new();
    let oracle = match channel {
        Channel::Standard => STANDARD.get_or_init(|| Oracle::load(crate::oracle::Channel::Standard, KINDS)),
        Channel::Experimental => EXPERIMENTAL.get_or_init(|| Oracle::load(crate::oracle::Channel::Experimental, KINDS)),
    };
    let Some(oracle) = oracle else { return };
    for one in objects {
        let object = serde_json::to_value(&one.object).unwrap();
        assert_eq!(oracle.judge(&object), Verdict::Checked(Vec::new()), "{object}");
    }
}

/// Objects as text.
pub fn yaml(objects: &[Emitted]) -> String {
    objects.iter().map(|one| format!("---\n{}", serde_saphyr::to_string(&one.object).unwrap())).collect()
}

impl Output {
    /// The objects as YAML, then the findings.
    pub fn text(&self) -> String {
        let mut text = yaml(&self.objects);
        for line in self.findings() {
            text.push_str(&format!("# {line}\n"));
        }
        text
    }

    /// `G2L303 warning: message (places)`.
    pub fn findings(&self) -> Vec<String> {
        let line = |d: &gatelift::report::Diagnostic| {
            let places: Vec<String> =
                d.labels.iter().map(|label| format!("{} {}", label.origin.object.label(), label.origin.path)).collect();
            format!("{} {:?}: {} [{}] {}", d.code, d.severity, d.message, places.join(", "), d.notes.join("; "))
        };
        self.report.diagnostics.iter().map(line).collect()
    }

    pub fn codes(&self) -> Vec<Code> {
        self.report.diagnostics.iter().map(|d| d.code).collect()
    }

    /// The fate of a field.
    pub fn fate(&self, object: &str, field: &str) -> Option<(Fate, Option<Code>)> {
        let wanted = at(object, field);
        let mut entries = self.report.ledger.iter();
        entries.find(|(o, path, ..)| **o == wanted.object && **path == wanted.path).map(|(_, _, f, c)| (f, c))
    }

    pub fn names(&self, kind: &str) -> Vec<String> {
        let of_kind = self.objects.iter().map(|one| &one.object).filter(|object| object.kind() == kind);
        of_kind.map(|object| format!("{}/{}", object.metadata().namespace, object.metadata().name)).collect()
    }

    pub fn http_routes(&self) -> Vec<&Resource<HttpRouteSpec>> {
        self.objects
            .iter()
            .filter_map(|one| match &one.object {
                Object::HttpRoute(route) => Some(route),
                _ => None,
            })
            .collect()
    }

    pub fn grpc_routes(&self) -> Vec<&Resource<GrpcRouteSpec>> {
        self.objects
            .iter()
            .filter_map(|one| match &one.object {
                Object::GrpcRoute(route) => Some(route),
                _ => None,
            })
            .collect()
    }

    pub fn gateways(&self) -> Vec<&Resource<GatewaySpec>> {
        self.objects
            .iter()
            .filter_map(|one| match &one.object {
                Object::Gateway(gateway) => Some(gateway),
                _ => None,
            })
            .collect()
    }

    /// Rules of all HTTPRoutes.
    pub fn rules(&self) -> Vec<&HttpRule> {
        self.http_routes().into_iter().flat_map(|route| route.spec.rules.iter().flatten()).collect()
    }

    /// `protocol host` of every listener, by Gateway and name.
    pub fn listeners(&self) -> Vec<String> {
        self.gateways()
            .into_iter()
            .flat_map(|gateway| &gateway.spec.listeners)
            .map(|l| format!("{}:{} {} = {}", l.protocol, l.port, l.hostname.as_deref().unwrap_or("*"), l.name))
            .collect()
    }
}

/// Compares with the file of this name in snapshots/target.
pub fn snapshot(name: &str, output: &Output) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/target"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, output.text()));
}
