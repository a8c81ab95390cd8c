//! AuthorizationPolicy (istio/api security/v1/authorization_policy.proto): what it says of client addresses and of tokens,
//! for the rules that it covers as a whole. Whatever else it says is not read, and leaves it unread.

use serde::Deserialize;

use super::claims::{self, Condition, Ways};
use super::operation::{Asked, Part, To, part};
use super::protections::Selector;
use super::proto::EnumName;
use super::sums::Sums;
use crate::model::{AccessList, block_contains};
use crate::syntax::Node;

/// `spec`. What stands in no field here makes the policy one that is not read.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    /// Read by itself.
    #[serde(rename = "selector")]
    _selector: Option<Selector>,
    action: Option<EnumName>,
    rules: Vec<Option<Rule>>,
}

/// What a request has to be for the action; empty for every request.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
struct Rule {
    from: Vec<From>,
    to: Vec<To>,
    when: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
struct From {
    source: Source,
}

/// Addresses of clients, and who a token says that they are. `remoteIpBlocks` go by X-Forwarded-For only as far as proxies are trusted, and by default none
/// is, so that both mean the peer.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Source {
    #[serde(alias = "ip_blocks")]
    ip_blocks: Vec<String>,
    #[serde(alias = "not_ip_blocks")]
    not_ip_blocks: Vec<String>,
    #[serde(alias = "remote_ip_blocks")]
    remote_ip_blocks: Vec<String>,
    #[serde(alias = "not_remote_ip_blocks")]
    not_remote_ip_blocks: Vec<String>,
    #[serde(alias = "request_principals")]
    request_principals: Vec<String>,
    #[serde(alias = "not_request_principals")]
    not_request_principals: Vec<String>,
}

/// A policy that is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Authorization {
    Allow(Vec<Clause>),
    Deny(Vec<Clause>),
    /// It refuses nothing.
    Audit,
}

/// Clients, and the requests for which they are meant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    clients: Vec<Client>,
    to: Vec<To>,
}

/// Clients by their addresses and their tokens: both have to fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Client {
    pub from: Meant,
    pub tokens: claims::Asked,
}

/// Whom all policies of a gateway together let through.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LetThrough {
    pub clients: Clients,
    /// One of these tokens is needed; empty where none is.
    pub tokens: Ways,
}

/// Clients that all policies of a gateway together let through.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Clients {
    Everyone,
    Listed(AccessList),
}

/// Which clients a source means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meant {
    All,
    In(Vec<String>),
    NotIn(Vec<String>),
    /// In the first, not in the second.
    Between(Vec<String>, Vec<String>),
}

impl Authorization {
    /// `None` when the policy says something that is not read.
    pub(super) fn read(spec: &Node) -> Option<Self> {
        let (read, unknown) = spec.read_strict::<Spec>();
        let Spec { _selector: _, action, rules } = read.ok().filter(|_| unknown.is_empty())?;
        let clauses = || rules.iter().map(|rule| clause(rule.clone().unwrap_or_default())).collect::<Option<Vec<_>>>();
        match action.as_ref().map_or("", |action| action.0.as_str()) {
            "" | "ALLOW" | "0" => Some(Self::Allow(clauses()?)),
            "DENY" | "1" => Some(Self::Deny(clauses()?)),
            "AUDIT" | "2" => Some(Self::Audit),
            _ => None,
        }
    }
}

impl Authorization {
    pub(super) fn speaks_of_tokens(&self) -> bool {
        match self {
            Self::Allow(clauses) | Self::Deny(clauses) => {
                let clients = clauses.iter().flat_map(|clause| &clause.clients);
                clients.clone().any(|client| client.tokens != claims::Asked::default())
            }
            Self::Audit => false,
        }
    }
}

fn clause(rule: Rule) -> Option<Clause> {
    let Rule { mut from, to, when } = rule;
    if from.is_empty() {
        from.push(From::default());
    }
    let client = |From { source: own }: From| {
        let tokens = claims::asked(&own.request_principals, &own.not_request_principals, &when)?;
        Some(Client { from: source(own)?, tokens })
    };
    Some(Clause { clients: from.into_iter().map(client).collect::<Option<_>>()?, to })
}

/// `None` for two lists at once, and for what is no address.
fn source(source: Source) -> Option<Meant> {
    let Source { ip_blocks, not_ip_blocks, remote_ip_blocks, not_remote_ip_blocks, .. } = source;
    let inside = match (ip_blocks.is_empty(), remote_ip_blocks.is_empty()) {
        (_, true) => ip_blocks,
        (true, false) => remote_ip_blocks,
        (false, false) => return None,
    };
    let outside = [not_ip_blocks, not_remote_ip_blocks].concat();
    if !inside.iter().chain(&outside).all(|block| is_block(block)) {
        return None;
    }
    Some(match (inside.is_empty(), outside.is_empty()) {
        (true, true) => Meant::All,
        (false, true) => Meant::In(inside),
        (true, false) => Meant::NotIn(outside),
        (false, false) => Meant::Between(inside, outside),
    })
}

