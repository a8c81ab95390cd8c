//! HTTPRouteFilter: what a rule's ExtensionRef adds to it.

use serde_json::Value;

use super::fields::{Fields, Source};
use super::{Extension, GROUP};
use crate::gateway::Profile;
use crate::model::{FieldMatch, Foreign, HeaderEdit, Located, PathRewrite, Respond, ValueMatcher};
use crate::source::gateway_api::objects::Objects;
use crate::source::gateway_api::regex::{Dialect, accepted};

/// What a filter does.
#[derive(Debug, Default)]
pub(in crate::source::gateway_api) struct RouteFilter {
    pub rewrite: Option<PathRewrite>,
    /// The Host header towards the backend; `%REQ(name)%` for the value of a header.
    pub host: Option<String>,
    pub respond: Option<Respond>,
    /// Headers of that answer.
    pub answer_headers: Vec<Located<HeaderEdit>>,
    /// Conditions on cookies; one of the lists has to hold. Empty for none.
    pub cookies: Vec<Vec<FieldMatch>>,
    pub foreign: Vec<Located<Foreign>>,
    /// It cannot be carried out.
    pub failed: Option<String>,
}

/// Whether an ExtensionRef names an HTTPRouteFilter.
pub(in crate::source::gateway_api) fn is_route_filter(group: &str, kind: &str) -> bool {
    group == GROUP && kind == "HTTPRouteFilter"
}

/// Reads a filter.
pub(in crate::source::gateway_api) fn read(object: &Extension, objects: &Objects, profile: &Profile) -> RouteFilter {
    let source = Source { object: object.source.clone(), namespace: object.namespace.clone() };
    let mut fields = Fields::new(Value::clone(&object.spec), source);
    let mut filter = RouteFilter::default();
    rewrite(&mut fields, &mut filter);
    respond(&mut fields, objects, &mut filter);
    cookies(&mut fields, profile, &mut filter);
    // Credentials are put in, not asked for.
    filter.foreign = fields.foreign("HTTPRouteFilter", |_| false);
    filter
}

fn rewrite(fields: &mut Fields, filter: &mut RouteFilter) {
    if fields.peek("urlRewrite.path.type").and_then(Value::as_str) == Some("ReplaceRegexMatch") {
        let pattern = fields.text("urlRewrite.path.replaceRegexMatch.pattern").unwrap_or_default();
        let substitution = fields.text("urlRewrite.path.replaceRegexMatch.substitution").unwrap_or_default();
        fields.ignore("urlRewrite.path.type");
        match accepted(&pattern, Dialect::Re2) {
            Some(pattern) => filter.rewrite = Some(PathRewrite::Envoy { pattern, substitution }),
            None => filter.failed = Some(format!("the expression `{pattern}` is not accepted")),
        }
    }
    if fields.peek("urlRewrite.hostname.type").and_then(Value::as_str) == Some("Header")
        && let Some(header) = fields.text("urlRewrite.hostname.header")
    {
        fields.ignore("urlRewrite.hostname.type");
        filter.host = Some(format!("%REQ({header})%"));
    }
}

fn respond(fields: &mut Fields, objects: &Objects, filter: &mut RouteFilter) {
    if fields.peek("directResponse").is_none() {
        return;
    }
    let origin = fields.origin("directResponse");
    let status =
        fields.number("directResponse.statusCode").and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
    let body = body(fields, "directResponse.body", objects);
    let edit = |edit| Located::new(edit, origin.clone());
    if let Some(kind) = fields.text("directResponse.contentType") {
        filter.answer_headers.push(edit(HeaderEdit::Set("content-type".to_owned(), kind)));
    }
    let edits = header_edits(fields, "directResponse.header");
    filter.answer_headers.extend(edits.into_iter().map(edit));
    fields.take("directResponse", |value| value.as_object().is_some_and(serde_json::Map::is_empty).then_some(()));
    filter.respond = Some(Respond { status, guarded: true, body });
}

/// A body, as text or in a ConfigMap: under `response.body`, else under its first key (custom_response.go).
pub(super) fn body(fields: &mut Fields, path: &str, objects: &Objects) -> Option<String> {
    let kind = fields.text(&format!("{path}.type"));
    if kind.as_deref() == Some("ValueRef") {
        let namespace = fields.namespace(path).to_owned();
        let reference = fields.take(&format!("{path}.valueRef"), |value| Some(value.clone()))?;
        let name = reference.get("name").and_then(Value::as_str)?;
        let data = objects.config_maps.get(&(namespace, name.to_owned()))?;
        return data.get("response.body").or_else(|| data.values().next()).cloned();
    }
    fields.text(&format!("{path}.inline"))
}

/// `remove`, `set` and `add` of a header filter, in Envoy's order.
pub(super) fn header_edits(fields: &mut Fields, path: &str) -> Vec<HeaderEdit> {
    let pairs = |value: &Value| {
        let pair = |header: &Value| {
            let text = |key: &str| header.get(key).and_then(Value::as_str).map(str::to_owned);
            Some((text("name")?, text("value")?))
        };
        value.as_array()?.iter().map(pair).collect::<Option<Vec<_>>>()
    };
    let removed = fields.texts(&format!("{path}.remove")).unwrap_or_default();
    let set = fields.take(&format!("{path}.set"), pairs).unwrap_or_default();
    let added = fields.take(&format!("{path}.add"), pairs).unwrap_or_default();
    let removed = removed.into_iter().map(HeaderEdit::Remove);
    let set = set.into_iter().map(|(name, value)| HeaderEdit::Set(name, value));
    removed.chain(set).chain(added.into_iter().map(|(name, value)| HeaderEdit::Add(name, value))).collect()
}

fn cookies(fields: &mut Fields, profile: &Profile, filter: &mut RouteFilter) {
    let condition = |cookie: &Value| {
        let text = |key: &str| cookie.get(key).and_then(Value::as_str);
        let (name, value) = (text("name")?, text("value")?);
        let value = match text("type").unwrap_or("Exact") {
            "Exact" => ValueMatcher::Exact(value.to_owned()),
            _ if profile.regex_pcre => ValueMatcher::Regex(value.to_owned()),
            _ => ValueMatcher::Regex(accepted(value, Dialect::Re2)?),
        };
        Some(FieldMatch { name: name.to_owned(), value })
    };
    let entry = |entry: &Value| entry.get("cookies")?.as_array()?.iter().map(condition).collect::<Option<Vec<_>>>();
    let read = |value: &Value| value.as_array()?.iter().map(entry).collect::<Option<Vec<_>>>();
    if fields.peek("matches").is_some() {
        match fields.take("matches", read) {
            Some(cookies) => filter.cookies = cookies,
            None => filter.failed = Some("its cookie matches are not accepted".to_owned()),
        }
    }
}
