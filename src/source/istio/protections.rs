//! Policies of Istio that stand at a gateway: they choose the pods of the gateway that is left behind.
//!
//! What an AuthorizationPolicy says of client addresses becomes the address list of the rules that it covers, and what it
//! says of tokens goes with the RequestAuthentications beside it. Everything else is a protection without words in the
//! model: a rule under it is withheld until somebody accepts its loss.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::carried;
use super::held::{self, Held};
use crate::model::{
    Action, Foreign, HostPattern, Located, Manifest, Origin, PathMatcher, Protocol, Routing, Rule, VirtualHost,
};
use crate::report::{Code, Diagnostic, Fate, Report, Severity};
use crate::source::account::{account, settle_all};
use crate::source::context::Context;
use crate::source::gateway_api;
use crate::syntax::{FieldPath, Node};

/// The namespace whose policies hold for every namespace (`rootNamespace` of the mesh).
const ROOT: &str = "istio-system";

/// Whether a kind decides what a proxy lets through.
#[must_use]
pub fn is_protection(group: &str, kind: &str) -> bool {
    match group {
        "security.istio.io" => matches!(kind, "AuthorizationPolicy" | "RequestAuthentication"),
        "networking.istio.io" => kind == "EnvoyFilter",
        "extensions.istio.io" => kind == "WasmPlugin",
        _ => false,
    }
}

/// `spec.selector`; an EnvoyFilter's is `spec.workloadSelector`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Selector {
    #[serde(alias = "match_labels", alias = "labels")]
    pub match_labels: BTreeMap<String, String>,
}

/// The pods of a gateway, as far as the input shows them.
#[derive(Debug)]
pub(super) struct Pods<'a> {
    /// Labels that they have; `None` for a Gateway that is not in the input.
    pub labels: Option<&'a BTreeMap<String, String>>,
    /// Namespaces that they may be in.
    pub namespaces: BTreeSet<&'a str>,
}

/// Whether a policy holds for the pods of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Surely,
    /// The input does not show it.
    Perhaps,
    Never,
}

/// All such policies of the input, with what became of them.
#[derive(Debug)]
pub struct Protections<'m> {
    policies: Vec<Policy<'m>>,
    /// X-Forwarded-For counts as far as the mesh trusts proxies, which an address list does not know.
    proxies_are_trusted: bool,
    /// Places in `policies`: those that hold for a gateway, and those that a rule was left without.
    at_gateways: BTreeSet<usize>,
    guarding: BTreeSet<usize>,
    /// Those that go with rules as they stand.
    carried: BTreeSet<usize>,
}

#[derive(Debug)]
struct Policy<'m> {
    manifest: &'m Manifest,
    labels: BTreeMap<String, String>,
    read: Option<held::Policy>,
}

/// Those that hold for the pods of one gateway, by their places.
type AtGateway = Vec<(usize, Holds)>;

impl<'m> Protections<'m> {
    /// Finds them.
    #[must_use]
    pub fn read(manifests: &'m [Manifest], context: &Context) -> Self {
        let policies = manifests.iter().filter(|one| is_protection(one.group(), &one.object.kind));
        // What names its target does not choose pods.
        let chooses = |spec: &Node| spec.get("targetRef").or(spec.get("targetRefs")).is_none();
        let policies = policies.filter(|one| one.node.get("spec").is_none_or(chooses) && !carried::is_dry_run(one));
        // The ConfigMap of the mesh, `istio` or that of a revision.
        let mut mesh =
            context.config_maps.iter().filter(|((namespace, name), _)| namespace == ROOT && name.starts_with("istio"));
        let trusts = |data: &BTreeMap<String, String>| data.values().any(|text| text.contains("gatewayTopology"));
        Self {
            policies: policies.map(Policy::read).collect(),
            proxies_are_trusted: mesh.any(|(_, data)| trusts(data)),
            at_gateways: BTreeSet::new(),
            guarding: BTreeSet::new(),
            carried: BTreeSet::new(),
        }
    }

