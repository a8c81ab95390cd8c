//! AuthorizationPolicy: which client addresses a Gateway refuses. It is attached to a whole Gateway, so the requests of a
//! rule have to be told by their host and path; where that is not exact, the rule is not written.
//!
//! Only DENY is used: an ALLOW refuses everything on the Gateway that it does not name.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::{Value as Json, json};

use super::policies;
use crate::gateway::{GROUP as GATEWAY_GROUP, HttpMatch, Object, Resource};
use crate::model::{AccessList, AccessRule, Action, ClientAddress, HostPattern, Matcher, Origin, Rule, text_of_prefix};
use crate::target::sites::{Listening, Site};
use crate::target::{Emitted, Run, managed, matches, names};

/// Kind and version.
pub(super) const KIND: &str = "AuthorizationPolicy";
const API_VERSION: &str = "security.istio.io/v1";

/// Paths as a policy tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Paths {
    Exact(String),
    /// By elements; empty for every path.
    Below(String),
    /// All that begin with this text.
    Text(String),
}

impl Paths {
    /// The paths of a match; `None` for an expression that is no text with anything after it, or for a literal in which the
    /// policy would read a wildcard.
    fn of(written: &HttpMatch) -> Option<Self> {
        let path = written.path.as_ref()?;
        let value = path.value.as_deref()?;
        let paths = match path.kind.as_deref() {
            Some("Exact") => Self::Exact(value.to_owned()),
            Some("PathPrefix") => Self::Below(value.trim_end_matches('/').to_owned()),
            Some("RegularExpression") => Self::Text(text_of_prefix(value)?),
            Some(_) | None => return None,
        };
        let (Self::Exact(text) | Self::Below(text) | Self::Text(text)) = &paths;
        (!text.contains(['*', '{', '}'])).then_some(paths)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.holds(other) || other.holds(self)
    }

    /// Whether all paths of another are among these.
    fn holds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Exact(own), Self::Exact(other)) => own == other,
            (Self::Exact(_), Self::Below(_) | Self::Text(_)) => false,
            (Self::Below(own), Self::Exact(other) | Self::Below(other)) => {
                other.strip_prefix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            (Self::Below(own), Self::Text(other)) => other.starts_with(&format!("{own}/")),
            (Self::Text(own), Self::Exact(other) | Self::Text(other)) => other.starts_with(own.as_str()),
            // Every path begins with a slash.
            (Self::Text(own), Self::Below(other)) => own == "/" || other.starts_with(own.as_str()),
        }
    }

    fn write(&self) -> Vec<String> {
        match self {
            Self::Exact(path) => vec![path.clone()],
            Self::Below(path) if path.is_empty() => vec!["/*".to_owned()],
            Self::Below(path) => vec![path.clone(), format!("{path}/*")],
            Self::Text(text) => vec![format!("{text}*")],
        }
    }
}

/// The requests of one rule: these paths but for those.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Requests {
    paths: Vec<String>,
    but: Vec<String>,
}

/// What the address lists of a listener come to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan<'a> {
    lists: Vec<(&'a AccessList, Vec<Requests>, BTreeSet<&'a Origin>)>,
    /// Rules that cannot be told by host and path, and why.
    unguarded: BTreeMap<Matcher, String>,
}

/// The list that a rule asks for, unless the input's own policies say it; redirects are not guarded by the controllers
/// that have lists.
fn list<'r>(run: &Run, rule: &'r Rule) -> Option<&'r AccessList> {
    if policies::say_all(run, &rule.policies) {
        return None;
    }
    let access = rule.policies.access.as_ref().filter(|access| !access.value.admits_all())?;
    matches!(rule.action, Action::Forward(_)).then_some(&access.value)
}

