//! Paths outside of the domain of the comparison that literals of rules stand for.

use super::language::is_path_byte;
use super::region::text_of;
use super::side::Side;
use crate::model::{PathHandling, PathMatcher, Rule};

/// Paths of a host that are tried.
const MOST: usize = 32;

/// Request targets that lead to the literals with bytes outside of the domain: under nginx, which matches decoded paths,
/// with escapes; elsewhere as they are.
pub(super) fn paths(side: Side<'_>) -> Vec<String> {
    let Some(host) = side.host else { return Vec::new() };
    let literals = host.rules.iter().filter_map(literal).filter(|text| !text.bytes().all(plain));
    literals
        .take(MOST)
        .flat_map(|text| {
            let target = match host.paths {
                PathHandling::Nginx => escaped(text),
                PathHandling::Raw | PathHandling::Envoy { .. } => text.to_owned(),
            };
            let below = format!("{}/x", target.trim_end_matches('/'));
            [target, below]
        })
        .collect()
}

fn literal(rule: &Rule) -> Option<&str> {
    match &rule.matcher.path {
        path @ (PathMatcher::Exact(_) | PathMatcher::Segment(_) | PathMatcher::Prefix(_)) => Some(text_of(path)),
        PathMatcher::Any | PathMatcher::Regex(_) => None,
    }
}

fn plain(byte: u8) -> bool {
    byte == b'/' || is_path_byte(byte)
}

/// Each character is one byte of the decoded path (Latin-1, see [`super::wire_path`]).
fn escaped(text: &str) -> String {
    text.chars()
        .map(|character| match u8::try_from(u32::from(character)) {
            Ok(byte) if plain(byte) => character.to_string(),
            Ok(byte) => format!("%{byte:02X}"),
            Err(_) => character.to_string(),
        })
        .collect()
}
