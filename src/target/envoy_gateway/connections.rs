//! What is agreed with clients about their connections, as parts of a ClientTrafficPolicy.

use serde_json::json;

use super::client_traffic_policy::Spec;
use super::version::{CONNECTION_REQUESTS, Version};
use crate::model::ConnectionSetting;
use crate::target::durations;

/// Puts a setting into a policy.
///
/// # Errors
/// Says why it has no place there.
pub(super) fn put(setting: ConnectionSetting, version: Version, spec: &mut Spec) -> Result<(), String> {
    match setting {
        ConnectionSetting::NoHttp2 => spec.tls.get_or_insert_default().alpn_protocols = vec!["http/1.1"],
        ConnectionSetting::Streams(most @ 1..=0x7fff_ffff) => {
            spec.http2 = Some(json!({ "maxConcurrentStreams": most }));
        }
        ConnectionSetting::Streams(most) => return Err(format!("Envoy takes no limit of {most} streams")),
        ConnectionSetting::TlsVersions(lowest, highest) => {
            let tls = spec.tls.get_or_insert_default();
            (tls.min_version, tls.max_version) = (Some(format!("1.{lowest}")), Some(format!("1.{highest}")));
        }
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
    Ok(())
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
            ConnectionSetting::Idle(30_000),
            ConnectionSetting::Requests(1),
        ];
        for setting in settings {
            put(setting, Version(1, 9), &mut spec).unwrap();
        }
        let written = super::super::json(&spec);
        let expected = json!({
            "connection": { "connectionLimit": { "maxRequestsPerConnection": 1 } },
            "http2": { "maxConcurrentStreams": 64 },
            "timeout": { "http": { "idleTimeout": "30s" } },
            "tls": { "alpnProtocols": ["http/1.1"], "maxVersion": "1.3", "minVersion": "1.3" },
        });
        assert_eq!(written, expected);
        assert!(put(ConnectionSetting::Requests(1), Version(1, 5), &mut spec).is_err_and(|why| why.contains("1.6")));
        assert!(put(ConnectionSetting::Streams(0), Version(1, 9), &mut spec).is_err());
    }
}
