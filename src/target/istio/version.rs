//! Which release of Istio knows which field.

pub(super) use crate::target::version::Version;

/// Releases that can be asked for, newest first.
pub(super) const VERSIONS: &[&str] = &["1.30", "1.29", "1.28", "1.27", "1.26"];

/// `loadBalancer.consistentHash.httpCookie.attributes`: Secure, SameSite and the like.
pub(super) const COOKIE_ATTRIBUTES: Version = Version(1, 28);

#[cfg(test)]
mod tests {
    use super::{COOKIE_ATTRIBUTES, Version};

    /// The table of first tags lies beside the repository.
    #[test]
    fn fields_came_when_the_table_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference/targets-field-since.tsv");
        let Ok(table) = std::fs::read_to_string(path) else {
            println!("SKIPPED: no {path}");
            return;
        };
        let field = "spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.attributes";
        let row = table.lines().find(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            columns.starts_with(&["istio", "networking.istio.io/v1", "DestinationRule", field])
        });
        assert!(row.is_some_and(|row| row.contains("\t1.28.0")), "{row:?}");
        assert_eq!(COOKIE_ATTRIBUTES, Version(1, 28));
    }
}
