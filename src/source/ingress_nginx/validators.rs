//! The values of annotations: the controller's validators, word for word, and what it makes of a text that passes.
//!
//! Expressions are those of `internal/ingress/annotations/parser/validators.go` and of the parsers' own files. Go's
//! regexp and `regex-automata` both read RE2 syntax; without Unicode classes they agree.

use std::sync::OnceLock;

use regex_automata::meta::Regex;

use crate::source::annotation::{Problem, Refusal, Syntax};
use crate::source::value;

/// An expression, compiled when first asked.
pub(super) struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

/// What happens to spaces before a text is matched (`ValidateRegex`, removeSpace).
#[derive(Clone, Copy)]
pub(super) enum Spaces {
    /// They count.
    Keep,
    /// They are taken out.
    Drop,
}

impl Pattern {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let syntax = regex_automata::util::syntax::Config::new().unicode(false).utf8(false);
        let compile = || Regex::builder().syntax(syntax).build(self.text).ok();
        self.compiled.get_or_init(compile).as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// `ValidateRegex`: line breaks are refused whatever the expression says.
    pub(super) fn validates(&self, text: &str, spaces: Spaces) -> bool {
        match spaces {
            Spaces::Keep => self.is_match(text) && !text.contains(['\r', '\n']),
            Spaces::Drop => self.validates(&text.replace(' ', ""), Spaces::Keep),
        }
    }
}

/// Compiles an expression once for all calls from here.
macro_rules! pattern {
    ($text:expr) => {{
        static PATTERN: $crate::source::ingress_nginx::validators::Pattern =
            $crate::source::ingress_nginx::validators::Pattern::new($text);
        &PATTERN
    }};
}
pub(super) use pattern;

/// `parser.GetStringAnnotation`: the text with trimmed lines; an empty one is no value.
pub(super) fn text(raw: &str) -> Result<String, Problem> {
    Some(value::trim_lines(raw)).filter(|text| !text.is_empty()).ok_or(Problem::Unreadable)
}

/// Texts that are kept as they are once their characters are in order.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $accepts:literal, $spaces:ident $pattern:expr;)+) => {
        $($(#[$doc])*
        pub const $name: Syntax<String> = Syntax {
            accepts: $accepts,
            valid: |raw| pattern!($pattern).validates(raw, Spaces::$spaces),
            convert: text,
        };)+
    };
}

const BASIC_PATTERN: &str = r"^[/\-\.\_\~a-zA-Z0-9\/:]*$";
const URL_PATTERN: &str = r"^[\-\.\_\~a-zA-Z0-9\/:,:\?&=]*$";
const URL_VARIABLES_PATTERN: &str = r"^[\-\.\_\~a-zA-Z0-9\/:, ,:\?&=$]*$";
const CAPTURES_PATTERN: &str = r"^/?[\-\.\_\~a-zA-Z0-9\/:\/\$]*$";
const SERVER_NAME_PATTERN: &str = r"^[/\-\.\_\~a-zA-Z0-9\/:\^\$\[\]\(\)\{\}\*\+\?\|&=\\]*$";
const VARIABLES_PATTERN: &str = r"^[A-Za-z0-9\-\_\$\{\}]*$";
const SIZE_PATTERN: &str = r"^(?i)\d+[bkmg]?$";
const HEADERS_PATTERN: &str = r"^[A-Za-z0-9-_, ]*$";
const ON_OFF_PATTERN: &str = r"^(on|off)$";
const EXPIRY_PATTERN: &str = r"(^0|-?[1-9]\d*$)";

