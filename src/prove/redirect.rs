//! Locations in one form, so that equal ones can be seen to be equal.

use super::location;
use super::rewrite::{Known, Piece, Rewritten, Shape, brings_query, merged};
use crate::model::{Location, Protocol, Redirect, RedirectParts};

/// Where a redirect is answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'h> {
    pub(super) protocol: Protocol,
    pub(super) port: u16,
    /// The host, when there is only one.
    pub(super) host: Option<&'h str>,
}

/// A Location, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    pieces: Vec<Piece>,
    /// One `/` at the very end goes.
    strips_slash: bool,
}

/// What a redirect makes of the paths of a region; `None` when only samples can tell. See `location` in location.rs.
pub(super) fn form(redirect: &Redirect, shape: &Shape, known: &Known, place: Place<'_>) -> Option<Form> {
    match &redirect.location {
        Location::Fixed { url, absolute } => {
            let mut pieces = Vec::new();
            if *absolute && url.starts_with('/') {
                pieces = vec![Piece::Text(format!("{}://", place.scheme())), place.bare_host()];
            }
            pieces.push(Piece::Text(url.clone()));
            Some(Form { pieces: merged(pieces), strips_slash: false })
        }
        Location::Rewritten(_) => {
            let Rewritten::Pieces(mut pieces) = shape.apply(known) else { return None };
            pieces.push(Piece::Query);
            Some(Form { pieces: merged(pieces), strips_slash: false })
        }
        Location::Parts(parts) => from_parts(parts, shape, known, place),
    }
}

fn from_parts(parts: &RedirectParts, shape: &Shape, known: &Known, place: Place<'_>) -> Option<Form> {
    let Rewritten::Pieces(mut target) = shape.apply(known) else { return None };
    let keeps_query = !parts.drop_query && !brings_query(&target);
    target.push(Piece::Text(parts.append.clone()));
    if keeps_query {
        target.push(Piece::Query);
    }
    let mut target = merged(target);
    let strips_slash = parts.strip_trailing_slash && strip(&mut target);
    if parts.relative {
        return Some(Form { pieces: target, strips_slash });
    }
    if parts.forwarded_host {
        // The host depends on a header.
        return None;
    }
    let scheme = parts.scheme.as_deref().unwrap_or(place.scheme());
    let host = match &parts.host {
        Some(host) => vec![Piece::Text(host.clone())],
        None if parts.keep_authority => vec![place.bare_host(), Piece::Text(place.port_in_host())],
        None => vec![place.bare_host()],
    };
    let mut pieces = vec![Piece::Text(format!("{scheme}://"))];
    pieces.extend(host);
    pieces.push(Piece::Text(location::port(parts, scheme, place.port)));
    pieces.extend(target);
    Some(Form { pieces: merged(pieces), strips_slash })
}

/// Removes a last `/`; true when only the request tells whether there is one.
fn strip(target: &mut Vec<Piece>) -> bool {
    match target.last_mut() {
        Some(Piece::Text(text)) => {
            if text.ends_with('/') {
                text.pop();
                if text.is_empty() {
                    target.pop();
                }
            }
            false
        }
        Some(Piece::Path(..) | Piece::Query | Piece::Host) => true,
        None => false,
    }
}

impl Place<'_> {
    pub(super) fn scheme(self) -> &'static str {
        match self.protocol {
            Protocol::Https => "https",
            Protocol::Http | Protocol::Tcp | Protocol::Udp => "http",
        }
    }

    /// The port as clients write it into the Host header: only when it is not the well-known one.
    pub(super) fn port_in_host(self) -> String {
        match (self.protocol, self.port) {
            (Protocol::Http, 80) | (Protocol::Https, 443) => String::new(),
            (Protocol::Http | Protocol::Https | Protocol::Tcp | Protocol::Udp, port) => format!(":{port}"),
        }
    }

    fn bare_host(self) -> Piece {
        self.host.map_or(Piece::Host, |host| Piece::Text(host.to_owned()))
    }
}
