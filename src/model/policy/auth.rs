//! Who a client has to be.

use crate::model::{HeaderEdit, ServicePort};

/// User and password in each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicAuth {
    /// How the password travels.
    pub scheme: PasswordScheme,
    /// What browsers show; empty for none.
    pub realm: String,
    /// Secret `(namespace, name)` with the users.
    pub secret: (String, String),
    /// How the Secret holds them.
    pub format: UserList,
    /// The users where the input has the Secret's data; `None` where only its name is known.
    pub users: Option<Vec<User>>,
}

/// How a password travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PasswordScheme {
    /// RFC 7617.
    Basic,
    /// RFC 7616 (a module that ingress-nginx's image carries).
    Digest,
}

/// How a Secret holds users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserList {
    /// An htpasswd file under this key: `auth` (ingress-nginx `auth-file`), `.htpasswd` (Envoy Gateway).
    File(&'static str),
    /// A key for each user, its hash as the value (`auth-map`).
    Map,
}

/// A user of an htpasswd file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct User {
    /// Name.
    pub name: String,
    /// Hash as in the file: `{SHA}…`, `$apr1$…`, `$2y$…`, …
    pub hash: String,
}

/// A service that is asked about each request, over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalAuth {
    /// Who is asked.
    pub to: AuthService,
    /// The path of the question.
    pub path: AuthPath,
    /// Method of the question; `None` for the request's own.
    pub method: Option<String>,
    /// Request headers that the question carries beside Host and Authorization; `None` for all of them.
    pub request_headers: Option<Vec<String>>,
    /// Headers set on the question beside those that the data plane always sends; values may hold nginx variables.
    pub set_headers: Vec<HeaderEdit>,
    /// Headers of the answer that the backend gets to see.
    pub response_headers: Vec<String>,
    /// Where a browser is sent that is not let in, instead of 401.
    pub sign_in: Option<SignIn>,
    /// Set-Cookie of the answer is passed on whatever the backend's status (`auth-always-set-cookie`).
    pub always_set_cookie: bool,
    /// Answers are cached under this key for these durations (`200 202 401 5m`).
    pub cache: Option<AuthCache>,
    /// A service that cannot be reached lets requests through.
    pub fail_open: bool,
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthService {
    /// Any URL, as the source wrote it.
    Url(String),
    /// A Service of the cluster.
    Service(ServicePort),
}

impl Default for AuthService {
    fn default() -> Self {
        Self::Url(String::new())
    }
}

/// The path of a question to an [`ExternalAuth`] service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AuthPath {
    /// The one of the URL (ingress-nginx), or this one whatever was asked for (Envoy Gateway `pathOverride`).
    #[default]
    OfUrl,
    /// Always this one.
    Fixed(String),
    /// This, followed by the request's own path (Envoy `path_prefix`).
    Before(String),
}

/// The page on which a browser signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// URL; may hold nginx variables.
    pub url: String,
    /// Query parameter that brings the user back (`rd`).
    pub redirect_parameter: String,
}

/// How long answers of an authentication service hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthCache {
    /// Key, with nginx variables.
    pub key: String,
    /// Statuses and durations as in nginx `proxy_cache_valid`.
    pub durations: Vec<String>,
}

/// A key in each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeys {
    /// Secrets `(namespace, name)`: a key of the Secret for each client.
    pub secrets: Vec<(String, String)>,
    /// Where the key stands.
    pub places: Vec<KeyPlace>,
    /// The keys where the input has the Secrets' data.
    pub keys: Option<Vec<String>>,
}

/// Where a request carries a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPlace {
    /// A header.
    Header(String),
    /// A parameter of the query.
    Query(String),
    /// A cookie.
    Cookie(String),
}

/// Client certificates (a host's matter: the handshake comes before any path).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificates {
    /// Secret or ConfigMap `(namespace, name)` with `ca.crt`.
    pub authority: (String, String),
    /// It may as well be in the Secret `NAME-cacert`, where Istio looks first: the input does not show which there is.
    pub or_beside: bool,
    /// What is asked of the client.
    pub demand: CertificateDemand,
    /// Longest chain.
    pub depth: u32,
    /// Where a client is sent whose certificate is not good enough, instead of 400.
    pub error_page: Option<String>,
    /// The backend gets the certificate (`ssl-client-cert`).
    pub passed_on: bool,
    /// An expression that the subject's common name has to match (`CN=…`).
    pub common_name: Option<String>,
}

/// What is asked of a client in the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertificateDemand {
    /// A certificate of the authority.
    Required,
    /// One of the authority, or none.
    Optional,
    /// Any, or none; nobody checks it (`optional_no_ca`).
    Unchecked,
}
