//! parentRefs of routes.

use serde_json::Value as Json;

use super::reference::{PORT, list as items, text};
use super::schema::{Field, List, Scope, Shape, field, list, object, one_of, rule};
use super::text::{GROUP, KIND, NAMESPACE, OBJECT_NAME, SECTION_NAME};

/// `spec.parentRefs`.
pub(super) const PARENT_REFS: Field = field("parentRefs", Shape::List(&LIST));

/// `spec.useDefaultGateways`.
pub(super) const USE_DEFAULT_GATEWAYS: Field =
    field("useDefaultGateways", Shape::Text(&one_of(&["All", "None"]))).only(Scope::Experimental);

const LIST: List = list(
    32,
    Shape::Object(&object(&[
        field("group", GROUP).default("\"gateway.networking.k8s.io\""),
        field("kind", KIND).default("\"Gateway\""),
        field("name", OBJECT_NAME).required(),
        field("namespace", NAMESPACE),
        field("port", PORT),
        field("sectionName", SECTION_NAME),
    ])),
)
.rules(&[
    rule("sectionName must be specified when parentRefs includes 2 or more references to the same parent", |refs| {
        pairs(refs).all(|(a, b)| !one_parent(a, b) || section(a).is_empty() == section(b).is_empty())
    })
    .only(Scope::Standard),
    rule("sectionName must be unique when parentRefs includes 2 or more references to the same parent", |refs| {
        unique(refs, |a, b| section(a) == section(b))
    })
    .only(Scope::Standard),
    rule(
        "sectionName or port must be specified when parentRefs includes 2 or more references to the same parent",
        |refs| {
            pairs(refs).all(|(a, b)| {
                !one_parent(a, b) || section(a).is_empty() == section(b).is_empty() && (port(a) == 0) == (port(b) == 0)
            })
        },
    )
    .only(Scope::Experimental),
    rule(
        "sectionName or port must be unique when parentRefs includes 2 or more references to the same parent",
        |refs| unique(refs, |a, b| section(a) == section(b) && port(a) == port(b)),
    )
    .only(Scope::Experimental),
]);

fn pairs(refs: &Json) -> impl Iterator<Item = (&Json, &Json)> {
    items(refs).iter().flat_map(move |a| items(refs).iter().map(move |b| (a, b)))
}

/// Each reference is the only one to its parent that is `same`.
fn unique(refs: &Json, same: fn(&Json, &Json) -> bool) -> bool {
    items(refs).iter().all(|a| items(refs).iter().filter(|b| one_parent(a, b) && same(a, b)).count() == 1)
}

fn one_parent(a: &Json, b: &Json) -> bool {
    ["group", "kind", "name"].into_iter().all(|key| text(a, key) == text(b, key))
        && text(a, "namespace").unwrap_or_default() == text(b, "namespace").unwrap_or_default()
}

fn section(reference: &Json) -> &str {
    text(reference, "sectionName").unwrap_or_default()
}

fn port(reference: &Json) -> i64 {
    reference.get("port").and_then(Json::as_i64).unwrap_or_default()
}
