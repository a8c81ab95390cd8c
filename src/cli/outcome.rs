//! Requests and outcomes in words.

use crate::prove::{Outcome, Request};

/// `GET https://foo.com/a?x=1` and its headers.
pub(super) fn request(request: &Request) -> String {
    let host = request.host.as_deref().unwrap_or("(no host)");
    let headers: String = request.headers.iter().map(|(name, value)| format!(" -H '{name}: {value}'")).collect();
    let port = match request.port {
        Some(port) if !host.ends_with(&format!(":{port}")) => format!(" (port {port})"),
        Some(_) | None => String::new(),
    };
    format!("{} {}://{host}{}{port}{headers}", request.method, request.scheme, request.path)
}

/// The request, and below it what becomes of it on either side.
pub(super) fn comparison(asked: &Request, before: Option<&Outcome>, after: Option<&Outcome>) -> String {
    let side =
        |name: &str, found: Option<&Outcome>| found.map(|found| format!("  {name:<7} {}\n", found)).unwrap_or_default();
    format!("{}\n{}{}", request(asked), side("before", before), side("after", after))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cli::request::parse;
    use crate::prove::Received;

    fn received(path: &str) -> Received {
        Received { path: path.to_owned(), host: "foo.com".to_owned() }
    }

    #[test]
    fn both_sides_stand_below_each_other() {
        let asked = parse("POST https://foo.com:8443/a?x=1", &["X-A: 1".to_owned()]).unwrap();
        let forward = Outcome::Forward { service: "shop/a:80".to_owned(), received: received("/a?x=1") };
        let shares = BTreeMap::from([("shop/a:80".to_owned(), 80), ("respond:500".to_owned(), 20)]);
        let split = Outcome::Split { shares, received: received("/a") };
        assert_eq!(
            comparison(&asked, Some(&forward), Some(&split)),
            "POST https://foo.com:8443/a?x=1 -H 'X-A: 1'\n  \
             before  forward to shop/a:80 as foo.com/a?x=1\n  \
             after   split over 20/100 respond:500, 80/100 shop/a:80 as foo.com/a\n"
        );
    }

    #[test]
    fn other_outcomes() {
        let redirect = Outcome::Redirect { status: 308, location: "https://foo.com/a".to_owned() };
        assert_eq!(redirect.to_string(), "redirect 308 to https://foo.com/a");
        assert_eq!(Outcome::Respond { status: 404 }.to_string(), "respond 404");
        assert_eq!(Outcome::Connection { reason: "tls" }.to_string(), "no answer (tls)");
        assert_eq!(Outcome::Reject { reason: "bad".to_owned() }.to_string(), "refused: bad");
    }
}
