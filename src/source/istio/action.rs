//! What a route of a VirtualService does: rewrites, redirects, answers.

use super::proto::EnumName;
use super::virtual_service::{HeaderOperations, Redirect, RegexRewrite, Rewrite};
use crate::model::{self, HeaderEdit, Location, Matcher, PathMatcher, PathRewrite, RedirectParts, RedirectPort};

/// The path that the backend sees.
pub(super) fn rewrite(rewrite: &Rewrite, matcher: &Matcher) -> Option<PathRewrite> {
    if let Some(RegexRewrite { pattern, rewrite }) = &rewrite.uri_regex_rewrite {
        return Some(regex(pattern, rewrite));
    }
    let to = rewrite.uri.as_str();
    if to.is_empty() {
        return None;
    }
    match &matcher.path {
        PathMatcher::Exact(_) | PathMatcher::Regex(_) => Some(PathRewrite::Full(to.to_owned())),
        PathMatcher::Any => replaced_text("/", to),
        PathMatcher::Prefix(from) => replaced_text(from, to),
        PathMatcher::Segment(from) => {
            Some(PathRewrite::Prefix { from: from.clone(), to: without_slash(to).to_owned() })
        }
    }
}

/// Envoy's prefix_rewrite: the text of the prefix is replaced by the text of the rewrite, slashes and all. Where that is
/// the same as replacing path elements, it is said so.
fn replaced_text(from: &str, to: &str) -> Option<PathRewrite> {
    let slash = |text: &str| text.ends_with('/');
    if from == to {
        return None;
    }
    if slash(from) == slash(to) && (from != "/" || to.len() > 1) {
        let bare = |text: &str| if text.len() > 1 { without_slash(text).to_owned() } else { text.to_owned() };
        return Some(PathRewrite::Prefix { from: bare(from), to: bare(to) });
    }
    Some(PathRewrite::Envoy {
        pattern: format!("^{}", regex_syntax::escape(from)),
        substitution: to.replace('\\', r"\\"),
    })
}

fn without_slash(text: &str) -> &str {
    if text.len() > 1 { text.strip_suffix('/').unwrap_or(text) } else { text }
}

/// What replaces the whole path has no expression.
fn regex(pattern: &str, rewrite: &str) -> PathRewrite {
    if matches!(pattern, "/.*" | ".*" | "^/.*$" | "^.*$") && !rewrite.contains('\\') {
        return PathRewrite::Full(rewrite.to_owned());
    }
    PathRewrite::Envoy { pattern: pattern.to_owned(), substitution: rewrite.to_owned() }
}

/// A redirect; Istio's status is 301 where none is named (route.go, ApplyRedirect).
pub(super) fn redirect(written: &Redirect, matcher: &Matcher, port: u16) -> model::Redirect {
    let (host, own_port) = match written.authority.rsplit_once(':') {
        Some((host, number)) if number.parse::<u16>().is_ok() => (host, number.parse().ok()),
        Some(_) | None => (written.authority.as_str(), None),
    };
    let path = match (written.uri.as_str(), written.prefix_rewrite.as_str()) {
        ("", "") => None,
        ("", prefix) => {
            let prefix = Rewrite { uri: prefix.to_owned(), ..Rewrite::default() };
            rewrite(&prefix, matcher)
        }
        (uri, _) => Some(PathRewrite::Full(absolute(uri))),
    };
    let port = match (&written.port, &written.derive_port, own_port) {
        // 80 and 443 are left out where they go without saying (route.go, ApplyRedirect).
        (Some(named), _, _) => named.port().map_or(RedirectPort::None, RedirectPort::UnlessDefault),
        (None, Some(EnumName(name)), _) if name == "FROM_REQUEST_PORT" || name == "1" => {
            if matches!(port, 0 | 80 | 443) { RedirectPort::None } else { RedirectPort::Always(port) }
        }
        (None, _, Some(port)) => RedirectPort::Always(port),
        (None, _, None) => RedirectPort::None,
    };
    model::Redirect {
        status: written.redirect_code.and_then(|code| u16::try_from(code.0).ok()).unwrap_or(301),
        location: Location::Parts(RedirectParts {
            scheme: (!written.scheme.is_empty()).then(|| written.scheme.clone()),
            host: (!host.is_empty()).then(|| host.to_owned()),
            port,
            path,
            keep_authority: host.is_empty(),
            ..RedirectParts::default()
        }),
    }
}

