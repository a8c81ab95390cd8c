//! ReferenceGrant and BackendTLSPolicy.

use serde_json::Value as Json;

use super::reference::{LOCAL, has, list as entries, text};
use super::schema::{List, Map, Object, Pattern, Shape, field, length, list, object, one_of, rule};
use super::text::{GROUP, HOSTNAME, KIND, NAMESPACE, OBJECT_NAME, PRECISE_HOSTNAME, SECTION_NAME, engine};

/// ReferenceGrant's `spec`.
pub(super) const REFERENCE_GRANT: Object = object(&[
    field("from", Shape::List(&list(16, Shape::Object(&GRANT_FROM)).at_least(1))).required(),
    field("to", Shape::List(&list(16, Shape::Object(&GRANT_TO)).at_least(1))).required(),
]);

const GRANT_FROM: Object = object(&[
    field("group", GROUP).required(),
    field("kind", KIND).required(),
    field("namespace", NAMESPACE).required(),
]);
const GRANT_TO: Object =
    object(&[field("group", GROUP).required(), field("kind", KIND).required(), field("name", OBJECT_NAME)]);

/// BackendTLSPolicy's `spec`.
pub(super) const BACKEND_TLS_POLICY: Object = object(&[
    field("options", Shape::Map(&OPTIONS)),
    field("targetRefs", Shape::List(&TARGET_REFS)).required(),
    field("validation", Shape::Object(&VALIDATION)).required(),
]);

/// Options of an implementation.
pub(super) const OPTIONS: Map = Map { max: 16, value: &length(0, 4096), rules: &[] };

const TARGET_REFS: List = list(
    16,
    Shape::Object(&object(&[
        field("group", GROUP).required(),
        field("kind", KIND).required(),
        field("name", OBJECT_NAME).required(),
        field("sectionName", SECTION_NAME),
    ])),
)
.at_least(1)
.rules(&[
    rule("sectionName must be specified when targetRefs includes 2 or more references to the same target", |refs| {
        let all = entries(refs);
        all.iter().all(|a| all.iter().all(|b| !one_target(a, b) || section(a).is_empty() == section(b).is_empty()))
    }),
    rule("sectionName must be unique when targetRefs includes 2 or more references to the same target", |refs| {
        let all = entries(refs);
        all.iter().all(|a| all.iter().filter(|b| one_target(a, b) && section(a) == section(b)).count() == 1)
    }),
]);

fn one_target(a: &Json, b: &Json) -> bool {
    ["group", "kind", "name"].into_iter().all(|key| text(a, key) == text(b, key))
}

fn section(reference: &Json) -> &str {
    text(reference, "sectionName").unwrap_or_default()
}

const WELL_KNOWN: Pattern = engine!(
    r"^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$"
);
const URI: Pattern = engine!(r"^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?");

const VALIDATION: Object = Object {
    fields: &[
        field("caCertificateRefs", Shape::List(&list(8, Shape::Object(&LOCAL)))),
        field("hostname", PRECISE_HOSTNAME).required(),
        field("subjectAltNames", Shape::List(&list(5, Shape::Object(&SUBJECT_ALT_NAME)))),
        field("wellKnownCACertificates", Shape::Text(&length(1, 253).like(WELL_KNOWN))),
    ],
    rules: &[
        rule("must not contain both CACertificateRefs and WellKnownCACertificates", |validation| {
            !(names_certificates(validation) && names_well_known(validation))
        }),
        rule("must specify either CACertificateRefs or WellKnownCACertificates", |validation| {
            names_certificates(validation) || names_well_known(validation)
        }),
    ],
};

fn names_certificates(validation: &Json) -> bool {
    validation.get("caCertificateRefs").is_some_and(|refs| !entries(refs).is_empty())
}

fn names_well_known(validation: &Json) -> bool {
    text(validation, "wellKnownCACertificates").is_some_and(|text| !text.is_empty())
}

const SUBJECT_ALT_NAME: Object = Object {
    fields: &[
        field("hostname", HOSTNAME),
        field("type", Shape::Text(&one_of(&["Hostname", "URI"]))).required(),
        field("uri", Shape::Text(&length(1, 253).like(URI))),
    ],
    rules: &[
        rule("SubjectAltName element must contain Hostname, if Type is set to Hostname", |name| {
            text(name, "type") != Some("Hostname") || has(name, "hostname")
        }),
        rule("SubjectAltName element must not contain Hostname, if Type is not set to Hostname", |name| {
            text(name, "type") == Some("Hostname") || !has(name, "hostname")
        }),
        rule("SubjectAltName element must contain URI, if Type is set to URI", |name| {
            text(name, "type") != Some("URI") || has(name, "uri")
        }),
        rule("SubjectAltName element must not contain URI, if Type is not set to URI", |name| {
            text(name, "type") == Some("URI") || !has(name, "uri")
        }),
    ],
};
