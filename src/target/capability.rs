//! What a target can carry: one answer a feature, asked wherever a rule is written.

use crate::gateway::Profile;

/// Something a routing may ask for and not every target has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A rewrite of the path with captures.
    RegexRewrite,
    /// The prefix `/` replaced with a longer one.
    RootPrefixRewrite,
    /// An answer with a status of its own.
    FixedResponse,
    /// Another Service when the rule's own has no endpoints.
    FallbackBackend,
    /// Cross-origin requests.
    Cors,
    /// Client addresses that are let through or refused.
    AccessList,
    /// TLS towards the backend with its certificate checked.
    VerifiedBackendTls,
    /// TLS towards the backend without a check.
    UnverifiedBackendTls,
    /// FastCGI, or the scheme of the request.
    OtherBackendProtocol,
    /// A limit on the whole exchange or on one attempt.
    RequestTimeout,
    /// Limits on connecting and on the time between two reads or writes.
    IdleTimeout,
    /// A limit on the request's body.
    BodyLimit,
    /// A copy of each request to a Service.
    MirrorToService,
    /// A copy of each request to a URL.
    MirrorToUrl,
    /// Session affinity by cookie.
    CookieAffinity,
    /// User and password in each request.
    BasicAuth,
    /// Digest authentication.
    DigestAuth,
    /// A service that is asked about each request.
    ExternalAuth,
    /// Keys in requests.
    ApiKeys,
    /// JSON Web Tokens in requests.
    Tokens,
    /// An address list or authentication, either being enough.
    SatisfyAny,
    /// Client certificates of one host.
    ClientCertificates,
    /// Limits on the requests and connections of a client.
    RateLimits,
    /// Bytes a second.
    Bandwidth,
    /// Further attempts after a failed one.
    Retry,
    /// Requests that are read whole first.
    RequestBuffer,
    /// How an endpoint is chosen.
    LoadBalancing,
    /// Bounds on what is in flight.
    CircuitBreaker,
    /// Failing endpoints that are left out.
    OutlierDetection,
    /// Answers in place of the backend's.
    ErrorPages,
    /// Answers of a Service in place of the backend's.
    ErrorService,
    /// Headers of every answer, redirects and errors too.
    AnswerHeaders,
    /// Changes to Location, cookies and bodies of answers.
    AnswerRewrites,
    /// Compressed answers.
    Compression,
    /// Failures on purpose.
    Fault,
    /// Whether requests are logged.
    AccessLog,
    /// What is logged of a request.
    LogFormat,
    /// Whether requests are traced.
    Tracing,
    /// Where spans go, and how many requests begin a trace.
    Tracer,
    /// What is agreed with clients about their connections.
    Connections,
}

impl Feature {
    /// Every feature, as listed.
    pub const ALL: &'static [Self] = &[
        Self::RegexRewrite,
        Self::RootPrefixRewrite,
        Self::FixedResponse,
        Self::FallbackBackend,
        Self::Cors,
        Self::AccessList,
        Self::VerifiedBackendTls,
        Self::UnverifiedBackendTls,
        Self::OtherBackendProtocol,
        Self::RequestTimeout,
        Self::IdleTimeout,
        Self::BodyLimit,
        Self::MirrorToService,
        Self::MirrorToUrl,
        Self::CookieAffinity,
        Self::BasicAuth,
        Self::DigestAuth,
        Self::ExternalAuth,
        Self::ApiKeys,
        Self::Tokens,
        Self::SatisfyAny,
        Self::ClientCertificates,
        Self::RateLimits,
        Self::Bandwidth,
        Self::Retry,
        Self::RequestBuffer,
        Self::LoadBalancing,
        Self::CircuitBreaker,
        Self::OutlierDetection,
        Self::ErrorPages,
        Self::ErrorService,
        Self::AnswerHeaders,
        Self::AnswerRewrites,
        Self::Compression,
        Self::Fault,
        Self::AccessLog,
        Self::LogFormat,
        Self::Tracing,
        Self::Tracer,
        Self::Connections,
    ];

    /// What messages and tables call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RegexRewrite => "path rewrites with captures",
            Self::RootPrefixRewrite => "a prefix put in front of every path",
            Self::FixedResponse => "answers with a fixed status",
            Self::FallbackBackend => "fallback backends",
            Self::Cors => "CORS",
            Self::AccessList => "client address lists",
            Self::VerifiedBackendTls => "backend TLS with a checked certificate",
            Self::UnverifiedBackendTls => "backend TLS without a checked certificate",
            Self::OtherBackendProtocol => "FastCGI and AUTO_HTTP backends",
            Self::RequestTimeout => "request timeouts",
            Self::IdleTimeout => "connect and idle timeouts",
            Self::BodyLimit => "request body limits",
            Self::MirrorToService => "mirroring to a Service",
            Self::MirrorToUrl => "mirroring to a URL",
            Self::CookieAffinity => "session affinity by cookie",
            Self::BasicAuth => "user and password",
            Self::DigestAuth => "digest authentication",
            Self::ExternalAuth => "external authentication",
            Self::ApiKeys => "API keys",
            Self::Tokens => "JSON Web Tokens",
            Self::SatisfyAny => "address list or authentication, either being enough",
            Self::ClientCertificates => "client certificates",
            Self::RateLimits => "rate and connection limits",
            Self::Bandwidth => "bandwidth limits",
            Self::Retry => "retries",
            Self::RequestBuffer => "request buffering",
            Self::LoadBalancing => "load balancing",
            Self::CircuitBreaker => "circuit breakers",
            Self::OutlierDetection => "outlier detection",
            Self::ErrorPages => "error pages",
            Self::ErrorService => "error pages of a Service",
            Self::AnswerHeaders => "headers of every answer",
            Self::AnswerRewrites => "rewritten answers",
            Self::Compression => "compression",
            Self::Fault => "fault injection",
            Self::AccessLog => "access log settings",
            Self::LogFormat => "the format of the access log",
            Self::Tracing => "tracing settings",
            Self::Tracer => "where traces go",
            Self::Connections => "settings of client connections",
        }
    }
}

