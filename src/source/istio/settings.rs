//! The settings of a route as policies of its rules.

use super::destination::Registry;
use super::entries::Entry;
use super::proto::{Decimal, Duration};
use super::retry;
use super::string_match::Text;
use super::virtual_service::{self, CorsPolicy, Destination, HttpRoute, Percent};
use crate::model::{Cors, Fault, Located, Mirror, MirrorTarget, Origin, Policies, Preflight, Timeouts};
use crate::report::{Code, Diagnostic, Fate, Report};

/// Policies of an entry, for requests that came in on a port.
pub(super) fn policies(entry: &Entry<'_>, registry: Registry<'_>, port: u16, report: &mut Report) -> Policies {
    let HttpRoute { timeout, retries, cors_policy, fault, .. } = &entry.route;
    let limit = |limit: Option<Duration>| limit.map(|Duration(limit)| limit).filter(|limit| *limit > 0);
    let attempt = limit(retries.as_ref().and_then(|retries| retries.per_try_timeout));
    // 0 switches a limit off, which is how it is without one.
    let timeouts = Timeouts { request: limit(*timeout), backend_request: attempt, ..Timeouts::default() };
    let timeouts = (timeouts != Timeouts::default()).then(|| {
        let field = if timeout.is_some() { "timeout" } else { "retries.perTryTimeout" };
        Located::new(timeouts, entry.at(field))
    });
    Policies {
        cors: cors_policy.as_ref().map(|policy| cors(policy, &entry.at("corsPolicy"), report)),
        timeouts,
        retry: retries.as_ref().map(|written| Located::new(retry::retry(written, entry, report), entry.at("retries"))),
        fault: fault.as_ref().and_then(|written| faults(written, entry, report)),
        mirror: mirror(entry, registry, port, report),
        ..Policies::default()
    }
}

fn faults(written: &virtual_service::Fault, entry: &Entry<'_>, report: &mut Report) -> Option<Located<Fault>> {
    let mut fault = Fault::default();
    if let Some(delay) = &written.delay {
        let share = delay.percentage.or(delay.percent.map(|whole| Percent { value: Decimal(f64::from(whole.0)) }));
        match delay.fixed_delay {
            Some(Duration(delay)) => fault.delay = Some((delay, hundredths(share))),
            None => lose(&entry.at("fault.delay"), "a delay that is not fixed is not carried", report),
        }
    }
    if let Some(abort) = &written.abort {
        match abort.http_status.and_then(|status| u16::try_from(status.0).ok()) {
            Some(status) => fault.abort = Some((status, hundredths(abort.percentage))),
            None => lose(&entry.at("fault.abort"), "an abort without an HTTP status is not carried", report),
        }
    }
    (fault != Fault::default()).then(|| Located::new(fault, entry.at("fault")))
}

/// A share in hundredths of a percent; all without one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 10000")]
fn hundredths(share: Option<Percent>) -> u32 {
    share.map_or(10_000, |Percent { value: Decimal(value) }| (value.clamp(0.0, 100.0) * 100.0).round() as u32)
}

/// Says that a field is not carried.
pub(super) fn lose(origin: &Origin, message: &str, report: &mut Report) {
    report.ledger.record(origin, Fate::Dropped, Some(Code::SettingNotCarried));
    let finding = Diagnostic::new(Code::SettingNotCarried, message).at(origin, "");
    report.push(finding.help(Code::SettingNotCarried.entry().fix));
}

fn cors(policy: &CorsPolicy, origin: &Origin, report: &mut Report) -> Located<Cors> {
    let mut allow_origins = policy.allow_origin.clone();
    for (index, allowed) in policy.allow_origins.iter().enumerate() {
        match allowed_origin(allowed.text()) {
            Some(text) => allow_origins.push(text),
            None => {
                let place = Origin { path: origin.path.key("allowOrigins").index(index), ..origin.clone() };
                lose(&place, "an allowed origin that is no plain origin is not carried", report);
            }
        }
    }
    let seconds = |Duration(limit): Duration| u32::try_from(limit / 1000).unwrap_or(u32::MAX);
    let value = Cors {
        allow_origins,
        allow_methods: policy.allow_methods.clone(),
        allow_headers: policy.allow_headers.clone(),
        expose_headers: policy.expose_headers.clone(),
        allow_credentials: policy.allow_credentials.unwrap_or_default(),
        // Without a header browsers keep the answer for 5 seconds (the Fetch standard).
        max_age: policy.max_age.map_or(5, seconds),
        preflight: Preflight::Fetch,
    };
    Located::new(value, origin.clone())
}

