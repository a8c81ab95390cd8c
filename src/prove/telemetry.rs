//! What is written down about requests, on both sides.

use super::policy::Settings;
use crate::model::{EVERY_REQUEST, Tracer};

/// What is logged, where requests are logged.
pub(super) fn log_lines_differ(b: Settings<'_>, a: Settings<'_>) -> bool {
    let line = |settings: Settings<'_>| {
        let logged = settings.get(|p| &p.access_log).is_none_or(|logged| *logged);
        settings.get(|p| &p.log_format).filter(|_| logged).map(|format| format.line.clone())
    };
    (b.own.log_format.is_some() || a.own.log_format.is_some()) && line(b) != line(a)
}

/// How many requests begin a trace, and where their spans go.
pub(super) fn tracing_differs<'r>(b: Settings<'r>, a: Settings<'r>) -> bool {
    let traced = |settings: Settings<'r>| -> Option<(u32, Option<&'r Tracer>)> {
        let traced = *settings.get(|p| &p.tracing)?;
        let share = settings.get(|p| &p.sampling).copied().unwrap_or(EVERY_REQUEST);
        Some(if traced { (share, settings.get(|p| &p.tracer)) } else { (0, None) })
    };
    let said = |settings: Settings<'r>| settings.own.tracing.is_some();
    match (traced(b), traced(a)) {
        // What nobody asked for is not switched off by being off.
        (None, Some((0, _))) => false,
        (before, after) => (said(b) || said(a)) && before != after,
    }
}
