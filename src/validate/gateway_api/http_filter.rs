//! Filters of HTTPRoute and GRPCRoute.

use serde_json::Value as Json;

use super::reference::{BACKEND_OBJECT, LOCAL, PORT, has, list as items, text};
use super::schema::{
    Field, INT32_MAX, Integer, List, Object, Pattern, Rule, Scope, Shape, Text, Unique, between, field, length, list,
    object, one_of, rule,
};
use super::text::{ANY, HEADER_NAME, HEADER_VALUE, PRECISE_HOSTNAME, VISIBLE_HEADER_VALUE, engine};

/// `filters` of an HTTPRoute's rule or backend.
pub(super) const HTTP_FILTERS: Field = field(
    "filters",
    Shape::List(&list(16, Shape::Object(&HTTP_FILTER)).rules(&[
        rule("May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both", |f| {
            count(f, "RequestRedirect") == 0 || count(f, "URLRewrite") == 0
        }),
        rule("CORS filter cannot be repeated", |filters| count(filters, "CORS") <= 1),
        REQUEST_HEADERS_ONCE,
        RESPONSE_HEADERS_ONCE,
        rule("RequestRedirect filter cannot be repeated", |filters| count(filters, "RequestRedirect") <= 1),
        rule("URLRewrite filter cannot be repeated", |filters| count(filters, "URLRewrite") <= 1),
    ])),
);

/// `filters` of a GRPCRoute's rule or backend.
pub(super) const GRPC_FILTERS: Field = field(
    "filters",
    Shape::List(&list(16, Shape::Object(&GRPC_FILTER)).rules(&[REQUEST_HEADERS_ONCE, RESPONSE_HEADERS_ONCE])),
);

const REQUEST_HEADERS_ONCE: Rule =
    rule("RequestHeaderModifier filter cannot be repeated", |filters| count(filters, "RequestHeaderModifier") <= 1);
const RESPONSE_HEADERS_ONCE: Rule =
    rule("ResponseHeaderModifier filter cannot be repeated", |filters| count(filters, "ResponseHeaderModifier") <= 1);

fn count(filters: &Json, kind: &str) -> usize {
    items(filters).iter().filter(|filter| text(filter, "type") == Some(kind)).count()
}

/// The rules of a filter's union: exactly the member that `type` names.
macro_rules! member {
    ($field:literal, $kind:literal) => {
        [
            rule(concat!("filter.", $field, " must be nil if the filter.type is not ", $kind), |filter| {
                !has(filter, $field) || text(filter, "type") == Some($kind)
            }),
            rule(concat!("filter.", $field, " must be specified for ", $kind, " filter.type"), |filter| {
                has(filter, $field) || text(filter, "type") != Some($kind)
            }),
        ]
    };
}

const REQUEST_HEADERS: [Rule; 2] = member!("requestHeaderModifier", "RequestHeaderModifier");
const RESPONSE_HEADERS: [Rule; 2] = member!("responseHeaderModifier", "ResponseHeaderModifier");
const MIRROR: [Rule; 2] = member!("requestMirror", "RequestMirror");
const EXTENSION: [Rule; 2] = member!("extensionRef", "ExtensionRef");
const CORS_MEMBER: [Rule; 2] = member!("cors", "CORS");
const REDIRECT: [Rule; 2] = member!("requestRedirect", "RequestRedirect");
const REWRITE: [Rule; 2] = member!("urlRewrite", "URLRewrite");
const AUTH: [Rule; 2] = member!("externalAuth", "ExternalAuth");

const HTTP_FILTER: Object = Object {
    fields: &[
        field("cors", Shape::Object(&CORS)),
        field("extensionRef", Shape::Object(&LOCAL)),
        field("externalAuth", Shape::Object(&EXTERNAL_AUTH)).only(Scope::Experimental),
        field("requestHeaderModifier", Shape::Object(&HEADER_MODIFIER)),
        field("requestMirror", Shape::Object(&REQUEST_MIRROR)),
        field("requestRedirect", Shape::Object(&REQUEST_REDIRECT)),
        field("responseHeaderModifier", Shape::Object(&HEADER_MODIFIER)),
        field("type", Shape::Text(&HTTP_TYPE)).required().only(Scope::Standard),
        field("type", Shape::Text(&HTTP_TYPE_EXPERIMENTAL)).required().only(Scope::Experimental),
        field("urlRewrite", Shape::Object(&URL_REWRITE)),
    ],
    rules: &[
        CORS_MEMBER[0],
        CORS_MEMBER[1],
        REQUEST_HEADERS[0],
        REQUEST_HEADERS[1],
        RESPONSE_HEADERS[0],
        RESPONSE_HEADERS[1],
        MIRROR[0],
        MIRROR[1],
        REDIRECT[0],
        REDIRECT[1],
        REWRITE[0],
        REWRITE[1],
        EXTENSION[0],
        EXTENSION[1],
        AUTH[0].only(Scope::Experimental),
        AUTH[1].only(Scope::Experimental),
    ],
};

