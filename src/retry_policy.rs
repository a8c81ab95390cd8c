//! RetryPolicies (GEP-713's own example): what all of them come to for a route is part of its meaning, and is written
//! where the target has retries.
//!
//! Such a policy says how often, and not after which failures: that is the implementation's own choice, before and after.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::effective::{Effective, Field, Stanza, effective};
use crate::gateway::{GROUP, Object, Profile};
use crate::model::{Located, Manifest, Origin, Routing};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::gateway_api;
use crate::syntax::{FieldPath, Node, Step};
use crate::target::{Channel, Emitted, RetriesIn, Target};

/// Kind, in whatever group.
const KIND: &str = "RetryPolicy";
/// Its one field.
const FIELD: &str = "maxRetries";

/// Whether objects of a kind are read here.
pub(crate) fn is_kind(kind: &str) -> bool {
    kind == KIND
}

/// Kind, namespace and name of a route.
type Route = (String, String, String);

/// What holds for a route or one of its rules.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    retries: u32,
    origin: Origin,
    /// The route's own field gives way.
    overrides: bool,
}

/// A route of the input.
#[derive(Debug)]
struct Shape {
    /// Names of its rules.
    rules: Vec<Option<String>>,
    parents: usize,
}

/// The retries that the RetryPolicies of the input come to.
#[derive(Debug, Default)]
pub(crate) struct RetryPolicies {
    /// By route, and by rule where a policy names one.
    held: BTreeMap<(Route, Option<String>), Held>,
    routes: BTreeMap<Route, Shape>,
}

impl RetryPolicies {
    /// Reads them with the routes and Gateways around them.
    pub(crate) fn read(manifests: &[Manifest], report: &mut Report) -> Self {
        let is_policy = |manifest: &&Manifest| is_kind(&manifest.object.kind);
        let is_route = |manifest: &&Manifest| manifest.group() == GROUP && manifest.object.kind.ends_with("Route");
        let is_above = |manifest: &&Manifest| manifest.group() == GROUP && manifest.object.kind.starts_with("Gateway");
        let mut read: Vec<Manifest> = manifests.iter().filter(is_policy).cloned().collect();
        if read.is_empty() {
            return Self::default();
        }
        read.extend(manifests.iter().filter(|one| is_route(one) || is_above(one)).cloned());
        let found = effective(&read, report);
        let routes = manifests.iter().filter(is_route).filter_map(|route| Some((key(route), shape(route)?))).collect();
        let mut policies = Self { held: BTreeMap::new(), routes };
        policies.settle(&found, report);
        read.iter().filter(is_policy).for_each(|policy| account(policy, report));
        policies
    }

    /// Takes what is the same on every way down to a route. What is not, and what no route is below, is said.
    fn settle(&mut self, found: &[Effective], report: &mut Report) {
        let mut ways: BTreeMap<(Route, Option<String>), Vec<&Effective>> = BTreeMap::new();
        for one in found.iter().filter(|one| one.key.0.ends_with("Route")) {
            ways.entry((one.key.clone(), one.section.clone())).or_default().push(one);
        }
        let mut told: BTreeSet<&Origin> = BTreeSet::new();
        for (subject, ways) in ways {
            let fields = || ways.iter().flat_map(|one| &one.fields);
            told.extend(fields().map(|field| &field.origin));
            told.extend(fields().flat_map(|field| &field.beaten).map(|beaten| &beaten.origin));
            for other in fields().filter(|field| field.path != [FIELD]) {
                lose(&other.origin, "a route has no field for it", report);
            }
            match self.held(&subject.0, &ways) {
                Ok(held) => self.held.extend(held.map(|held| (subject, held))),
                Err(why) => {
                    let origins: BTreeSet<&Origin> = fields().map(|field| &field.origin).collect();
                    origins.into_iter().for_each(|origin| lose(origin, why, report));
                }
            }
        }
        for field in found.iter().flat_map(|one| &one.fields).filter(|field| !told.contains(&field.origin)) {
            lose(&field.origin, "no route of the input as a whole is below what the policy is attached to", report);
        }
    }

