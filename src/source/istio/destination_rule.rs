//! DestinationRule (istio/api networking/v1alpha3/destination_rule.proto).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

/// `spec` of a DestinationRule. Traffic policies stay as they are written, for the rules of the Services that subsets
/// become.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DestinationRule {
    pub host: String,
    #[serde(alias = "traffic_policy")]
    pub traffic_policy: Option<Json>,
    pub subsets: Vec<Subset>,
    #[serde(alias = "export_to")]
    pub export_to: Vec<String>,
    #[serde(alias = "workload_selector")]
    pub workload_selector: Option<Json>,
}

/// The pods of a Service with these labels.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Subset {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    #[serde(alias = "traffic_policy")]
    pub traffic_policy: Option<Json>,
}
