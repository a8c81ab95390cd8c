//! `return` and `rewrite` of a snippet, where they end the request (ngx_http_rewrite_module).

use crate::model::{Action, Location, PathRewrite, Redirect, RedirectParts, Respond};

/// What `return` does; `None` for what is not certain.
pub(super) fn returned(words: &[&str]) -> Option<Action> {
    match words {
        [code] if code.bytes().all(|b| b.is_ascii_digit()) => {
            let status: u16 = code.parse().ok()?;
            // 444 closes the connection without an answer; a redirect without a Location is none.
            (status != 444).then(|| respond(status, None))
        }
        [url] => redirect(302, url),
        [code, text @ ..] => {
            let (status, text) = (code.parse().ok()?, text.join(" "));
            match status {
                301 | 302 | 303 | 307 | 308 => redirect(status, &text),
                444 => None,
                _ if text.contains('$') => None,
                _ => Some(respond(status, Some(text))),
            }
        }
        [] => None,
    }
}

fn respond(status: u16, body: Option<String>) -> Action {
    Action::Respond(Respond { status, guarded: false, body })
}

fn redirect(status: u16, url: &str) -> Option<Action> {
    if !url.contains('$') {
        let location = Location::Fixed { url: url.to_owned(), absolute: true };
        let known = url.starts_with('/') || url.starts_with("http://") || url.starts_with("https://");
        return known.then_some(Action::Redirect(Redirect { status, location }));
    }
    let (scheme, rest) = url.split_once("://")?;
    let scheme = match scheme {
        "http" | "https" => Some(scheme.to_owned()),
        "$scheme" | "$pass_access_scheme" => None,
        _ => return None,
    };
    let end = rest.find('/').unwrap_or(rest.len()).min(rest.find("$request_uri").unwrap_or(rest.len()));
    let (host, path) = rest.split_at(end);
    let host = match host {
        "$host" | "$server_name" => None,
        // With a port, or with parts that are not fixed, the Location has to be made in another way.
        host if !host.is_empty() && !host.contains(['$', ':']) => Some(host.to_owned()),
        _ => return None,
    };
    let parts = RedirectParts { scheme, host, ..RedirectParts::default() };
    let parts = match path {
        "$request_uri" => RedirectParts { raw: true, ..parts },
        "$uri$is_args$args" => parts,
        path if path.starts_with('/') && !path.contains('$') => {
            RedirectParts { path: Some(PathRewrite::Full(path.to_owned())), drop_query: true, ..parts }
        }
        _ => return None,
    };
    Some(Action::Redirect(Redirect { status, location: Location::Parts(parts) }))
}

/// A `rewrite` that ends in a redirect: its pattern and what it does.
pub(super) struct Rewrite {
    /// The pattern, with regard to case.
    pub pattern: String,
    /// The redirect.
    pub action: Action,
}

/// What `rewrite PATTERN REPLACEMENT [FLAG]` does; `None` unless it redirects.
pub(super) fn rewritten(words: &[&str]) -> Option<Rewrite> {
    let (pattern, replacement, flag) = match words {
        [pattern, replacement] => (*pattern, *replacement, ""),
        [pattern, replacement, flag] => (*pattern, *replacement, *flag),
        _ => return None,
    };
    let absolute = replacement.starts_with("http://") || replacement.starts_with("https://");
    let status = match flag {
        "permanent" => 301,
        "redirect" => 302,
        "" | "break" | "last" if absolute => 302,
        _ => return None,
    };
    crate::model::search_regex(pattern, false)?;
    // A `?` at the end keeps the query from being appended.
    let (template, drop_query) = match replacement.strip_suffix('?') {
        Some(template) => (template, true),
        None => (replacement, false),
    };
    if template.contains('?') || (absolute && drop_query) || !only_captures(template) {
        return None;
    }
    let rewrite = PathRewrite::Nginx { pattern: format!("(?-i:{pattern})"), template: template.to_owned() };
    let location = if absolute {
        Location::Rewritten(rewrite)
    } else if template.starts_with('/') {
        Location::Parts(RedirectParts { path: Some(rewrite), drop_query, ..RedirectParts::default() })
    } else {
        return None;
    };
    Some(Rewrite { pattern: pattern.to_owned(), action: Action::Redirect(Redirect { status, location }) })
}

/// Whether every `$` is that of `$1` … `$9`.
fn only_captures(template: &str) -> bool {
    template.split('$').skip(1).all(|rest| rest.starts_with(|c: char| ('1'..='9').contains(&c)))
}

#[cfg(test)]
mod tests {
    use super::{returned, rewritten};
    use crate::model::{Action, Location};

    #[test]
    fn redirects_by_return() {
        for (words, raw) in
            [(["301", "https://$host$request_uri"], true), (["308", "$scheme://new.com$request_uri"], true)]
        {
            let Some(Action::Redirect(redirect)) = returned(&words) else { panic!("{words:?}") };
            assert!(matches!(redirect.location, Location::Parts(parts) if parts.raw == raw), "{words:?}");
        }
        assert!(matches!(returned(&["404"]), Some(Action::Respond(respond)) if respond.status == 404));
        for words in [["301", "https://$arg_to/x"], ["200", "hello $remote_addr"], ["444", ""]] {
            assert_eq!(returned(&words), None, "{words:?}");
        }
        assert_eq!(returned(&["444"]), None);
    }

    #[test]
    fn redirects_by_rewrite() {
        assert!(rewritten(&["^/old/(.*)$", "https://new.com/$1", "permanent"]).is_some());
        assert!(rewritten(&["^/a$", "/b", "redirect"]).is_some());
        for words in [["^/a$", "/b", "last"], ["^/a$", "/b$http_x", "redirect"], ["^/a$", "/b?x=1", "redirect"]] {
            assert!(rewritten(&words).is_none(), "{words:?}");
        }
    }
}
