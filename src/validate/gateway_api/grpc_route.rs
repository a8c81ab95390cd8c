//! GRPCRoute.

use super::http_filter::GRPC_FILTERS;
use super::http_route::{RULE_NAMES, SESSION_PERSISTENCE, TOTAL_MATCHES, VALUE_TYPE};
use super::parent_refs::{PARENT_REFS, USE_DEFAULT_GATEWAYS};
use super::reference::{backend_fields, backend_with, has, text};
use super::schema::{Field, Object, Shape, Unique, field, length, list, object, rule};
use super::text::{HEADER_NAME, HEADER_VALUE, HOSTNAME, SECTION_NAME, engine};

/// GRPCRoute's `spec`.
pub(super) const GRPC_ROUTE: Object = object(&[
    field("hostnames", Shape::List(&list(16, HOSTNAME))),
    PARENT_REFS,
    field("rules", Shape::List(&list(16, Shape::Object(&RULE)).rules(&[TOTAL_MATCHES, RULE_NAMES]))),
    USE_DEFAULT_GATEWAYS,
]);

const RULE: Object = object(&[
    field("backendRefs", Shape::List(&list(16, Shape::Object(&BACKEND)))),
    GRPC_FILTERS,
    field("matches", Shape::List(&list(64, Shape::Object(&MATCH)))),
    field("name", SECTION_NAME),
    SESSION_PERSISTENCE,
]);

const BACKEND: Object = backend_with(&BACKEND_FIELDS);
const BACKEND_FIELDS: [Field; 7] = backend_fields(GRPC_FILTERS);

const MATCH: Object = object(&[
    field(
        "headers",
        Shape::List(
            &list(
                16,
                Shape::Object(&object(&[
                    field("name", HEADER_NAME).required(),
                    VALUE_TYPE,
                    field("value", HEADER_VALUE).required(),
                ])),
            )
            .unique(Unique::Field("name")),
        ),
    ),
    field("method", Shape::Object(&METHOD)),
]);

const METHOD: Object = Object {
    fields: &[
        field("method", Shape::Text(&length(0, 1024))),
        field("service", Shape::Text(&length(0, 1024))),
        VALUE_TYPE,
    ],
    rules: &[
        rule("One or both of 'service' or 'method' must be specified", |method| {
            !has(method, "type") || has(method, "service") || has(method, "method")
        }),
        rule(
            r"service must only contain valid characters (matching ^(?i)\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$)",
            |method| {
                let name = engine!(r"^(?i)\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$");
                text(method, "type") == Some("RegularExpression") || text(method, "service").is_none_or(name.holds)
            },
        ),
        rule("method must only contain valid characters (matching ^[A-Za-z_][A-Za-z_0-9]*$)", |method| {
            let name = engine!("^[A-Za-z_][A-Za-z_0-9]*$");
            text(method, "type") == Some("RegularExpression") || text(method, "method").is_none_or(name.holds)
        }),
    ],
};
