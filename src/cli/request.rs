//! Requests as people write them: `GET https://foo.com/a?x=1`.

use crate::prove::Request;

/// Reads `[METHOD] [SCHEME://]HOST[:PORT][/PATH][?QUERY]` and headers `NAME: VALUE`. `/PATH` alone is a request without
/// a Host header, unless the headers have one.
pub(super) fn parse(text: &str, headers: &[String]) -> Result<Request, String> {
    let (method, url) = match text.trim().split_once(char::is_whitespace) {
        Some((method, url)) => (method, url.trim()),
        None => ("GET", text.trim()),
    };
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (scheme, rest),
        Some((scheme, _)) => return Err(format!("{text}: `{scheme}` is not http or https")),
        None => ("http", url),
    };
    let rest = rest.split_once('#').map_or(rest, |(sent, _)| sent);
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let mut request = Request {
        method: method.to_owned(),
        scheme: scheme.to_owned(),
        host: (!authority.is_empty()).then(|| authority.to_owned()),
        path: if path.starts_with('/') { path.to_owned() } else { format!("/{path}") },
        headers: Vec::new(),
        client: None,
        port: None,
        sni: None,
        body_bytes: None,
        repeat: None,
        gateway: None,
    };
    take_port(&mut request).map_err(|problem| format!("{text}: {problem}"))?;
    for header in headers {
        add_header(&mut request, header)?;
    }
    Ok(request)
}

/// A port in the URL is the one to connect to. Clients name it in the Host header unless it is the scheme's own.
fn take_port(request: &mut Request) -> Result<(), String> {
    let Some(authority) = request.host.clone() else { return Ok(()) };
    if authority.contains('@') {
        return Err("user names are not part of a request".to_owned());
    }
    let after_address = authority.rfind(']').map_or(0, |end| end + 1);
    let Some(colon) = authority.get(after_address..).and_then(|rest| rest.find(':')).map(|at| at + after_address)
    else {
        return Ok(());
    };
    let (host, port) = authority.split_at(colon);
    let number: u16 = port.trim_start_matches(':').parse().map_err(|_| format!("`{port}` is not a port"))?;
    let default = if request.scheme == "https" { 443 } else { 80 };
    if number == default {
        request.host = Some(host.to_owned());
    } else {
        request.port = Some(number);
    }
    Ok(())
}

fn add_header(request: &mut Request, header: &str) -> Result<(), String> {
    let Some((name, value)) = header.split_once(':').filter(|(name, _)| !name.trim().is_empty()) else {
        return Err(format!("`{header}` is not a header: expected NAME: VALUE"));
    };
    let (name, value) = (name.trim(), value.trim());
    if name.eq_ignore_ascii_case("host") {
        request.host = Some(value.to_owned());
    } else {
        request.headers.push((name.to_owned(), value.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts = (String, String, Option<String>, String, Option<u16>);

    fn read(text: &str) -> Parts {
        let request = parse(text, &[]).unwrap();
        (request.method, request.scheme, request.host, request.path, request.port)
    }

    fn expect(method: &str, scheme: &str, host: Option<&str>, path: &str, port: Option<u16>) -> Parts {
        (method.to_owned(), scheme.to_owned(), host.map(str::to_owned), path.to_owned(), port)
    }

    #[test]
    fn urls() {
        assert_eq!(read("GET https://foo.com/a?x=1"), expect("GET", "https", Some("foo.com"), "/a?x=1", None));
        assert_eq!(read("foo.com"), expect("GET", "http", Some("foo.com"), "/", None));
        assert_eq!(read("POST foo.com?x"), expect("POST", "http", Some("foo.com"), "/?x", None));
        assert_eq!(read("/a#b"), expect("GET", "http", None, "/a", None));
        assert_eq!(read("https://foo.com:443/"), expect("GET", "https", Some("foo.com"), "/", None));
        assert_eq!(read("http://foo.com:8080/"), expect("GET", "http", Some("foo.com:8080"), "/", Some(8080)));
        assert_eq!(read("http://[::1]:81/a:b"), expect("GET", "http", Some("[::1]:81"), "/a:b", Some(81)));
        assert_eq!(read("http://[::1]/"), expect("GET", "http", Some("[::1]"), "/", None));
    }

    #[test]
    fn headers() {
        let headers = ["X-A: 1".to_owned(), "host: bar.com".to_owned(), "X-Empty:".to_owned()];
        let request = parse("GET /a", &headers).unwrap();
        assert_eq!(request.host.as_deref(), Some("bar.com"));
        assert_eq!(request.headers, [("X-A".to_owned(), "1".to_owned()), ("X-Empty".to_owned(), String::new())]);
    }

    #[test]
    fn what_is_no_request() {
        for text in ["ftp://foo.com/", "http://foo.com:99999/", "http://foo.com:x/", "http://me@foo.com/"] {
            assert!(parse(text, &[]).is_err(), "{text}");
        }
        assert!(parse("GET /", &["no colon".to_owned()]).is_err());
    }
}
