//! TLSRoute, TCPRoute and UDPRoute.

use std::net::IpAddr;

use serde_json::Value as Json;

use super::http_route::RULE_NAMES;
use super::parent_refs::{PARENT_REFS, USE_DEFAULT_GATEWAYS};
use super::reference::{BACKEND, list as entries};
use super::schema::{Field, List, Object, Shape, field, list, object, rule};
use super::text::{HOSTNAME, SECTION_NAME, is_subdomain};

/// TLSRoute's `spec`.
pub(super) const TLS_ROUTE: Object = object(&[
    field("hostnames", Shape::List(&HOSTNAMES.at_least(1))).required(),
    PARENT_REFS,
    one_rule(),
    USE_DEFAULT_GATEWAYS,
]);

/// TLSRoute's `spec` in v1alpha2.
pub(super) const TLS_ROUTE_V1ALPHA2: Object =
    object(&[field("hostnames", Shape::List(&list(1024, HOSTNAME))), PARENT_REFS, some_rules(), USE_DEFAULT_GATEWAYS]);

/// `spec` of TCPRoute and UDPRoute.
pub(super) const STREAM_ROUTE: Object = object(&[PARENT_REFS, one_rule(), USE_DEFAULT_GATEWAYS]);

/// `spec` of TCPRoute and UDPRoute in v1alpha2.
pub(super) const STREAM_ROUTE_V1ALPHA2: Object = object(&[PARENT_REFS, some_rules(), USE_DEFAULT_GATEWAYS]);

const fn one_rule() -> Field {
    const RULES: List = list(1, Shape::Object(&RULE)).at_least(1);
    field("rules", Shape::List(&RULES)).required()
}

const fn some_rules() -> Field {
    const RULES: List = list(16, Shape::Object(&RULE)).at_least(1).rules(&[RULE_NAMES]);
    field("rules", Shape::List(&RULES)).required()
}

const RULE: Object = object(&[
    field("backendRefs", Shape::List(&list(16, Shape::Object(&BACKEND)).at_least(1))).required(),
    field("name", SECTION_NAME),
]);

const HOSTNAMES: List = list(1024, HOSTNAME).rules(&[
    rule("Hostnames cannot contain an IP", |hosts| names(hosts).all(|host| host.parse::<IpAddr>().is_err())),
    rule("Hostnames must be valid based on RFC-1123", |hosts| {
        names(hosts).all(|host| host.contains('*') || is_subdomain(host))
    }),
    rule(
        "Wildcards on hostnames must be the first label, and the rest of hostname must be valid based on RFC-1123",
        |hosts| names(hosts).all(|host| !host.contains('*') || host.strip_prefix("*.").is_some_and(is_subdomain)),
    ),
]);

fn names(hosts: &Json) -> impl Iterator<Item = &str> {
    entries(hosts).iter().filter_map(Json::as_str)
}
