//! Which dialect an Ingress is written in: by the controller of its IngressClass, then by its annotations, then by the
//! name of its class, unless the user says so.

use std::collections::BTreeMap;

use super::context::{Context, World};
use super::ingress::Ingress;
use super::ingress_nginx::Controller;
use crate::model::Origin;
use crate::report::{Code, Diagnostic, Fate, Report};

/// A dialect of Ingress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// The community controller of kubernetes/ingress-nginx.
    IngressNginx,
    /// Istio's own controller of Ingresses.
    IstioIngress,
    /// What the Ingress API itself promises.
    Ingress,
}

/// A row of the table of dialects.
#[derive(Debug)]
pub struct DialectEntry {
    /// Which one.
    pub dialect: Dialect,
    /// As `--source` takes it.
    pub name: &'static str,
    /// What is read.
    pub meaning: &'static str,
}

/// Every dialect of Ingress.
pub const DIALECTS: &[DialectEntry] = &[
    DialectEntry {
        dialect: Dialect::IngressNginx,
        name: super::ingress_nginx::DIALECT,
        meaning: "Ingresses of the community controller kubernetes/ingress-nginx (v1.15), with its annotations and ConfigMap",
    },
    DialectEntry {
        dialect: Dialect::IstioIngress,
        name: super::istio::ingress::DIALECT,
        meaning: "Ingresses that Istio itself serves (controller istio.io/ingress-controller), which reads no annotations",
    },
    DialectEntry {
        dialect: Dialect::Ingress,
        name: super::ingress::DIALECT,
        meaning: "Ingresses of any other controller, by what the Ingress API promises; vendor annotations are reported, not carried",
    },
];

impl Dialect {
    /// The dialect of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        DIALECTS.iter().find(|entry| entry.name == name).map(|entry| entry.dialect)
    }
}

/// All Ingresses that one controller serves.
#[derive(Debug, Clone)]
pub struct Group {
    /// How they are to be read.
    pub dialect: Dialect,
    /// The class they are served under; the first by name when a controller has several.
    pub class: String,
    /// The Ingresses.
    pub ingresses: Vec<Ingress>,
    /// The controller, by its place among those of the input; `None` when it is not there.
    pub controller: Option<usize>,
}

/// What Ingresses are told apart by.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// IngressClasses and the rest.
    pub context: &'a Context,
    /// The controllers of ingress-nginx among the input.
    pub controllers: &'a [Controller],
    /// How the user wants every Ingress to be read.
    pub forced: Option<Dialect>,
}

/// The class that Gateways get when Ingresses name none.
pub const NO_CLASS: &str = "default";

/// The prefix of ingress-nginx's annotations.
const NGINX_PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// Sorts Ingresses by the controller that serves them.
#[must_use]
pub fn group(ingresses: Vec<Ingress>, known: Known<'_>, report: &mut Report) -> Vec<Group> {
    let mut classes: BTreeMap<String, Vec<Ingress>> = BTreeMap::new();
    for ingress in ingresses {
        if let Some(class) = class_of(&ingress, known, report) {
            classes.entry(class).or_default().push(ingress);
        }
    }
    let mut groups: BTreeMap<(Dialect, Option<usize>, String), Group> = BTreeMap::new();
    for (class, ingresses) in classes {
        let dialect = known.forced.unwrap_or_else(|| dialect_of(&class, &ingresses, known, report));
        for ingress in ingresses {
            let Ok(controller) = controller_of(&ingress, &class, dialect, known, report) else { continue };
            let shared = match (dialect, controller) {
                // One controller serves every class that names it.
                (Dialect::IngressNginx, Some(_)) => String::new(),
                (Dialect::IngressNginx, None) | (Dialect::IstioIngress, _) => known.controller_name(&class),
                (Dialect::Ingress, _) => class.clone(),
            };
            let group = groups.entry((dialect, controller, shared));
            let new = || Group { dialect, class: class.clone(), ingresses: Vec::new(), controller };
            group.or_insert_with(new).ingresses.push(ingress);
        }
    }
    groups.into_values().collect()
}

impl Known<'_> {
    fn controller_name(&self, class: &str) -> String {
        self.context.classes.get(class).map_or_else(|| class.to_owned(), |known| known.controller.clone())
    }

    fn serving<'k>(&'k self, class: &'k str) -> impl Iterator<Item = (usize, &'k Controller)> {
        let all = self.controllers.iter().enumerate();
        all.filter(move |(_, controller)| controller.serves_class(class, self.context))
    }
}

