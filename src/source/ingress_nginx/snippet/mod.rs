//! nginx configuration in annotations: what of it has a certain meaning, and the rest line by line.

mod answer;
mod condition;
mod parse;
mod protection;

pub(super) use condition::Condition;
pub(super) use protection::may_close;

use crate::model::{
    AccessList, AccessRule, Action, Anchoring, AnswerRewrite, HeaderEdit, Located, Origin, PathRegex, Rule,
};
use crate::report::{Code, Diagnostic, Fate, Report};
use parse::{Directive, parse};
use protection::may_protect;

/// What a snippet says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Snippet {
    /// What may end a request, in order.
    pub steps: Vec<Step>,
    /// `more_set_headers`, `more_clear_headers`, `add_header … always`.
    pub answer_headers: Vec<HeaderEdit>,
    /// `proxy_set_header`, `more_set_input_headers`.
    pub request_headers: Vec<HeaderEdit>,
    /// `add_header`, `proxy_hide_header`.
    pub response_headers: Vec<HeaderEdit>,
    /// `allow`, `deny`.
    pub access: AccessList,
    /// `sub_filter`.
    pub rewrites: Vec<AnswerRewrite>,
    /// What has no certain meaning here.
    pub rest: Vec<Rest>,
}

/// A condition and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// When.
    pub condition: Condition,
    /// A redirect or an answer.
    pub action: Action,
}

/// A directive that is not carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rest {
    /// Line of the snippet, from 1.
    pub line: usize,
    /// The directive.
    pub text: String,
    /// It may keep requests from the backend.
    pub protects: bool,
}

/// Headers that the controller sends to backends anyway, with the values that it gives them (nginx.tmpl:1278).
const SENT_ANYWAY: &[(&str, &[&str])] = &[
    ("host", &["$host", "$http_host", "$best_http_host"]),
    ("x-real-ip", &["$remote_addr"]),
    ("x-forwarded-for", &["$remote_addr", "$proxy_add_x_forwarded_for"]),
    ("x-forwarded-host", &["$host", "$http_host", "$best_http_host"]),
    ("x-forwarded-proto", &["$scheme", "$pass_access_scheme"]),
    ("x-forwarded-scheme", &["$scheme", "$pass_access_scheme"]),
    ("x-scheme", &["$scheme", "$pass_access_scheme"]),
    ("upgrade", &["$http_upgrade"]),
    ("connection", &["$connection_upgrade", "upgrade", "Upgrade"]),
];

impl Snippet {
    /// Reads a snippet.
    pub(super) fn read(text: &str) -> Self {
        let mut snippet = Self::default();
        match parse(text) {
            Ok(directives) => directives.iter().for_each(|directive| snippet.take(directive)),
            Err(line) => {
                let text = "nginx cannot read it".to_owned();
                snippet.rest.push(Rest { line, text, protects: true });
            }
        }
        snippet
    }

    /// Reads a snippet for the question to an authentication service: its headers may be made of variables.
    pub(super) fn of_question(text: &str) -> Self {
        let mut snippet = Self::default();
        match parse(text) {
            Ok(directives) => directives.iter().for_each(|directive| match directive.words().as_slice() {
                [name, value] if directive.name == "proxy_set_header" => {
                    snippet.request_headers.push(HeaderEdit::Set((*name).to_owned(), (*value).to_owned()));
                }
                _ => snippet.take(directive),
            }),
            Err(_) => return Self::read(text),
        }
        snippet
    }

    /// Whether something of it may keep requests from the backend and is not carried.
    pub(super) fn protects(&self) -> bool {
        self.rest.iter().any(|rest| rest.protects)
    }

    /// Says what is not carried, and what became of the annotation.
    pub(super) fn account(&self, key: &str, origin: &Origin, report: &mut Report) {
        if self.rest.is_empty() {
            report.ledger.record(origin, Fate::Carried, None);
        } else if self.protects() {
            report.ledger.record(origin, Fate::Dropped, Some(Code::ProtectionNotCarried));
        } else {
            report.ledger.record(origin, Fate::Approximated, Some(Code::AnnotationNotCarried));
        }
        for Rest { line, text, .. } in &self.rest {
            let message = format!("`{key}`, line {line}: `{text}` is not carried");
            report.push(Diagnostic::new(Code::AnnotationNotCarried, message).at(origin, ""));
        }
    }

