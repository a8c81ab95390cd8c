//! Header values as Envoy reads them: `%COMMAND(…)%` stands for a value of the request, `%%` for a percent sign.

/// Whether Envoy's substitution format takes the value (envoy substitution_format_string; measured: eg-reqh-percent).
pub(super) fn formatted(value: &str) -> bool {
    let mut rest = value;
    while let Some(at) = rest.find('%') {
        let tail = rest.get(at + 1..).unwrap_or_default();
        match after_command(tail) {
            Some(next) => rest = next,
            None => return false,
        }
    }
    true
}

/// What follows a command or a doubled percent sign.
fn after_command(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('%') {
        return Some(rest);
    }
    let name = text.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_').count();
    let mut rest = text.get(name..).filter(|_| name > 0)?;
    if rest.starts_with('(') {
        rest = rest.split_once(')')?.1;
    }
    if let Some(length) = rest.strip_prefix(':') {
        rest = length.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    rest.strip_prefix('%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_percent_sign_is_refused() {
        assert!(formatted("plain") && formatted("100%%") && formatted("%REQ(:path)%") && formatted("a%START_TIME%b"));
        assert!(formatted("%REQ(X?Y):10%"));
        assert!(!formatted("100%") && !formatted("%a") && !formatted("% REQ(x)%") && !formatted("%REQ(x"));
    }
}
