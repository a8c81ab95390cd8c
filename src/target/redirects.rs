//! Redirects as RequestRedirect.

use super::{hostname, path_modifier};
use crate::gateway::{HttpPathModifier, RequestRedirect};
use crate::model::{Location, PathMatcher, PathRewrite, Redirect, RedirectParts, RedirectPort};

/// HTTPRedirectStatusCode (303, 307 and 308 since 1.5).
const STATUSES: &[u16] = &[301, 302, 303, 307, 308];

/// The listener that a redirect is asked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub port: u16,
    pub scheme: &'static str,
}

/// The filter's content.
///
/// # Errors
/// Says what a RequestRedirect cannot hold.
pub(super) fn write(redirect: &Redirect, path: &PathMatcher, asked: Asked) -> Result<RequestRedirect, String> {
    if !STATUSES.contains(&redirect.status) {
        return Err(format!("a redirect with status {}", redirect.status));
    }
    let mut written = match &redirect.location {
        Location::Fixed { url, absolute: _ } => fixed(url)?,
        // Only a template without captures is one URL.
        Location::Rewritten(PathRewrite::Nginx { template, .. }) if !template.contains('$') => fixed(template)?,
        Location::Rewritten(_) => return Err("a redirect to a rewritten URL".to_owned()),
        Location::Parts(parts) => from_parts(parts, path, asked)?,
    };
    written.status_code = Some(redirect.status);
    Ok(written)
}

/// A URL as parts. The path is always replaced: an absent one would keep the request's.
fn fixed(url: &str) -> Result<RequestRedirect, String> {
    let refuse = || format!("a redirect to `{url}`");
    if url.contains(['?', '#']) || url.len() > 1024 {
        return Err(refuse());
    }
    if url.starts_with('/') && !url.starts_with("//") {
        return Ok(RequestRedirect { path: Some(path_modifier::full(url)?), ..RequestRedirect::default() });
    }
    let (scheme, rest) = url.split_once("://").ok_or_else(refuse)?;
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok().filter(|p| *p > 0).ok_or_else(refuse)?)),
        None => (authority, None),
    };
    let host = host.to_ascii_lowercase();
    if well_known(&scheme).is_none() || !hostname::is_precise(&host) {
        return Err(refuse());
    }
    Ok(RequestRedirect {
        port: port.filter(|port| well_known(&scheme) != Some(*port)),
        scheme: Some(scheme),
        hostname: Some(host),
        path: Some(path_modifier::full(path)?),
        status_code: None,
    })
}

/// Parts of the request's URL. What the filter has no word for (query, trailing slash, raw path) is left to the proof.
fn from_parts(parts: &RedirectParts, matched: &PathMatcher, asked: Asked) -> Result<RequestRedirect, String> {
    let RedirectParts {
        scheme,
        host,
        port,
        path,
        append,
        drop_query: _,
        raw: _,
        strip_trailing_slash: _,
        keep_authority: _,
        forwarded_host: _,
        relative: _,
    } = parts;
    let hostname = host.as_ref().map(|host| host.to_ascii_lowercase());
    if let Some(bad) = hostname.as_ref().filter(|host| !hostname::is_precise(host)) {
        return Err(format!("a redirect to the host `{bad}`"));
    }
    if let Some(bad) = scheme.as_ref().filter(|scheme| well_known(scheme).is_none()) {
        return Err(format!("a redirect to the scheme `{bad}`"));
    }
    Ok(RequestRedirect {
        hostname,
        path: new_path(path.as_ref(), append, matched)?,
        port: port_field(*port, scheme.as_deref(), asked),
        scheme: scheme.clone(),
        status_code: None,
    })
}

fn new_path(
    path: Option<&PathRewrite>,
    append: &str,
    matched: &PathMatcher,
) -> Result<Option<HttpPathModifier>, String> {
    match (path, append, matched) {
        (None, "", _) => Ok(None),
        (Some(path), "", _) => path_modifier::write(path, matched).map(Some),
        (None, append, PathMatcher::Exact(exact)) => path_modifier::full(&format!("{exact}{append}")).map(Some),
        (Some(PathRewrite::Full(full)), append, _) => path_modifier::full(&format!("{full}{append}")).map(Some),
        (
            None | Some(PathRewrite::Prefix { .. } | PathRewrite::Nginx { .. } | PathRewrite::Envoy { .. }),
            append,
            _,
        ) => Err(format!("`{append}` is appended on {matched}")),
    }
}