    fn take(&mut self, directive: &Directive) {
        if !self.understood(directive) {
            self.rest.push(Rest { line: directive.line, text: directive.text(), protects: may_protect(directive) });
        }
    }

    /// Takes a directive whose meaning is certain.
    fn understood(&mut self, directive: &Directive) -> bool {
        let words = directive.words();
        match (directive.name.as_str(), words.as_slice()) {
            ("if", _) => self.conditional(directive),
            ("return", words) => self.end(Condition::Always, answer::returned(words)),
            ("rewrite", words) => {
                let Some(rewrite) = answer::rewritten(words) else { return false };
                self.end(path(&rewrite.pattern), Some(rewrite.action))
            }
            ("more_set_headers", headers) => {
                let edits: Option<Vec<_>> = headers.iter().map(|header| header_line(header)).collect();
                edits.map(|edits| self.answer_headers.extend(edits)).is_some()
            }
            ("more_clear_headers", names) if names.iter().all(|name| is_name(name)) => {
                self.answer_headers.extend(names.iter().map(|name| HeaderEdit::Remove((*name).to_owned())));
                true
            }
            ("more_set_input_headers", headers) => {
                let edits: Option<Vec<_>> = headers.iter().map(|header| header_line(header)).collect();
                edits.map(|edits| self.request_headers.extend(edits)).is_some()
            }
            ("more_clear_input_headers", names) if names.iter().all(|name| is_name(name)) => {
                self.request_headers.extend(names.iter().map(|name| HeaderEdit::Remove((*name).to_owned())));
                true
            }
            ("add_header", [name, value]) if fixed(value) => {
                self.response_headers.push(HeaderEdit::Add((*name).to_owned(), (*value).to_owned()));
                true
            }
            ("add_header", [name, value, "always"]) if fixed(value) => {
                self.answer_headers.push(HeaderEdit::Add((*name).to_owned(), (*value).to_owned()));
                true
            }
            ("proxy_hide_header", [name]) => {
                self.response_headers.push(HeaderEdit::Remove((*name).to_owned()));
                true
            }
            ("proxy_set_header", [name, value]) => self.request_header(name, value),
            ("deny", [block]) => self.address(false, block),
            ("allow", [block]) => self.address(true, block),
            ("sub_filter", [from, to]) if fixed(from) && fixed(to) => {
                self.rewrites.push(AnswerRewrite::Body((*from).to_owned(), (*to).to_owned()));
                true
            }
            // How a sub_filter replaces: all or the first, in which kinds of answers.
            ("sub_filter_once" | "sub_filter_types" | "sub_filter_last_modified", _) => true,
            _ => false,
        }
    }

    fn end(&mut self, condition: Condition, action: Option<Action>) -> bool {
        action.map(|action| self.steps.push(Step { condition, action })).is_some()
    }

    /// `if` with a single answer or redirect in its block.
    fn conditional(&mut self, directive: &Directive) -> bool {
        let (Some(condition), Some([inner])) = (condition::read(&directive.words()), directive.block.as_deref()) else {
            return false;
        };
        let words = inner.words();
        match inner.name.as_str() {
            "return" => self.end(condition, answer::returned(&words)),
            "rewrite" => {
                let Some(rewrite) = answer::rewritten(&words) else { return false };
                // Only a pattern that takes every path leaves the condition as the only one.
                matches!(rewrite.pattern.as_str(), "^" | "^(.*)$" | "^(.*)" | "(.*)" | "^/(.*)$" | "^/(.*)" | "^.*$")
                    && self.end(condition, Some(rewrite.action))
            }
            _ => false,
        }
    }

    fn request_header(&mut self, name: &str, value: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        if SENT_ANYWAY.iter().any(|(known, values)| *known == lower && values.contains(&value)) {
            return true;
        }
        // The controller sets Host itself, so that a second one is another matter than upstream-vhost.
        if !fixed(value) || lower == "host" || lower == "connection" {
            return false;
        }
        self.request_headers.push(match value {
            "" => HeaderEdit::Remove(name.to_owned()),
            _ => HeaderEdit::Set(name.to_owned(), value.to_owned()),
        });
        true
    }

