//! Capturing rewrites as prefix replacements, for targets without regex rewrites.
//!
//! ingress-nginx's idiom `/app(/|$)(.*)` with `/$2` is PathPrefix `/app` with ReplacePrefixMatch `/`, but for case and
//! for what its host-wide regex mode does to plain paths (`/foo` also takes `/foobar` and `/FOO`). Where a host has such
//! a rewrite and every one of its patterns is of a known shape, all of them are written in core forms; the differences
//! are reported, and the proof shows them.

use crate::model::{Action, EntryPoint, PathMatcher, PathRegex, PathRewrite, Routing, Rule, VirtualHost};
use crate::report::{Code, Diagnostic, Report};

/// Writes capturing rewrites in core forms where a whole host allows it.
#[must_use]
pub fn portable(routing: &Routing, report: &mut Report) -> Routing {
    let mut out = routing.clone();
    super::text_prefix::run(&mut out, report);
    let mut reported = std::collections::BTreeSet::new();
    for EntryPoint { hosts, .. } in &mut out.entry_points {
        for host in hosts.iter_mut() {
            let Some(rules) = core_rules(host) else { continue };
            if let Some(rule) = host.rules.iter().find(|rule| captures(rule))
                && reported.insert(host.host.clone())
            {
                let message = format!("the expressions of `{}` are written as path prefixes", host.host);
                report.push(
                    Diagnostic::new(Code::RegexApproximated, message)
                        .at(&rule.origin, "a rewrite with captures, written as ReplacePrefixMatch")
                        .help("check that no client depends on upper case or on `/foo` also serving `/foobar`; a target with regex rewrites keeps them"),
                );
            }
            host.rules = rules.into();
        }
    }
    out
}

/// Whether a rewrite uses what its expression captured.
pub(super) fn captures(rule: &Rule) -> bool {
    matches!(&rule.action, Action::Forward(forward) if matches!(&forward.rewrite, Some(PathRewrite::Nginx { template, .. }) if template.contains('$')))
}

/// All rules of a host in core forms; `None` when no rewrite asks for it, or when a pattern has no known shape.
fn core_rules(host: &VirtualHost) -> Option<Vec<Rule>> {
    if !host.rules.iter().any(captures) {
        return None;
    }
    host.rules.iter().map(core_rule).collect()
}

fn core_rule(rule: &Rule) -> Option<Rule> {
    let mut rule = rule.clone();
    let PathMatcher::Regex(regex) = &rule.matcher.path else { return Some(rule) };
    let shape = shape(regex)?;
    if let Action::Forward(forward) = &mut rule.action
        && let Some(PathRewrite::Nginx { template, .. }) = &forward.rewrite
    {
        forward.rewrite = shape.rewrite(template)?;
    }
    rule.matcher.path = shape.matcher();
    Some(rule)
}

/// A literal prefix and what follows it.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    /// Without a trailing slash; empty for the root.
    prefix: String,
    tail: Tail,
    /// How many groups the pattern has.
    groups: usize,
}

/// What follows the literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Nothing, or something without a group: the element and all below it.
    Below,
    /// `$`: the very path.
    End,
    /// The rest below the prefix is this group, without its slash: `(/|$)(.*)` → 2, `/(.*)` → 1.
    Rest(u32),
    /// The rest below the prefix is this group, with its slash: `(/.*)?` → 1.
    SlashRest(u32),
}

/// Longest first, so that no tail is cut short by another.
const TAILS: &[(&str, Tail)] = &[
    ("(/|$)(.*)$", Tail::Rest(2)),
    ("(/|$)(.*)", Tail::Rest(2)),
    ("(/|$).*", Tail::Below),
    ("(/|$)", Tail::Below),
    ("(?:/|$)(.*)", Tail::Rest(1)),
    ("(/?)(.*)", Tail::Rest(2)),
    ("(/.*)?$", Tail::SlashRest(1)),
    ("(/.*)?", Tail::SlashRest(1)),
    ("(/.*)", Tail::SlashRest(1)),
    ("/?(.*)$", Tail::Rest(1)),
    ("/?(.*)", Tail::Rest(1)),
    ("/(.*)$", Tail::Rest(1)),
    ("/(.*)", Tail::Rest(1)),
    ("/(.+)", Tail::Rest(1)),
    ("(.*)", Tail::SlashRest(1)),
    ("/.*", Tail::Below),
    ("/?.*", Tail::Below),
    (".*", Tail::Below),
    ("/?$", Tail::End),
    ("$", Tail::End),
    ("", Tail::Below),
];

fn shape(regex: &PathRegex) -> Option<Shape> {
    let pattern = regex.pattern.trim_start_matches('^');
    TAILS.iter().find_map(|(text, tail)| {
        let prefix = literal(pattern.strip_suffix(text)?)?;
        let prefix = prefix.strip_suffix('/').unwrap_or(&prefix).to_owned();
        let groups = text.matches('(').count() - text.matches("(?").count();
        Some(Shape { prefix, tail: *tail, groups })
    })
}

