//! Whether a condition is asked by a proxy, and what it asks of the proxy itself.
//!
//! `sourceLabels` and `sourceNamespace` are those of the pod that routes: of the client in the mesh, of the gateway at a
//! gateway (istio/istio pilot/pkg/networking/core/route/route.go, sourceMatchHTTP). What the input does not show of it
//! stays a condition that Gateway API cannot say.

use std::collections::BTreeMap;

use super::destination::Registry;
use super::http::gateway_name;
use super::servers::Workload;
use crate::model::{FieldMatch, ValueMatcher};

/// Who asks: the proxy whose rules are made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Proxy<'a> {
    /// A gateway. The VirtualServices of one that is not in the input are bound to it by name.
    Gateway(&'a Workload),
    /// The sidecars of a mesh, those of one namespace or all others.
    Mesh(Option<&'a str>),
}

/// What a condition says of the proxy that asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'c> {
    pub gateways: &'c [String],
    pub labels: &'c BTreeMap<String, String>,
    pub namespace: &'c str,
}

impl Proxy<'_> {
    /// Whether a name in `gateways` means this proxy.
    pub(super) fn is_named(self, named: &str, own: &str) -> bool {
        match self {
            Self::Mesh(_) => named == "mesh",
            Self::Gateway(workload) => workload.gateways.contains(&gateway_name(named, own)),
        }
    }

    /// What is left to ask where the input does not show it; `None` when this proxy does not ask the condition at all.
    /// `own` is the namespace of the VirtualService, `bound` whether it is bound to the proxy as a whole.
    pub(super) fn asks(
        self,
        source: Source<'_>,
        own: &str,
        bound: bool,
        registry: Registry<'_>,
    ) -> Option<Vec<FieldMatch>> {
        if !source.gateways.is_empty() {
            // Then nothing else is asked of the source.
            return source.gateways.iter().any(|gateway| self.is_named(gateway, own)).then(Vec::new);
        }
        if !bound {
            return None;
        }
        let mut left = self.labels(source.labels)?;
        left.extend(self.namespace(source.namespace, registry)?);
        Some(left)
    }

    fn labels(self, wanted: &BTreeMap<String, String>) -> Option<Vec<FieldMatch>> {
        let known = match self {
            Self::Gateway(workload) => workload.selector.as_ref(),
            Self::Mesh(_) => None,
        };
        let mut left = Vec::new();
        for (key, value) in wanted {
            match known.and_then(|known| known.get(key)) {
                Some(has) if has == value => {}
                Some(_) => return None,
                None => left.push(beyond(format!("@source.labels[{key}]"), value)),
            }
        }
        Some(left)
    }

    fn namespace(self, wanted: &str, registry: Registry<'_>) -> Option<Option<FieldMatch>> {
        if wanted.is_empty() {
            return Some(None);
        }
        match self {
            Self::Mesh(clients) => (clients == Some(wanted)).then_some(None),
            Self::Gateway(workload) => {
                let known = workload.shown_namespaces(registry);
                match known.contains(wanted) {
                    true if known.len() == 1 => Some(None),
                    false if !known.is_empty() => None,
                    true | false => Some(Some(beyond("@source.namespace".to_owned(), wanted))),
                }
            }
        }
    }
}

fn beyond(name: String, value: &str) -> FieldMatch {
    FieldMatch { name, value: ValueMatcher::Exact(value.to_owned()) }
}
