//! A build without clusters: everything comes from files.

use anyhow::bail;
use clap::Args;

use super::run::Wants;
use super::verbosity::Verbosity;
use crate::model::Manifest;
use crate::read::DEFAULT_NAMESPACE;
use crate::report::Diagnostic;
use crate::{ClusterSide, Input, Options};

/// There are no flags.
#[derive(Debug, Clone, Args)]
pub(super) struct ClusterArgs {}

impl ClusterArgs {
    /// The namespace of objects in files that name none.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as with clusters")]
    pub(super) fn namespace_of_files(&self) -> anyhow::Result<&str> {
        Ok(DEFAULT_NAMESPACE)
    }

    pub(super) fn read(&self, _: Wants, _: &mut Options) -> anyhow::Result<Input> {
        bail!("this gatelift was built without clusters: name manifests with -f FILE, -f DIR or -f -")
    }

    pub(super) fn suit(&self, _: Wants, _: &mut Options, _: &[Manifest]) -> anyhow::Result<Vec<Diagnostic>> {
        bail!("this gatelift was built without clusters")
    }

    pub(super) fn objects(&self, _: ClusterSide, _: &Options, _: Verbosity) -> anyhow::Result<Input> {
        bail!("this gatelift was built without clusters; a file of that name is ./cluster")
    }

    pub(super) fn written(&self, _: &Options, _: Verbosity) -> anyhow::Result<Input> {
        bail!("nothing to read: name objects with -f FILE, -f DIR or -f -")
    }
}
