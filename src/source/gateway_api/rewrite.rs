//! Path modifiers: ReplaceFullPath and ReplacePrefixMatch, as the implementation carries them out.

use super::matches;
use crate::gateway::{HttpPathModifier, PrefixReplacement, Profile};
use crate::model::PathRewrite;

/// A modifier of the path towards the backend. `prefix` is the rule's prefix as the route writes it.
pub(super) fn for_backend(modifier: &HttpPathModifier, prefix: &str, profile: &Profile) -> PathRewrite {
    match (&modifier.replace_full_path, profile.prefix_replacement) {
        (Some(full), _) => PathRewrite::Full(full.clone()),
        (None, PrefixReplacement::Elements) => elements(modifier, prefix),
        (None, PrefixReplacement::Envoy | PrefixReplacement::Istio) => {
            envoy(prefix, without_slash(replacement(modifier)))
        }
        // The trailing slash goes (envoyproxy/gateway internal/xds/translator/route.go, buildXdsURLRewriteAction).
        (None, PrefixReplacement::EnvoyGateway) => envoy_gateway(prefix, without_slash(replacement(modifier))),
    }
}

/// A modifier of the path in a Location; `None` for the path as it is.
pub(super) fn for_location(modifier: &HttpPathModifier, prefix: &str, profile: &Profile) -> Option<PathRewrite> {
    Some(match (&modifier.replace_full_path, profile.prefix_replacement) {
        (Some(full), _) => PathRewrite::Full(full.clone()),
        (None, PrefixReplacement::Elements) => elements(modifier, prefix),
        (None, PrefixReplacement::Envoy) => envoy(prefix, without_slash(replacement(modifier))),
        (None, PrefixReplacement::EnvoyGateway) => envoy_gateway(prefix, replacement(modifier)),
        (None, PrefixReplacement::Istio) => return as_text(matches::prefix(prefix), replacement(modifier)),
    })
}

/// Envoy's prefix_rewrite of a redirect: the text of the prefix is replaced as it stands.
fn as_text(from: &str, to: &str) -> Option<PathRewrite> {
    match to {
        "" => None,
        to if to == from => None,
        to if to.ends_with('/') || from == "/" => Some(substitute(format!("^{}", regex_syntax::escape(from)), to)),
        to => Some(PathRewrite::Prefix { from: from.to_owned(), to: to.to_owned() }),
    }
}

fn without_slash(to: &str) -> &str {
    if to.len() > 1 { to.strip_suffix('/').unwrap_or(to) } else { to }
}

fn replacement(modifier: &HttpPathModifier) -> &str {
    modifier.replace_prefix_match.as_deref().unwrap_or_default()
}

fn elements(modifier: &HttpPathModifier, prefix: &str) -> PathRewrite {
    PathRewrite::Prefix { from: matches::prefix(prefix).to_owned(), to: replacement(modifier).to_owned() }
}

/// Envoy puts the text in the place of the matched prefix as it is: `/` with `/v1` turns `/x` into `/v1x`. An empty or `/`
/// replacement is a regular expression in all implementations, so that no slash is doubled.
fn envoy(prefix: &str, to: &str) -> PathRewrite {
    match (matches::prefix(prefix), to) {
        // Only one slash is cut off: what ends in another is put in front of the path's elements.
        ("/", to) if to.len() > 1 && to.ends_with('/') => {
            PathRewrite::Prefix { from: "/".to_owned(), to: without_slash(to).to_owned() }
        }
        ("/", to) if !matches!(to, "" | "/") => substitute("^/".to_owned(), to),
        (from, "") => PathRewrite::Prefix { from: from.to_owned(), to: "/".to_owned() },
        (from, to) => PathRewrite::Prefix { from: from.to_owned(), to: to.to_owned() },
    }
}

/// Envoy Gateway's expression for an empty or `/` replacement holds the prefix with its trailing slash, so that the bare
/// prefix is not rewritten; another trailing slash of a replacement is kept (route.go, prefix2RegexRewrite; measured:
/// eg-rewrite-root-to-prefix, eg-late-rewrite-prefix-slash-root, eg-redirect-prefix-slashes).
fn envoy_gateway(prefix: &str, to: &str) -> PathRewrite {
    let from = matches::prefix(prefix);
    match to {
        "" | "/" if from != prefix => substitute(format!("^{}/*", regex_syntax::escape(prefix)), "/"),
        to if to.len() > 1 && to.ends_with('/') => substitute(format!("^{}", regex_syntax::escape(from)), to),
        to => envoy(prefix, to),
    }
}

fn substitute(pattern: String, substitution: &str) -> PathRewrite {
    PathRewrite::Envoy { pattern, substitution: substitution.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{ENVOY_GATEWAY, ISTIO, SPEC};

    fn prefix_match(to: &str) -> HttpPathModifier {
        HttpPathModifier {
            kind: "ReplacePrefixMatch".to_owned(),
            replace_prefix_match: Some(to.to_owned()),
            replace_full_path: None,
        }
    }

    #[test]
    fn envoy_replaces_the_root_as_text_and_the_specification_by_elements() {
        let rewritten = |profile, prefix, to, path| for_backend(&prefix_match(to), prefix, profile).apply(path);
        assert_eq!(rewritten(&ENVOY_GATEWAY, "/", "/v1/", "/x").as_deref(), Some("/v1x"));
        assert_eq!(rewritten(&SPEC, "/", "/v1/", "/x").as_deref(), Some("/v1/x"));
        assert_eq!(rewritten(&ENVOY_GATEWAY, "/foo/", "/", "/foo").as_deref(), Some("/foo"));
        assert_eq!(rewritten(&ENVOY_GATEWAY, "/foo/", "/", "/foo/x").as_deref(), Some("/x"));
        assert_eq!(rewritten(&ENVOY_GATEWAY, "/a.b", "/", "/a.b/x").as_deref(), Some("/x"));
        assert_eq!(rewritten(&ENVOY_GATEWAY, "/old", "/new", "/old/x").as_deref(), Some("/new/x"));
        let location = |profile, to| for_location(&prefix_match(to), "/b", profile);
        let moved = |profile, to| location(profile, to).and_then(|location| location.apply("/b/y"));
        assert_eq!(moved(&ENVOY_GATEWAY, "/x/").as_deref(), Some("/x//y"));
        assert_eq!(moved(&ISTIO, "/x/").as_deref(), Some("/x//y"));
        assert_eq!(moved(&ISTIO, "/").as_deref(), Some("//y"));
        assert_eq!(location(&ISTIO, ""), None);
        assert_eq!(rewritten(&ISTIO, "/b", "/", "/b/y").as_deref(), Some("/y"));
        assert_eq!(rewritten(&ISTIO, "/", "/v1//", "/y").as_deref(), Some("/v1/y"));
    }
}
