//! Configurations that nginx does not take.

use std::collections::{BTreeMap, BTreeSet};

use super::hosts::Inputs;
use super::servers::Server;
use crate::model::{Origin, Refusal};

/// What makes `nginx -t` fail, so that nothing is reloaded for anybody.
#[must_use]
pub(super) fn refusal(servers: &BTreeMap<String, Server>, inputs: &Inputs<'_>) -> Option<Refusal> {
    servers.values().find_map(|server| {
        if let Some(origin) = server.www_redirect.as_ref().filter(|_| server.host.starts_with("*.")) {
            let reason = format!("nginx -t failed: invalid server name or wildcard \"www.{}\"", server.host);
            return Some(Refusal { reason, origin: Some(origin.clone()) });
        }
        let location = if server.regex { bad_expression(server, inputs) } else { duplicate_location(server) };
        location.map(|(reason, origin)| Refusal { reason, origin })
    })
}

fn duplicate_location(server: &Server) -> Option<(String, Option<Origin>)> {
    let mut seen = BTreeSet::new();
    let twice = server.locations.iter().find(|location| !seen.insert((location.exact, location.path.as_str())))?;
    Some((format!("nginx -t failed: duplicate location \"{}\"", twice.path), twice.origin.clone()))
}

fn bad_expression(server: &Server, inputs: &Inputs<'_>) -> Option<(String, Option<Origin>)> {
    server.locations.iter().find_map(|location| {
        if crate::model::search_regex(&format!("^{}", location.path), true).is_none() {
            return Some((
                format!("nginx -t failed: pcre2_compile() failed in \"^{}\"", location.path),
                location.origin.clone(),
            ));
        }
        let target = super::locations::rewrite_target(location, inputs.ingresses)?;
        bad_variable(&target.value).then(|| {
            (format!("nginx -t failed: invalid variable name in \"{}\"", target.value), Some(target.origin.clone()))
        })
    })
}

/// `$0`, a `$` before something that is no variable.
fn bad_variable(target: &str) -> bool {
    let mut rest = target;
    while let Some((_, after)) = rest.split_once('$') {
        if !after.starts_with(|c: char| ('1'..='9').contains(&c)) {
            return true;
        }
        rest = after;
    }
    false
}
