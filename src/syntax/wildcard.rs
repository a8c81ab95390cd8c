//! Patterns in which `*` stands for any text.

/// Whether a text fits a pattern. `*` stands for any text, an empty one included; everything else for itself.
#[must_use]
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The leftmost place of each piece leaves the most for those after it.
    for piece in middle.split('*').filter(|piece| !piece.is_empty()) {
        match text.split_once(piece) {
            Some((_, after)) => text = after,
            None => return false,
        }
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn stars_stand_for_any_text() {
        assert!(wildcard("a", "a") && !wildcard("a", "ab") && wildcard("", ""));
        assert!(wildcard("*", "") && wildcard("**", "x") && wildcard("a*", "a") && wildcard("*a", "ba"));
        assert!(wildcard("a*b*c", "aXbYbc") && !wildcard("a*b", "abc") && !wildcard("ab*ba", "aba"));
        assert!(wildcard("nginx.ingress.kubernetes.io/auth-*", "nginx.ingress.kubernetes.io/auth-url"));
        assert!(wildcard("charts/*/templates/*", "charts/web/templates/a/b.yaml"));
    }
}
