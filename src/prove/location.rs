//! The Location header of a redirect.

use super::{Request, wire_path::WirePath};
use crate::model::{Location, Redirect, RedirectParts, RedirectPort};

/// Writes the Location.
#[must_use]
pub(super) fn location(redirect: &Redirect, request: &Request, path: &WirePath) -> String {
    match &redirect.location {
        Location::Fixed { url, absolute } if *absolute && url.starts_with('/') => {
            format!("{}://{}{url}", request.scheme, bare_host(request))
        }
        Location::Fixed { url, absolute: _ } => url.clone(),
        Location::Rewritten(rewrite) => format!("{}{}", rewrite.apply(&path.matched).unwrap_or_default(), path.query),
        Location::Parts(parts) => from_parts(parts, request, path),
    }
}

fn from_parts(parts: &RedirectParts, request: &Request, path: &WirePath) -> String {
    let base = if parts.raw { &path.raw } else { &path.forwarded };
    let replaced = parts.path.as_ref().and_then(|rewrite| rewrite.apply(&path.matched)).unwrap_or_else(|| base.clone());
    // A replacement that brings its own query takes the place of the request's (measured: eg-redirect-path-full-query).
    let query = if parts.drop_query || replaced.contains('?') { "" } else { path.query.as_str() };
    let mut target = format!("{replaced}{}{query}", parts.append);
    if parts.strip_trailing_slash && target.ends_with('/') {
        target.pop();
    }
    format!("{}{target}", origin(parts, request))
}

/// What stands before the path: scheme, host and port, or nothing.
pub(super) fn origin(parts: &RedirectParts, request: &Request) -> String {
    if parts.relative {
        return String::new();
    }
    let scheme = parts.scheme.as_deref().unwrap_or(&request.scheme);
    let host = match &parts.host {
        Some(host) => host.clone(),
        None if parts.forwarded_host && request.header("x-forwarded-host").is_some() => {
            request.header("x-forwarded-host").unwrap_or_default().to_owned()
        }
        None if parts.keep_authority => authority(parts, request),
        None => bare_host(request),
    };
    format!("{scheme}://{host}{}", port(parts, scheme, request))
}

/// The Host header as sent. Another port takes the place of its own, and Envoy leaves out the well-known port of the
/// scheme that is given up (measured: eg-late-redirect-port80-host).
fn authority(parts: &RedirectParts, request: &Request) -> String {
    let sent = request.host.clone().unwrap_or_default();
    let port_named = match parts.port {
        RedirectPort::None => false,
        RedirectPort::Always(_) | RedirectPort::UnlessDefault(_) => true,
        RedirectPort::Listener => parts.scheme.is_none() && !well_known(request.listener_port()),
    };
    let given_up = match parts.scheme.as_deref() {
        Some(scheme) if scheme != request.scheme => {
            sent.ends_with(if request.scheme == "https" { ":443" } else { ":80" })
        }
        Some(_) | None => false,
    };
    if port_named || given_up { bare_host(request) } else { sent }
}

fn well_known(port: u16) -> bool {
    matches!(port, 80 | 443)
}

fn port(parts: &RedirectParts, scheme: &str, request: &Request) -> String {
    let known = if scheme == "https" { 443 } else { 80 };
    let unless_known = |port: u16| if port == known { String::new() } else { format!(":{port}") };
    match parts.port {
        RedirectPort::None => String::new(),
        RedirectPort::Always(port) => format!(":{port}"),
        RedirectPort::UnlessDefault(port) => unless_known(port),
        RedirectPort::Listener if parts.scheme.is_some() => String::new(),
        RedirectPort::Listener if parts.keep_authority && well_known(request.listener_port()) => String::new(),
        RedirectPort::Listener => unless_known(request.listener_port()),
    }
}

/// The Host header without its port.
#[must_use]
pub(super) fn bare_host(request: &Request) -> String {
    let host = request.host.as_deref().unwrap_or_default();
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => {
            name.to_owned()
        }
        Some(_) | None => host.to_owned(),
    }
}
