//! Limits as parts of a BackendTrafficPolicy: requests of a client, bodies, what is in flight, failures on purpose.

use super::backend_traffic_policy::{
    Abort, CircuitBreaker, ClientSelector, Delay, FaultInjection, HealthCheck, LocalRateLimit, Passive, RateLimit,
    RateLimitRule, RateLimitValue, RequestBuffer, SourceMatch,
};
use super::version::{DISTINCT_LOCAL, Version};
use super::written::Written;
use crate::model::{self, Fault, LimitedBy, OutlierDetection, RateLimits, RequestLimit, TimeUnit};
use crate::target::durations;

/// Largest body that Envoy may be asked to hold in memory; its buffer counts in 32 bits.
const LARGEST_BUFFER: u64 = u32::MAX as u64;
/// Rules of a policy.
const MOST_RULES: usize = 16;

/// Requests in a time. Envoy's bucket holds what flows in during one unit, and no burst beside it.
pub(super) fn rate(limits: &RateLimits, version: Version) -> Written<RateLimit> {
    let RateLimits { requests, connections, exempt, status, of } = limits;
    let mut differences = Vec::new();
    if requests.is_empty() {
        return Written::not("Envoy Gateway limits connections of a whole listener, not of one client");
    }
    if connections.is_some() {
        differences.push("connections of one client at once are not limited".to_owned());
    }
    let selectors: &[&'static str] = match of {
        LimitedBy::EachClient => match version.lacks(&DISTINCT_LOCAL) {
            Some(why) => return Written::Not(why),
            None => &["0.0.0.0/0", "::/0"],
        },
        LimitedBy::Instance => &[],
        LimitedBy::Everyone => return Written::not("a limit that all instances share needs a rate limit service"),
        LimitedBy::Selectors(_) => return Written::not("its selectors are another implementation's"),
    };
    let rules: Vec<RateLimitRule> = requests.iter().flat_map(|limit| rate_rules(limit, selectors)).collect();
    if rules.len() > MOST_RULES {
        return Written::Not(format!("a policy has at most {MOST_RULES} limits"));
    }
    if requests.iter().any(|limit| limit.burst > 0) {
        differences.push("there is no burst: the whole of a unit's requests may come at once, and no more".to_owned());
    }
    if !exempt.is_empty() {
        differences.push(format!("{} are limited, too", exempt.join(", ")));
    }
    if *status != 429 {
        differences.push(format!("refused requests get 429, not {status}"));
    }
    Written::with(RateLimit { local: LocalRateLimit { rules }, kind: "Local" }, differences)
}

fn rate_rules<'s>(
    limit: &RequestLimit,
    selectors: &'s [&'static str],
) -> impl Iterator<Item = RateLimitRule> + use<'s> {
    let RequestLimit { requests, unit, burst: _ } = limit;
    let requests = (*requests).min(u64::from(u32::MAX));
    let unit = match unit {
        TimeUnit::Second => "Second",
        TimeUnit::Minute => "Minute",
        TimeUnit::Hour => "Hour",
        TimeUnit::Day => "Day",
    };
    let rule = move |client_selectors| RateLimitRule { client_selectors, limit: RateLimitValue { requests, unit } };
    let each =
        move |value: &&'static str| rule(vec![ClientSelector { source: SourceMatch { kind: "Distinct", value } }]);
    let everyone = selectors.is_empty().then(|| rule(Vec::new()));
    selectors.iter().map(each).chain(everyone)
}

/// A limit on bodies: Envoy has one only where it reads the body whole first.
pub(super) fn body(limit: u64, streams: bool) -> Written<RequestBuffer> {
    if streams {
        return Written::not("Envoy limits bodies by reading them whole first, which streams of gRPC do not survive");
    }
    if limit > LARGEST_BUFFER {
        return Written::not("Envoy limits bodies by holding them in memory, and cannot hold this much");
    }
    let difference = "Envoy holds each body in memory up to the limit, and the rule takes no upgrades (WebSocket)";
    Written::Nearly(RequestBuffer { limit: quantity(limit) }, vec![difference.to_owned()])
}

