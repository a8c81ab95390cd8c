//! The options that suit a cluster, where the user has chosen none.

use std::collections::{BTreeMap, BTreeSet};

use crate::live::{Capabilities, GatewayClass};
use crate::model::Manifest;
use crate::options::{Channel, Decided, Options, Target};
use crate::report::{Code, Diagnostic};
use crate::target::TARGETS;

/// Sets what the user left open by what the cluster has, and says so.
pub fn suit(options: &mut Options, given: Decided, capabilities: &Capabilities, input: &[Manifest]) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    if !capabilities.installed {
        said.push(
            Diagnostic::new(Code::GatewayApiMissing, "the cluster serves no Gateways")
                .help(Code::GatewayApiMissing.entry().fix),
        );
        return said;
    }
    let classes = capabilities.classes.as_deref();
    if !given.target {
        let of_gateway = target_of_gateway(options, classes.unwrap_or_default());
        said.extend(of_gateway.or_else(|| target(options, classes.unwrap_or_default())));
    }
    if !given.channel && capabilities.channel.as_deref() == Some("experimental") {
        options.channel = Channel::Experimental;
        said.push(chosen("the experimental channel, because its CRDs are installed", "--channel"));
    }
    for class in classes.unwrap_or_default().iter().filter(|class| !class.features.is_empty()) {
        options.class_features.insert(class.name.clone(), class.features.clone());
    }
    if let Some(classes) = classes.filter(|_| !given.class_map) {
        said.extend(class_map(options, classes, input));
    }
    if let Some(release) = capabilities.release.as_deref().filter(|release| is_older(release)) {
        let message = format!("the cluster has Gateway API {release}, and v1.6 is written");
        let diagnostic = Diagnostic::new(Code::GatewayApiMissing, message);
        said.push(diagnostic.help("`gatelift apply --dry-run=server` shows what it refuses"));
    }
    said
}

fn chosen(what: &str, flag: &str) -> Diagnostic {
    Diagnostic::new(Code::ClusterChoice, format!("chosen: {what}")).help(format!("{flag} chooses otherwise"))
}

/// The target that runs the class of the Gateway that routes are attached to.
fn target_of_gateway(options: &mut Options, classes: &[GatewayClass]) -> Option<Diagnostic> {
    let (gateway, class) = (options.gateway.as_ref()?, options.gateway_class.clone()?);
    let controller = &classes.iter().find(|known| known.name == class)?.controller;
    let runs = |target: &&crate::target::Target| {
        !target.profile.controller.is_empty() && target.profile.controller == *controller
    };
    let target = TARGETS.iter().find(runs)?;
    let what = format!(
        "target `{}`, which runs GatewayClass `{class}` of Gateway `{}/{}`",
        target.name, gateway.namespace, gateway.name
    );
    options.target = Target { name: target.name.to_owned(), version: None };
    Some(chosen(&what, "--target"))
}

/// The one target that the controllers of the cluster stand for.
fn target(options: &mut Options, classes: &[GatewayClass]) -> Option<Diagnostic> {
    let known = |class: &GatewayClass| {
        let target = TARGETS
            .iter()
            .find(|target| !target.profile.controller.is_empty() && target.profile.controller == class.controller)?;
        Some((target.name, class.name.clone()))
    };
    let found: BTreeMap<&str, String> = classes.iter().filter_map(known).collect();
    match (found.len(), found.into_iter().next()) {
        (1, Some((name, class))) => {
            options.target = Target { name: name.to_owned(), version: None };
            Some(chosen(&format!("target `{name}`, which runs GatewayClass `{class}`"), "--target"))
        }
        (0, _) | (_, None) => None,
        (_, Some(_)) => {
            let names: Vec<_> = classes.iter().map(|class| format!("`{}`", class.name)).collect();
            let what =
                format!("target `{}`, because there are several: GatewayClasses {}", options.target, names.join(", "));
            Some(chosen(&what, "--target"))
        }
    }
}

/// With one GatewayClass for the target every IngressClass becomes it; otherwise a Gateway would name a class that does
/// not exist, or that another implementation runs.
fn class_map(options: &mut Options, classes: &[GatewayClass], input: &[Manifest]) -> Vec<Diagnostic> {
    let controller = crate::convert::chosen_target(options).profile.controller;
    let fitting: Vec<&GatewayClass> =
        classes.iter().filter(|class| controller.is_empty() || class.controller == controller).collect();
    let asked: BTreeSet<String> = input.iter().filter_map(ingress_class).collect();
    match fitting.as_slice() {
        [] if classes.is_empty() => vec![missing("the cluster has no GatewayClass".to_owned())],
        [] => vec![missing(format!("the cluster has no GatewayClass of `{}`", options.target))],
        [only] => {
            let unaccepted = format!("no controller has accepted GatewayClass `{}`", only.name);
            let unaccepted = (!only.accepted).then(|| missing(unaccepted));
            let others: Vec<String> = asked.into_iter().filter(|class| *class != only.name).collect();
            let choice = (!others.is_empty()).then(|| {
                let what = format!("GatewayClass `{}` for {}", only.name, listed(others.iter()));
                chosen(&what, "--class-map")
            });
            options.class_map.extend(others.into_iter().map(|class| (class, only.name.clone())));
            choice.into_iter().chain(unaccepted).collect()
        }
        several => {
            let names = listed(several.iter().map(|class| &class.name));
            let unknown = asked.into_iter().filter(|asked| !several.iter().any(|class| class.name == *asked));
            let choose = |class: String| {
                let message = format!("no GatewayClass is called `{class}`: there are {names}");
                let help = format!("--class-map {class}=GATEWAYCLASS chooses one");
                Diagnostic::new(Code::GatewayApiMissing, message).help(help)
            };
            unknown.map(choose).collect()
        }
    }
}

