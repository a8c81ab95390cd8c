//! What a conversion can be told.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::report::{Code, Fate};

/// What a conversion can be told. [`Options::default`] is what the command line does without flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Read every Ingress under this dialect, whatever its class.
    pub source: Option<String>,
    /// The implementation that is written for.
    pub target: Target,
    /// Channel of Gateway API.
    pub channel: Channel,
    /// GatewayClass by IngressClass.
    pub class_map: BTreeMap<String, String>,
    /// What GatewayClasses of the cluster say that they support, by their names.
    pub class_features: BTreeMap<String, BTreeSet<String>>,
    /// How listeners are spread over Gateways.
    pub topology: Topology,
    /// Attach routes to this Gateway instead of writing one.
    pub gateway: Option<NamespacedName>,
    /// The GatewayClass of that Gateway, where the cluster says; otherwise an input that holds the Gateway does.
    pub gateway_class: Option<String>,
    /// Namespace of the Gateways that are written; the first object's own when absent.
    pub gateway_namespace: Option<String>,
    /// Addresses that the Gateways that are written ask for.
    pub gateway_addresses: Vec<GatewayAddress>,
    /// The name of the waypoints that are written for routes of Services, for Istio; none without it.
    pub waypoint: Option<String>,
    /// The controller's ConfigMap.
    pub controller_config: Option<NamespacedName>,
    /// The version of the controller, whose defaults hold; the newest when absent.
    pub controller_version: Option<ControllerVersion>,
    /// Secret for hosts whose certificate the controller supplied itself.
    pub default_certificate: Option<NamespacedName>,
    /// Codes whose consequences are accepted: what they withhold is written.
    pub allow: BTreeSet<Code>,
    /// The user's own rules for annotations; the first that fits counts.
    pub annotation_rules: Vec<AnnotationRule>,
    /// Prove that the output treats every request as the input did.
    pub prove: bool,
    /// Give up a host's proof beyond this many classes of requests.
    pub max_classes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            source: None,
            target: Target::default(),
            channel: Channel::default(),
            class_map: BTreeMap::new(),
            class_features: BTreeMap::new(),
            topology: Topology::default(),
            gateway: None,
            gateway_class: None,
            gateway_namespace: None,
            gateway_addresses: Vec::new(),
            waypoint: None,
            controller_config: None,
            controller_version: None,
            default_certificate: None,
            allow: BTreeSet::new(),
            annotation_rules: Vec::new(),
            prove: true,
            max_classes: 100_000,
        }
    }
}

/// The name of a waypoint: that of a Gateway, and the value of the label that names it.
///
/// # Errors
/// When no waypoint can have the name.
pub(crate) fn waypoint_name(text: &str) -> Result<String, String> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_label =
        (1..=63).contains(&text.len()) && text.bytes().all(is_plain) && !text.starts_with('-') && !text.ends_with('-');
    match text {
        "none" => Err("`none` stands for no waypoint in Istio".to_owned()),
        _ if is_label => Ok(text.to_owned()),
        _ => Err("expected a name of lower case letters, digits and `-`, 63 at most".to_owned()),
    }
}

/// An address of a Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayAddress {
    /// `IPAddress`.
    Ip(IpAddr),
    /// `Hostname`.
    Host(String),
}

impl FromStr for GatewayAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Ip(address));
        }
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        match text.len() <= 253 && text.split('.').all(label) {
            true => Ok(Self::Host(text.to_owned())),
            false => Err(format!("`{text}` is neither an IP address nor a host name")),
        }
    }
}

/// The implementation that is written for: `envoy-gateway@1.9`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name in the table of targets.
    pub name: String,
    /// Its version; the newest known when absent.
    pub version: Option<String>,
}

impl Default for Target {
    fn default() -> Self {
        Self { name: "standard".to_owned(), version: None }
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (text, None),
        };
        if name.is_empty() || version == Some("") {
            return Err("expected NAME or NAME@VERSION".to_owned());
        }
        Ok(Self { name: name.to_owned(), version: version.map(str::to_owned) })
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{}@{version}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A version of a controller, as far as defaults depend on it: `1.11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ControllerVersion {
    /// The first number.
    pub major: u16,
    /// The second.
    pub minor: u16,
}

impl FromStr for ControllerVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err("expected a version such as 1.11".to_owned()),
        }
    }
}

/// Channel of Gateway API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Fields that are stable.
    #[default]
    Standard,
    /// Also fields that may change; the cluster needs the experimental CRDs.
    Experimental,
}

/// How listeners are spread over Gateways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topology {
    /// One Gateway a class.
    #[default]
    Shared,
    /// One Gateway a class and namespace.
    Namespace,
    /// One Gateway a class, and a ListenerSet a namespace.
    ListenerSet,
}

/// A rule of the user's own for annotations of Ingresses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct AnnotationRule {
    /// The annotation's whole name; `*` stands for any text.
    pub name: String,
    /// What an Ingress with it is.
    #[serde(default)]
    pub level: AnnotationLevel,
    /// What becomes of it in the ledger, whatever the conversion said.
    #[serde(default)]
    pub fate: Option<Fate>,
    /// Why: what the finding says.
    pub reason: String,
}

/// What an Ingress with an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnnotationLevel {
    /// Fine: nothing about the annotation is a finding, and its loss is accepted.
    Allow,
    /// A warning.
    #[default]
    Warn,
    /// An error.
    Deny,
}

/// An object's namespace and name: `shop/web`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamespacedName {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl FromStr for NamespacedName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() && !name.contains('/') => {
                Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
            }
            Some(_) | None => Err("expected NAMESPACE/NAME".to_owned()),
        }
    }
}

impl std::fmt::Display for NamespacedName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A cluster in the middle of a migration says twice where requests go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClusterSide {
    /// By what is to be converted: Ingresses and the kinds of other dialects.
    #[default]
    Sources,
    /// By Gateways and their routes.
    GatewayApi,
}

/// What the user has decided, so that a cluster does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decided {
    /// `--target`.
    pub target: bool,
    /// `--channel`.
    pub channel: bool,
    /// `--class-map`.
    pub class_map: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_with_and_without_version() {
        assert_eq!("standard".parse(), Ok(Target::default()));
        let target: Target = "envoy-gateway@1.9".parse().unwrap();
        assert_eq!((target.name.as_str(), target.version.as_deref()), ("envoy-gateway", Some("1.9")));
        assert_eq!(target.to_string(), "envoy-gateway@1.9");
        assert!("@1".parse::<Target>().is_err() && "a@".parse::<Target>().is_err());
    }

    #[test]
    fn waypoints_have_names_that_a_label_can_hold() {
        assert_eq!(waypoint_name("waypoint"), Ok("waypoint".to_owned()));
        for text in ["", "none", "-a", "a-", "A", "a.b", &"a".repeat(64)] {
            assert!(waypoint_name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_need_a_namespace() {
        assert_eq!("shop/web".parse::<NamespacedName>().unwrap().to_string(), "shop/web");
        for text in ["web", "/web", "shop/", "a/b/c", ""] {
            assert!(text.parse::<NamespacedName>().is_err(), "{text}");
        }
    }
}
