//! From the annotations of an Ingress to what holds for its locations.

use super::annotations::Settings;
use super::config::Config;
use super::effective::{CanaryPolicy, Effective};
use crate::model::{
    AccessList, Affinity, BackendTls, Cors, Located, Mirror, MirrorTarget, Origin, Preflight, Timeouts,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::annotation::{AnnotationEntry, Category};

/// Annotations that the model holds, alone or as part of a family; the others are reported as not carried.
const HELD: &[&str] = &[
    "use-regex",
    "rewrite-target",
    "x-forwarded-prefix",
    "app-root",
    "permanent-redirect",
    "permanent-redirect-code",
    "temporal-redirect",
    "temporal-redirect-code",
    "relative-redirects",
    "ssl-redirect",
    "force-ssl-redirect",
    "preserve-trailing-slash",
    "from-to-www-redirect",
    "server-alias",
    "ssl-passthrough",
    "canary",
    "canary-weight",
    "canary-weight-total",
    "canary-by-header",
    "canary-by-header-value",
    "canary-by-header-pattern",
    "canary-by-cookie",
    "default-backend",
    "upstream-vhost",
    "enable-cors",
    "cors-allow-origin",
    "cors-allow-methods",
    "cors-allow-headers",
    "cors-allow-credentials",
    "cors-expose-headers",
    "cors-max-age",
    "allowlist-source-range",
    "denylist-source-range",
    "proxy-body-size",
    "backend-protocol",
    "proxy-ssl-secret",
    "proxy-ssl-name",
    "proxy-ssl-verify",
    "proxy-ssl-server-name",
    "proxy-connect-timeout",
    "proxy-read-timeout",
    "proxy-send-timeout",
    "mirror-target",
    "affinity",
    "session-cookie-name",
    "session-cookie-max-age",
    "session-cookie-expires",
    "session-cookie-path",
];

/// The heads of families that protect a backend: with one of them in force, the rule may not be written without it.
const PROTECTIONS: &[&str] = &[
    "auth-type",
    "auth-url",
    "auth-tls-secret",
    "enable-modsecurity",
    "modsecurity-snippet",
    "enable-owasp-core-rules",
    "configuration-snippet",
    "server-snippet",
];

impl Effective {
    /// What the settings of an Ingress make of its locations.
    #[must_use]
    pub fn of(settings: &Settings, config: &Config, object: &Origin, report: &mut Report) -> Self {
        let on = |setting: &Option<Located<bool>>| setting.as_ref().is_some_and(|s| s.value);
        let or = |setting: &Option<Located<bool>>, default: bool| setting.as_ref().map_or(default, |s| s.value);
        account(settings, report);
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
            cors: cors(settings),
            access: access(settings, config, object),
            body_limit: settings.proxy_body_size.clone(),
            backend_protocol: settings.backend_protocol.clone(),
            backend_tls: backend_tls(settings, object),
            timeouts: timeouts(settings),
            mirror: settings.mirror_target.as_ref().map(|target| {
                Located::new(
                    Mirror { to: MirrorTarget::Url(target.value.clone()), percent: 100, host: None, bodies: true },
                    target.origin.clone(),
                )
            }),
            affinity: affinity(settings),
            protections: protections(settings, report),
        }
    }
}

/// What becomes of an annotation that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// The model holds it.
    Carried,
    /// Nothing holds it, and its rules may not be written without it.
    Withheld,
    /// Nothing holds it; it belongs to a protection that another annotation switches on.
    ProtectionNotCarried,
    /// Nothing holds it.
    NotCarried,
    /// Neither clients nor backends could tell.
    NoEffect,
}

/// What becomes of a row of the table.
#[must_use]
pub fn treatment(entry: &AnnotationEntry) -> Treatment {
    if HELD.contains(&entry.key) {
        return Treatment::Carried;
    }
    if PROTECTIONS.contains(&entry.key) {
        return Treatment::Withheld;
    }
    match entry.category {
        Category::DropSafe => Treatment::NoEffect,
        Category::Protection => Treatment::ProtectionNotCarried,
        Category::Routing | Category::Policy | Category::Header => Treatment::NotCarried,
    }
}

