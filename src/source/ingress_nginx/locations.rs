//! nginx's own locations: their order, the split of prefixes, regex mode (location.go, template.go).

use std::collections::BTreeSet;

use super::Loaded;
use super::servers::{Location, Server};
use crate::report::{Code, Diagnostic, Fate, Report};

/// Sorts, splits and decides about regex mode.
pub(super) fn finish(server: &mut Server, ingresses: &[Loaded], report: &mut Report) {
    // controller.go:997: by path descending, then (stable) by length descending.
    server.locations.sort_by(|a, b| b.path.cmp(&a.path));
    server.locations.sort_by_key(|location| std::cmp::Reverse(location.path.len()));
    server.locations = split(std::mem::take(&mut server.locations), ingresses);
    server.regex =
        server.locations.iter().any(|location| use_regex(location, ingresses) || needs_rewrite(location, ingresses));
    let regex = server.regex;
    server.locations.retain(|location| regex || can_match(location, report));
}

/// nginx merges slashes and resolves dot segments before it looks for a location (ngx_http_parse_complex_uri), so that
/// none with those is ever found. Other data planes may find them.
fn can_match(location: &Location, report: &mut Report) -> bool {
    let path = &location.path;
    let part = ["//", "/./", "/../"].into_iter().find(|part| path.contains(part));
    let end = || ["/.", "/.."].into_iter().find(|end| path.ends_with(end));
    let Some(part) = part.or_else(end) else { return true };
    // The twin of a split prefix is the same path of the object.
    if let Some(origin) = location.origin.as_ref().filter(|_| !location.split_exact) {
        report.ledger.record(origin, Fate::Invalid, Some(Code::NeverMatches));
        let message = format!("path `{path}` never matches: it holds `{part}`");
        report.push(Diagnostic::new(Code::NeverMatches, message).at(origin, "never gets a request"));
    }
    false
}

/// The rewrite target that is in effect: none on the catch-all of a rule-less Ingress, none when it equals the path.
#[must_use]
pub(super) fn rewrite_target<'i>(
    location: &Location,
    ingresses: &'i [Loaded],
) -> Option<&'i crate::model::Located<String>> {
    let target = owner(location, ingresses)?.effective.rewrite_target.as_ref()?;
    (!location.plain && target.value != location.path).then_some(target)
}

fn needs_rewrite(location: &Location, ingresses: &[Loaded]) -> bool {
    rewrite_target(location, ingresses).is_some()
}

fn use_regex(location: &Location, ingresses: &[Loaded]) -> bool {
    !location.plain && owner(location, ingresses).is_some_and(|loaded| loaded.effective.use_regex)
}

fn owner<'i>(location: &Location, ingresses: &'i [Loaded]) -> Option<&'i Loaded> {
    location.owner.and_then(|index| ingresses.get(index))
}

/// `/foo` as a prefix becomes `/foo/` and `= /foo`, unless it is a regular expression or rewritten (location.go:34).
fn split(locations: Vec<Location>, ingresses: &[Loaded]) -> Vec<Location> {
    let exact: BTreeSet<String> = locations.iter().filter(|l| l.exact).map(|l| l.path.clone()).collect();
    let mut out = Vec::with_capacity(locations.len() * 2);
    for location in locations {
        let whole = location.path == "/"
            || location.exact
            || needs_rewrite(&location, ingresses)
            || use_regex(&location, ingresses);
        if whole {
            out.push(location);
            continue;
        }
        let with_slash =
            if location.path.ends_with('/') { location.path.clone() } else { format!("{}/", location.path) };
        let has_exact = exact.contains(&location.path);
        out.push(Location { path: with_slash, ..location.clone() });
        if !has_exact {
            out.push(Location { exact: true, split_exact: true, ..location });
        }
    }
    out
}
