//! AuthorizationPolicies of a Gateway that refuse client addresses, as address lists of its rules. Every other is known by
//! its text alone.

use serde_json::Value as Json;

use super::paths::{Cover, cover};
use super::{attached, foreign, reaches};
use crate::model::{
    AccessList, AccessRule, Action, Cause, EntryPoint, Foreign, HostPattern, Located, Manifest, Matcher, Origin,
    PathMatcher, Protocol, Respond, Rule, Shared, VirtualHost,
};

pub(super) const KIND: &str = "AuthorizationPolicy";

/// Gives the rules of a Gateway the lists that hold for them.
pub(super) fn apply(manifests: &[Manifest], gateway: (&str, &str), entry_points: &mut [EntryPoint]) {
    for (manifest, spec) in attached(manifests, KIND, gateway) {
        let denials = denials(&spec);
        for entry in entry_points.iter_mut().filter(|entry| is_http(entry.protocol)) {
            let exact: Vec<String> = entry.hosts.iter().filter_map(exact).collect();
            for host in &mut entry.hosts {
                let known = Known { port: entry.port, host: host.host.clone(), exact: &exact };
                for index in 0..host.rules.len() {
                    let (earlier, rest) = host.rules.split_at_mut(index);
                    let Some(rule) = rest.first_mut() else { continue };
                    match &denials {
                        Some(denials) => refuse(denials, &known, earlier, rule, manifest),
                        None if reaches(rule) => rule.policies.foreign.push(whole(manifest, &spec)),
                        None => {}
                    }
                }
            }
        }
    }
    guard_unmatched(&attached(manifests, KIND, gateway), entry_points);
}

/// Envoy asks its RBAC filter before it looks for a route: who is refused gets 403 also where no rule takes the request.
fn guard_unmatched(policies: &[(&Manifest, Json)], entry_points: &mut [EntryPoint]) {
    let Some((manifest, _)) = policies.first() else { return };
    let read: Option<Vec<Vec<Denial>>> = policies.iter().map(|(_, spec)| denials(spec)).collect();
    let Some(denials) = read.map(|lists| lists.into_iter().flatten().collect::<Vec<_>>()) else { return };
    let operations = || denials.iter().flat_map(|denial| &denial.operations);
    let mut paths: Vec<PathMatcher> = operations().flat_map(|operation| &operation.paths).map(|p| path(p)).collect();
    paths.push(PathMatcher::Any);
    for entry in entry_points.iter_mut().filter(|entry| is_http(entry.protocol)) {
        let exact: Vec<String> = entry.hosts.iter().filter_map(exact).collect();
        for host in &mut entry.hosts {
            let known = Known { port: entry.port, host: host.host.clone(), exact: &exact };
            for path in &paths {
                let mut rule = unmatched(path.clone(), Origin::object(&manifest.object));
                let taken = |earlier: &Rule| earlier.matcher.whole_path().is_some_and(|earlier| covers(&earlier, path));
                if !host.rules.iter().any(taken) {
                    refuse(&denials, &known, &host.rules, &mut rule, manifest);
                    if rule.policies.access.is_some() && rule.policies.foreign.is_empty() {
                        host.rules.push(rule);
                    }
                }
            }
        }
    }
}

/// A path of a policy.
fn path(written: &str) -> PathMatcher {
    match written.strip_suffix('*') {
        Some("" | "/") => PathMatcher::Any,
        Some(start) => PathMatcher::Prefix(start.to_owned()),
        None => PathMatcher::Exact(written.to_owned()),
    }
}

fn covers(earlier: &PathMatcher, path: &PathMatcher) -> bool {
    match (earlier, path) {
        (PathMatcher::Any, _) => true,
        (PathMatcher::Segment(below), _) if below.trim_end_matches('/').is_empty() => true,
        (earlier, PathMatcher::Exact(text)) => earlier.matches(text),
        (PathMatcher::Prefix(start), PathMatcher::Prefix(text)) => text.starts_with(start.as_str()),
        (PathMatcher::Segment(below), PathMatcher::Prefix(text)) => text.starts_with(&format!("{below}/")),
        (earlier, path) => earlier == path,
    }
}

/// Answers what no rule takes, to those whom policies let through.
pub(in crate::source) fn unmatched(path: PathMatcher, origin: Origin) -> Rule {
    Rule {
        matcher: Matcher::path(path),
        action: Action::Respond(Respond { status: 404, guarded: true, body: None }),
        policies: Shared::default(),
        cause: Cause::Unmatched,
        origin,
    }
}

pub(super) fn whole(manifest: &Manifest, spec: &Json) -> Located<Foreign> {
    let audits = spec.get("action").and_then(Json::as_str) == Some("AUDIT");
    foreign(manifest, spec, !audits)
}

pub(super) fn is_http(protocol: Protocol) -> bool {
    match protocol {
        Protocol::Http | Protocol::Https => true,
        Protocol::Tcp | Protocol::Udp => false,
    }
}

fn exact(host: &VirtualHost) -> Option<String> {
    match &host.host {
        HostPattern::Exact(host) => Some(host.clone()),
        HostPattern::Any | HostPattern::Wildcard { .. } | HostPattern::Regex(_) => None,
    }
}

