//! Flags that several subcommands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::settings::{ConfigArgs, Settings};
use super::suggest::{self, Deny};
use super::verbosity::Verbosity;
use crate::emit::{FileFormat, Format, Layout};
use crate::options::{
    Channel, ControllerVersion, Decided, GatewayAddress, NamespacedName, Options, Target, Topology, waypoint_name,
};
use crate::report::{Code, Levels};

/// Which manifests are read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputArgs {
    /// Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-", value_hint = ValueHint::AnyPath, value_delimiter = ',')]
    pub(super) files: Vec<String>,
    /// Read directories with all below them
    #[arg(short = 'R', long)]
    pub(super) recursive: bool,
}

/// What is converted to what.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Conversion")]
pub(super) struct ConversionArgs {
    /// Read every Ingress under this dialect, whatever its class (see `list sources`)
    #[arg(long, value_name = "NAME", value_parser = suggest::sources(), hide_possible_values = true)]
    source: Option<String>,
    /// The implementation to write for (see `list targets`); standard, unless the
    /// configuration file or the cluster that is read says otherwise
    #[arg(long, value_name = "NAME[@VERSION]", value_parser = suggest::targets(), hide_possible_values = true)]
    target: Option<Target>,
    /// Channel of Gateway API; standard, unless the
    /// configuration file or the cluster that is read says otherwise
    #[arg(long, value_enum)]
    channel: Option<Channel>,
    /// The GatewayClass for an IngressClass; repeatable, or a comma list
    #[arg(long, value_name = "INGRESSCLASS=GATEWAYCLASS", value_delimiter = ',', value_parser = suggest::pair)]
    class_map: Vec<(String, String)>,
    /// How listeners are spread over Gateways; shared, unless the configuration file says otherwise
    #[arg(long, value_enum)]
    topology: Option<Topology>,
    /// Attach the routes to this Gateway instead of writing one
    #[arg(long, value_name = "NAMESPACE/NAME")]
    gateway: Option<NamespacedName>,
    /// Namespace of the Gateways that are written
    #[arg(long, value_name = "NAMESPACE")]
    gateway_namespace: Option<String>,
    /// Address that the Gateways that are written ask for: an IP, or a host name (for Istio the Service of gateway pods
    /// that are there, NAME.NAMESPACE.svc.cluster.local); repeatable, or a comma list
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', conflicts_with = "gateway")]
    gateway_address: Vec<GatewayAddress>,
    /// For Istio's ambient mode, also write a waypoint of this name in each namespace whose Services have routes (those of
    /// VirtualServices of the mesh, and of TrafficSplits), unless it has one
    #[arg(long, value_name = "NAME", value_parser = waypoint_name)]
    waypoint: Option<String>,
    /// The controller's ConfigMap
    #[arg(long, value_name = "NAMESPACE/NAME")]
    controller_config: Option<NamespacedName>,
    /// The version of the controller, whose defaults hold [default: 1.15]
    #[arg(long, value_name = "VERSION")]
    controller_version: Option<ControllerVersion>,
    /// Secret with the certificate for hosts that have none of their own
    #[arg(long, value_name = "NAMESPACE/NAME")]
    default_certificate: Option<NamespacedName>,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

/// How much is proved.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Conversion")]
pub(super) struct ProofArgs {
    /// Do not prove that the output treats every request as the input did
    #[arg(long)]
    pub(super) no_prove: bool,
    /// Give up a host's proof beyond this many classes of requests
    #[arg(long, value_name = "NUMBER", default_value_t = Options::default().max_classes)]
    pub(super) max_classes: usize,
}

impl ConversionArgs {
    /// What the user has decided, so that the cluster does not.
    pub(super) fn given(&self, settings: &Settings) -> Decided {
        let file = settings.config();
        Decided {
            target: self.target.is_some() || file.target.is_some(),
            channel: self.channel.is_some() || file.channel.is_some(),
            class_map: !self.class_map.is_empty() || !file.class_map.is_empty(),
        }
    }