/// The port to set so that the Location has the wanted one: without the field it is that of a set scheme, or the
/// listener's, and well-known ports are not written (httproute_types.go, HTTPRequestRedirectFilter.Port).
fn port_field(wanted: RedirectPort, scheme: Option<&str>, asked: Asked) -> Option<u16> {
    let usual = well_known(asked.scheme);
    let implied = match scheme {
        Some(scheme) => well_known(scheme),
        None => usual.filter(|port| *port == asked.port),
    };
    match wanted {
        RedirectPort::Listener => None,
        RedirectPort::None => usual.filter(|_| implied.is_none()),
        RedirectPort::Always(port) | RedirectPort::UnlessDefault(port) => Some(port).filter(|_| implied != Some(port)),
    }
}

fn well_known(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: Asked = Asked { port: 80, scheme: "http" };

    fn to(url: &str) -> Result<RequestRedirect, String> {
        let location = Location::Fixed { url: url.into(), absolute: true };
        write(&Redirect { status: 301, location }, &PathMatcher::Any, HTTP)
    }

    fn path_of(redirect: &RequestRedirect) -> Option<&str> {
        redirect.path.as_ref()?.replace_full_path.as_deref()
    }

    #[test]
    fn a_url_without_a_path_drops_the_requests_path() {
        let redirect = to("https://New.example.com").unwrap();
        assert_eq!(path_of(&redirect), Some("/"));
        assert_eq!(redirect.hostname.as_deref(), Some("new.example.com"));
        assert_eq!(redirect.port, None);
    }

    #[test]
    fn urls_are_taken_apart() {
        let redirect = to("http://a.com:8080/x/y").unwrap();
        assert_eq!((redirect.port, path_of(&redirect)), (Some(8080), Some("/x/y")));
        assert_eq!(to("https://a.com:443/").unwrap().port, None);
        assert_eq!(path_of(&to("/login").unwrap()), Some("/login"));
    }

    #[test]
    fn what_no_filter_holds_is_an_error() {
        for bad in [
            "https://a.com/?a=b",
            "https://a.com/#x",
            "//a.com/",
            "login",
            "ftp://a.com/",
            "https://$host/",
            "https://u@a.com/",
            "https://a.com:0/",
            "https://[::1]/",
        ] {
            assert!(to(bad).is_err(), "{bad}");
        }
        let odd = Redirect { status: 300, location: Location::Parts(RedirectParts::default()) };
        assert!(write(&odd, &PathMatcher::Any, HTTP).is_err());
    }

    #[test]
    fn a_slash_can_be_appended_to_an_exact_path_only() {
        let parts = RedirectParts { append: "/".into(), ..RedirectParts::default() };
        let redirect = Redirect { status: 301, location: Location::Parts(parts) };
        let written = write(&redirect, &PathMatcher::Exact("/foo".into()), HTTP).unwrap();
        assert_eq!(path_of(&written), Some("/foo/"));
        assert!(write(&redirect, &PathMatcher::Segment("/foo".into()), HTTP).is_err());
    }

    #[test]
    fn ports_that_go_without_saying_are_not_written() {
        use RedirectPort::{Always, Listener, None as No, UnlessDefault};
        let field = |wanted, scheme, port| port_field(wanted, scheme, Asked { port, scheme: "http" });
        assert_eq!(field(No, Some("https"), 80), None);
        assert_eq!(field(No, None, 80), None);
        assert_eq!(field(No, None, 8080), Some(80));
        assert_eq!(field(Listener, None, 8080), None);
        assert_eq!(field(Always(443), Some("https"), 80), None);
        assert_eq!(field(UnlessDefault(8443), Some("https"), 80), Some(8443));
        assert_eq!(field(UnlessDefault(443), None, 80), Some(443));
    }
}
