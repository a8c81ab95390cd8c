//! What an implementation's own kinds add to rules: policies that are attached to a route or to one of its rules, filters
//! that a rule refers to, and objects that either of them names.
//!
//! Policies are attached by the strictest rules among implementations (Envoy Gateway): one of a kind for a target, in
//! the namespace of the target, and one of a rule in the place of the route's, not beside it. So every policy holds all
//! that its target needs, and stands on the route where all rules need the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::findings::Findings;
use super::grants::Grants;
use super::listeners::Attachments;
use super::names::{self, Wanted};
use super::rules::{Draft, Pen};
use super::services::{Section, Wants};
use super::sites::{Listening, Site};
use super::{Emitted, Run, managed};
use crate::gateway::{ExtensionReference, GROUP, HttpFilter, HttpMatch, Object, Resource};
use crate::model::{ClientCertificates, HeaderEdit, Matcher, Origin, Policies, Rule};

/// The kinds of an implementation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds {
    /// API group.
    pub group: &'static str,
    /// API version.
    pub version: &'static str,
    /// Objects of the group in an input are part of the output. Others stay in force where they are.
    pub passed_through: bool,
    /// What a rule with these policies asks of its Services, where a policy holds for a Service.
    pub of_service: fn(&Policies, &Run) -> Vec<Section>,
    /// Rules of a site's listener whose address list cannot be written, by their matcher, and why.
    pub unguarded: fn(&Run, &[Site], &Listening) -> BTreeMap<Matcher, String>,
    /// Writes what a rule asks for and was handed on, for a route of a namespace; true when the rule has to be withheld.
    pub write: for<'p, 'a> fn(&mut Pen<'p, 'a>, &Rule, &str, &mut Draft<'a>) -> bool,
    /// Writes what holds for whole listeners.
    pub listeners: fn(Listeners) -> Vec<Emitted>,
    /// Writes how the proxies of the routing's Gateways are set up.
    pub proxy: fn(&Run, &[Site], &mut Findings) -> Option<Proxy>,
    /// Why a listener cannot ask its clients for certificates.
    pub refused: fn(&ClientCertificates, &Run, &Listening<'_>) -> Option<String>,
    /// What it adds to the TLS options of a listener.
    pub listener_options: fn(&Run, &Listening<'_>) -> BTreeMap<String, String>,
    /// Headers of every answer of a listener that `listeners` writes, so that its rules need not.
    pub late_headers: fn(&Run, &Listening) -> Vec<HeaderEdit>,
}

/// The listeners of a routing in their places.
pub(super) struct Listeners<'l, 'a> {
    pub run: &'l Run<'a>,
    pub sites: &'l [Site<'a>],
    pub attachments: &'l Attachments,
    /// Namespaces and names of the Gateways that are written.
    pub gateways: Vec<(String, String)>,
    pub wants: &'l Wants,
    /// The rules that reach backends, by the indexes of site and listening.
    pub reached: &'l BTreeMap<(usize, usize), Vec<&'a Rule>>,
    pub grants: &'l mut Grants,
    pub findings: &'l mut Findings<'a>,
}

/// How the proxies of a Gateway are set up.
pub(super) struct Proxy {
    pub kind: &'static str,
    pub spec: Json,
    pub origins: Vec<Origin>,
}

/// Gives every Gateway of an output an object of its own name that sets its proxies up.
pub(super) fn equip(kinds: &Kinds, proxy: &Proxy, emitted: &mut Vec<Emitted>) {
    let mut objects = Vec::new();
    for one in emitted.iter_mut() {
        let Object::Gateway(gateway) = &mut one.object else { continue };
        let (namespace, name) = (&gateway.metadata.namespace, &gateway.metadata.name);
        let reference = json!({ "group": kinds.group, "kind": proxy.kind, "name": name });
        Arc::make_mut(&mut gateway.spec).infrastructure = Some(json!({ "parametersRef": reference }));
        objects.push(object(kinds, proxy.kind, namespace, name, proxy.spec.clone(), proxy.origins.clone()));
    }
    emitted.extend(objects);
}

/// What is added to one rule.
#[derive(Debug, Clone, Default)]
pub(super) struct Extension {
    /// Specs of policies without their targets, by kind.
    pub policies: BTreeMap<&'static str, Json>,
    /// Kind and spec of a filter.
    pub filter: Option<(&'static str, Json)>,
    /// What the rule or its policies name.
    pub objects: Vec<Object>,
    /// References across namespaces.
    pub references: Vec<Reference>,
}

/// Something that a policy refers to.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub from: &'static str,
    pub kind: &'static str,
    pub namespace: String,
    pub name: String,
    pub origin: Origin,
}

impl Extension {
    /// Whether two rules are added the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.policies == other.policies && self.filter == other.filter && self.objects == other.objects
    }
}

/// Where things are attached.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route<'r> {
    pub kind: &'static str,
    pub namespace: &'r str,
    pub name: &'r str,
}

