//! Expressions of an HTTPRouteGroup in the words of an AuthorizationPolicy: a whole text, its beginning or its end, and
//! for paths whole segments (istio/istio pilot/pkg/security/authz/matcher/string.go and template.go).

/// What an expression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wording {
    /// As the policy says it; `None` for every path.
    pub text: Option<String>,
    /// The expression does not say where it ends. The specification anchors it at its start only (traffic-specs.md), Open
    /// Service Mesh compares the whole: what both let in is written.
    pub open: bool,
}

/// A part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// `.*`
    Anything,
    /// `[^/]+`
    Segment,
}

/// A path; `None` for what a policy cannot say.
pub(super) fn path(expression: &str) -> Option<Wording> {
    let (parts, closed) = parts(expression)?;
    let wording = |text: String| Some(Wording { text: Some(text), open: !closed });
    match parts.as_slice() {
        [] | [Part::Anything] => Some(Wording { text: None, open: false }),
        [Part::Literal(_) | Part::Segment, ..] if !parts.contains(&Part::Anything) => wording(template(&parts)?),
        _ => wording(beginning_or_end(&parts)?),
    }
}

/// The value of a header.
pub(super) fn header(expression: &str) -> Option<Wording> {
    let (parts, closed) = parts(expression)?;
    let text = match parts.as_slice() {
        // The header is there.
        [Part::Anything] => "*".to_owned(),
        [Part::Literal(text)] => text.clone(),
        _ => beginning_or_end(&parts)?,
    };
    Some(Wording { text: Some(text), open: !closed })
}

fn beginning_or_end(parts: &[Part]) -> Option<String> {
    match parts {
        [Part::Literal(text), Part::Anything] => Some(format!("{text}*")),
        [Part::Anything, Part::Literal(text)] => Some(format!("*{text}")),
        _ => None,
    }
}

/// Literals and segments, each segment between slashes.
fn template(parts: &[Part]) -> Option<String> {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Segment => {
                let next = parts.get(index + 1);
                let ends = match next {
                    None => true,
                    Some(Part::Literal(next)) => next.starts_with('/'),
                    Some(Part::Anything | Part::Segment) => false,
                };
                if !text.ends_with('/') || !ends {
                    return None;
                }
                text.push_str("{*}");
            }
            Part::Anything => return None,
        }
    }
    Some(text)
}

/// The parts of an expression, and whether it says where it ends; `None` for any other expression.
fn parts(expression: &str) -> Option<(Vec<Part>, bool)> {
    let mut rest = expression.strip_prefix('^').unwrap_or(expression);
    let mut parts: Vec<Part> = Vec::new();
    while let Some(next) = rest.chars().next() {
        if rest == "$" {
            return Some((parts, true));
        } else if let Some(after) = rest.strip_prefix(".*") {
            parts.push(Part::Anything);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("[^/]+") {
            parts.push(Part::Segment);
            rest = after;
        } else {
            let escaped = rest.strip_prefix('\\');
            let character = escaped.map_or(Some(next), |after| after.chars().next())?;
            if !is_itself(character, escaped.is_some()) {
                return None;
            }
            match parts.last_mut() {
                Some(Part::Literal(text)) => text.push(character),
                Some(Part::Anything | Part::Segment) | None => parts.push(Part::Literal(character.to_string())),
            }
            rest = escaped.unwrap_or(rest).get(character.len_utf8()..)?;
        }
    }
    let closed = parts.last() == Some(&Part::Anything);
    Some((parts, closed))
}

/// Whether a character stands for itself, in the expression and in the policy.
fn is_itself(character: char, escaped: bool) -> bool {
    let in_policy = !matches!(character, '*' | '{' | '}');
    let in_expression = match escaped {
        true => character.is_ascii_punctuation(),
        false => !r"\.+*?()|[]{}^$".contains(character),
    };
    in_policy && in_expression
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wording: Option<Wording>) -> Option<(Option<String>, bool)> {
        wording.map(|wording| (wording.text, wording.open))
    }

    #[test]
    fn paths_that_a_policy_says() {
        let said = [
            ("", None, false),
            (".*", None, false),
            ("^.*$", None, false),
            ("/.*", Some("/*"), false),
            ("/", Some("/"), true),
            ("/metrics", Some("/metrics"), true),
            ("^/metrics$", Some("/metrics"), false),
            ("/api/.*", Some("/api/*"), false),
            ("/api.*$", Some("/api*"), false),
            (r"/a\.b\-c$", Some("/a.b-c"), false),
            (r".*\.css$", Some("*.css"), false),
            (r".*\.css", Some("*.css"), true),
            ("/users/[^/]+/orders$", Some("/users/{*}/orders"), false),
            ("/users/[^/]+", Some("/users/{*}"), true),
        ];
        for (expression, text, open) in said {
            assert_eq!(of(path(expression)), Some((text.map(str::to_owned), open)), "{expression}");
        }
    }

    #[test]
    fn paths_that_a_policy_cannot_say() {
        let unsaid = [
            "/a|/b",
            "/a.b",
            "/(a|b)",
            "/a+",
            "/a?",
            "/a/.*/b",
            ".*/a/.*",
            "/a[^/]+",
            "/[^/]+b",
            "[^/]+",
            "/a/[^/]+/.*",
            r"/\d+",
            r"/a\",
            r"/a\*",
            "/{a}",
            "/a$b",
            "/a^",
            "(?i)/a",
        ];
        for expression in unsaid {
            assert_eq!(path(expression), None, "{expression}");
        }
    }

    #[test]
    fn values_of_headers() {
        let said = [
            (".*", "*", false),
            ("beta", "beta", true),
            ("^beta$", "beta", false),
            ("beta.*", "beta*", false),
            (".*beta$", "*beta", false),
        ];
        for (expression, text, open) in said {
            assert_eq!(of(header(expression)), Some((Some(text.to_owned()), open)), "{expression}");
        }
        for expression in ["", ".*Android.*", "a|b", "[^/]+", "v[0-9]"] {
            assert_eq!(header(expression), None, "{expression}");
        }
    }
}
