//! What a rule does with its requests, apart from where the manifest says so.

use crate::gateway::Profile;
use crate::model::{
    Action, Backend, Forward, Location, PathMatcher, PathRewrite, Redirect, RedirectParts, Respond, Rule,
};

/// Whether two rules treat a request alike, so that it does not matter which of them takes it.
pub(super) fn same_treatment(a: &Rule, b: &Rule) -> bool {
    same_action(&a.action, &b.action) && a.policies.same(&b.policies)
}

/// Whether it does not matter which of two rules an implementation tries first. Where the path alone chooses, rules of
/// different paths are never alike: the one that is tried first can keep a request from the other and not take it.
pub(super) fn alike(a: &Rule, b: &Rule, profile: &Profile) -> bool {
    same_treatment(a, b) && !(profile.path_alone_chooses && a.matcher.path != b.matcher.path)
}

fn same_action(a: &Action, b: &Action) -> bool {
    match (a, b) {
        (Action::Forward(a), Action::Forward(b)) => same_forward(a, b),
        (Action::Redirect(a), Action::Redirect(b)) => a == b,
        (Action::Respond(a), Action::Respond(b)) => a == b,
        (Action::Forward(_), Action::Redirect(_) | Action::Respond(_))
        | (Action::Redirect(_), Action::Forward(_) | Action::Respond(_))
        | (Action::Respond(_), Action::Forward(_) | Action::Redirect(_)) => false,
    }
}

fn same_forward(a: &Forward, b: &Forward) -> bool {
    let Forward { backends, rewrite, host, request_headers, response_headers, fallback, unavailable } = a;
    backends.len() == b.backends.len()
        && backends.iter().zip(&b.backends).all(|(a, b)| same_backend(a, b))
        && *rewrite == b.rewrite
        && *host == b.host
        && *request_headers == b.request_headers
        && *response_headers == b.response_headers
        && match (fallback, &b.fallback) {
            (Some(a), Some(b)) => same_backend(a, b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
        && *unavailable == b.unavailable
}

fn same_backend(a: &Backend, b: &Backend) -> bool {
    let Backend { service, weight, state, origin: _ } = a;
    *service == b.service && *weight == b.weight && *state == b.state
}

/// An answer without body and policies.
pub(super) fn respond(status: u16) -> Action {
    Action::Respond(Respond { status, guarded: false, body: None })
}

/// Whether the rule changes a matched prefix, which Gateway API writes only beside a PathPrefix match.
pub(super) fn rewrites_prefix(action: &Action) -> bool {
    prefix_rewrite(action).is_some()
}

/// The action for a narrower path. A prefix that is replaced becomes the narrower prefix, or the whole path, so that
/// the outcome stays what it was and the rewrite can be written beside the new match.
pub(super) fn narrowed(action: &Action, path: &PathMatcher) -> Action {
    let mut action = action.clone();
    let rewrite = match &mut action {
        Action::Forward(forward) => forward.rewrite.as_mut(),
        Action::Redirect(Redirect { location: Location::Rewritten(rewrite), .. }) => Some(rewrite),
        Action::Redirect(Redirect { location: Location::Parts(RedirectParts { path, .. }), .. }) => path.as_mut(),
        Action::Redirect(Redirect { location: Location::Fixed { .. }, .. }) | Action::Respond(_) => None,
    };
    if let Some(rewrite) = rewrite
        && let PathRewrite::Prefix { from, to } = &*rewrite
        && let Some(narrow) = narrowed_prefix(from, to, path)
    {
        *rewrite = narrow;
    }
    action
}

fn prefix_rewrite(action: &Action) -> Option<&PathRewrite> {
    let rewrite = match action {
        Action::Forward(forward) => forward.rewrite.as_ref(),
        Action::Redirect(Redirect { location: Location::Rewritten(rewrite), .. }) => Some(rewrite),
        Action::Redirect(Redirect { location: Location::Parts(parts), .. }) => parts.path.as_ref(),
        Action::Redirect(Redirect { location: Location::Fixed { .. }, .. }) | Action::Respond(_) => None,
    };
    rewrite.filter(|rewrite| match rewrite {
        PathRewrite::Prefix { .. } => true,
        PathRewrite::Full(_) | PathRewrite::Nginx { .. } | PathRewrite::Envoy { .. } => false,
    })
}

/// `/` is left alone: implementations disagree on what replacing it gives (`/v1x` in Envoy Gateway).
fn narrowed_prefix(from: &str, to: &str, path: &PathMatcher) -> Option<PathRewrite> {
    let (text, whole) = match path {
        PathMatcher::Exact(text) => (text, true),
        PathMatcher::Segment(text) => (text, false),
        PathMatcher::Any | PathMatcher::Prefix(_) | PathMatcher::Regex(_) => return None,
    };
    if from == "/" || text == from && !whole {
        return None;
    }
    let rest = text.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    let mut replaced = if rest.is_empty() { to.to_owned() } else { format!("{}{rest}", to.trim_end_matches('/')) };
    if replaced.is_empty() {
        replaced.push('/');
    }
    Some(if whole { PathRewrite::Full(replaced) } else { PathRewrite::Prefix { from: text.clone(), to: replaced } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrow(to: &str, path: PathMatcher) -> Option<PathRewrite> {
        narrowed_prefix("/a", to, &path)
    }

    #[test]
    fn a_replaced_prefix_follows_the_narrower_path() {
        let full = |text: &str| Some(PathRewrite::Full(text.into()));
        assert_eq!(narrow("/x", PathMatcher::Exact("/a/b".into())), full("/x/b"));
        assert_eq!(narrow("/", PathMatcher::Exact("/a/b".into())), full("/b"));
        assert_eq!(narrow("/", PathMatcher::Exact("/a".into())), full("/"));
        assert_eq!(
            narrow("/x/", PathMatcher::Segment("/a/b".into())),
            Some(PathRewrite::Prefix { from: "/a/b".into(), to: "/x/b".into() })
        );
        assert_eq!(narrow("/x", PathMatcher::Segment("/a".into())), None);
        assert_eq!(narrow("/x", PathMatcher::Exact("/ab".into())), None);
    }
}
