//! Which release of Istio knows which field.

/// A release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub u32, pub u32);

/// Releases that can be asked for, newest first.
pub(super) const VERSIONS: &[&str] = &["1.30", "1.29", "1.28", "1.27", "1.26"];

/// `loadBalancer.consistentHash.httpCookie.attributes`: Secure, SameSite and the like.
pub(super) const COOKIE_ATTRIBUTES: Version = Version(1, 28);

impl Version {
    /// The release that is asked for; the newest one when none is, or when it is not known.
    pub(super) fn asked(text: Option<&str>) -> Self {
        text.and_then(Self::parse).unwrap_or(Self(1, 30))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim_start_matches('v').split('.');
        Some(Self(numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_with_and_without_patch_and_letter() {
        assert_eq!(Version::asked(Some("v1.27.2")), Version(1, 27));
        assert_eq!(Version::asked(None), Version(1, 30));
        assert!(Version(1, 9) < COOKIE_ATTRIBUTES);
    }

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
    }
}
