//! The library, as the subcommands call it.

use anyhow::bail;

use crate::options::Options;
use crate::{Conversion, Input, Side, Tracer, Verification};

/// Reads what `-f` names.
pub(super) fn read(files: &[String], recursive: bool) -> anyhow::Result<Input> {
    if files.is_empty() {
        bail!("reading from a cluster is not there yet: name manifests with -f FILE, -f DIR or -f -");
    }
    Ok(crate::read_files(files, recursive))
}

pub(super) fn convert(input: &Input, options: &Options) -> Conversion {
    crate::convert(input, options)
}

pub(super) fn upgraded(input: &Input) -> Conversion {
    crate::upgraded(input)
}

pub(super) fn tracer(input: &Input, options: &Options, side: Side) -> Tracer {
    Tracer::new(input, options, side)
}

pub(super) fn verify(before: &Input, after: &Input, options: &Options) -> Verification {
    crate::verify(before, after, options)
}
