//! What a controller's configuration asks for of all rules, on the rules: a route has no place for what holds for all
//! routes. A controller's own defaults stay where they are; they are told once and not written.

use std::borrow::Cow;

use crate::model::{Action, Located, Policies, Routing};

/// Gives each rule what is asked for of its entry point and it does not say itself.
#[must_use]
pub fn spelled_out(routing: &Routing) -> Cow<'_, Routing> {
    let mut probe = Policies::default();
    for entry in &routing.entry_points {
        of_answers(&mut probe, &entry.implicit);
        of_backends(&mut probe, &entry.implicit);
    }
    if probe.is_empty() {
        return Cow::Borrowed(routing);
    }
    let mut routing = routing.clone();
    for entry in &mut routing.entry_points {
        for rule in entry.hosts.iter_mut().filter(|host| !host.passthrough).flat_map(|host| host.rules.iter_mut()) {
            let mut policies = Policies::clone(&rule.policies);
            of_answers(&mut policies, &entry.implicit);
            if matches!(rule.action, Action::Forward(_)) {
                of_backends(&mut policies, &entry.implicit);
            }
            if policies != *rule.policies {
                rule.policies = policies.into();
            }
        }
    }
    Cow::Owned(routing)
}

fn asked<T>(setting: &Located<T>) -> bool {
    !setting.origin.is_default()
}

/// What holds for every answer.
fn of_answers(own: &mut Policies, all: &Policies) {
    fill(&mut own.access_log, &all.access_log);
    // Those of the rule come after.
    let own_headers = std::mem::take(&mut own.answer_headers);
    own.answer_headers = all.answer_headers.iter().filter(|edit| asked(edit)).cloned().chain(own_headers).collect();
}

/// What holds where a backend is spoken to.
fn of_backends(own: &mut Policies, all: &Policies) {
    let Policies {
        cors,
        access,
        basic_auth,
        external_auth,
        api_keys,
        tokens,
        // How a rule's own protections go together.
        satisfy_any: _,
        rate_limits,
        bandwidth,
        backend_protocol,
        backend_tls,
        timeouts,
        retry,
        body_limit,
        request_buffer,
        mirror,
        affinity,
        balance,
        circuit_breaker,
        outlier_detection,
        error_pages,
        answer_headers: _,
        nginx_headers: _,
        // A rule without any may have switched them off.
        answer_rewrites: _,
        compression,
        fault,
        access_log: _,
        // Of Gateways: how many requests are traced is not known without them.
        log_format: _,
        tracing: _,
        sampling: _,
        tracer: _,
        // Of listeners.
        connections: _,
        unmodelled: _,
        foreign: _,
    } = all;
    fill(&mut own.cors, cors);
    fill(&mut own.access, access);
    fill(&mut own.basic_auth, basic_auth);
    fill(&mut own.external_auth, external_auth);
    fill(&mut own.api_keys, api_keys);
    fill(&mut own.tokens, tokens);
    fill(&mut own.rate_limits, rate_limits);
    fill(&mut own.bandwidth, bandwidth);
    fill(&mut own.backend_protocol, backend_protocol);
    fill(&mut own.backend_tls, backend_tls);
    fill(&mut own.timeouts, timeouts);
    fill(&mut own.retry, retry);
    fill(&mut own.body_limit, body_limit);
    fill(&mut own.request_buffer, request_buffer);
    fill(&mut own.mirror, mirror);
    fill(&mut own.affinity, affinity);
    fill(&mut own.balance, balance);
    fill(&mut own.circuit_breaker, circuit_breaker);
    fill(&mut own.outlier_detection, outlier_detection);
    fill(&mut own.compression, compression);
    fill(&mut own.fault, fault);
    if own.error_pages.is_empty() {
        own.error_pages = error_pages.iter().filter(|page| asked(page)).cloned().collect();
    }
}

fn fill<T: Clone>(own: &mut Option<Located<T>>, all: &Option<Located<T>>) {
    if own.is_none() {
        *own = all.clone().filter(asked);
    }
}
