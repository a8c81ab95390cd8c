//! Headers: what a backend receives beside what the client sent, and what a client gets beside what the backend said.
//! Only what rules and the data plane do is told, so that an empty answer means "as sent".

use std::collections::BTreeMap;

use serde::ser::{Serialize, Serializer};

use super::evaluate::{Trace, as_seen};
use super::guard::{nginx_origin_allowed, origin_allowed, preflight};
use super::nginx_headers::Asked;
use super::outcome::Outcome;
use super::request::Request;
use crate::model::{
    Action, ClientAddress, Cors, EntryPoint, Forward, HeaderEdit, PasswordScheme, Pipeline, Preflight, Rule,
};

/// Headers by name, in lower case; `None` for one that is taken away.
pub type Changes = BTreeMap<String, Option<String>>;

/// What is done to headers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    /// What the backend receives.
    pub received: Changes,
    /// What the client gets.
    pub answered: Changes,
}

/// The address of the peer where a request does not say.
pub(super) const PEER: &str = "127.0.0.1";

/// The headers of a traced request.
#[must_use]
pub fn headers(trace: &Trace<'_>, request: &Request) -> Headers {
    let Some(entry) = trace.entry else { return Headers::default() };
    let sent = request;
    let request = &*as_seen(request, entry);
    let rule = trace.rule.zip(trace.host).and_then(|(index, host)| host.rules.get(index));
    let backend = matches!(trace.outcome, Outcome::Forward { .. } | Outcome::Split { .. });
    let forward = rule.filter(|_| backend).and_then(|rule| match &rule.action {
        Action::Forward(forward) => Some(forward),
        Action::Redirect(_) | Action::Respond(_) => None,
    });
    let asked = Asked { entry, rule, request };
    let mut headers = Headers::default();
    if let Some(forward) = forward {
        let dropped = sent.headers.iter().filter(|(name, _)| request.header(name).is_none());
        headers.received.extend(dropped.map(|(name, _)| (name.to_ascii_lowercase(), None)));
        match entry.pipeline {
            Pipeline::Nginx => {
                asked.received(&mut headers.received);
                asked.taken_over(forward, &trace.outcome, &mut headers.received);
            }
            Pipeline::Envoy => envoy_request(entry, forward, request, &mut headers.received),
            Pipeline::Spec => {}
        }
        edits(&forward.request_headers, entry.pipeline, request, true, &mut headers.received);
        edits(&forward.response_headers, entry.pipeline, request, false, &mut headers.answered);
    }
    if let Some(rule) = rule {
        // `proxy_set_header Authorization ""` (nginx.tmpl, auth_basic).
        if entry.pipeline == Pipeline::Nginx && backend && rule.policies.basic_auth.is_some() {
            headers.received.insert("authorization".to_owned(), None);
        }
        cross_origin(rule, entry.pipeline, &trace.outcome, request, &mut headers.answered);
        challenge(rule, entry.pipeline, &trace.outcome, request, &mut headers.answered);
    }
    let own = rule.map_or(&[][..], |rule| rule.policies.answer_headers.as_slice());
    let all = entry.implicit.answer_headers.iter().chain(own).map(|located| &located.value);
    edits(all, entry.pipeline, request, false, &mut headers.answered);
    if entry.pipeline == Pipeline::Nginx {
        asked.answered(&mut headers.answered);
    }
    headers
}

pub(super) fn set(changes: &mut Changes, name: &str, value: impl Into<String>) {
    changes.insert(name.to_ascii_lowercase(), Some(value.into()));
}

/// What Envoy sets on every request to a backend (measured: eg-default-headers, eg-p-ctp-xff-1, eg-rewrite-host).
fn envoy_request(entry: &EntryPoint, forward: &Forward, request: &Request, changes: &mut Changes) {
    let peer = request.client.as_deref().unwrap_or(PEER);
    let line = request.header("x-forwarded-for").map_or_else(|| peer.to_owned(), |line| format!("{line},{peer}"));
    set(changes, "x-forwarded-for", line);
    let trusted = !matches!(entry.client, ClientAddress::Peer);
    let proto = request.header("x-forwarded-proto").filter(|_| trusted).unwrap_or(&request.scheme);
    set(changes, "x-forwarded-proto", proto.to_owned());
    if !trusted {
        set(changes, "x-envoy-external-address", peer);
    }
    if let (Some(_), Some(host)) = (&forward.host, &request.host) {
        set(changes, "x-forwarded-host", host.clone());
    }
}

/// Carries out edits, in order. A value that is appended stands behind what is there: with a comma towards backends, with
/// a comma and a space towards clients (measured: eg-reqh, eg-resh).
fn edits<'e>(
    edits: impl IntoIterator<Item = &'e HeaderEdit>,
    pipeline: Pipeline,
    request: &Request,
    towards_backend: bool,
    changes: &mut Changes,
) {
    let value = |text: &str| if pipeline == Pipeline::Envoy { commands(text, request) } else { text.to_owned() };
    for edit in edits {
        match edit {
            HeaderEdit::Set(name, text) => set(changes, name, value(text)),
            HeaderEdit::Remove(name) => drop(changes.insert(name.to_ascii_lowercase(), None)),
            HeaderEdit::Add(name, text) => {
                let sent = towards_backend.then(|| request.header(name).map(str::to_owned));
                let before = changes.get(&name.to_ascii_lowercase()).cloned().unwrap_or(sent.flatten());
                let comma = if towards_backend { "," } else { ", " };
                let joined = before.map_or_else(|| value(text), |before| format!("{before}{comma}{}", value(text)));
                set(changes, name, joined);
            }
        }
    }
}

