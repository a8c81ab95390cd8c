//! TrafficTarget: which service accounts may ask what of the pods of another.

use serde::Deserialize;
use serde_json::Value as Json;

use super::route_group::{self, Match};
use super::{Account, wording};
use crate::model::{Manifest, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::syntax::FieldPath;

/// The kind of accounts that pods have.
const SERVICE_ACCOUNT: &str = "ServiceAccount";

/// `spec` of a TrafficTarget; the first version has its fields at the top, and calls rules `specs`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    destination: Identity,
    sources: Vec<Identity>,
    rules: Vec<Rule>,
    specs: Vec<Rule>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Identity {
    kind: String,
    name: String,
    namespace: String,
    /// Until v1alpha2, of a destination.
    port: Option<Json>,
}

/// An object of the group of HTTPRouteGroups.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Rule {
    kind: String,
    name: String,
    /// Of an HTTPRouteGroup; all of them without names.
    matches: Vec<String>,
}

/// A TrafficTarget that can be said in the words of an AuthorizationPolicy.
#[derive(Debug)]
pub(super) struct TrafficTarget<'m> {
    pub destination: Account,
    pub sources: Vec<Account>,
    /// What the sources may ask; nothing without an entry.
    pub allowed: Vec<Allowed>,
    /// Objects that it names, with the matches that it takes of an HTTPRouteGroup.
    pub specs: Vec<(&'m Manifest, Vec<FieldPath>)>,
    /// Expressions that do not say where they end, as they are written.
    open: Vec<(Origin, String)>,
}

/// Requests that are let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    /// None for every method.
    pub methods: Vec<String>,
    /// `None` for every path.
    pub path: Option<String>,
    /// None for every port.
    pub ports: Vec<u16>,
    /// Values that headers must have.
    pub headers: Vec<(String, String)>,
}

/// Why a TrafficTarget cannot be said, and where that is to be seen.
#[derive(Debug, Clone)]
pub(super) struct Unsaid {
    pub why: String,
    pub origin: Option<Origin>,
}

impl<'m> TrafficTarget<'m> {
    /// Reads one, with the objects that it names.
    pub(super) fn read(manifest: &'m Manifest, manifests: &'m [Manifest]) -> Result<Self, Unsaid> {
        let root = FieldPath::root();
        let (root, node) = match manifest.node.get("spec") {
            Some(spec) => (root.key("spec"), spec),
            None => (root, &manifest.node),
        };
        let reader = Reader { manifest, manifests, root };
        let spec: Spec = node.read().map_err(|wrong| reader.unsaid(&wrong.path(), wrong.message.clone()))?;
        reader.target(&spec)
    }

    /// Says which expressions are written narrower than the specification reads them.
    pub(super) fn report(&self, report: &mut Report) {
        for (origin, text) in &self.open {
            let message = format!("the policy lets in `{text}` and nothing that goes on from there");
            let finding = Diagnostic::new(Code::SettingApproximated, message)
                .note("SMI anchors an expression at its start only, Open Service Mesh compares all of the text: what both let in is written")
                .help("end the expression with `.*` or with `$`");
            report.push(finding.at(origin, "does not say where it ends"));
            report.ledger.record(origin, Fate::Approximated, Some(Code::SettingApproximated));
        }
    }
}

/// A TrafficTarget and what it may name.
struct Reader<'m> {
    manifest: &'m Manifest,
    manifests: &'m [Manifest],
    root: FieldPath,
}

impl<'m> Reader<'m> {
    /// The place is below the spec; where nothing is written, the object.
    fn unsaid(&self, path: &FieldPath, why: impl Into<String>) -> Unsaid {
        let place = self.root.join(path);
        let written = self.manifest.node.at(&place).is_some();
        Unsaid { why: why.into(), origin: written.then(|| Origin::field(&self.manifest.object, place)) }
    }