/// Every setting gets a fate: what the model holds is carried until a target says otherwise.
fn account(settings: &Settings, report: &mut Report) {
    for (entry, origin) in settings.each() {
        match treatment(entry) {
            Treatment::Carried => report.ledger.record(origin, Fate::Carried, None),
            Treatment::NoEffect => report.ledger.record(origin, Fate::Ignored, None),
            Treatment::Withheld | Treatment::ProtectionNotCarried if entry.category == Category::Protection => {
                report.ledger.record(origin, Fate::Dropped, Some(Code::ProtectionNotCarried));
            }
            // A snippet does more than protect: what it says is named as well.
            Treatment::Withheld | Treatment::ProtectionNotCarried | Treatment::NotCarried => {
                report.ledger.record(origin, Fate::Dropped, Some(Code::AnnotationNotCarried));
                let message = format!("`{}` is not carried", entry.key);
                report.push(Diagnostic::new(Code::AnnotationNotCarried, message).at(origin, entry.meaning.trim()));
            }
        }
    }
}

fn protections(settings: &Settings, report: &mut Report) -> Vec<Located<&'static str>> {
    let mut found = Vec::new();
    for (entry, origin) in settings.each().filter(|(entry, _)| PROTECTIONS.contains(&entry.key)) {
        report.ledger.record(origin, Fate::Dropped, Some(Code::ProtectionNotCarried));
        found.push(Located::new(entry.key, origin.clone()));
    }
    found
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

/// Defaults of cors/main.go:31.
fn cors(settings: &Settings) -> Option<Located<Cors>> {
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

/// The annotation takes the place of the ConfigMap's list (ipallowlist:88).
fn access(settings: &Settings, config: &Config, object: &Origin) -> Option<Located<AccessList>> {
    let allow = settings.allowlist_source_range.as_ref();
    let deny = settings.denylist_source_range.as_ref();
    let list = AccessList::deny_then_allow(
        deny.map_or_else(|| config.denylist_source_range.clone(), |list| list.value.clone()),
        allow.map_or_else(|| config.whitelist_source_range.clone(), |list| list.value.clone()),
    );
    if list.rules.is_empty() {
        return None;
    }
    let origin = allow
        .or(deny)
        .map(|list| list.origin.clone())
        .or_else(|| config.origin("whitelist-source-range").cloned())
        .unwrap_or_else(|| object.clone());
    Some(Located::new(list, origin))
}

/// The whole group counts for nothing without a secret (proxyssl:192).
fn backend_tls(settings: &Settings, object: &Origin) -> Option<Located<BackendTls>> {
    let secret = settings.proxy_ssl_secret.as_ref()?;
    let namespace = secret.value.namespace.clone().unwrap_or_else(|| object.object.namespace.clone());
    let tls = BackendTls {
        verify: settings.proxy_ssl_verify.as_ref().is_some_and(|s| s.value),
        server_name: settings.proxy_ssl_name.as_ref().map(|name| name.value.clone()),
        secret: Some((namespace, secret.value.name.clone())),
        ..BackendTls::default()
    };
    Some(Located::new(tls, secret.origin.clone()))
}

fn timeouts(settings: &Settings) -> Option<Located<Timeouts>> {
    let milliseconds = |setting: &Option<Located<i64>>| {
        setting.as_ref().and_then(|s| u64::try_from(s.value).ok()).map(|s| s.saturating_mul(1000))
    };
    let timeouts = Timeouts {
        connect: milliseconds(&settings.proxy_connect_timeout),
        read_idle: milliseconds(&settings.proxy_read_timeout),
        send_idle: milliseconds(&settings.proxy_send_timeout),
        request: None,
        backend_request: None,
    };
    let first = [&settings.proxy_read_timeout, &settings.proxy_send_timeout, &settings.proxy_connect_timeout]
        .into_iter()
        .find_map(Option::as_ref)?;
    Some(Located::new(timeouts, first.origin.clone()))
}

fn affinity(settings: &Settings) -> Option<Located<Affinity>> {
    let kind = settings.affinity.as_ref()?;
    let age = settings.session_cookie_max_age.as_ref().or(settings.session_cookie_expires.as_ref());
    let affinity = Affinity {
        cookie: settings
            .session_cookie_name
            .as_ref()
            .map_or_else(|| "INGRESSCOOKIE".to_owned(), |name| name.value.clone()),
        max_age: age.and_then(|age| u64::try_from(age.value).ok()),
        path: settings.session_cookie_path.as_ref().map(|path| path.value.clone()),
        ..Affinity::default()
    };
    Some(Located::new(affinity, kind.origin.clone()))
}
