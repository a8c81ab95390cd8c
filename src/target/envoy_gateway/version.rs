//! Which release of Envoy Gateway knows which field.

pub(super) use crate::target::version::Version;

/// Releases that can be asked for, newest first.
pub(super) const VERSIONS: &[&str] = &["1.9", "1.8", "1.7", "1.6", "1.5"];

impl Version {
    /// Why a field cannot be written, when it is newer than this release.
    pub(super) fn lacks(self, field: &Field) -> Option<String> {
        (self < field.since).then(|| {
            let Self(major, minor) = field.since;
            format!("{} {} came with Envoy Gateway {major}.{minor}", field.kind, field.path)
        })
    }
}

/// A field that is younger than the oldest of [`VERSIONS`]. The oldest release of a field is that of the first tag whose
/// CRD has it.
#[derive(Debug)]
pub(super) struct Field {
    pub kind: &'static str,
    pub path: &'static str,
    pub since: Version,
}

const fn field(kind: &'static str, path: &'static str, minor: u32) -> Field {
    Field { kind, path, since: Version(1, minor) }
}

pub(super) const STREAM_IDLE: Field = field("BackendTrafficPolicy", "spec.timeout.http.streamIdleTimeout", 8);
pub(super) const COMPRESSOR: Field = field("BackendTrafficPolicy", "spec.compressor", 6);
pub(super) const QUERY_HASH: Field = field("BackendTrafficPolicy", "spec.loadBalancer.consistentHash.queryParams", 7);
pub(super) const HEADER_HASH: Field = field("BackendTrafficPolicy", "spec.loadBalancer.consistentHash.headers", 6);
pub(super) const OVERRIDE_SOURCE: Field = field("BackendTrafficPolicy", "spec.responseOverride[].source", 8);
pub(super) const PATH_OVERRIDE: Field = field("SecurityPolicy", "spec.extAuth.http.pathOverride", 8);
pub(super) const STATUS_ON_ERROR: Field = field("SecurityPolicy", "spec.extAuth.statusOnError", 8);
pub(super) const AUTHORIZATION_CEL: Field = field("SecurityPolicy", "spec.authorization.rules[].cel", 9);
pub(super) const BACKEND_SNI: Field = field("Backend", "spec.tls.sni", 6);
pub(super) const BACKEND_VERSIONS: Field = field("Backend", "spec.tls.minVersion", 6);
pub(super) const CLIENT_MODE: Field = field("ClientTrafficPolicy", "spec.tls.clientValidation.mode", 8);
pub(super) const CONNECTION_REQUESTS: Field =
    field("ClientTrafficPolicy", "spec.connection.connectionLimit.maxRequestsPerConnection", 6);
pub(super) const MERGE_TYPE: Field = field("EnvoyProxy", "spec.mergeType", 8);
pub(super) const LATE_HEADERS: Field = field("ClientTrafficPolicy", "spec.headers.lateResponseHeaders", 6);
/// The field is older; that it counts each client by itself without a rate limit service is said since this release
/// (release notes of 1.7).
pub(super) const DISTINCT_LOCAL: Field =
    field("BackendTrafficPolicy", "spec.rateLimit.local.rules[].clientSelectors[].sourceCIDR.type", 7);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_lacked_by_the_releases_before_its_first() {
        assert!(Version(1, 7).lacks(&STREAM_IDLE).is_some() && Version(1, 8).lacks(&STREAM_IDLE).is_none());
    }

    /// The table of first tags lies beside the repository.
    #[test]
    fn fields_came_when_the_table_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference/targets-field-since.tsv");
        let Ok(table) = std::fs::read_to_string(path) else {
            println!("SKIPPED: no {path}");
            return;
        };
        let fields = [
            &STREAM_IDLE,
            &COMPRESSOR,
            &QUERY_HASH,
            &HEADER_HASH,
            &OVERRIDE_SOURCE,
            &PATH_OVERRIDE,
            &STATUS_ON_ERROR,
            &AUTHORIZATION_CEL,
            &BACKEND_SNI,
            &BACKEND_VERSIONS,
            &CLIENT_MODE,
            &LATE_HEADERS,
            &CONNECTION_REQUESTS,
            &MERGE_TYPE,
        ];
        for Field { kind, path, since: Version(major, minor) } in fields {
            let row = table.lines().find(|line| {
                let columns: Vec<&str> = line.split('\t').collect();
                columns.first() == Some(&"envoy-gateway")
                    && columns.get(2) == Some(kind)
                    && columns.get(3) == Some(path)
            });
            let row = row.unwrap_or_else(|| panic!("no {kind} {path}"));
            assert!(row.contains(&format!("\tv{major}.{minor}.0")), "{row}");
        }
    }
}
