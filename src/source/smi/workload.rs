//! Workloads of the input: which pods run under a service account, and by which labels a policy chooses them.

use std::collections::BTreeMap;

use super::Account;
use crate::model::{Manifest, Origin};
use crate::source::context::text_map;
use crate::source::metadata;
use crate::syntax::{Node, Value};

/// Labels by their keys.
pub(super) type Labels = BTreeMap<String, String>;

/// The account of pods that name none.
const DEFAULT_ACCOUNT: &str = "default";

/// Whether a kind makes pods, or is one.
pub(super) fn is_workload(group: &str, kind: &str) -> bool {
    match group {
        "" => kind == "Pod",
        "apps" => matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet"),
        "batch" => matches!(kind, "Job" | "CronJob"),
        _ => false,
    }
}

/// Pods, or what makes them.
#[derive(Debug)]
pub(super) struct Workload<'m> {
    pub manifest: &'m Manifest,
    pub account: Account,
    /// Labels of its pods.
    pub labels: Labels,
    /// Labels that choose its pods as long as it is there; `None` where none do.
    pub chosen_by: Option<Labels>,
    /// A proxy may stand before its pods.
    pub proxied: bool,
}

impl<'m> Workload<'m> {
    /// All of the input.
    pub(super) fn all(manifests: &'m [Manifest]) -> Vec<Self> {
        let workloads = manifests.iter().filter(|one| is_workload(one.group(), &one.object.kind));
        workloads.filter(|one| metadata::can_exist(one, &mut Default::default())).map(Self::read).collect()
    }

    fn read(manifest: &'m Manifest) -> Self {
        let node = &manifest.node;
        let spec = node.get("spec");
        let template = match manifest.object.kind.as_str() {
            "Pod" => Some(node),
            "CronJob" => spec.and_then(|spec| get(spec, &["jobTemplate", "spec", "template"])),
            _ => spec.and_then(|spec| spec.get("template")),
        };
        let pod = template.and_then(|template| template.get("spec"));
        let text = |key: &str| pod.and_then(|pod| pod.get(key)).and_then(Node::as_str).filter(|text| !text.is_empty());
        let account = text("serviceAccountName").or(text("serviceAccount")).unwrap_or(DEFAULT_ACCOUNT);
        let labels = text_map(template.and_then(|template| get(template, &["metadata", "labels"])));
        let chosen_by = (!is_owned(node)).then(|| selector(spec).unwrap_or_else(|| labels.clone()));
        let usable = |chosen: &Labels| {
            !chosen.is_empty()
                && chosen.iter().all(|(key, value)| can_be_chosen(key, value) && labels.get(key) == Some(value))
        };
        Self {
            manifest,
            account: Account { namespace: manifest.object.namespace.clone(), name: account.to_owned() },
            chosen_by: chosen_by.filter(usable),
            labels,
            proxied: !template.is_some_and(is_without_proxy),
        }
    }

    /// Whether labels choose its pods.
    pub(super) fn has(&self, chosen: &Labels) -> bool {
        chosen.iter().all(|(key, value)| self.labels.get(key) == Some(value))
    }

    pub(super) fn origin(&self) -> Origin {
        Origin::object(&self.manifest.object)
    }
}

/// `spec.selector.matchLabels`, where nothing else is said: what a controller's pods always have. `template` may say more,
/// which changes with it.
fn selector(spec: Option<&Node>) -> Option<Labels> {
    let selector = spec?.get("selector")?;
    let expressions = selector.get("matchExpressions").map(Node::items).unwrap_or_default();
    let labels = text_map(selector.get("matchLabels"));
    (expressions.is_empty() && !labels.is_empty()).then_some(labels)
}

/// Made by another object: its labels last as long as that keeps it.
fn is_owned(node: &Node) -> bool {
    let owners = get(node, &["metadata", "ownerReferences"]).map(Node::items).unwrap_or_default();
    owners.iter().any(|owner| owner.get("controller").is_some_and(|node| node.value == Value::Bool(true)))
}

/// Pods of the host's network, and those that ask for none, get no sidecar (istio/istio pkg/kube/inject/inject.go,
/// injectRequired).
fn is_without_proxy(template: &Node) -> bool {
    const INJECT: &str = "sidecar.istio.io/inject";
    let of_host = get(template, &["spec", "hostNetwork"]).is_some_and(|node| node.value == Value::Bool(true));
    let refuses = |place: &str| {
        get(template, &["metadata", place, INJECT]).and_then(Node::scalar_text).is_some_and(|text| text == "false")
    };
    of_host || refuses("labels") || refuses("annotations")
}

/// What `selector.matchLabels` of a policy takes.
fn can_be_chosen(key: &str, value: &str) -> bool {
    const LONGEST: usize = 63;
    !key.is_empty() && !key.contains('*') && !value.contains('*') && value.len() <= LONGEST
}

fn get<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}
