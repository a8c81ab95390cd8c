//! Changes to the path on the way to the backend.

/// How the path changes on the way to the backend. The query is always kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathRewrite {
    /// The whole path becomes this text.
    Full(String),
    /// The matched element-wise prefix becomes this text (Gateway API ReplacePrefixMatch).
    Prefix {
        /// The prefix that the rule matched.
        from: String,
        /// What takes its place.
        to: String,
    },
    /// `rewrite "(?i)pattern" template break;` of nginx: the first place where the pattern is found decides the groups,
    /// the whole path becomes the template with `$1`… filled in (groups that took no part are empty).
    Nginx {
        /// PCRE pattern, searched without regard to case.
        pattern: String,
        /// Text with `$1` … `$9`.
        template: String,
    },
    /// Envoy's regex_rewrite: every match of the pattern in the path is replaced; `\1` are groups.
    Envoy {
        /// RE2 pattern.
        pattern: String,
        /// Text with `\1` … `\9`.
        substitution: String,
    },
}

impl PathRewrite {
    /// The path that the backend receives for a prepared path. `None` when a pattern does not compile or is not found.
    #[must_use]
    pub fn apply(&self, path: &str) -> Option<String> {
        match self {
            Self::Full(text) => Some(text.clone()),
            Self::Prefix { from, to } => {
                // A trailing slash of the prefix is no part of it (httproute_types.go, ReplacePrefixMatch).
                let from = from.strip_suffix('/').unwrap_or(from);
                let rest = path.strip_prefix(from)?;
                Some(join_prefix(to, rest))
            }
            Self::Nginx { pattern, template } => {
                let regex = super::search_regex(pattern, true)?;
                let captures = regex.captures(path).ok()??;
                Some(expand(template, '$', |group| captures.get(group).map_or("", |m| m.as_str())))
            }
            Self::Envoy { pattern, substitution } => {
                let regex = super::search_regex(pattern, false)?;
                // A substitution with a group that the pattern does not have changes nothing (RE2; measured:
                // eg-p-hrf-regex-missing-group).
                if highest_group(substitution) >= regex.captures_len() {
                    return Some(path.to_owned());
                }
                let mut out = String::with_capacity(path.len());
                let mut rest = 0;
                for captures in regex.captures_iter(path) {
                    let captures = captures.ok()?;
                    let whole = captures.get(0)?;
                    out.push_str(path.get(rest..whole.start())?);
                    out.push_str(&expand(substitution, '\\', |group| captures.get(group).map_or("", |m| m.as_str())));
                    rest = whole.end();
                }
                out.push_str(path.get(rest..)?);
                Some(out)
            }
        }
    }

    /// Whether nothing is left of any path, because the template is made of groups that the pattern does not have.
    #[must_use]
    pub fn is_always_empty(&self) -> bool {
        match self {
            Self::Nginx { pattern, template } => super::search_regex(pattern, true).is_some_and(|regex| {
                let groups = regex.captures_len();
                expand(template, '$', |group| if group < groups { "taken" } else { "" }).is_empty()
            }),
            Self::Full(_) | Self::Prefix { .. } | Self::Envoy { .. } => false,
        }
    }
}

/// The largest group that a substitution of RE2 names.
fn highest_group(substitution: &str) -> usize {
    let digits = substitution.split('\\').skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10));
    digits.max().map_or(0, |digit| digit as usize)
}

/// `/foo` + `/bar` → `/foo/bar`; an empty or `/` replacement keeps one slash; no slash is doubled.
fn join_prefix(to: &str, rest: &str) -> String {
    let to = if rest.starts_with('/') { to.strip_suffix('/').unwrap_or(to) } else { to };
    let joined = format!("{to}{rest}");
    if joined.starts_with('/') { joined } else { format!("/{joined}") }
}

/// Fills one-digit group references after a marker character; everything else is text.
fn expand<'t>(template: &str, marker: char, group: impl Fn(usize) -> &'t str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        match (character == marker).then(|| characters.peek().and_then(|next| next.to_digit(10))).flatten() {
            Some(digit) => {
                characters.next();
                out.push_str(group(digit as usize));
            }
            None => out.push(character),
        }
    }
    out
}