texts! {
    /// Names, addresses and paths of plain characters (BasicCharsRegex).
    BASIC = "letters, digits and `-._~/:`", Drop BASIC_PATTERN;
    /// A URI that may take up captures (RegexPathWithCapture).
    CAPTURES = "a path of letters, digits and `-._~/:`, with `$1`, `$2`, …", Keep CAPTURES_PATTERN;
    /// As [`CAPTURES`]; spaces do not matter.
    CAPTURES_SPACED = "a path of letters, digits and `-._~/:`, with `$1`, `$2`, …", Drop CAPTURES_PATTERN;
    /// A URL without variables (URLIsValidRegex).
    URL = "a URL of letters, digits and `-._~/:,?&=`; no `$`", Keep URL_PATTERN;
    /// As [`URL`]; spaces do not matter.
    URL_SPACED = "letters, digits and `-._~/:,?&=`; no `$`", Drop URL_PATTERN;
    /// A URL with variables of nginx (URLWithNginxVariableRegex).
    URL_VARIABLES = "a URL of letters, digits and `-._~/:,?&=$`", Drop URL_VARIABLES_PATTERN;
    /// Variables of nginx (NGINXVariable, and hashByRegex of upstreamhashby).
    VARIABLES = "letters, digits and `-_${}`", Drop VARIABLES_PATTERN;
    /// Plain characters and spaces (CharsWithSpace).
    WORDS = "letters, digits, spaces and `-._~/:`", Keep r"^[/\-\.\_\~a-zA-Z0-9\/: ]*$";
    /// A regular expression (IsValidRegex).
    REGEX = "a regular expression of letters, digits and `-._~/:^$[](){}*+?|&=\\`", Keep SERVER_NAME_PATTERN;
    /// A size for nginx (SizeRegex).
    SIZE = "digits, then perhaps one of `b`, `k`, `m`, `g`", Drop SIZE_PATTERN;
    /// Ciphers in OpenSSL's notation (sslcipher).
    CIPHERS = "letters, digits and `!:+-`", Drop r"^[A-Za-z0-9!:+\-]*$";
    /// Ciphers in OpenSSL's notation (proxyssl).
    PROXY_CIPHERS = "letters, digits and `!:+-_`", Drop r"^[A-Za-z0-9\+:\_\-!]*$";
    /// Protocols towards a backend (proxyssl).
    PROXY_PROTOCOLS = "`TLSv1.2`, `TLSv1.3` or both", Drop r"^(TLSv1\.2|TLSv1\.3| )*$";
    /// Where a failed client certificate is sent (authtls).
    ERROR_PAGE = "a URL, a path or `@name`",
        Drop r"^(@[A-Za-z0-9_-]+|((https?://)?[A-Za-z0-9\-.]+(:\d+)?)?(/[A-Za-z0-9\-_.]+)*/?)$";
    /// A file name (fastcgi).
    FILE_NAME = "letters, digits and `.-_`", Drop r"^[A-Za-z0-9.\-\_]+$";
    /// A name for spans (opentelemetry).
    OPERATION = "letters, digits and `-_`", Drop r"^[A-Za-z0-9_\-]*$";
    /// A method for the authentication request (authreq).
    METHOD = "GET, HEAD, POST, PUT, PATCH, DELETE, CONNECT, OPTIONS or TRACE",
        Drop "^(GET|HEAD|POST|PUT|PATCH|DELETE|CONNECT|OPTIONS|TRACE)$";
    /// A Connection header (connection).
    CONNECTION = "`close` or `keep-alive`", Drop r"^(close|keep-alive)$";
}

/// `true` or `false` as Go reads them.
pub const BOOL: Syntax<bool> = Syntax {
    accepts: "`true` or `false` (also `1`, `t`, `T`, `0`, `f`, …; not `yes` or `on`)",
    valid: |raw| value::parse_bool(raw).is_some(),
    convert: |raw| value::parse_bool(raw).ok_or(Problem::Unreadable),
};

/// A whole number without a unit.
pub const INT: Syntax<i64> = Syntax {
    accepts: "a whole number without a unit",
    valid: |raw| value::parse_int(raw).is_some(),
    convert: |raw| value::parse_int(raw).ok_or(Problem::Unreadable),
};

/// Text of nginx's or ModSecurity's configuration, never checked (ValidateNull).
pub const SNIPPET: Syntax<String> = Syntax { accepts: "configuration text", valid: |_| true, convert: text };

