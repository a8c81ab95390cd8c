//! What is done to answers, and answers made in place of the backend's.

use crate::model::{Backend, ServicePort};

/// Cross-origin resource sharing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// Origins: `*`, `scheme://host[:port]`, `scheme://*.host`.
    pub allow_origins: Vec<String>,
    /// Methods.
    pub allow_methods: Vec<String>,
    /// Request headers.
    pub allow_headers: Vec<String>,
    /// Response headers that scripts may read.
    pub expose_headers: Vec<String>,
    /// Cookies and credentials are allowed.
    pub allow_credentials: bool,
    /// Seconds for which a preflight may be cached.
    pub max_age: u32,
    /// Which OPTIONS requests are answered without the backend.
    pub preflight: Preflight,
}

/// What counts as a preflight request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preflight {
    /// Every OPTIONS request whose Origin is allowed; with `*` even one without Origin (ingress-nginx, nginx.tmpl CORS).
    AnyOptions,
    /// OPTIONS with Origin and Access-Control-Request-Method (the Fetch standard; Envoy).
    Fetch,
}

/// A copy of the traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// Where it goes.
    pub to: MirrorTarget,
    /// Share in percent.
    pub percent: u8,
    /// Host header of the copy; `None` for what the data plane sends.
    pub host: Option<String>,
    /// Bodies are copied, too.
    pub bodies: bool,
}

/// Where a mirror sends its copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorTarget {
    /// A Service.
    Service(ServicePort),
    /// Any URL.
    Url(String),
}

/// Answers of the backend with certain statuses are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    /// For these statuses; both ends belong to the range.
    pub statuses: Vec<(u16, u16)>,
    /// By this.
    pub instead: ErrorAnswer,
}

/// What takes the place of a backend's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorAnswer {
    /// What this backend answers, which gets the original status in X-Code (ingress-nginx custom-http-errors); `None`
    /// for the controller's own default backend, which answers 404 (custom-errors of no Service).
    Backend(Option<Box<Backend>>),
    /// This text. `status: None` keeps the backend's.
    Text {
        /// Status.
        status: Option<u16>,
        /// Content-Type.
        content_type: Option<String>,
        /// Body; `None` where it stands in an object that is not read.
        body: Option<String>,
    },
    /// A redirect, in the implementation's own words.
    Redirect(String),
}

/// A change of what a backend's answer says about itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnswerRewrite {
    /// `Location` and `Refresh` (nginx `proxy_redirect FROM TO`).
    Location(String, String),
    /// The domain of Set-Cookie (`proxy_cookie_domain`).
    CookieDomain(String, String),
    /// The path of Set-Cookie (`proxy_cookie_path`).
    CookiePath(String, String),
    /// Text of the body (`sub_filter`).
    Body(String, String),
}

/// A failure or a delay on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fault {
    /// Status and its share in hundredths of a percent.
    pub abort: Option<(u16, u32)>,
    /// Milliseconds and their share in hundredths of a percent.
    pub delay: Option<(u64, u32)>,
}
