//! From the annotations of an Ingress to what holds for its locations: one file a group of families.

mod answers;
mod authentication;
mod limits;
mod upstream;
mod url;

pub(super) use answers::{default_error_pages, default_rewrites, edits, lose_variables, with_variables};
pub(super) use authentication::{client_headers, global as global_auth};
pub(super) use limits::default_bandwidth;
pub(super) use upstream::{default_balance, default_retry, default_timeouts};

use super::annotations::Settings;
use super::choices::{LoadBalance, Satisfy};
use super::config::Config;
use super::connections;
use super::effective::{CanaryPolicy, Effective};
use super::globals::Globals;
use super::references::Reference;
use super::snippet::{self, Snippet};
use crate::model::{Located, Origin, Policies};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::annotation::{AnnotationEntry, Category};
use crate::source::context::Context;

/// Annotations that have an effect and that the model does not hold, with the reason; all others with an effect it does.
const NOT_HELD: &[(&str, &str)] = &[
    ("affinity-mode", "how sessions are spread when endpoints are added is the implementation's choice"),
    ("affinity-canary-behavior", "whether a session stays on a canary is the implementation's choice"),
    ("session-cookie-conditional-samesite-none", "no implementation looks at the browser before it sets SameSite"),
    ("upstream-hash-by-subset", "implementations hash to one endpoint, not to a subset"),
    ("upstream-hash-by-subset-size", "implementations hash to one endpoint, not to a subset"),
    ("proxy-http-version", "implementations choose the version of HTTP themselves"),
    ("proxy-ssl-verify-depth", "implementations take a chain of any length"),
    ("mirror-request-body", "the mirror gets the bodies as well"),
    ("mirror-host", "the mirror is asked with the request's own host"),
    ("relative-redirects", "a redirect of Gateway API names scheme and host"),
    ("fastcgi-index", "no implementation of Gateway API speaks FastCGI"),
    ("fastcgi-params-configmap", "no implementation of Gateway API speaks FastCGI"),
    ("ssl-prefer-server-ciphers", "ciphers are set on listeners, in each implementation's own way"),
    ("connection-proxy-header", "Connection is a matter of each connection, and implementations set it themselves"),
    ("disable-proxy-intercept-errors", "errors of the data plane and of backends are not told apart"),
    ("stream-snippet", "it is nginx configuration beside all hosts"),
];

/// What protects a backend and is known by name only: with one of them in force, the rule may not be written without it.
const PROTECTIONS: &[&str] = &["enable-modsecurity", "modsecurity-snippet", "enable-owasp-core-rules"];

/// nginx configuration that is read line by line.
const SNIPPETS: &[&str] = &["configuration-snippet", "server-snippet", "auth-snippet"];

/// What the annotations of one Ingress are read with.
pub(super) struct Given<'a> {
    settings: &'a Settings,
    config: &'a Config,
    context: &'a Context,
    /// The Ingress.
    object: &'a Origin,
    /// What the ConfigMap asks of every location.
    global_auth: Option<&'a Located<crate::model::ExternalAuth>>,
}

impl Given<'_> {
    fn namespace(&self) -> &str {
        &self.object.object.namespace
    }

    /// Namespace and name of an object that an annotation names.
    fn named(&self, reference: &Reference) -> (String, String) {
        let namespace = reference.namespace.clone().unwrap_or_else(|| self.namespace().to_owned());
        (namespace, reference.name.clone())
    }
}

impl Effective {
    /// What the settings of an Ingress make of its locations.
    #[must_use]
    pub fn of(
        settings: &Settings,
        config: &Config,
        globals: &Globals,
        context: &Context,
        object: &Origin,
        report: &mut Report,
    ) -> Self {
        let on = |setting: &Option<Located<bool>>| setting.as_ref().is_some_and(|s| s.value);
        let or = |setting: &Option<Located<bool>>, default: bool| setting.as_ref().map_or(default, |s| s.value);
        account(settings, report);
        let given = Given { settings, config, context, object, global_auth: globals.external_auth.as_ref() };
        answers::account_headers(&given, report);
        Self {
            use_regex: on(&settings.use_regex),
            rewrite_target: settings.rewrite_target.clone().filter(|target| !target.value.is_empty()),
            x_forwarded_prefix: settings.x_forwarded_prefix.clone(),
            app_root: settings.app_root.clone(),
            redirect: redirect(settings),
            relative_redirects: or(&settings.relative_redirects, config.relative_redirects),
            ssl_redirect: or(&settings.ssl_redirect, config.ssl_redirect),
            force_ssl_redirect: or(&settings.force_ssl_redirect, config.force_ssl_redirect),
            preserve_trailing_slash: or(&settings.preserve_trailing_slash, config.preserve_trailing_slash),
            port_in_redirects: or(&settings.use_port_in_redirects, config.use_port_in_redirects),
            www_redirect: settings.from_to_www_redirect.as_ref().filter(|s| s.value).map(|s| s.origin.clone()),
            aliases: settings
                .server_alias
                .iter()
                .flat_map(|list| list.value.iter().map(|name| Located::new(name.clone(), list.origin.clone())))
                .collect(),
            ssl_passthrough: settings.ssl_passthrough.as_ref().filter(|s| s.value).map(|s| s.origin.clone()),
            denied: settings.denied.as_ref().map(|d| d.origin.clone()),
            forbidden: settings.forbidden.as_ref().map(|d| d.origin.clone()),
            canary: canary(settings),
            default_backend: settings.default_backend.clone(),
            upstream_vhost: settings.upstream_vhost.clone(),
            client_certificates: authentication::certificates(&given),
            ciphers: ciphers(settings),
            balance: upstream::balance(&given),
            affinity: upstream::affinity(&given),
            snippet: snippet(settings),
            server_snippet: snippet::located(&settings.server_snippet),
            policies: policies(&given, globals).shared(),
        }
    }
}

