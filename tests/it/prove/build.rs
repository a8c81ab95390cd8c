//! Routings in a few words.

use std::sync::Arc;

use gatelift::model::*;
use gatelift::prove::{Limits, Outcome, Proof, Request, compare};
use gatelift::report::Code;
use gatelift::syntax::{DocumentId, FieldPath};

pub fn origin() -> Origin {
    Origin::object(&Arc::new(ObjectRef {
        kind: "Ingress".into(),
        namespace: "ns".into(),
        name: "web".into(),
        document: DocumentId(0),
        within: FieldPath::root(),
    }))
}

pub fn service(name: &str) -> ServicePort {
    ServicePort { namespace: "ns".into(), name: name.into(), port: 80, port_name: None }
}

pub fn backend(name: &str, weight: u32) -> Backend {
    Backend { service: service(name), weight, state: BackendState::Usable, origin: origin() }
}

pub fn forward(backends: Vec<Backend>) -> Forward {
    Forward {
        backends,
        rewrite: None,
        host: None,
        request_headers: Vec::new(),
        response_headers: Vec::new(),
        fallback: None,
        unavailable: Unavailable { no_endpoints: 503, missing: 503 },
    }
}

pub fn to(name: &str) -> Action {
    Action::Forward(forward(vec![backend(name, 1)]))
}

pub fn rewritten(name: &str, rewrite: PathRewrite) -> Action {
    Action::Forward(Forward { rewrite: Some(rewrite), ..forward(vec![backend(name, 1)]) })
}

pub fn respond(status: u16) -> Action {
    Action::Respond(Respond { status, guarded: false, body: None })
}

pub fn redirect(status: u16, parts: RedirectParts) -> Action {
    Action::Redirect(Redirect { status, location: Location::Parts(parts) })
}

pub fn to_https() -> RedirectParts {
    RedirectParts { scheme: Some("https".into()), ..RedirectParts::default() }
}

pub fn when(matcher: Matcher, action: Action) -> Rule {
    Rule { matcher, action, policies: Shared::default(), cause: Cause::Declared, origin: origin() }
}

pub fn rule(path: PathMatcher, action: Action) -> Rule {
    when(Matcher::path(path), action)
}

pub fn exact(path: &str) -> PathMatcher {
    PathMatcher::Exact(path.into())
}

pub fn segment(path: &str) -> PathMatcher {
    PathMatcher::Segment(path.into())
}

pub fn prefix(path: &str) -> PathMatcher {
    PathMatcher::Prefix(path.into())
}

/// As ingress-nginx writes a location.
pub fn location(pattern: &str) -> PathMatcher {
    PathMatcher::Regex(PathRegex {
        pattern: format!("^{pattern}"),
        case_insensitive: true,
        anchoring: Anchoring::Search,
    })
}

pub fn full(pattern: &str) -> PathMatcher {
    PathMatcher::Regex(PathRegex { pattern: pattern.into(), case_insensitive: false, anchoring: Anchoring::Full })
}

pub fn field(name: &str, value: ValueMatcher) -> FieldMatch {
    FieldMatch { name: name.into(), value }
}

pub fn header(path: PathMatcher, name: &str, value: ValueMatcher) -> Matcher {
    Matcher { headers: vec![field(name, value)], ..Matcher::path(path) }
}

pub fn is(value: &str) -> ValueMatcher {
    ValueMatcher::Exact(value.into())
}

pub fn virtual_host(host: HostPattern, rules: Vec<Rule>) -> VirtualHost {
    VirtualHost {
        host,
        paths: PathHandling::Raw,
        rules: rules.into(),
        unmatched: 404,
        tls: None,
        passthrough: false,
        origin: None,
    }
}

pub fn host(name: &str, rules: Vec<Rule>) -> VirtualHost {
    let pattern = match name.strip_prefix("*.") {
        Some(suffix) => HostPattern::Wildcard { suffix: suffix.into(), depth: WildcardDepth::Many },
        None if name == "*" => HostPattern::Any,
        None => HostPattern::Exact(name.into()),
    };
    virtual_host(pattern, rules)
}

pub fn entry(port: u16, protocol: Protocol, hosts: Vec<VirtualHost>) -> EntryPoint {
    EntryPoint {
        port,
        protocol,
        hosts,
        pipeline: Pipeline::Spec,
        underscores: gatelift::model::Underscores::Kept,
        implicit: Policies::default(),
        client: gatelift::model::ClientAddress::Peer,
    }
}

pub fn routing(entry_points: Vec<EntryPoint>) -> Routing {
    Routing { name: "r".into(), dialect: "test", entry_points, ..Routing::default() }
}

/// One host on port 80.
pub fn simple(rules: Vec<Rule>) -> Routing {
    routing(vec![entry(80, Protocol::Http, vec![host("foo.com", rules)])])
}

pub fn prove(before: &Routing, after: &Routing) -> Proof {
    compare(before, after, &Limits::default())
}

/// Whether evaluation sees what the proof says of each witness.
pub fn confirm(before: &Routing, after: &Routing, proof: &Proof) {
    for difference in &proof.differences {
        let ask = |routing: &Routing| gatelift::prove::evaluate(std::slice::from_ref(routing), &difference.request);
        assert_eq!(ask(before), difference.before, "{:?}", difference.request);
        assert_eq!(ask(after), difference.after, "{:?}", difference.request);
    }
}

pub fn assert_equal(before: &Routing, after: &Routing) -> usize {
    let proof = prove(before, after);
    assert!(proof.equivalent() && proof.proved(), "{proof:#?}");
    proof.classes
}

/// The only difference, confirmed.
pub fn assert_differs(before: &Routing, after: &Routing, code: Code, path: &str) -> (Request, Outcome, Outcome) {
    let proof = prove(before, after);
    confirm(before, after, &proof);
    let [only] = proof.differences.as_slice() else { panic!("{proof:#?}") };
    assert_eq!((only.codes.as_slice(), only.request.path.as_str()), ([code].as_slice(), path), "{only:#?}");
    assert!(proof.proved(), "{:?}", proof.unproved);
    (only.request.clone(), only.before.clone(), only.after.clone())
}
