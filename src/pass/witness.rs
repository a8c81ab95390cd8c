//! Rules and requests in words.

use super::conditions::example;
use super::draft::Draft;
use super::paths;
use crate::model::{FieldMatch, HostPattern, Matcher, ValueMatcher};

/// `path under /a, method GET, header x`.
pub(super) fn describe(matcher: &Matcher) -> String {
    let mut text = matcher.path.to_string();
    if let Some(method) = &matcher.method {
        text.push_str(&format!(", method {method}"));
    }
    let families = [("header", &matcher.headers), ("query", &matcher.queries), ("cookie", &matcher.cookies)];
    for (family, fields) in families {
        for field in fields {
            text.push_str(&format!(", {family} {}", condition(field)));
        }
    }
    text
}

fn condition(field: &FieldMatch) -> String {
    let name = &field.name;
    match &field.value {
        ValueMatcher::Exact(value) => format!("{name} = {value}"),
        ValueMatcher::Regex(pattern) | ValueMatcher::Search(pattern) => format!("{name} ~ {pattern}"),
        ValueMatcher::Present => name.clone(),
        ValueMatcher::Absent => format!("{name} absent"),
        ValueMatcher::Not(inner) => {
            format!("not {}", condition(&FieldMatch { name: name.clone(), value: (**inner).clone() }))
        }
    }
}

/// A request that both matchers take, as `trace` is asked: `GET https://foo.com/a?q=1 -H 'x: 1'`.
pub(super) fn request(a: &Matcher, b: &Matcher, draft: &Draft<'_>) -> Option<String> {
    let path = paths::witness(&a.path, &b.path, &draft.languages).ok()??;
    let method = a.method.as_deref().or(b.method.as_deref()).unwrap_or("GET");
    let queries = values(&a.queries, &b.queries, draft);
    let query: Vec<String> = queries.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let mut text = format!("{method} {}://{}{path}{mark}{}", draft.scheme, host(&draft.host.host), query.join("&"));
    for (name, value) in values(&a.headers, &b.headers, draft) {
        text.push_str(&format!(" -H '{name}: {value}'"));
    }
    let cookies = values(&a.cookies, &b.cookies, draft);
    if !cookies.is_empty() {
        let cookies: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        text.push_str(&format!(" -H 'cookie: {}'", cookies.join("; ")));
    }
    Some(text)
}

/// A value for every name that must be there.
fn values(a: &[FieldMatch], b: &[FieldMatch], draft: &Draft<'_>) -> Vec<(String, String)> {
    let other = |name: &str, fields: &[FieldMatch]| {
        fields.iter().find(|field| field.name == name).map_or(ValueMatcher::Present, |field| field.value.clone())
    };
    let own = a.iter().map(|field| (field, other(&field.name, b)));
    let rest = b.iter().filter(|field| a.iter().all(|own| own.name != field.name));
    own.chain(rest.map(|field| (field, ValueMatcher::Present)))
        .filter_map(|(field, other)| Some((field.name.clone(), example(&field.value, &other, &draft.languages)?)))
        .collect()
}

fn host(pattern: &HostPattern) -> String {
    match pattern {
        HostPattern::Exact(host) => host.clone(),
        HostPattern::Wildcard { suffix, .. } => format!("a.{suffix}"),
        HostPattern::Regex(_) | HostPattern::Any => "example.com".to_owned(),
    }
}
