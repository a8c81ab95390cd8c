//! How backends are waited for, tried again and chosen, as parts of a BackendTrafficPolicy.

use std::collections::BTreeMap;

use super::backend_traffic_policy::{
    BackOff, ConsistentHash, HashCookie, HttpTimeout, LoadBalancer, Named, PerRetry, Retry, RetryOn, TcpTimeout,
    Timeout,
};
use super::version::{HEADER_HASH, QUERY_HASH, STREAM_IDLE, Version};
use super::written::Written;
use crate::model::{self, Affinity, Balance, HashKey, Timeouts};
use crate::target::durations;

/// Timeouts between reads and writes, and of connecting. Envoy has one timer for a stream on which nothing moves.
pub(super) fn timeouts(timeouts: &Timeouts, version: Version) -> Written<Timeout> {
    let Timeouts { connect, read_idle, send_idle, request: _, backend_request: _ } = timeouts;
    let mut differences = Vec::new();
    let mut written = Timeout::default();
    if let Some(connect_timeout) = connect.and_then(durations::write) {
        written.tcp = Some(TcpTimeout { connect_timeout });
    }
    if let Some(idle) = read_idle.max(send_idle).as_ref() {
        match version.lacks(&STREAM_IDLE) {
            Some(why) if written.tcp.is_none() => return Written::Not(why),
            Some(why) => differences.push(format!("the time between two reads or writes is not limited: {why}")),
            None => {
                let time = durations::write(*idle);
                written.http = time.map(|stream_idle_timeout| HttpTimeout { stream_idle_timeout });
                if read_idle.is_some() && send_idle.is_some() && read_idle != send_idle {
                    let what = "reading and writing share one timer in Envoy; it has the longer of the two times";
                    differences.push(what.to_owned());
                }
            }
        }
    }
    if written == Timeout::default() {
        return Written::not("the time is longer than any duration");
    }
    Written::with(written, differences)
}

/// Further attempts.
pub(super) fn retry(retry: &model::Retry) -> Written<Retry> {
    let model::Retry { retries, on, per_try, within, backoff, non_idempotent } = retry;
    let mut differences = Vec::new();
    let mut triggers: Vec<&'static str> = Vec::new();
    let mut http_status_codes = Vec::new();
    for reason in on {
        let trigger = match reason {
            model::RetryOn::Connect => "connect-failure",
            // Envoy tries POST again like any other method, so without leave only what surely reached no backend is.
            model::RetryOn::Reset | model::RetryOn::Timeout | model::RetryOn::InvalidAnswer => {
                if *non_idempotent {
                    "reset"
                } else {
                    "reset-before-request"
                }
            }
            model::RetryOn::Status(status) => {
                http_status_codes.push(*status);
                "retriable-status-codes"
            }
            model::RetryOn::Grpc(1) => "cancelled",
            model::RetryOn::Grpc(4) => "deadline-exceeded",
            model::RetryOn::Grpc(8) => "resource-exhausted",
            model::RetryOn::Grpc(13) => "internal",
            model::RetryOn::Grpc(14) => "unavailable",
            model::RetryOn::Grpc(status) => {
                differences.push(format!("gRPC status {status} is not tried again"));
                continue;
            }
        };
        if !triggers.contains(&trigger) {
            triggers.push(trigger);
        }
    }
    if triggers.contains(&"reset-before-request") {
        let what =
            "after a broken connection or a timeout, only requests that no backend has begun to read are tried again";
        differences.push(what.to_owned());
    }
    if !http_status_codes.is_empty() && !non_idempotent {
        differences.push("after these statuses POST, LOCK and PATCH are tried again, too".to_owned());
    }
    if within.is_some_and(|within| within > 0) {
        differences.push("the time for all attempts together is not limited".to_owned());
    }
    let back_off = backoff.and_then(durations::write).map(|base_interval| BackOff { base_interval });
    let per_retry = PerRetry { back_off, timeout: per_try.and_then(durations::write) };
    let retry_on = RetryOn { http_status_codes, triggers };
    Written::with(
        Retry {
            // Without a reason Envoy Gateway would take its own.
            num_retries: if retry_on == RetryOn::default() { 0 } else { *retries },
            per_retry: (per_retry != PerRetry::default()).then_some(per_retry),
            retry_on: (*retries > 0 && retry_on != RetryOn::default()).then_some(retry_on),
        },
        differences,
    )
}

/// How an endpoint is chosen.
pub(super) fn balance(balance: &Balance, version: Version) -> Written<LoadBalancer> {
    let plain = |kind| LoadBalancer { consistent_hash: None, kind };
    match balance {
        Balance::RoundRobin => Written::Exactly(plain("RoundRobin")),
        Balance::LeastRequest => Written::Exactly(plain("LeastRequest")),
        Balance::Random => Written::Exactly(plain("Random")),
        Balance::Ewma => {
            let difference = "the endpoint with the fewest requests is chosen, not the one with the least latency";
            Written::Nearly(plain("LeastRequest"), vec![difference.to_owned()])
        }
        Balance::Hash(key) => hash(key, version).map(hashed),
    }
}

