//! HTTPRoute.

use serde_json::Value as Json;

use super::http_filter::{HTTP_FILTERS, HTTP_VALUE, HTTP_VISIBLE_VALUE};
use super::parent_refs::{PARENT_REFS, USE_DEFAULT_GATEWAYS};
use super::reference::{backend_fields, backend_with, has, items, list as entries, text};
use super::schema::{
    Field, Integer, List, Object, Rule, Scope, Shape, Text, Unique, between, field, length, list, object, one_of, rule,
};
use super::text::{DURATION, HEADER_NAME, HOSTNAME, SECTION_NAME, engine};
use crate::gateway::milliseconds;

/// HTTPRoute's `spec`.
pub(super) const HTTP_ROUTE: Object = object(&[
    field("hostnames", Shape::List(&list(16, HOSTNAME))),
    PARENT_REFS,
    field("rules", Shape::List(&RULES)).default(r#"[{"matches":[{"path":{"type":"PathPrefix","value":"/"}}]}]"#),
    USE_DEFAULT_GATEWAYS,
]);

/// The sum of matches that the message calls "less than 128" and the rule takes as at most.
pub(super) const TOTAL_MATCHES: Rule = rule(
    "While 16 rules and 64 matches per rule are allowed, the total number of matches across all rules in a route must be less than 128",
    |rules| entries(rules).iter().map(|rule| items(rule, "matches").len()).sum::<usize>() <= 128,
);

/// Names of rules differ; the standard channel does not check it.
pub(super) const RULE_NAMES: Rule = rule("Rule name must be unique within the route", |rules| {
    let names: Vec<_> = entries(rules).iter().filter_map(|rule| text(rule, "name")).collect();
    names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1)
})
.only(Scope::Experimental);

const RULES: List = list(16, Shape::Object(&RULE)).at_least(1).rules(&[TOTAL_MATCHES, RULE_NAMES]);