    /// Puts what holds for the pods of a gateway on its rules. Redirects reach nothing that could be protected.
    pub(super) fn protect(&mut self, routing: &mut Routing, pods: &Pods<'_>, context: &Context) {
        let all = self.policies.iter().enumerate().map(|(place, policy)| (place, policy.holds(pods, context)));
        let at: AtGateway = all.filter(|(_, holds)| *holds != Holds::Never).collect();
        self.at_gateways.extend(at.iter().map(|(place, _)| place));
        for entry in &mut routing.entry_points {
            for host in &mut entry.hosts {
                let stream = host.passthrough || matches!(entry.protocol, Protocol::Tcp | Protocol::Udp);
                let whole = |rule: &Rule| rule.matcher.whole_path().map(Cow::into_owned);
                let paths: Vec<Option<PathMatcher>> = host.rules.iter().map(whole).collect();
                let carried = self.as_they_stand(&at).filter(|_| !stream);
                let mut goes = false;
                for (index, rule) in host.rules.iter_mut().enumerate() {
                    let earlier: Vec<&PathMatcher> = paths.iter().take(index).flatten().collect();
                    if matches!(rule.action, Action::Redirect(_)) {
                        continue;
                    }
                    let in_words = !stream && self.in_words(&at, &host.host, &earlier, rule);
                    match &carried {
                        Some(policies) if !in_words || rule.policies.tokens.is_some() => {
                            let said = |one: &Located<Foreign>| {
                                Located::new(Foreign { said: in_words, ..one.value.clone() }, one.origin.clone())
                            };
                            rule.policies.foreign.extend(policies.iter().map(said));
                            goes = true;
                        }
                        Some(_) | None if in_words => goes |= rule.policies.tokens.is_some(),
                        Some(_) | None => self.guard(&at, rule),
                    }
                }
                if goes {
                    self.carried.extend(at.iter().map(|(place, _)| place));
                }
                if !stream && !at.is_empty() {
                    self.unmatched(&at, host, &paths.iter().flatten().collect::<Vec<_>>());
                }
            }
        }
    }

    /// Policies are asked before routes are looked for: who is refused gets 403 also where no rule takes the request.
    fn unmatched(&self, at: &AtGateway, host: &mut VirtualHost, earlier: &[&PathMatcher]) {
        let Some((place, _)) = at.first().filter(|_| !earlier.contains(&&PathMatcher::Any)) else { return };
        let Some(policy) = self.policies.get(*place) else { return };
        let mut rule = gateway_api::unmatched(PathMatcher::Any, policy.origin());
        let in_words = self.in_words(at, &host.host, earlier, &mut rule);
        if in_words && (rule.policies.access.is_some() || rule.policies.tokens.is_some()) {
            host.rules.push(rule);
        }
    }

    /// What all of them come to, as an address list and as what is asked of tokens. False when they are not that.
    fn in_words(&self, at: &AtGateway, host: &HostPattern, earlier: &[&PathMatcher], rule: &mut Rule) -> bool {
        let policies: Vec<&Policy<'_>> = at.iter().filter_map(|(place, _)| self.policies.get(*place)).collect();
        let Some(first) = policies.first() else { return true };
        let read: Option<Vec<&held::Policy>> = policies.iter().map(|policy| policy.read.as_ref()).collect();
        let sure = at.iter().all(|(_, holds)| *holds == Holds::Surely);
        let Some(read) = read.filter(|_| sure) else { return false };
        let Some(Held { access, tokens }) = held::held(&read, (host, &rule.matcher), earlier) else { return false };
        if access.is_some() && self.proxies_are_trusted {
            return false;
        }
        let of = |kind: &str| policies.iter().find(|policy| policy.manifest.object.kind == kind).unwrap_or(first);
        if let Some(list) = access {
            rule.policies.access = Some(Located::new(list, of("AuthorizationPolicy").origin()));
        }
        if let Some(tokens) = tokens {
            rule.policies.tokens = Some(Located::new(tokens, of("RequestAuthentication").origin()));
        }
        true
    }

    /// All of them word for word, for Istio itself; `None` where one cannot be taken so, or may not hold: with one more
    /// that allows, more would be allowed.
    fn as_they_stand(&self, at: &AtGateway) -> Option<Vec<Located<Foreign>>> {
        let carried = at.iter().map(|(place, holds)| {
            let policy = self.policies.get(*place).filter(|_| *holds == Holds::Surely)?;
            carried::carried(policy.manifest)
        });
        carried.collect()
    }

    /// The rule is not written without them.
    fn guard(&mut self, at: &AtGateway, rule: &mut Rule) {
        for (place, _) in at {
            let Some(policy) = self.policies.get(*place) else { continue };
            if policy.read.as_ref().is_some_and(held::Policy::only_audits) {
                continue;
            }
            self.guarding.insert(*place);
            rule.policies.unmodelled.push(Located::new(policy.name(), Origin::object(&policy.manifest.object)));
        }
    }

