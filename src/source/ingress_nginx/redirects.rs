//! Redirects that nginx makes by itself or for an annotation.

use super::effective::Effective;
use super::globals::Globals;
use crate::model::{
    Action, Cause, Located, Location as Target, Matcher, Origin, PathMatcher, PathRewrite, Protocol, Redirect,
    RedirectParts, RedirectPort, Respond, Rule, Shared,
};

/// `return CODE URL` sends a Location for these codes only; for the others the URL is the body (ngx_http_return).
#[must_use]
pub(super) fn fixed_redirect(redirect: &Located<(u16, String)>, effective: &Effective) -> Action {
    let (status, url) = &redirect.value;
    if matches!(status, 301 | 302 | 303 | 307 | 308) {
        let location = Target::Fixed { url: url.clone(), absolute: !effective.relative_redirects };
        return Action::Redirect(Redirect { status: *status, location });
    }
    Action::Respond(Respond { status: *status, guarded: false, body: Some(url.clone()) })
}

/// lua_ingress.lua, redirect_to_https.
#[must_use]
pub(super) fn to_https(globals: &Globals, effective: &Effective) -> Action {
    let parts = RedirectParts {
        scheme: Some("https".to_owned()),
        raw: true,
        strip_trailing_slash: !effective.preserve_trailing_slash,
        port: if effective.port_in_redirects { RedirectPort::Always(globals.https_port) } else { RedirectPort::None },
        forwarded_host: globals.use_forwarded_headers,
        ..RedirectParts::default()
    };
    Action::Redirect(Redirect { status: globals.http_redirect_code, location: Target::Parts(parts) })
}

/// `if ($uri = /) { return 302 $scheme://$http_host<root>; }` (nginx.tmpl, before each location).
#[must_use]
pub(super) fn app_root(root: &Located<String>) -> Rule {
    let parts = RedirectParts {
        path: Some(PathRewrite::Full(root.value.clone())),
        drop_query: true,
        keep_authority: true,
        ..RedirectParts::default()
    };
    Rule {
        matcher: Matcher::path(PathMatcher::Exact("/".to_owned())),
        action: Action::Redirect(Redirect { status: 302, location: Target::Parts(parts) }),
        policies: Shared::default(),
        cause: Cause::AppRoot,
        origin: root.origin.clone(),
    }
}

/// The redirect of a `from-to-www` server: an explicit port, which is that of `--https-port` for both schemes unless it is
/// 443, and the request line less one trailing slash (ngx_srv_redirect.lua).
#[must_use]
pub(super) fn www_redirect(to: &str, globals: &Globals, protocol: Protocol, origin: &Origin) -> Rule {
    let status = globals.http_redirect_code;
    let port = if protocol == Protocol::Http && globals.https_port == 443 { 80 } else { globals.https_port };
    let parts = RedirectParts {
        host: Some(to.to_owned()),
        port: RedirectPort::Always(port),
        raw: true,
        strip_trailing_slash: true,
        ..RedirectParts::default()
    };
    Rule {
        matcher: Matcher::path(PathMatcher::Any),
        action: Action::Redirect(Redirect { status, location: Target::Parts(parts) }),
        policies: Shared::default(),
        cause: Cause::WwwRedirect,
        origin: origin.clone(),
    }
}