/// Envoy's commands in a value: headers of the request and a doubled percent sign; others stay as they are.
fn commands(text: &str, request: &Request) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(next) = tail.strip_prefix('%') {
            out.push('%');
            rest = next;
            continue;
        }
        let Some((command, next)) = tail.split_once('%') else {
            out.push('%');
            rest = tail;
            continue;
        };
        match command.strip_prefix("REQ(").and_then(|name| name.strip_suffix(')')) {
            Some(":path") => out.push_str(&request.path),
            Some(":authority") => out.push_str(request.host.as_deref().unwrap_or_default()),
            Some(":method") => out.push_str(&request.method),
            Some(name) => out.push_str(request.header(name).unwrap_or_default()),
            None => out.push_str(&format!("%{command}%")),
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

/// What CORS says: nginx on every answer of the location, Envoy on preflights and on answers of the backend.
fn cross_origin(rule: &Rule, pipeline: Pipeline, outcome: &Outcome, request: &Request, changes: &mut Changes) {
    let Some(cors) = rule.policies.cors.as_ref().map(|cors| &cors.value) else { return };
    match cors.preflight {
        Preflight::AnyOptions => nginx_cross_origin(cors, request, changes),
        Preflight::Fetch => {
            let answered = preflight(request) && matches!(outcome, Outcome::Respond { .. });
            let aborted = rule.policies.fault.is_some();
            if pipeline != Pipeline::Spec && !aborted {
                envoy_cross_origin(cors, request, answered, changes);
            }
        }
    }
}

fn nginx_cross_origin(cors: &Cors, request: &Request, changes: &mut Changes) {
    let origin = request.header("origin");
    let any = cors.allow_origins.iter().any(|allowed| allowed == "*");
    let allowed = if any {
        "*"
    } else {
        match origin.filter(|origin| nginx_origin_allowed(&cors.allow_origins, origin)) {
            Some(origin) => origin,
            None => return,
        }
    };
    set(changes, "access-control-allow-origin", allowed);
    if cors.allow_credentials {
        set(changes, "access-control-allow-credentials", "true");
    }
    set(changes, "access-control-allow-methods", cors.allow_methods.join(", "));
    set(changes, "access-control-allow-headers", cors.allow_headers.join(","));
    if !cors.expose_headers.is_empty() {
        set(changes, "access-control-expose-headers", cors.expose_headers.join(","));
    }
    set(changes, "access-control-max-age", cors.max_age.to_string());
}

fn envoy_cross_origin(cors: &Cors, request: &Request, preflight: bool, changes: &mut Changes) {
    let allowed = request.header("origin").filter(|origin| origin_allowed(&cors.allow_origins, origin));
    if let Some(origin) = allowed {
        set(changes, "access-control-allow-origin", origin);
        if !cors.expose_headers.is_empty() {
            set(changes, "access-control-expose-headers", cors.expose_headers.join(", "));
        }
    }
    if cors.allow_credentials && (preflight || allowed.is_some()) {
        set(changes, "access-control-allow-credentials", "true");
    }
    if !preflight {
        return;
    }
    // With credentials a star stands for what is asked for (measured: eg-cors-star-cred).
    let listed = |list: &[String], asked: &str| {
        let star = cors.allow_credentials && list.iter().any(|item| item == "*");
        if star { request.header(asked).unwrap_or_default().to_owned() } else { list.join(", ") }
    };
    let methods = listed(&cors.allow_methods, "access-control-request-method");
    let names = listed(&cors.allow_headers, "access-control-request-headers");
    for (name, value) in [("access-control-allow-methods", methods), ("access-control-allow-headers", names)] {
        if !value.is_empty() {
            set(changes, name, value);
        }
    }
    if cors.max_age > 0 {
        set(changes, "access-control-max-age", cors.max_age.to_string());
    }
}

/// How a client is asked for a password.
fn challenge(rule: &Rule, pipeline: Pipeline, outcome: &Outcome, request: &Request, changes: &mut Changes) {
    let Some(auth) = rule.policies.basic_auth.as_ref().map(|auth| &auth.value) else { return };
    if *outcome != (Outcome::Respond { status: 401 }) {
        return;
    }
    let realm = match pipeline {
        Pipeline::Envoy => {
            format!("{}://{}{}", request.scheme, request.host.as_deref().unwrap_or_default(), request.path)
        }
        Pipeline::Nginx | Pipeline::Spec => auth.realm.clone(),
    };
    let scheme = match auth.scheme {
        PasswordScheme::Basic => "Basic",
        PasswordScheme::Digest => "Digest",
    };
    set(changes, "www-authenticate", format!("{scheme} realm=\"{realm}\""));
}

/// An outcome with its headers, as `trace` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What becomes of the request.
    pub outcome: Outcome,
    /// What is done to headers.
    pub headers: Headers,
}

impl Serialize for Answered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serde_json::to_value(&self.outcome).map_err(serde::ser::Error::custom)?;
        let (into, answered) = match &self.outcome {
            Outcome::Forward { .. } => (value.get_mut("forward"), "responseHeaders"),
            Outcome::Split { .. } => (Some(&mut value), "responseHeaders"),
            Outcome::Redirect { .. } => (value.get_mut("redirect"), "headers"),
            Outcome::Respond { .. } => (value.get_mut("respond"), "headers"),
            Outcome::Connection { .. } | Outcome::Reject { .. } => (None, ""),
        };
        if let Some(fields) = into.and_then(serde_json::Value::as_object_mut) {
            for (name, changes) in [("headers", &self.headers.received), (answered, &self.headers.answered)] {
                if !changes.is_empty() {
                    fields.insert(name.to_owned(), serde_json::json!(changes));
                }
            }
        }
        value.serialize(serializer)
    }
}
