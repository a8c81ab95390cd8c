//! Which Ingresses are ingress-nginx's own (`store.go`, GetIngressClass and the Ingress event handlers).

use super::config::Config;
use super::flags::Flags;
use crate::model::{Located, Origin};
use crate::source::context::Context;
use crate::source::ingress::Ingress;
use crate::syntax::FieldPath;

/// Whether the controller serves an Ingress. Origins are the fields that name the class; `None` when the class is the
/// default one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// Under this class. `_` stands for none, with `--watch-ingress-without-class`.
    Served {
        /// The class.
        class: String,
        /// The field that names it.
        origin: Option<Origin>,
    },
    /// It is another controller's.
    Foreign {
        /// The class.
        class: String,
        /// The field that names it.
        origin: Option<Origin>,
    },
    /// The input has no IngressClass of this name. A controller serves nothing for a class that does not exist, but
    /// the input may be incomplete.
    Undeclared {
        /// The class.
        class: String,
        /// The field that names it.
        origin: Origin,
    },
    /// It names no class, and there is no default.
    Classless,
}

/// Under which class the controller serves an Ingress: `spec.ingressClassName` by the IngressClass's controller, else
/// the annotation by its value, else the default class, which the API server writes into new Ingresses.
#[must_use]
pub fn class_of(ingress: &Ingress, context: &Context, flags: &Flags) -> Membership {
    if let Some(Located { value, origin }) = &ingress.class_name {
        return by_class(value, Some(origin.clone()), context, flags);
    }
    if let Some(Located { value, origin }) = &ingress.class_annotation {
        // The IngressClass object is not looked at here.
        let (class, origin) = (value.clone(), Some(origin.clone()));
        return if class == flags.ingress_class {
            Membership::Served { class, origin }
        } else {
            Membership::Foreign { class, origin }
        };
    }
    match context.classes.iter().find(|(_, class)| class.default) {
        Some((class, _)) => by_class(class, None, context, flags),
        None if flags.watch_ingress_without_class => Membership::Served { class: "_".to_owned(), origin: None },
        None => Membership::Classless,
    }
}

fn by_class(name: &str, origin: Option<Origin>, context: &Context, flags: &Flags) -> Membership {
    let class = name.to_owned();
    match (context.classes.get(name), origin) {
        (Some(object), origin) => {
            let by_name = flags.ingress_class_by_name && class == flags.ingress_class;
            if object.controller == flags.controller_class || by_name {
                Membership::Served { class, origin }
            } else {
                Membership::Foreign { class, origin }
            }
        }
        // The chart installs the IngressClass with the controller, so it is rarely beside the Ingresses.
        (None, origin) if class == flags.ingress_class => Membership::Served { class, origin },
        (None, Some(origin)) => Membership::Undeclared { class, origin },
        (None, None) => Membership::Classless,
    }
}

/// Why the controller leaves out an Ingress of its own because of its `spec`: the field and the reason.
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
