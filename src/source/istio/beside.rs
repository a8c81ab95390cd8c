//! DestinationRules that are there already for a host for which one is written.

use super::companions::is_written;
use super::traffic::TrafficRule;
use crate::model::{Manifest, Origin};
use crate::syntax::FieldPath;

/// How a rule of the input stands to one that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Exported to the clients of its own namespace alone, as the written one is: the two are merged, and the older one's
    /// traffic policy counts (istio/istio pilot/pkg/model/destination_rule.go, mergeDestinationRule).
    Rival,
    /// It would hold for the clients of that namespace, where the written one goes before it: of its own namespace before
    /// those of others (istio/istio pilot/pkg/model/push_context.go, destinationRule), and the youngest before those that
    /// are exported otherwise (pilot/pkg/model/sidecar.go, DestinationRule).
    Replaced,
}

/// The rules of the input, read once; without those of an earlier conversion.
pub struct RulesBeside<'m>(Vec<(TrafficRule<'m>, &'m Manifest)>);

impl<'m> RulesBeside<'m> {
    /// Those of an input.
    #[must_use]
    pub fn read(manifests: &'m [Manifest]) -> Self {
        let rules = manifests.iter().filter(|one| one.object.kind == "DestinationRule" && !is_written(one));
        Self(rules.filter_map(|manifest| Some((TrafficRule::read(manifest)?, manifest))).collect())
    }

    /// The rules for a host, as clients of a namespace meet them.
    pub fn of(&self, namespace: &str, host: &str) -> impl Iterator<Item = (Beside, Origin)> {
        let own = if namespace.is_empty() { "default" } else { namespace };
        self.0.iter().filter(move |(rule, _)| rule.is_seen(namespace)).filter_map(move |(rule, manifest)| {
            let is_merged = rule.namespace() == own && rule.host() == host && rule.is_private();
            let beside = if is_merged { Beside::Rival } else { Beside::Replaced };
            let wide = || rule.host().strip_prefix('*').is_some_and(|rest| host.ends_with(rest));
            // Without a policy, one that is merged takes that of the other.
            let covers = if rule.host() == host { !is_merged || rule.has_policy() } else { wide() };
            covers.then(|| (beside, Origin::field(&manifest.object, FieldPath::root().field("spec.host"))))
        })
    }
}