/// The status of a permanent redirect; others give 301 (redirect.go, Parse).
pub const PERMANENT_CODE: Syntax<u16> =
    Syntax { accepts: "a status from 300 to 308", valid: INT.valid, convert: |raw| status(raw, 308) };

/// The status of a temporal redirect; others give 302 (redirect.go, Parse).
pub const TEMPORAL_CODE: Syntax<u16> =
    Syntax { accepts: "a status from 300 to 307", valid: INT.valid, convert: |raw| status(raw, 307) };

fn status(raw: &str, last: u16) -> Result<u16, Problem> {
    let number = (INT.convert)(raw)?;
    let status = u16::try_from(number).ok().filter(|status| (300..=last).contains(status));
    status.ok_or(Problem::Later(Refusal::Default, "the status is out of range"))
}

/// A path of the host; anything else passes the validator and is then ignored (rewrite/main.go, url.ParseRequestURI).
pub const APP_ROOT: Syntax<String> = Syntax {
    accepts: "an absolute path of letters, digits and `-._~/:$`",
    valid: CAPTURES.valid,
    convert: |raw| {
        Some(text(raw)?)
            .filter(|path| path.starts_with('/'))
            .ok_or(Problem::Later(Refusal::Default, "it is no absolute path"))
    },
};

/// The URL of an authentication service; one without scheme or host closes the location (authreq, StringToURL).
pub const AUTH_URL: Syntax<String> = Syntax {
    accepts: "an absolute URL of letters, digits and `-._~/:,?&=$`",
    valid: URL_VARIABLES.valid,
    convert: |raw| {
        Some(text(raw)?)
            .filter(|url| value::is_absolute_url(url))
            .ok_or(Problem::Later(Refusal::Denied, "it is no absolute URL"))
    },
};

/// How long answers of an authentication service are kept: `200 202 5m, 401 1m` (ParseStringToCacheDurations).
pub const CACHE_DURATION: Syntax<Vec<String>> = Syntax {
    accepts: "status codes and then a time, `200 202 401 5m`; several separated by commas",
    valid: |raw| pattern!(r"^[/\-\.\_\~a-zA-Z0-9\/:, ]*$").validates(raw, Spaces::Keep),
    convert: |raw| {
        let durations = value::split_list(&text(raw)?);
        if durations.iter().all(|duration| is_cache_duration(duration)) {
            Ok(durations)
        } else {
            Err(Problem::Later(Refusal::Denied, "a part of it has no time, or a status after the time"))
        }
    },
};

fn is_cache_duration(text: &str) -> bool {
    let mut timed = false;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let code = word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
        if code && timed {
            return false;
        }
        timed |= !code && pattern!(r"^\d+(ms|s|m|h|d|w|M|y)$").is_match(word);
    }
    timed
}

/// Header names (HeadersVariable, then ValidHeader of authreq).
pub const AUTH_HEADERS: Syntax<Vec<String>> = Syntax {
    accepts: "header names separated by commas",
    valid: |raw| pattern!(HEADERS_PATTERN).validates(raw, Spaces::Drop),
    convert: |raw| {
        let headers = value::split_list(&text(raw)?);
        if headers.iter().all(|header| is_header_name(header)) {
            Ok(headers)
        } else {
            Err(Problem::Later(Refusal::Denied, "a header name holds a space"))
        }
    },
};

/// What the controller takes for a header's name (authreq and customheaders, ValidHeader).
#[must_use]
pub fn is_header_name(text: &str) -> bool {
    pattern!(r"^[a-zA-Z\d\-_]+$").is_match(text)
}