/// Policies that hold for every location of the Ingress.
fn policies(given: &Given<'_>, globals: &Globals) -> Policies {
    let settings = given.settings;
    let snippet = snippet(settings);
    let access = limits::access(given);
    let basic_auth = authentication::basic(given);
    let external_auth = authentication::external(given);
    let checks = [access.is_some(), basic_auth.is_some(), external_auth.is_some()];
    let several = checks.into_iter().filter(|check| *check).count() > 1;
    Policies {
        cors: answers::cors(given),
        access,
        basic_auth,
        external_auth,
        satisfy_any: settings
            .satisfy
            .as_ref()
            .filter(|satisfy| several && satisfy.value == Satisfy::Any)
            .map(|satisfy| Located::new((), satisfy.origin.clone())),
        rate_limits: limits::rate(given),
        bandwidth: limits::bandwidth(given),
        backend_protocol: settings.backend_protocol.clone(),
        backend_tls: upstream::tls(given),
        timeouts: upstream::timeouts(given),
        retry: upstream::retry(given),
        body_limit: settings.proxy_body_size.clone(),
        mirror: upstream::mirror(given),
        error_pages: answers::error_pages(given),
        answer_headers: answers::custom_headers(given)
            .into_iter()
            .chain(snippet.iter().flat_map(|s| located(&s.value.answer_headers, &s.origin)))
            .collect(),
        nginx_headers: answers::nginx_headers(given),
        answer_rewrites: answers::rewrites(given)
            .into_iter()
            .chain(snippet.iter().flat_map(|s| located(&s.value.rewrites, &s.origin)))
            .collect(),
        access_log: settings.enable_access_log.clone(),
        tracing: settings.enable_opentelemetry.clone(),
        unmodelled: protections(settings, globals),
        ..Policies::default()
    }
}

/// Each with the same origin.
fn located<T: Clone>(values: &[T], origin: &Origin) -> Vec<Located<T>> {
    values.iter().map(|value| Located::new(value.clone(), origin.clone())).collect()
}

/// What becomes of an annotation that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// The model holds it.
    Carried,
    /// The model holds what of it has a certain meaning; with the rest, its rules may not be written if it may protect.
    Partly,
    /// Nothing holds it, and its rules may not be written without it.
    Withheld,
    /// Nothing holds it; it belongs to a protection that another annotation switches on.
    ProtectionNotCarried,
    /// Nothing holds it, for this reason.
    NotCarried(&'static str),
    /// Neither clients nor backends could tell.
    NoEffect,
}

/// What becomes of a row of the table.
#[must_use]
pub fn treatment(entry: &AnnotationEntry) -> Treatment {
    if let Some((_, why)) = NOT_HELD.iter().find(|(key, _)| *key == entry.key) {
        return Treatment::NotCarried(why);
    }
    if PROTECTIONS.contains(&entry.key) {
        return Treatment::Withheld;
    }
    if SNIPPETS.contains(&entry.key) {
        return Treatment::Partly;
    }
    match (entry.category, entry.key) {
        (Category::DropSafe, "enable-access-log" | "enable-opentelemetry") => Treatment::Carried,
        (Category::DropSafe, _) => Treatment::NoEffect,
        (Category::Protection | Category::Routing | Category::Policy | Category::Header, _) => Treatment::Carried,
    }
}

/// Whether an annotation says what holds without it.
fn is_off(key: &str, settings: &Settings) -> bool {
    let switch = match key {
        "mirror-request-body" => return settings.mirror_request_body.as_ref().is_some_and(|bodies| bodies.value),
        "disable-proxy-intercept-errors" => &settings.disable_proxy_intercept_errors,
        "relative-redirects" => &settings.relative_redirects,
        "session-cookie-conditional-samesite-none" => &settings.session_cookie_conditional_samesite_none,
        "upstream-hash-by-subset" => &settings.upstream_hash_by_subset,
        _ => return false,
    };
    switch.as_ref().is_some_and(|switch| !switch.value)
}

