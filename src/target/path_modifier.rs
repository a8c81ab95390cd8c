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
        PathRewrite::Prefix { from, to } if is_prefix(matched, from) => {
            bounded(to)?;
            Ok(HttpPathModifier {
                kind: "ReplacePrefixMatch".to_owned(),
                replace_full_path: None,
                replace_prefix_match: Some(to.clone()),
            })
        }
        PathRewrite::Prefix { .. } => Err(format!("ReplacePrefixMatch replaces the matched prefix; here {matched}")),
        PathRewrite::Nginx { .. } | PathRewrite::Envoy { .. } => Err("no path modifier has captures".to_owned()),
    }
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
