//! How backends are spoken to, chosen and tried again, and where copies go.

use super::Given;
use super::url::{Target, service_of};
use crate::model::{Affinity, BackendTls, Balance, HashKey, Located, Mirror, MirrorTarget, Retry, RetryOn, Timeouts};
use crate::source::ingress_nginx::choices::{LoadBalance, SameSite};
use crate::source::ingress_nginx::config::Config;

/// `proxy-*-timeout`; what the annotations do not say, the ConfigMap does.
pub(super) fn timeouts(given: &Given<'_>) -> Option<Located<Timeouts>> {
    let settings = given.settings;
    let set = [&settings.proxy_read_timeout, &settings.proxy_send_timeout, &settings.proxy_connect_timeout];
    let first = set.into_iter().find_map(Option::as_ref)?;
    let or = |setting: &Option<Located<i64>>, default| milliseconds(setting.as_ref().map_or(default, |s| s.value));
    let timeouts = Timeouts {
        connect: or(&settings.proxy_connect_timeout, given.config.proxy_connect_timeout),
        read_idle: or(&settings.proxy_read_timeout, given.config.proxy_read_timeout),
        send_idle: or(&settings.proxy_send_timeout, given.config.proxy_send_timeout),
        request: None,
        backend_request: None,
    };
    Some(Located::new(timeouts, first.origin.clone()))
}

/// The timeouts of locations that do not say otherwise.
pub(in super::super) fn default_timeouts(config: &Config) -> Timeouts {
    Timeouts {
        connect: milliseconds(config.proxy_connect_timeout),
        read_idle: milliseconds(config.proxy_read_timeout),
        send_idle: milliseconds(config.proxy_send_timeout),
        request: None,
        backend_request: None,
    }
}

fn milliseconds(seconds: i64) -> Option<u64> {
    u64::try_from(seconds).ok().map(|seconds| seconds.saturating_mul(1000))
}

/// `proxy-next-upstream*`; what the annotations do not say, the ConfigMap does.
pub(super) fn retry(given: &Given<'_>) -> Option<Located<Retry>> {
    let settings = given.settings;
    let origins = [
        settings.proxy_next_upstream.as_ref().map(|s| &s.origin),
        settings.proxy_next_upstream_tries.as_ref().map(|s| &s.origin),
        settings.proxy_next_upstream_timeout.as_ref().map(|s| &s.origin),
    ];
    let origin = origins.into_iter().flatten().next()?;
    let retry = attempts(
        settings.proxy_next_upstream.as_ref().map_or_else(
            || given.config.proxy_next_upstream.split_whitespace().collect(),
            |conditions| conditions.value.iter().map(String::as_str).collect(),
        ),
        settings.proxy_next_upstream_tries.as_ref().map_or(given.config.proxy_next_upstream_tries, |s| s.value),
        settings.proxy_next_upstream_timeout.as_ref().map_or(given.config.proxy_next_upstream_timeout, |s| s.value),
        given.config.retry_non_idempotent,
    );
    Some(Located::new(retry, origin.clone()))
}

/// The attempts of locations that do not say otherwise.
pub(in super::super) fn default_retry(config: &Config) -> Retry {
    attempts(
        config.proxy_next_upstream.split_whitespace().collect(),
        config.proxy_next_upstream_tries,
        config.proxy_next_upstream_timeout,
        config.retry_non_idempotent,
    )
}

/// nginx counts the first attempt as well; 0 tries are as many as there are endpoints.
fn attempts(conditions: Vec<&str>, tries: i64, seconds: i64, non_idempotent: bool) -> Retry {
    if conditions.contains(&"off") {
        return Retry::default();
    }
    let status =
        |condition: &str| condition.strip_prefix("http_").and_then(|code| code.parse().ok()).map(RetryOn::Status);
    let on = conditions.iter().flat_map(|condition| match *condition {
        "error" => vec![RetryOn::Connect, RetryOn::Reset],
        "timeout" => vec![RetryOn::Timeout],
        "invalid_header" => vec![RetryOn::InvalidAnswer],
        other => status(other).into_iter().collect(),
    });
    Retry {
        retries: match u32::try_from(tries) {
            Ok(0) => u32::MAX,
            Ok(tries) => tries - 1,
            Err(_) => 0,
        },
        on: on.collect(),
        per_try: None,
        within: milliseconds(seconds).filter(|within| *within > 0),
        backoff: None,
        non_idempotent: non_idempotent || conditions.contains(&"non_idempotent"),
    }
}

/// The whole group counts for nothing without a secret (proxyssl:192).
pub(super) fn tls(given: &Given<'_>) -> Option<Located<BackendTls>> {
    let settings = given.settings;
    let secret = settings.proxy_ssl_secret.as_ref()?;
    let protocols = settings.proxy_ssl_protocols.as_ref();
    // The ciphers of TLS 1.3 are not chosen by the list (proxy_ssl_ciphers).
    let newest = protocols.is_some_and(|list| list.value.trim() == "TLSv1.3");
    let ciphers = settings.proxy_ssl_ciphers.as_ref().filter(|_| !newest);
    let tls = BackendTls {
        verify: settings.proxy_ssl_verify.as_ref().is_some_and(|s| s.value),
        server_name: settings.proxy_ssl_name.as_ref().map(|name| name.value.clone()),
        secret: Some(given.named(&secret.value)),
        protocols: protocols.map(|list| list.value.split_whitespace().map(str::to_owned).collect()).unwrap_or_default(),
        ciphers: ciphers.map(|ciphers| ciphers.value.clone()).unwrap_or_default(),
    };
    Some(Located::new(tls, secret.origin.clone()))
}