fn hashed(consistent_hash: ConsistentHash) -> LoadBalancer {
    LoadBalancer { consistent_hash: Some(consistent_hash), kind: "ConsistentHash" }
}

fn hash(key: &HashKey, version: Version) -> Written<ConsistentHash> {
    match key {
        HashKey::ClientAddress => Written::Exactly(ConsistentHash { kind: "SourceIP", ..ConsistentHash::default() }),
        HashKey::Header(name) => Written::Exactly(header_hash(name, version)),
        HashKey::Cookie(name) => {
            let cookie = Some(HashCookie { attributes: BTreeMap::new(), name: name.clone(), ttl: None });
            Written::Exactly(ConsistentHash { cookie, kind: "Cookie", ..ConsistentHash::default() })
        }
        HashKey::Query(name) => match version.lacks(&QUERY_HASH) {
            Some(why) => Written::Not(why),
            None => {
                let query_params = vec![Named { name: name.clone() }];
                Written::Exactly(ConsistentHash { query_params, kind: "QueryParams", ..ConsistentHash::default() })
            }
        },
        HashKey::Uri => {
            let difference = "path and query are hashed as the backend gets them, after a rewrite";
            Written::Nearly(header_hash(":path", version), vec![difference.to_owned()])
        }
        HashKey::Expression(text) => {
            Written::Not(format!("Envoy Gateway hashes an address, headers, a cookie or the query, not `{text}`"))
        }
    }
}

fn header_hash(name: &str, version: Version) -> ConsistentHash {
    let named = Named { name: name.to_owned() };
    match version.lacks(&HEADER_HASH) {
        Some(_) => ConsistentHash { header: Some(named), kind: "Header", ..ConsistentHash::default() },
        None => ConsistentHash { headers: vec![named], kind: "Headers", ..ConsistentHash::default() },
    }
}

/// Session affinity as a hash of a cookie that Envoy sets.
pub(super) fn affinity(affinity: &Affinity) -> Written<LoadBalancer> {
    let Affinity { cookie, max_age, path, domain, secure, same_site, change_on_failure: _ } = affinity;
    let mut attributes = BTreeMap::new();
    let texts = [("Path", path), ("Domain", domain), ("SameSite", same_site)];
    attributes.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))));
    if *secure {
        attributes.insert("Secure", String::new());
    }
    // A time of 0 is the session; without a time Envoy sets no cookie.
    let ttl = max_age.and_then(|seconds| durations::write(seconds.saturating_mul(1000))).or(Some("0s".to_owned()));
    let cookie = Some(HashCookie { attributes, name: cookie.clone(), ttl });
    let hash = ConsistentHash { cookie, kind: "Cookie", ..ConsistentHash::default() };
    let difference = "endpoints are chosen by a hash of the cookie: when endpoints come or go, some clients change theirs, \
                      and cookies that were set before count as new ones";
    Written::Nearly(hashed(hash), vec![difference.to_owned()])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_idle_timer_is_the_longer_one() {
        let both = Timeouts { read_idle: Some(300_000), send_idle: Some(60_000), ..Timeouts::default() };
        let Written::Nearly(written, _) = timeouts(&both, Version(1, 9)) else { panic!() };
        assert_eq!(written.http.unwrap().stream_idle_timeout, "5m");
        assert!(matches!(timeouts(&both, Version(1, 7)), Written::Not(_)));
        let connect = Timeouts { connect: Some(5000), ..both };
        assert!(matches!(timeouts(&connect, Version(1, 7)), Written::Nearly(written, _) if written.http.is_none()));
    }

    #[test]
    fn post_is_not_sent_twice_without_leave() {
        let on = BTreeSet::from([model::RetryOn::Connect, model::RetryOn::Timeout, model::RetryOn::Status(503)]);
        let asked = model::Retry { retries: 2, on, ..model::Retry::default() };
        let Written::Nearly(written, _) = retry(&asked) else { panic!() };
        let on = written.retry_on.unwrap();
        assert_eq!(on.triggers, ["connect-failure", "reset-before-request", "retriable-status-codes"]);
        assert_eq!(on.http_status_codes, [503]);
        let Written::Exactly(written) = retry(&model::Retry { non_idempotent: true, ..asked }) else { panic!() };
        assert_eq!(written.retry_on.unwrap().triggers, ["connect-failure", "reset", "retriable-status-codes"]);
    }

    #[test]
    fn a_session_cookie_has_a_time_of_zero() {
        let asked = Affinity { cookie: "route".into(), path: Some("/".into()), ..Affinity::default() };
        let Written::Nearly(written, _) = affinity(&asked) else { panic!() };
        let cookie = written.consistent_hash.unwrap().cookie.unwrap();
        assert_eq!((cookie.ttl.as_deref(), cookie.attributes["Path"].as_str()), (Some("0s"), "/"));
    }
}