fn missing(message: String) -> Diagnostic {
    Diagnostic::new(Code::GatewayApiMissing, message).help(Code::GatewayApiMissing.entry().fix)
}

/// `a`, `b`, in quotes.
fn listed<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn ingress_class(manifest: &Manifest) -> Option<String> {
    let node = &manifest.node;
    match manifest.object.kind.as_str() {
        "IngressClass" => Some(manifest.object.name.clone()),
        "Ingress" => {
            let annotations = node.get("metadata").and_then(|metadata| metadata.get("annotations"));
            let by_annotation = annotations.and_then(|annotations| annotations.get("kubernetes.io/ingress.class"));
            let by_field = node.get("spec").and_then(|spec| spec.get("ingressClassName"));
            by_annotation.or(by_field)?.as_str().map(str::to_owned)
        }
        _ => None,
    }
}

/// Whether a release is before v1.6; what cannot be read is not.
fn is_older(release: &str) -> bool {
    let mut numbers = release.trim_start_matches('v').split(['.', '-']).map(|number| number.parse::<u32>().ok());
    matches!((numbers.next().flatten(), numbers.next().flatten()), (Some(major), Some(minor)) if (major, minor) < (1, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str, controller: &str) -> GatewayClass {
        let (name, controller) = (name.to_owned(), controller.to_owned());
        GatewayClass { name, controller, accepted: true, ..GatewayClass::default() }
    }

    const ENVOY: &str = "gateway.envoyproxy.io/gatewayclass-controller";

    fn suited(classes: &[GatewayClass], given: Decided) -> (Options, Vec<String>) {
        let capabilities = Capabilities {
            installed: true,
            classes: Some(classes.to_vec()),
            release: Some("v1.4.0".to_owned()),
            channel: Some("experimental".to_owned()),
        };
        let text = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\n";
        let mut options = Options::default();
        let said = suit(&mut options, given, &capabilities, &crate::read_text("x", text).manifests);
        (options, said.into_iter().map(|diagnostic| diagnostic.message).collect())
    }

    #[test]
    fn one_class_decides_everything() {
        let (options, said) = suited(&[class("eg", ENVOY)], Decided::default());
        assert_eq!((options.target.name.as_str(), options.channel), ("envoy-gateway", Channel::Experimental));
        assert_eq!(options.class_map.get("nginx").map(String::as_str), Some("eg"));
        assert_eq!(said.len(), 4, "{said:?}");
    }

    #[test]
    fn the_class_of_an_existing_gateway_decides_among_several() {
        let capabilities = Capabilities {
            installed: true,
            classes: Some(vec![class("eg", ENVOY), class("istio", "istio.io/gateway-controller")]),
            ..Capabilities::default()
        };
        let gateway = "edge/public".parse().unwrap();
        let mut options =
            Options { gateway: Some(gateway), gateway_class: Some("istio".to_owned()), ..Options::default() };
        let said = suit(&mut options, Decided::default(), &capabilities, &[]);
        assert_eq!(options.target.name, "istio");
        assert!(said[0].message.ends_with("GatewayClass `istio` of Gateway `edge/public`"), "{said:?}");
    }

    #[test]
    fn what_the_user_says_stays() {
        let given = Decided { target: true, channel: true, class_map: true };
        let (options, said) = suited(&[class("eg", ENVOY)], given);
        assert_eq!((options, said.len()), (Options::default(), 1));
    }

    #[test]
    fn the_class_is_one_that_the_target_runs() {
        let (options, _) = suited(&[class("nginx", "example.com/other"), class("eg", ENVOY)], Decided::default());
        assert_eq!(options.target.name, "envoy-gateway");
        assert_eq!(options.class_map.get("nginx").map(String::as_str), Some("eg"));
        let (options, said) =
            suited(&[class("other", "example.com/other")], Decided { channel: true, ..Decided::default() });
        assert_eq!((options.target, options.channel), (Target::default(), Channel::Standard));
        assert!(said.iter().any(|message| message.contains("GatewayClass `other` for `nginx`")), "{said:?}");
    }

    #[test]
    fn several_classes_decide_nothing() {
        let (options, said) = suited(&[class("a", "example.com/a"), class("b", "example.com/b")], Decided::default());
        assert!(options.class_map.is_empty());
        assert!(said.contains(&"no GatewayClass is called `nginx`: there are `a`, `b`".to_owned()), "{said:?}");
        let idle = GatewayClass { accepted: false, ..class("a", "example.com/a") };
        let (_, said) = suited(&[idle], Decided::default());
        assert!(said.contains(&"no controller has accepted GatewayClass `a`".to_owned()), "{said:?}");
    }

    #[test]
    fn features_are_known_by_class() {
        let listing = GatewayClass { features: ["HTTPRoute".to_owned()].into(), ..class("eg", ENVOY) };
        let (options, _) = suited(&[listing, class("silent", "example.com/a")], Decided::default());
        assert_eq!(options.class_features.into_keys().collect::<Vec<_>>(), ["eg"]);
    }

    #[test]
    fn releases() {
        assert!(is_older("v1.5.1") && is_older("0.8.0") && !is_older("v1.6.0-rc.1") && !is_older("dev"));
    }
}
