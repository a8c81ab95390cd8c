//! Canaries: their upstream becomes an alternative of the main one (controller.go, mergeAlternativeBackends).

use std::collections::BTreeMap;

use super::Loaded;
use super::servers::{CATCH_ALL, Server, nginx_text};
use super::upstreams::{Key, Upstream, key};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::ingress::{BackendRef, IngressPath, PathType};

/// Attaches every canary to the upstreams of the locations with its host, path and type. The upstream is shared: all
/// other locations of the same Service port shift as well.
pub(super) fn merge(
    ingresses: &[Loaded],
    upstreams: &mut BTreeMap<Key, Upstream>,
    servers: &BTreeMap<String, Server>,
    report: &mut Report,
) {
    if ingresses.iter().all(|loaded| loaded.effective.canary.is_some()) {
        return;
    }
    for loaded in ingresses.iter().filter(|loaded| loaded.effective.canary.is_some()) {
        let ingress = &loaded.ingress;
        if let (Some(backend), Some(server)) = (&ingress.default_backend, servers.get(CATCH_ALL)) {
            attach(loaded, backend, server, upstreams, report, |_| true);
        }
        for rule in &ingress.rules {
            let host = if rule.host.is_empty() { CATCH_ALL } else { &rule.host };
            let Some(server) = servers.get(host) else {
                for path in rule.paths.iter().flatten() {
                    let served = key(ingress, &path.backend)
                        .and_then(|key| upstreams.get(&key))
                        .is_some_and(|upstream| !upstream.canary_only);
                    match served {
                        true => strayed(loaded, path, report),
                        false => inert(loaded, &path.backend, report, "no main Ingress has this host"),
                    }
                }
                continue;
            };
            for path in rule.paths.iter().flatten() {
                let exact = path.path_type == PathType::Exact;
                let text = nginx_text(&path.path);
                attach(loaded, &path.backend, server, upstreams, report, |location| {
                    location.path == text && location.exact == exact
                });
            }
        }
    }
}

fn attach(
    loaded: &Loaded,
    backend: &BackendRef,
    server: &Server,
    upstreams: &mut BTreeMap<Key, Upstream>,
    report: &mut Report,
    same_place: impl Fn(&super::servers::Location) -> bool,
) {
    let Some(alternative) = key(&loaded.ingress, backend) else { return };
    if upstreams.get(&alternative).is_none_or(|upstream| upstream.deleted) {
        return inert(loaded, backend, report, "its Service is already spoken for by another canary");
    }
    let mut merged = false;
    for location in &server.locations {
        // A location that already goes to the canary's own upstream ends the search, wherever it is (controller.go:1688).
        if location.upstream.as_ref() == Some(&alternative) {
            return;
        }
        let Some(primary_key) = location.upstream.as_ref().filter(|_| same_place(location)) else { continue };
        if let Some(primary) = upstreams.get_mut(primary_key).filter(|primary| !primary.canary_only && !primary.deleted)
        {
            merged = true;
            if !primary.alternatives.contains(&alternative) {
                primary.alternatives.push(alternative.clone());
            }
        }
    }
    if merged {
        if upstreams.get(&alternative).is_some_and(|upstream| upstream.policy.is_none()) {
            inert(
                loaded,
                backend,
                report,
                "a main Ingress named its Service first, so its weight and header are not used",
            );
        }
        return;
    }
    if let Some(upstream) = upstreams.get_mut(&alternative) {
        upstream.deleted = true;
    }
    inert(loaded, backend, report, "no main rule has the same host, path and path type");
}

/// Without a server for its host a path goes to the catch-all, unless its Service is the canary's alone
/// (controller.go, getBackendServers).
fn strayed(loaded: &Loaded, path: &IngressPath, report: &mut Report) {
    let origin = loaded.ingress.origin(&path.backend.field);
    let message = format!("`{}` of this canary is served for all hosts that no Ingress names", path.path);
    report.push(
        Diagnostic::new(Code::CanaryInert, message)
            .at(&origin, "no main Ingress has this host, and one has this Service")
            .note("the controller puts such a path into its catch-all server; the conversion keeps that")
            .help("Remove the canary, unless this is wanted."),
    );
}

fn inert(loaded: &Loaded, backend: &BackendRef, report: &mut Report, why: &str) {
    let origin = loaded.ingress.origin(&backend.field);
    report.ledger.record(&origin, Fate::Invalid, Some(Code::CanaryInert));
    report.push(Diagnostic::new(Code::CanaryInert, "this canary never gets a request").at(&origin, why));
}