/// How a target carries a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Every implementation has it.
    Core,
    /// A standard field that implementations may leave out.
    Extended,
    /// A field of the experimental channel.
    Experimental,
    /// A policy of the implementation, of this kind.
    Policy(&'static str),
    /// Nearly; why not wholly.
    Approximate(&'static str),
    /// Not at all; why.
    Unsupported(&'static str),
}

/// What Gateway API objects are written for.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// As `--target` names it.
    pub name: &'static str,
    /// What it is and what is written for it, in one line.
    pub meaning: &'static str,
    /// Versions that `--target NAME@VERSION` takes, newest first.
    pub versions: &'static [&'static str],
    /// How it ranks and matches.
    pub profile: &'static Profile,
    /// The GatewayClass that it comes with, where every installation has the same.
    pub class: Option<&'static str>,
    pub(super) capabilities: fn(Feature) -> Support,
    /// Kinds of its own.
    pub(super) kinds: Option<super::extension::Kinds>,
}

/// Every target, the standard one first.
pub const TARGETS: &[Target] = &[super::standard::STANDARD, super::envoy_gateway::ENVOY_GATEWAY, super::istio::ISTIO];

/// Whether objects of this API group are an implementation's own kinds, which an output takes over from its input.
#[must_use]
pub fn is_policy_group(group: &str) -> bool {
    TARGETS.iter().filter_map(|target| target.kinds).any(|kinds| kinds.passed_through && kinds.group == group)
}

impl Target {
    /// The target of a name (without version).
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// Whether rewrites with captures are written as they are, so that nothing has to be made of them.
    #[must_use]
    pub fn rewrites_by_regex(&self) -> bool {
        match self.support(Feature::RegexRewrite) {
            Support::Core | Support::Extended | Support::Experimental | Support::Policy(_) => true,
            Support::Approximate(_) | Support::Unsupported(_) => false,
        }
    }

    /// How this target carries a feature.
    #[must_use]
    pub fn support(&self, feature: Feature) -> Support {
        (self.capabilities)(feature)
    }
}

/// What is to be done about a feature that a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carry {
    /// Write the field.
    Write,
    /// The target's own folder writes a policy for it.
    HandOn,
    /// There is nothing to write; why.
    Lose(&'static str),
}

impl Support {
    /// Decides for a channel.
    pub(super) fn carry(self, channel: super::Channel) -> Carry {
        match (self, channel) {
            (Self::Core | Self::Extended | Self::Approximate(_), _)
            | (Self::Experimental, super::Channel::Experimental) => Carry::Write,
            (Self::Experimental, super::Channel::Standard) => {
                Carry::Lose("the field is in the experimental channel (--channel experimental)")
            }
            (Self::Policy(_), _) => Carry::HandOn,
            (Self::Unsupported(why), _) => Carry::Lose(why),
        }
    }
}
