//! What happens to a request that a rule takes.

use super::{Backend, PathRewrite};

/// The outcome of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send it to a backend.
    Forward(Forward),
    /// Answer with a Location.
    Redirect(Redirect),
    /// Answer without a backend.
    Respond(Respond),
}

/// Send the request to one of a weighted group of backends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// The group. Empty or of weight 0 altogether: the request fails with [`Forward::unavailable`].
    pub backends: Vec<Backend>,
    /// Change of the path.
    pub rewrite: Option<PathRewrite>,
    /// Host header that the backend sees instead of the request's.
    pub host: Option<String>,
    /// Changes to the request's headers, in order.
    pub request_headers: Vec<HeaderEdit>,
    /// Changes to the response's headers, in order.
    pub response_headers: Vec<HeaderEdit>,
    /// Where the request goes when no backend of the group is usable (ingress-nginx `default-backend`).
    pub fallback: Option<Box<Backend>>,
    /// Status when a chosen backend has no endpoints, and when it does not exist.
    pub unavailable: Unavailable,
}

/// Answers of a data plane for backends that cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable {
    /// The Service has no ready endpoints.
    pub no_endpoints: u16,
    /// The Service does not exist.
    pub missing: u16,
}

/// One change of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderEdit {
    /// Replace or create.
    Set(String, String),
    /// Append a value.
    Add(String, String),
    /// Remove.
    Remove(String),
}

/// Answer with a redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// HTTP status.
    pub status: u16,
    /// How the Location is made.
    pub location: Location,
}

/// How the Location of a redirect is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// This text. A relative one is made absolute with the request's scheme and host when `absolute` is set.
    Fixed {
        /// The URL or path.
        url: String,
        /// Prefix a path with `scheme://host` of the request (nginx `absolute_redirect on`).
        absolute: bool,
    },
    /// The path rewritten to an absolute URL; the query is appended (nginx `rewrite` to `https://…`).
    Rewritten(PathRewrite),
    /// Parts of the request's URL, some replaced.
    Parts(RedirectParts),
}

/// A Location made of the request's URL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RedirectParts {
    /// Other scheme.
    pub scheme: Option<String>,
    /// Other host.
    pub host: Option<String>,
    /// The port to write.
    pub port: RedirectPort,
    /// Other path.
    pub path: Option<PathRewrite>,
    /// Text appended to the path (nginx's slash redirect appends `/`).
    pub append: String,
    /// The query is dropped (nginx `return 302 $scheme://$http_host/path`).
    pub drop_query: bool,
    /// The path and query are taken as sent, not as normalised.
    pub raw: bool,
    /// One `/` at the very end of path and query goes (ingress-nginx lua_ingress.lua, unless preserve-trailing-slash).
    pub strip_trailing_slash: bool,
    /// X-Forwarded-Host takes the place of the Host header where the request has one (`use-forwarded-headers`).
    pub forwarded_host: bool,
    /// Only path and query are written (nginx `absolute_redirect off`).
    pub relative: bool,
    /// Keep the Host header as sent (port and case included) as in `$http_host`.
    pub keep_authority: bool,
}

/// The port in a Location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RedirectPort {
    /// None is written.
    #[default]
    None,
    /// Always written.
    Always(u16),
    /// Written unless it is the well-known port of the Location's scheme.
    UnlessDefault(u16),
    /// The port of the listener, unless well known; the well-known port of a replaced scheme (Gateway API).
    Listener,
}

/// Answer with a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Respond {
    /// HTTP status.
    pub status: u16,
    /// Access policies (IP lists, auth, limits) are asked first. True of ingress-nginx's built-in default backend,
    /// false of `return` in the rewrite phase.
    pub guarded: bool,
    /// Body, when the source sets one.
    pub body: Option<String>,
}
