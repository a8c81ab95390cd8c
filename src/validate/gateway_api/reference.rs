//! References to objects, which many kinds share.

use serde_json::Value as Json;

use super::schema::{Field, Integer, Object, Rule, Shape, between, field, object, rule};
use super::text::{GROUP, KIND, NAMESPACE, OBJECT_NAME};

/// A port.
pub(super) const PORT: Shape = Shape::Integer(&between(1, 65535));
const WEIGHT: Integer = between(0, 1_000_000);

const SERVICE_GROUP: Field = field("group", GROUP).default("\"\"");
const SERVICE_KIND: Field = field("kind", KIND).default("\"Service\"");
const NAME: Field = field("name", OBJECT_NAME).required();
const REFERENCE_NAMESPACE: Field = field("namespace", NAMESPACE);
const REFERENCE_PORT: Field = field("port", PORT);

const SERVICE_PORT: Rule = rule("Must have port for Service reference", |reference| {
    text(reference, "group") != Some("") || text(reference, "kind") != Some("Service") || has(reference, "port")
});

/// A backend without weight: mirrors.
pub(super) const BACKEND_OBJECT: Object = Object {
    fields: &[SERVICE_GROUP, SERVICE_KIND, NAME, REFERENCE_NAMESPACE, REFERENCE_PORT],
    rules: &[SERVICE_PORT],
};

/// A backend of a stream route.
pub(super) const BACKEND: Object = Object {
    fields: &[SERVICE_GROUP, SERVICE_KIND, NAME, REFERENCE_NAMESPACE, REFERENCE_PORT, WEIGHT_FIELD],
    rules: &[SERVICE_PORT],
};

const WEIGHT_FIELD: Field = field("weight", Shape::Integer(&WEIGHT)).default("1");

/// A backend with filters of a kind.
pub(super) const fn backend_with(fields: &'static [Field]) -> Object {
    Object { fields, rules: &[SERVICE_PORT] }
}

/// The fields of a backend that stand beside its filters.
pub(super) const fn backend_fields(filters: Field) -> [Field; 7] {
    [filters, SERVICE_GROUP, SERVICE_KIND, NAME, REFERENCE_NAMESPACE, REFERENCE_PORT, WEIGHT_FIELD]
}

/// A Secret, with the defaults for one.
pub(super) const SECRET: Object = object(&[
    field("group", GROUP).default("\"\""),
    field("kind", KIND).default("\"Secret\""),
    NAME,
    REFERENCE_NAMESPACE,
]);

/// Group, kind and name, all to be written.
pub(super) const LOCAL: Object = object(&[field("group", GROUP).required(), field("kind", KIND).required(), NAME]);

/// The same with a namespace.
pub(super) const ANYWHERE: Object =
    object(&[field("group", GROUP).required(), field("kind", KIND).required(), NAME, REFERENCE_NAMESPACE]);

/// The text of a field.
pub(super) fn text<'v>(value: &'v Json, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Json::as_str)
}

/// Whether a field is there.
pub(super) fn has(value: &Json, key: &str) -> bool {
    value.get(key).is_some()
}

/// The items of a field; none where it is absent.
pub(super) fn items<'v>(value: &'v Json, key: &str) -> &'v [Json] {
    value.get(key).map_or(&[], list)
}

/// The items of a list.
pub(super) fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}
