//! Which Ingresses are ingress-nginx's own (`store.go`, GetIngressClass and the Ingress event handlers).

use std::collections::BTreeMap;

use super::config::Config;
use super::extract::CLASS_ANNOTATION;
use crate::model::{Manifest, Origin};
use crate::syntax::{FieldPath, Node};

/// The IngressClasses of an input.
#[derive(Debug, Clone, Default)]
pub struct Classes(BTreeMap<String, Class>);

#[derive(Debug, Clone)]
struct Class {
    controller: String,
    is_default: bool,
    created: String,
}

impl Classes {
    /// Takes up the IngressClasses among manifests.
    pub fn new<'a>(manifests: impl IntoIterator<Item = &'a Manifest>) -> Self {
        let classes = manifests.into_iter().filter(|manifest| manifest.object.kind == "IngressClass");
        Self(classes.map(|manifest| (manifest.object.name.clone(), Class::read(&manifest.node))).collect())
    }

    /// The class that the API server writes into an Ingress that names none: of several the newest, then the first
    /// by name (admission plugin DefaultIngressClass).
    fn default(&self) -> Option<(&String, &Class)> {
        let defaults = self.0.iter().filter(|(_, class)| class.is_default);
        defaults.min_by(|(a, left), (b, right)| right.created.cmp(&left.created).then(a.cmp(b)))
    }
}

impl Class {
    fn read(node: &Node) -> Self {
        let text = |node: Option<&Node>| node.and_then(Node::as_str).unwrap_or_default().to_owned();
        let metadata = node.get("metadata");
        let annotations = metadata.and_then(|metadata| metadata.get("annotations"));
        let default = annotations.and_then(|node| node.get("ingressclass.kubernetes.io/is-default-class"));
        Self {
            controller: text(node.get("spec").and_then(|spec| spec.get("controller"))),
            is_default: text(default) == "true",
            created: text(metadata.and_then(|metadata| metadata.get("creationTimestamp"))),
        }
    }
}

/// Whether the controller serves an Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// Under this class. `_` stands for none, with `--watch-ingress-without-class`.
    Served {
        /// The class.
        class: String,
        /// The field that says so; `None` when the Ingress names no class.
        origin: Option<Origin>,
    },
    /// Another controller's.
    Foreign {
        /// The class that the Ingress names, or the default class.
        class: String,
        /// The field that says so; `None` when the Ingress names no class.
        origin: Option<Origin>,
    },
    /// It names a class of which the input holds no IngressClass: the controller serves nothing for a class that does
    /// not exist, but the input may be incomplete.
    Undeclared {
        /// The class.
        class: String,
        /// The field that says so.
        origin: Origin,
        /// The input holds other IngressClasses, so that this one is missing rather than left out.
        others: bool,
    },
    /// It names no class and there is no default.
    Classless,
}

/// Under which class the controller serves an Ingress: `spec.ingressClassName` by the IngressClass's controller, else
/// the annotation by its value, else the default class.
#[must_use]
pub fn class_of(ingress: &Manifest, classes: &Classes, config: &Config) -> Membership {
    let flags = &config.flags;
    let name = ingress.node.get("spec").and_then(|spec| spec.get("ingressClassName"));
    if let Some(class) = name.and_then(Node::as_str) {
        let origin = Origin::field(&ingress.object, FieldPath::root().field("spec.ingressClassName"));
        return by_class(class, Some(origin), classes, config);
    }
    let annotations = ingress.node.get("metadata").and_then(|metadata| metadata.get("annotations"));
    if let Some(class) = annotations.and_then(|node| node.get(CLASS_ANNOTATION)).and_then(Node::as_str) {
        let origin = Some(Origin::field(&ingress.object, FieldPath::annotation(CLASS_ANNOTATION)));
        let class = class.to_owned();
        // The IngressClass object is not looked at here.
        return if class == flags.ingress_class {
            Membership::Served { class, origin }
        } else {
            Membership::Foreign { class, origin }
        };
    }
    match classes.default() {
        Some((class, _)) => by_class(class, None, classes, config),
        None if flags.watch_ingress_without_class => Membership::Served { class: "_".to_owned(), origin: None },
        None => Membership::Classless,
    }
}

fn by_class(class: &str, origin: Option<Origin>, classes: &Classes, config: &Config) -> Membership {
    let flags = &config.flags;
    let name = class.to_owned();
    match (classes.0.get(class), origin) {
        (Some(object), origin) => {
            let by_name = flags.ingress_class_by_name && class == flags.ingress_class;
            if object.controller == flags.controller_class || by_name {
                Membership::Served { class: name, origin }
            } else {
                Membership::Foreign { class: name, origin }
            }
        }
        // The chart installs the IngressClass with the controller, so it is rarely beside the Ingresses.
        (None, origin) if class == flags.ingress_class => Membership::Served { class: name, origin },
        (None, Some(origin)) => Membership::Undeclared { class: name, origin, others: !classes.0.is_empty() },
        (None, None) => Membership::Classless,
    }
}

/// Why the controller leaves out an Ingress of its own because of its `spec`: the field and the reason.
#[must_use]
pub fn left_out(ingress: &Manifest, config: &Config) -> Option<(Origin, String)> {
    let spec = ingress.node.get("spec")?;
    let root = FieldPath::root().key("spec");
    if config.flags.disable_catch_all && spec.get("defaultBackend").is_some() {
        let origin = Origin::field(&ingress.object, root.key("defaultBackend"));
        return Some((origin, "the controller runs with --disable-catch-all".to_owned()));
    }
    if !config.flags.deep_inspect {
        return None;
    }
    let (path, text) = inspected(spec, &root).into_iter().find(|(_, text)| is_suspicious(text))?;
    let reason = format!("`{text}` looks like nginx configuration, which the controller's deep inspection refuses");
    Some((Origin::field(&ingress.object, path), reason))
}

/// The texts that the controller inspects (inspector/ingress.go): hosts, paths, and what the tls section names.
fn inspected<'a>(spec: &'a Node, root: &FieldPath) -> Vec<(FieldPath, &'a str)> {
    let mut texts = Vec::new();
    let mut add = |path: FieldPath, node: Option<&'a Node>| {
        texts.extend(node.and_then(Node::as_str).map(|text| (path, text)));
    };
    for (index, rule) in spec.get("rules").map_or(&[][..], Node::items).iter().enumerate() {
        let at = root.key("rules").index(index);
        add(at.key("host"), rule.get("host"));
        let paths = rule.get("http").and_then(|http| http.get("paths")).map_or(&[][..], Node::items);
        for (index, path) in paths.iter().enumerate() {
            add(at.field("http.paths").index(index).key("path"), path.get("path"));
        }
    }
    for (index, tls) in spec.get("tls").map_or(&[][..], Node::items).iter().enumerate() {
        let at = root.key("tls").index(index);
        add(at.key("secretName"), tls.get("secretName"));
        for (index, host) in tls.get("hosts").map_or(&[][..], Node::items).iter().enumerate() {
            add(at.key("hosts").index(index), Some(host));
        }
    }
    texts
}

/// inspector/rules.go: `alias …;`, `root …;`, files of the controller, and Lua.
fn is_suspicious(text: &str) -> bool {
    let directive =
        |name: &str| text.find(name).is_some_and(|at| text.get(at..).is_some_and(|rest| rest.contains(';')));
    let files = ["passwd", "shadow", "group", "nginx", "ingress-controller"];
    directive("alias")
        || directive("root")
        || files.iter().any(|file| text.contains(&format!("/etc/{file}")))
        || text.contains("/var/run/secrets")
        || text.contains("_by_lua")
}
