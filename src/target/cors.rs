//! CORS as the CORS filter (standard since 1.5).

use crate::gateway::CorsFilter;
use crate::model::Cors;

use super::matches::METHODS;

/// Most entries of a list.
const MOST: usize = 64;

/// A filter and what became of the settings.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// `None` when no origin is left.
    pub filter: Option<CorsFilter>,
    /// Why the filter is not quite what was asked for; never wider for credentials.
    pub approximated: Vec<&'static str>,
    /// Values that have no place in the filter.
    pub lost: Vec<String>,
}

/// The filter for these settings.
pub(super) fn write(cors: &Cors) -> Written {
    let Cors { allow_origins, allow_methods, allow_headers, expose_headers, allow_credentials, max_age, preflight: _ } =
        cors;
    let mut written = Written::default();
    let origins = list(allow_origins, is_origin, &mut written.lost);
    if origins.is_empty() {
        return written;
    }
    let any = origins.iter().any(|origin| origin == "*");
    if any && *allow_credentials {
        // A filter with both echoes the origin (httproute_types.go, AllowOrigins), so that any site could use the
        // visitor's cookies. nginx answers `*`, which browsers refuse for requests with credentials.
        written.approximated.push("`*` and credentials: written without credentials, which browsers refused with `*`");
    }
    if origins.iter().any(|origin| origin.contains("*.")) {
        written.approximated.push("`*.` in an origin takes any number of labels");
    }
    if *max_age == 0 {
        written.approximated.push("a preflight is cached for at least one second");
    }
    let method = |method: &str| method == "*" || METHODS.contains(&method);
    written.filter = Some(CorsFilter {
        allow_credentials: (*allow_credentials && !any).then_some(true),
        allow_headers: list(allow_headers, is_header, &mut written.lost),
        allow_methods: list(allow_methods, method, &mut written.lost),
        allow_origins: origins,
        // Without the rule of the other lists, but `*` beside names says no more than `*`.
        expose_headers: list(expose_headers, is_header, &mut written.lost),
        max_age: Some((*max_age).clamp(1, i32::MAX as u32)),
    });
    written
}

/// Distinct values that the API takes; `*` stands alone.
fn list(values: &[String], takes: impl Fn(&str) -> bool, lost: &mut Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if !takes(value) || kept.len() == MOST && !kept.contains(value) {
            lost.push(value.clone());
        } else if !kept.contains(value) {
            kept.push(value.clone());
        }
    }
    if kept.iter().any(|value| value == "*") { vec!["*".to_owned()] } else { kept }
}

/// `*`, or scheme, host (perhaps with `*.` in front, or `*`) and port: CORSOrigin.
fn is_origin(origin: &str) -> bool {
    if origin == "*" {
        return true;
    }
    let Some(authority) = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")) else {
        return false;
    };
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let host = host == "*" || host.strip_prefix("*.").unwrap_or(host).split('.').all(label);
    let port = port.is_none_or(|p| (1..=5).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
    host && port && origin.len() <= 253
}

fn is_header(name: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.len() <= 256 && name.bytes().all(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Preflight;

    fn cors(origins: &[&str], credentials: bool) -> Cors {
        Cors {
            allow_origins: origins.iter().map(|&o| o.to_owned()).collect(),
            allow_methods: vec!["GET".into(), "GET".into(), "BREW".into()],
            allow_headers: vec!["*".into(), "X-A".into()],
            expose_headers: Vec::new(),
            allow_credentials: credentials,
            max_age: 0,
            preflight: Preflight::AnyOptions,
        }
    }

    #[test]
    fn any_origin_never_gets_credentials() {
        let written = write(&cors(&["*"], true));
        assert_eq!(written.filter.unwrap().allow_credentials, None);
        assert!(!written.approximated.is_empty());
        assert_eq!(write(&cors(&["https://a.com"], true)).filter.unwrap().allow_credentials, Some(true));
    }

    #[test]
    fn lists_are_sets_the_api_takes() {
        let written = write(&cors(&["https://a.com", "a.com", "null", "https://*.b.com:8443", "https://a.com"], false));
        let filter = written.filter.unwrap();
        assert_eq!(filter.allow_origins, ["https://a.com", "https://*.b.com:8443"]);
        assert_eq!(filter.allow_methods, ["GET"]);
        assert_eq!(filter.allow_headers, ["*"]);
        assert_eq!(filter.max_age, Some(1));
        assert_eq!(written.lost, ["a.com", "null", "BREW"]);
    }

    #[test]
    fn without_an_origin_there_is_no_filter() {
        assert_eq!(write(&cors(&["null"], true)).filter, None);
    }
}
