//! Gateway, ListenerSet and GatewayClass.

use std::net::IpAddr;

use serde_json::Value as Json;

use super::policy::OPTIONS;
use super::reference::{ANYWHERE, LOCAL, PORT, SECRET, has, items, list as entries, text};
use super::schema::{
    Field, List, Map, Object, Pattern, Rule, Scope, Shape, Unique, field, length, list, object, one_of, rule,
};
use super::text::{ANY, GROUP, HOSTNAME, KIND, NAMESPACE, OBJECT_NAME, SECTION_NAME, engine, is_hostname};

/// Gateway's `spec`.
pub(super) const GATEWAY: Object = object(&[
    field("addresses", Shape::List(&ADDRESSES)),
    field("allowedListeners", Shape::Object(&ALLOWED_LISTENERS)),
    field("defaultScope", Shape::Text(&one_of(&["All", "None"]))).only(Scope::Experimental),
    field("gatewayClassName", OBJECT_NAME).required(),
    field("infrastructure", Shape::Object(&INFRASTRUCTURE)),
    field("listeners", Shape::List(&LISTENERS.rules(&LISTENER_RULES))).required(),
    field("tls", Shape::Object(&TLS)),
]);

/// ListenerSet's `spec`.
pub(super) const LISTENER_SET: Object = object(&[
    field("listeners", Shape::List(&LISTENERS.rules(&LISTENER_RULES))).required(),
    field("parentRef", Shape::Object(&PARENT_REF)).required(),
]);

/// GatewayClass's `spec`. Its rule `Value is immutable` needs the old object and is left to the API server.
pub(super) const GATEWAY_CLASS: Object = object(&[
    field("controllerName", Shape::Text(&length(1, 253).like(DOMAIN_PATH))).required(),
    field("description", Shape::Text(&length(0, 64))),
    field("parametersRef", Shape::Object(&ANYWHERE)),
]);

