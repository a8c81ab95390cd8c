//! How much a client may ask for.

use super::Given;
use crate::model::{AccessList, Bandwidth, LimitedBy, Located, RateLimits, RequestLimit, TimeUnit};
use crate::source::ingress_nginx::config::Config;

/// `limit-rps`, `limit-rpm`, `limit-connections` (ratelimit/main.go; template.go, buildRateLimit): for each client
/// address, in each instance of the controller.
pub(super) fn rate(given: &Given<'_>) -> Option<Located<RateLimits>> {
    let settings = given.settings;
    let positive = |setting: &Option<Located<i64>>| {
        setting.as_ref().and_then(|limit| u64::try_from(limit.value).ok()).filter(|l| *l > 0)
    };
    let multiplier =
        settings.limit_burst_multiplier.as_ref().map_or(5, |times| u64::try_from(times.value).unwrap_or(0));
    let limits = [(&settings.limit_rps, TimeUnit::Second), (&settings.limit_rpm, TimeUnit::Minute)];
    let requests: Vec<RequestLimit> = limits
        .into_iter()
        .filter_map(|(setting, unit)| {
            let requests = positive(setting)?;
            Some(RequestLimit { requests, unit, burst: requests.saturating_mul(multiplier) })
        })
        .collect();
    let connections = positive(&settings.limit_connections);
    if requests.is_empty() && connections.is_none() {
        return None;
    }
    let status =
        if requests.is_empty() { given.config.limit_conn_status_code } else { given.config.limit_req_status_code };
    let set = [&settings.limit_rps, &settings.limit_rpm, &settings.limit_connections];
    let origin = set.into_iter().flatten().find(|limit| limit.value > 0)?.origin.clone();
    let limits = RateLimits {
        requests,
        connections,
        exempt: settings.limit_allowlist.as_ref().map(|list| list.value.clone()).unwrap_or_default(),
        status: u16::try_from(status).unwrap_or(503),
        of: LimitedBy::EachClient,
    };
    Some(Located::new(limits, origin))
}

/// `limit-rate`, `limit-rate-after`; what one of them does not say, the ConfigMap does.
pub(super) fn bandwidth(given: &Given<'_>) -> Option<Located<Bandwidth>> {
    let settings = given.settings;
    let set = settings.limit_rate.as_ref().or(settings.limit_rate_after.as_ref())?;
    let or = |setting: &Option<Located<i64>>, default: i64| {
        u64::try_from(setting.as_ref().map_or(default, |kilobytes| kilobytes.value)).unwrap_or(0)
    };
    let bandwidth = Bandwidth {
        rate: or(&settings.limit_rate, given.config.limit_rate),
        after: or(&settings.limit_rate_after, given.config.limit_rate_after),
    };
    Some(Located::new(bandwidth, set.origin.clone()))
}

/// The bandwidth of locations that do not say otherwise.
pub(in super::super) fn default_bandwidth(config: &Config) -> Option<Bandwidth> {
    let kilobytes = |value| u64::try_from(value).unwrap_or(0);
    let limit = Bandwidth { rate: kilobytes(config.limit_rate), after: kilobytes(config.limit_rate_after) };
    (limit.rate > 0).then_some(limit)
}

/// The annotation takes the place of the ConfigMap's list (ipallowlist:88).
pub(super) fn access(given: &Given<'_>) -> Option<Located<AccessList>> {
    let config: &Config = given.config;
    let allow = given.settings.allowlist_source_range.as_ref();
    let deny = given.settings.denylist_source_range.as_ref();
    let list = AccessList::deny_then_allow(
        deny.map_or_else(|| config.denylist_source_range.clone(), |list| list.value.clone()),
        allow.map_or_else(|| config.whitelist_source_range.clone(), |list| list.value.clone()),
    );
    let snippet = super::snippet(given.settings).filter(|snippet| !snippet.value.access.admits_all());
    let mut list = list;
    // Addresses of a snippet are asked after those of annotations (nginx.tmpl:1206, 1365).
    if let Some(snippet) = snippet.as_ref().filter(|_| !list.otherwise_refused) {
        list.rules.extend(snippet.value.access.rules.iter().cloned());
        list.otherwise_refused = snippet.value.access.otherwise_refused;
    }
    if list.admits_all() {
        return None;
    }
    let origin = allow
        .or(deny)
        .map(|list| list.origin.clone())
        .or_else(|| snippet.map(|snippet| snippet.origin))
        .or_else(|| config.origin("whitelist-source-range").cloned())
        .or_else(|| config.origin("denylist-source-range").cloned())
        .unwrap_or_else(|| given.object.clone());
    Some(Located::new(list, origin))
}
