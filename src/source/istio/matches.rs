//! A condition of a VirtualService as matchers of the model, at one host of one port.

use super::string_match::{StringMatch, Text};
use super::virtual_service::HttpMatch;
use crate::model::{Anchoring, FieldMatch, HostPattern, Matcher, PathMatcher, PathRegex, ValueMatcher};

/// Methods that an expression or a prefix is tried on: those that Gateway API can name.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// Where the condition is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub host: &'a HostPattern,
    pub port: u16,
    /// `http` or `https`.
    pub scheme: &'a str,
    /// Prefixes are path elements.
    pub by_elements: bool,
}

/// The matchers that together take what the condition takes; none when nothing can. Claims of tokens (`@…`) and headers
/// that are none (`:path`) stay conditions, which Gateway API cannot say.
pub(super) fn matchers(condition: &HttpMatch, asked: Asked<'_>) -> Vec<Matcher> {
    if condition.port.is_some_and(|port| port.port() != Some(asked.port))
        || condition.scheme.as_ref().is_some_and(|scheme| !scheme.text().holds(asked.scheme))
    {
        return Vec::new();
    }
    let path = path(condition.uri.as_ref(), condition.ignore_uri_case, asked.by_elements);
    let mut matcher = Matcher::path(path);
    if !authority(condition.authority.as_ref(), asked.host, &mut matcher) {
        return Vec::new();
    }
    let mut methods = methods(condition.method.as_ref());
    for (name, value) in &condition.headers {
        let text = value.as_ref().map_or(Text::Present, StringMatch::text);
        match pseudo(name, text, asked, &mut matcher) {
            Pseudo::Header => {
                let value = text.value();
                matcher.headers.push(FieldMatch { name: name.to_ascii_lowercase(), value });
            }
            Pseudo::Method(found) if found == [None] => {}
            Pseudo::Method(found) if methods == [None] => methods = found,
            Pseudo::Method(found) => methods.retain(|method| found.contains(method)),
            Pseudo::Never => return Vec::new(),
            Pseudo::Done => {}
        }
    }
    for (name, value) in &condition.without_headers {
        let text = value.as_ref().map_or(Text::Present, StringMatch::text);
        let name = name.to_ascii_lowercase();
        let value = match text.value() {
            ValueMatcher::Present => ValueMatcher::Absent,
            other => ValueMatcher::Not(Box::new(other)),
        };
        // A header that is not there counts as empty, but for the question whether it is (treat_missing_header_as_empty).
        if text != Text::Present && text.holds("") {
            matcher.headers.push(FieldMatch { name: name.clone(), value: ValueMatcher::Present });
        }
        matcher.headers.push(FieldMatch { name, value });
    }
    for (name, value) in &condition.query_params {
        let text = value.as_ref().map_or(Text::Present, StringMatch::text);
        matcher.queries.push(FieldMatch { name: name.clone(), value: text.value() });
    }
    methods.into_iter().map(|method| Matcher { method, ..matcher.clone() }).collect()
}

/// The path. A prefix is a text in VirtualServices: `/foo` takes `/foobar` (route.go, translateRouteMatch).
fn path(uri: Option<&StringMatch>, ignore_case: bool, by_elements: bool) -> PathMatcher {
    let regex = |pattern: String| {
        let anchoring = Anchoring::Full;
        PathMatcher::Regex(PathRegex { pattern, case_insensitive: ignore_case, anchoring })
    };
    let Some(uri) = uri else { return PathMatcher::Any };
    match uri.text() {
        Text::Present => PathMatcher::Any,
        Text::Exact(text) if ignore_case => regex(regex_syntax::escape(text)),
        Text::Exact(text) => PathMatcher::Exact(text.to_owned()),
        Text::Prefix("" | "/") => PathMatcher::Any,
        Text::Prefix(text) if ignore_case => regex(format!("{}.*", regex_syntax::escape(text))),
        Text::Prefix(text) if by_elements => PathMatcher::Segment(text.trim_end_matches('/').to_owned()),
        Text::Prefix(text) => PathMatcher::Prefix(text.to_owned()),
        // `ignoreUriCase` does not touch expressions.
        Text::Regex(pattern) => PathMatcher::Regex(PathRegex {
            pattern: pattern.to_owned(),
            case_insensitive: false,
            anchoring: Anchoring::Full,
        }),
    }
}

/// Asks for the authority where the host does not decide it; false when it decides against.
fn authority(authority: Option<&StringMatch>, host: &HostPattern, matcher: &mut Matcher) -> bool {
    let Some(authority) = authority else { return true };
    match host {
        HostPattern::Exact(host) => authority.text().holds(host),
        HostPattern::Wildcard { .. } | HostPattern::Any | HostPattern::Regex(_) => {
            matcher.headers.push(FieldMatch { name: "host".to_owned(), value: authority.text().value() });
            true
        }
    }
}