fn plan<'a>(run: &Run, sites: &[Site], listening: &Listening<'a>) -> Plan<'a> {
    let mut plan = Plan::default();
    let rules: Vec<(&'a Rule, Option<Paths>)> = listening
        .rules
        .iter()
        .map(|rule| (*rule, matches::write(&rule.matcher, listening.paths).ok().as_ref().and_then(Paths::of)))
        .collect();
    let whole = of_host(run, sites, listening);
    for (index, (rule, paths)) in rules.iter().enumerate() {
        let Some(list) = list(run, rule) else { continue };
        let told = match (&whole, paths) {
            (Err(why), _) => Err(why.clone()),
            (Ok(_), None) => Err("an AuthorizationPolicy knows no expressions on paths".to_owned()),
            (Ok(_), Some(paths)) => match sources(list) {
                None => Err("an entry of the list is no address block".to_owned()),
                Some(_) => requests(run, &rules, index, list, paths),
            },
        };
        match told {
            Ok(requests) => {
                let origin = rule.policies.access.as_ref().map(|access| &access.origin);
                match plan.lists.iter_mut().find(|(other, _, _)| *other == list) {
                    Some((_, all, origins)) => {
                        if !all.contains(&requests) {
                            all.push(requests);
                        }
                        origins.extend(origin);
                    }
                    None => plan.lists.push((list, vec![requests], origin.into_iter().collect())),
                }
            }
            Err(why) => {
                plan.unguarded.insert(rule.matcher.clone(), why);
            }
        }
    }
    plan
}

/// The requests of a rule: its paths, but for those that an earlier rule takes under another list. The other conditions
/// of a rule are in no policy: what fails them has to meet the same list.
fn requests(
    run: &Run,
    rules: &[(&Rule, Option<Paths>)],
    index: usize,
    own: &AccessList,
    paths: &Paths,
) -> Result<Requests, String> {
    let whole = rules.get(index).is_some_and(|(rule, _)| rule.matcher.only_path());
    let mut but = Vec::new();
    for (position, (rule, others)) in rules.iter().enumerate() {
        let alike = list(run, rule) == Some(own);
        let (before, after) = (position < index, position > index);
        // Nothing of these paths is left for the rules that follow.
        if after && (whole || alike && rule.matcher.only_path() && others.as_ref().is_some_and(|all| all.holds(paths)))
        {
            break;
        }
        if alike || others.as_ref().is_some_and(|others| !others.overlaps(paths)) {
            continue;
        }
        match others {
            Some(others) if before && rule.matcher.only_path() => but.extend(others.write()),
            Some(_) | None => {
                let why = "an AuthorizationPolicy tells rules by their paths only, and another rule for these paths has \
                           another list";
                return Err(why.to_owned());
            }
        }
    }
    Ok(Requests { paths: paths.write(), but })
}

/// How the requests of a host are told: `hosts` of an operation, none where the Gateway has no other host.
fn of_host(run: &Run, sites: &[Site], listening: &Listening) -> Result<Vec<String>, String> {
    let entries = run.routing.entry_points.iter().filter(|entry| entry.port == listening.port);
    if entries.map(|entry| &entry.client).any(|client| *client != ClientAddress::Peer) {
        return Err("whose address counts behind a proxy is set in Istio's mesh configuration".to_owned());
    }
    match listening.host {
        HostPattern::Exact(host) => Ok(vec![host.clone(), format!("{host}:*")]),
        HostPattern::Any if is_only_host(run, sites) => Ok(Vec::new()),
        HostPattern::Any | HostPattern::Wildcard { .. } | HostPattern::Regex(_) => Err(
            "an AuthorizationPolicy compares hosts with the Host header as it is sent, port included, which tells only \
             exact hosts from others"
                .to_owned(),
        ),
    }
}

/// Whether the Gateway has no other host.
fn is_only_host(run: &Run, sites: &[Site]) -> bool {
    run.options.gateway.is_none()
        && sites.iter().filter(|site| site.listenings.iter().any(Listening::is_http)).count() == 1
}

/// Rules of a listener whose list cannot be written, and why.
pub(in crate::target) fn unguarded(run: &Run, sites: &[Site], listening: &Listening) -> BTreeMap<Matcher, String> {
    if listening.is_http() { plan(run, sites, listening).unguarded } else { BTreeMap::new() }
}

