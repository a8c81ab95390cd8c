//! The request path as a data plane prepares it.

use crate::model::{EscapedSlashes, PathHandling};

/// A request target taken apart and prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WirePath {
    /// Path as sent, without the query.
    pub raw: String,
    /// Query with its `?`, or empty.
    pub query: String,
    /// What rules match. Under nginx each decoded byte is one character (Latin-1).
    pub matched: String,
    /// What a backend receives when nothing rewrites it.
    pub forwarded: String,
}

/// Why a request ends before any rule is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Early {
    /// The path is malformed: 400.
    BadRequest,
    /// Envoy sends a path with an escaped slash to its decoded form: 307 to this Location.
    Unescape(String),
}

/// Prepares a request target.
///
/// # Errors
/// The answer when the data plane gives one before matching.
pub fn prepare(target: &str, handling: PathHandling) -> Result<WirePath, Early> {
    let (raw, query) = match target.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (target, String::new()),
    };
    match handling {
        PathHandling::Raw => Ok(plain(raw, query, raw.to_owned(), raw.to_owned())),
        PathHandling::Nginx => {
            let without_fragment = raw.split('#').next().unwrap_or_default();
            let decoded = nginx_decode(without_fragment)?;
            Ok(plain(raw, query, decoded, raw.to_owned()))
        }
        PathHandling::Envoy { escaped_slashes, merge_slashes } => {
            let normalised = envoy_normalise(raw, escaped_slashes, merge_slashes)?;
            Ok(plain(raw, query, normalised.clone(), normalised))
        }
    }
}

fn plain(raw: &str, query: String, matched: String, forwarded: String) -> WirePath {
    WirePath { raw: raw.to_owned(), query, matched, forwarded }
}

/// Percent-decodes, merges slashes and resolves dot segments in one pass, as `ngx_http_parse_complex_uri` does:
/// decoded bytes take part, so `%2e%2e` and `%2F` count as dots and slashes.
fn nginx_decode(raw: &str) -> Result<String, Early> {
    let decoded = percent_decode(raw)?;
    if !decoded.starts_with('/') || decoded.contains('\0') {
        return Err(Early::BadRequest);
    }
    resolve_dots(&decoded, true).ok_or(Early::BadRequest)
}

fn percent_decode(raw: &str) -> Result<String, Early> {
    let bytes = raw.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%' {
            let code =
                raw.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()).ok_or(Early::BadRequest)?;
            out.push(char::from(code));
            at += 3;
        } else {
            out.push(char::from(byte));
            at += 1;
        }
    }
    Ok(out)
}

/// Resolves `.` and `..` segments; with `merge`, empty segments go as well. `None` when `..` leaves the root and
/// `merge` (nginx) asks for refusal; Envoy stays at the root.
fn resolve_dots(path: &str, merge: bool) -> Option<String> {
    let mut segments: Vec<&str> = Vec::new();
    let mut trailing_slash = false;
    for segment in path.split('/').skip(1) {
        trailing_slash = false;
        match segment {
            "." => trailing_slash = true,
            ".." => {
                if segments.pop().is_none() && merge {
                    return None;
                }
                trailing_slash = true;
            }
            "" if merge => trailing_slash = true,
            other => segments.push(other),
        }
    }
    let mut out = String::with_capacity(path.len());
    for segment in &segments {
        out.push('/');
        out.push_str(segment);
    }
    if trailing_slash || segments.is_empty() {
        out.push('/');
    }
    Some(out)
}

