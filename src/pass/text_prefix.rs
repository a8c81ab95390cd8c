//! Prefixes of Istio, which are texts, as path prefixes where a rewrite needs them.
//!
//! `/foo` takes `/foobar` in a VirtualService. No core path does that, so that the passes write an expression; but a
//! prefix is replaced only beside a PathPrefix match. On a host with such rewrites the prefixes are path prefixes, which
//! is what most manifests mean; the difference is reported, and the proof shows it.

use crate::model::{Action, Origin, PathMatcher, PathRewrite, Routing, Rule, VirtualHost};
use crate::report::{Code, Diagnostic, Report};

/// Writes the prefixes of hosts with rewrites as path prefixes.
pub(super) fn run(routing: &mut Routing, report: &mut Report) {
    for host in routing.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts) {
        if !host.rules.iter().any(needs_path_prefix) {
            continue;
        }
        let mut changed: Vec<(Origin, String)> = Vec::new();
        let expressions = has_expressions(host);
        for rule in host.rules.iter_mut() {
            change(rule, expressions, &mut changed);
        }
        for (origin, text) in changed {
            let message = format!("the prefix `{text}` is written as a path prefix");
            let finding = Diagnostic::new(Code::RawPrefix, message).at(&origin, "a text in Istio");
            report.push(finding.help(Code::RawPrefix.entry().fix));
        }
    }
}

/// Whether the path of the rule is a text that a rewrite replaces.
fn needs_path_prefix(rule: &Rule) -> bool {
    matches!(rule.matcher.path, PathMatcher::Prefix(_) | PathMatcher::Any) && replacement(rule).is_some()
}

fn has_expressions(host: &VirtualHost) -> bool {
    host.rules.iter().any(|rule| matches!(rule.matcher.path, PathMatcher::Regex(_)))
}

fn rewrite(rule: &mut Rule) -> Option<&mut PathRewrite> {
    match &mut rule.action {
        Action::Forward(forward) => forward.rewrite.as_mut(),
        Action::Redirect(_) | Action::Respond(_) => None,
    }
}

/// What takes the place of the rule's own prefix.
fn replacement(rule: &Rule) -> Option<String> {
    let Action::Forward(forward) = &rule.action else { return None };
    let own = match &rule.matcher.path {
        PathMatcher::Prefix(text) => text.as_str(),
        PathMatcher::Any | PathMatcher::Exact(_) | PathMatcher::Segment(_) | PathMatcher::Regex(_) => return None,
    };
    match forward.rewrite.as_ref()? {
        PathRewrite::Prefix { from, to } => (from == own.trim_end_matches('/')).then(|| to.clone()),
        PathRewrite::Envoy { pattern, substitution } => {
            let text = format!("^{}", regex_syntax::escape(own));
            (*pattern == text && !substitution.contains('\\')).then(|| substitution.clone())
        }
        PathRewrite::Full(_) | PathRewrite::Nginx { .. } => None,
    }
}

fn change(rule: &mut Rule, expressions: bool, changed: &mut Vec<(Origin, String)>) {
    let PathMatcher::Prefix(text) = &rule.matcher.path else { return };
    let text = text.clone();
    let bare = match text.trim_end_matches('/') {
        "" => return,
        bare => bare.to_owned(),
    };
    let replaced = replacement(rule);
    // `/foo/` needs no change but beside expressions: the passes keep the bare `/foo` out of it.
    let by_elements = matches!(rewrite(rule), Some(PathRewrite::Prefix { .. }) | None);
    if text.ends_with('/') && by_elements && !(expressions && replaced.is_some()) {
        return;
    }
    rule.matcher.path = PathMatcher::Segment(bare.clone());
    if let (Some(to), Some(rewrite)) = (replaced, rewrite(rule)) {
        let to = if to.len() > 1 { to.trim_end_matches('/').to_owned() } else { to };
        *rewrite = PathRewrite::Prefix { from: bare, to };
    }
    if !changed.iter().any(|(origin, _)| *origin == rule.origin) {
        changed.push((rule.origin.clone(), text));
    }
}