/// Where a rule stands.
struct Known<'h> {
    port: u16,
    host: HostPattern,
    /// Every exact host of the port.
    exact: &'h [String],
}

/// Clients that are refused at some requests.
struct Denial {
    list: AccessList,
    operations: Vec<Operation>,
}

/// Some requests; an empty list stands for all.
#[derive(Default)]
struct Operation {
    hosts: Vec<String>,
    ports: Vec<String>,
    paths: Vec<String>,
    but: Vec<String>,
}

fn refuse(denials: &[Denial], known: &Known, earlier: &[Rule], rule: &mut Rule, manifest: &Manifest) {
    let origin = Origin::object(&manifest.object);
    for Denial { list, operations } in denials {
        let covers: Vec<Cover> = operations.iter().map(|operation| operation.cover(known, earlier, rule)).collect();
        let free = rule.policies.access.is_none();
        if covers.contains(&Cover::Whole) && free {
            rule.policies.access = Some(Located::new(list.clone(), origin.clone()));
        } else if covers.iter().any(|cover| *cover != Cover::Nothing) {
            let spec = manifest.node.get("spec").map(crate::syntax::Node::to_json).unwrap_or_default();
            rule.policies.foreign.push(foreign(manifest, &spec, true));
        }
    }
}

impl Operation {
    fn cover(&self, known: &Known, earlier: &[Rule], rule: &Rule) -> Cover {
        if !self.ports.is_empty() && !self.ports.contains(&known.port.to_string()) {
            return Cover::Nothing;
        }
        self.of_host(known).and(cover(&self.paths, &self.but, earlier, rule))
    }

    /// A Host header may name a port.
    fn of_host(&self, known: &Known) -> Cover {
        let names = |host: &str| {
            let with_port = format!("{host}:*");
            (self.hosts.iter().any(|one| one == host), self.hosts.contains(&with_port))
        };
        match &known.host {
            _ if self.hosts.is_empty() => Cover::Whole,
            HostPattern::Exact(host) => match names(host) {
                (true, true) => Cover::Whole,
                (false, false) if self.hosts.iter().all(|one| !one.starts_with('*')) => Cover::Nothing,
                (true | false, _) => Cover::Part,
            },
            HostPattern::Any | HostPattern::Wildcard { .. } | HostPattern::Regex(_) => {
                let of_others = |one: &String| known.exact.iter().any(|host| one.trim_end_matches(":*") == host);
                if self.hosts.iter().all(of_others) { Cover::Nothing } else { Cover::Part }
            }
        }
    }
}

/// The policy as refusals of addresses; `None` when it says anything else.
fn denials(spec: &Json) -> Option<Vec<Denial>> {
    only(spec, &["action", "rules", "targetRef", "targetRefs"])?;
    if spec.get("action").and_then(Json::as_str) != Some("DENY") {
        return None;
    }
    spec.get("rules")?.as_array()?.iter().map(denial).collect()
}

fn denial(rule: &Json) -> Option<Denial> {
    only(rule, &["from", "to"])?;
    let operations = match rule.get("to") {
        None => vec![Operation::default()],
        Some(to) => to.as_array()?.iter().map(operation).collect::<Option<Vec<_>>>()?,
    };
    Some(Denial { list: list(rule.get("from"))?, operations })
}

fn operation(to: &Json) -> Option<Operation> {
    let operation = to.get("operation")?;
    only(operation, &["hosts", "ports", "paths", "notPaths"])?;
    let list = |key: &str| texts(operation.get(key));
    Some(Operation { hosts: list("hosts")?, ports: list("ports")?, paths: list("paths")?, but: list("notPaths")? })
}

/// Sources as an address list: each refuses some blocks but for those that are admitted so far.
fn list(from: Option<&Json>) -> Option<AccessList> {
    let mut list = AccessList::default();
    let Some(from) = from else {
        list.otherwise_refused = true;
        return Some(list);
    };
    let mut admitted: Vec<String> = Vec::new();
    for source in from.as_array()? {
        let source = source.get("source")?;
        only(source, &["remoteIpBlocks", "notRemoteIpBlocks"])?;
        let but = texts(source.get("notRemoteIpBlocks"))?;
        let more = but.strip_prefix(admitted.as_slice())?.to_vec();
        if list.otherwise_refused {
            return None;
        }
        if !more.is_empty() {
            list.rules.push(AccessRule { admit: true, blocks: more });
        }
        admitted = but;
        match texts(source.get("remoteIpBlocks"))? {
            blocks if blocks.is_empty() => list.otherwise_refused = true,
            blocks => list.rules.push(AccessRule { admit: false, blocks }),
        }
    }
    Some(list)
}

/// Whether an object has none but these fields.
fn only(object: &Json, known: &[&str]) -> Option<()> {
    object.as_object()?.keys().all(|key| known.contains(&key.as_str())).then_some(())
}

fn texts(list: Option<&Json>) -> Option<Vec<String>> {
    let Some(list) = list else { return Some(Vec::new()) };
    list.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}
