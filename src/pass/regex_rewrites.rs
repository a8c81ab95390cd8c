//! Rewrites of nginx as those of Envoy, for targets that rewrite by regular expressions.
//!
//! nginx searches the path without regard to case, from left to right, and puts its template in the place of the whole
//! path. Envoy replaces every match of an RE2 expression in the path (RE2::GlobalReplace). An expression that takes the
//! whole path is matched once, so both do the same.

use super::dialect;
use super::portable::captures;
use super::token::{Group, Kind, branches, tokens};
use super::whole;
use crate::model::{Action, Anchoring, PathMatcher, PathRewrite, Routing, Rule};

/// Writes every rewrite with captures for Envoy. One whose expression RE2 does not run stays as it is, and so does one
/// whose template Envoy would read otherwise.
#[must_use]
pub fn regex_rewrites(routing: &Routing) -> Routing {
    let mut out = routing.clone();
    let hosts = out.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts);
    let rules = hosts.filter(|host| host.rules.iter().any(captures)).flat_map(|host| host.rules.iter_mut());
    for rule in rules {
        let Some(written) = rewritten(rule) else { continue };
        if let Action::Forward(forward) = &mut rule.action {
            forward.rewrite = Some(written);
        }
    }
    out
}

fn rewritten(rule: &Rule) -> Option<PathRewrite> {
    let Action::Forward(forward) = &rule.action else { return None };
    let Some(PathRewrite::Nginx { pattern, template }) = &forward.rewrite else { return None };
    if !template.contains('$') {
        return None;
    }
    let text = dialect::re2(pattern).ok()?;
    let text = text.strip_prefix("(?i)").unwrap_or(&text);
    let expression = whole::of_found(text, found_at_start(pattern, &rule.matcher.path));
    Some(PathRewrite::Envoy {
        pattern: format!("(?i){expression}"),
        substitution: substitution(template, groups(text))?,
    })
}

/// The path of an ingress-nginx rule is `^` and the pattern of its rewrite (template.go, `buildProxyPass`): where the
/// rule applies, the first match is at the start, unless an alternative escapes the `^`.
fn found_at_start(pattern: &str, path: &PathMatcher) -> bool {
    let PathMatcher::Regex(location) = path else { return false };
    location.anchoring == Anchoring::Search
        && location.case_insensitive
        && location.pattern.strip_prefix('^') == Some(pattern)
        && branches(&tokens(pattern)).len() == 1
}

fn groups(pattern: &str) -> usize {
    let captures = |kind: Kind| matches!(kind, Kind::Open(Group::Capture | Group::Named));
    tokens(pattern).into_iter().filter(|token| captures(token.kind)).count()
}

/// `$1` as `\1`; a group that the pattern does not have is empty in nginx and an error in RE2. `None` for backslashes
/// and for variables, which mean something else in Envoy.
fn substitution(template: &str, groups: usize) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    let mut characters = template.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => return None,
            '$' => {
                let group = characters.next()?.to_digit(10)? as usize;
                if group > 0 && group <= groups {
                    out.push_str(&format!("\\{group}"));
                } else if group == 0 {
                    return None;
                }
            }
            other => out.push(other),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_of_nginx_become_substitutions_of_re2() {
        assert_eq!(substitution("/$2/x-$1", 2).as_deref(), Some(r"/\2/x-\1"));
        assert_eq!(substitution("/a$3/$1", 2).as_deref(), Some(r"/a/\1"), "a missing group is empty");
        assert_eq!(substitution("/$host/$1", 2), None);
        assert_eq!(substitution(r"/\1", 2), None);
        assert_eq!(substitution("/$", 2), None);
    }

    #[test]
    fn groups_are_counted_without_those_that_capture_nothing() {
        assert_eq!(groups(r"/(a)(?:b)\((?P<n>c)[(]"), 2);
    }
}
