//! SecurityPolicy: who is let in.

use serde::Serialize;

/// Kind.
pub(super) const KIND: &str = "SecurityPolicy";

/// `spec` without its targets.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_auth: Option<ApiKeyAuth>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Authorization>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basic_auth: Option<BasicAuth>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext_auth: Option<ExtAuth>,
}

/// Keys in requests.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiKeyAuth {
    pub credential_refs: Vec<SecretRef>,
    pub extract_from: Vec<ExtractFrom>,
}

/// Where keys stand.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct ExtractFrom {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<String>,
}

/// A Secret.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct SecretRef {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// Clients by what they are; the first rule that holds decides.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Authorization {
    pub default_action: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<AuthorizationRule>,
}

/// A step of an authorization.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct AuthorizationRule {
    pub action: &'static str,
    pub principal: Principal,
}

/// Clients by address.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Principal {
    #[serde(rename = "clientCIDRs")]
    pub client_cidrs: Vec<String>,
}

/// User and password.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct BasicAuth {
    pub users: SecretRef,
}

/// A service that is asked about each request.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExtAuth {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail_open: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers_to_ext_auth: Vec<String>,
    pub http: HttpExtAuth,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_on_error: Option<u16>,
}

/// Over HTTP.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HttpExtAuth {
    pub backend_refs: Vec<crate::gateway::BackendRef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers_to_backend: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_override: Option<String>,
}
