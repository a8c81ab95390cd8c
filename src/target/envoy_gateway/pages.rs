//! Answers in place of others, and a few settings with one word, as parts of a BackendTrafficPolicy.

use super::backend_traffic_policy::{
    Compressor, OverrideBody, OverrideMatch, OverrideResponse, ResponseOverride, StatusMatch, StatusRange, Telemetry,
    Tracing,
};
use super::written::Written;
use crate::model::{ErrorAnswer, ErrorPage};

/// An answer in place of the backend's.
pub(super) fn error_page(page: &ErrorPage) -> Written<ResponseOverride> {
    let ErrorPage { statuses, instead } = page;
    let mut differences = Vec::new();
    let response = match instead {
        // The controller's own default backend answers 404 (nginx.tmpl, server 8181).
        ErrorAnswer::Backend(None) => {
            differences.push("the text of the 404 is another".to_owned());
            OverrideResponse {
                body: Some(OverrideBody { inline: "404 Not Found\n".to_owned(), kind: "Inline" }),
                content_type: Some("text/plain".to_owned()),
                status_code: Some(404),
            }
        }
        ErrorAnswer::Backend(Some(_)) => {
            return Written::not(
                "Envoy Gateway answers with fixed texts and redirects; it asks no Service for an error page",
            );
        }
        ErrorAnswer::Redirect(_) => return Written::not("the redirect is in another implementation's words"),
        ErrorAnswer::Text { status, content_type, body } => OverrideResponse {
            body: body.as_ref().map(|inline| OverrideBody { inline: inline.clone(), kind: "Inline" }),
            content_type: content_type.clone(),
            status_code: *status,
        },
    };
    if statuses.is_empty() || statuses.len() > 50 {
        return Written::not("a page is for 1 to 50 statuses");
    }
    let matched = OverrideMatch { status_codes: statuses.iter().map(status_match).collect() };
    let page = ResponseOverride { matched, redirect: None, response: Some(response), source: None };
    Written::with(page, differences)
}

fn status_match(&(start, end): &(u16, u16)) -> StatusMatch {
    if start == end {
        StatusMatch { range: None, kind: "Value", value: Some(start) }
    } else {
        StatusMatch { range: Some(StatusRange { end, start }), kind: "Range", value: None }
    }
}

/// Encodings of answers.
pub(super) fn compressors(codings: &[String]) -> Written<Vec<Compressor>> {
    let kind = |coding: &String| match coding.as_str() {
        "gzip" => Some("Gzip"),
        "br" => Some("Brotli"),
        "zstd" => Some("Zstd"),
        _ => None,
    };
    match codings.iter().map(kind).collect::<Option<Vec<_>>>() {
        Some(kinds) if !kinds.is_empty() => {
            Written::Exactly(kinds.into_iter().map(|kind| Compressor { kind }).collect())
        }
        Some(_) | None => Written::not("Envoy compresses with gzip, br and zstd"),
    }
}

/// How many requests of a rule begin a trace.
pub(super) fn tracing(traced: bool, of: &super::telemetry::Telemetry) -> Written<Telemetry> {
    let share = if traced { of.sampling } else { 0 };
    let telemetry = Telemetry { tracing: Tracing { sampling_fraction: super::telemetry::fraction(share) } };
    if traced && of.tracer.is_none() {
        let difference = "where traces go is said by an EnvoyProxy of the Gateway (spec.telemetry.tracing)";
        Written::Nearly(telemetry, vec![difference.to_owned()])
    } else {
        Written::Exactly(telemetry)
    }
}
