//! What is done to answers: CORS, headers, Locations and cookies, error pages.

use std::collections::BTreeMap;

use super::Given;
use crate::model::{
    AnswerRewrite, Backend, BackendState, Cors, ErrorAnswer, ErrorPage, HeaderEdit, Located, NginxHeaders, Origin,
    Preflight, ServicePort,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::context::Context;
use crate::source::ingress_nginx::config::Config;

/// Defaults of cors/main.go:31.
pub(super) fn cors(given: &Given<'_>) -> Option<Located<Cors>> {
    let settings = given.settings;
    let enabled = settings.enable_cors.as_ref().filter(|cors| cors.value)?;
    // A list of which nothing is usable allows no origin, so that no request gets a header (measured: nginx-a-cors-bad).
    if settings.cors_allow_origin.as_ref().is_some_and(|origins| origins.value.is_empty()) {
        return None;
    }
    let list = |setting: &Option<Located<Vec<String>>>, default: &str| {
        let given = setting.as_ref().map(|list| list.value.clone()).filter(|list| !list.is_empty());
        given.unwrap_or_else(|| {
            default.split(',').filter(|item| !item.is_empty()).map(|item| item.trim().to_owned()).collect()
        })
    };
    let cors = Cors {
        allow_origins: list(&settings.cors_allow_origin, "*"),
        allow_methods: list(&settings.cors_allow_methods, "GET, PUT, POST, DELETE, PATCH, OPTIONS"),
        allow_headers: list(
            &settings.cors_allow_headers,
            "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization",
        ),
        expose_headers: list(&settings.cors_expose_headers, ""),
        allow_credentials: settings.cors_allow_credentials.as_ref().is_none_or(|s| s.value),
        max_age: settings.cors_max_age.as_ref().map_or(1_728_000, |s| u32::try_from(s.value).unwrap_or(0)),
        preflight: Preflight::AnyOptions,
    };
    Some(Located::new(cors, enabled.origin.clone()))
}

/// `custom-headers`: what the ConfigMap holds is set on every answer of the location (nginx.tmpl:1372).
pub(super) fn custom_headers(given: &Given<'_>) -> Vec<Located<HeaderEdit>> {
    let Some(reference) = &given.settings.custom_headers else { return Vec::new() };
    let data = given.context.config_maps.get(&given.named(&reference.value));
    edits(data).into_iter().map(|edit| Located::new(edit, reference.origin.clone())).collect()
}

/// The headers of a ConfigMap; an empty value takes the header away. One with a variable of nginx is no fixed text.
pub(in super::super) fn edits(data: Option<&BTreeMap<String, String>>) -> Vec<HeaderEdit> {
    let fixed = data.into_iter().flatten().filter(|(_, value)| !value.contains('$'));
    fixed
        .map(|(name, value)| match value.as_str() {
            "" => HeaderEdit::Remove(name.clone()),
            _ => HeaderEdit::Set(name.clone(), value.clone()),
        })
        .collect()
}

/// Headers of the ConfigMap of `custom-headers` whose values hold variables, and Connection as `connection-proxy-header`
/// has it (nginx.tmpl:1302).
pub(super) fn nginx_headers(given: &Given<'_>) -> Option<Box<NginxHeaders>> {
    let settings = given.settings;
    let custom = settings.custom_headers.as_ref();
    let answered =
        custom.map(|reference| with_variables(given.context.config_maps.get(&given.named(&reference.value))));
    let connection = settings.connection_proxy_header.as_ref().filter(|value| !value.value.is_empty());
    let received = connection.map(|value| HeaderEdit::Set("Connection".to_owned(), value.value.clone()));
    NginxHeaders { received: received.into_iter().collect(), answered: answered.unwrap_or_default() }.some()
}

/// The headers of a ConfigMap that [`edits`] leaves out.
pub(in super::super) fn with_variables(data: Option<&BTreeMap<String, String>>) -> Vec<HeaderEdit> {
    let variable = data.into_iter().flatten().filter(|(_, value)| value.contains('$'));
    variable.map(|(name, value)| HeaderEdit::Set(name.clone(), value.clone())).collect()
}

/// Says which headers of the ConfigMaps that annotations name are not carried.
pub(super) fn account_headers(given: &Given<'_>, report: &mut Report) {
    let settings = given.settings;
    let named =
        [("custom-headers", &settings.custom_headers), ("auth-proxy-set-headers", &settings.auth_proxy_set_headers)];
    for (key, reference) in named.into_iter().filter_map(|(key, reference)| Some((key, reference.as_ref()?))) {
        let data = given.context.config_maps.get(&given.named(&reference.value));
        lose_variables(key, data, &reference.origin, Code::AnnotationNotCarried, report);
    }
}

/// Says which headers of a ConfigMap are no fixed texts.
pub(in super::super) fn lose_variables(
    key: &str,
    data: Option<&BTreeMap<String, String>>,
    origin: &Origin,
    code: Code,
    report: &mut Report,
) {
    for (name, value) in data.into_iter().flatten().filter(|(_, value)| value.contains('$')) {
        report.ledger.record(origin, Fate::Approximated, Some(code));
        let message = format!("`{name}: {value}` of `{key}` is not carried");
        report.push(Diagnostic::new(code, message).at(origin, "the value holds variables of nginx"));
    }
}

/// `proxy-redirect-*`, `proxy-cookie-*` (nginx.tmpl:1348); what the annotations do not say, the ConfigMap does.
pub(super) fn rewrites(given: &Given<'_>) -> Vec<Located<AnswerRewrite>> {
    let settings = given.settings;
    let all = [
        &settings.proxy_redirect_from,
        &settings.proxy_redirect_to,
        &settings.proxy_cookie_path,
        &settings.proxy_cookie_domain,
    ];
    if all.iter().all(|setting| setting.is_none()) {
        return Vec::new();
    }
    let config = given.config;
    let text = |setting: &'_ Option<Located<String>>, default: &str| {
        setting.as_ref().map_or_else(|| default.to_owned(), |text| text.value.clone())
    };
    let wanted = Rewrites {
        redirect_from: text(&settings.proxy_redirect_from, &config.proxy_redirect_from),
        redirect_to: text(&settings.proxy_redirect_to, &config.proxy_redirect_to),
        cookie_path: text(&settings.proxy_cookie_path, &config.proxy_cookie_path),
        cookie_domain: text(&settings.proxy_cookie_domain, &config.proxy_cookie_domain),
    };
    let origin = |setting: &Option<Located<String>>| {
        let own = setting.as_ref().or_else(|| all.into_iter().find_map(Option::as_ref));
        own.map_or_else(|| given.object.clone(), |text| text.origin.clone())
    };
    let rewrites = wanted.read();
    rewrites
        .into_iter()
        .map(|rewrite| {
            let setting = match rewrite {
                AnswerRewrite::Location(..) | AnswerRewrite::Body(..) => &settings.proxy_redirect_to,
                AnswerRewrite::CookiePath(..) => &settings.proxy_cookie_path,
                AnswerRewrite::CookieDomain(..) => &settings.proxy_cookie_domain,
            };
            Located::new(rewrite, origin(setting))
        })
        .collect()
}