const RULE: Object = Object {
    fields: &[
        field("backendRefs", Shape::List(&list(16, Shape::Object(&BACKEND)))),
        HTTP_FILTERS,
        field("matches", Shape::List(&list(64, Shape::Object(&MATCH))))
            .default(r#"[{"path":{"type":"PathPrefix","value":"/"}}]"#),
        field("name", SECTION_NAME),
        field("retry", Shape::Object(&RETRY)).only(Scope::Experimental),
        SESSION_PERSISTENCE,
        field("timeouts", Shape::Object(&TIMEOUTS)),
    ],
    rules: &[
        rule("RequestRedirect filter must not be used together with backendRefs", |rule| {
            items(rule, "backendRefs").is_empty() || !items(rule, "filters").iter().any(|f| has(f, "requestRedirect"))
        }),
        rule(
            "When using RequestRedirect filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified",
            |rule| !one_replaces_prefix(rule, "requestRedirect") || one_prefix_match(rule),
        ),
        rule(
            "When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified",
            |rule| !one_replaces_prefix(rule, "urlRewrite") || one_prefix_match(rule),
        ),
        rule(
            "Within backendRefs, when using RequestRedirect filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified",
            |rule| !one_backend_replaces_prefix(rule, "requestRedirect") || one_prefix_match(rule),
        ),
        rule(
            "Within backendRefs, When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified",
            |rule| !one_backend_replaces_prefix(rule, "urlRewrite") || one_prefix_match(rule),
        ),
    ],
};

/// The CRD says `exists_one`: with two such filters the rule does not apply, but then a filter is repeated.
fn one_replaces_prefix(holder: &Json, member: &str) -> bool {
    let replaces = |filter: &&Json| {
        let path = filter.get(member).and_then(|member| member.get("path"));
        path.is_some_and(|path| text(path, "type") == Some("ReplacePrefixMatch") && has(path, "replacePrefixMatch"))
    };
    items(holder, "filters").iter().filter(replaces).count() == 1
}

fn one_backend_replaces_prefix(rule: &Json, member: &str) -> bool {
    items(rule, "backendRefs").iter().filter(|backend| one_replaces_prefix(backend, member)).count() == 1
}

fn one_prefix_match(rule: &Json) -> bool {
    match items(rule, "matches") {
        [only] => only.get("path").and_then(|path| text(path, "type")) == Some("PathPrefix"),
        _ => false,
    }
}

const BACKEND: Object = backend_with(&BACKEND_FIELDS);
const BACKEND_FIELDS: [Field; 7] = backend_fields(HTTP_FILTERS);

const METHODS: Text = one_of(&["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);

/// Exact or RegularExpression.
pub(super) const VALUE_TYPE: Field =
    field("type", Shape::Text(&one_of(&["Exact", "RegularExpression"]))).default("\"Exact\"");

const MATCH: Object = object(&[
    field(
        "headers",
        Shape::List(
            &list(
                16,
                Shape::Object(&object(&[
                    field("name", HEADER_NAME).required(),
                    VALUE_TYPE,
                    HTTP_VALUE,
                    HTTP_VISIBLE_VALUE,
                ])),
            )
            .unique(Unique::Field("name")),
        ),
    ),
    field("method", Shape::Text(&METHODS)),
    field("path", Shape::Object(&PATH)).default(r#"{"type":"PathPrefix","value":"/"}"#),
    field(
        "queryParams",
        Shape::List(
            &list(
                16,
                Shape::Object(&object(&[
                    field("name", HEADER_NAME).required(),
                    VALUE_TYPE,
                    field("value", Shape::Text(&length(1, 1024))).required(),
                ])),
            )
            .unique(Unique::Field("name")),
        ),
    ),
]);

/// A rule on the text of an Exact or PathPrefix path.
macro_rules! path_rule {
    ($message:literal, $holds:expr) => {
        rule(concat!($message, " when type one of ['Exact', 'PathPrefix']"), |path| {
            literal_path(path).is_none_or($holds)
        })
    };
}

const PATH: Object = Object {
    fields: &[
        field("type", Shape::Text(&one_of(&["Exact", "PathPrefix", "RegularExpression"]))).default("\"PathPrefix\""),
        field("value", Shape::Text(&length(0, 1024))).default("\"/\""),
    ],
    rules: &[
        path_rule!("value must be an absolute path and start with '/'", |path| path.starts_with('/')),
        path_rule!("must not contain '//'", |path| !path.contains("//")),
        path_rule!("must not contain '/./'", |path| !path.contains("/./")),
        path_rule!("must not contain '/../'", |path| !path.contains("/../")),
        path_rule!("must not contain '%2f'", |path| !path.contains("%2f")),
        path_rule!("must not contain '%2F'", |path| !path.contains("%2F")),
        path_rule!("must not contain '#'", |path| !path.contains('#')),
        path_rule!("must not end with '/..'", |path| !path.ends_with("/..")),
        path_rule!("must not end with '/.'", |path| !path.ends_with("/.")),
        rule("type must be one of ['Exact', 'PathPrefix', 'RegularExpression']", |path| {
            matches!(text(path, "type"), Some("Exact" | "PathPrefix" | "RegularExpression"))
        }),
        rule(
            "must only contain valid characters (matching ^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$) for types ['Exact', 'PathPrefix']",
            |path| {
                let allowed = engine!(r"^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$");
                literal_path(path).is_none_or(allowed.holds)
            },
        ),
    ],
};

fn literal_path(path: &Json) -> Option<&str> {
    matches!(text(path, "type"), Some("Exact" | "PathPrefix")).then(|| text(path, "value")).flatten()
}

const TIMEOUTS: Object = Object {
    fields: &[field("backendRequest", DURATION), field("request", DURATION)],
    rules: &[rule("backendRequest timeout cannot be longer than request timeout", |timeouts| {
        let duration = |key| text(timeouts, key).and_then(milliseconds);
        match (duration("request"), duration("backendRequest")) {
            (Some(request), Some(backend)) => request == 0 || backend <= request,
            (Some(_), None) | (None, Some(_) | None) => true,
        }
    })],
};

const RETRY: Object = object(&[
    field("attempts", Shape::Integer(&between(1, i64::MAX))),
    field("backoff", DURATION),
    field("codes", Shape::List(&list(usize::MAX, Shape::Integer(&CODE)).unique(Unique::Item))),
]);
const CODE: Integer = between(400, 599);

/// `sessionPersistence`.
pub(super) const SESSION_PERSISTENCE: Field =
    field("sessionPersistence", Shape::Object(&SESSION)).only(Scope::Experimental);

const SESSION: Object = Object {
    fields: &[
        field("absoluteTimeout", DURATION),
        field(
            "cookieConfig",
            Shape::Object(&object(&[
                field("lifetimeType", Shape::Text(&one_of(&["Permanent", "Session"]))).default("\"Session\"")
            ])),
        ),
        field("sessionName", Shape::Text(&length(0, 128))),
        field("type", Shape::Text(&one_of(&["Cookie", "Header"]))).default("\"Cookie\""),
    ],
    rules: &[
        rule("AbsoluteTimeout must be specified when cookie lifetimeType is Permanent", |session| {
            let lifetime = session.get("cookieConfig").and_then(|cookie| text(cookie, "lifetimeType"));
            lifetime != Some("Permanent") || has(session, "absoluteTimeout")
        }),
        rule("cookieConfig can only be set with type Cookie", |session| {
            !has(session, "cookieConfig") || text(session, "type") == Some("Cookie")
        }),
    ],
};
