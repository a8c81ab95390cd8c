//! AuthorizationPolicies that let in what TrafficTargets allow, and refuse everything else.
//!
//! Once one that allows chooses a pod, everything is refused there that none allows (istio/istio
//! pilot/pkg/security/authz/builder/builder.go), which is what a TrafficTarget says of its destination.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::Account;
use super::traffic_target::{Allowed, TrafficTarget};
use super::workload::{Labels, Workload};
use crate::gateway::{self, Metadata, Resource};
use crate::model::{Manifest, Origin};

const GROUP: &str = "security.istio.io";
const KIND: &str = "AuthorizationPolicy";

/// Most rules of a policy, and most sources of a rule.
const MOST: usize = 512;

/// A policy that stands for TrafficTargets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Policy {
    pub namespace: String,
    name: String,
    pub spec: Json,
    /// What it comes from.
    pub origins: Vec<Origin>,
}

impl Policy {
    pub(super) fn object(&self) -> gateway::Object {
        gateway::Object::Policy(Resource {
            api_version: format!("{GROUP}/v1"),
            kind: KIND.to_owned(),
            metadata: Metadata {
                labels: BTreeMap::from([("app.kubernetes.io/managed-by".to_owned(), "gatelift".to_owned())]),
                name: self.name.clone(),
                namespace: self.namespace.clone(),
                ..Metadata::default()
            },
            spec: self.spec.clone().into(),
        })
    }
}

pub(super) fn is_policy(manifest: &Manifest) -> bool {
    manifest.group() == GROUP && manifest.object.kind == KIND
}

/// Names of policies that are taken, by namespace.
#[derive(Debug)]
pub(super) struct Names(BTreeSet<(String, String)>);

impl Names {
    /// Those of the input, but for what an earlier conversion wrote.
    pub(super) fn taken(manifests: &[Manifest]) -> Self {
        let others = manifests.iter().filter(|one| is_policy(one) && !crate::source::istio::is_written(one));
        Self(others.map(|one| (one.object.namespace.clone(), one.object.name.clone())).collect())
    }

    /// `web-access`, or with a number behind.
    fn of(&mut self, workload: &Workload) -> String {
        const LONGEST: usize = 240;
        let namespace = &workload.account.namespace;
        let name: String = workload.manifest.object.name.chars().take(LONGEST).collect();
        let numbered = |number: usize| match number {
            1 => format!("{name}-access"),
            _ => format!("{name}-access-{number}"),
        };
        let mut number = 1;
        while !self.0.insert((namespace.clone(), numbered(number))) {
            number += 1;
        }
        numbered(number)
    }
}

/// What all TrafficTargets of an account allow, for the pods with these labels.
pub(super) fn write<'t>(
    targets: impl Iterator<Item = &'t TrafficTarget<'t>>,
    workload: &Workload,
    labels: &Labels,
    origins: Vec<Origin>,
    names: &mut Names,
) -> Vec<Policy> {
    let rules: Vec<Json> = targets.flat_map(rules).collect();
    // Without a rule everything is refused.
    let parts: Vec<&[Json]> = if rules.is_empty() { vec![&[]] } else { rules.chunks(MOST).collect() };
    let policy = |rules: &[Json]| {
        let mut spec = Map::new();
        spec.insert("action".to_owned(), "ALLOW".into());
        if !rules.is_empty() {
            spec.insert("rules".to_owned(), rules.into());
        }
        spec.insert("selector".to_owned(), json!({ "matchLabels": labels }));
        Policy {
            namespace: workload.account.namespace.clone(),
            name: names.of(workload),
            spec: Json::Object(spec),
            origins: origins.clone(),
        }
    };
    parts.into_iter().map(policy).collect()
}

/// Requests that ask for the same headers share a rule.
fn rules(target: &TrafficTarget) -> Vec<Json> {
    let mut by_headers: Vec<(&[(String, String)], Vec<Json>)> = Vec::new();
    for allowed in &target.allowed {
        let written = operation(allowed);
        match by_headers.iter_mut().find(|(headers, _)| *headers == allowed.headers) {
            Some((_, all)) if !all.contains(&written) => all.push(written),
            Some(_) => {}
            None => by_headers.push((&allowed.headers, vec![written])),
        }
    }
    let rule = |sources: &[Account], headers: &[(String, String)], operations: &[Json]| {
        let mut rule = Map::new();
        let principals: Vec<String> = sources.iter().map(principal).collect();
        rule.insert("from".to_owned(), json!([{ "source": { "principals": principals } }]));
        // One that asks for nothing lets in everything.
        if operations.iter().all(|one| one.as_object().is_some_and(|fields| !fields.is_empty())) {
            let to: Vec<Json> = operations.iter().map(|one| json!({ "operation": one })).collect();
            rule.insert("to".to_owned(), to.into());
        }
        if !headers.is_empty() {
            let when = headers
                .iter()
                .map(|(name, value)| json!({ "key": format!("request.headers[{name}]"), "values": [value] }));
            rule.insert("when".to_owned(), when.collect());
        }
        Json::Object(rule)
    };
    let sources = target.sources.chunks(MOST);
    sources
        .flat_map(|sources| by_headers.iter().map(move |(headers, operations)| rule(sources, headers, operations)))
        .collect()
}

/// `cluster.local` is the mesh's own trust domain, whatever its name (istio/istio pilot/pkg/security/trustdomain).
fn principal(account: &Account) -> String {
    format!("cluster.local/ns/{}/sa/{}", account.namespace, account.name)
}

fn operation(allowed: &Allowed) -> Json {
    let Allowed { methods, path, ports, headers: _ } = allowed;
    let mut operation = Map::new();
    if !methods.is_empty() {
        operation.insert("methods".to_owned(), json!(methods));
    }
    if let Some(path) = path {
        operation.insert("paths".to_owned(), json!([path]));
    }
    if !ports.is_empty() {
        operation.insert("ports".to_owned(), ports.iter().map(u16::to_string).collect());
    }
    Json::Object(operation)
}
