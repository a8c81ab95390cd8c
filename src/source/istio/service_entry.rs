//! ServiceEntry (istio/api networking/v1alpha3/service_entry.proto).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::proto::{EnumName, Whole};

/// `spec` of a ServiceEntry.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServiceEntry {
    pub hosts: Vec<String>,
    pub addresses: Vec<String>,
    pub ports: Vec<ServicePort>,
    pub location: Option<EnumName>,
    pub resolution: Option<EnumName>,
    pub endpoints: Vec<Json>,
    #[serde(alias = "workload_selector")]
    pub workload_selector: Option<Json>,
    #[serde(alias = "export_to")]
    pub export_to: Vec<String>,
    #[serde(alias = "subject_alt_names")]
    pub subject_alt_names: Vec<String>,
    pub labels: BTreeMap<String, String>,
}

/// An entry of `ports`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServicePort {
    pub number: Whole,
    pub protocol: String,
    pub name: String,
    #[serde(alias = "target_port")]
    pub target_port: Option<Whole>,
}