/// Objects for the rules of a route: names the rules that have one of their own and gives them their filters.
pub(super) fn attach(kinds: &Kinds, route: Route, drafts: &mut [Draft]) -> Vec<Emitted> {
    let words = rule_names(drafts);
    let mut emitted = policies(kinds, route, drafts, &words);
    emitted.extend(filters(kinds, route, drafts, &words));
    for draft in drafts.iter_mut() {
        let origins: Vec<Origin> = draft.origins().cloned().collect();
        let objects = std::mem::take(&mut draft.extension.objects);
        emitted.extend(objects.into_iter().map(|object| Emitted { object, origins: origins.clone() }));
    }
    emitted
}

fn policies(kinds: &Kinds, route: Route, drafts: &mut [Draft], words: &[String]) -> Vec<Emitted> {
    let found: BTreeSet<&'static str> =
        drafts.iter().flat_map(|draft| draft.extension.policies.keys()).copied().collect();
    let mut emitted = Vec::new();
    for kind in found {
        let groups = groups(drafts, |extension| extension.policies.get(kind).cloned());
        for (spec, members) in &groups {
            let whole = members.len() == drafts.len();
            let name = if whole { route.name.to_owned() } else { own_name(route, words, members) };
            let mut target_refs = Vec::new();
            for &member in members {
                let mut target = json!({ "group": GROUP, "kind": route.kind, "name": route.name });
                if !whole
                    && let (Some(draft), Some(word), Some(fields)) =
                        (drafts.get_mut(member), words.get(member), target.as_object_mut())
                {
                    draft.body.name = Some(word.clone());
                    fields.insert("sectionName".to_owned(), word.clone().into());
                }
                if !target_refs.contains(&target) {
                    target_refs.push(target);
                }
            }
            let mut spec = spec.clone();
            if let Some(fields) = spec.as_object_mut() {
                fields.insert("targetRefs".to_owned(), target_refs.into());
            }
            emitted.push(object(kinds, kind, route.namespace, &name, spec, origins(drafts, members)));
        }
    }
    emitted
}

fn filters(kinds: &Kinds, route: Route, drafts: &mut [Draft], words: &[String]) -> Vec<Emitted> {
    let mut emitted = Vec::new();
    for ((kind, spec), members) in groups(drafts, |extension| extension.filter.clone()) {
        let name = own_name(route, words, &members);
        for &member in &members {
            if let Some(draft) = drafts.get_mut(member) {
                let (group, kind) = (kinds.group.to_owned(), kind.to_owned());
                draft.body.filters.push(HttpFilter {
                    kind: "ExtensionRef".to_owned(),
                    extension_ref: Some(ExtensionReference { group, kind, name: name.clone() }.into()),
                    ..HttpFilter::default()
                });
            }
        }
        emitted.push(object(kinds, kind, route.namespace, &name, spec, origins(drafts, &members)));
    }
    emitted
}

/// The rules that share something, in the order of the first of them.
fn groups<T: PartialEq>(drafts: &[Draft], part: impl Fn(&Extension) -> Option<T>) -> Vec<(T, Vec<usize>)> {
    let mut groups: Vec<(T, Vec<usize>)> = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let Some(own) = part(&draft.extension) else { continue };
        match groups.iter_mut().find(|(other, _)| *other == own) {
            Some((_, members)) => members.push(index),
            None => groups.push((own, vec![index])),
        }
    }
    groups
}

fn object(kinds: &Kinds, kind: &str, namespace: &str, name: &str, spec: Json, origins: Vec<Origin>) -> Emitted {
    let object = Object::Policy(Resource {
        api_version: format!("{}/{}", kinds.group, kinds.version),
        kind: kind.to_owned(),
        metadata: managed(namespace, name),
        spec: spec.into(),
    });
    Emitted { object, origins }
}

fn origins(drafts: &[Draft], members: &[usize]) -> Vec<Origin> {
    let members = members.iter().filter_map(|&index| drafts.get(index));
    let origins: BTreeSet<&Origin> = members.flat_map(Draft::origins).collect();
    origins.into_iter().cloned().collect()
}

/// The name of an object for some rules of a route: the route's and that of the first rule.
fn own_name(route: Route, words: &[String], members: &[usize]) -> String {
    let word = members.first().and_then(|&first| words.get(first)).map(String::as_str).unwrap_or_default();
    let name = format!("{}-{word}", route.name);
    names::fit(&name, &name, names::LABEL)
}

/// A name for each rule, after what it takes.
fn rule_names(drafts: &[Draft]) -> Vec<String> {
    let wanted: Vec<Wanted> = drafts
        .iter()
        .map(|draft| Wanted {
            key: serde_json::to_string(&draft.matches).unwrap_or_default(),
            name: draft.matches.first().map(named_after).unwrap_or_else(|| "root".to_owned()),
            limit: 40,
        })
        .collect();
    names::unique(&wanted)
}

/// `api-v1`, `root-post-x-canary`.
fn named_after(one: &HttpMatch) -> String {
    let path = one.path.as_ref().and_then(|path| path.value.as_deref()).unwrap_or("/");
    let path = path.strip_prefix("(?i)").unwrap_or(path);
    let mut words: Vec<&str> =
        path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        words.push("root");
    }
    let headers = one.headers.iter().chain(&one.query_params).map(|named| named.name.as_str());
    words.extend(one.method.as_deref().into_iter().chain(headers));
    words.join("-")
}
