//! Who a client has to be: passwords, authentication services, client certificates.

use super::Given;
use super::url::{Target, service_of};
use crate::model::{
    AuthCache, AuthPath, AuthService, BasicAuth, CertificateDemand, ClientCertificates, ExternalAuth, HeaderEdit,
    Located, PasswordScheme, SignIn, User, UserList,
};
use crate::source::ingress_nginx::choices::{AuthKind, SecretKind, VerifyClient};
use crate::source::ingress_nginx::config::Config;
use crate::source::ingress_nginx::snippet::Snippet;
use crate::source::value;

/// `auth-type` and its companions (auth/main.go).
pub(super) fn basic(given: &Given<'_>) -> Option<Located<BasicAuth>> {
    let settings = given.settings;
    let kind = settings.auth_type.as_ref()?;
    let secret = given.named(&settings.auth_secret.as_ref()?.value);
    let format = match settings.auth_secret_type.as_ref().map(|kind| kind.value) {
        Some(SecretKind::Map) => UserList::Map,
        Some(SecretKind::File) | None => UserList::File("auth"),
    };
    let auth = BasicAuth {
        scheme: match kind.value {
            AuthKind::Basic => PasswordScheme::Basic,
            AuthKind::Digest => PasswordScheme::Digest,
        },
        realm: settings.auth_realm.as_ref().map(|realm| realm.value.clone()).unwrap_or_default(),
        users: users(given, &secret, format),
        secret,
        format,
    };
    Some(Located::new(auth, kind.origin.clone()))
}

/// The users of a Secret whose data is in the input.
fn users(given: &Given<'_>, secret: &(String, String), format: UserList) -> Option<Vec<User>> {
    let data = given.context.secrets.get(secret).filter(|data| !data.is_empty())?;
    let user = |name: &str, hash: &str| User { name: name.trim().to_owned(), hash: hash.trim().to_owned() };
    Some(match format {
        UserList::Map => data.iter().map(|(name, hash)| user(name, hash)).collect(),
        UserList::File(key) => data
            .get(key)?
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .filter_map(|line| line.split_once(':'))
            // What follows a second colon is a comment, unless it is a part of a digest (`user:realm:hash`).
            .map(|(name, hash)| user(name, hash))
            .collect(),
    })
}

/// `auth-url` and its companions (authreq/main.go), else the ConfigMap's `global-auth-url` (template.go,
/// shouldApplyGlobalAuth).
pub(super) fn external(given: &Given<'_>) -> Option<Located<ExternalAuth>> {
    let settings = given.settings;
    let Some(url) = &settings.auth_url else {
        let wanted = settings.enable_global_auth.as_ref().is_none_or(|global| global.value);
        return given.global_auth.cloned().filter(|_| wanted);
    };
    let text = |setting: &Option<Located<String>>| setting.as_ref().map(|text| text.value.clone());
    let (to, path) = service(&url.value);
    let mut set_headers: Vec<HeaderEdit> = text(&settings.auth_request_redirect)
        .map(|redirect| HeaderEdit::Set("X-Auth-Request-Redirect".to_owned(), redirect))
        .into_iter()
        .collect();
    set_headers.extend(config_map_headers(given));
    let snippet = settings.auth_snippet.as_ref().map(|text| Snippet::of_question(&text.value));
    set_headers.extend(snippet.map(|snippet| snippet.request_headers).unwrap_or_default());
    let cache_key = text(&settings.auth_cache_key);
    let auth = ExternalAuth {
        to,
        path,
        // A subrequest of nginx is a GET, whatever was asked (ngx_http_subrequest; measured: nginx-a-auth-resp).
        method: text(&settings.auth_method).or_else(|| Some("GET".to_owned())),
        request_headers: None,
        set_headers,
        response_headers: settings.auth_response_headers.as_ref().map(|names| names.value.clone()).unwrap_or_default(),
        sign_in: text(&settings.auth_signin).map(|url| SignIn {
            url,
            redirect_parameter: text(&settings.auth_signin_redirect_param).unwrap_or_else(|| "rd".to_owned()),
        }),
        always_set_cookie: settings.auth_always_set_cookie.as_ref().is_some_and(|always| always.value),
        cache: cache_key.map(|key| AuthCache {
            key,
            durations: settings
                .auth_cache_duration
                .as_ref()
                .map_or_else(|| vec![DEFAULT_CACHE.to_owned()], |durations| durations.value.clone()),
        }),
        fail_open: false,
    };
    Some(Located::new(auth, url.origin.clone()))
}