/// The controller of the input that serves an Ingress; `Err` when those that serve its class do not look at its namespace.
fn controller_of(
    ingress: &Ingress,
    class: &str,
    dialect: Dialect,
    known: Known<'_>,
    report: &mut Report,
) -> Result<Option<usize>, ()> {
    if dialect != Dialect::IngressNginx {
        return Ok(None);
    }
    let mut blind = None;
    for (index, controller) in known.serving(class) {
        if controller.watches(ingress) {
            return Ok(Some(index));
        }
        blind.get_or_insert(controller);
    }
    let Some(controller) = blind else { return Ok(None) };
    let why = format!("the controller looks at namespace `{}` only", controller.flags.watch_namespace);
    unserved(ingress, report, &why);
    Err(())
}

/// The class an Ingress is served under. `spec.ingressClassName` beats the annotation (ingress-nginx store.go:1066; the
/// API's own order). The default class is what the API server fills in on creation, so it counts for manifests, not for
/// objects that a cluster has already taken.
fn class_of(ingress: &Ingress, known: Known<'_>, report: &mut Report) -> Option<String> {
    let Known { context, controllers, forced } = known;
    if let Some(class) =
        ingress.class_name.as_ref().or(ingress.class_annotation.as_ref()).filter(|class| !class.value.is_empty())
    {
        let closed = context.world == World::Closed && ingress.class_name.is_some() && !context.classes.is_empty();
        let by_name = known.serving(&class.value).next().is_some();
        if closed && !context.classes.contains_key(&class.value) && !by_name {
            return unserved(ingress, report, &format!("no IngressClass is named `{}`", class.value));
        }
        return Some(class.value.clone());
    }
    let rest = || controllers.iter().find_map(|controller| controller.class_of_the_rest(context));
    if context.world == World::Closed && forced.is_none() {
        if let Some(class) = rest() {
            return Some(class);
        }
        return unserved(ingress, report, "it names no class");
    }
    if let Some((name, _)) = context.classes.iter().find(|(_, class)| class.default) {
        return Some(name.clone());
    }
    if let Some(class) = rest() {
        return Some(class);
    }
    let nginx = ingress.annotations.iter().any(|(key, _)| key.starts_with(NGINX_PREFIX));
    let class = if nginx || forced == Some(Dialect::IngressNginx) { "nginx" } else { NO_CLASS };
    let message = format!("Ingress `{}` names no class", ingress.key());
    report.push(
        Diagnostic::new(Code::NoClass, message)
            .at(&Origin::object(&ingress.object), format!("converted as class `{class}`"))
            .help("set spec.ingressClassName, so that it is certain which controller serves it"),
    );
    Some(class.to_owned())
}

fn unserved(ingress: &Ingress, report: &mut Report, why: &str) -> Option<String> {
    let origin = Origin::object(&ingress.object);
    report.push(
        Diagnostic::new(Code::ClassNotServed, format!("Ingress `{}` is served by nobody", ingress.key()))
            .at(&origin, why),
    );
    ingress.account(Fate::Ignored, Some(Code::ClassNotServed), report);
    None
}

fn dialect_of(class: &str, ingresses: &[Ingress], known: Known<'_>, report: &mut Report) -> Dialect {
    let context = known.context;
    if known.serving(class).next().is_some() {
        return Dialect::IngressNginx;
    }
    if let Some(known) = context.classes.get(class).filter(|known| !known.controller.is_empty()) {
        return match known.controller.as_str() {
            controller if is_ingress_nginx(controller) => Dialect::IngressNginx,
            super::istio::ingress::CONTROLLER => Dialect::IstioIngress,
            _ => Dialect::Ingress,
        };
    }
    let annotated = |prefix: &str| {
        ingresses.iter().any(|ingress| ingress.annotations.iter().any(|(key, _)| key.starts_with(prefix)))
    };
    if annotated(NGINX_PREFIX) {
        return Dialect::IngressNginx;
    }
    // The class that Istio serves unless its mesh configuration says otherwise (mesh.go, ingressClass).
    if class == "istio" {
        return Dialect::IstioIngress;
    }
    // F5's controller and Traefik answer to the class `nginx` as well (reference/vendors/_classes.tsv).
    if class.contains("nginx") && !annotated("nginx.org/") && !annotated("traefik.ingress.kubernetes.io/") {
        if let Some(first) = ingresses.first() {
            let message = format!("class `{class}` is taken to be ingress-nginx's");
            report.push(
                Diagnostic::new(Code::UnresolvedSource, message)
                    .at(&Origin::object(&first.object), "its IngressClass is not in the input")
                    .help("add the IngressClass to the input, or pass --source ingress-nginx"),
            );
        }
        return Dialect::IngressNginx;
    }
    Dialect::Ingress
}

/// `k8s.io/ingress-nginx`, and the values that people give further installations (`k8s.io/internal-ingress-nginx`).
#[must_use]
pub fn is_ingress_nginx(controller: &str) -> bool {
    controller.starts_with("k8s.io/") && controller.contains("ingress-nginx")
}
