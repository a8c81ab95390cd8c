//! Ingresses that the controller leaves out because of their `spec` (inspector/rules.go, store.go).

use super::config::Config;
use crate::model::{Manifest, Origin};
use crate::syntax::{FieldPath, Node};

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