/// Envoy puts a slash in front of a new path without one (measured: redirects).
fn absolute(uri: &str) -> String {
    if uri.starts_with('/') { uri.to_owned() } else { format!("/{uri}") }
}

/// Changes to headers: Envoy removes before it sets and adds.
pub(super) fn edits(operations: Option<&HeaderOperations>) -> Vec<HeaderEdit> {
    let Some(HeaderOperations { set, add, remove }) = operations else { return Vec::new() };
    let removed = remove.iter().map(|name| HeaderEdit::Remove(name.clone()));
    let set = set.iter().map(|(name, value)| HeaderEdit::Set(header(name), value.clone()));
    let added = add.iter().map(|(name, value)| HeaderEdit::Add(header(name), value.clone()));
    removed.chain(set).chain(added).collect()
}

fn header(name: &str) -> String {
    if name == ":authority" { "host".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(from: PathMatcher, to: &str, path: &str) -> Option<String> {
        let written = Rewrite { uri: to.to_owned(), ..Rewrite::default() };
        rewrite(&written, &Matcher::path(from)).map_or(Some(path.to_owned()), |rewrite| rewrite.apply(path))
    }

    #[test]
    fn a_prefix_is_replaced_as_text() {
        let prefix = |text: &str| PathMatcher::Prefix(text.to_owned());
        let cases = [
            (prefix("/foo"), "/", "/foo/x", "//x"),
            (prefix("/foo"), "/", "/foo", "/"),
            (prefix("/foo"), "/bar", "/foo/x", "/bar/x"),
            (prefix("/foo"), "/bar", "/foobar", "/barbar"),
            (prefix("/foo/"), "/", "/foo/x", "/x"),
            (prefix("/foo/"), "/bar/", "/foo/x", "/bar/x"),
            (prefix("/foo/"), "/bar", "/foo/x", "/barx"),
            (PathMatcher::Any, "/v1", "/x", "/v1x"),
            (PathMatcher::Any, "/v1/", "/x", "/v1/x"),
            (PathMatcher::Any, "/", "/x", "/x"),
            (PathMatcher::Exact("/a".to_owned()), "/b", "/a", "/b"),
            (PathMatcher::Segment("/a".to_owned()), "/", "/a/x", "/x"),
        ];
        for (from, to, path, expected) in cases {
            assert_eq!(rewritten(from.clone(), to, path).as_deref(), Some(expected), "{from} {to} {path}");
        }
    }

    #[test]
    fn a_redirect_is_permanent_unless_it_says_otherwise() {
        let written = Redirect { authority: "b.com:8080".to_owned(), ..Redirect::default() };
        let redirect = redirect(&written, &Matcher::path(PathMatcher::Any), 80);
        assert_eq!(redirect.status, 301);
        let Location::Parts(parts) = redirect.location else { panic!() };
        assert_eq!((parts.host.as_deref(), parts.port), (Some("b.com"), RedirectPort::Always(8080)));
    }

    #[test]
    fn a_new_path_begins_with_a_slash_and_a_port_may_go_without_saying() {
        let written =
            Redirect { uri: "new".to_owned(), port: Some(super::super::proto::Whole(80)), ..Redirect::default() };
        let redirect = redirect(&written, &Matcher::path(PathMatcher::Any), 8080);
        let Location::Parts(parts) = redirect.location else { panic!() };
        assert_eq!(
            (parts.path, parts.port),
            (Some(PathRewrite::Full("/new".to_owned())), RedirectPort::UnlessDefault(80))
        );
    }
}
