//! The entries of `http`, with delegates put in their place.

use super::host;
use super::objects::{Object, Objects};
use super::string_match::{StringMatch, Text};
use super::virtual_service::{HttpMatch, HttpRoute, VirtualService};
use crate::model::Origin;
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::syntax::FieldPath;

/// An entry of `http`, after delegation.
#[derive(Debug, Clone)]
pub(super) struct Entry<'o> {
    /// What holds for its requests.
    pub route: HttpRoute,
    /// One of them has to hold; empty for every request.
    pub matches: Vec<Match>,
    place: Place<'o>,
    /// The entry that delegates to it.
    root: Option<Place<'o>>,
}

/// A condition with the field that it came from.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub condition: HttpMatch,
    pub origin: Origin,
}

/// An entry in its object.
#[derive(Debug, Clone)]
struct Place<'o> {
    object: &'o Object<'o, VirtualService>,
    path: FieldPath,
}

/// The annotation of VirtualServices that Istio makes itself, whose prefixes are path elements
/// (istio/istio pkg/config/constants, InternalRouteSemantics).
const SEMANTICS: &str = "internal.istio.io/route-semantics";

impl Entry<'_> {
    /// The entry itself.
    pub(super) fn origin(&self) -> Origin {
        self.at("")
    }

    /// A field of the entry; where it is not written there, of the one that delegates to it.
    pub(super) fn at(&self, dotted: &str) -> Origin {
        let first = dotted.split('.').next().unwrap_or_default();
        let written = |place: &&Place<'_>| {
            let path = if first.is_empty() { place.path.clone() } else { place.path.key(first) };
            place.object.manifest.node.at(&place.object.at(&path).path).is_some()
        };
        let Place { object, path } = self.places().find(written).unwrap_or(&self.place);
        if dotted.is_empty() { object.at(path) } else { object.at(&path.field(dotted)) }
    }

    fn places(&self) -> impl Iterator<Item = &Place<'_>> {
        std::iter::once(&self.place).chain(&self.root)
    }

    /// The item of a list of the entry.
    pub(super) fn item(&self, list: &str, index: usize) -> Origin {
        let origin = self.at(list);
        Origin { path: origin.path.index(index), ..origin }
    }

    /// Namespace of short host names: that of the object that names them.
    pub(super) fn namespace(&self) -> &str {
        self.place.object.namespace()
    }

    /// Prefixes are taken element by element.
    pub(super) fn by_elements(&self) -> bool {
        self.places().any(|place| matches!(place.object.annotation(SEMANTICS), Some("gateway" | "ingress")))
    }
}

/// The entries of a VirtualService. What is delegated to nothing is left out, as Istio does.
pub(super) fn entries<'o>(
    service: &'o Object<'o, VirtualService>,
    objects: &'o Objects<'o>,
    report: &mut Report,
) -> Vec<Entry<'o>> {
    let mut found = Vec::new();
    for (index, route) in service.spec.http.iter().enumerate() {
        let entry = own(service, index, route);
        let Some(delegate) = &route.delegate else {
            found.push(entry);
            continue;
        };
        let namespace = if delegate.namespace.is_empty() { service.namespace() } else { &delegate.namespace };
        let named = |other: &&Object<'_, VirtualService>| {
            other.name() == delegate.name
                && other.namespace() == namespace
                && other.spec.hosts.is_empty()
                && host::exported(&other.spec.export_to, other.namespace(), service.namespace())
        };
        match objects.virtual_services.iter().find(named) {
            Some(other) => {
                for (index, route) in other.spec.http.iter().enumerate() {
                    found.extend(merged(&entry, own(other, index, route), report));
                }
            }
            None => {
                let message = format!("no VirtualService `{namespace}/{}` is there to delegate to", delegate.name);
                drop_entry(&entry, message, &entry.at("delegate"), report);
            }
        }
    }
    found
}

fn own<'o>(service: &'o Object<'o, VirtualService>, index: usize, route: &HttpRoute) -> Entry<'o> {
    let path = FieldPath::root().field("spec.http").index(index);
    let origin = |at: usize| service.at(&path.key("match").index(at));
    let matches = route.matches.iter().enumerate();
    Entry {
        route: route.clone(),
        matches: matches.map(|(at, one)| Match { condition: one.clone(), origin: origin(at) }).collect(),
        place: Place { object: service, path: path.clone() },
        root: None,
    }
}

fn drop_entry(entry: &Entry<'_>, message: String, at: &Origin, report: &mut Report) {
    report.ledger.record(&entry.origin(), Fate::Invalid, Some(Code::DelegateDropped));
    report.push(
        Diagnostic::new(Code::DelegateDropped, message)
            .at(at, "the route is dropped")
            .help(Code::DelegateDropped.entry().fix),
    );
}