/// The clients that a list refuses, each a source of a policy that denies. `None` for what is no address.
fn sources(list: &AccessList) -> Option<Vec<Json>> {
    let AccessList { rules, otherwise_refused } = list;
    let mut admitted: Vec<&str> = Vec::new();
    let mut sources = Vec::new();
    let source = |blocks: Option<&[String]>, but: &[&str]| {
        let mut source = serde_json::Map::new();
        if !but.is_empty() {
            source.insert("notRemoteIpBlocks".to_owned(), json!(but));
        }
        if let Some(blocks) = blocks {
            source.insert("remoteIpBlocks".to_owned(), blocks.into());
        }
        json!({ "source": source })
    };
    for AccessRule { admit, blocks } in rules {
        if !blocks.iter().all(|block| is_block(block)) {
            return None;
        }
        match admit {
            true => admitted.extend(blocks.iter().map(String::as_str)),
            false => sources.push(source(Some(blocks), &admitted)),
        }
    }
    // Without anybody to admit, the policy has no source: it refuses everybody.
    if *otherwise_refused {
        sources.push(source(None, &admitted));
    }
    Some(sources)
}

/// `address` or `address/bits`.
fn is_block(block: &str) -> bool {
    let (address, bits) = block.split_once('/').unwrap_or((block, "0"));
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// The lists of some sites as policies of their Gateway, one a list.
pub(super) fn write(run: &Run, sites: &[Site], gateway: &(String, String), members: &[&Site]) -> Vec<Emitted> {
    let mut written: Vec<(&AccessList, Vec<Json>, BTreeSet<&Origin>)> = Vec::new();
    for site in members {
        for (plan, ports) in plans(run, sites, site) {
            for (list, requests, origins) in plan.lists {
                let Some(listening) = site.listenings.iter().find(|listening| listening.is_http()) else { continue };
                let hosts = of_host(run, sites, listening).unwrap_or_default();
                let operations = requests.iter().map(|requests| operation(&hosts, requests, &ports));
                match written.iter_mut().find(|(other, _, _)| *other == list) {
                    Some((_, all, places)) => {
                        all.extend(operations);
                        places.extend(origins);
                    }
                    None => written.push((list, operations.collect(), origins)),
                }
            }
        }
    }
    let mut emitted = Vec::new();
    for (number, (list, operations, origins)) in written.into_iter().enumerate() {
        let name = if number == 0 {
            format!("{}-addresses", gateway.1)
        } else {
            format!("{}-addresses-{}", gateway.1, number + 1)
        };
        let from = sources(list).unwrap_or_default();
        let anybody =
            from.iter().any(|source| source.pointer("/source").and_then(Json::as_object).is_some_and(|s| s.is_empty()));
        let mut rule = json!({ "to": operations });
        if let Some(fields) = rule.as_object_mut().filter(|_| !anybody) {
            fields.insert("from".to_owned(), from.into());
        }
        emitted.push(Emitted {
            object: Object::Policy(Resource {
                api_version: API_VERSION.to_owned(),
                kind: KIND.to_owned(),
                metadata: managed(&gateway.0, &names::of_words(&name, names::LABEL)),
                spec: json!({
                    "action": "DENY",
                    "rules": [rule],
                    "targetRefs": [{ "group": GATEWAY_GROUP, "kind": "Gateway", "name": gateway.1 }],
                })
                .into(),
            }),
            origins: origins.into_iter().cloned().collect(),
        });
    }
    emitted
}

/// The lists of a site's listeners; with the ports where these differ.
fn plans<'a>(run: &Run, sites: &[Site], site: &Site<'a>) -> Vec<(Plan<'a>, Vec<String>)> {
    let listenings = site.listenings.iter().filter(|listening| listening.is_http());
    let mut all: Vec<(Plan, Vec<String>)> =
        listenings.map(|listening| (plan(run, sites, listening), vec![listening.port.to_string()])).collect();
    let same = all.windows(2).all(|pair| match pair {
        [(one, _), (other, _)] => one == other,
        _ => true,
    });
    if same {
        all.truncate(1);
    }
    // The pods of a Gateway that is not ours may listen on other ports than its listeners: what one of them refuses, all
    // do.
    if same || run.options.gateway.is_some() {
        all.iter_mut().for_each(|(_, ports)| ports.clear());
    }
    all
}

fn operation(hosts: &[String], Requests { paths, but }: &Requests, ports: &[String]) -> Json {
    let mut operation = serde_json::Map::new();
    let mut put = |key: &str, values: &[String]| {
        if !values.is_empty() {
            operation.insert(key.to_owned(), values.into());
        }
    };
    put("hosts", hosts);
    put("notPaths", but);
    put("paths", paths);
    put("ports", ports);
    json!({ "operation": operation })
}