/// What the controller takes for a header's value (customheaders, ValidValue).
#[must_use]
pub fn is_header_value(text: &str) -> bool {
    pattern!(r#"^[a-zA-Z\d_ :;.,\\/"'?!(){}\[\]@<>=\-+*#$&\x60|~^%]+$"#).is_match(text)
}

/// What the controller takes for a parameter of FastCGI: key and value (fastcgi).
#[must_use]
pub fn is_fastcgi_parameter(key: &str, text: &str) -> bool {
    pattern!(r"^[A-Za-z0-9.\-\_]+$").is_match(key) && pattern!(r"^[A-Za-z0-9\-\_\$\{\}/.]*$").is_match(text)
}

/// Origins for CORS. Those without a scheme pass the validator and are then left out one by one; when none is left,
/// the controller answers without CORS headers (cors/main.go, Parse; nginx.tmpl, CORS).
pub const CORS_ORIGINS: Syntax<Vec<String>> = Syntax {
    accepts: "`*`, `null` or `scheme://[*.]host[:port]`, separated by commas",
    valid: |raw| {
        pattern!(r"^((((([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)|null)+)|\*)?$").validates(raw, Spaces::Drop)
    },
    convert: |raw| {
        let mut origins = value::split_list(&text(raw)?);
        if origins.iter().any(|origin| origin == "*") {
            return Ok(vec!["*".to_owned()]);
        }
        let usable = pattern!(r"^([a-z]+://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*|null)?$");
        origins.retain(|origin| usable.is_match(origin));
        Ok(origins)
    },
};

/// Header names for CORS.
pub const CORS_HEADERS: Syntax<Vec<String>> = Syntax {
    accepts: "header names separated by commas",
    valid: AUTH_HEADERS.valid,
    convert: |raw| list_of(raw, pattern!(HEADERS_PATTERN)),
};

/// Methods for CORS.
pub const CORS_METHODS: Syntax<Vec<String>> = Syntax {
    accepts: "methods separated by commas",
    valid: |raw| pattern!(r"^([A-Za-z]+,?\s?)+$").validates(raw, Spaces::Drop),
    convert: |raw| list_of(raw, pattern!(r"^([A-Za-z]+,?\s?)+$")),
};

/// Response headers for CORS.
pub const CORS_EXPOSED: Syntax<Vec<String>> = Syntax {
    accepts: "`*` or header names separated by commas",
    valid: |raw| pattern!(r"^(([A-Za-z0-9\-\_]+|\*),?\s?)+$").validates(raw, Spaces::Drop),
    convert: |raw| list_of(raw, pattern!(r"^(([A-Za-z0-9\-\_]+|\*),?\s?)+$")),
};

/// The CORS parser asks its expressions a second time, with the spaces that its validators took out.
fn list_of(raw: &str, pattern: &Pattern) -> Result<Vec<String>, Problem> {
    let text = text(raw)?;
    if pattern.is_match(&text) {
        Ok(value::split_list(&text))
    } else {
        Err(Problem::Later(Refusal::Default, "there are spaces where none may be"))
    }
}

/// Addresses and networks.
pub const NETWORKS: Syntax<Vec<String>> = Syntax {
    accepts: "addresses and networks (CIDR) separated by commas",
    valid: |raw| value::parse_networks(raw).is_some(),
    convert: |raw| value::parse_networks(&text(raw)?).ok_or(Problem::Invalid),
};

/// Status codes of error pages (customhttperrors).
pub const ERROR_CODES: Syntax<Vec<u16>> = Syntax {
    accepts: "status codes from 400 to 599 separated by commas",
    valid: |raw| pattern!(r"^(?:[4,5]\d{2},?)*$").validates(raw, Spaces::Drop),
    convert: |raw| {
        let codes: Result<_, _> = value::split_list(&text(raw)?).iter().map(|code| code.parse()).collect();
        codes.map_err(|_| Problem::Later(Refusal::Default, "a code is no number"))
    },
};

/// A Service of the Ingress's own namespace.
pub const SERVICE: Syntax<String> =
    Syntax { accepts: "the name of a Service of the same namespace", valid: value::is_service_name, convert: text };

/// A server name, which may be a regular expression (ValidateServerName).
pub const SERVER_NAME: Syntax<String> = Syntax {
    accepts: "letters, digits and `-._~/:^$[](){}*+?|&=\\`",
    valid: |raw| pattern!(SERVER_NAME_PATTERN).is_match(raw.trim()),
    convert: text,
};

/// Server names (ValidateArrayOfServerName), sorted as the controller sorts them (alias/main.go).
pub const SERVER_NAMES: Syntax<Vec<String>> = Syntax {
    accepts: "host names or `~` and a regular expression, separated by commas",
    valid: |raw| raw.split(',').all(SERVER_NAME.valid),
    convert: |raw| {
        let mut names = value::split_list(&text(raw)?);
        names.sort();
        names.dedup();
        Ok(names)
    },
};

/// The subject of a client certificate (CommonNameAnnotationValidator).
pub const COMMON_NAME: Syntax<String> = Syntax {
    accepts: "`CN=` and a regular expression",
    valid: |raw| raw.strip_prefix("CN=").is_some_and(|regex| regex_syntax::Parser::new().parse(regex).is_ok()),
    convert: text,
};

/// A limit for request bodies, in bytes; 0 lifts it. What the validator lets through and nginx does not know is not
/// written, so that nginx's own 1m holds (template.go, isValidByteSize).
pub const BODY_SIZE: Syntax<u64> = Syntax {
    accepts: "digits, then perhaps one of `k`, `m`, `g`; `0` lifts the limit",
    valid: SIZE.valid,
    convert: |raw| bytes(&text(raw)?).ok_or(Problem::Later(Refusal::Default, "nginx knows no such size")),
};

/// A size of nginx (`nginxOffsetRegex`) in bytes.
#[must_use]
pub fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let (digits, shift) = match text.as_bytes().last()? {
        b'k' | b'K' => (text.get(..text.len() - 1)?, 10),
        b'm' | b'M' => (text.get(..text.len() - 1)?, 20),
        b'g' | b'G' => (text.get(..text.len() - 1)?, 30),
        _ => (text, 0),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1 << shift))
}