/// `upstream-hash-by` beats `load-balance` (balancer.lua, get_implementation). The hashes of `load-balance` do nothing
/// without a key.
pub(super) fn balance(given: &Given<'_>) -> Option<Located<Balance>> {
    let settings = given.settings;
    if let Some(key) = settings.upstream_hash_by.as_ref().filter(|key| !key.value.is_empty()) {
        return Some(Located::new(Balance::Hash(hash_key(&key.value)), key.origin.clone()));
    }
    let algorithm = settings.load_balance.as_ref()?;
    let balance = match algorithm.value {
        LoadBalance::RoundRobin => Balance::RoundRobin,
        LoadBalance::Ewma => Balance::Ewma,
        LoadBalance::Hash | LoadBalance::HashSubset | LoadBalance::StickyBalanced | LoadBalance::StickyPersistent => {
            return None;
        }
    };
    Some(Located::new(balance, algorithm.origin.clone()))
}

/// ConfigMap `load-balance`; anything but `ewma` is what nginx does anyway.
pub(in super::super) fn default_balance(config: &Config) -> Option<Located<Balance>> {
    let origin = config.origin("load-balance").filter(|_| config.load_balance == "ewma")?;
    Some(Located::new(Balance::Ewma, origin.clone()))
}

fn hash_key(text: &str) -> HashKey {
    let bare = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| text.strip_prefix('$'));
    let Some(name) = bare.filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) else {
        return HashKey::Expression(text.to_owned());
    };
    let header = |name: &str| name.replace('_', "-");
    match name {
        "remote_addr" | "binary_remote_addr" => HashKey::ClientAddress,
        "request_uri" => HashKey::Uri,
        "host" | "http_host" => HashKey::Header("host".to_owned()),
        _ => match (name.strip_prefix("http_"), name.strip_prefix("cookie_"), name.strip_prefix("arg_")) {
            (Some(name), _, _) => HashKey::Header(header(name)),
            (None, Some(name), _) => HashKey::Cookie(name.to_owned()),
            (None, None, Some(name)) => HashKey::Query(name.to_owned()),
            (None, None, None) => HashKey::Expression(text.to_owned()),
        },
    }
}

/// `affinity: cookie` (sticky.lua). Without a path of its own the cookie has the location's.
pub(super) fn affinity(given: &Given<'_>) -> Option<Located<Affinity>> {
    let settings = given.settings;
    let kind = settings.affinity.as_ref()?;
    let age = settings.session_cookie_max_age.as_ref().or(settings.session_cookie_expires.as_ref());
    let text = |setting: &Option<Located<String>>| setting.as_ref().map(|text| text.value.clone());
    let affinity = Affinity {
        cookie: text(&settings.session_cookie_name).unwrap_or_else(|| "INGRESSCOOKIE".to_owned()),
        max_age: age.and_then(|age| u64::try_from(age.value).ok()),
        path: text(&settings.session_cookie_path),
        domain: text(&settings.session_cookie_domain),
        secure: settings.session_cookie_secure.as_ref().is_some_and(|secure| secure.value),
        same_site: settings.session_cookie_samesite.as_ref().map(|policy| {
            let text = match policy.value {
                SameSite::None => "None",
                SameSite::Lax => "Lax",
                SameSite::Strict => "Strict",
            };
            text.to_owned()
        }),
        change_on_failure: settings.session_cookie_change_on_failure.as_ref().is_some_and(|change| change.value),
    };
    Some(Located::new(affinity, kind.origin.clone()))
}

/// `mirror-target`. A Service gets the copy where the URL is a Service's, followed by the request's own path and query.
pub(super) fn mirror(given: &Given<'_>) -> Option<Located<Mirror>> {
    let settings = given.settings;
    let target = settings.mirror_target.as_ref()?;
    let to = match service_of(&target.value) {
        Some(Target { service, rest: "$request_uri" | "/$request_uri" }) => MirrorTarget::Service(service),
        Some(_) | None => MirrorTarget::Url(target.value.clone()),
    };
    let mirror = Mirror {
        to,
        percent: 100,
        host: settings.mirror_host.as_ref().map(|host| host.value.clone()),
        bodies: settings.mirror_request_body.as_ref().is_none_or(|bodies| bodies.value),
    };
    Some(Located::new(mirror, target.origin.clone()))
}

#[cfg(test)]
mod tests {
    use super::{attempts, hash_key};
    use crate::model::{HashKey, RetryOn};

    #[test]
    fn attempts_beside_the_first() {
        let retry = attempts(vec!["error", "http_502"], 3, 0, false);
        assert_eq!((retry.retries, retry.within), (2, None));
        assert_eq!(retry.on.into_iter().collect::<Vec<_>>(), [RetryOn::Connect, RetryOn::Reset, RetryOn::Status(502)]);
        assert_eq!(attempts(vec!["error"], 0, 7, false).retries, u32::MAX);
        assert_eq!(attempts(vec!["error", "off"], 3, 0, true).retries, 0);
        assert!(attempts(vec!["error", "non_idempotent"], 3, 0, false).non_idempotent);
    }

    #[test]
    fn keys_that_are_one_variable() {
        let text = |name: &str| name.to_owned();
        assert_eq!(hash_key("$http_x_user"), HashKey::Header(text("x-user")));
        assert_eq!(hash_key("${cookie_id}"), HashKey::Cookie(text("id")));
        assert_eq!(hash_key("$arg_u"), HashKey::Query(text("u")));
        assert_eq!(hash_key("$request_uri$host"), HashKey::Expression(text("$request_uri$host")));
        assert_eq!(hash_key("fixed"), HashKey::Expression(text("fixed")));
    }
}