    /// The options that the flags say, and the configuration file where they say nothing; without a proof.
    pub(super) fn options(&self, settings: &Settings, levels: &Levels) -> anyhow::Result<Options> {
        let Self {
            source,
            target,
            channel,
            class_map,
            topology,
            gateway,
            gateway_namespace,
            gateway_address,
            waypoint,
            controller_config,
            controller_version,
            default_certificate,
            config: _,
        } = self.clone();
        let file = settings.config();
        let name = |key, value: &Option<String>| settings.parsed(key, value.as_ref(), str::parse::<NamespacedName>);
        let (file_gateway, file_config) =
            (name("gateway", &file.gateway)?, name("controller-config", &file.controller_config)?);
        let file_certificate = name("default-certificate", &file.default_certificate)?;
        let mut addresses = gateway_address;
        if addresses.is_empty() && gateway.is_none() {
            let listed = file.gateway_address.iter();
            let read = listed.map(|text| settings.parsed("gateway-address", Some(text), str::parse::<GatewayAddress>));
            addresses = read.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        }
        let classes = file.class_map.clone().into_iter().chain(class_map);
        let target = target.or(settings.target()?).unwrap_or_default();
        if waypoint.is_some() && target.name != "istio" {
            anyhow::bail!("waypoints are Istio's: `--waypoint` needs `--target istio`");
        }
        Ok(Options {
            source: source.or(settings.parsed("source", file.source.as_ref(), suggest::source)?),
            target,
            channel: channel.or(file.channel).unwrap_or_default(),
            class_map: classes.collect(),
            topology: topology.or(file.topology).unwrap_or_default(),
            gateway: gateway.or(file_gateway),
            gateway_namespace: gateway_namespace.or_else(|| file.gateway_namespace.clone()),
            gateway_addresses: addresses,
            waypoint: waypoint.or(settings.parsed("waypoint", file.waypoint.as_ref(), waypoint_name)?),
            controller_config: controller_config.or(file_config),
            controller_version,
            default_certificate: default_certificate.or(file_certificate),
            allow: levels.allowed().collect(),
            annotation_rules: file.annotations.clone(),
            prove: false,
            ..Options::default()
        })
    }
}

impl ProofArgs {
    /// The options with a proof, unless there is to be none.
    pub(super) fn options(&self, options: Options) -> Options {
        Options { prove: !self.no_prove, max_classes: self.max_classes, ..options }
    }
}

/// Where objects go.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// How objects are written
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) output: ObjectFormat,
    /// Write files below DIR instead of to standard output; files of an earlier run that are no longer part of the
    /// output are removed
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) output_dir: Option<PathBuf>,
    /// How objects are spread over files
    #[arg(long, value_enum, default_value_t, requires = "output_dir")]
    pub(super) layout: Layout,
    /// Also replace files that gatelift did not write
    #[arg(long, requires = "output_dir")]
    pub(super) force: bool,
    /// Write nothing; name the files below DIR that are missing, stale or left over, and exit with 1 when there are any
    #[arg(long, requires = "output_dir", conflicts_with = "force")]
    pub(super) check: bool,
    /// Say above each object which fields it came from
    #[arg(long)]
    pub(super) provenance: bool,
}

/// How objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ObjectFormat {
    /// Documents as kubectl prints them.
    #[default]
    Yaml,
    /// One `kind: List`.
    Json,
    /// Documents in kubectl's strict subset of YAML.
    Kyaml,
    /// KIND.GROUP/NAME, one a line.
    Name,
}

impl ObjectFormat {
    pub(super) fn on_stdout(self) -> Format {
        match self {
            Self::Yaml => Format::Yaml,
            Self::Json => Format::Json,
            Self::Kyaml => Format::Kyaml,
            Self::Name => Format::Name,
        }
    }

    /// The format in files; `None` for formats without comments, since a comment marks the files that gatelift owns.
    pub(super) fn in_files(self) -> Option<FileFormat> {
        match self {
            Self::Yaml => Some(FileFormat::Yaml),
            Self::Kyaml => Some(FileFormat::Kyaml),
            Self::Json | Self::Name => None,
        }
    }
}

/// What is said about the input.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Diagnostics")]
pub(super) struct MessageArgs {
    /// How findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) message_format: MessageFormat,
    /// Also write the whole report to FILE: SARIF for .sarif, JUnit for .xml, Markdown for .md, else JSON; repeatable
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) report: Vec<PathBuf>,
    /// Make a finding an error: a code, its name, or `warnings`; repeatable, or a comma list
    #[arg(long, value_name = "CODE|warnings", value_delimiter = ',', value_parser = suggest::denials(), hide_possible_values = true)]
    pub(super) deny: Vec<Deny>,
    /// Make a finding a warning, whatever it is: a code or its name; repeatable, or a comma list
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = suggest::codes(), hide_possible_values = true)]
    pub(super) warn: Vec<Code>,
    /// Accept a finding and what follows from it: a code or its name; repeatable, or a comma list
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = suggest::codes(), hide_possible_values = true)]
    pub(super) allow: Vec<Code>,
    /// Print errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) verbosity: Verbosity,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum MessageFormat {
    /// With the source line.
    #[default]
    Text,
    /// One line a finding: FILE:LINE:COLUMN: SEVERITY[CODE] MESSAGE.
    Concise,
    /// The whole report as JSON (see `list schema`).
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions: findings at their lines of the pull request.
    Github,
    /// JUnit XML: errors are failed tests.
    Junit,
    /// A comment for a pull request.
    Markdown,
}

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum AnswerFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}