/// The entry of a delegate under the one that delegates to it (istio/istio pilot/pkg/model/virtualservice.go,
/// mergeHTTPRoute). `None` when a condition of the delegate lies under none of the other's: Istio drops the entry then.
fn merged<'o>(root: &Entry<'o>, mut delegate: Entry<'o>, report: &mut Report) -> Option<Entry<'o>> {
    if !root.matches.is_empty() && !delegate.matches.is_empty() {
        let mut matches = Vec::new();
        for own in &delegate.matches {
            let before = matches.len();
            let fitting = root.matches.iter().filter(|root| !conflict(&root.condition, &own.condition));
            matches.extend(
                fitting
                    .map(|root| Match { condition: both(&root.condition, &own.condition), origin: own.origin.clone() }),
            );
            if matches.len() == before {
                let message = "a condition of the delegate lies under none of the route that delegates".to_owned();
                drop_entry(&delegate, message, &own.origin, report);
                return None;
            }
        }
        delegate.matches = matches;
    } else if delegate.matches.is_empty() {
        delegate.matches.clone_from(&root.matches);
    }
    let (upper, lower) = (&root.route, &mut delegate.route);
    lower.rewrite = lower.rewrite.take().or_else(|| upper.rewrite.clone());
    lower.direct_response = lower.direct_response.take().or_else(|| upper.direct_response.clone());
    lower.timeout = lower.timeout.or(upper.timeout);
    lower.retries = lower.retries.take().or_else(|| upper.retries.clone());
    lower.fault = lower.fault.take().or_else(|| upper.fault.clone());
    lower.mirror = lower.mirror.take().or_else(|| upper.mirror.clone());
    lower.mirror_percent = lower.mirror_percent.or(upper.mirror_percent);
    lower.mirror_percentage = lower.mirror_percentage.or(upper.mirror_percentage);
    lower.cors_policy = lower.cors_policy.take().or_else(|| upper.cors_policy.clone());
    lower.headers = lower.headers.take().or_else(|| upper.headers.clone());
    if lower.mirrors.is_empty() {
        lower.mirrors.clone_from(&upper.mirrors);
    }
    delegate.root = Some(root.place.clone());
    Some(delegate)
}

fn both(root: &HttpMatch, leaf: &HttpMatch) -> HttpMatch {
    let mut out = leaf.clone();
    out.uri = out.uri.or_else(|| root.uri.clone());
    out.scheme = out.scheme.or_else(|| root.scheme.clone());
    out.method = out.method.or_else(|| root.method.clone());
    out.authority = out.authority.or_else(|| root.authority.clone());
    for (own, other) in [
        (&mut out.headers, &root.headers),
        (&mut out.without_headers, &root.without_headers),
        (&mut out.query_params, &root.query_params),
    ] {
        for (name, value) in other {
            own.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    out.port = out.port.or(root.port);
    for (name, value) in &root.source_labels {
        out.source_labels.entry(name.clone()).or_insert_with(|| value.clone());
    }
    if out.source_namespace.is_empty() {
        out.source_namespace.clone_from(&root.source_namespace);
    }
    if out.gateways.is_empty() {
        out.gateways.clone_from(&root.gateways);
    }
    out
}

fn conflict(root: &HttpMatch, leaf: &HttpMatch) -> bool {
    let texts = [
        (&root.uri, &leaf.uri),
        (&root.scheme, &leaf.scheme),
        (&root.method, &leaf.method),
        (&root.authority, &leaf.authority),
    ];
    let maps = [
        (&root.headers, &leaf.headers),
        (&root.without_headers, &leaf.without_headers),
        (&root.query_params, &leaf.query_params),
    ];
    let fields = maps.into_iter().any(|(root, leaf)| {
        leaf.iter().any(|(name, leaf)| root.get(name).is_some_and(|root| texts_conflict(root.as_ref(), leaf.as_ref())))
    });
    texts.into_iter().any(|(root, leaf)| texts_conflict(root.as_ref(), leaf.as_ref()))
        || fields
        || root.ignore_uri_case != leaf.ignore_uri_case
        || matches!((root.port, leaf.port), (Some(root), Some(leaf)) if root != leaf)
        || !root.source_namespace.is_empty() && root.source_namespace != leaf.source_namespace
        || !root.gateways.is_empty() && leaf.gateways.iter().any(|gateway| !root.gateways.contains(gateway))
}

fn texts_conflict(root: Option<&StringMatch>, leaf: Option<&StringMatch>) -> bool {
    let (Some(root), Some(leaf)) = (root, leaf) else { return false };
    match (root.text(), leaf.text()) {
        (Text::Exact(root), Text::Exact(leaf)) => root != leaf,
        (Text::Prefix(root), Text::Exact(leaf) | Text::Prefix(leaf)) => !leaf.starts_with(root),
        (Text::Exact(_) | Text::Prefix(_) | Text::Regex(_) | Text::Present, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(exact: Option<&str>, prefix: Option<&str>, regex: Option<&str>) -> StringMatch {
        let own = |text: Option<&str>| text.map(str::to_owned);
        StringMatch { exact: own(exact), prefix: own(prefix), regex: own(regex) }
    }

    #[test]
    fn a_delegate_may_only_narrow() {
        let conflict = |a: &StringMatch, b: &StringMatch| texts_conflict(Some(a), Some(b));
        let prefix = |text| uri(None, Some(text), None);
        let exact = |text| uri(Some(text), None, None);
        assert!(!conflict(&prefix("/a"), &prefix("/a/b")) && conflict(&prefix("/a/b"), &prefix("/a")));
        assert!(!conflict(&prefix("/a"), &exact("/ab")) && conflict(&exact("/a"), &prefix("/a")));
        assert!(conflict(&uri(None, None, Some("/a")), &exact("/a")));
        assert!(!texts_conflict(None, Some(&exact("/a"))));
    }
}
