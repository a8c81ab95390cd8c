//! A service that is asked about each request, as part of a SecurityPolicy, and its sign-in page.

use super::backend::{self, Place};
use super::backend_traffic_policy::{OverrideMatch, OverridePath, OverrideRedirect, ResponseOverride, StatusMatch};
use super::security_policy::{ExtAuth, HttpExtAuth};
use super::version::{OVERRIDE_SOURCE, PATH_OVERRIDE, STATUS_ON_ERROR, Version};
use super::written::Written;
use crate::gateway::{BackendRef, Object};
use crate::model::{AuthPath, AuthService, ExternalAuth, HeaderEdit, ServicePort, SignIn};
use crate::target::{backends, hostname};

/// Request headers that a question carries where the source sends all: Envoy sends Host, Method, Path, Content-Length
/// and Authorization by itself, and beside them only those that are named.
const USUAL: &[&str] = &[
    "accept",
    "cookie",
    "origin",
    "referer",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-requested-with",
];

/// What nginx answers when the service cannot be reached.
const STATUS_ON_FAILURE: u16 = 500;

/// The question, and what it needs beside.
#[derive(Debug)]
pub(super) struct Question {
    pub auth: ExtAuth,
    /// The Service, which may stand in another namespace.
    pub service: Option<ServicePort>,
    /// A host outside the cluster.
    pub backend: Option<Object>,
    /// Where a client without leave is sent.
    pub sign_in: Option<ResponseOverride>,
}

/// The question for a policy of a namespace.
pub(super) fn question(asked: &ExternalAuth, namespace: &str, version: Version) -> Written<Question> {
    let ExternalAuth {
        to,
        path,
        method,
        request_headers,
        set_headers,
        response_headers,
        sign_in,
        always_set_cookie,
        cache,
        fail_open,
    } = asked;
    let mut differences = Vec::new();
    let (place, of_url) = match to {
        AuthService::Service(service) => (Place::Service(service.clone()), "/".to_owned()),
        AuthService::Url(url) => match backend::parse(url, namespace) {
            Ok(parsed) => (parsed.place, parsed.path),
            Err(why) => return Written::Not(why),
        },
    };
    let (path_override, prefix) = match path {
        AuthPath::OfUrl => (Some(of_url), None),
        AuthPath::Fixed(path) => (Some(path.clone()), None),
        AuthPath::Before(prefix) => (None, Some(prefix.clone()).filter(|prefix| !prefix.is_empty())),
    };
    if path_override.is_some()
        && let Some(why) = version.lacks(&PATH_OVERRIDE)
    {
        return Written::Not(format!("{why}; before, the service is asked for another path"));
    }
    let headers_to_ext_auth = request_headers.clone().unwrap_or_else(|| {
        differences.push(format!("the question carries no other request headers than {}", USUAL.join(", ")));
        USUAL.iter().map(|name| (*name).to_owned()).collect()
    });
    let set: Vec<&str> = set_headers.iter().map(edited).collect();
    if !set.is_empty() {
        differences.push(format!("the question does not carry {}", set.join(", ")));
    }
    if let Some(method) = method {
        differences.push(format!("the question has the request's own method, not {method}"));
    }
    if *always_set_cookie {
        differences.push("cookies of the service reach the client only when it refuses".to_owned());
    }
    if cache.is_some() {
        differences.push("answers of the service are not cached: it is asked about each request".to_owned());
    }
    if !response_headers.is_empty() {
        let names = response_headers.join(", ");
        differences.push(format!("where the service does not answer with {names}, the backend sees the client's own"));
    }
    let sign_in = sign_in.as_ref().and_then(|page| sign_in_page(page, version, &mut differences));
    let reference = match &place {
        Place::Service(service) => backends::service_ref(service, namespace),
        Place::Host(host) => host.reference(),
    };
    let (service, backend) = match place {
        Place::Service(service) => (Some(service), None),
        Place::Host(host) => {
            if host.secure {
                differences
                    .push("the certificate of the service is checked against the system's authorities".to_owned());
            }
            (None, Some(host.object(namespace)))
        }
    };
    let http = HttpExtAuth {
        backend_refs: vec![BackendRef { kind: reference.kind.clone(), ..reference }],
        headers_to_backend: response_headers.clone(),
        path: prefix,
        path_override,
    };
    let auth = ExtAuth {
        fail_open: fail_open.then_some(true),
        headers_to_ext_auth,
        http,
        status_on_error: version.lacks(&STATUS_ON_ERROR).is_none().then_some(STATUS_ON_FAILURE),
    };
    Written::with(Question { auth, service, backend, sign_in }, differences)
}

