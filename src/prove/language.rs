//! Which texts a comparison ranges over: small automata that walk along with those of the patterns.

/// A language of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Language {
    /// Canonical paths: they start with `/`, hold unreserved characters, sub-delimiters, `:` and `@` (RFC 3986,
    /// appendix A, without escapes), no `//` and no dot segments. Every path handling leaves them as they are.
    Path,
    /// Header values: visible characters and inner spaces.
    Header,
    /// Values of query parameters as they stand in the URL.
    Query,
    /// Values of one cookie.
    Cookie,
    /// Whole Cookie headers: `a=1; b=2`.
    CookieHeader,
    /// Host names in lower case.
    Host,
}

/// State of a [`Language`]; 0 is the start.
pub(super) type State = u8;

/// No language has more states.
pub(super) const STATES: usize = 5;

/// Printable ASCII, the most readable first: witnesses are made of the first byte that fits.
pub(super) const READABLE: &[u8] =
    b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./=~+,:@!$&'()*;?#%<>[]^`{|}\"\\ ";

const SUB_DELIMS_AND_MORE: &[u8] = b"-._~!$&'()*+,;=:@";

impl Language {
    /// Groups bytes that lead to the same states; `None` outside of the alphabet.
    pub(super) fn kind(self, byte: u8) -> Option<u8> {
        match self {
            Self::Path => match byte {
                b'/' => Some(0),
                b'.' => Some(1),
                _ => is_path_byte(byte).then_some(2),
            },
            Self::Header => match byte {
                b' ' => Some(0),
                _ => byte.is_ascii_graphic().then_some(1),
            },
            Self::Query => (byte != b'&' && (is_path_byte(byte) || b"/?%".contains(&byte))).then_some(0),
            Self::Cookie => is_cookie_byte(byte).then_some(0),
            Self::CookieHeader => match byte {
                b'=' => Some(0),
                b';' => Some(1),
                b' ' => Some(2),
                _ if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) => Some(3),
                _ => is_cookie_byte(byte).then_some(4),
            },
            Self::Host => match byte {
                b'.' => Some(0),
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => Some(1),
                _ => None,
            },
        }
    }

    /// The state after a byte; `None` when no text of the language goes on like this.
    pub(super) fn next(self, state: State, byte: u8) -> Option<State> {
        let kind = self.kind(byte)?;
        match self {
            // 0 start · 1 after a slash · 2 `.` · 3 `..` · 4 inside a segment
            Self::Path => match (state, kind) {
                (0 | 4, 0) => Some(1),
                (0, _) | (1..=3, 0) => None,
                (1, 1) => Some(2),
                (2, 1) => Some(3),
                (_, _) => Some(4),
            },
            // 0 start · 1 after a visible character · 2 after a space
            Self::Header => match (state, kind) {
                (0, 0) => None,
                (_, 0) => Some(2),
                (_, _) => Some(1),
            },
            Self::Query | Self::Cookie => Some(0),
            // 0 start of a name · 1 in a name · 2 in a value · 3 after `;`
            Self::CookieHeader => match (state, kind) {
                (0 | 1, 3) => Some(1),
                (1, 0) | (2, 0 | 3 | 4) => Some(2),
                (2, 1) => Some(3),
                (3, 2) => Some(0),
                (_, _) => None,
            },
            // 0 start of a label · 1 in a label
            Self::Host => match (state, kind) {
                (0, 0) => None,
                (_, 0) => Some(0),
                (_, _) => Some(1),
            },
        }
    }

    /// Whether a text may end here.
    pub(super) fn accepts(self, state: State) -> bool {
        match self {
            Self::Path => state == 1 || state == 4,
            Self::Header => state != 2,
            Self::Query | Self::Cookie => true,
            Self::CookieHeader => state == 2,
            Self::Host => state == 1,
        }
    }

    /// Whether a text belongs to the language.
    pub(super) fn contains(self, text: &str) -> bool {
        self.contains_bytes(text.bytes())
    }

    /// The same for a text in pieces.
    pub(super) fn contains_bytes(self, mut bytes: impl Iterator<Item = u8>) -> bool {
        bytes.try_fold(0, |state, byte| self.next(state, byte)).is_some_and(|state| self.accepts(state))
    }
}

/// `pchar` of RFC 3986 without escapes.
pub(super) fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || SUB_DELIMS_AND_MORE.contains(&byte)
}

/// `cookie-octet` of RFC 6265.
fn is_cookie_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_paths() {
        for path in ["/", "/a", "/a/", "/a/b", "/.a", "/..a", "/...", "/a.", "/a:b@c"] {
            assert!(Language::Path.contains(path), "{path}");
        }
        for path in ["", "a", "//", "/a//b", "/.", "/..", "/a/./b", "/a/..", "/a b", "/%20", "/a?b", "/é"] {
            assert!(!Language::Path.contains(path), "{path}");
        }
    }

    #[test]
    fn cookie_headers_and_hosts() {
        for header in ["a=1", "a=", "a=1; b=2", "a=b=c"] {
            assert!(Language::CookieHeader.contains(header), "{header}");
        }
        for header in ["", "a", "a=1;", "a=1;b=2", "=1", "a=1; "] {
            assert!(!Language::CookieHeader.contains(header), "{header}");
        }
        assert!(Language::Host.contains("a.b-c.example"));
        assert!(!Language::Host.contains("a..b") && !Language::Host.contains("a.") && !Language::Host.contains("A"));
    }
}