/// The rewrites of locations that do not say otherwise.
pub(in super::super) fn default_rewrites(config: &Config) -> Vec<AnswerRewrite> {
    let wanted = Rewrites {
        redirect_from: config.proxy_redirect_from.clone(),
        redirect_to: config.proxy_redirect_to.clone(),
        cookie_path: config.proxy_cookie_path.clone(),
        cookie_domain: config.proxy_cookie_domain.clone(),
    };
    wanted.read()
}

struct Rewrites {
    redirect_from: String,
    redirect_to: String,
    cookie_path: String,
    cookie_domain: String,
}

impl Rewrites {
    /// `off` switches a rewrite off; cookies need both words in one text.
    fn read(&self) -> Vec<AnswerRewrite> {
        let pair = |text: &str| {
            let (from, to) = text.trim().split_once(char::is_whitespace)?;
            Some((from.to_owned(), to.trim().to_owned()))
        };
        let (from, to) = (self.redirect_from.trim(), self.redirect_to.trim());
        let redirects = !matches!(from, "" | "off" | "default") && !matches!(to, "" | "off");
        let redirect = redirects.then(|| AnswerRewrite::Location(from.to_owned(), to.to_owned()));
        let path = pair(&self.cookie_path).map(|(from, to)| AnswerRewrite::CookiePath(from, to));
        let domain = pair(&self.cookie_domain).map(|(from, to)| AnswerRewrite::CookieDomain(from, to));
        [redirect, path, domain].into_iter().flatten().collect()
    }
}

/// `custom-http-errors`: the Service of `default-backend`, else the controller's own default backend, answers in place
/// of the backend. With `disable-proxy-intercept-errors` only nginx's own errors are replaced.
pub(super) fn error_pages(given: &Given<'_>) -> Vec<Located<ErrorPage>> {
    let settings = given.settings;
    let Some(codes) = &settings.custom_http_errors else { return Vec::new() };
    let disabled = settings
        .disable_proxy_intercept_errors
        .as_ref()
        .map_or(given.config.disable_proxy_intercept_errors, |disabled| disabled.value);
    if disabled || codes.value.is_empty() {
        return Vec::new();
    }
    let own = settings.default_backend.as_ref();
    let own = own.map(|name| first_port(given.context, (given.namespace(), &name.value), &name.origin));
    let answers = own.or_else(|| default_backend(given.config, given.context, &codes.origin));
    vec![Located::new(page(&codes.value, answers), codes.origin.clone())]
}

/// ConfigMap `custom-http-errors`.
pub(in super::super) fn default_error_pages(config: &Config, context: &Context) -> Option<ErrorPage> {
    let origin = config.origin("custom-http-errors")?;
    let wanted = !config.custom_http_errors.is_empty() && !config.disable_proxy_intercept_errors;
    wanted.then(|| page(&config.custom_http_errors, default_backend(config, context, origin)))
}

fn page(codes: &[u16], answers: Option<Backend>) -> ErrorPage {
    let mut codes = codes.to_vec();
    codes.sort_unstable();
    codes.dedup();
    ErrorPage {
        statuses: codes.into_iter().map(|code| (code, code)).collect(),
        instead: ErrorAnswer::Backend(answers.map(Box::new)),
    }
}

/// The Service of `--default-backend-service`.
fn default_backend(config: &Config, context: &Context, origin: &Origin) -> Option<Backend> {
    let service = config.flags.default_backend_service.split_once('/')?;
    Some(first_port(context, service, origin))
}

/// The first port of a Service; port 0 where the Service is not in the input.
fn first_port(context: &Context, (namespace, name): (&str, &str), origin: &Origin) -> Backend {
    let port = context.service(namespace, name).and_then(|service| service.ports.first()).map_or(0, |port| port.number);
    let service = ServicePort { namespace: namespace.to_owned(), name: name.to_owned(), port, port_name: None };
    let state = if port == 0 { BackendState::Usable } else { context.state(&service, true) };
    Backend { service, weight: 1, state, origin: origin.clone() }
}