const GRPC_FILTER: Object = Object {
    fields: &[
        field("extensionRef", Shape::Object(&LOCAL)),
        field("requestHeaderModifier", Shape::Object(&HEADER_MODIFIER)),
        field("requestMirror", Shape::Object(&REQUEST_MIRROR)),
        field("responseHeaderModifier", Shape::Object(&HEADER_MODIFIER)),
        field("type", Shape::Text(&GRPC_TYPE)).required(),
    ],
    rules: &[
        REQUEST_HEADERS[0],
        REQUEST_HEADERS[1],
        RESPONSE_HEADERS[0],
        RESPONSE_HEADERS[1],
        MIRROR[0],
        MIRROR[1],
        EXTENSION[0],
        EXTENSION[1],
    ],
};

const HTTP_TYPE: Text = one_of(&[
    "RequestHeaderModifier",
    "ResponseHeaderModifier",
    "RequestMirror",
    "RequestRedirect",
    "URLRewrite",
    "ExtensionRef",
    "CORS",
]);
const HTTP_TYPE_EXPERIMENTAL: Text = one_of(&[
    "RequestHeaderModifier",
    "ResponseHeaderModifier",
    "RequestMirror",
    "RequestRedirect",
    "URLRewrite",
    "ExtensionRef",
    "CORS",
    "ExternalAuth",
]);
const GRPC_TYPE: Text = one_of(&["ResponseHeaderModifier", "RequestHeaderModifier", "RequestMirror", "ExtensionRef"]);

/// A header name or value to set, standard and experimental.
pub(super) const HTTP_VALUE: Field = field("value", HEADER_VALUE).required().only(Scope::Standard);
/// The same in the experimental channel.
pub(super) const HTTP_VISIBLE_VALUE: Field = field("value", VISIBLE_HEADER_VALUE).required().only(Scope::Experimental);
const NAME: Field = field("name", HEADER_NAME).required();

const HEADERS: List =
    list(16, Shape::Object(&object(&[NAME, HTTP_VALUE, HTTP_VISIBLE_VALUE]))).unique(Unique::Field("name"));
const REMOVED: Field = field("remove", Shape::List(&list(16, ANY).unique(Unique::Item)));

const HEADER_MODIFIER: Object =
    object(&[field("add", Shape::List(&HEADERS)), REMOVED, field("set", Shape::List(&HEADERS))]);
const REQUEST_MIRROR: Object = Object {
    fields: &[
        field("backendRef", Shape::Object(&BACKEND_OBJECT)).required(),
        field("fraction", Shape::Object(&FRACTION)),
        field("percent", Shape::Integer(&between(0, 100))),
    ],
    rules: &[rule("Only one of percent or fraction may be specified in HTTPRequestMirrorFilter", |mirror| {
        !(has(mirror, "percent") && has(mirror, "fraction"))
    })],
};

const FRACTION: Object = Object {
    fields: &[
        field("denominator", Shape::Integer(&between(1, INT32_MAX))).default("100"),
        field("numerator", Shape::Integer(&between(0, INT32_MAX))).required(),
    ],
    rules: &[rule("numerator must be less than or equal to denominator", |fraction| {
        fraction.get("numerator").and_then(Json::as_i64) <= fraction.get("denominator").and_then(Json::as_i64)
    })],
};

const STATUS: Integer = Integer { min: i64::MIN, max: i64::MAX, one_of: &[301, 302, 303, 307, 308] };

const REQUEST_REDIRECT: Object = object(&[
    field("hostname", PRECISE_HOSTNAME),
    field("path", Shape::Object(&PATH_MODIFIER)),
    field("port", PORT),
    field("scheme", Shape::Text(&one_of(&["http", "https"]))),
    field("statusCode", Shape::Integer(&STATUS)).default("302"),
]);

