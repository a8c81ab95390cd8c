//! A request, and what becomes of it on either side, in words.

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
    use super::*;
    use crate::cli::request::parse;

    #[test]
    fn both_sides_stand_below_each_other() {
        let asked = parse("POST https://foo.com:8443/a?x=1", &["X-A: 1".to_owned()]).unwrap();
        let before = Outcome::Redirect { status: 308, location: "https://foo.com/a".to_owned() };
        assert_eq!(
            comparison(&asked, Some(&before), Some(&Outcome::Respond { status: 404 })),
            "POST https://foo.com:8443/a?x=1 -H 'X-A: 1'\n  before  308 → https://foo.com/a\n  after   404\n"
        );
        assert_eq!(comparison(&asked, None, None).lines().count(), 1);
    }

    #[test]
    fn ports_that_the_host_does_not_name() {
        let mut asked = parse("foo.com/a", &[]).unwrap();
        asked.port = Some(8080);
        assert_eq!(request(&asked), "GET http://foo.com/a (port 8080)");
        asked.host = None;
        assert_eq!(request(&asked), "GET http://(no host)/a (port 8080)");
    }
}
