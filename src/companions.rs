//! Annotations of cert-manager and external-dns, moved to where these tools read them beside Gateway API.
//!
//! cert-manager reads Gateways and ListenerSets, never routes. external-dns reads its `target` from Gateways and
//! ListenerSets and everything else from routes (both projects' documentation of their Gateway API sources).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::gateway::{Object, ParentReference};
use crate::model::{Manifest, ObjectRef, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::syntax::{Entry, FieldPath, Node};
use crate::target::Emitted;
use crate::validate::metadata::is_qualified_name;

/// Where an annotation is read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// On a Gateway or ListenerSet.
    Listeners,
    /// On a route, under this name.
    Route(String),
    /// Nowhere; why.
    Nowhere(&'static str),
}

/// Keys of cert-manager that say nothing on a Gateway.
const NOT_ON_GATEWAYS: &[&str] = &["alt-names", "ip-sans", "uri-sans", "issue-temporary-certificate"];
/// Both prefixes of external-dns: the second is read since 0.22, the first before, or with `--annotation-prefix`.
const EXTERNAL_DNS: [&str; 2] = ["external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"];

/// Where a key is read; `None` for one of another tool.
fn place(key: &str) -> Option<Place> {
    let place = named_place(key)?;
    Some(if is_qualified_name(key) { place } else { Place::Nowhere("its key is none that the API server takes") })
}

fn named_place(key: &str) -> Option<Place> {
    if let Some(name) = key.strip_prefix("cert-manager.io/") {
        let nowhere = NOT_ON_GATEWAYS.contains(&name) || name.starts_with("inject-");
        return Some(if nowhere {
            Place::Nowhere("cert-manager does not read it from a Gateway")
        } else {
            Place::Listeners
        });
    }
    if key.starts_with("acme.cert-manager.io/") {
        return Some(Place::Nowhere("solvers for Gateways are said in the Issuer: solvers[].http01.gatewayHTTPRoute"));
    }
    if key == "kubernetes.io/tls-acme" {
        return Some(Place::Nowhere("a Gateway has to name its issuer: cert-manager.io/cluster-issuer"));
    }
    let prefix = EXTERNAL_DNS.into_iter().find(|prefix| key.starts_with(prefix))?;
    Some(match key.strip_prefix(prefix).unwrap_or_default() {
        "target" => Place::Listeners,
        "ingress-hostname-source" => Place::Route(format!("{prefix}gateway-hostname-source")),
        "ingress" => Place::Nowhere("it takes an address from an Ingress, which goes away"),
        "access" | "internal-hostname" | "endpoints-type" => Place::Nowhere("external-dns reads it from Services"),
        _ => Place::Route(key.to_owned()),
    })
}

/// An annotation of an Ingress.
struct Note {
    ingress: Arc<ObjectRef>,
    secure: bool,
    key: String,
    value: String,
    place: Place,
}

impl Note {
    fn origin(&self) -> Origin {
        Origin::field(&self.ingress, FieldPath::root().key("metadata").key("annotations").key(&self.key))
    }
}

/// Puts the annotations of the Ingresses behind each object on it.
pub(crate) fn annotate(emitted: &mut [Emitted], manifests: &[Manifest], report: &mut Report) {
    let notes: Vec<Note> =
        manifests.iter().filter(|manifest| manifest.object.kind == "Ingress").flat_map(notes_of).collect();
    if notes.is_empty() {
        return;
    }
    let secure: BTreeSet<&Arc<ObjectRef>> =
        manifests.iter().filter(|manifest| has_tls(manifest)).map(|manifest| &manifest.object).collect();
    let mut notes_on: BTreeMap<&Arc<ObjectRef>, Vec<usize>> = BTreeMap::new();
    for (index, note) in notes.iter().enumerate() {
        notes_on.entry(&note.ingress).or_default().push(index);
    }
    let behind = behind(emitted);
    let mut moved: BTreeSet<Origin> = BTreeSet::new();
    for (one, ingresses) in emitted.iter_mut().zip(behind) {
        let is_route = parents(&one.object).is_some();
        let mut wanted: BTreeMap<String, Vec<&Note>> = BTreeMap::new();
        // In the order of the input, which is the order of what is put together.
        let indices: BTreeSet<usize> =
            ingresses.iter().filter_map(|ingress| notes_on.get(ingress)).flatten().copied().collect();
        for note in indices.into_iter().filter_map(|index| notes.get(index)) {
            match &note.place {
                Place::Route(name) if is_route => wanted.entry(name.clone()).or_default().push(note),
                Place::Listeners if !is_route && (note.secure || !note.key.starts_with("cert-manager.io/")) => {
                    wanted.entry(note.key.clone()).or_default().push(note);
                }
                Place::Route(_) | Place::Listeners | Place::Nowhere(_) => {}
            }
        }
        let certified = ingresses.iter().filter(|ingress| secure.contains(ingress)).count();
        for (name, notes) in wanted {
            // An issuer on a Gateway is for all of its listeners: certificates from elsewhere would be overwritten.
            let for_all = !name.starts_with("cert-manager.io/") || notes.len() == certified;
            put(&mut one.object, name, &notes, for_all, &mut moved, report);
        }
    }
    settle(&notes, &moved, report);
}

fn notes_of(manifest: &Manifest) -> Vec<Note> {
    let secure = has_tls(manifest);
    let annotations = manifest.node.get("metadata").and_then(|metadata| metadata.get("annotations"));
    let note = |entry: &Entry| {
        let (ingress, key) = (Arc::clone(&manifest.object), entry.key.to_string());
        let value = entry.node.as_str()?.to_owned();
        Some(Note { ingress, secure, place: place(&key)?, key, value })
    };
    let mut notes: Vec<Note> = annotations.map(Node::entries).unwrap_or_default().iter().filter_map(note).collect();
    notes.sort_by(|a, b| a.key.cmp(&b.key));
    notes
}

fn has_tls(manifest: &Manifest) -> bool {
    let tls = manifest.node.get("spec").and_then(|spec| spec.get("tls"));
    tls.is_some_and(|tls| !tls.items().is_empty())
}

/// The Ingresses behind each object: those of a route, and for what has listeners those of all routes attached to it.
fn behind(emitted: &[Emitted]) -> Vec<BTreeSet<Arc<ObjectRef>>> {
    let own = |one: &Emitted| -> BTreeSet<Arc<ObjectRef>> {
        one.origins.iter().map(|origin| Arc::clone(&origin.object)).filter(|object| object.kind == "Ingress").collect()
    };
    let attached = |one: &Emitted| -> BTreeSet<Arc<ObjectRef>> {
        let (kind, metadata) = (one.object.kind(), one.object.metadata());
        let names = |route: &&Emitted| {
            let namespace = &route.object.metadata().namespace;
            parents(&route.object).into_iter().flatten().any(|parent| {
                parent.kind.as_deref().unwrap_or("Gateway") == kind
                    && parent.name == metadata.name
                    && parent.namespace.as_ref().unwrap_or(namespace) == &metadata.namespace
            })
        };
        emitted.iter().filter(names).flat_map(own).collect()
    };
    let of = |one: &Emitted| match &one.object {
        Object::Gateway(_) | Object::ListenerSet(_) => own(one).into_iter().chain(attached(one)).collect(),
        object if parents(object).is_some() => own(one),
        _ => BTreeSet::new(),
    };
    emitted.iter().map(of).collect()
}

/// The parents of a route; `None` for what is no route.
fn parents(object: &Object) -> Option<&[ParentReference]> {
    match object {
        Object::HttpRoute(route) => Some(&route.spec.parent_refs),
        Object::GrpcRoute(route) => Some(&route.spec.parent_refs),
        Object::TlsRoute(route) => Some(&route.spec.parent_refs),
        Object::TcpRoute(route) | Object::UdpRoute(route) => Some(&route.spec.parent_refs),
        Object::Gateway(_)
        | Object::ListenerSet(_)
        | Object::ReferenceGrant(_)
        | Object::BackendTlsPolicy(_)
        | Object::Policy(_) => None,
    }
}

/// Puts one annotation on an object, if all that ask for it say the same and the tool can act on it there.
fn put(
    object: &mut Object,
    name: String,
    notes: &[&Note],
    for_all: bool,
    moved: &mut BTreeSet<Origin>,
    report: &mut Report,
) {
    let values: BTreeSet<&str> = notes.iter().map(|note| note.value.as_str()).collect();
    let label = format!("{} `{}/{}`", object.kind(), object.metadata().namespace, object.metadata().name);
    let at = |finding: Diagnostic| notes.iter().fold(finding, |finding, note| finding.at(&note.origin(), ""));
    let foreign = notes.iter().find(|note| note.ingress.namespace != object.metadata().namespace);
    let per_namespace = "pass --topology listener-set, so that each namespace has listeners of its own";
    let refusal = match (values.len(), foreign) {
        (1, Some(note)) if name.starts_with("cert-manager.io/issuer") => {
            Some(format!("an Issuer of namespace `{}` cannot serve {label}", note.ingress.namespace))
        }
        (1, _) if !for_all => Some(format!("`{name}` on {label} would hold for hosts of Ingresses without it, too")),
        (1, _) => None,
        _ => Some(format!("Ingresses behind {label} disagree about `{name}`")),
    };
    if let Some(why) = refusal {
        report.push(at(Diagnostic::new(Code::CompanionNotMoved, why).help(per_namespace)));
        return;
    }
    if let Some(note) = foreign.filter(|_| name.starts_with("cert-manager.io/")) {
        let message = format!(
            "cert-manager writes certificates into the namespace of {label}, and its listeners read them from `{}`",
            note.ingress.namespace
        );
        report.push(at(Diagnostic::new(Code::CompanionNotMoved, message).help(per_namespace)));
    }
    if let Some(value) = values.first() {
        object.metadata_mut().annotations.insert(name, (*value).to_owned());
        moved.extend(notes.iter().map(|note| note.origin()));
    }
}

/// What became of each annotation, and what the tools need.
fn settle(notes: &[Note], moved: &BTreeSet<Origin>, report: &mut Report) {
    for note in notes {
        let origin = note.origin();
        match (&note.place, moved.contains(&origin)) {
            (_, true) => report.ledger.settle_whole(&origin, Fate::Carried, None),
            (Place::Nowhere(why), false) => {
                let message = format!("`{}` has no place beside Gateway API: {why}", note.key);
                report.push(Diagnostic::new(Code::CompanionNotMoved, message).at(&origin, ""));
            }
            (Place::Route(_) | Place::Listeners, false) => {}
        }
    }
    let tools = [
        ("cert-manager.io/", "cert-manager reads Gateways when it runs with `config.gatewayAPI.enabled: true`"),
        (
            EXTERNAL_DNS[0],
            "external-dns reads routes with `--source=gateway-httproute`; since 0.22 this prefix needs `--annotation-prefix=external-dns.alpha.kubernetes.io/`",
        ),
        (EXTERNAL_DNS[1], "external-dns reads routes with `--source=gateway-httproute`"),
    ];
    for (prefix, text) in tools {
        let places = notes.iter().filter(|note| note.key.starts_with(prefix) && moved.contains(&note.origin()));
        let places: Vec<Origin> = places.map(Note::origin).collect();
        if !places.is_empty() {
            let finding = Diagnostic::new(Code::CompanionSwitch, text);
            report.push(places.iter().fold(finding, |finding, origin| finding.at(origin, "")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_reads_its_annotations_in_one_place() {
        assert_eq!(place("cert-manager.io/cluster-issuer"), Some(Place::Listeners));
        assert_eq!(place("external-dns.alpha.kubernetes.io/target"), Some(Place::Listeners));
        assert_eq!(
            place("external-dns.kubernetes.io/ttl"),
            Some(Place::Route("external-dns.kubernetes.io/ttl".to_owned()))
        );
        assert_eq!(
            place("external-dns.alpha.kubernetes.io/ingress-hostname-source"),
            Some(Place::Route("external-dns.alpha.kubernetes.io/gateway-hostname-source".to_owned()))
        );
        assert!(matches!(place("kubernetes.io/tls-acme"), Some(Place::Nowhere(_))));
        assert_eq!(place("argocd.argoproj.io/sync-wave"), None);
        // Found by the fuzzer: on a route such a key makes the API server refuse it.
        for key in ["external-dns.kubernetes.io/a/b", "external-dns.kubernetes.io/", "cert-manager.io/-"] {
            assert!(matches!(place(key), Some(Place::Nowhere(_))), "{key}");
        }
    }
}