/// What Istio itself makes of `*` in Gateway API (conversion of the CORS filter).
const EVERY_ORIGIN: &str = r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s?#]+$";

/// An origin as the CORS filter writes it; a wildcard stands for the first labels of the host.
fn allowed_origin(text: Text<'_>) -> Option<String> {
    match text {
        Text::Exact(origin) => Some(origin.to_owned()),
        Text::Regex(".*" | "*" | EVERY_ORIGIN) => Some("*".to_owned()),
        Text::Regex(pattern) => {
            let (scheme, rest) = pattern.trim_start_matches('^').trim_end_matches('$').split_once("://")?;
            let host = rest.strip_prefix(r".*\.")?.replace(r"\.", ".");
            let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
            (matches!(scheme, "http" | "https") && plain(&host)).then(|| format!("{scheme}://*.{host}"))
        }
        Text::Prefix(_) | Text::Present => None,
    }
}

/// The first copy; a rule of the model has one.
fn mirror(entry: &Entry<'_>, registry: Registry<'_>, port: u16, report: &mut Report) -> Option<Located<Mirror>> {
    let HttpRoute { mirror, mirrors, mirror_percent, mirror_percentage, .. } = &entry.route;
    if let Some(destination) = mirror {
        let share = mirror_percentage.or(mirror_percent.map(|whole| Percent { value: Decimal(f64::from(whole.0)) }));
        let field = if mirror_percentage.is_some() { "mirrorPercentage" } else { "mirrorPercent" };
        let share = percent(share, &entry.at(field), report);
        return copy(entry, registry, destination, port, share, entry.at("mirror"), report);
    }
    for index in 1..mirrors.len() {
        lose(&entry.item("mirrors", index), "a second mirror is not carried", report);
    }
    let first = mirrors.first()?;
    let origin = entry.item("mirrors", 0);
    let share = Origin { path: origin.path.key("percentage"), ..origin.clone() };
    let share = percent(first.percentage, &share, report);
    copy(entry, registry, &first.destination, port, share, origin, report)
}

fn copy(
    entry: &Entry<'_>,
    registry: Registry<'_>,
    destination: &Destination,
    port: u16,
    percent: u8,
    origin: Origin,
    report: &mut Report,
) -> Option<Located<Mirror>> {
    let backend = registry.backend(destination, entry.namespace(), port, origin.clone(), report);
    if backend.service.namespace.is_empty() {
        lose(&origin, "a mirror outside of the cluster is not carried", report);
        return None;
    }
    let mirror = Mirror { to: MirrorTarget::Service(backend.service), percent, host: None, bodies: true };
    (percent > 0).then(|| Located::new(mirror, origin))
}

/// A share in whole percent; a part of one counts as one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(share: Option<Percent>, origin: &Origin, report: &mut Report) -> u8 {
    let share = share.map_or(100.0, |Percent { value: Decimal(value) }| value.clamp(0.0, 100.0));
    if share.fract() != 0.0 {
        report.ledger.record(origin, Fate::Approximated, Some(Code::SettingNotCarried));
        let message = format!("a share of {share} percent is written as {}", share.ceil());
        report.push(Diagnostic::new(Code::SettingNotCarried, message).at(origin, ""));
    }
    share.ceil() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_of_known_forms_are_origins() {
        let found = |pattern: &'static str| allowed_origin(Text::Regex(pattern));
        assert_eq!(found(".*").as_deref(), Some("*"));
        assert_eq!(found(EVERY_ORIGIN).as_deref(), Some("*"));
        assert_eq!(found(r"https://.*\.example\.com").as_deref(), Some("https://*.example.com"));
        assert_eq!(found(r"https://(a|b)\.example\.com"), None);
        assert_eq!(allowed_origin(Text::Prefix("https://a")), None);
    }
}