    /// Gives every policy its fate, and says which of them are lost though no rule shows it. What chooses other pods
    /// stays in force.
    pub fn report(&self, manifests: &[Manifest], report: &mut Report) {
        for (place, policy) in self.policies.iter().enumerate() {
            let beyond_addresses = policy.read.as_ref().is_none_or(held::Policy::speaks_of_tokens);
            let lost = beyond_addresses && self.at_gateways.contains(&place) && !self.carried.contains(&place);
            let guards = self.guarding.contains(&place);
            if lost || guards {
                settle_all(policy.manifest, Fate::Dropped, Some(Code::ProtectionNotCarried), report);
            }
            if self.at_gateways.contains(&place) && !lost && !guards && policy.names_remote_addresses() {
                report.push(policy.taken_for_peers());
            }
            if lost && !guards {
                let message = format!("{} is not carried", policy.manifest.object.label());
                let finding = Diagnostic::new(Code::ProtectionNotCarried, message)
                    .note("it holds for pods of the Istio gateway; those of the new Gateway are others")
                    .help("attach it to the new Gateway (`targetRefs`) before traffic moves, or accept it with --allow G2L119");
                report.push(finding.at(&Origin::object(&policy.manifest.object), ""));
            }
        }
        for manifest in manifests.iter().filter(|one| carried::is_dry_run(one)) {
            settle_all(manifest, Fate::Ignored, None, report);
        }
        account(manifests, |one| is_protection(one.group(), &one.object.kind), report);
    }
}

impl<'m> Policy<'m> {
    fn read(manifest: &'m Manifest) -> Self {
        let spec = manifest.node.get("spec");
        let selector = spec.and_then(|spec| spec.get("selector").or(spec.get("workloadSelector")));
        let labels = selector.and_then(|node| node.read::<Selector>().ok()).unwrap_or_default().match_labels;
        Self { manifest, labels, read: held::Policy::read(&manifest.object.kind, spec) }
    }

    fn origin(&self) -> Origin {
        let is_authentication = self.manifest.object.kind == "RequestAuthentication";
        let path = FieldPath::root().key("spec").key(if is_authentication { "jwtRules" } else { "rules" });
        let written = self.manifest.node.at(&path).is_some();
        let object = &self.manifest.object;
        if written { Origin::field(object, path) } else { Origin::object(object) }
    }

    fn name(&self) -> &'static str {
        match self.manifest.object.kind.as_str() {
            "AuthorizationPolicy" => "the AuthorizationPolicy of the Istio gateway",
            "RequestAuthentication" => "the RequestAuthentication of the Istio gateway",
            "EnvoyFilter" => "the EnvoyFilter of the Istio gateway",
            _ => "the WasmPlugin of the Istio gateway",
        }
    }

    fn names_remote_addresses(&self) -> bool {
        let text = self.manifest.node.to_json().to_string();
        text.contains("emoteIpBlocks\":") || text.contains("remote_ip_blocks\":")
    }

    /// Whether proxies are trusted is said of the mesh, or of the pods of the gateway, which are not in the input.
    fn taken_for_peers(&self) -> Diagnostic {
        let message = "`remoteIpBlocks` are written as addresses of peers";
        let mut finding = Diagnostic::new(Code::SettingApproximated, message).at(&self.origin(), "");
        finding.severity = Severity::Info;
        finding
            .note("where the pods of the Istio gateway trust proxies (`numTrustedProxies`), it is X-Forwarded-For that counts")
            .help("tell the new Gateway which proxies it may trust, too")
    }

    /// Whether it may hold for these pods: the input does not show all of their labels.
    fn holds(&self, pods: &Pods<'_>, context: &Context) -> Holds {
        let own = self.manifest.object.namespace.as_str();
        let near = own == ROOT || pods.namespaces.contains(own);
        let Some(known) = pods.labels else {
            // `istio` is the label of Istio's own gateways.
            let may = near && !self.chooses_others(None, context) || self.labels.contains_key("istio");
            return if may { Holds::Perhaps } else { Holds::Never };
        };
        if self.labels.iter().any(|(key, value)| known.get(key).is_some_and(|own| own != value)) {
            return Holds::Never;
        }
        let has_all = self.labels.keys().all(|key| known.contains_key(key));
        match (near, has_all) {
            (_, true) if own == ROOT => Holds::Surely,
            (true, true) => Holds::Perhaps,
            (false, true) if !self.labels.is_empty() => Holds::Perhaps,
            (true, false) if !self.chooses_others(Some(known), context) => Holds::Perhaps,
            (true | false, false) | (false, true) => Holds::Never,
        }
    }

    /// Whether its labels are those of a Service's pods that are no gateway's.
    fn chooses_others(&self, gateway: Option<&BTreeMap<String, String>>, context: &Context) -> bool {
        let own = &self.manifest.object.namespace;
        let has = |all: &BTreeMap<String, String>, some: &BTreeMap<String, String>| {
            !some.is_empty() && some.iter().all(|(key, value)| all.get(key) == Some(value))
        };
        let mut services = context.services.iter().filter(|((namespace, _), _)| own == ROOT || namespace == own);
        services.any(|(_, service)| {
            let is_gateway = gateway.is_some_and(|gateway| has(&service.selector, gateway));
            has(&service.selector, &self.labels) && !is_gateway
        })
    }
}