    fn target(&self, spec: &Spec) -> Result<TrafficTarget<'m>, Unsaid> {
        let root = FieldPath::root();
        let (destination, sources) = (root.key("destination"), root.key("sources"));
        let account = self.account(&spec.destination, &destination)?;
        if account.namespace != self.manifest.object.namespace {
            // Meshes pass over such an object (openservicemesh/osm pkg/catalog, traefik/mesh pkg/topology).
            return Err(self.unsaid(&destination, "its destination is in another namespace"));
        }
        let all = spec.sources.iter().enumerate();
        let mut found = TrafficTarget {
            destination: account,
            sources: all.map(|(index, one)| self.account(one, &sources.index(index))).collect::<Result<_, _>>()?,
            allowed: Vec::new(),
            specs: Vec::new(),
            open: Vec::new(),
        };
        let (rules, place) =
            if spec.rules.is_empty() { (&spec.specs, root.key("specs")) } else { (&spec.rules, root.key("rules")) };
        // Requests of any of the HTTPRouteGroups, on any of the ports of the TCPRoutes (traffic-access.md, "Example
        // implementation for L7").
        let mut ports = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let place = place.index(index);
            match rule.kind.as_str() {
                "TCPRoute" => ports.push(self.ports(rule, &place, &mut found)?),
                "HTTPRouteGroup" => self.requests(rule, &place, &mut found)?,
                kind => return Err(self.unsaid(&place, format!("no policy of Istio is for `{kind}`"))),
            }
        }
        if !ports.is_empty() && ports.len() == rules.len() {
            found.allowed.push(Allowed::default());
        }
        let ports = if ports.iter().any(Vec::is_empty) { Vec::new() } else { ports.concat() };
        let ports = match (self.port(&spec.destination, &destination)?, ports.is_empty()) {
            (None, _) => ports,
            (Some(port), true) => vec![port],
            (Some(_), false) => return Err(self.unsaid(&destination, "its destination and a TCPRoute both name ports")),
        };
        found.allowed.iter_mut().for_each(|allowed| allowed.ports.clone_from(&ports));
        Ok(found)
    }

    fn account(&self, identity: &Identity, place: &FieldPath) -> Result<Account, Unsaid> {
        if !matches!(identity.kind.as_str(), "" | SERVICE_ACCOUNT) {
            return Err(self.unsaid(place, format!("which pods a {} means is not read", identity.kind)));
        }
        let own = &self.manifest.object.namespace;
        let namespace = if identity.namespace.is_empty() { own } else { &identity.namespace };
        if !is_account_name(&identity.name) || !is_account_name(namespace) {
            return Err(self.unsaid(place, "it names no ServiceAccount"));
        }
        Ok(Account { namespace: namespace.clone(), name: identity.name.clone() })
    }

    fn port(&self, destination: &Identity, place: &FieldPath) -> Result<Option<u16>, Unsaid> {
        let Some(port) = destination.port.as_ref().filter(|port| !port.is_null()) else { return Ok(None) };
        let text = port.as_str().map_or_else(|| port.to_string(), str::to_owned);
        let number = text.parse().ok().filter(|number| *number > 0);
        number.map(Some).ok_or_else(|| self.unsaid(&place.key("port"), "its port is no number"))
    }

    /// The ports of a TCPRoute; none for every one.
    fn ports(&self, rule: &Rule, place: &FieldPath, found: &mut TrafficTarget<'m>) -> Result<Vec<u16>, Unsaid> {
        let route = self.named(rule, place)?;
        found.specs.push((route, Vec::new()));
        route_group::ports(route).ok_or_else(|| Unsaid {
            why: "its ports cannot be read".to_owned(),
            origin: Some(Origin::object(&route.object)),
        })
    }

    fn named(&self, rule: &Rule, place: &FieldPath) -> Result<&'m Manifest, Unsaid> {
        let Rule { kind, name, .. } = rule;
        let namespace = &self.manifest.object.namespace;
        let mut all = self.manifests.iter().filter(|one| one.group() == super::SPECS && one.object.kind == *kind);
        all.find(|one| one.object.name == *name && one.object.namespace == *namespace)
            .ok_or_else(|| self.unsaid(place, format!("{kind} `{namespace}/{name}` is not in the input")))
    }

    /// The matches that a rule takes of an HTTPRouteGroup.
    fn requests(&self, rule: &Rule, place: &FieldPath, found: &mut TrafficTarget<'m>) -> Result<(), Unsaid> {
        let group = self.named(rule, place)?;
        let (path, nodes) = route_group::matches(group);
        let mut taken = Vec::new();
        let mut names: Vec<&String> = rule.matches.iter().collect();
        for (index, node) in nodes.iter().enumerate() {
            let path = path.index(index);
            let at = |key: &str| {
                let field = path.key(key);
                let written = group.node.at(&field).is_some();
                Origin::field(&group.object, if written { field } else { path.clone() })
            };
            let one: Match = node.read().map_err(|wrong| Unsaid { why: wrong.message, origin: Some(at("")) })?;
            if !rule.matches.is_empty() && !rule.matches.contains(&one.name) {
                continue;
            }
            names.retain(|name| **name != one.name);
            found.allowed.push(allowed(&one, &at, &mut found.open)?);
            taken.push(path);
        }
        if let Some(missing) = names.first() {
            return Err(self.unsaid(place, format!("{} has no match `{missing}`", group.object.label())));
        }
        found.specs.push((group, taken));
        Ok(())
    }
}

/// A match in the words of a policy.
fn allowed(one: &Match, at: &dyn Fn(&str) -> Origin, open: &mut Vec<(Origin, String)>) -> Result<Allowed, Unsaid> {
    let unsaid = |key: &str, why: String| Unsaid { why, origin: Some(at(key)) };
    let mut found = Allowed::default();
    if !one.methods.iter().any(|method| method == "*") {
        found.methods = one.methods.iter().map(|method| method.to_uppercase()).collect();
    }
    if let Some(method) = found.methods.iter().find(|method| !is_token(method)) {
        return Err(unsaid("methods", format!("`{method}` is no method")));
    }
    let expression = one.path_regex.as_deref().unwrap_or_default();
    let said = wording::path(expression)
        .ok_or_else(|| unsaid("pathRegex", format!("no policy of Istio says `{expression}` of a path")))?;
    open.extend(said.text.clone().filter(|_| said.open).map(|text| (at("pathRegex"), text)));
    found.path = said.text;
    let headers = one.headers().ok_or_else(|| unsaid("headers", "its headers cannot be read".to_owned()))?;
    for (name, expression) in headers {
        let said = wording::header(&expression)
            .filter(|_| is_token(&name))
            .ok_or_else(|| unsaid("headers", format!("no policy of Istio says `{expression}` of header `{name}`")))?;
        let text = said.text.unwrap_or_default();
        open.extend(said.open.then(|| (at("headers"), text.clone())));
        found.headers.push((name, text));
    }
    Ok(found)
}

/// A name that means itself in a principal.
fn is_account_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
}

/// A name of a method or a header (RFC 9110, 5.6.2), but for characters that a policy gives a meaning.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