/// `address` or `address/bits`: such a block holds its own address.
fn is_block(block: &str) -> bool {
    let (address, bits) = block.split_once('/').unwrap_or((block, "0"));
    bits.parse::<u8>().is_ok() && block_contains(block, address)
}

/// Whom all policies of a gateway let through to a rule; `None` when a list of addresses and one of tokens do not say it.
/// DENY goes first, then one ALLOW has to fit if there is any (istio.io, Authorization Policy, "Implicit enablement").
pub(super) fn access(policies: &[&Authorization], rule: Asked<'_>) -> Option<LetThrough> {
    let mut sums = Sums::default();
    let (mut allowed, mut allows) = (Vec::new(), false);
    for policy in policies {
        match policy {
            Authorization::Audit => {}
            Authorization::Allow(clauses) => {
                allows = true;
                allowed.extend(meant(clauses, rule)?);
            }
            Authorization::Deny(clauses) => {
                for client in meant(clauses, rule)? {
                    sums.refuse_client(client)?;
                }
            }
        }
    }
    if allows {
        sums.allow_clients(&allowed)?;
    }
    sums.let_through()
}

/// The clients of those clauses that mean every request of a rule; `None` when one means a part of them.
fn meant<'c>(clauses: &'c [Clause], rule: Asked<'_>) -> Option<Vec<&'c Client>> {
    let mut found = Vec::new();
    for Clause { clients, to } in clauses {
        match part(to, rule) {
            Part::All => found.extend(clients),
            Part::None => {}
            Part::Some => return None,
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{HostPattern, Matcher, PathMatcher};

    fn policy(spec: &str) -> Option<Authorization> {
        Authorization::read(&crate::syntax::Node::from_json(&serde_json::from_str(spec).unwrap()))
    }

    fn list(deny: &[&str], allow: &[&str]) -> Option<Clients> {
        let own = |blocks: &[&str]| blocks.iter().map(|block| (*block).to_owned()).collect();
        Some(Clients::Listed(AccessList::deny_then_allow(own(deny), own(allow))))
    }

    fn of(specs: &[&str], host: &str, path: PathMatcher) -> Option<Clients> {
        through(specs, host, path).map(|through| through.clients)
    }

    fn through(specs: &[&str], host: &str, path: PathMatcher) -> Option<LetThrough> {
        let policies: Vec<Authorization> = specs.iter().map(|spec| policy(spec).unwrap()).collect();
        let (host, matcher) = (HostPattern::Exact(host.to_owned()), Matcher::path(path));
        let asked = Asked { host: &host, matcher: &matcher, earlier: &[] };
        access(&policies.iter().collect::<Vec<_>>(), asked)
    }

    const EVERYONE: Option<Clients> = Some(Clients::Everyone);
    const OFFICE: &str = r#"{"rules": [{"from": [{"source": {"ipBlocks": ["10.0.0.0/8"]}}]}]}"#;
    const BAD: &str = r#"{"action": "DENY", "rules": [{"from": [{"source": {"remoteIpBlocks": ["10.1.1.1"]}}]}]}"#;

    #[test]
    fn what_is_refused_goes_before_what_is_allowed() {
        assert_eq!(of(&[OFFICE, BAD], "a", PathMatcher::Any), list(&["10.1.1.1"], &["10.0.0.0/8"]));
        assert_eq!(of(&[BAD], "a", PathMatcher::Any), list(&["10.1.1.1"], &[]));
        let closed = Some(Clients::Listed(AccessList { rules: Vec::new(), otherwise_refused: true }));
        assert_eq!(of(&["{}"], "a", PathMatcher::Any), closed);
        assert_eq!(of(&[r#"{"action": "DENY", "rules": [{}]}"#], "a", PathMatcher::Any), closed);
        assert_eq!(of(&[r#"{"rules": [{}]}"#, OFFICE], "a", PathMatcher::Any), EVERYONE);
        assert_eq!(of(&[r#"{"action": "AUDIT", "rules": [{}]}"#], "a", PathMatcher::Any), EVERYONE);
    }

    #[test]
    fn complements_are_lists_of_the_other_kind() {
        let not = |action: &str| {
            format!(
                r#"{{"action": "{action}", "rules": [{{"from": [{{"source": {{"notIpBlocks": ["10.0.0.0/8"]}}}}]}}]}}"#
            )
        };
        assert_eq!(of(&[&not("DENY")], "a", PathMatcher::Any), list(&[], &["10.0.0.0/8"]));
        assert_eq!(of(&[&not("ALLOW")], "a", PathMatcher::Any), list(&["10.0.0.0/8"], &[]));
        // Two lists that both have to hold are not one list.
        assert_eq!(of(&[&not("DENY"), OFFICE], "a", PathMatcher::Any), None);
        assert_eq!(of(&[&not("ALLOW"), OFFICE], "a", PathMatcher::Any), None);
    }

    #[test]
    fn a_part_of_a_rule_is_not_a_rule() {
        let admin = r#"{"action": "DENY", "rules": [{"from": [{"source": {"notIpBlocks": ["10.0.0.0/8"]}}],
                        "to": [{"operation": {"hosts": ["shop.example.com"], "paths": ["/admin", "/admin/*"]}}]}]}"#;
        let under = |path: &str| PathMatcher::Segment(path.to_owned());
        let shop = "shop.example.com";
        assert_eq!(of(&[admin], shop, under("/admin/users")), list(&[], &["10.0.0.0/8"]));
        assert_eq!(of(&[admin], shop, PathMatcher::Exact("/admin".to_owned())), list(&[], &["10.0.0.0/8"]));
        assert_eq!(of(&[admin], shop, under("/admin")), list(&[], &["10.0.0.0/8"]));
        assert_eq!(of(&[admin], shop, under("/static")), EVERYONE);
        assert_eq!(of(&[admin], "www.example.com", PathMatcher::Any), EVERYONE);
        assert_eq!(of(&[admin], shop, PathMatcher::Any), None);
        // Texts that begin alike are taken to overlap, though no path under `/a` is `/admin`: closed, not opened.
        assert_eq!(of(&[admin], shop, under("/a")), None);
        assert_eq!(of(&[admin], shop, PathMatcher::Prefix("/adm".to_owned())), None);
        // What earlier rules take is not asked of this one.
        let (bare, below) = (PathMatcher::Exact("/admin".to_owned()), PathMatcher::Prefix("/admin/".to_owned()));
        let rest = |earlier: &[&PathMatcher]| {
            let (host, matcher) = (HostPattern::Exact(shop.to_owned()), Matcher::path(PathMatcher::Any));
            access(&[&policy(admin).unwrap()], Asked { host: &host, matcher: &matcher, earlier }).map(|all| all.clients)
        };
        assert_eq!((rest(&[&bare, &below]), rest(&[&below]), rest(&[&under("/admin")])), (EVERYONE, None, EVERYONE));
        let elsewhere = r#"{"rules": [{"to": [{"operation": {"notHosts": ["shop.example.com"]}}]}]}"#;
        assert_eq!(of(&[elsewhere], "www.example.com", PathMatcher::Any), EVERYONE);
        assert_ne!(of(&[elsewhere], shop, PathMatcher::Any), EVERYONE);
    }

    #[test]
    fn tokens_and_addresses_both_have_to_fit() {
        let source = |fields: &str| format!(r#"{{"from": [{{"source": {{{fields}}}}}]}}"#);
        let allow = |rules: &[String]| format!(r#"{{"rules": [{}]}}"#, rules.join(","));
        let deny = |rules: &[String]| format!(r#"{{"action": "DENY", "rules": [{}]}}"#, rules.join(","));
        let (any, ann) = (source(r#""requestPrincipals": ["*"]"#), source(r#""requestPrincipals": ["a/ann"]"#));
        let without = source(r#""notRequestPrincipals": ["*"]"#);
        let count = |specs: &[String]| {
            let specs: Vec<&str> = specs.iter().map(String::as_str).collect();
            through(&specs, "a", PathMatcher::Any).map(|all| (all.clients == Clients::Everyone, all.tokens.len()))
        };
        assert_eq!(count(&[deny(std::slice::from_ref(&without))]), Some((true, 1)));
        assert_eq!(count(&[allow(&[any.clone(), ann.clone()])]), Some((true, 2)));
        assert_eq!(count(&[allow(&[any.clone(), "{}".to_owned()])]), Some((true, 0)));
        assert_eq!(count(&[deny(std::slice::from_ref(&without)), OFFICE.to_owned()]), Some((false, 1)));
        let office = |fields: &str| source(&format!(r#""ipBlocks": ["10.0.0.0/8"], {fields}"#));
        assert_eq!(count(&[allow(&[office(r#""requestPrincipals": ["*"]"#)])]), Some((false, 1)));
        // One or the other is enough: no list says that.
        assert_eq!(count(&[allow(&[source(r#""ipBlocks": ["10.0.0.0/8"]"#), any])]), None);
        assert_eq!(count(&[deny(&[office(r#""notRequestPrincipals": ["*"]"#)])]), None);
        // Who has a certain token is refused, or who has none is let in.
        assert_eq!(count(&[deny(&[ann])]), None);
        assert_eq!(count(&[allow(&[without])]), None);
    }

    #[test]
    fn what_is_not_about_addresses_and_tokens_is_not_read() {
        for spec in [
            r#"{"rules": [{"from": [{"source": {"requestPrincipals": ["ann"]}}]}]}"#,
            r#"{"rules": [{"from": [{"source": {"principals": ["*"]}}]}]}"#,
            r#"{"rules": [{"when": [{"key": "request.headers[x]", "values": ["1"]}]}]}"#,
            r#"{"rules": [{"to": [{"operation": {"ports": ["8080"]}}]}]}"#,
            r#"{"rules": [{"from": [{"source": {"ipBlocks": ["office"]}}]}]}"#,
            r#"{"rules": [{"from": [{"source": {"ipBlocks": ["10.0.0.0/8"], "remoteIpBlocks": ["10.0.0.0/8"]}}]}]}"#,
            r#"{"action": "CUSTOM", "provider": {"name": "x"}, "rules": [{}]}"#,
        ] {
            assert_eq!(policy(spec), None, "{spec}");
        }
    }
}
