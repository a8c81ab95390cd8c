//! RequestAuthentications of a Gateway with the AuthorizationPolicies beside them: what all of them together ask of the
//! tokens and addresses of a rule, read as the dialect `istio` reads those of a gateway's pods.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::authorization::{is_http, unmatched, whole};
use super::{foreign, reaches};
use crate::model::{EntryPoint, Foreign, HostPattern, Located, Manifest, Origin, PathMatcher, Rule};
use crate::source::istio::{Held, Policy, held, without_targets};
use crate::syntax::Node;

pub(super) const KIND: &str = "RequestAuthentication";

/// The policies of a Gateway.
struct Policies<'m> {
    read: Option<Vec<Policy>>,
    in_own_words: Vec<Located<Foreign>>,
    authentication: &'m Manifest,
    authorization: Option<&'m Manifest>,
}

/// Gives the rules of a Gateway what holds for them. Where that is not known of a rule, the policies are known by their
/// text.
pub(super) fn apply(
    authentications: &[(&Manifest, Json)],
    authorizations: &[(&Manifest, Json)],
    entry_points: &mut [EntryPoint],
) {
    let Some((authentication, _)) = authentications.first() else { return };
    let read = |(manifest, spec): &(&Manifest, Json)| {
        Policy::read(&manifest.object.kind, Some(&Node::from_json(&without_targets(spec.clone()))))
    };
    let tokens = authentications.iter().map(|(manifest, spec)| foreign(manifest, spec, true));
    let policies = Policies {
        read: authentications.iter().chain(authorizations).map(read).collect(),
        in_own_words: tokens.chain(authorizations.iter().map(|(manifest, spec)| whole(manifest, spec))).collect(),
        authentication,
        authorization: authorizations.first().map(|(manifest, _)| *manifest),
    };
    for entry in entry_points.iter_mut().filter(|entry| is_http(entry.protocol)) {
        for host in entry.hosts.iter_mut().filter(|host| !host.passthrough) {
            let whole = |rule: &Rule| rule.matcher.whole_path().map(Cow::into_owned);
            let paths: Vec<Option<PathMatcher>> = host.rules.iter().map(whole).collect();
            for (index, rule) in host.rules.iter_mut().enumerate().filter(|(_, rule)| reaches(rule)) {
                let earlier: Vec<&PathMatcher> = paths.iter().take(index).flatten().collect();
                if !policies.hold(&host.host, &earlier, rule) {
                    rule.policies.foreign.extend(policies.in_own_words.iter().cloned());
                }
            }
            // Envoy asks before it looks for a route.
            let earlier: Vec<&PathMatcher> = paths.iter().flatten().collect();
            let mut rest = unmatched(PathMatcher::Any, Origin::object(&authentication.object));
            if !earlier.contains(&&PathMatcher::Any) && policies.hold(&host.host, &earlier, &mut rest) {
                host.rules.push(rest);
            }
        }
    }
}

impl Policies<'_> {
    /// Whether it is known what all of them come to for a rule, which it then has.
    fn hold(&self, host: &HostPattern, earlier: &[&PathMatcher], rule: &mut Rule) -> bool {
        let Some(read) = &self.read else { return false };
        let read: Vec<&Policy> = read.iter().collect();
        let Some(Held { access, tokens }) = held(&read, (host, &rule.matcher), earlier) else { return false };
        let at = |manifest: Option<&Manifest>| Origin::object(&manifest.unwrap_or(self.authentication).object);
        rule.policies.access = access.map(|list| Located::new(list, at(self.authorization)));
        rule.policies.tokens = tokens.map(|tokens| Located::new(tokens, at(Some(self.authentication))));
        true
    }
}
