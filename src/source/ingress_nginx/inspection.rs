//! Ingresses of its own that the controller leaves out because of their `spec` (inspector/rules.go, store.go).

use super::config::Config;
use crate::model::Located;
use crate::source::ingress::Ingress;
use crate::syntax::FieldPath;

/// Why the controller leaves out an Ingress because of its `spec`: the field and the reason.
#[must_use]
pub fn left_out(ingress: &Ingress, config: &Config) -> Option<Located<String>> {
    if let Some(backend) = ingress.default_backend.as_ref().filter(|_| config.flags.disable_catch_all) {
        let reason = "the controller runs with --disable-catch-all".to_owned();
        return Some(Located::new(reason, ingress.origin(&backend.field)));
    }
    if !config.flags.deep_inspect {
        return None;
    }
    let (field, text) = inspected(ingress).into_iter().find(|(_, text)| is_suspicious(text))?;
    let reason = format!("`{text}` looks like nginx configuration, which the controller's deep inspection refuses");
    Some(Located::new(reason, ingress.origin(&field)))
}

/// The texts that the controller inspects (inspector/ingress.go): hosts, paths, and what the tls section names.
fn inspected(ingress: &Ingress) -> Vec<(FieldPath, &str)> {
    let hosts = ingress.rules.iter().map(|rule| (rule.field.key("host"), rule.host.as_str()));
    let paths = ingress.rules.iter().flat_map(|rule| rule.paths.iter().flatten());
    let paths = paths.map(|path| (path.field.key("path"), path.path.as_str()));
    let tls = ingress.tls.iter().flat_map(|tls| {
        let secret = tls.secret.iter().map(|secret| (tls.field.key("secretName"), secret.as_str()));
        let hosts = tls.hosts.iter().enumerate();
        secret.chain(hosts.map(|(index, host)| (tls.field.key("hosts").index(index), host.as_str())))
    });
    hosts.chain(paths).chain(tls).collect()
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
