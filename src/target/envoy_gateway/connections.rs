//! What is agreed with clients about their connections, as parts of a ClientTrafficPolicy.

use serde_json::json;

use super::client_traffic_policy::Spec;
use super::version::{CONNECTION_REQUESTS, Version};
use crate::model::ConnectionSetting;
use crate::target::durations;

/// Ciphers of TLS up to 1.2 that Envoy has (ClientTrafficPolicy, spec.tls.ciphers).
pub(super) const CIPHERS: &[&str] = &[
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "AES128-GCM-SHA256",
    "AES128-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-RSA-AES256-SHA",
    "AES256-GCM-SHA384",
    "AES256-SHA",
];

/// Puts a setting into a policy; in what it differs there.
///
/// # Errors
/// Says why it has no place there.
pub(super) fn put(setting: &ConnectionSetting, version: Version, spec: &mut Spec) -> Result<Vec<String>, String> {
    match *setting {
        ConnectionSetting::NoHttp2 => spec.tls.get_or_insert_default().alpn_protocols = vec!["http/1.1"],
        ConnectionSetting::Streams(most @ 1..=0x7fff_ffff) => {
            spec.http2 = Some(json!({ "maxConcurrentStreams": most }));
        }
        ConnectionSetting::Streams(most) => return Err(format!("Envoy takes no limit of {most} streams")),
        ConnectionSetting::TlsVersions(lowest, highest) => {
            let tls = spec.tls.get_or_insert_default();
            (tls.min_version, tls.max_version) = (Some(format!("1.{lowest}")), Some(format!("1.{highest}")));
        }
        ConnectionSetting::Ciphers(ref asked) => {
            let (known, unknown): (Vec<&String>, Vec<&String>) =
                asked.iter().partition(|cipher| CIPHERS.contains(&cipher.as_str()));
            if known.is_empty() {
                return Err("Envoy has none of the ciphers".to_owned());
            }
            spec.tls.get_or_insert_default().ciphers = known.into_iter().cloned().collect();
            let unknown: Vec<&str> = unknown.into_iter().map(String::as_str).collect();
            return Ok((!unknown.is_empty())
                .then(|| format!("Envoy does not have {}", unknown.join(", ")))
                .into_iter()
                .collect());
        }
        ConnectionSetting::Curves(ref curves) => spec.tls.get_or_insert_default().ecdh_curves.clone_from(curves),
        ConnectionSetting::Idle(time) => {
            let time = durations::write(time).ok_or("the time is longer than any duration")?;
            spec.timeout = Some(json!({ "http": { "idleTimeout": time } }));
        }
        ConnectionSetting::Requests(most) => {
            if let Some(why) = version.lacks(&CONNECTION_REQUESTS) {
                return Err(why);
            }
            spec.connection = Some(json!({ "connectionLimit": { "maxRequestsPerConnection": most } }));
        }
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_has_a_field_of_its_own() {
        let mut spec = Spec::default();
        let settings = [
            ConnectionSetting::NoHttp2,
            ConnectionSetting::Streams(64),
            ConnectionSetting::TlsVersions(3, 3),
            ConnectionSetting::Ciphers(vec!["AES128-SHA".to_owned()]),
            ConnectionSetting::Curves(vec!["X25519".to_owned()]),
            ConnectionSetting::Idle(30_000),
            ConnectionSetting::Requests(1),
        ];
        for setting in settings {
            assert_eq!(put(&setting, Version(1, 9), &mut spec), Ok(Vec::new()));
        }
        let written = super::super::json(&spec);
        let expected = json!({
            "connection": { "connectionLimit": { "maxRequestsPerConnection": 1 } },
            "http2": { "maxConcurrentStreams": 64 },
            "timeout": { "http": { "idleTimeout": "30s" } },
            "tls": {
                "alpnProtocols": ["http/1.1"],
                "ciphers": ["AES128-SHA"],
                "ecdhCurves": ["X25519"],
                "maxVersion": "1.3",
                "minVersion": "1.3"
            },
        });
        assert_eq!(written, expected);
        assert!(put(&ConnectionSetting::Requests(1), Version(1, 5), &mut spec).is_err_and(|why| why.contains("1.6")));
        let ciphers = |names: [&str; 2]| ConnectionSetting::Ciphers(names.map(str::to_owned).to_vec());
        let some = put(&ciphers(["AES128-SHA", "DHE-RSA-AES128-SHA"]), Version(1, 9), &mut spec).unwrap();
        assert_eq!(some, ["Envoy does not have DHE-RSA-AES128-SHA"]);
        assert!(put(&ciphers(["DHE-RSA-AES128-SHA", "RC4-SHA"]), Version(1, 9), &mut spec).is_err());
        assert!(put(&ConnectionSetting::Streams(0), Version(1, 9), &mut spec).is_err());
    }
}
