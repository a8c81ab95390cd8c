//! HTTPRouteGroup: named conditions on requests. Those of a group are alternatives, what one says must hold together.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::access::Access;
use crate::model::{Anchoring, FieldMatch, Manifest, Matcher, Origin, PathMatcher, PathRegex, ValueMatcher};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::syntax::{FieldPath, Node};

/// A condition with its place.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub matcher: Matcher,
    pub origin: Origin,
}

/// Every HTTPRouteGroup by namespace and name.
#[derive(Debug, Default)]
pub(super) struct RouteGroups(BTreeMap<(String, String), Vec<Condition>>);

impl RouteGroups {
    pub(super) fn read(manifests: &[Manifest]) -> Self {
        let groups = super::of(manifests, super::SPECS, "HTTPRouteGroup");
        Self(groups.map(|group| (key(group), conditions(group))).collect())
    }

    pub(super) fn get(&self, namespace: &str, name: &str) -> Option<&[Condition]> {
        self.0.get(&(namespace.to_owned(), name.to_owned())).map(Vec::as_slice)
    }
}

fn key(manifest: &Manifest) -> (String, String) {
    (manifest.object.namespace.clone(), manifest.object.name.clone())
}

/// `spec.matches` since v1alpha3, `matches` before.
pub(super) fn matches(group: &Manifest) -> (FieldPath, &[Node]) {
    let root = FieldPath::root();
    let (path, node) = match group.node.get("spec").and_then(|spec| spec.get("matches")) {
        Some(node) => (root.field("spec.matches"), Some(node)),
        None => (root.key("matches"), group.node.get("matches")),
    };
    (path, node.map(Node::items).unwrap_or_default())
}

/// A match of an HTTPRouteGroup as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Match {
    pub name: String,
    pub methods: Vec<String>,
    pub path_regex: Option<String>,
    headers: Json,
}

impl Match {
    /// Names and expressions: of a map, or of a list of maps.
    pub(super) fn headers(&self) -> Option<Vec<(String, String)>> {
        let pairs = |map: &Map<String, Json>| -> Option<Vec<(String, String)>> {
            map.iter().map(|(name, value)| Some((name.to_lowercase(), value.as_str()?.to_owned()))).collect()
        };
        match &self.headers {
            Json::Null => Some(Vec::new()),
            Json::Object(map) => pairs(map),
            Json::Array(items) => {
                let all: Option<Vec<_>> = items.iter().map(|item| pairs(item.as_object()?)).collect();
                Some(all?.concat())
            }
            Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
        }
    }
}

/// `spec.matches.ports` of a TCPRoute; none for every port, `None` for what is no port. Before v1alpha4 it is empty.
pub(super) fn ports(route: &Manifest) -> Option<Vec<u16>> {
    let Some(node) = route.node.at(&FieldPath::root().field("spec.matches")) else { return Some(Vec::new()) };
    let read: Ports = node.read().ok()?;
    read.ports.iter().all(|port| *port > 0).then_some(read.ports)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ports {
    ports: Vec<u16>,
}

fn conditions(group: &Manifest) -> Vec<Condition> {
    let (path, nodes) = matches(group);
    nodes
        .iter()
        .enumerate()
        .flat_map(|(index, one)| {
            let origin = Origin::field(&group.object, path.index(index));
            methods(one).into_iter().map(move |method| Condition {
                matcher: Matcher { method, headers: headers(one), ..Matcher::path(path_matcher(one)) },
                origin: origin.clone(),
            })
        })
        .collect()
}

/// One condition for each method; `*` and nothing stand for every method.
fn methods(one: &Node) -> Vec<Option<String>> {
    let named: Vec<&str> =
        one.get("methods").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str).collect();
    if named.is_empty() || named.contains(&"*") {
        return vec![None];
    }
    named.into_iter().map(|method| Some(method.to_uppercase())).collect()
}

/// `pathRegex`: anchored at its start, not at its end (traffic-specs.md).
fn path_matcher(one: &Node) -> PathMatcher {
    let Some(written) = one.get("pathRegex").and_then(Node::as_str) else { return PathMatcher::Any };
    let text = written.strip_prefix('^').unwrap_or(written);
    let open = text.strip_suffix(".*").unwrap_or(text);
    if matches!(open, "" | "/") {
        return PathMatcher::Any;
    }
    if let Some(exact) = text.strip_suffix('$').filter(|exact| is_literal(exact)) {
        return PathMatcher::Exact(exact.to_owned());
    }
    if is_literal(open) && open.starts_with('/') {
        return PathMatcher::Prefix(open.to_owned());
    }
    let pattern = match text.strip_suffix('$') {
        Some(whole) => whole.to_owned(),
        None if text.ends_with(".*") => text.to_owned(),
        None => format!("(?:{text}).*"),
    };
    PathMatcher::Regex(PathRegex { pattern, case_insensitive: false, anchoring: Anchoring::Full })
}

/// A map of name to expression; older texts have a list of such maps (spec fix abde204).
fn headers(one: &Node) -> Vec<FieldMatch> {
    let Some(written) = one.get("headers") else { return Vec::new() };
    let entries = written.entries().iter().chain(written.items().iter().flat_map(|item| item.entries()));
    let mut found: Vec<FieldMatch> = entries
        .filter_map(|entry| {
            let text = entry.node.scalar_text()?;
            let value = match text.as_str() {
                ".*" => ValueMatcher::Present,
                _ if is_literal(&text) => ValueMatcher::Exact(text),
                _ => ValueMatcher::Regex(text),
            };
            Some(FieldMatch { name: entry.key.to_lowercase(), value })
        })
        .collect();
    found.sort();
    found
}

/// Text that means itself in an expression.
fn is_literal(text: &str) -> bool {
    !text.contains(|c: char| r"\.+*?()|[]{}^$".contains(c))
}

/// Groups and routes that no TrafficSplit names are for TrafficTargets.
pub(super) fn settle(manifest: &Manifest, used: &BTreeSet<(String, String)>, access: &Access<'_>, report: &mut Report) {
    if manifest.object.kind == "HTTPRouteGroup" && used.contains(&key(manifest)) {
        return;
    }
    if access.settle_spec(manifest, report) {
        return;
    }
    let origin = Origin::object(&manifest.object);
    let message = format!("no TrafficSplit names {}", manifest.object.label());
    report.push(Diagnostic::new(Code::MeshSettingUnused, message).at(&origin, "nothing is written for it"));
    crate::source::account::settle_all(manifest, Fate::Dropped, Some(Code::MeshSettingUnused), report);
}