/// The text that a pattern stands for when it is a literal: escapes are taken off, a bare `.` counts as itself.
fn literal(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next()? {
                escaped if escaped.is_ascii_punctuation() => out.push(escaped),
                _ => return None,
            },
            '(' | ')' | '[' | ']' | '{' | '}' | '*' | '+' | '?' | '|' | '^' | '$' => return None,
            plain => out.push(plain),
        }
    }
    (out.is_empty() || out.starts_with('/')).then_some(out)
}

impl Shape {
    fn matcher(&self) -> PathMatcher {
        match self.tail {
            Tail::End if self.prefix.is_empty() => PathMatcher::Exact("/".to_owned()),
            Tail::End => PathMatcher::Exact(self.prefix.clone()),
            Tail::Below | Tail::Rest(_) | Tail::SlashRest(_) if self.prefix.is_empty() => PathMatcher::Any,
            Tail::Below | Tail::Rest(_) | Tail::SlashRest(_) => PathMatcher::Segment(self.prefix.clone()),
        }
    }

    /// The rewrite of a template; `None` when it has no core form, `Some(None)` when it changes nothing.
    #[expect(clippy::option_option, reason = "not expressible, and nothing to do, are different answers")]
    fn rewrite(&self, template: &str) -> Option<Option<PathRewrite>> {
        let template = self.without_empty_groups(template);
        if !template.contains('$') {
            return (!template.is_empty()).then_some(Some(PathRewrite::Full(template)));
        }
        let to = match self.tail {
            Tail::Rest(group) => template.strip_suffix(&format!("/${group}"))?,
            Tail::SlashRest(group) => template.strip_suffix(&format!("${group}"))?,
            Tail::Below | Tail::End => return None,
        };
        if to.contains('$') {
            return None;
        }
        if to == self.prefix {
            return Some(None);
        }
        let from = if self.prefix.is_empty() { "/" } else { &self.prefix };
        let to = if to.is_empty() { "/" } else { to };
        Some(Some(PathRewrite::Prefix { from: from.to_owned(), to: to.to_owned() }))
    }

    /// A group that the pattern does not have is empty (ngx_http_script_copy_capture_code).
    fn without_empty_groups(&self, template: &str) -> String {
        let groups = self.groups;
        let mut out = template.to_owned();
        for digit in (groups + 1)..=9 {
            out = out.replace(&format!("${digit}"), "");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Anchoring;

    fn of(pattern: &str) -> Option<Shape> {
        shape(&PathRegex { pattern: format!("^{pattern}"), case_insensitive: true, anchoring: Anchoring::Search })
    }

    fn rewrite(pattern: &str, template: &str) -> Option<Option<PathRewrite>> {
        of(pattern).and_then(|shape| shape.rewrite(template))
    }

    fn prefix(from: &str, to: &str) -> Option<Option<PathRewrite>> {
        Some(Some(PathRewrite::Prefix { from: from.to_owned(), to: to.to_owned() }))
    }

    #[test]
    fn idioms_have_a_core_form() {
        assert_eq!(rewrite("/app(/|$)(.*)", "/$2"), prefix("/app", "/"));
        assert_eq!(rewrite("/app(/|$)(.*)", "/v1/$2"), prefix("/app", "/v1"));
        assert_eq!(rewrite("/app/(.*)", "/$1"), prefix("/app", "/"));
        assert_eq!(rewrite("/app/?(.*)", "/$1"), prefix("/app", "/"));
        assert_eq!(rewrite("/app(/.*)?", "/v2$1"), prefix("/app", "/v2"));
        assert_eq!(rewrite("/(.*)", "/$1"), Some(None));
        assert_eq!(rewrite("/(.*)", "/v1/$1"), prefix("/", "/v1"));
        assert_eq!(rewrite("/a\\.b/(.*)", "/$1"), prefix("/a.b", "/"));
    }

    #[test]
    fn other_rewrites_have_none() {
        assert_eq!(rewrite("/(a|b)/(.*)", "/$2"), None);
        assert_eq!(rewrite("/app(/|$)(.*)", "/$1"), None);
        assert_eq!(rewrite("/app(/|$)(.*)", "/$2/x"), None);
        assert_eq!(rewrite("/app(/|$).*", "/$1"), None);
    }

    #[test]
    fn groups_that_are_not_there_are_empty() {
        assert_eq!(rewrite("/", "/$2"), Some(Some(PathRewrite::Full("/".to_owned()))));
        assert_eq!(rewrite("/app", "/x/$1"), Some(Some(PathRewrite::Full("/x/".to_owned()))));
        assert_eq!(rewrite("/app", "$1"), None);
    }

    #[test]
    fn patterns_become_prefixes_or_exact_paths() {
        assert_eq!(of("/").map(|s| s.matcher()), Some(PathMatcher::Any));
        assert_eq!(of("/foo").map(|s| s.matcher()), Some(PathMatcher::Segment("/foo".to_owned())));
        assert_eq!(of("/foo$").map(|s| s.matcher()), Some(PathMatcher::Exact("/foo".to_owned())));
        assert_eq!(of("/[a-z]+"), None);
    }
}
