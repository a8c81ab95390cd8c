//! Flags that say which cluster, and reading from it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::{Args, ValueHint};

use super::progress::Progress;
use super::run::Wants;
use super::terminal;
use super::verbosity::Verbosity;
#[cfg(feature = "crds")]
use crate::Conversion;
use crate::live::{self, Cluster, Connection, Failure, Log, Served};
use crate::model::Manifest;
use crate::read::DEFAULT_NAMESPACE;
use crate::report::Diagnostic;
use crate::{ClusterScope, ClusterSide, Input, Options};

/// Which cluster, as whom; the flags of kubectl.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cluster")]
pub(super) struct ConnectionArgs {
    /// The kubeconfig; otherwise KUBECONFIG, ~/.kube/config, or the service account of the Pod
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Cluster of the kubeconfig, in place of the context's
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// User of the kubeconfig, in place of the context's
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Act as this user
    #[arg(long = "as", value_name = "USER")]
    impersonate: Option<String>,
    /// Act as a member of this group; repeatable
    #[arg(long = "as-group", value_name = "GROUP", requires = "impersonate")]
    impersonate_groups: Vec<String>,
    /// How long one request may take (30s, 1m); 0 for ever
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = timeout)]
    request_timeout: Timeout,
}

/// `None` for ever. A type of its own, because clap takes an `Option` for an optional flag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeout(pub(super) Option<Duration>);

pub(super) fn timeout(text: &str) -> Result<Timeout, String> {
    live::duration(text).map(Timeout)
}

/// Which objects of the cluster.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cluster")]
pub(super) struct ScopeArgs {
    /// The namespace that is read without -f (otherwise the context's); with -f that of objects that name none
    #[arg(short, long, value_name = "NAMESPACE")]
    pub(super) namespace: Option<String>,
    /// Read all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub(super) all_namespaces: bool,
    /// Read only the objects with these labels; what they refer to is read all the same
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub(super) selector: Option<String>,
}

impl ConnectionArgs {
    /// Finds the cluster; nothing is sent yet.
    pub(super) fn connect(&self, verbosity: Verbosity) -> anyhow::Result<Cluster> {
        let connection = Connection {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            cluster: self.cluster.clone(),
            user: self.user.clone(),
            impersonate: self.impersonate.clone(),
            impersonate_groups: self.impersonate_groups.clone(),
            request_timeout: self.request_timeout.0,
        };
        let log: Option<Log> = verbosity.logs_requests().then(|| -> Log {
            // Nobody is left to be told when standard error is closed.
            Box::new(|line| drop(terminal::say(&format!("{line}\n"))))
        });
        Ok(Cluster::connect(&connection, log)?)
    }
}

/// Which cluster and which of its objects.
#[derive(Debug, Clone, Args)]
pub(super) struct ClusterArgs {
    #[command(flatten)]
    pub(super) scope: ScopeArgs,
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
}

