//! Durations as Gateway API writes them (GEP-2257): at most four numbers of at most five digits.

use crate::gateway::HttpTimeouts;

/// Milliseconds as a duration; `None` beyond 99,999 hours.
pub(super) fn write(milliseconds: u64) -> Option<String> {
    if milliseconds == 0 {
        return Some("0s".to_owned());
    }
    let (seconds, ms) = (milliseconds / 1000, milliseconds % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 99_999 {
        return None;
    }
    let parts = [(hours, "h"), (minutes, "m"), (seconds, "s"), (ms, "ms")];
    Some(parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect())
}

/// The timeouts of a rule; `None` when neither can be written.
pub(super) fn timeouts(request: Option<u64>, backend_request: Option<u64>) -> Option<HttpTimeouts> {
    // The API refuses an attempt that may last longer than the whole; it never does.
    let attempt = match (request, backend_request) {
        (Some(whole), Some(attempt)) if whole > 0 => Some(attempt.min(whole)),
        (_, attempt) => attempt,
    };
    let written = HttpTimeouts { backend_request: attempt.and_then(write), request: request.and_then(write) };
    (written != HttpTimeouts::default()).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_pattern_has_it() {
        let cases = [(0, "0s"), (1, "1ms"), (1500, "1s500ms"), (60_000, "1m"), (90_061_001, "25h1m1s1ms")];
        for (milliseconds, text) in cases {
            assert_eq!(write(milliseconds).as_deref(), Some(text));
        }
        assert_eq!(write(99_999 * 3_600_000).as_deref(), Some("99999h"));
        assert_eq!(write(100_000 * 3_600_000), None);
    }

    #[test]
    fn an_attempt_is_no_longer_than_the_whole() {
        let written = timeouts(Some(1000), Some(5000)).unwrap();
        assert_eq!(written.backend_request.as_deref(), Some("1s"));
        assert_eq!(timeouts(Some(0), Some(5000)).unwrap().backend_request.as_deref(), Some("5s"));
    }
}