/// The methods, one matcher each.
fn methods(method: Option<&StringMatch>) -> Vec<Option<String>> {
    let Some(method) = method else { return vec![None] };
    match method.text() {
        Text::Present => vec![None],
        Text::Exact(method) => vec![Some(method.to_owned())],
        text @ (Text::Prefix(_) | Text::Regex(_)) => named(text),
    }
}

fn named(text: Text<'_>) -> Vec<Option<String>> {
    let found: Vec<_> = METHODS.iter().filter(|method| text.holds(method)).collect();
    if found.len() == METHODS.len() {
        return vec![None];
    }
    found.into_iter().map(|method| Some((*method).to_owned())).collect()
}

/// What a header of HTTP/2 that is no header asks for.
enum Pseudo {
    /// It is a header.
    Header,
    Method(Vec<Option<String>>),
    Never,
    Done,
}

fn pseudo(name: &str, text: Text<'_>, asked: Asked<'_>, matcher: &mut Matcher) -> Pseudo {
    match name {
        ":method" => Pseudo::Method(match text {
            Text::Present => vec![None],
            Text::Exact(method) => vec![Some(method.to_owned())],
            Text::Prefix(_) | Text::Regex(_) => named(text),
        }),
        ":scheme" if text.holds(asked.scheme) => Pseudo::Done,
        ":scheme" => Pseudo::Never,
        ":authority" => {
            let condition = StringMatch {
                exact: matches!(text, Text::Exact(_)).then(|| own(text)),
                prefix: matches!(text, Text::Prefix(_)).then(|| own(text)),
                regex: matches!(text, Text::Regex(_)).then(|| own(text)),
            };
            if authority(Some(&condition), asked.host, matcher) { Pseudo::Done } else { Pseudo::Never }
        }
        _ => Pseudo::Header,
    }
}

fn own(text: Text<'_>) -> String {
    match text {
        Text::Exact(text) | Text::Prefix(text) | Text::Regex(text) => text.to_owned(),
        Text::Present => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(condition: &str, host: &HostPattern) -> Vec<Matcher> {
        let json: serde_json::Value = serde_json::from_str(condition).unwrap();
        let condition = crate::syntax::Node::from_json(&json).read().unwrap();
        matchers(&condition, Asked { host, port: 80, scheme: "http", by_elements: false })
    }

    #[test]
    fn conditions_of_port_scheme_and_authority_are_settled_by_the_host() {
        let shop = HostPattern::Exact("shop.com".to_owned());
        assert_eq!(at(r#"{"port": 81}"#, &shop), Vec::<Matcher>::new());
        assert_eq!(at(r#"{"scheme": {"exact": "https"}}"#, &shop), Vec::<Matcher>::new());
        assert_eq!(at(r#"{"authority": {"exact": "shop.com"}}"#, &shop), vec![Matcher::path(PathMatcher::Any)]);
        assert_eq!(at(r#"{"authority": {"prefix": "blog."}}"#, &shop), Vec::<Matcher>::new());
        let any = at(r#"{"authority": {"prefix": "blog."}}"#, &HostPattern::Any);
        assert_eq!(any[0].headers[0].value, ValueMatcher::Regex("blog\\..*".to_owned()));
    }

    #[test]
    fn methods_are_named_one_by_one() {
        let any = HostPattern::Any;
        let methods =
            |json: &str| -> Vec<Option<String>> { at(json, &any).into_iter().map(|matcher| matcher.method).collect() };
        assert_eq!(methods(r#"{"method": {"regex": "GET|HEAD"}}"#), [Some("GET".into()), Some("HEAD".into())]);
        assert_eq!(methods(r#"{"method": {"regex": ".*"}}"#), [None]);
        assert_eq!(methods(r#"{"headers": {":method": {"prefix": "P"}}}"#).len(), 3);
    }

    #[test]
    fn claims_of_tokens_are_beyond_the_request() {
        for condition in [
            r#"{"headers": {"@request.auth.claims.foo": {"exact": "x"}}}"#,
            r#"{"withoutHeaders": {"@request.auth.claims.foo": {}}}"#,
            r#"{"headers": {":path": {"regex": "/a.*"}}}"#,
        ] {
            assert_eq!(at(condition, &HostPattern::Any)[0].beyond_request().count(), 1, "{condition}");
        }
    }

    #[test]
    fn the_text_of_a_prefix_is_no_path_element() {
        let matcher = at(r#"{"uri": {"prefix": "/foo"}}"#, &HostPattern::Any);
        assert_eq!(matcher[0].path, PathMatcher::Prefix("/foo".to_owned()));
        let matcher = at(r#"{"uri": {"exact": "/Foo"}, "ignoreUriCase": true}"#, &HostPattern::Any);
        assert!(matcher[0].path.matches("/fOO") && !matcher[0].path.matches("/foo/"));
        let matcher = at(r#"{"withoutHeaders": {"X-Internal": {}}}"#, &HostPattern::Any);
        assert_eq!(matcher[0].headers[0].value, ValueMatcher::Absent);
    }
}
