//! Requests and outcomes in words.

use crate::prove::{Outcome, Received, Request};

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

/// `forward to shop/web:80 as foo.com/a`.
pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Forward { service, received: Received { path, host } } => {
            format!("forward to {service} as {host}{path}")
        }
        Outcome::Split { shares, received: Received { path, host } } => {
            let total: u64 = shares.values().sum();
            let parts: Vec<_> = shares.iter().map(|(to, weight)| format!("{weight}/{total} {to}")).collect();
            format!("split over {} as {host}{path}", parts.join(", "))
        }
        Outcome::Redirect { status, location } => format!("redirect {status} to {location}"),
        Outcome::Respond { status } => format!("respond {status}"),
        Outcome::Connection { reason } => format!("no answer ({reason})"),
        Outcome::Reject { reason } => format!("refused: {reason}"),
    }
}

/// The request, and below it what becomes of it on either side.
pub(super) fn comparison(asked: &Request, before: Option<&Outcome>, after: Option<&Outcome>) -> String {
    let side = |name: &str, found: Option<&Outcome>| {
        found.map(|found| format!("  {name:<7} {}\n", outcome(found))).unwrap_or_default()
    };
    format!("{}\n{}{}", request(asked), side("before", before), side("after", after))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cli::request::parse;

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
        assert_eq!(outcome(&redirect), "redirect 308 to https://foo.com/a");
        assert_eq!(outcome(&Outcome::Respond { status: 404 }), "respond 404");
        assert_eq!(outcome(&Outcome::Connection { reason: "tls" }), "no answer (tls)");
        assert_eq!(outcome(&Outcome::Reject { reason: "bad".to_owned() }), "refused: bad");
    }
}