/// Every setting gets a fate: what the model holds is carried until a target says otherwise.
fn account(settings: &Settings, report: &mut Report) {
    for (entry, origin) in settings.each() {
        match treatment(entry) {
            Treatment::Carried => report.ledger.record(origin, Fate::Carried, None),
            Treatment::NoEffect => report.ledger.record(origin, Fate::Ignored, None),
            Treatment::Withheld | Treatment::ProtectionNotCarried => {
                report.ledger.record(origin, Fate::Dropped, Some(Code::ProtectionNotCarried));
            }
            // Its lines have fates of their own.
            Treatment::Partly => {}
            Treatment::NotCarried(_) if is_off(entry.key, settings) => {
                report.ledger.record(origin, Fate::Ignored, None)
            }
            Treatment::NotCarried(why) => lose(entry.key, origin, why, report),
        }
    }
    for (key, snippet) in snippets(settings) {
        snippet.value.account(key, &snippet.origin, report);
    }
    if let Some(list) = settings.ssl_ciphers.as_ref().filter(|_| ciphers(settings).is_none()) {
        lose("ssl-ciphers", &list.origin, "it is no list of ciphers by their names", report);
    }
    if let Some(algorithm) = &settings.load_balance {
        match algorithm.value {
            LoadBalance::RoundRobin | LoadBalance::Ewma => {}
            LoadBalance::Hash
            | LoadBalance::HashSubset
            | LoadBalance::StickyBalanced
            | LoadBalance::StickyPersistent => {
                lose("load-balance", &algorithm.origin, "it needs a key that this annotation cannot give", report);
            }
        }
    }
}

/// `ssl-ciphers`, where it is a list of names.
fn ciphers(settings: &Settings) -> Option<Located<Vec<String>>> {
    let list = settings.ssl_ciphers.as_ref()?;
    Some(Located::new(connections::ciphers(&list.value)?, list.origin.clone()))
}

/// An effect that the model does not hold.
pub(super) fn lose(key: &str, origin: &Origin, why: &str, report: &mut Report) {
    report.ledger.record(origin, Fate::Dropped, Some(Code::AnnotationNotCarried));
    let message = format!("`{key}` is not carried");
    report.push(Diagnostic::new(Code::AnnotationNotCarried, message).at(origin, why));
}

/// The snippets of an Ingress, by annotation.
fn snippets(settings: &Settings) -> impl Iterator<Item = (&'static str, Located<Snippet>)> {
    let question = settings
        .auth_snippet
        .as_ref()
        .map(|text| ("auth-snippet", Located::new(Snippet::of_question(&text.value), text.origin.clone())));
    let server = snippet::located(&settings.server_snippet).map(|snippet| ("server-snippet", snippet));
    snippet(settings).map(|snippet| ("configuration-snippet", snippet)).into_iter().chain(server).chain(question)
}

/// The `configuration-snippet`.
fn snippet(settings: &Settings) -> Option<Located<Snippet>> {
    snippet::located(&settings.configuration_snippet)
}

/// Protections by name. What the ConfigMap switches on for all, an annotation may switch off.
fn protections(settings: &Settings, globals: &Globals) -> Vec<Located<&'static str>> {
    let own = settings.each().filter(|(entry, _)| PROTECTIONS.contains(&entry.key) && settings.in_force(entry.key));
    let own = own.map(|(entry, origin)| Located::new(entry.key, origin.clone()));
    let off = settings.enable_modsecurity.as_ref().is_some_and(|on| !on.value);
    let of_paths = snippets(settings).filter(|(key, snippet)| *key != "server-snippet" && snippet.value.protects());
    let of_paths = of_paths.map(|(key, snippet)| Located::new(key, snippet.origin));
    own.chain(of_paths).chain(globals.protections.iter().filter(|_| !off).cloned()).collect()
}

/// temporal-redirect wins (redirect/redirect.go:110).
fn redirect(settings: &Settings) -> Option<Located<(u16, String)>> {
    let code = |setting: &Option<Located<u16>>, default: u16| setting.as_ref().map_or(default, |code| code.value);
    let temporal = settings.temporal_redirect.as_ref().map(|url| (url, code(&settings.temporal_redirect_code, 302)));
    let permanent = settings.permanent_redirect.as_ref().map(|url| (url, code(&settings.permanent_redirect_code, 301)));
    temporal.or(permanent).map(|(url, code)| Located::new((code, url.value.clone()), url.origin.clone()))
}

fn canary(settings: &Settings) -> Option<CanaryPolicy> {
    let enabled = settings.canary.as_ref().filter(|canary| canary.value)?;
    let number = |setting: &Option<Located<i64>>, default: u32| {
        setting.as_ref().map_or(default, |n| u32::try_from(n.value.max(0)).unwrap_or(u32::MAX))
    };
    let text = |setting: &Option<Located<String>>| setting.as_ref().map(|t| t.value.clone()).filter(|t| !t.is_empty());
    Some(CanaryPolicy {
        weight: number(&settings.canary_weight, 0),
        weight_total: number(&settings.canary_weight_total, 100),
        header: text(&settings.canary_by_header),
        header_value: text(&settings.canary_by_header_value),
        header_pattern: text(&settings.canary_by_header_pattern),
        cookie: text(&settings.canary_by_cookie),
        origin: enabled.origin.clone(),
    })
}