const DOMAIN_PATH: Pattern =
    engine!(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$");

const PARENT_REF: Object = object(&[
    field("group", GROUP).default("\"gateway.networking.k8s.io\""),
    field("kind", KIND).default("\"Gateway\""),
    field("name", OBJECT_NAME).required(),
    field("namespace", NAMESPACE),
]);

const LISTENERS: List = list(64, Shape::Object(&LISTENER)).at_least(1).unique(Unique::Field("name"));

const NO_TLS: Rule = rule("tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']", |listeners| {
    entries(listeners).iter().all(|l| !speaks(l, &["HTTP", "TCP", "UDP"]) || !has(l, "tls"))
});
const HTTPS_TERMINATES: Rule = rule("tls mode must be Terminate for protocol HTTPS", |listeners| {
    entries(listeners).iter().all(|l| !speaks(l, &["HTTPS"]) || matches!(mode(l), None | Some("" | "Terminate")))
});
const TLS_HAS_MODE: Rule = rule("tls mode must be set for protocol TLS", |listeners| {
    entries(listeners).iter().all(|l| !speaks(l, &["TLS"]) || mode(l).is_some_and(|mode| !mode.is_empty()))
});
const NO_HOSTNAME: Rule = rule("hostname must not be specified for protocols ['TCP', 'UDP']", |listeners| {
    entries(listeners).iter().all(|l| !speaks(l, &["TCP", "UDP"]) || text(l, "hostname").is_none_or(str::is_empty))
});
const NAMES: Rule = rule("Listener name must be unique within the Gateway", |listeners| {
    let all = entries(listeners);
    all.iter().all(|a| all.iter().filter(|b| text(a, "name") == text(b, "name")).count() == 1)
});
const COMBINATIONS: Rule =
    rule("Combination of port, protocol and hostname must be unique for each listener", |listeners| {
        let all = entries(listeners);
        let same = |a: &Json, b: &Json| {
            a.get("port") == b.get("port")
                && text(a, "protocol") == text(b, "protocol")
                && text(a, "hostname") == text(b, "hostname")
        };
        all.iter().all(|a| !has(a, "port") || all.iter().filter(|b| same(a, b)).count() == 1)
    });

const LISTENER_RULES: [Rule; 6] = [NO_TLS, HTTPS_TERMINATES, TLS_HAS_MODE, NO_HOSTNAME, NAMES, COMBINATIONS];

fn speaks(listener: &Json, protocols: &[&str]) -> bool {
    text(listener, "protocol").is_some_and(|protocol| protocols.contains(&protocol))
}

fn mode(listener: &Json) -> Option<&str> {
    listener.get("tls").and_then(|tls| text(tls, "mode"))
}

const PROTOCOL: Pattern = engine!(
    r"^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$"
);

const LISTENER: Object = object(&[
    field("allowedRoutes", Shape::Object(&ALLOWED_ROUTES)).default(r#"{"namespaces":{"from":"Same"}}"#),
    field("hostname", HOSTNAME),
    field("name", SECTION_NAME).required(),
    field("port", PORT).required(),
    field("protocol", Shape::Text(&length(1, 255).like(PROTOCOL))).required(),
    field("tls", Shape::Object(&LISTENER_TLS)),
]);

const LISTENER_TLS: Object = Object {
    fields: &[
        field("certificateRefs", Shape::List(&list(64, Shape::Object(&SECRET)))),
        field("mode", Shape::Text(&one_of(&["Terminate", "Passthrough"]))).default("\"Terminate\""),
        field("options", Shape::Map(&OPTIONS)),
    ],
    rules: &[rule("certificateRefs or options must be specified when mode is Terminate", |tls| {
        text(tls, "mode") != Some("Terminate")
            || !items(tls, "certificateRefs").is_empty()
            || tls.get("options").and_then(Json::as_object).is_some_and(|options| !options.is_empty())
    })],
};

const ALLOWED_ROUTES: Object = object(&[
    field(
        "kinds",
        Shape::List(&list(
            8,
            Shape::Object(&object(&[
                field("group", GROUP).default("\"gateway.networking.k8s.io\""),
                field("kind", KIND).required(),
            ])),
        )),
    ),
    field("namespaces", Shape::Object(&ROUTE_NAMESPACES)).default(r#"{"from":"Same"}"#),
]);
const ROUTE_NAMESPACES: Object = object(&[
    field("from", Shape::Text(&one_of(&["All", "Selector", "Same"]))).default("\"Same\""),
    field("selector", Shape::Object(&SELECTOR)),
]);

const ALLOWED_LISTENERS: Object =
    object(&[field("namespaces", Shape::Object(&LISTENER_NAMESPACES)).default(r#"{"from":"None"}"#)]);
const LISTENER_NAMESPACES: Object = object(&[
    field("from", Shape::Text(&one_of(&["All", "Selector", "Same", "None"]))).default("\"None\""),
    field("selector", Shape::Object(&SELECTOR)),
]);

const SELECTOR: Object = object(&[
    field("matchExpressions", Shape::List(&list(usize::MAX, Shape::Object(&REQUIREMENT)))),
    field("matchLabels", Shape::Map(&Map { max: usize::MAX, value: &length(0, usize::MAX), rules: &[] })),
]);
const REQUIREMENT: Object = object(&[
    field("key", ANY).required(),
    field("operator", ANY).required(),
    field("values", Shape::List(&list(usize::MAX, ANY))),
]);

const ADDRESS_TYPE: Pattern = engine!(
    r"^Hostname|IPAddress|NamedAddress|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$"
);

const ADDRESSES: List = list(16, Shape::Object(&ADDRESS)).rules(&[
    rule("IPAddress values must be unique", |addresses| unique_values(addresses, "IPAddress")),
    rule("Hostname values must be unique", |addresses| unique_values(addresses, "Hostname")),
]);

fn unique_values(addresses: &Json, kind: &str) -> bool {
    let of_kind = entries(addresses).iter().filter(|address| text(address, "type") == Some(kind));
    let values: Vec<_> = of_kind.filter_map(|address| text(address, "value")).collect();
    values.iter().all(|value| values.iter().filter(|other| *other == value).count() == 1)
}

const ADDRESS: Object = Object {
    fields: &[
        field("type", Shape::Text(&length(1, 253).like(ADDRESS_TYPE))).default("\"IPAddress\""),
        field("value", Shape::Text(&length(0, 253))),
    ],
    rules: &[
        rule(ADDRESS_FORMAT, |address| {
            text(address, "type") != Some("IPAddress")
                || text(address, "value").is_none_or(|value| value.parse::<IpAddr>().is_ok())
        }),
        rule(
            r"Hostname value must be empty or contain only valid characters (matching ^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$)",
            |address| text(address, "type") != Some("Hostname") || text(address, "value").is_none_or(is_hostname),
        ),
    ],
};

/// Not a CEL rule but a `oneOf` of formats; its message is ours.
pub(super) const ADDRESS_FORMAT: &str = "value must be an IPv4 or IPv6 address for type IPAddress";

const LABEL_VALUE: Pattern = engine!("^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$");

const INFRASTRUCTURE: Object = object(&[
    field(
        "annotations",
        Shape::Map(&Map {
            max: 16,
            value: &length(0, 4096),
            rules: &[
                rule(
                    "Annotation keys must be in the form of an optional DNS subdomain prefix followed by a required name segment of up to 63 characters.",
                    qualified_keys,
                ),
                rule(
                    "If specified, the annotation key's prefix must be a DNS subdomain not longer than 253 characters in total.",
                    short_prefixes,
                ),
            ],
        }),
    ),
    field(
        "labels",
        Shape::Map(&Map {
            max: 8,
            value: &length(0, 63).like(LABEL_VALUE),
            rules: &[
                rule(
                    "Label keys must be in the form of an optional DNS subdomain prefix followed by a required name segment of up to 63 characters.",
                    qualified_keys,
                ),
                rule(
                    "If specified, the label key's prefix must be a DNS subdomain not longer than 253 characters in total.",
                    short_prefixes,
                ),
            ],
        }),
    ),
    field("parametersRef", Shape::Object(&LOCAL)),
]);

fn keys(map: &Json) -> impl Iterator<Item = &String> {
    map.as_object().into_iter().flat_map(|entries| entries.keys())
}

fn qualified_keys(map: &Json) -> bool {
    let key = engine!(
        r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$"
    );
    keys(map).all(|name| (key.holds)(name))
}

fn short_prefixes(map: &Json) -> bool {
    keys(map).all(|name| name.split('/').next().unwrap_or_default().chars().count() < 253)
}

const TLS: Object = object(&[
    field("backend", Shape::Object(&object(&[field("clientCertificateRef", Shape::Object(&SECRET))]))),
    field("frontend", Shape::Object(&FRONTEND)),
]);
const FRONTEND: Object =
    object(&[field("default", Shape::Object(&FRONTEND_TLS)).required(), field("perPort", Shape::List(&PER_PORT))]);
const PER_PORT: List = list(
    64,
    Shape::Object(&object(&[field("port", PORT).required(), field("tls", Shape::Object(&FRONTEND_TLS)).required()])),
)
.unique(Unique::Field("port"))
.rules(&[rule("Port for TLS configuration must be unique within the Gateway", |ports| {
    let all = entries(ports);
    all.iter().all(|a| all.iter().filter(|b| a.get("port") == b.get("port")).count() == 1)
})]);
const FRONTEND_TLS: Object = object(&[field("validation", Shape::Object(&CLIENT_VALIDATION))]);
const CLIENT_VALIDATION: Object = object(&[CA_REFS, CLIENT_MODE]);
const CA_REFS: Field =
    field("caCertificateRefs", Shape::List(&list(16, Shape::Object(&ANYWHERE)).at_least(1))).required();
const CLIENT_MODE: Field =
    field("mode", Shape::Text(&one_of(&["AllowValidOnly", "AllowInsecureFallback"]))).default("\"AllowValidOnly\"");
