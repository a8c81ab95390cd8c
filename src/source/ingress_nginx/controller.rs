//! The controllers among the manifests: Deployments and DaemonSets that run ingress-nginx, with their command line.

use super::flags::{self, Flags};
use crate::model::{Located, Manifest, Origin};
use crate::report::{Code, Diagnostic, Report};
use crate::source::context::Context;
use crate::source::ingress::Ingress;
use crate::syntax::{FieldPath, Node};

/// A controller of the input.
#[derive(Debug, Clone)]
pub struct Controller {
    /// Its Deployment or DaemonSet.
    pub origin: Origin,
    /// What its command line says, over the defaults of the newest version.
    pub flags: Flags,
    /// The version that the tag of its image names.
    pub version: Option<(u16, u16)>,
    arguments: Vec<Located<String>>,
}

/// A workload that may run a controller.
#[must_use]
pub fn is_workload(group: &str, kind: &str) -> bool {
    group == "apps" && matches!(kind, "Deployment" | "DaemonSet")
}

/// Every controller of the input, in its order. What their flags say gets its fate.
#[must_use]
pub fn controllers(manifests: &[Manifest], report: &mut Report) -> Vec<Controller> {
    let workloads = manifests.iter().filter(|manifest| is_workload(manifest.group(), &manifest.object.kind));
    let found: Vec<Controller> = workloads.filter_map(controller).collect();
    for controller in &found {
        flags::account(&controller.arguments, report);
    }
    found
}

fn controller(manifest: &Manifest) -> Option<Controller> {
    let pod = FieldPath::root().field("spec.template.spec.containers");
    let containers = manifest.node.at(&pod)?.items().iter().enumerate();
    let (index, container) = containers.into_iter().find(|(_, container)| is_controller(container))?;
    let arguments = arguments(manifest, container, &pod.index(index));
    let origin = Origin::object(&manifest.object);
    let mut flags = Flags { origin: Some(origin.clone()), ..Flags::default() };
    flags.apply(arguments.iter().map(|argument| argument.value.as_str()));
    Some(Controller { origin, flags, version: version(container), arguments })
}

/// By the program that is run, or by the image when its own command is.
fn is_controller(container: &Node) -> bool {
    let mut texts = words(container, "command").chain(words(container, "args"));
    let image = container.get("image").and_then(Node::as_str).unwrap_or_default();
    let path = image.split(['@', ':']).next().unwrap_or_default();
    texts.any(|(_, text)| text.ends_with("/nginx-ingress-controller"))
        || path.ends_with("ingress-nginx/controller")
        || path.ends_with("/nginx-ingress-controller")
}

fn words<'n>(container: &'n Node, key: &str) -> impl Iterator<Item = (usize, &'n str)> {
    let items = container.get(key).map(Node::items).unwrap_or_default();
    items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_str()?)))
}

fn arguments(manifest: &Manifest, container: &Node, path: &FieldPath) -> Vec<Located<String>> {
    let found = ["command", "args"].into_iter().flat_map(|key| words(container, key).map(move |word| (key, word)));
    found
        .map(|(key, (index, text))| {
            let origin = Origin::field(&manifest.object, path.key(key).index(index));
            Located::new(expanded(text, container, &manifest.object.namespace), origin)
        })
        .collect()
}

/// `$(NAME)` stands for a variable of the container; a name that it does not have stands for itself.
fn expanded(text: &str, container: &Node, namespace: &str) -> String {
    let variables = container.get("env").map(Node::items).unwrap_or_default();
    variables.iter().fold(text.to_owned(), |text, variable| {
        let Some(name) = variable.get("name").and_then(Node::as_str) else { return text };
        let field = variable.at(&FieldPath::root().field("valueFrom.fieldRef.fieldPath")).and_then(Node::as_str);
        let value = match field {
            Some("metadata.namespace") => Some(namespace),
            Some(_) | None => variable.get("value").and_then(Node::as_str),
        };
        value.map_or_else(|| text.clone(), |value| text.replace(&format!("$({name})"), value))
    })
}

/// `registry.k8s.io/ingress-nginx/controller:v1.11.3@sha256:…` is of version 1.11. Versions before 1.0 are no defaults
/// of ours.
fn version(container: &Node) -> Option<(u16, u16)> {
    let image = container.get("image")?.as_str()?.split('@').next()?;
    let (_, tag) = image.rsplit_once('/')?.1.split_once(':')?;
    let mut numbers = tag.strip_prefix('v').unwrap_or(tag).split(['.', '-']).map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else { return None };
    (major > 0).then_some((major, minor))
}

impl Controller {
    /// Applies the command line to what holds.
    pub(crate) fn apply(&self, flags: &mut Flags) {
        flags.apply(self.arguments.iter().map(|argument| argument.value.as_str()));
        flags.origin = Some(self.origin.clone());
    }

    /// Whether it serves the Ingresses of a class (store.go:1066): by the controller of the IngressClass, or by name, where
    /// an annotation names the class, where the controller looks at names, or where the IngressClass is not in the input.
    #[must_use]
    pub fn serves_class(&self, class: &str, context: &Context) -> bool {
        let named = class == self.flags.ingress_class;
        match context.classes.get(class) {
            Some(known) => known.controller == self.flags.controller_class || named && self.flags.ingress_class_by_name,
            None => named,
        }
    }

    /// Whether it looks at the namespace of an Ingress.
    #[must_use]
    pub fn watches(&self, ingress: &Ingress) -> bool {
        let watched = &self.flags.watch_namespace;
        watched.is_empty() || *watched == ingress.object.namespace
    }

    /// The class under which it serves Ingresses that name none; `None` when it does not.
    #[must_use]
    pub fn class_of_the_rest(&self, context: &Context) -> Option<String> {
        let own = context.classes.iter().find(|(_, class)| class.controller == self.flags.controller_class);
        let class = own.map_or(&self.flags.ingress_class, |(name, _)| name);
        self.flags.watch_ingress_without_class.then(|| class.clone())
    }

    /// Says that nothing in the input is for it.
    pub(crate) fn idle(&self, report: &mut Report) {
        let object = &self.origin.object;
        let message =
            format!("the controller of {} `{}/{}` serves no Ingress", object.kind, object.namespace, object.name);
        let label =
            format!("--controller-class={} --ingress-class={}", self.flags.controller_class, self.flags.ingress_class);
        report.push(Diagnostic::new(Code::ControllerIdle, message).at(&self.origin, label));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(json: &serde_json::Value) -> Node {
        Node::from_json(json)
    }

    #[test]
    fn variables_are_expanded() {
        let field = serde_json::json!({ "fieldRef": { "fieldPath": "metadata.namespace" } });
        let env = serde_json::json!([{ "name": "NS", "valueFrom": field }, { "name": "N", "value": "web" }]);
        let node = container(&serde_json::json!({ "env": env }));
        assert_eq!(expanded("--configmap=$(NS)/$(N)-$(X)", &node, "ops"), "--configmap=ops/web-$(X)");
    }

    #[test]
    fn versions_are_those_of_tags() {
        let of = |image: &str| version(&container(&serde_json::json!({ "image": image })));
        assert_eq!(of("registry.k8s.io/ingress-nginx/controller:v1.11.3@sha256:d56f"), Some((1, 11)));
        assert_eq!(of("localhost:5000/ingress-nginx/controller"), None);
        assert_eq!(of("quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.26.1"), None);
    }
}
