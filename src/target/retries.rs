//! Where a target keeps the retries of routes that are written as they were read.

use serde_json::{Value as Json, json};

use super::capability::Carry;
use super::names::{self, LABEL};
use super::{Channel, Feature, Support, Target, envoy_gateway, managed};
use crate::gateway::{GROUP, Object, Resource};

/// Where a target keeps how often a request is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetriesIn {
    /// In the rules of a route: `retry.attempts`.
    Rules,
    /// In a policy that is attached to the route.
    Policy(RetryPolicy),
}

/// A kind of policies that say how often a request is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy(&'static str);

impl Target {
    /// Where the retries of a route are kept.
    ///
    /// # Errors
    /// Why there is no place for them.
    pub fn retries_in(&self, channel: Channel) -> Result<RetriesIn, &'static str> {
        let support = self.support(Feature::Retry);
        match (support.carry(channel), support) {
            (Carry::HandOn, Support::Policy(kind)) => Ok(RetriesIn::Policy(RetryPolicy(kind))),
            (Carry::HandOn | Carry::Write, _) => Ok(RetriesIn::Rules),
            (Carry::Lose(why), _) => Err(why),
        }
    }
}

impl RetryPolicy {
    /// A policy for a route (kind, namespace, name) or one of its rules.
    ///
    /// # Errors
    /// A policy among `beside` would be replaced by it, or the other way round: one of a rule stands in the place of the
    /// route's, and that in the place of the Gateway's.
    pub fn attached<'o>(
        self,
        route: &(String, String, String),
        rule: Option<&str>,
        retries: u32,
        beside: impl IntoIterator<Item = &'o Object>,
    ) -> Result<Object, &'static str> {
        let (kind, namespace, name) = route;
        let of_kind = |object: &&Object| object.kind() == self.0 && object.metadata().namespace == *namespace;
        if beside.into_iter().filter(of_kind).any(|object| is_near(object, kind, name)) {
            return Err("a policy of the implementation is attached to the same route, or to Gateways");
        }
        let mut target = json!({ "group": GROUP, "kind": kind, "name": name });
        if let (Some(rule), Some(fields)) = (rule, target.as_object_mut()) {
            fields.insert("sectionName".to_owned(), rule.into());
        }
        let mut spec = envoy_gateway::retries(retries);
        if let Some(fields) = spec.as_object_mut() {
            fields.insert("targetRefs".to_owned(), json!([target]));
        }
        let name = format!("{name}-{}", rule.map_or_else(|| "retries".to_owned(), |rule| format!("{rule}-retries")));
        Ok(Object::Policy(Resource {
            api_version: envoy_gateway::API_VERSION.to_owned(),
            kind: self.0.to_owned(),
            metadata: managed(namespace, &names::fit(&name, &name, LABEL)),
            spec: spec.into(),
        }))
    }
}

/// Whether a policy is attached to the route, to a Gateway, or by labels to who knows what. Those written here hold
/// nothing but retries, each for a subject of its own.
fn is_near(policy: &Object, kind: &str, name: &str) -> bool {
    let Object::Policy(Resource { metadata, spec, .. }) = policy else { return false };
    let is_ours = metadata.labels.get("app.kubernetes.io/managed-by").is_some_and(|by| by == "gatelift");
    let only_retries =
        spec.as_object().is_some_and(|spec| spec.keys().all(|key| key == "retry" || key == "targetRefs"));
    let many = spec.get("targetRefs").and_then(Json::as_array).into_iter().flatten();
    let mut targets = spec.get("targetRef").into_iter().chain(many);
    let names = |target: &Json| {
        target.get("kind").and_then(Json::as_str) == Some("Gateway")
            || target.get("kind").and_then(Json::as_str) == Some(kind)
                && target.get("name").and_then(Json::as_str) == Some(name)
    };
    !(is_ours && only_retries) && (spec.get("targetSelectors").is_some() || targets.any(names))
}