/// A number of bytes as people write it.
fn quantity(bytes: u64) -> String {
    let units = [(1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")];
    match units.into_iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{}{name}", bytes / unit),
        None => bytes.to_string(),
    }
}

/// Requests that are read whole first.
pub(super) fn buffer(bytes: u64) -> Written<RequestBuffer> {
    if bytes > LARGEST_BUFFER {
        return Written::not("Envoy cannot hold this much");
    }
    Written::Exactly(RequestBuffer { limit: quantity(bytes) })
}

/// Bounds on what is in flight.
pub(super) fn circuit_breaker(bounds: &model::CircuitBreaker) -> Written<CircuitBreaker> {
    let model::CircuitBreaker { connections, pending, requests, retries, per_connection } = bounds;
    let most = |bound: &Option<u64>| Some(bound.unwrap_or(u64::from(u32::MAX)).min(u64::from(u32::MAX)));
    Written::Exactly(CircuitBreaker {
        // Absent means 1024.
        max_connections: most(connections),
        max_parallel_requests: most(requests),
        max_parallel_retries: most(retries),
        max_pending_requests: most(pending),
        max_requests_per_connection: per_connection.map(|bound| bound.min(u64::from(u32::MAX))),
    })
}

/// Endpoints that fail are left out.
pub(super) fn outliers(outliers: &OutlierDetection) -> Written<HealthCheck> {
    let OutlierDetection { consecutive_errors, consecutive_gateway_errors, interval, ejection, max_ejected } = outliers;
    Written::Exactly(HealthCheck {
        passive: Passive {
            base_ejection_time: ejection.and_then(durations::write),
            consecutive_errors: *consecutive_errors,
            consecutive_gateway_errors: *consecutive_gateway_errors,
            interval: interval.and_then(durations::write),
            max_ejection_percent: max_ejected.map(|percent| percent.min(100)),
        },
    })
}

/// Failures and delays on purpose.
pub(super) fn fault(fault: &Fault) -> Written<FaultInjection> {
    let Fault { abort, delay } = fault;
    let percentage = |hundredths: u32| f64::from(hundredths) / 100.0;
    if abort.is_some_and(|(status, _)| !(200..=600).contains(&status)) {
        return Written::not("Envoy answers with statuses from 200 on");
    }
    let delay = delay.and_then(|(pause, share)| Some((durations::write(pause)?, share)));
    Written::Exactly(FaultInjection {
        abort: abort.map(|(http_status, share)| Abort { http_status, percentage: percentage(share) }),
        delay: delay.map(|(fixed_delay, share)| Delay { fixed_delay, percentage: percentage(share) }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(requests: Vec<RequestLimit>) -> RateLimits {
        RateLimits { requests, status: 503, ..RateLimits::default() }
    }

    #[test]
    fn each_client_has_buckets_for_both_address_families() {
        let ten = RequestLimit { requests: 10, unit: TimeUnit::Second, burst: 50 };
        let Written::Nearly(limit, differences) = rate(&limits(vec![ten.clone()]), Version(1, 9)) else { panic!() };
        let of = |rule: &RateLimitRule| rule.client_selectors[0].source.value;
        assert_eq!(limit.local.rules.iter().map(of).collect::<Vec<_>>(), ["0.0.0.0/0", "::/0"]);
        assert_eq!(differences.len(), 2, "burst and status: {differences:?}");
        assert!(matches!(rate(&limits(vec![ten]), Version(1, 6)), Written::Not(why) if why.contains("1.7")));
    }

    #[test]
    fn connections_alone_have_no_form() {
        let alone = RateLimits { connections: Some(5), ..limits(Vec::new()) };
        assert!(matches!(rate(&alone, Version(1, 9)), Written::Not(_)));
    }
}
