//! Locations in one form, so that equal ones can be seen to be equal.

use super::rewrite::{Known, Piece, Rewritten, Shape, brings_query, merged};
use super::{Request, location};
use crate::model::{Location, MeshService, Protocol, Redirect, RedirectParts};

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
    /// X-Forwarded-Host takes the place of the host.
    forwarded_host: bool,
}

/// What a redirect makes of the paths of a region; `None` when only samples can tell. See `location` in location.rs.
pub(super) fn form(redirect: &Redirect, shape: &Shape, known: &Known, place: Place<'_>) -> Option<Form> {
    let plain = |pieces| Form { pieces: merged(pieces), strips_slash: false, forwarded_host: false };
    match &redirect.location {
        Location::Fixed { url, absolute } if *absolute && url.starts_with('/') => {
            Some(plain(vec![Piece::Text(format!("{}://{}{url}", place.scheme(), place.host_or_stand_in()))]))
        }
        Location::Fixed { url, absolute: _ } => Some(plain(vec![Piece::Text(url.clone())])),
        Location::Rewritten(_) => {
            // Where the rewrite does not apply there is no URL.
            let Rewritten::Pieces(mut pieces) = shape.apply(known) else { return None };
            if pieces == known.whole() {
                return None;
            }
            pieces.push(Piece::Query);
            Some(plain(pieces))
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
    let origin = location::origin(parts, &place.request(place.host_or_stand_in(), "/"));
    let mut pieces = vec![Piece::Text(without_known_port(&origin).to_owned())];
    pieces.extend(target);
    let forwarded_host = parts.forwarded_host && parts.host.is_none() && !parts.relative;
    Some(Form { pieces: merged(pieces), strips_slash, forwarded_host })
}

/// The port that the scheme has anyway says nothing (RFC 3986, 6.2.3).
fn without_known_port(origin: &str) -> &str {
    let known = if origin.starts_with("https://") { ":443" } else { ":80" };
    origin.strip_suffix(known).unwrap_or(origin)
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
        Some(Piece::Path(..) | Piece::Query) => true,
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
            // A service of a mesh, at any of its ports.
            (_, MeshService::EVERY_PORT) => String::new(),
            (Protocol::Http | Protocol::Https | Protocol::Tcp | Protocol::Udp, port) => format!(":{port}"),
        }
    }

    /// Stands for any host where there are several: no host holds such a character.
    fn host_or_stand_in(&self) -> &str {
        self.host.unwrap_or("\u{1}")
    }

    /// The plainest request for a host and path.
    pub(super) fn request(&self, host: &str, path: &str) -> Request {
        let port = self.port_in_host();
        Request {
            method: "GET".to_owned(),
            scheme: self.scheme().to_owned(),
            host: Some(format!("{host}{port}")),
            path: path.to_owned(),
            headers: Vec::new(),
            client: None,
            port: (!port.is_empty() || self.port == MeshService::EVERY_PORT).then_some(self.port),
            sni: None,
            body_bytes: None,
            repeat: None,
            gateway: None,
        }
    }
}