const URL_REWRITE: Object =
    object(&[field("hostname", PRECISE_HOSTNAME), field("path", Shape::Object(&PATH_MODIFIER))]);

const PATH_MODIFIER: Object = Object {
    fields: &[
        field("replaceFullPath", Shape::Text(&length(0, 1024))),
        field("replacePrefixMatch", Shape::Text(&length(0, 1024))),
        field("type", Shape::Text(&one_of(&["ReplaceFullPath", "ReplacePrefixMatch"]))).required(),
    ],
    rules: &[
        rule("replaceFullPath must be specified when type is set to 'ReplaceFullPath'", |modifier| {
            text(modifier, "type") != Some("ReplaceFullPath") || has(modifier, "replaceFullPath")
        }),
        rule("type must be 'ReplaceFullPath' when replaceFullPath is set", |modifier| {
            !has(modifier, "replaceFullPath") || text(modifier, "type") == Some("ReplaceFullPath")
        }),
        rule("replacePrefixMatch must be specified when type is set to 'ReplacePrefixMatch'", |modifier| {
            text(modifier, "type") != Some("ReplacePrefixMatch") || has(modifier, "replacePrefixMatch")
        }),
        rule("type must be 'ReplacePrefixMatch' when replacePrefixMatch is set", |modifier| {
            !has(modifier, "replacePrefixMatch") || text(modifier, "type") == Some("ReplacePrefixMatch")
        }),
    ],
};

const ORIGIN: Pattern =
    engine!(r"(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)");
const METHODS: Text = one_of(&["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"]);

const CORS: Object = object(&[
    field("allowCredentials", Shape::Boolean),
    field(
        "allowHeaders",
        Shape::List(
            &list(64, HEADER_NAME)
                .unique(Unique::Item)
                .rules(&[rule("AllowHeaders cannot contain '*' alongside other methods", star_alone)]),
        ),
    ),
    field(
        "allowMethods",
        Shape::List(
            &list(9, Shape::Text(&METHODS))
                .unique(Unique::Item)
                .rules(&[rule("AllowMethods cannot contain '*' alongside other methods", star_alone)]),
        ),
    ),
    field(
        "allowOrigins",
        Shape::List(
            &list(64, Shape::Text(&length(1, 253).like(ORIGIN)))
                .unique(Unique::Item)
                .rules(&[rule("AllowOrigins cannot contain '*' alongside other origins", star_alone)]),
        ),
    ),
    field("exposeHeaders", Shape::List(&list(64, HEADER_NAME).unique(Unique::Item))),
    field("maxAge", Shape::Integer(&between(1, INT32_MAX))).default("5"),
]);

fn star_alone(list: &Json) -> bool {
    let values = items(list);
    values.len() <= 1 || !values.iter().any(|value| value.as_str() == Some("*"))
}

const AUTH_PATH: Pattern = engine!(r"^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$");
const AUTH_HEADERS: Shape = Shape::List(&list(64, ANY).unique(Unique::Item));

const EXTERNAL_AUTH: Object = Object {
    fields: &[
        field("backendRef", Shape::Object(&BACKEND_OBJECT)).required(),
        field("forwardBody", Shape::Object(&object(&[field("maxSize", Shape::Integer(&between(i64::MIN, i64::MAX)))]))),
        field("grpc", Shape::Object(&object(&[field("allowedHeaders", AUTH_HEADERS)]))),
        field(
            "http",
            Shape::Object(&object(&[
                field("allowedHeaders", AUTH_HEADERS),
                field("allowedResponseHeaders", AUTH_HEADERS),
                field("path", Shape::Text(&length(0, 1024).like(AUTH_PATH))),
            ])),
        ),
        field("protocol", Shape::Text(&one_of(&["HTTP", "GRPC"]))).required(),
    ],
    rules: &[
        rule("grpc must be specified when protocol is set to 'GRPC'", |auth| {
            text(auth, "protocol") != Some("GRPC") || has(auth, "grpc")
        }),
        rule("protocol must be 'GRPC' when grpc is set", |auth| {
            !has(auth, "grpc") || text(auth, "protocol") == Some("GRPC")
        }),
        rule("http must be specified when protocol is set to 'HTTP'", |auth| {
            text(auth, "protocol") != Some("HTTP") || has(auth, "http")
        }),
        rule("protocol must be 'HTTP' when http is set", |auth| {
            !has(auth, "http") || text(auth, "protocol") == Some("HTTP")
        }),
    ],
};