    /// Rules after one for everybody are never asked.
    fn address(&mut self, admit: bool, block: &str) -> bool {
        let everybody = ["0.0.0.0/0".to_owned(), "::/0".to_owned()];
        let closed = self.access.otherwise_refused || self.access.blocks().any(|block| *block == everybody[1]);
        match block {
            _ if closed => {}
            "all" if admit => self.access.rules.push(AccessRule { admit, blocks: everybody.to_vec() }),
            "all" => self.access.otherwise_refused = true,
            "unix:" => {}
            _ => match crate::source::value::parse_networks(block) {
                Some(blocks) => match self.access.rules.last_mut() {
                    Some(rule) if rule.admit == admit => rule.blocks.extend(blocks),
                    Some(_) | None => self.access.rules.push(AccessRule { admit, blocks }),
                },
                None => return false,
            },
        }
        true
    }
}

/// Rules under a protection that is not carried, or not wholly.
pub(super) fn unmodelled(key: &'static str, origin: &Origin, mut rules: Vec<Rule>) -> Vec<Rule> {
    for rule in &mut rules {
        if !rule.policies.unmodelled.iter().any(|protection| protection.value == key) {
            rule.policies.unmodelled.push(Located::new(key, origin.clone()));
        }
    }
    rules
}

/// The snippet of an annotation.
pub(super) fn located(setting: &Option<Located<String>>) -> Option<Located<Snippet>> {
    setting.as_ref().map(|text| Located::new(Snippet::read(&text.value), text.origin.clone()))
}

/// A redirecting `rewrite` runs for the paths that its pattern finds.
fn path(pattern: &str) -> Condition {
    Condition::Path(PathRegex { pattern: pattern.to_owned(), case_insensitive: false, anchoring: Anchoring::Search })
}

/// `Name: value`; an empty value takes the header away (headers-more). Options have dashes.
fn header_line(text: &str) -> Option<HeaderEdit> {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    let (name, value) = (name.trim(), value.trim());
    if !is_name(name) || !fixed(value) {
        return None;
    }
    Some(match value {
        "" => HeaderEdit::Remove(name.to_owned()),
        _ => HeaderEdit::Set(name.to_owned(), value.to_owned()),
    })
}

fn is_name(text: &str) -> bool {
    !text.starts_with('-') && super::validators::is_header_name(text)
}

/// No variable is in it.
fn fixed(text: &str) -> bool {
    !text.contains('$')
}

#[cfg(test)]
mod tests {
    use super::{Snippet, may_close};
    use crate::model::HeaderEdit;

    #[test]
    fn idioms_of_real_manifests() {
        let snippet = Snippet::read(
            "more_set_headers \"X-Frame-Options: DENY\" 'Server:';\nproxy_set_header X-Real-IP $remote_addr;\n\
             proxy_set_header X-App shop;\nif ($http_user_agent ~* bot) { return 403; }\nrewrite ^/old$ /new permanent;\n\
             deny 10.0.0.0/8;\nallow all;\nadd_header X-A b always;\nsub_filter a b;\nsub_filter_once off;",
        );
        assert_eq!(snippet.rest, []);
        let set = |name: &str, value: &str| HeaderEdit::Set(name.to_owned(), value.to_owned());
        assert_eq!(snippet.request_headers, [set("X-App", "shop")]);
        assert_eq!(snippet.answer_headers.len(), 3);
        assert_eq!((snippet.steps.len(), snippet.rewrites.len()), (2, 1));
        assert!(!snippet.access.admits("10.1.2.3") && snippet.access.admits("192.0.2.1"));
    }

    #[test]
    fn what_may_protect_is_told_apart() {
        let protects = |text: &str| Snippet::read(text).protects();
        for text in
            ["auth_request /x;", "if ($bad) { return 403; }", "return 403 $msg;", "deny $x;", "whatever;", "oops"]
        {
            assert!(protects(text), "{text}");
        }
        assert!(protects("proxy_set_header X-User $user;") && !protects("proxy_set_header X-Url $request_uri;"));
        for text in ["proxy_read_timeout 5s;", "set $x 1;", "if ($x) { add_header A $b; }", "gzip on;"] {
            assert!(!protects(text) && !Snippet::read(text).rest.is_empty(), "{text}");
        }
        assert!(may_close("limit_req zone=x;") && !may_close("gzip on; add_header A b;"));
    }
}
