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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt: Option<Jwt>,
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct AuthorizationRule {
    pub action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cel: Option<String>,
    pub principal: Principal,
}

/// Clients by address and by what their tokens say.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Principal {
    #[serde(rename = "clientCIDRs", skip_serializing_if = "Vec::is_empty")]
    pub client_cidrs: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt: Option<JwtPrincipal>,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct JwtPrincipal {
    pub claims: Vec<JwtClaim>,
    pub provider: String,
}

/// A claim of a token.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JwtClaim {
    pub name: String,
    pub value_type: &'static str,
    pub values: Vec<String>,
}

/// JSON Web Tokens.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Jwt {
    /// A request without a token is let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    pub providers: Vec<JwtProvider>,
}

/// Whose tokens are valid.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JwtProvider {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claim_to_headers: Vec<ClaimToHeader>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extract_from: Option<JwtExtractFrom>,
    pub issuer: String,
    #[serde(rename = "localJWKS", skip_serializing_if = "Option::is_none")]
    pub local_jwks: Option<LocalJwks>,
    pub name: String,
    #[serde(rename = "remoteJWKS", skip_serializing_if = "Option::is_none")]
    pub remote_jwks: Option<RemoteJwks>,
}

/// A claim that the backend gets in a header.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct ClaimToHeader {
    pub claim: String,
    pub header: String,
}

/// Where tokens stand.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct JwtExtractFrom {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<JwtHeader>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<String>,
}

/// A header in which a token stands.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JwtHeader {
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value_prefix: String,
}

/// Keys in the policy itself.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct LocalJwks {
    pub inline: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Keys that are fetched.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct RemoteJwks {
    pub uri: String,
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
