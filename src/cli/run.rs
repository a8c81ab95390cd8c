//! The library, as the subcommands call it.

use anyhow::bail;

use super::args::InputArgs;
use super::cluster::ClusterArgs;
use super::settings::Settings;
use super::verbosity::Verbosity;
use crate::effective::Effective;
use crate::options::{Channel, Decided, Options};
use crate::report::Report;
#[cfg(feature = "crds")]
use crate::validate::crds::Crds;
use crate::{Conversion, Input, Side, Tracer, Verification};

/// Reads what `-f` names.
pub(super) fn read(args: &InputArgs, settings: &Settings) -> anyhow::Result<Input> {
    if args.files.is_empty() {
        bail!("nothing to read: name manifests with -f FILE, -f DIR or -f -");
    }
    Ok(crate::read_files_except(&args.files, args.recursive, &|path| settings.skips(path)))
}

/// Reads what `-f` names, and what lies beside it, with all below.
pub(super) fn read_beside(args: &InputArgs, beside: &[String], settings: &Settings) -> Input {
    crate::read_files_beside(&args.files, args.recursive, beside, &|path| settings.skips(path))
}

/// What a command wants of a cluster besides its manifests.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(not(feature = "cluster"), expect(dead_code, reason = "a build without clusters asks none"))]
pub(super) struct Wants {
    /// What the cluster does not decide.
    pub(super) given: Decided,
    /// Whether it matters how many endpoints a Service has.
    pub(super) endpoints: bool,
    /// How much is told of what is asked.
    pub(super) verbosity: Verbosity,
}

impl Wants {
    pub(super) fn new(given: Decided, verbosity: Verbosity) -> Self {
        Self { given, verbosity, ..Self::default() }
    }
}

/// Reads what `-f` names, or else the cluster, which then decides the options that the user left open.
pub(super) fn read_any(
    args: &InputArgs,
    cluster: &ClusterArgs,
    settings: &Settings,
    wants: Wants,
    options: &mut Options,
) -> anyhow::Result<Input> {
    if args.files.is_empty() {
        return cluster.read(wants, options);
    }
    let namespace = cluster.namespace_of_files()?;
    Ok(crate::read_files_in(&args.files, args.recursive, &|path| settings.skips(path), namespace))
}

/// Reads what `-f` names, of the kinds that definitions have.
#[cfg(feature = "crds")]
pub(super) fn read_by(args: &InputArgs, settings: &Settings, crds: &Crds) -> anyhow::Result<Input> {
    if args.files.is_empty() {
        bail!("name objects with -f FILE, -f DIR or -f -");
    }
    Ok(crate::read_objects(&args.files, args.recursive, &|path| settings.skips(path), crds))
}

pub(super) fn convert(input: &Input, options: &Options) -> Conversion {
    crate::convert(input, options)
}

/// Reads objects of every kind that `-f` names.
pub(super) fn read_all_kinds(args: &InputArgs, settings: &Settings) -> anyhow::Result<Input> {
    if args.files.is_empty() {
        bail!("name manifests with -f FILE, -f DIR or -f -");
    }
    Ok(crate::read_all_kinds_except(&args.files, args.recursive, &|path| settings.skips(path)))
}

pub(super) fn effective(input: &Input) -> (Vec<Effective>, Report) {
    let mut report = input.report.clone();
    let found = crate::effective::effective(&input.manifests, &mut report);
    (found, report)
}

pub(super) fn upgraded(input: &Input) -> Conversion {
    crate::upgraded(input)
}

pub(super) fn drift(input: &Input, options: &Options) -> Conversion {
    crate::drift(input, options)
}

pub(super) fn validate(input: &Input, channel: Channel) -> (Report, usize) {
    crate::validate_objects(input, channel)
}

pub(super) fn tracer(input: &Input, options: &Options, side: Side) -> Tracer {
    Tracer::new(input, options, side)
}

pub(super) fn verify(before: &Input, after: &Input, options: &Options) -> Verification {
    crate::verify(before, after, options)
}
