//! Releases of an implementation: which of them is written for.

/// A release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub u32, pub u32);

impl Version {
    /// The release that is asked for; the newest of the known ones (newest first) when none is, or when it is no number.
    pub(super) fn asked(text: Option<&str>, known: &[&str]) -> Self {
        let newest = || known.first().and_then(|newest| Self::parse(newest));
        text.and_then(Self::parse).or_else(newest).unwrap_or(Self(0, 0))
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
        let known = &["1.9", "1.8"];
        assert_eq!(Version::asked(Some("v1.7.2"), known), Version(1, 7));
        assert_eq!(Version::asked(Some("1.10"), known), Version(1, 10));
        assert_eq!(Version::asked(None, known), Version(1, 9));
        assert!(Version(1, 9) < Version(1, 28));
    }
}
