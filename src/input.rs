//! What is read from files.

use std::path::Path;
use std::sync::Arc;

use crate::model::Manifest;
use crate::read::{self, Paths};
use crate::report::{Allow, Report};
use crate::retry_policy;
use crate::source;
use crate::syntax::Sources;
use crate::upgrade;

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Every object, in reading order.
    pub manifests: Vec<Manifest>,
    /// The text of every file.
    pub sources: Sources,
    /// What could not be read.
    pub report: Report,
    /// Findings that comments accept.
    pub allows: Vec<Allow>,
}

/// Reads files, directories and `-` for standard input. What cannot be read is in the report.
#[must_use]
pub fn read_files(paths: &[String], recursive: bool) -> Input {
    read_files_except(paths, recursive, &|_| false)
}

/// As [`read_files`], without the files and directories that `skip` names. It is not asked for the paths themselves.
#[must_use]
pub fn read_files_except(paths: &[String], recursive: bool, skip: &dyn Fn(&Path) -> bool) -> Input {
    read_files_in(paths, recursive, skip, read::DEFAULT_NAMESPACE)
}

/// As [`read_files_except`], with the namespace of objects that name none.
#[must_use]
pub fn read_files_in(paths: &[String], recursive: bool, skip: &dyn Fn(&Path) -> bool, namespace: &str) -> Input {
    taken(read::files_except(paths, recursive, skip, &wanted), namespace)
}

/// As [`read_files_except`], with what is below other paths: an object means the same to both.
#[must_use]
pub fn read_files_beside(paths: &[String], recursive: bool, beside: &[String], skip: &dyn Fn(&Path) -> bool) -> Input {
    let groups = [Paths { paths, recursive }, Paths { paths: beside, recursive: true }];
    taken(read::all_of(&groups, skip, &wanted), read::DEFAULT_NAMESPACE)
}

/// As [`read_files_except`], every kind: policies are of kinds that nobody can list.
#[must_use]
pub fn read_all_kinds_except(paths: &[String], recursive: bool, skip: &dyn Fn(&Path) -> bool) -> Input {
    let all = |group: Option<&str>, kind: &str| group.is_some() || wanted(None, kind);
    taken(read::files_except(paths, recursive, skip, &all), read::DEFAULT_NAMESPACE)
}

/// Reads a text as if it were a file of that name.
#[must_use]
pub fn read_text(name: &str, text: &str) -> Input {
    taken(read::text(name, text, &wanted), read::DEFAULT_NAMESPACE)
}

pub(crate) fn taken(mut input: read::Input, namespace: &str) -> Input {
    for manifest in &mut input.manifests {
        if manifest.object.namespace.is_empty() && !cluster_scoped(&manifest.object.kind) {
            namespace.clone_into(&mut Arc::make_mut(&mut manifest.object).namespace);
        }
    }
    let mut report = Report { diagnostics: input.diagnostics, ..Report::default() };
    upgrade::current(&mut input.manifests, &mut report);
    Input { manifests: input.manifests, sources: input.sources, report, allows: input.allows }
}

fn cluster_scoped(kind: &str) -> bool {
    matches!(kind, "Namespace" | "IngressClass" | "GatewayClass")
}

/// The kinds that a dialect reads, and those that give context. All others pass by in silence.
pub(crate) fn wanted(group: Option<&str>, kind: &str) -> bool {
    let Some(group) = group else { return upgrade::is_unmistakable(kind) };
    match group {
        // Whose pods, and under which service account; among them may be a controller.
        _ if source::smi::is_workload(group, kind) => true,
        "" => matches!(kind, "Service" | "Secret" | "ConfigMap" | "Namespace" | "Endpoints"),
        "discovery.k8s.io" => kind == "EndpointSlice",
        "networking.k8s.io" | "extensions" => matches!(kind, "Ingress" | "IngressClass"),
        "gateway.envoyproxy.io" => true,
        "networking.istio.io" if matches!(kind, "VirtualService" | "Gateway" | "DestinationRule" | "ServiceEntry") => {
            true
        }
        "telemetry.istio.io" => kind == "Telemetry",
        _ if source::istio::is_protection(group, kind) || retry_policy::is_kind(kind) => true,
        _ => upgrade::reads(group) || source::smi::is_kind(group, kind),
    }
}
