//! DestinationRules that are there already for a host for which one is written.

use super::companions::is_written;
use super::traffic::TrafficRule;
use crate::model::{Manifest, Origin};
use crate::syntax::FieldPath;

/// How a rule of the input stands to one that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// In the same namespace: of two rules for a host the older one's traffic policy counts
    /// (istio/istio pilot/pkg/model/destination_rule.go, mergeDestinationRule).
    Rival,
    /// It would hold for the clients of that namespace, where the written one goes before it
    /// (istio/istio pilot/pkg/model/push_context.go, destinationRule).
    Replaced,
}

/// The rules of the input for a host, as clients of a namespace meet them; without those of an earlier conversion.
pub fn rules_beside<'m>(
    manifests: &'m [Manifest],
    namespace: &'m str,
    host: &'m str,
) -> impl Iterator<Item = (Beside, Origin)> + 'm {
    let rules = manifests.iter().filter(|one| one.object.kind == "DestinationRule" && !is_written(one));
    rules.filter_map(move |manifest| {
        let rule = TrafficRule::read(manifest).filter(|rule| rule.is_seen(namespace))?;
        let own = if namespace.is_empty() { "default" } else { namespace };
        let beside = if rule.namespace() == own { Beside::Rival } else { Beside::Replaced };
        let covers = rule.host() == host
            || beside == Beside::Replaced && rule.host().strip_prefix('*').is_some_and(|rest| host.ends_with(rest));
        covers.then(|| (beside, Origin::field(&manifest.object, FieldPath::root().field("spec.host"))))
    })
}