/// How long answers are cached unless something else is said (authreq/main.go, DefaultCacheDuration).
const DEFAULT_CACHE: &str = "200 202 401 5m";

/// The ConfigMap's `global-auth-*` (template/configmap.go).
pub(in super::super) fn global(config: &Config) -> Option<Located<ExternalAuth>> {
    let origin = config.origin("global-auth-url").filter(|_| !config.global_auth_url.is_empty())?;
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (to, path) = service(&config.global_auth_url);
    let redirect = filled(&config.global_auth_request_redirect)
        .map(|redirect| HeaderEdit::Set("X-Auth-Request-Redirect".to_owned(), redirect));
    let durations = value::split_list(&config.global_auth_cache_duration);
    let auth = ExternalAuth {
        to,
        path,
        method: filled(&config.global_auth_method).or_else(|| Some("GET".to_owned())),
        request_headers: None,
        set_headers: redirect.into_iter().collect(),
        response_headers: config.global_auth_response_headers.clone(),
        sign_in: filled(&config.global_auth_signin).map(|url| SignIn {
            url,
            redirect_parameter: filled(&config.global_auth_signin_redirect_param).unwrap_or_else(|| "rd".to_owned()),
        }),
        always_set_cookie: config.global_auth_always_set_cookie,
        cache: filled(&config.global_auth_cache_key).map(|key| AuthCache {
            key,
            durations: if durations.is_empty() { vec![DEFAULT_CACHE.to_owned()] } else { durations },
        }),
        fail_open: false,
    };
    Some(Located::new(auth, origin.clone()))
}

/// Who is asked: a Service where the URL names one over plain HTTP, else the URL as it is.
fn service(url: &str) -> (AuthService, AuthPath) {
    match service_of(url) {
        Some(Target { service, rest }) if !rest.contains('$') => {
            let path = if rest.is_empty() { "/".to_owned() } else { rest.to_owned() };
            (AuthService::Service(service), AuthPath::Fixed(path))
        }
        Some(_) | None => (AuthService::Url(url.to_owned()), AuthPath::OfUrl),
    }
}

/// `auth-proxy-set-headers`: headers that a ConfigMap holds for the question.
fn config_map_headers(given: &Given<'_>) -> Vec<HeaderEdit> {
    let Some(reference) = &given.settings.auth_proxy_set_headers else { return Vec::new() };
    super::answers::edits(given.context.config_maps.get(&given.named(&reference.value)))
}

/// `auth-tls-*` (authtls/main.go), for the whole host. `off` asks nothing of anybody.
pub(super) fn certificates(given: &Given<'_>) -> Option<Located<ClientCertificates>> {
    let settings = given.settings;
    let secret = settings.auth_tls_secret.as_ref()?;
    let demand = match settings.auth_tls_verify_client.as_ref().map(|verify| verify.value) {
        Some(VerifyClient::On) | None => CertificateDemand::Required,
        Some(VerifyClient::Optional) => CertificateDemand::Optional,
        Some(VerifyClient::OptionalNoCa) => CertificateDemand::Unchecked,
        Some(VerifyClient::Off) => return None,
    };
    let depth = settings.auth_tls_verify_depth.as_ref().and_then(|depth| u32::try_from(depth.value).ok());
    let certificates = ClientCertificates {
        authority: given.named(&secret.value),
        or_beside: false,
        demand,
        // A depth of 0 is no depth (authtls/main.go, Parse).
        depth: depth.filter(|depth| *depth > 0).unwrap_or(1),
        error_page: settings.auth_tls_error_page.as_ref().map(|page| page.value.clone()),
        passed_on: settings.auth_tls_pass_certificate.as_ref().is_some_and(|passed| passed.value),
        common_name: settings.auth_tls_match_cn.as_ref().map(|name| name.value.clone()),
    };
    Some(Located::new(certificates, secret.origin.clone()))
}

/// What backends are told of the client's certificate, over http too (nginx.tmpl:1281).
pub(in super::super) fn client_headers(client: &ClientCertificates) -> Vec<HeaderEdit> {
    let certificate = client.passed_on.then_some(("ssl-client-cert", "$ssl_client_escaped_cert"));
    let told = [
        ("ssl-client-verify", "$ssl_client_verify"),
        ("ssl-client-subject-dn", "$ssl_client_s_dn"),
        ("ssl-client-issuer-dn", "$ssl_client_i_dn"),
    ];
    let edit = |(name, value): (&str, &str)| HeaderEdit::Set(name.to_owned(), value.to_owned());
    told.into_iter().chain(certificate).map(edit).collect()
}