fn edited(edit: &HeaderEdit) -> &str {
    match edit {
        HeaderEdit::Set(name, _) | HeaderEdit::Add(name, _) | HeaderEdit::Remove(name) => name,
    }
}

/// The sign-in page in place of Envoy's own 401. Its query is lost, and with it the way back to the page that was asked for.
fn sign_in_page(page: &SignIn, version: Version, differences: &mut Vec<String>) -> Option<ResponseOverride> {
    let mut lose = |why: String| {
        differences.push(format!("a client without leave gets the service's answer, not the sign-in page: {why}"));
        None
    };
    if let Some(why) = version.lacks(&OVERRIDE_SOURCE) {
        return lose(why);
    }
    let Some((scheme, rest)) = page.url.split_once("://") else { return lose("its URL has no scheme".to_owned()) };
    let (authority, path) = match rest.find(['/', '?']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let path = path.split(['?', '#']).next().filter(|path| !path.is_empty()).unwrap_or("/");
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let own_host = matches!(host, "$host" | "$http_host" | "$best_http_host");
    if path.contains('$')
        || !(own_host || hostname::is_precise(host))
        || !["http", "https", "$scheme"].contains(&scheme)
    {
        return lose(format!("`{}` holds variables", page.url));
    }
    differences.push(format!("the sign-in page is not told where to go back to ({})", page.redirect_parameter));
    Some(ResponseOverride {
        matched: OverrideMatch { status_codes: vec![StatusMatch { range: None, kind: "Value", value: Some(401) }] },
        redirect: Some(OverrideRedirect {
            hostname: (!own_host).then(|| host.to_owned()),
            path: Some(OverridePath { replace_full_path: path.to_owned(), kind: "ReplaceFullPath" }),
            port: port.parse().ok(),
            scheme: (scheme != "$scheme").then(|| scheme.to_owned()),
            status_code: 302,
        }),
        response: None,
        source: Some("Local"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(url: &str) -> ExternalAuth {
        ExternalAuth { to: AuthService::Url(url.to_owned()), ..ExternalAuth::default() }
    }

    #[test]
    fn services_of_the_cluster_are_named_and_other_hosts_get_a_backend() {
        let of = |url: &str| match question(&asked(url), "shop", Version(1, 9)) {
            Written::Exactly(question) | Written::Nearly(question, _) => question,
            Written::Not(why) => panic!("{why}"),
        };
        let inside = of("http://auth.sso.svc.cluster.local:4180/oauth2/auth");
        assert_eq!(inside.service.unwrap().to_string(), "sso/auth:4180");
        assert_eq!(inside.auth.http.path_override.as_deref(), Some("/oauth2/auth"));
        assert!(inside.backend.is_none());
        let outside = of("https://auth.example.com/verify");
        assert!(outside.service.is_none() && outside.backend.is_some());
        assert_eq!(outside.auth.http.backend_refs[0].kind.as_deref(), Some("Backend"));
    }

    #[test]
    fn what_changes_with_the_request_is_refused() {
        for url in ["https://$host/auth", "auth.example.com", "http://auth.example.com/v?u=$uri"] {
            assert!(matches!(question(&asked(url), "shop", Version(1, 9)), Written::Not(_)), "{url}");
        }
        assert!(matches!(question(&asked("http://a.example.com/x"), "shop", Version(1, 7)), Written::Not(_)));
    }

    #[test]
    fn sign_in_pages_lose_their_query() {
        let page = |url: &str| {
            let page = SignIn { url: url.to_owned(), redirect_parameter: "rd".to_owned() };
            sign_in_page(&page, Version(1, 9), &mut Vec::new()).and_then(|page| page.redirect)
        };
        let own = page("https://$host/oauth2/start?rd=$escaped_request_uri").unwrap();
        assert_eq!((own.hostname, own.path.unwrap().replace_full_path.as_str()), (None, "/oauth2/start"));
        assert_eq!(page("https://sso.example.com/in").unwrap().hostname.as_deref(), Some("sso.example.com"));
        assert!(page("https://$arg_x/in").is_none());
    }
}
