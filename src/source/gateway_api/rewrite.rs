//! Path modifiers: ReplaceFullPath and ReplacePrefixMatch, as the implementation carries them out.

use super::matches;
use crate::gateway::{HttpPathModifier, PrefixReplacement, Profile};
use crate::model::PathRewrite;

/// A modifier of the path towards the backend. `prefix` is the rule's prefix as the route writes it.
pub(super) fn for_backend(modifier: &HttpPathModifier, prefix: &str, profile: &Profile) -> PathRewrite {
    match (&modifier.replace_full_path, profile.prefix_replacement) {
        (Some(full), _) => PathRewrite::Full(full.clone()),
        (None, PrefixReplacement::Elements) => elements(modifier, prefix),
        // The trailing slash goes (envoyproxy/gateway internal/xds/translator/route.go, buildXdsURLRewriteAction).
        (None, PrefixReplacement::Envoy) => {
            let to = replacement(modifier);
            envoy(prefix, if to.len() > 1 { to.strip_suffix('/').unwrap_or(to) } else { to })
        }
    }
}

/// A modifier of the path in a Location.
pub(super) fn for_location(modifier: &HttpPathModifier, prefix: &str, profile: &Profile) -> PathRewrite {
    match (&modifier.replace_full_path, profile.prefix_replacement) {
        (Some(full), _) => PathRewrite::Full(full.clone()),
        (None, PrefixReplacement::Elements) => elements(modifier, prefix),
        (None, PrefixReplacement::Envoy) => envoy(prefix, replacement(modifier)),
    }
}

fn replacement(modifier: &HttpPathModifier) -> &str {
    modifier.replace_prefix_match.as_deref().unwrap_or_default()
}

fn elements(modifier: &HttpPathModifier, prefix: &str) -> PathRewrite {
    PathRewrite::Prefix { from: matches::prefix(prefix).to_owned(), to: replacement(modifier).to_owned() }
}

/// Envoy puts the text in the place of the matched prefix as it is: `/` with `/v1` turns `/x` into `/v1x`. Only an empty
/// or `/` replacement is a regular expression that takes the slashes after the prefix, trailing slash included
/// (route.go, prefix2RegexRewrite; measured: eg-rewrite-root-to-prefix, eg-late-rewrite-prefix-slash-root,
/// eg-redirect-prefix-slashes).
fn envoy(prefix: &str, to: &str) -> PathRewrite {
    let from = matches::prefix(prefix);
    let substitute =
        |pattern: String, substitution: &str| PathRewrite::Envoy { pattern, substitution: substitution.to_owned() };
    match to {
        "" | "/" if from == prefix => PathRewrite::Prefix { from: from.to_owned(), to: "/".to_owned() },
        "" | "/" => substitute(format!("^{}/*", regex_syntax::escape(prefix)), "/"),
        _ if from == "/" || to.ends_with('/') => substitute(format!("^{}", regex_syntax::escape(from)), to),
        _ => PathRewrite::Prefix { from: from.to_owned(), to: to.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{ENVOY_GATEWAY, SPEC};

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
        let location = for_location(&prefix_match("/x/"), "/b", &ENVOY_GATEWAY);
        assert_eq!(location.apply("/b/y").as_deref(), Some("/x//y"));
    }
}
