//! Names as kubectl prints them: `httproute.gateway.networking.k8s.io/web`.

use super::Entry;
use crate::gateway::Object;

pub(super) fn lines(entries: &[Entry<'_>]) -> String {
    entries.iter().map(|entry| format!("{}\n", resource(entry.object))).collect()
}

fn resource(object: &Object) -> String {
    let kind = object.kind().to_ascii_lowercase();
    let name = &object.metadata().name;
    match object.api_version().split_once('/') {
        Some((group, _)) => format!("{kind}.{group}/{name}"),
        None => format!("{kind}/{name}"),
    }
}