impl ClusterArgs {
    /// The namespace of objects in files that name none.
    pub(super) fn namespace_of_files(&self) -> anyhow::Result<&str> {
        if self.scope.all_namespaces || self.scope.selector.is_some() {
            bail!("-A and -l choose among the objects of a cluster: leave them out with -f");
        }
        Ok(self.scope.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE))
    }

    /// Reads what the cluster has to convert, and sets the options that it decides.
    pub(super) fn read(&self, wants: Wants, options: &mut Options) -> anyhow::Result<Input> {
        let cluster = self.connection.connect(wants.verbosity)?;
        let served = cluster.served()?;
        let scope = ClusterScope { endpoints: wants.endpoints, ..self.objects_of(&cluster, options) };
        let mut read = with_progress(&cluster, &served, &scope)?;
        if !read.manifests.iter().any(crate::says_where_requests_go) {
            terminal::say(&nothing_found(scope.namespace.as_deref()))?;
        }
        class_of_gateway(&cluster, &served, options)?;
        let capabilities = cluster.capabilities(&served)?;
        read.report.diagnostics.extend(crate::suit(options, wants.given, &capabilities, &read.manifests));
        Ok(read)
    }

    /// Sets what the user left open by what the cluster has, for an input that was not read from it.
    pub(super) fn suit(
        &self,
        wants: Wants,
        options: &mut Options,
        input: &[Manifest],
    ) -> anyhow::Result<Vec<Diagnostic>> {
        let cluster = self.connection.connect(wants.verbosity)?;
        let served = cluster.served()?;
        class_of_gateway(&cluster, &served, options)?;
        let capabilities = cluster.capabilities(&served)?;
        Ok(crate::suit(options, wants.given, &capabilities, input))
    }

    /// What the CRDs of the cluster say against the output.
    #[cfg(feature = "crds")]
    pub(super) fn check(
        &self,
        input: &Input,
        conversion: &Conversion,
        verbosity: Verbosity,
    ) -> anyhow::Result<Vec<Diagnostic>> {
        let cluster = self.connection.connect(verbosity)?;
        let served = cluster.served()?;
        Ok(crate::check_for_cluster(&cluster, &served, conversion, input)?)
    }

    /// Reads one side of the cluster.
    pub(super) fn objects(&self, side: ClusterSide, options: &Options, verbosity: Verbosity) -> anyhow::Result<Input> {
        let cluster = self.connection.connect(verbosity)?;
        let served = cluster.served()?;
        with_progress(&cluster, &served, &ClusterScope { side, ..self.objects_of(&cluster, options) })
    }

    /// The definitions of Gateway API and of the targets' kinds, and the kinds; `None` when they may not be read.
    #[cfg(feature = "crds")]
    pub(super) fn definitions(&self, verbosity: Verbosity) -> anyhow::Result<Option<Vec<serde_json::Value>>> {
        let cluster = self.connection.connect(verbosity)?;
        let served = cluster.served()?;
        Ok(cluster.definitions(served.iter().filter(|kind| is_ours(kind)))?)
    }

    /// Reads what the cluster has of Gateway API and of the targets' kinds, and nothing else.
    pub(super) fn written(&self, options: &Options, verbosity: Verbosity) -> anyhow::Result<Input> {
        let cluster = self.connection.connect(verbosity)?;
        let served: Vec<Served> = cluster.served()?.into_iter().filter(is_ours).collect();
        let scope = self.objects_of(&cluster, options);
        shown(&|show| crate::read_kinds(&cluster, &served, &scope, show))
    }

    fn objects_of(&self, cluster: &Cluster, options: &Options) -> ClusterScope {
        let ScopeArgs { namespace, all_namespaces, selector } = self.scope.clone();
        let namespace = namespace.unwrap_or_else(|| cluster.namespace().to_owned());
        ClusterScope {
            namespace: (!all_namespaces).then_some(namespace),
            labels: selector,
            controller_config: options.controller_config.clone(),
            ..ClusterScope::default()
        }
    }
}

/// What kubectl says when a list is empty.
fn nothing_found(namespace: Option<&str>) -> String {
    match namespace {
        Some(namespace) => format!("No resources found in {namespace} namespace.\n"),
        None => "No resources found.\n".to_owned(),
    }
}

/// An existing Gateway has the class that it has.
fn class_of_gateway(cluster: &Cluster, served: &[Served], options: &mut Options) -> anyhow::Result<()> {
    if let Some(gateway) = &options.gateway {
        options.gateway_class = crate::class_of(cluster, served, gateway)?;
    }
    Ok(())
}

fn with_progress(cluster: &Cluster, served: &[Served], scope: &ClusterScope) -> anyhow::Result<Input> {
    shown(&|show| crate::read_cluster(cluster, served, scope, show))
}

/// Reads with a line on the terminal that says how far it is.
fn shown(read: &dyn Fn(&dyn Fn(&str, usize)) -> Result<Input, Failure>) -> anyhow::Result<Input> {
    let progress = Progress::new();
    let input = read(&|kind, count| progress.show(&format!("reading {kind}: {count} objects")));
    progress.clear();
    Ok(input?)
}

/// Gateway API, and the kinds that a target writes besides.
fn is_ours(kind: &Served) -> bool {
    kind.group == crate::gateway::GROUP || crate::target::is_policy_group(&kind.group)
}
