//! Changes of the path as a path modifier of a rewrite or redirect.

use crate::gateway::HttpPathModifier;
use crate::model::{PathMatcher, PathRewrite};

/// Longest text of a modifier.
const LONGEST: usize = 1024;

/// The modifier for a rewrite in a rule with this path.
///
/// # Errors
/// Says which change no modifier holds.
pub(super) fn write(rewrite: &PathRewrite, matched: &PathMatcher) -> Result<HttpPathModifier, String> {
    match rewrite {
        PathRewrite::Full(path) => full(path),
        PathRewrite::Prefix { from, to } if is_prefix(matched, from) => prefix(to.clone()),
        PathRewrite::Prefix { .. } => Err(format!("ReplacePrefixMatch replaces the matched prefix; here {matched}")),
        PathRewrite::Nginx { .. } | PathRewrite::Envoy { .. } => Err("no path modifier has captures".to_owned()),
    }
}

/// The modifier that puts a text in front of every path, where the implementation replaces the root as text and cuts one
/// slash off the end (istio/istio pilot/pkg/config/kube/gateway/conversion.go, createRewriteFilter). `None` for other
/// rewrites.
pub(super) fn in_front(rewrite: &PathRewrite, matched: &PathMatcher) -> Option<Result<HttpPathModifier, String>> {
    let text = match rewrite {
        PathRewrite::Prefix { from, to } if from == "/" => format!("{to}/"),
        PathRewrite::Envoy { pattern, substitution } if pattern == "^/" && !substitution.contains('\\') => {
            substitution.clone()
        }
        PathRewrite::Prefix { .. } | PathRewrite::Envoy { .. } | PathRewrite::Full(_) | PathRewrite::Nginx { .. } => {
            return None;
        }
    };
    let cut = if text.ends_with('/') { "/" } else { "" };
    is_prefix(matched, "/").then(|| prefix(format!("{text}{cut}")))
}

/// ReplacePrefixMatch.
fn prefix(to: String) -> Result<HttpPathModifier, String> {
    bounded(&to)?;
    Ok(HttpPathModifier {
        kind: "ReplacePrefixMatch".to_owned(),
        replace_full_path: None,
        replace_prefix_match: Some(to),
    })
}

/// ReplaceFullPath.
///
/// # Errors
/// Says that the path is too long.
pub(super) fn full(path: &str) -> Result<HttpPathModifier, String> {
    bounded(path)?;
    Ok(HttpPathModifier {
        kind: "ReplaceFullPath".to_owned(),
        replace_full_path: Some(path.to_owned()),
        replace_prefix_match: None,
    })
}

/// Whether the rule's path is the very prefix that is replaced.
fn is_prefix(matched: &PathMatcher, from: &str) -> bool {
    match matched {
        PathMatcher::Segment(prefix) => prefix == from,
        PathMatcher::Any => from == "/",
        PathMatcher::Exact(_) | PathMatcher::Prefix(_) | PathMatcher::Regex(_) => false,
    }
}

fn bounded(text: &str) -> Result<(), String> {
    if text.len() > LONGEST { Err(format!("the new path is longer than {LONGEST} bytes")) } else { Ok(()) }
}