    fn held(&self, route: &Route, ways: &[&Effective]) -> Result<Option<Held>, &'static str> {
        let Some(shape) = self.routes.get(route) else { return Err("the route is not in the input") };
        let is_it = |field: &&Field| field.path == [FIELD];
        let said: Vec<&Field> = ways.iter().flat_map(|one| &one.fields).filter(is_it).collect();
        let Some(first) = said.first() else { return Ok(None) };
        let number = |field: &Field| field.value.as_u64().and_then(|number| u32::try_from(number).ok());
        let Some(retries) = number(first) else { return Err("`maxRetries` is no whole number") };
        if said.len() < shape.parents || said.iter().any(|field| number(field) != Some(retries)) {
            return Err("the Gateways above the route, or policies of several groups, come to different numbers");
        }
        let overrides = said.iter().all(|field| field.stanza == Stanza::Override);
        Ok(Some(Held { retries, origin: first.origin.clone(), overrides }))
    }

    /// Puts them on the rules of the routes.
    pub(crate) fn hold(&self, routings: &mut [Routing], profile: &Profile) {
        if self.held.is_empty() {
            return;
        }
        let entries = routings.iter_mut().flat_map(|routing| &mut routing.entry_points);
        for rule in entries.flat_map(|entry| &mut entry.hosts).flat_map(|host| host.rules.iter_mut()) {
            let Some(held) = self.of(&rule.origin) else { continue };
            match &mut rule.policies.retry {
                Some(own) if held.overrides => own.value.retries = held.retries,
                Some(_) => {}
                none @ None => {
                    let retry = gateway_api::retries_by_default(profile, held.retries);
                    *none = Some(Located::new(retry, held.origin.clone()));
                }
            }
        }
    }

    /// What holds for the rule of a route that something came from.
    fn of(&self, origin: &Origin) -> Option<&Held> {
        let object = &origin.object;
        let route = (object.kind.clone(), object.namespace.clone(), object.name.clone());
        let index = origin.path.steps().iter().find_map(|step| match step {
            Step::Index(index) => Some(*index as usize),
            Step::Key(_) => None,
        })?;
        let name = self.routes.get(&route)?.rules.get(index)?.clone();
        self.of_rule(&route, name)
    }

    fn of_rule(&self, route: &Route, name: Option<String>) -> Option<&Held> {
        let own = name.and_then(|name| self.held.get(&(route.clone(), Some(name))));
        own.or_else(|| self.held.get(&(route.clone(), None)))
    }

    /// Writes them into the routes that pass through, or beside them.
    pub(crate) fn write(&self, emitted: &mut Vec<Emitted>, target: &Target, channel: Channel, report: &mut Report) {
        for ((route, rule), held) in &self.held {
            let (kind, namespace, name) = route;
            let position = emitted.iter().position(|one| {
                let metadata = one.object.metadata();
                one.object.kind() == kind && metadata.namespace == *namespace && metadata.name == *name
            });
            // A route that the API server refuses is not in the output.
            let Some(at) = position.and_then(|position| emitted.get_mut(position)) else { continue };
            let origins = vec![held.origin.clone()];
            match target.retries_in(channel) {
                Ok(RetriesIn::Rules) => match &mut at.object {
                    Object::Policy(resource) if kind == "HTTPRoute" => {
                        self.fill(route, held, Arc::make_mut(&mut resource.spec), report);
                        at.origins.extend(origins);
                    }
                    _ => lose(&held.origin, "only HTTPRoutes have the field `retry`", report),
                },
                Ok(RetriesIn::Policy(policy)) => {
                    let section = rule.as_deref();
                    match policy.attached(route, section, held.retries, emitted.iter().map(|one| &one.object)) {
                        Ok(object) => emitted.push(Emitted { object, origins }),
                        Err(why) => lose(&held.origin, why, report),
                    }
                }
                Err(why) => lose(&held.origin, why, report),
            }
        }
    }

    /// `retry` of those rules of an HTTPRoute for which this holds.
    fn fill(&self, route: &Route, held: &Held, spec: &mut Json, report: &mut Report) {
        let rules = spec.get_mut("rules").and_then(Json::as_array_mut);
        for rule in rules.into_iter().flatten().filter_map(Json::as_object_mut) {
            let name = rule.get("name").and_then(Json::as_str).map(str::to_owned);
            if self.of_rule(route, name) != Some(held) {
                continue;
            }
            if held.retries == 0 {
                lose(&held.origin, "the field `retry` of a route has at least one attempt", report);
                continue;
            }
            match rule.get_mut("retry").and_then(Json::as_object_mut) {
                Some(own) if held.overrides => drop(own.insert("attempts".to_owned(), held.retries.into())),
                Some(_) => {}
                None => drop(rule.insert("retry".to_owned(), json!({ "attempts": held.retries }))),
            }
        }
    }
}

fn key(manifest: &Manifest) -> Route {
    let object = &manifest.object;
    (object.kind.clone(), object.namespace.clone(), object.name.clone())
}

fn shape(route: &Manifest) -> Option<Shape> {
    let spec = route.node.get("spec")?;
    let items = |field: &str| spec.get(field).map(Node::items).unwrap_or_default();
    let name = |rule: &Node| rule.get("name").and_then(Node::as_str).map(str::to_owned);
    Some(Shape { rules: items("rules").iter().map(name).collect(), parents: items("parentRefs").len() })
}

fn lose(origin: &Origin, why: &str, report: &mut Report) {
    let field = match origin.path.steps().last() {
        Some(Step::Key(key)) => format!("`{key}` of "),
        Some(Step::Index(_)) | None => String::new(),
    };
    let message = format!("{field}{} is not carried", origin.object.label());
    let finding = Diagnostic::new(Code::SettingNotCarried, message).at(origin, "").note(why);
    report.push(finding.help(Code::SettingNotCarried.entry().fix));
    report.ledger.record(origin, Fate::Dropped, Some(Code::SettingNotCarried));
}

/// What was not lost is carried: a value that another one beats is part of what holds, too.
fn account(policy: &Manifest, report: &mut Report) {
    let spec = policy.node.get("spec").map(Node::entries).unwrap_or_default();
    for stanza in spec {
        let path = FieldPath::root().key("spec").key(&stanza.key);
        let fields = stanza.node.entries();
        let is_stanza = stanza.key.starts_with("default") || stanza.key.starts_with("override");
        for field in fields.iter().filter(|_| is_stanza) {
            report.ledger.settle(&Origin::field(&policy.object, path.key(&field.key)), Fate::Carried, None);
        }
        if !is_stanza {
            report.ledger.settle(&Origin::field(&policy.object, path), Fate::Carried, None);
        }
    }
}
