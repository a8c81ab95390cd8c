//! Gateway (istio/api networking/v1alpha3/gateway.proto).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::proto::{EnumName, Whole};

/// `spec` of a Gateway.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Gateway {
    pub servers: Vec<Server>,
    pub selector: BTreeMap<String, String>,
}

/// A port and the hosts that are served on it.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Server {
    pub port: Port,
    pub bind: String,
    pub hosts: Vec<String>,
    pub tls: Option<ServerTls>,
    #[serde(alias = "default_endpoint")]
    pub default_endpoint: String,
    pub name: String,
}

/// `servers[].port`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Port {
    pub number: Whole,
    pub protocol: String,
    pub name: String,
    #[serde(alias = "target_port")]
    pub target_port: Option<Whole>,
}

/// `servers[].tls`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServerTls {
    #[serde(alias = "https_redirect")]
    pub https_redirect: bool,
    pub mode: Option<EnumName>,
    #[serde(alias = "server_certificate")]
    pub server_certificate: String,
    #[serde(alias = "private_key")]
    pub private_key: String,
    #[serde(alias = "ca_certificates")]
    pub ca_certificates: String,
    #[serde(alias = "ca_crl")]
    pub ca_crl: String,
    #[serde(alias = "tls_certificates")]
    pub tls_certificates: Vec<TlsCertificate>,
    #[serde(alias = "credential_name")]
    pub credential_name: String,
    #[serde(alias = "credential_names")]
    pub credential_names: Vec<String>,
    #[serde(alias = "ca_cert_credential_name")]
    pub ca_cert_credential_name: String,
    #[serde(alias = "subject_alt_names")]
    pub subject_alt_names: Vec<String>,
    #[serde(alias = "verify_certificate_spki")]
    pub verify_certificate_spki: Vec<String>,
    #[serde(alias = "verify_certificate_hash")]
    pub verify_certificate_hash: Vec<String>,
    #[serde(alias = "min_protocol_version")]
    pub min_protocol_version: Option<EnumName>,
    #[serde(alias = "max_protocol_version")]
    pub max_protocol_version: Option<EnumName>,
    #[serde(alias = "cipher_suites")]
    pub cipher_suites: Vec<String>,
    #[serde(alias = "insecure_skip_verify")]
    pub insecure_skip_verify: Option<bool>,
}

/// A certificate in files of the gateway's pod.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TlsCertificate {
    #[serde(alias = "server_certificate")]
    pub server_certificate: String,
    #[serde(alias = "private_key")]
    pub private_key: String,
    #[serde(alias = "ca_certificates")]
    pub ca_certificates: String,
}

/// What a server does with TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TlsMode {
    Passthrough,
    Simple,
    /// With client certificates that are checked.
    Mutual,
    AutoPassthrough,
    /// With the mesh's own certificates.
    IstioMutual,
    /// Client certificates are checked when there are any.
    OptionalMutual,
}

impl ServerTls {
    /// The mode; PASSTHROUGH when none is named, because it is number 0.
    pub(super) fn mode(&self) -> TlsMode {
        match self.mode.as_ref().map_or("", |mode| mode.0.as_str()) {
            "SIMPLE" | "1" => TlsMode::Simple,
            "MUTUAL" | "2" => TlsMode::Mutual,
            "AUTO_PASSTHROUGH" | "3" => TlsMode::AutoPassthrough,
            "ISTIO_MUTUAL" | "4" => TlsMode::IstioMutual,
            "OPTIONAL_MUTUAL" | "5" => TlsMode::OptionalMutual,
            _ => TlsMode::Passthrough,
        }
    }
}
