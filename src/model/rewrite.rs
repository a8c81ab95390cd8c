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
