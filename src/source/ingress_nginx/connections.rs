//! What the controller's ConfigMap asks for of the connections of clients.

use std::collections::BTreeSet;

use super::config::Config;
use crate::model::{ConnectionSetting, Located};

/// What the ConfigMap asks for of the connections of clients, and is no default.
pub(super) fn of(config: &Config) -> Vec<Located<ConnectionSetting>> {
    let default = Config::default();
    let small = |number: i64| u32::try_from(number).ok();
    let idle = match config.keep_alive {
        0 => Some(ConnectionSetting::Requests(1)),
        seconds => small(seconds).map(|seconds| ConnectionSetting::Idle(u64::from(seconds).saturating_mul(1000))),
    };
    let requests = small(config.keep_alive_requests).filter(|_| config.keep_alive != 0);
    let asked = [
        ("use-http2", Some(ConnectionSetting::NoHttp2)),
        ("http2-max-concurrent-streams", small(config.http2_max_concurrent_streams).map(ConnectionSetting::Streams)),
        ("ssl-protocols", tls_versions(&config.ssl_protocols)),
        ("ssl-ciphers", ciphers(&config.ssl_ciphers).map(ConnectionSetting::Ciphers)),
        ("ssl-ecdh-curve", curves(&config.ssl_ecdh_curve)),
        ("keep-alive", idle),
        ("keep-alive-requests", requests.map(ConnectionSetting::Requests)),
    ];
    let asked = asked.into_iter().filter(|(key, _)| !config.same(&default, key) && !chooses_nothing(config, key));
    asked.filter_map(|(key, setting)| Some(Located::new(setting?, config.origin(key)?.clone()))).collect()
}

/// Ciphers under TLS 1.3 alone, which has its own.
pub(super) fn chooses_nothing(config: &Config, key: &str) -> bool {
    key == "ssl-ciphers" && config.ssl_protocols.trim() == "TLSv1.3"
}

/// Versions in a row, in nginx's names.
pub(super) fn tls_versions(names: &str) -> Option<ConnectionSetting> {
    let minor = |name: &str| match name {
        "TLSv1" => Some(0),
        _ => name.strip_prefix("TLSv1.")?.parse::<u8>().ok().filter(|minor| (1..=3).contains(minor)),
    };
    let versions: BTreeSet<u8> = names.split_whitespace().map(minor).collect::<Option<_>>()?;
    let (lowest, highest) = (*versions.first()?, *versions.last()?);
    let in_a_row = usize::from(highest - lowest) + 1 == versions.len();
    in_a_row.then_some(ConnectionSetting::TlsVersions(lowest, highest))
}

/// A list of names; nothing where OpenSSL's own words make a list of it (`HIGH`, `!aNULL`). Those of TLS 1.3 are not chosen
/// by it (ciphers(1), ssl_ciphers).
pub(super) fn ciphers(list: &str) -> Option<Vec<String>> {
    let name = |name: &&str| name.contains('-') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let names: Vec<&str> = list.split(':').filter(|name| !name.is_empty() && !name.starts_with("TLS_")).collect();
    let named = !names.is_empty() && names.iter().all(name);
    named.then(|| names.into_iter().map(str::to_owned).collect())
}

pub(super) fn curves(list: &str) -> Option<ConnectionSetting> {
    let name = |curve: &str| match curve {
        "X25519" => Some("X25519"),
        "prime256v1" | "P-256" => Some("P-256"),
        "secp384r1" | "P-384" => Some("P-384"),
        "secp521r1" | "P-521" => Some("P-521"),
        _ => None,
    };
    let names: Option<Vec<String>> = list.split(':').map(|curve| name(curve).map(str::to_owned)).collect();
    names.map(ConnectionSetting::Curves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphers_and_curves_by_their_names() {
        let names = ciphers("ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256:DHE-RSA-AES128-SHA");
        assert_eq!(names.unwrap(), ["ECDHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES128-SHA"]);
        assert_eq!(ciphers("HIGH:!aNULL"), None);
        assert_eq!(ciphers("ECDHE-RSA-AES128-GCM-SHA256:!MD5-X"), None);
        let named = ["X25519", "P-256"].map(str::to_owned).to_vec();
        assert_eq!(curves("X25519:prime256v1"), Some(ConnectionSetting::Curves(named)));
        assert_eq!(curves("auto"), None);
    }

    #[test]
    fn versions_of_tls_are_a_range_or_nothing() {
        assert_eq!(tls_versions("TLSv1.2 TLSv1.3"), Some(ConnectionSetting::TlsVersions(2, 3)));
        assert_eq!(tls_versions("TLSv1"), Some(ConnectionSetting::TlsVersions(0, 0)));
        for unclear in ["TLSv1 TLSv1.3", "SSLv3 TLSv1", "TLSv1.4", ""] {
            assert_eq!(tls_versions(unclear), None, "{unclear}");
        }
    }
}