/// Escaped slashes, then unreserved characters decoded and dot segments resolved, then slashes merged (envoy
/// path_normalizer; measured: eg-norm-*, eg-p-ctp-escaped-*). What is no path (`*`), and a path of slashes alone, stays
/// as it is.
fn envoy_normalise(raw: &str, escaped: EscapedSlashes, merge: bool) -> Result<String, Early> {
    let has_escaped = ["%2F", "%2f", "%5C", "%5c"].iter().any(|escape| raw.contains(escape));
    if !raw.starts_with('/') || (!has_escaped && raw.bytes().all(|byte| byte == b'/')) {
        return Ok(raw.to_owned());
    }
    let resolved = |path: &str| {
        let resolved = resolve_dots(&decode_unreserved(path), false).unwrap_or_default();
        if merge { merge_slashes(&resolved) } else { resolved }
    };
    match escaped {
        EscapedSlashes::Refused if has_escaped => Err(Early::BadRequest),
        EscapedSlashes::Redirected if has_escaped => Err(Early::Unescape(resolved(&unescape_slashes(raw)))),
        EscapedSlashes::Unescaped => Ok(resolved(&unescape_slashes(raw))),
        EscapedSlashes::Kept | EscapedSlashes::Refused | EscapedSlashes::Redirected => Ok(resolved(raw)),
    }
}

fn unescape_slashes(raw: &str) -> String {
    ["%2F", "%2f", "%5C", "%5c"].iter().fold(raw.to_owned(), |path, escape| path.replace(escape, "/"))
}

fn merge_slashes(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for character in path.chars() {
        if character == '/' && out.ends_with('/') {
            continue;
        }
        out.push(character);
    }
    out
}

/// Decodes `%41` to `A` where the byte needs no escaping (RFC 3986, 2.3).
fn decode_unreserved(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('%') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        match escape.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
                rest = escape.get(3..).unwrap_or_default();
            }
            Some(_) | None => {
                out.push('%');
                rest = escape.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// Escapes a decoded path the way nginx does when it sends a rewritten URI (`ngx_escape_uri`, NGX_ESCAPE_URI).
#[must_use]
pub fn nginx_escape(decoded: &str) -> String {
    let mut out = String::with_capacity(decoded.len());
    for character in decoded.chars() {
        let byte = u8::try_from(u32::from(character)).unwrap_or(b'?');
        let escaped = matches!(byte, 0..=0x20 | 0x7f..=0xff | b'"' | b'#' | b'%' | b'<' | b'>' | b'?' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}');
        if escaped {
            out.push_str(&format!("%{byte:02X}"));
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nginx_matches_the_decoded_merged_path() {
        let path = prepare("/pub/%2e%2e//admin%2Fx?a=/b", PathHandling::Nginx).unwrap();
        assert_eq!(path.matched, "/admin/x");
        assert_eq!(path.forwarded, "/pub/%2e%2e//admin%2Fx");
        assert_eq!(path.query, "?a=/b");
        assert_eq!(prepare("/../x", PathHandling::Nginx), Err(Early::BadRequest));
        assert_eq!(prepare("/%zz", PathHandling::Nginx), Err(Early::BadRequest));
        assert_eq!(prepare("/foo/..", PathHandling::Nginx).unwrap().matched, "/");
        assert_eq!(prepare("/foo/.", PathHandling::Nginx).unwrap().matched, "/foo/");
    }

    #[test]
    fn envoy_normalises_what_it_forwards() {
        let path = |target| prepare(target, PathHandling::ENVOY_GATEWAY).unwrap().forwarded;
        assert_eq!(path("/x/../foo"), "/foo");
        assert_eq!(path("/../foo"), "/foo");
        assert_eq!(path("///foo///bar"), "/foo/bar");
        assert_eq!(path("//"), "//");
        assert_eq!(path("/%61%20"), "/a%20");
        assert_eq!(prepare("/foo%2Fbar", PathHandling::ENVOY_GATEWAY), Err(Early::Unescape("/foo/bar".to_owned())));
        assert_eq!(prepare("/a//b/../%63%2Fd", PathHandling::RESOLVED).unwrap().forwarded, "/a//c%2Fd");
        assert_eq!(prepare("/a//b/../%63%2Fd", PathHandling::MERGED).unwrap().forwarded, "/a/c%2Fd");
    }
}