/// When another endpoint is tried (proxy/main.go, validUpstreamAnnotation).
pub const NEXT_UPSTREAM: Syntax<Vec<String>> = Syntax {
    accepts: "`error`, `timeout`, `invalid_header`, `http_500`, …, `non_idempotent` or `off`, separated by spaces",
    valid: |raw| {
        pattern!(concat!(
            r"^((error|timeout|invalid_header|http_500|http_502|http_503|http_504|http_403|http_404|http_429",
            r"|non_idempotent|off)\s?)+$"
        ))
        .validates(raw, Spaces::Keep)
    },
    convert: |raw| Ok(text(raw)?.split_whitespace().map(str::to_owned).collect()),
};

/// `on` or `off` (ValidateRegex: spaces pass the validator and fail later).
pub const ON_OFF: Syntax<bool> = Syntax {
    accepts: "`on` or `off`",
    valid: |raw| pattern!(ON_OFF_PATTERN).validates(raw, Spaces::Drop),
    convert: |raw| match text(raw)?.as_str() {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(Problem::Later(Refusal::Default, "there are spaces where none may be")),
    },
};

/// `on` or `off` (ValidateOptions).
pub const SWITCH: Syntax<bool> =
    Syntax { accepts: "`on` or `off`", valid: |raw| matches!(raw.trim(), "on" | "off"), convert: ON_OFF.convert };

/// Seconds for the Expires attribute of a cookie.
pub const EXPIRES: Syntax<i64> =
    Syntax { accepts: "seconds", valid: |raw| pattern!(EXPIRY_PATTERN).validates(raw, Spaces::Drop), convert: seconds };

/// Seconds for the Max-Age attribute of a cookie.
pub const MAX_AGE: Syntax<i64> =
    Syntax { accepts: "seconds", valid: |raw| pattern!(EXPIRY_PATTERN).validates(raw, Spaces::Keep), convert: seconds };

/// The expression is not anchored on both sides; what Lua's `tonumber` cannot read sets no lifetime.
fn seconds(raw: &str) -> Result<i64, Problem> {
    value::parse_int(&text(raw)?).ok_or(Problem::Later(Refusal::Default, "it is no number"))
}
