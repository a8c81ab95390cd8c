//! The library, as the subcommands call it.

use anyhow::bail;

use super::args::{ConversionArgs, InputArgs};
use crate::options::Options;
use crate::{Conversion, Input, Side, Tracer, Verification};

/// What a command wants of a cluster besides its manifests.
#[cfg(feature = "cluster")]
pub(super) use super::cluster::Wants;

/// What a command wants of a cluster besides its manifests.
#[cfg(not(feature = "cluster"))]
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wants;

/// Reads what `-f` names, or else the cluster, which then decides the options that the user left open.
pub(super) fn read(
    args: &InputArgs,
    conversion: &ConversionArgs,
    wants: Wants,
    options: &mut Options,
) -> anyhow::Result<Input> {
    if !args.files.is_empty() {
        return read_files(args);
    }
    read_cluster(args, conversion, wants, options)
}

/// The namespace of objects in files that name none.
#[cfg(feature = "cluster")]
pub(super) fn namespace(args: &InputArgs) -> &str {
    args.scope.namespace.as_deref().unwrap_or(crate::read::DEFAULT_NAMESPACE)
}

/// The namespace of objects in files that name none.
#[cfg(not(feature = "cluster"))]
pub(super) fn namespace(_: &InputArgs) -> &str {
    crate::read::DEFAULT_NAMESPACE
}

#[cfg(feature = "cluster")]
fn read_files(args: &InputArgs) -> anyhow::Result<Input> {
    if args.scope.all_namespaces || args.scope.selector.is_some() {
        bail!("-A and -l choose among the objects of a cluster: leave them out with -f");
    }
    Ok(crate::read_files_in(&args.files, args.recursive, namespace(args)))
}

#[cfg(not(feature = "cluster"))]
fn read_files(args: &InputArgs) -> anyhow::Result<Input> {
    Ok(crate::read_files(&args.files, args.recursive))
}

#[cfg(feature = "cluster")]
use super::cluster::read as read_cluster;

#[cfg(not(feature = "cluster"))]
fn read_cluster(_: &InputArgs, _: &ConversionArgs, _: Wants, _: &mut Options) -> anyhow::Result<Input> {
    bail!("this gatelift was built without clusters: name manifests with -f FILE, -f DIR or -f -");
}

pub(super) fn convert(input: &Input, options: &Options) -> Conversion {
    crate::convert(input, options)
}

pub(super) fn tracer(input: &Input, options: &Options, side: Side) -> Tracer {
    Tracer::new(input, options, side)
}

pub(super) fn verify(before: &Input, after: &Input, options: &Options) -> Verification {
    crate::verify(before, after, options)
}
